#!/bin/bash
# What libdecant_host.so exports and needs, and that a C program can use it.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=$(readlink -f build/lib/libdecant_host.so)

promised=$(gcc -E -P -Iinclude include/decant_host.h | grep -o 'decant_host_[a-z0-9_]* *(' | tr -d ' (' | sort -u)
[ "$(wc -l <<<"$promised")" -ge 5 ] || { echo "found almost nothing in decant_host.h"; exit 1; }
exported=$(nm -D --defined-only "$shared" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u)
diff <(echo "$promised") <(echo "$exported")
echo "ok    libdecant_host.so exports exactly decant_host.h's functions"
gone=$(grep '^decant_host_' Tests/library/symbols.txt | grep -vxFf <(echo "$exported") || true)
[ -z "$gone" ] || { echo "FAIL  it has lost $gone"; exit 1; }
echo "ok    and has lost none that it ever had"

needed=$(readelf -d "$shared" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
  grep -Ev '^(libc\.so\.6|libm\.so\.6|libstdc\+\+\.so\.6|libgcc_s\.so\.1|ld-linux-.*)$' || true)
[ -z "$needed" ] || { echo "FAIL  it needs $needed"; exit 1; }
echo "ok    it needs no Swift runtime"

mkdir -p build/library
gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude -c Tests/library/host_layout.c -o build/library/host_layout.o
echo "ok    decant_host.h's structs and numbers are where they were"

abi=$(sed -n 's/^#define DECANT_ABI_VERSION \([0-9]*\)u/\1/p' include/decant.h)
[ "$(readelf -d "$shared" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')" = "libdecant_host.so.$abi" ] ||
  { echo "FAIL  the SONAME is not libdecant_host.so.$abi"; exit 1; }
echo "ok    its SONAME is libdecant_host.so.$abi"

gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude Tests/library/host.c -Lbuild/lib -ldecant_host \
  -Wl,-rpath,"$PWD/build/lib" -o build/library/host
build/library/host
