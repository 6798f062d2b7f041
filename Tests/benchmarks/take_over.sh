#!/bin/bash
# take_over.sh [DISTANCE...] - what changing an image costs, of streams with windows of d + d rounds and of whole shots.
# Wants `make lib` and the command; see take_over.c.
set -euo pipefail
cd "$(dirname "$0")/../.."
decant=${DECANT:-.build/release/decant}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -std=c11 -O2 -Wall -Wextra -Wpedantic -Werror -Iinclude Tests/benchmarks/take_over.c build/lib/libdecant.a \
  -o "$work/take_over"
here=$PWD
case $decant in /*) ;; *) decant=$here/$decant ;; esac
cd "$work"
for distance in "${@:-5 9 13 21}"; do
  for d in $distance; do
    code="--code surface --distance $d --basis X --noise .004"
    "$decant" compile $code --rounds $((d > 15 ? d : 15)) --stream --correlated -o "stream-$d.image"
    "$decant" compile $code --rounds "$d" --correlated -o "shots-$d.image"
    ./take_over "stream-$d.image" "shots-$d.image"
  done
done
