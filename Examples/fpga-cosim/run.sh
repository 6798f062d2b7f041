#!/bin/sh
# run.sh DECANT ARCHIVE: RTL and Decant in one simulation, and what comes out of it beside a decoder that reads files.
# Run it from the root of the repository, or by `make examples`; needs verilator, iverilog, yosys, python3 and g++.
set -eu
root=$(pwd)
here=$root/Examples/fpga-cosim
absolute() { case $1 in /*) echo "$1" ;; *) echo "$root/$1" ;; esac; }
decant=$(absolute "$1")
archive=$(absolute "$2")
out=$root/build/examples/fpga-cosim
mkdir -p "$out"
cd "$out"

compile_c() { # OUTPUT FLAGS FILES...: Verilator would take C for C++
  output=$1
  shift
  cc -std=c11 -O2 -fPIC -Wall -Wextra -I"$root/include" "$@" -o "$output"
}

verilate() { # NAME FILES...: a test bench and its RTL, and objects in C
  name=$1
  shift
  verilator --binary --timing -O3 --top-module "$name" --Mdir "verilated-$name" -o "../$name" -I"$here/dpi" "$@" \
    >"$name.log" 2>&1 || { cat "$name.log" >&2; exit 1; }
}

stream="$here/tb/tb_stream.sv $here/rtl/lfsr.sv $here/rtl/syndrome_player.sv $here/rtl/decoder_port.sv $here/rtl/frame_sink.sv"

compile_c decode_file "$here/reference/decode_file.c" "$archive"
compile_c decoder_host.o -c "$here/host/decoder.c"
compile_c decoder_dpi.o -c -I/usr/share/verilator/include/vltstd "$here/dpi/decoder.c"
compile_c decoder.vpi -shared -I/usr/include/iverilog "$here/vpi/decoder.c" decoder_host.o "$archive"
# shellcheck disable=SC2086
{
  verilate tb_stream $stream "$out/decoder_dpi.o" "$out/decoder_host.o" "$archive"
  iverilog -g2012 -I"$here/vpi" -s tb_stream -o tb_stream.vvp $stream
}

python3 "$here/check_stream.py" "$decant" "$out/tb_stream" "vvp -n -M . -m decoder tb_stream.vvp" "$out/decode_file"

# cocotb is in no Debian release that has Icarus 11; the venv is other examples', too.
venv=$root/build/examples/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cc -shared -o libdecant.so -Wl,--whole-archive "$archive" -Wl,--no-whole-archive
export DECANT_LIBRARY="$out/libdecant.so" PYTHONPATH="$root/bindings/python/src:$here/cocotb"
"$venv/bin/python" "$here/cocotb/check_axis.py" z5 100 12
"$venv/bin/python" "$here/cocotb/check_axis.py" endless5 1 12
