#!/bin/sh
# run.sh DECANT LIBRARY: compile the model to images, the program to an executable, and decode: by matching alone, and
# under the weights that an event network gives each shot. Each digest must be that of `decant predict`. For `make demo`.
set -eu
decant=$1 library=$2
here=$(dirname "$0")
files=$here/data/rotated_memory_z_d13_r13_p0.006
out=build/demo

mkdir -p $out
"$decant" compile --dem "$files.dem" -o $out/d13.image
"${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Iinclude "$here/main.c" "$library" -lm -o $out/decode-shots
"$decant" compile --dem "$files.dem" --correlated --model event -o $out/d13-event.image
decode() { # IMAGE, WORDS, and what they are in the command's language: both must come to the same digest
  told=$($out/decode-shots "$1" "$files.dets.b8" "$files.obs.b8" 13 $2)
  echo "$told"
  "$decant" predict --image "$1" --in "$files.dets.b8" --out $out/predictions.01 --digest $3 2>$out/digest
  [ "$(echo "$told" | sed -n 's/^digest *//p')" = "$(sed -n 's/^Digest: //p' $out/digest)" ] ||
    { echo "decant predict comes to another digest: $(cat $out/digest)" >&2 && exit 1; }
}
echo "matching:"
decode $out/d13.image "" ""
echo "an event network, then matching:"
decode $out/d13-event.image network --enable_network
echo "an event network, then correlated matching:"
decode $out/d13-event.image "network correlated" "--enable_network --enable_correlations"
