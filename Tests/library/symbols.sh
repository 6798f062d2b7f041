#!/bin/bash
# What the built library exports, imports, needs and weighs, held against what is promised of it.
set -euo pipefail
cd "$(dirname "$0")/../.."
failures=0

verdict() { # DESCRIPTION, then nothing if good or what is wrong
  if [ -z "$2" ]; then
    echo "ok    $1"
  else
    echo "FAIL  $1"
    sed 's/^/        /' <<<"$2"
    failures=$((failures + 1))
  fi
}

both_ways() { diff <(sort -u <<<"$1") <(sort -u <<<"$2") || true; }

archive=build/lib/libdecant.a
shared=$(readlink -f build/lib/libdecant.so)
promised=$(Tests/library/prototypes.sh)
[ "$(wc -l <<<"$promised")" -ge 10 ] || { echo "prototypes.sh found almost nothing in decant.h"; exit 1; }

exported=$(nm -D --defined-only "$shared" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }')
verdict "libdecant.so exports exactly decant.h's functions" "$(both_ways "$promised" "$exported")"

# Names that programs may have been linked to. New ones are added; taking one away breaks the ABI.
gone=$(grep -v '^decant_host_' Tests/library/symbols.txt | grep -vxFf <(echo "$exported") || true)
verdict "libdecant.so has lost no function that it ever had" "$gone"

unversioned=$(nm -D --defined-only --with-symbol-versions "$shared" | grep -v '@@DECANT_0$\| A DECANT_0' || true)
verdict "every export carries the version DECANT_0" "$unversioned"

visible=$(nm --defined-only --extern-only "$archive" | awk 'NF == 3 { print $3 }')
verdict "libdecant.a shows exactly decant.h's functions" "$(both_ways "$promised" "$visible")"

# The memory functions that any compiler may call, and gcc's helpers for arithmetic that a small processor lacks.
allowed='^(memcpy|memmove|memset|memcmp|__[a-z]*(div|mod|mul|lsh|lshr|ashl|ashr|clz|ctz|popcount)[a-z]*[0-9]+)$'
imported=$(nm -u "$archive" | awk '$1 == "U" { print $2 }' | grep -Ev "$allowed" || true)
verdict "libdecant.a imports only memory functions and compiler helpers" "$imported"

needed=$(readelf -d "$shared" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v '^libc\.so\.6$' || true)
verdict "libdecant.so needs libc alone" "$needed"

abi=$(sed -n 's/^#define DECANT_ABI_VERSION \([0-9]*\)u/\1/p' include/decant.h)
soname=$(readelf -d "$shared" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
verdict "the SONAME is libdecant.so.$abi" "$(both_ways "libdecant.so.$abi" "$soname")"

paths=$(readelf -d "$shared" | grep -E 'RPATH|RUNPATH|TEXTREL' || true)
verdict "no run path, no relocations in the code" "$paths"

stack=$(readelf -lW "$shared" | grep GNU_STACK | grep -F ' RWE ' || true)
verdict "the stack is not executable" "$stack"

writable=$(size -A -d "$shared" | awk '/^\.(data|bss|tdata|tbss) / && $2 > 0')
verdict "no writable data: no globals, no thread-locals" "$writable"

size=$(stat -c %s "$shared")
verdict "libdecant.so ($size bytes) is below 200 KB" "$([ "$size" -lt 200000 ] || echo "$size bytes")"

exit $((failures > 0))
