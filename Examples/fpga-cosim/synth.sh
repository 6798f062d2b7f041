#!/bin/sh
# synth.sh DECANT [MODEL] [DISTANCE]: what the evaluator of an event network takes of an UltraScale+ part, by yosys' estimate;
# its memories hold the network as compiled for the rotated surface code. From the root of the repository; a minute or two.
set -eu
root=$(pwd)
here=$root/Examples/fpga-cosim
case $1 in /*) decant=$1 ;; *) decant=$root/$1 ;; esac
model=${2:-event-small}
distance=${3:-5}
out=$root/build/examples/fpga-cosim/synth-$model-$distance
mkdir -p "$out"
cd "$out"
"$decant" compile --code stim:rotated_memory_z --distance "$distance" --rounds "$distance" --noise .006 --model "$model" \
  -o image
"$decant" memories image -o memories
setting() { printf %d "0x$(sed -n "$1p" memories/settings.hex)"; }
kinds=$(setting 16)
bits=0
while [ $((1 << bits)) -lt "$kinds" ]; do bits=$((bits + 1)); done
units="activation row_sums dot_products requantiser event_evaluator"
{
  for unit in $units; do echo "read_verilog -defer -sv -DSYNTHESIS $here/rtl/event_network/$unit.sv"; done
  echo "hierarchy -top event_evaluator -chparam HIDDEN $(setting 2) -chparam UNITS $(setting 3) \
-chparam ROUNDS $(setting 5) -chparam ROWS $(setting 6) -chparam ROW_WIDTH $(setting 7) -chparam BIAS_ROWS_BITS $bits"
  echo "synth_xilinx -family xcup -top event_evaluator -flatten"
  echo "stat"
} >script.ys
yosys -q -l yosys.log script.ys >yosys.out 2>&1 || { cat yosys.out >&2; exit 1; }
echo "$model, distance $distance, $kinds kinds of place:"
awk '/Number of cells:/ { buffer = "" } { buffer = buffer "\n" $0 } END { print buffer }' yosys.log |
  awk '$1 ~ /^LUT[1-6]$/ { lut += $2 } $1 ~ /^FD/ { ff += $2 } $1 ~ /^DSP48/ { dsp += $2 }
       $1 == "RAMB36E2" { ramb += $2 } $1 == "RAMB18E2" { ramb += $2 / 2 }
       END { printf "%d LUTs, %d flip-flops, %d DSP48E2, %g RAMB36\n", lut, ff, dsp, ramb }'
