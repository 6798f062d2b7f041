#!/bin/sh
# model_rates.sh OUT.csv [SCALE] - logical error rates of the shipped networks beside matching, on the circuit of the
# published figures (scalar noise, basis X, as many rounds as the distance). SCALE divides the shots: 100 for a glance.
#
#     make figure        runs it (an hour on one core), then figure.py
set -eu
out=$1 scale=${2:-1}
decant=${DECANT:-.build/release/decant}
part=$(mktemp)
trap 'rm -f "$part"' EXIT
: >"$out"
while read -r distance noise shots; do
  "$decant" evaluate --code surface --circuit_noise scalar --basis X --distance "$distance" --noise "$noise" \
    --max_shots $((shots / scale)) --csv "$part" \
    --decoder matching,matching:correlated,event-small,event,event+matching:correlated </dev/null
  if [ -s "$out" ]; then sed 1d "$part" >>"$out"; else cat "$part" >"$out"; fi
done <<END
5 .006 200000
9 .006 200000
13 .006 100000
17 .006 60000
21 .006 50000
5 .003 1000000
9 .003 1000000
13 .003 1500000
END
