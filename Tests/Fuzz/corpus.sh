#!/bin/bash
# corpus.sh unpack TARGET FOLDER   writes the inputs of corpus/TARGET.base64 into a folder, one file each
# corpus.sh pack TARGET            replaces that file by the fewest of build/fuzz/corpus/TARGET that do
#
# One text file per target, a line of base64 per input: hundreds of tiny files would only be in the way.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$2
packed=Tests/Fuzz/corpus/$target.base64

case $1 in
  unpack)
    mkdir -p "$3"
    number=0
    while read -r line; do
      number=$((number + 1))
      base64 -d <<<"$line" >"$3/corpus-$number"
    done < <(cat "$packed" 2>/dev/null)
    ;;
  pack)
    smallest=$(mktemp -d)
    trap 'rm -rf "$smallest"' EXIT
    export ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no
    "build/fuzz/fuzz-$target" -merge=1 -use_counters=0 -max_len=300 -timeout=10 "$smallest" \
      "build/fuzz/corpus/$target" 2>"build/fuzz/$target-merge.log"
    mkdir -p "$(dirname "$packed")"
    for input in "$smallest"/*; do
      base64 -w 0 "$input"
      echo
    done | LC_ALL=C sort >"$packed"
    wc -lc "$packed"
    ;;
esac
