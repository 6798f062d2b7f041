#!/bin/sh
# run.sh SWIFTC - decodes the example's shots with libraries built for other processors, under emulation, and holds
# work units and digest against those of this machine. It also compiles the core for microcontrollers, and lists
# what it would need there.
#
# Only the 64-bit builds forbid allocations at compile time: for 32-bit processors Swift 6.3 counts its own integer
# conversions, long gone after optimisation, as allocating. There the list of needed symbols has to do.
set -eu
swiftc=$1
cd "$(dirname "$0")/../.."
out=build/cross
files=Examples/decode-shots/data/rotated_memory_z_d13_r13_p0.006
image=build/demo/d13.image
# Numbers that predict nothing, and the models that are shipped.
networks="build/cross/d13-network.image build/cross/d13-event.image build/cross/d13-event-small.image"
# The grid network that is shipped, on shots of a code small enough for an emulator.
grid=build/cross/d5-grid
mkdir -p $out

core() { # OBJECT TRIPLE FLAGS...
  object=$1 triple=$2
  shift 2
  "$swiftc" -target "$triple" "$@" -wmo -parse-as-library -module-name DecantCore \
    -enable-experimental-feature Embedded -Xfrontend -disable-stack-protector -Xfrontend -function-sections \
    -Xcc -fmodule-map-file=include/module.modulemap -I include $(find Sources/DecantCore -name '*.swift') \
    -c -o "$object"
}

same() { # WHAT COMMAND...: the lines that may not depend on the processor
  what=$1
  shift
  "$@" $image $files.dets.b8 $files.obs.b8 13 >"$out/$what.txt"
  grep -E '^(shots|mistakes|work|digest)' "$out/$what.txt" >"$out/$what.facts"
  diff "$out/native.facts" "$out/$what.facts" || { echo "FAIL  $what decodes differently"; exit 1; }
  echo "ok    $what: $(grep digest "$out/$what.facts")"
}

digests() { # COMMAND...: digest.c under each network
  for network in $networks; do "$@" $image $files.dets.b8 $network; done
  "$@" $grid.image $grid.b8 $grid.image
}

same_otherwise() { # WHAT COMMAND...: the same of digest.c, which decodes in other ways
  what=$1
  shift
  digests "$@" >"$out/$what.digests"
  diff "$out/native.digests" "$out/$what.digests" || { echo "FAIL  $what decodes differently"; exit 1; }
  echo "ok    $what: union-find, work limits, event networks and a grid network as well"
}

lean() { # WHAT OBJECT: memory functions, compiler helpers and, never reached, the runtime's stub for a heap
  nm -u "$2" | awk '{ print $2 }' \
    | grep -vE '^(mem(cpy|move|set|cmp)|__aeabi_[a-z0-9]+|__(u?div|u?mod|ash[lr]|lshr|mul)di3|free|posix_memalign)$' \
    && { echo "FAIL  $1 needs more than memory functions and compiler helpers"; exit 1; }
  echo "ok    $1: $(size "$2" 2>/dev/null | awk 'NR == 2 { print $1 }') bytes of code"
}

build/demo/decode-shots $image $files.dets.b8 $files.obs.b8 13 >$out/native.txt
grep -E '^(shots|mistakes|work|digest)' $out/native.txt >$out/native.facts
gcc -std=c11 -O2 -Wall -Wextra -Werror -Iinclude Tests/cross/digest.c build/lib/libdecant.a -o $out/native-digest
build/synthetic/add_network $image build/cross/d13-network.image 4 4 4 128 32 $files.dem
for model in event event-small; do
  .build/release/decant compile --dem $files.dem --model $model -o build/cross/d13-$model.image
done
experiment="--code surface --distance 5 --rounds 5 --basis X --noise .006"
.build/release/decant compile $experiment --model grid-small -o $grid.image
.build/release/decant sample $experiment --shots 1000 --seed 1 --out $grid.b8 --out_format b8
digests $out/native-digest >$out/native.digests
# The kernels of older processors, as far as they can be emulated: AVX2, and none.
for processor in Haswell Nehalem; do
  same_otherwise $processor qemu-x86_64 -cpu $processor $out/native-digest 2>/dev/null
done

core $out/aarch64.o aarch64-none-none-elf -O -no-allocations -Xcc -fPIC
# Swift marks its empty array storage protected, which a static AArch64 program cannot copy.
aarch64-linux-gnu-objcopy --localize-symbol='$es16_emptyBoxStorageSi_Sitvp' $out/aarch64.o
aarch64-linux-gnu-gcc -std=c11 -O2 -static -Iinclude Examples/decode-shots/main.c $out/aarch64.o -lm -o $out/aarch64
same aarch64 qemu-aarch64 $out/aarch64
aarch64-linux-gnu-gcc -std=c11 -O2 -static -Iinclude Tests/cross/digest.c $out/aarch64.o -o $out/aarch64-digest
same_otherwise aarch64 qemu-aarch64 $out/aarch64-digest

core $out/armv7.o armv7-none-none-eabi -O -Xcc -mfloat-abi=hard -Xcc -mfpu=neon
arm-linux-gnueabihf-gcc -std=c11 -O2 -static -Wl,--gc-sections -Iinclude Examples/decode-shots/main.c \
  $out/armv7.o -lm -o $out/armv7
same armv7 qemu-arm $out/armv7
arm-linux-gnueabihf-gcc -std=c11 -O2 -static -Wl,--gc-sections -Iinclude Tests/cross/digest.c $out/armv7.o \
  -o $out/armv7-digest
same_otherwise armv7 qemu-arm $out/armv7-digest

core $out/cortex-m4.o armv7em-none-none-eabi -Osize -Xcc -mfloat-abi=soft
lean cortex-m4 $out/cortex-m4.o
core $out/rv32.o riscv32-none-none-eabi -Osize
lean rv32 $out/rv32.o
