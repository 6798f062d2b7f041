#!/bin/sh
# grid_network.sh [DISTANCE...] - what a grid network in fixed point costs: microseconds of the thread's CPU time for a shot,
# the least of 15 passes over 200 shots of grid-small's experiments, p = .006, in front of matching. By event_network.c, which
# takes turns between decoding without the network, decoding with it, and decant_predecode alone. Needs `make lib decant`.
set -eu
cd "$(dirname "$0")/../.."
out=build/bench
mkdir -p $out
cc -std=c11 -O2 -Iinclude Tests/benchmarks/event_network.c build/lib/libdecant.a -o $out/grid_network
echo "  d | matching  with the network  decant_predecode"
[ $# -gt 0 ] || set -- 5 9 13
for d in "$@"; do
  experiment="--code surface --basis X --distance $d --rounds $d --noise .006"
  .build/release/decant compile $experiment --model grid-small -o $out/grid.image
  .build/release/decant sample $experiment --shots 200 --seed 1 --out $out/grid.b8 --out_format b8
  $out/grid_network $out/grid.image $out/grid.b8 0 15 | awk -v d="$d" '
    NF == 3 { for (k = 1; k <= 3; k++) if (NR == 1 || $k < least[k]) least[k] = $k }
    END { printf "%3d | %8.1f %17.1f %17.1f\n", d, least[1] / 200000, least[2] / 200000, least[3] / 200000 }'
done
