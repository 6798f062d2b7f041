#!/bin/bash
# Installs into an empty folder, then builds the same small program in every way that Decant promises, outside
# the tree and with nothing of it in sight; then uninstalls and holds that nothing is left.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
image=$root/build/fixtures/repetition.image
version=$(sed -n 's/^#define DECANT_VERSION_STRING "\(.*\)"/\1/p' "$root/include/decant.h")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
strict="-std=c11 -O1 -Wall -Wextra -Wpedantic -Werror"

ok() { echo "ok    $*"; }
expect() { # DESCRIPTION COMMAND...: runs the program and holds what it prints
  local what=$1
  shift
  local printed
  printed=$("$@" "$image") || { echo "FAIL  $what: exit status $?"; exit 1; }
  [ "$printed" = "decant $version" ] || { echo "FAIL  $what: printed '$printed'"; exit 1; }
  ok "$what"
}
expect_needs() { # PROGRAM LIBRARIES
  local needs
  needs=$(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | xargs)
  [ "$needs" = "$2" ] || { echo "FAIL  $1 needs $needs, not $2"; exit 1; }
}

make -s -C "$root" install PREFIX="$prefix" >/dev/null
[ ! -e "$prefix/include/decant_host.h" ] || { echo "FAIL  make install installs the host plane"; exit 1; }
cd "$work"

# Two files copied into someone's tree.
mkdir vendored
cp "$prefix/lib/libdecant.a" "$prefix/include/decant.h" "$here/main.c" vendored/
(cd vendored && gcc $strict -I. main.c libdecant.a -o consumer)
expect "vendored: gcc main.c libdecant.a" vendored/consumer
expect_needs vendored/consumer libc.so.6

# pkg-config.
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
[ "$(pkg-config --modversion decant)" = "$version" ]
gcc $strict "$here/main.c" $(pkg-config --cflags --libs decant) -o by-pkg-config
expect "pkg-config, shared" env LD_LIBRARY_PATH="$prefix/lib" ./by-pkg-config
expect_needs by-pkg-config "libdecant.so.0 libc.so.6"
gcc $strict -static "$here/main.c" $(pkg-config --cflags --libs --static decant) -o by-pkg-config-static
expect "pkg-config --static" ./by-pkg-config-static
# Nothing more to link is a promise of the static library; hold it.
[ "$(pkg-config --libs --static decant)" = "$(pkg-config --libs decant)" ] ||
  { echo "FAIL  Libs.private is not empty"; exit 1; }

# CMake, which must also refuse a version that this is not.
cmake -S "$here" -B cmake -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >cmake.log 2>&1 &&
  cmake --build cmake >>cmake.log 2>&1 || { cat cmake.log; exit 1; }
expect "find_package(decant), decant::decant" cmake/shared
expect "find_package(decant), decant::static" cmake/archive
mkdir future
sed 's/find_package(decant 0.1/find_package(decant 0.2/' "$here/CMakeLists.txt" >future/CMakeLists.txt
cp "$here/main.c" future/
if cmake -S future -B future/build -DCMAKE_PREFIX_PATH="$prefix" >future.log 2>&1; then
  echo "FAIL  find_package(decant 0.2) was satisfied by $version"
  exit 1
fi
grep -q 'compatible' future.log
ok "find_package(decant 0.2) is refused"

# The host plane, only where it was asked for.
mkdir host
cat >host/CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(host C)
find_package(decant 0.1 REQUIRED COMPONENTS host)
add_executable(host host.c)
target_link_libraries(host PRIVATE decant::host)
CMAKE
cp "$root/Tests/library/host.c" "$root/Tests/library/host_layout.c" host/
if cmake -S host -B host/build -DCMAKE_PREFIX_PATH="$prefix" >host.log 2>&1; then
  echo "FAIL  find_package(decant COMPONENTS host) found what is not installed"
  exit 1
fi
grep -q 'make install-host' host.log || { cat host.log; exit 1; }
make -s -C "$root" install-host PREFIX="$prefix" >/dev/null
gcc $strict -c host/host_layout.c $(pkg-config --cflags decant_host) -o host/host_layout.o
gcc $strict host/host.c $(pkg-config --cflags --libs decant_host) -o host/by-pkg-config
LD_LIBRARY_PATH=$prefix/lib host/by-pkg-config >/dev/null
[ "$(pkg-config --modversion decant_host)" = "$version" ]
ok "make install-host, then pkg-config decant_host"
rm -rf host/build
cmake -S host -B host/build -DCMAKE_PREFIX_PATH="$prefix" >host.log 2>&1 && cmake --build host/build >>host.log 2>&1 ||
  { cat host.log; exit 1; }
host/build/host >/dev/null
ok "find_package(decant COMPONENTS host), decant::host"

# Staged for a package, then taken away again.
make -s -C "$root" install-host PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu DESTDIR="$work/stage" >/dev/null
grep -q '^libdir=/usr/lib/x86_64-linux-gnu$' "$work/stage/usr/lib/x86_64-linux-gnu/pkgconfig/decant.pc"
make -s -C "$root" uninstall PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu DESTDIR="$work/stage" >/dev/null
make -s -C "$root" uninstall PREFIX="$prefix" >/dev/null
left=$(find "$work/stage" "$prefix" -not -type d)
[ -z "$left" ] || { echo "FAIL  left after uninstall: $left"; exit 1; }
ok "uninstall leaves nothing"
