#!/bin/bash
# build.sh SWIFTC CLANG - builds the fuzz targets into build/fuzz, instrumented for coverage and addresses.
#
# Without SwiftPM, which instruments whole packages or nothing: core and host are compiled as they are, as
# modules of their own, and each target linked to them.
set -euo pipefail
cd "$(dirname "$0")/../.."
swiftc=$1
clang=$2
out=build/fuzz
mkdir -p "$out"
sanitize="-sanitize=fuzzer,address"
swift_flags="-O -g -wmo -parse-as-library -swift-version 6 -package-name decant $sanitize -I include -I Sources/DecantKernels/include -I Sources/DecantModels/include -I $out"

module() { # NAME
  $swiftc $swift_flags -module-name "$1" -emit-module -emit-module-path "$out/$1.swiftmodule" \
    -c $(find "Sources/$1" -name '*.swift') -o "$out/$1.o"
}
module DecantCore
module DecantHost

kernels=()
for source in Sources/DecantKernels/*.c; do
  kernel=$out/kernel-$(basename "$source" .c).o
  $clang -O2 -g -ISources/DecantKernels/include -fsanitize=address -c "$source" -o "$kernel"
  kernels+=("$kernel")
done

$clang -ISources/DecantModels -c Sources/DecantModels/models.S -o "$out/models.o"
kernels+=("$out/models.o")

c_flags="-std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g -Wall -Wextra -Wpedantic -Werror -Iinclude"
for target in image decode stream blocks strips rpc; do
  $clang $c_flags -fsanitize=fuzzer-no-link,address -c "Tests/Fuzz/$target.c" -o "$out/$target.o"
done
$clang $c_flags -fsanitize=fuzzer-no-link,address -c Examples/control-loop/decant_rpc.c -o "$out/decant_rpc.o"
$clang $c_flags -fsanitize=address -c Tests/CTests/graph.c -o "$out/graph.o"

$swiftc -use-ld=lld $sanitize "$out/image.o" "$out/graph.o" "$out/DecantCore.o" -o "$out/fuzz-image"
$swiftc -use-ld=lld $sanitize "$out/decode.o" "$out/graph.o" "$out/DecantCore.o" -o "$out/fuzz-decode"
$swiftc -use-ld=lld $sanitize "$out/stream.o" "$out/DecantCore.o" -o "$out/fuzz-stream"
$swiftc -use-ld=lld $sanitize "$out/blocks.o" "$out/DecantCore.o" -o "$out/fuzz-blocks"
$swiftc -use-ld=lld $sanitize "$out/strips.o" "$out/DecantCore.o" -o "$out/fuzz-strips"
$swiftc -use-ld=lld $sanitize "$out/rpc.o" "$out/decant_rpc.o" "$out/DecantCore.o" -o "$out/fuzz-rpc"
$swiftc -use-ld=lld $swift_flags Tests/Fuzz/ErrorModel.swift "$out/DecantHost.o" "$out/DecantCore.o" \
  "${kernels[@]}" -o "$out/fuzz-error-model"
$swiftc -use-ld=lld $swift_flags Tests/Fuzz/Checkpoint.swift "$out/DecantHost.o" "$out/DecantCore.o" \
  "${kernels[@]}" -o "$out/fuzz-checkpoint"
