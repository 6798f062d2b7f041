#!/bin/sh
# install.sh DESTDIR PREFIX LIBDIR INCLUDEDIR VERSION ABI - what `make install` does.
#
# Files are written for PREFIX and put under DESTDIR, as packagers expect.
set -eu
destination=$1 prefix=$2 libdir=$3 includedir=$4 version=$5 abi=$6
case $prefix in
  /*) ;;
  *) echo "make install: PREFIX must be an absolute path, not '$prefix'" >&2 && exit 1 ;;
esac

. "$(dirname "$0")/filled.sh"

lib=$destination$libdir
install -d "$lib" "$destination$includedir"
install -m 644 include/decant.h "$destination$includedir/"
install -m 644 build/lib/libdecant.a "$lib/"
install -m 755 "build/lib/libdecant.so.$version" "$lib/"
ln -sf "libdecant.so.$version" "$lib/libdecant.so.$abi"
ln -sf "libdecant.so.$abi" "$lib/libdecant.so"
filled bindings/c/decant.pc.in "$lib/pkgconfig/decant.pc"
filled bindings/c/decantConfig.cmake.in "$lib/cmake/decant/decantConfig.cmake"
filled bindings/c/decantConfigVersion.cmake.in "$lib/cmake/decant/decantConfigVersion.cmake"
