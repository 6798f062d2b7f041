#!/bin/sh
# run.sh DECANT ARCHIVE: RTL and Decant in one simulation, and what comes out of it beside the library that reads files.
# From the root of the repository, or by `make examples`; needs verilator, iverilog, python3 and g++. Ends with 0 only if
# everything is the same, byte for byte. FULL=1: the units' inputs that take minutes, too.
set -eu
began=$(date +%s)
root=$(pwd)
here=$root/Examples/fpga-cosim
absolute() { case $1 in /*) echo "$1" ;; *) echo "$root/$1" ;; esac; }
decant=$(absolute "$1")
archive=$(absolute "$2")
out=$root/build/examples/fpga-cosim
mkdir -p "$out"
cd "$out"

compile_c() { # OUTPUT FLAGS FILES...; by hand, for Verilator would take C for C++
  output=$1
  shift
  cc -std=c11 -O2 -fPIC -Wall -Wextra -I"$root/include" "$@" -o "$output"
}

verilate() { # NAME TOP KIND FILES...: a test bench and its RTL, and objects in C; --binary, or with --cc a main in C++
  name=$1 top=$2 kind=$3
  shift 3
  verilator "$kind" --exe --build -O3 --top-module "$top" --Mdir "verilated-$name" -o "../$name" -I"$here/dpi" "$@" \
    >"$name.log" 2>&1 || { cat "$name.log" >&2; return 1; }
}

rtl="$here/rtl/lfsr.sv $here/rtl/syndrome_player.sv"
arithmetic="$here/rtl/event_network/activation.sv $here/rtl/event_network/row_sums.sv
  $here/rtl/event_network/dot_products.sv $here/rtl/event_network/requantiser.sv"
stream="$here/tb/tb_stream.sv $rtl $here/rtl/decoder_port.sv $here/rtl/frame_sink.sv"
network="$here/tb/tb_network.sv $rtl $here/rtl/matcher_port.sv $arithmetic $here/rtl/event_network/event_evaluator.sv
  $here/rtl/event_network/event_network.sv"

for reference in decode_file predecode_file; do
  compile_c $reference "$here/reference/$reference.c" "$archive"
done
for host in decoder matcher; do
  compile_c ${host}_host.o -c "$here/host/$host.c"
  compile_c ${host}_dpi.o -c -I"$(verilator --getenv VERILATOR_ROOT)/include/vltstd" "$here/dpi/$host.c"
  compile_c $host.vpi -shared -I/usr/include/iverilog "$here/vpi/$host.c" ${host}_host.o "$archive"
done
compile_c core_kernel.o -c -I"$root/Sources/DecantCoreKernels" "$here/units/core_kernel.c"

# shellcheck disable=SC2086
{
  verilate stream tb_stream --binary $stream "$out/decoder_dpi.o" "$out/decoder_host.o" "$archive"
  iverilog -g2012 -I"$here/vpi" -s tb_stream -o tb_stream.vvp $stream
  iverilog -g2012 -I"$here/vpi" -s tb_network -o tb_network.vvp $network
  # These build while the streams are checked.
  (
    verilate units units --cc -CFLAGS -std=c++20 -MAKEFLAGS OPT_FAST=-O2 "$here/units/units.sv" $arithmetic \
      "$here/units/units.cpp" "$out/core_kernel.o" &&
      verilate small tb_network --binary $network "$out/matcher_dpi.o" "$out/matcher_host.o" "$archive" &&
      verilate event tb_network --binary -GHIDDEN=128 -GUNITS=32 -GROUNDS=9 $network "$out/matcher_dpi.o" \
        "$out/matcher_host.o" "$archive"
  ) &
}
builds=$!

python3 "$here/check_stream.py" "$decant" "$out/stream" "vvp -n -M . -m decoder tb_stream.vvp" "$out/decode_file"

# No Debian release with Icarus 11 or newer has cocotb; the venv is for other examples, too.
venv=$root/build/examples/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cc -shared -o libdecant.so -Wl,--whole-archive "$archive" -Wl,--no-whole-archive
export DECANT_LIBRARY="$out/libdecant.so" PYTHONPATH="$root/bindings/python/src:$here/cocotb"
"$venv/bin/python" "$here/cocotb/check_axis.py" z5 100 12
"$venv/bin/python" "$here/cocotb/check_axis.py" endless5 1 12

wait $builds
echo
python3 "$here/check_network.py" "$decant" "$out/predecode_file" "$out/small" "$out/event" \
  "vvp -n -M . -m matcher tb_network.vvp"
echo
echo "units of the event network, inputs at which RTL and formula are the same:"
./units ${FULL:+--full} small3.memories small5.memories small7.memories event5.memories event7.memories

echo
times >times.txt
awk -v wall=$(($(date +%s) - began)) '
  { split($1 "m" $2, t, /[ms]/); total += 60 * t[1] + t[2] + 60 * t[4] + t[5] }
  END { printf "in all: %d s, in which processors worked for %.0f s\n", wall, total }' times.txt
