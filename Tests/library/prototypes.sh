#!/bin/sh
# Prints the name of every function that decant.h declares, one a line: what the library must export, no more.
set -eu
cd "$(dirname "$0")/../.."
gcc -E -P -Iinclude include/decant.h | grep -o 'decant_[a-z0-9_]* *(' | tr -d ' (' | sort -u
