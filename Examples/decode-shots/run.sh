#!/bin/sh
# run.sh DECANT LIBRARY: compile the model to an image, the program to an executable, and decode. For `make demo`.
set -eu
decant=$1 library=$2
here=$(dirname "$0")
files=$here/data/rotated_memory_z_d13_r13_p0.006
out=build/demo

mkdir -p $out
"$decant" compile --dem "$files.dem" -o $out/d13.image
"${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Iinclude "$here/main.c" "$library" -lm -o $out/decode-shots
$out/decode-shots $out/d13.image "$files.dets.b8" "$files.obs.b8" 13
