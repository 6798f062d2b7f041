#!/bin/sh
# run.sh DECANT LIBRARY: decodes the same rounds on this machine and on emulated microcontrollers, and holds what they
# print against each other. From the repository root; SHOTS=count for more or fewer experiments than 1,000.
set -eu
decant=$1 library=$2
out=build/examples/firmware
. Examples/firmware/board.sh
mkdir -p $out

# A d = 5 surface code in X memory. The image is for experiments of any number of rounds; these have 25 and the readout.
rounds=25
code="--code surface --distance 5 --basis X --noise .003"
"$decant" compile --stream $code --rounds 16 -o $out/d5.image
"$decant" sample $code --rounds $rounds --shots "${SHOTS:-1000}" --seed 1 --append_observables --out_format b8 \
  --out $out/rounds.b8

program="-DROUNDS=$((rounds + 1)) -DIMAGE=\"$out/d5.image\" $firmware/main.c $firmware/print.c $firmware/image.S"
"${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Iinclude -I$firmware $program $firmware/port-host.c "$library" -o $out/host
$out/host <$out/rounds.b8 >$out/host.txt
cat $out/host.txt

size_of() { # SECTION: in bytes
  awk -v section="$1" '$1 == section { print $2 }' $out/sizes
}

table=
for target in cortex-m4 cortex-m4f rv32imac; do
  bindings/c/cross-build.sh $target build/cross/decant-$target.o
  case $target in
    rv32imac) memory=rv32.ld machine=virt ;;
    *) memory=stm32f405.ld machine=netduinoplus2 ;;
  esac
  link_for $target build/cross/decant-$target.o $out/$target.elf $program -T $firmware/$memory
  echo
  run_on $target $machine $out/$target.elf <$out/rounds.b8 >$out/$target.txt || { cat $out/$target.txt; exit 1; }
  grep '^\[' $out/$target.txt
  for where in host $target; do grep -v '^\[' $out/$where.txt >$out/$where.facts; done
  diff $out/host.facts $out/$target.facts || { echo "FAIL: $target decodes differently"; exit 1; }
  echo "all else as on the host: $(tail -n 1 $out/$target.facts)"

  size -A $out/$target.elf >$out/sizes
  counts() { sed -n "s/^\[instructions $1: \([0-9]*\) on average, at most \([0-9]*\)\]/\1 \/ \2/p" $out/$target.txt; }
  table="$table$(printf '| %s | %s | %s | %s | %s | %s | %s | %s | %s |' $target "$(size_of .decant.text)" \
    "$(size_of .decant.rodata)" "$(($(size_of .text) + $(size_of .rodata)))" "$(size_of .image)" \
    "$(size_of .workspace)" "$(sed -n 's/^\[\([0-9]*\) bytes of stack\]/\1/p' $out/$target.txt)" \
    "$(counts 'a round')" "$(counts 'of a round that completes a window')")
"
done

echo
echo "| target | library: code | constants | program | image | workspace | stack | instructions a round, mean / max | of one that completes a window |"
echo "|---|---|---|---|---|---|---|---|---|"
printf '%s' "$table"
