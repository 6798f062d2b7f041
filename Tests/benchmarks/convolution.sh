#!/bin/bash
# convolution.sh - the grid network's kernels beside OpenBLAS, at each level of the processor. Needs libopenblas-dev.
set -euo pipefail
cd "$(dirname "$0")/../.."
clang=$(dirname "$(realpath "$(command -v swiftc)")")/clang
headers=$(dirname "$(find /usr/include /usr/local/include -name cblas.h 2>/dev/null | grep openblas | head -1)")
[ "$headers" != . ] || { echo "OpenBLAS is not here: apt-get install libopenblas-dev" >&2; exit 1; }
mkdir -p build/benchmarks
"$clang" -std=c11 -O3 -Wall -Wextra -D_POSIX_C_SOURCE=200809L -ISources/DecantKernels/include -ISources/DecantKernels -I"$headers" \
  Tests/benchmarks/convolution.c Sources/DecantKernels/conv*.c Sources/DecantKernels/cpu.c -lopenblas -lm \
  -o build/benchmarks/convolution
build/benchmarks/convolution
# OpenBLAS is told to use no more than the kernels do.
DECANT_KERNELS=avx2 OPENBLAS_CORETYPE=Haswell build/benchmarks/convolution
DECANT_KERNELS=portable OPENBLAS_CORETYPE=Nehalem build/benchmarks/convolution
