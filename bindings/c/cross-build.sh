#!/bin/sh
# cross-build.sh TARGET OBJECT - builds the library for another processor, as one object in which only decant.h's names
# are global. Run from the repository root; SWIFTC names another compiler than PATH's, OPTIMIZE=-O asks for speed where
# size is the default, KERNELS=no leaves out the networks' kernels for NEON, for comparisons.
#
# What it needs beside memcpy, memmove and memset are helpers of the compiler (libgcc has them). Link with --gc-sections:
# then nothing is left of the runtime's stubs for a heap, and a program that provides no heap proves that none is used.
# The 64-bit builds forbid allocations at compile time as well. For 32-bit processors Swift 6.3 counts its own integer
# conversions, gone after optimisation, as allocating.
set -eu
target=$1 object=$2
swiftc=${SWIFTC:-swiftc}
tools=$(dirname "$(realpath "$(command -v "$swiftc")")")

kernels=no # where there are vectors
case $target in
  aarch64 | armv7) kernels=${KERNELS:-yes} ;;
esac

case $target in
  aarch64) set -- -target aarch64-none-none-elf -O -no-allocations -Xcc -fPIC ;;
  armv7) set -- -target armv7-none-none-eabi -O -Xcc -mfloat-abi=hard -Xcc -mfpu=neon ;;
  cortex-m4) set -- -target armv7em-none-none-eabi ${OPTIMIZE:--Osize} -Xcc -mcpu=cortex-m4 -Xcc -mfloat-abi=soft ;;
  cortex-m4f)
    set -- -target armv7em-none-none-eabi ${OPTIMIZE:--Osize} -Xcc -mcpu=cortex-m4 -Xcc -mfloat-abi=hard \
      -Xcc -mfpu=fpv4-sp-d16
    ;;
  rv32imac) set -- -target riscv32-none-none-eabi ${OPTIMIZE:--Osize} -Xcc -march=rv32imac -Xcc -mabi=ilp32 ;;
  *)
    echo "cross-build.sh: $target is none of aarch64, armv7, cortex-m4, cortex-m4f, rv32imac" >&2
    exit 1
    ;;
esac

recipe="$("$swiftc" --version 2>/dev/null | head -n 1) $* $kernels"
if [ -f "$object" ] && [ "$(cat "$object.recipe" 2>/dev/null)" = "$recipe" ] &&
  [ -z "$(find Sources/DecantCore Sources/DecantCoreKernels include "$0" -newer "$object")" ]; then
  exit 0
fi
mkdir -p "$(dirname "$object")"
rm -rf "$object" "$object.recipe" "$object.parts"
mkdir "$object.parts"

if [ $kernels = yes ]; then
  # What Swift's compiler is told of the processor, clang is told as well.
  flags=$(echo " $*" | sed 's/ -O / -O2 /; s/ -no-allocations//; s/ -Xcc//g')
  for source in Sources/DecantCoreKernels/*.c; do
    # shellcheck disable=SC2086 # flags are words
    "$tools/clang" $flags -std=c11 -ffreestanding -fno-stack-protector -ffunction-sections \
      -ISources/DecantCoreKernels/include -c "$source" -o "$object.parts/$(basename "$source" .c).o"
  done
  set -- "$@" -Xcc -fmodule-map-file=Sources/DecantCoreKernels/include/module.modulemap \
    -I Sources/DecantCoreKernels/include
fi
"$swiftc" "$@" -wmo -parse-as-library -module-name DecantCore \
  -enable-experimental-feature Embedded -Xfrontend -disable-stack-protector -Xfrontend -function-sections \
  -Xcc -fmodule-map-file=include/module.modulemap -I include $(find Sources/DecantCore -name '*.swift') \
  -c -o "$object.parts/decant.o"
"$tools/ld.lld" -r -o "$object" "$object.parts"/*.o
rm -r "$object.parts"
"$tools/llvm-objcopy" --wildcard --keep-global-symbol='decant_*' --remove-section=.swift_modhash "$object"
echo "$recipe" >"$object.recipe"
