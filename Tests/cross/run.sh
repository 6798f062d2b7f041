#!/bin/bash
# run.sh - decodes the same shots and streams with the library built for other processors, under emulation, and holds
# work units, answers and digests against those of this machine: digest.c, and the example decode-shots. Before that, it
# holds the networks' kernels against their formulas: kernels.c.
#
# Under emulation only the first 100 experiments go through as streams and, on microcontrollers, only the first 100 shots
# through the grid network: `make cross SHOTS=1000` makes it all of them, in a quarter of an hour.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/cross
decant=.build/release/decant
files=Examples/decode-shots/data/rotated_memory_z_d13_r13_p0.006
image=build/demo/d13.image
all=1000 few=${SHOTS:-100}
. Examples/firmware/board.sh
mkdir -p $out

# ------------------------------------------------------------------------------------------------ what is decoded

# The recorded shots of d = 13, under numbers that predict nothing and under the event networks that are shipped.
build/synthetic/add_network $image $out/d13-network.image 4 4 4 128 32 $files.dem
for model in event event-small; do
  $decant compile --dem $files.dem --correlated --model $model -o $out/d13-$model.image
done
# Every model that is shipped, in a code small enough for a microcontroller.
code="--code surface --distance 5 --basis X --noise .006"
for model in event event-small grid-small; do
  $decant compile $code --rounds 5 --correlated --model $model -o $out/d5-$model.image
done
$decant sample $code --rounds 5 --shots $all --seed 1 --out $out/d5.b8 --out_format b8
# Streams: 25 rounds and the readout, which is a round of its own there.
for model in event event-small; do
  $decant compile --stream $code --rounds 16 --correlated --model $model -o $out/stream-$model.image
done
$decant sample $code --rounds 25 --shots $all --seed 1 --out $out/stream.b8 --out_format b8

# A patch in strips.
patch=Tests/golden/strips/patch.dem
$decant compile --dem $patch --correlated --strips 2,1 -o $out/patch.image
$decant sample --dem $patch --shots $all --seed 1 --out $out/patch.b8 --out_format b8

shorter() { # FILE COUNT: the first shots of a file of `all`
  head -c $(($(stat -c %s "$out/$1.b8") / all * $2)) "$out/$1.b8" >"$out/$1-$2.b8"
}
shorter d5 "$few"
shorter stream "$few"

# ------------------------------------------------------------------------------------------------ how it is compared

digests_d13() { # COMMAND...
  "$@" network shots $out/d13-network.image $files.dets.b8
  "$@" shots $out/d13-event.image $files.dets.b8
  "$@" network shots $out/d13-event-small.image $files.dets.b8
}
digests_d5() { # EVENTS GRID STREAMS: how many, COMMAND...
  events=$1 grid=$2 streams=$3
  shift 3
  "$@" shots $out/d5-event.image $out/d5-$events.b8
  "$@" network shots $out/d5-event-small.image $out/d5-$events.b8
  "$@" network shots $out/d5-grid-small.image $out/d5-$grid.b8
  "$@" stream $out/stream-event.image $out/stream-$streams.b8 26
  "$@" network stream $out/stream-event-small.image $out/stream-$streams.b8 26
  "$@" strips $out/patch.b8 $out/patch.{0,1,2,3}.image
}
shorter d5 $all
shorter stream $all

same() { # WHAT EXPECTED FACTS, which are files of $out
  diff "$out/$2" "$out/$3" || { echo "FAIL  $1 decodes differently"; exit 1; }
}

same_example() { # WHAT COMMAND...: the lines of decode-shots that may not depend on the processor
  what=$1
  shift
  "$@" $image $files.dets.b8 $files.obs.b8 13 | grep -E '^(shots|mistakes|work|digest)' >"$out/$what.facts"
  same "$what" host.facts "$what.facts"
}

same_digests() { # WHAT COMMAND...: everything
  what=$1
  shift
  { digests_d13 "$@"; digests_d5 $all $all "$few" "$@"; } >"$out/$what.digests"
  same "$what" host.digests "$what.digests"
  echo "ok    $what: $all shots of d = 13 and of d = 5 under each model, $few experiments as streams and in blocks, $all of a patch in strips"
}

same_on_board() { # TARGET MACHINE: what a microcontroller can
  digests_d5 $all "$few" "$few" run_on "$1" "$2" "$out/$1.elf" >"$out/$1.digests"
  same "$1" few.digests "$1.digests"
  echo "ok    $1: $all shots of d = 5 under event and event-small, $few under grid-small," \
    "$few experiments as streams and in blocks, $all of a patch in strips; $(size -A "$out/decant-$1.o" | awk '
      /^\.text/ { code += $2 } END { print code }') bytes of code"
}

