#!/bin/bash
# instructions.sh - what the shipped networks cost on AArch64, in instructions under QEMU (decant_predecode alone, the list
# of its changes among them): in portable Swift, with NEON, and with NEON's dot products of bytes. Instructions are no
# time, but they do not depend on the machine underneath. Run from the repository root, some minutes.
set -euo pipefail
decant=${DECANT:-.build/release/decant} out=build/cross shots=${SHOTS:-200}
mkdir -p $out
gcc -shared -fPIC -O2 Tests/cross/instructions.c -o $out/instructions.so
bindings/c/cross-build.sh aarch64 $out/decant-aarch64.o
KERNELS=no bindings/c/cross-build.sh aarch64 $out/decant-aarch64-portable.o
for kind in "" -portable; do
  aarch64-linux-gnu-gcc -std=c11 -O2 -Wall -Wextra -Werror -Wno-unused-function -Iinclude -static -Wl,--gc-sections \
    Tests/benchmarks/instructions.c $out/decant-aarch64$kind.o -o $out/instructions$kind
done

counted() { # PROCESSOR PROGRAM COUNT: prints events, then instructions
  qemu-aarch64 -cpu "$1" -plugin $out/instructions.so "$2" $out/instructions.image $out/instructions.b8 "$3" 2>&1
}
of_shots() { # PROCESSOR PROGRAM: instructions beyond those of no shots
  echo $(($(counted "$@" $shots | tail -n 1) - $(counted "$@" 0 | tail -n 1)))
}

echo "model        d  events/shot | each      portable      NEON  dot products"
for model in event event-small grid-small; do
  for distance in 5 13; do
    code="--code surface --basis X --distance $distance --rounds $distance --noise .006"
    $decant compile $code --correlated --model $model -o $out/instructions.image
    $decant sample $code --shots $shots --seed 1 --out $out/instructions.b8 --out_format b8
    events=$(counted max $out/instructions $shots | head -n 1)
    case $model in
      grid*) each=shot by=$shots ;;
      *) each=event by=$events ;;
    esac
    printf '%-11s %2d %12.1f | %15s %9d %9d %13d\n' $model $distance "$(awk "BEGIN { print $events / $shots }")" \
      "$each" $(($(of_shots max $out/instructions-portable) / by)) \
      $(($(of_shots cortex-a53 $out/instructions) / by)) $(($(of_shots max $out/instructions) / by))
  done
done
