#!/bin/sh
# install-host.sh DESTDIR PREFIX LIBDIR INCLUDEDIR VERSION ABI - what `make install-host` does behind `make install`, whose
# header this one includes.
set -eu
destination=$1 prefix=$2 libdir=$3 includedir=$4 version=$5 abi=$6
. "$(dirname "$0")/filled.sh"

lib=$destination$libdir
install -m 644 include/decant_host.h "$destination$includedir/"
install -m 755 "build/lib/libdecant_host.so.$version" "$lib/"
ln -sf "libdecant_host.so.$version" "$lib/libdecant_host.so.$abi"
ln -sf "libdecant_host.so.$abi" "$lib/libdecant_host.so"
filled bindings/c/decant_host.pc.in "$lib/pkgconfig/decant_host.pc"
