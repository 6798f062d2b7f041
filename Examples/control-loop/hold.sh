#!/bin/bash
# hold.sh DECANT LIBRARY [OPTIONS...], from the repository's root: the shortest period at which no round is lost.
#
#     Examples/control-loop/hold.sh .build/release/decant build/lib/libdecant.a --fifo 50
#
# For each of DISTANCES, periods from PERIODS (ns, longest first) are tried for TRY seconds each, down to the first at
# which a round is lost; then the shortest one that was held is held for HOLD seconds, or if it is not, the next longer.
# LATE=1 asks for more: that also no more than 1 % of the frames are late. Rows of a Markdown table, also for the periods
# that were not held so long.
set -euo pipefail
decant=$1 library=$2
shift 2
here=Examples/control-loop
out=build/examples/control-loop
distances=${DISTANCES:-5 9 13}
late=${LATE:-100}
try=${TRY:-3}
hold=${HOLD:-60}
periods=${PERIODS:-4000 2800 2000 1400 1000 700 500 400 300 200}
mkdir -p $out
cc=${CC:-cc}
$cc -std=c11 -O2 -Iinclude $(ls $here/*.c | grep -v decant_rpc) "$library" -pthread -o $out/control-loop

told() { sed -n "s/^$1 *//p" $out/hold.txt; }
late_share() { # in percent
  told frames | sed 's/,.* \([0-9]*\) late.*/ \1/' | awk '{ printf "%.2f", 100 * $2 / ($1 + !$1) }'
}
play() { # DISTANCE PERIOD SECONDS OPTIONS...: whether no round was lost, and few enough frames were late
  local d=$1 period=$2 seconds=$3
  shift 3
  $out/control-loop --image $out/hold-$d.image --detectors $out/hold-$d.b8 --rounds 1001 --ring 524288 \
    --period-ns "$period" --repeat $((seconds * 1000000000 / period / 100100 + 1)) "$@" >$out/hold.txt
  told rounds | grep -q ' 0 lost' && late_share | awk -v most="$late" '{ exit $1 > most }'
}
row() { # DISTANCE PERIOD: the last run
  echo "| $1 | $2 | $(told recording | sed 's/.* in //') | $(told rounds | sed 's/.* \([0-9]*\) lost.*/\1/')" \
    "| $(late_share) %" \
    "| $(told reaction | sed 's/ ns.*//; s/p50 //; s/ p99.9 / /; s/ p99 / /; s/ max / /' |
      awk '{ printf "%.1f | %.1f | %.1f | %.0f", $1 / 1e3, $2 / 1e3, $3 / 1e3, $4 / 1e3 }')" \
    "| $(told backpressure | sed 's/.*at most \([0-9]*\) of.*/\1/')" \
    "| $(told producer | awk '{ printf "%.0f", $3 / 1e3 }') |"
}

echo "| d | period ns | for | rounds lost | frames late | reaction p50 us | p99 | p99.9 | max | most rounds waiting |" \
  "producer late us |"
echo "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
for d in $distances; do
  surface="--code surface --basis X --noise .003 --distance $d"
  "$decant" compile --stream $surface --rounds 20 -o $out/hold-$d.image
  "$decant" sample $surface --rounds 1000 --shots 100 --seed 8 --out $out/hold-$d.b8 --out_format b8
  held=()
  for period in $periods; do
    play "$d" "$period" "$try" "$@" || break
    held=("$period" "${held[@]}")
  done
  [ ${#held[@]} -gt 0 ] || echo "hold.sh: d = $d: not even ${periods%% *} ns is held for $try s" >&2
  for period in "${held[@]}"; do
    if play "$d" "$period" "$hold" "$@"; then
      row "$d" "$period"
      break
    fi
    row "$d" "$period"
  done
done