lean() { # TARGET: memory functions, compiler helpers and, never reached, the runtime's stub for a heap
  ! nm -u "$out/decant-$1.o" | awk '{ print $2 }' \
    | grep -vE '^(mem(cpy|move|set|cmp)|__aeabi_[a-z0-9]+|__(u?div|u?mod|ash[lr]|lshr)di3|free|posix_memalign)$' \
    || { echo "FAIL  $1 needs more than memory functions and compiler helpers"; exit 1; }
}

same_kernels() { # TARGET GCC FLAGS PROCESSORS...
  target=$1 gcc=$2 flags=$3 include=Sources/DecantCoreKernels/include
  shift 3
  rm -rf "$out/kernels-$target" && mkdir "$out/kernels-$target"
  for source in Sources/DecantCoreKernels/*.c; do
    "$clang" --target="$target" $flags -std=c11 -O2 -ffreestanding -I$include -c "$source" \
      -o "$out/kernels-$target/$(basename "$source" .c).o"
  done
  $gcc -std=c11 -O2 -fwrapv -Wall -Wextra -Werror -Wno-missing-field-initializers -I$include -static \
    Tests/cross/kernels.c "$out/kernels-$target"/*.o -o "$out/kernels-$target/kernels"
  for processor in "$@"; do
    echo "ok    kernels of $target, $processor: $("qemu-${target%%-*}" -cpu "$processor" "$out/kernels-$target/kernels" \
      2>/dev/null)" || { echo "FAIL  kernels of $target, $processor"; exit 1; }
  done
}

# ------------------------------------------------------------------------------------------------ this machine

clang=$(dirname "$(realpath "$(command -v "${SWIFTC:-swiftc}")")")/clang
same_kernels x86_64-linux-gnu gcc "" Haswell
"$out/kernels-x86_64-linux-gnu/kernels" >/dev/null
same_kernels aarch64-linux-gnu aarch64-linux-gnu-gcc "" max cortex-a53
same_kernels arm-linux-gnueabihf arm-linux-gnueabihf-gcc "-march=armv7-a -mfpu=neon" max

warnings="-std=c11 -O2 -Wall -Wextra -Werror -Iinclude"
digest="-ITests/cross -I$firmware Tests/cross/digest.c $firmware/print.c"
linux="Tests/cross/linux.c $firmware/port-host.c"

build/demo/decode-shots $image $files.dets.b8 $files.obs.b8 13 | grep -E '^(shots|mistakes|work|digest)' >$out/host.facts
gcc $warnings $digest $linux build/lib/libdecant.a -o $out/host-digest
{ digests_d13 $out/host-digest; digests_d5 $all $all "$few" $out/host-digest; } >$out/host.digests
digests_d5 $all "$few" "$few" $out/host-digest >$out/few.digests

# Ordinary Swift, with its runtime.
for source in $digest $linux; do
  case $source in *.c) gcc $warnings -ITests/cross -I$firmware -c "$source" -o "$out/$(basename "$source" .c).o" ;; esac
done
rm -f .build/release/libdecant-static.a # else it keeps what files that are gone had left in it
swift build -c release --product decant-static >/dev/null
"${SWIFTC:-swiftc}" -o $out/ordinary-digest $out/digest.o $out/print.o $out/linux.o $out/port-host.o \
  .build/release/libdecant-static.a
same_digests ordinary $out/ordinary-digest

# The kernels of older processors, as far as they can be emulated: AVX2, and none.
for processor in Haswell Nehalem; do
  same_digests $processor qemu-x86_64 -cpu $processor $out/host-digest 2>/dev/null
done

# ------------------------------------------------------------------------------------------------ other processors

for target in aarch64 armv7; do
  case $target in
    aarch64) gcc=aarch64-linux-gnu-gcc qemu=qemu-aarch64 ;;
    armv7) gcc=arm-linux-gnueabihf-gcc qemu=qemu-arm ;;
  esac
  object=$out/decant-$target.o
  bindings/c/cross-build.sh $target $object
  $gcc $warnings -static -Wl,--gc-sections Examples/decode-shots/main.c $object -lm -o $out/$target
  same_example $target $qemu $out/$target
  $gcc $warnings -static -Wl,--gc-sections $digest $linux $object -o $out/$target-digest
  same_digests $target $qemu $out/$target-digest
  # Without dot products of bytes, which QEMU's own processor has.
  [ $target != aarch64 ] || same_digests cortex-a53 $qemu -cpu cortex-a53 $out/$target-digest
done

for target in cortex-m4 cortex-m4f rv32imac; do
  case $target in
    rv32imac) machine=virt ;;
    *) machine=mps2-an386 ;;
  esac
  bindings/c/cross-build.sh $target $out/decant-$target.o
  lean $target
  link_for $target $out/decant-$target.o $out/$target.elf $digest Tests/cross/board.c -T Tests/cross/$machine.ld
  same_on_board $target $machine
done
