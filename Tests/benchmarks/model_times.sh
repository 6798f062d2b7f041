#!/bin/sh
# model_times.sh OUT.csv - times per round of the shipped networks beside matching, on model_rates.py's experiments with few
# shots: to be run on a machine that does nothing else, for figure.py's lower half.
set -eu
out=$1
decant=${DECANT:-.build/release/decant}
part=$(mktemp)
trap 'rm -f "$part"' EXIT
: >"$out"
while read -r distance noise shots; do
  "$decant" evaluate --code surface --circuit_noise scalar --basis X --distance "$distance" --noise "$noise" \
    --max_shots "$shots" --csv "$part" \
    --decoder matching,matching:correlated,event-small,event,event+matching:correlated </dev/null
  if [ -s "$out" ]; then sed 1d "$part" >>"$out"; else cat "$part" >"$out"; fi
done <<END
5 .006 100000
9 .006 20000
13 .006 6000
17 .006 2000
21 .006 1000
5 .003 200000
9 .003 40000
13 .003 10000
END
