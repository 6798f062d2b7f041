#!/bin/bash
# headers.sh CLANG - decant.h is clean in every language that may include it, and C and C++ share a program.
set -euo pipefail
cd "$(dirname "$0")/../.."
clang=$1
flags="-Wall -Wextra -Wpedantic -Werror -Iinclude"
folder=build/headers
mkdir -p "$folder"
compiled=0

for compiler in gcc "$clang"; do
  for standard in c99 c11 c17; do
    $compiler -std=$standard $flags -x c -c Tests/library/include_twice.c -o "$folder/c.o"
    compiled=$((compiled + 1))
  done
done
# Swift's clang may come without a C++ library; the header needs none.
for compiler in g++ "$clang"; do
  for standard in c++11 c++20; do
    $compiler -std=$standard $flags -x c++ -c Tests/library/include_twice.c -o "$folder/cxx.o"
    compiled=$((compiled + 1))
  done
done
echo "ok    decant.h compiles without a warning in $compiled combinations of compiler and standard"

gcc -std=c11 $flags -c Tests/library/from_c.c -o "$folder/from_c.o"
g++ -std=c++11 $flags -c Tests/library/from_cxx.cpp -o "$folder/from_cxx.o"
g++ "$folder/from_c.o" "$folder/from_cxx.o" -o "$folder/both"
"$folder/both"
echo "ok    C and C++ agree about decant.h's structs and names"
