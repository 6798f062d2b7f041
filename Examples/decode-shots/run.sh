#!/bin/sh
# run.sh DECANT LIBRARY: compile the model to images, the program to an executable, and decode: by matching alone, and
# under the weights that an event network gives each shot. For `make demo`.
set -eu
decant=$1 library=$2
here=$(dirname "$0")
files=$here/data/rotated_memory_z_d13_r13_p0.006
out=build/demo

mkdir -p $out
"$decant" compile --dem "$files.dem" -o $out/d13.image
"${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Iinclude "$here/main.c" "$library" -lm -o $out/decode-shots
"$decant" compile --dem "$files.dem" --correlated --model event -o $out/d13-event.image
decode() { $out/decode-shots "$1" "$files.dets.b8" "$files.obs.b8" 13 $2; }
echo "matching:"
decode $out/d13.image ""
echo "an event network, then matching:"
decode $out/d13-event.image network
echo "an event network, then correlated matching:"
decode $out/d13-event.image "network correlated"
