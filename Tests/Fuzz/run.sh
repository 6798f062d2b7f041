#!/bin/bash
# run.sh regressions        gives every target the inputs that once failed, its corpus and its seeds
# run.sh SECONDS [TARGET]   lets each target (or one) look for new ones, for that long
#
# What is found stays in build/fuzz; README.md here says what to do with it.
set -euo pipefail
cd "$(dirname "$0")/../.."
# Leaks are not what these targets look for; and Swift's own backtracer would wait for an answer.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 SWIFT_BACKTRACE=enable=no
limits="-timeout=10 -rss_limit_mb=2048"

seeds() { # TARGET
  case $1 in
    image) find build/fixtures -name '*.image' -size -19k ;;
    decode | stream | blocks | strips | rpc | checkpoint) ;;
    error-model) find Tests/golden -name '*.dem' -size -12k ;;
  esac
  Tests/Fuzz/corpus.sh unpack "$1" "build/fuzz/seeds/$1"
  find "build/fuzz/seeds/$1" "Tests/Fuzz/regressions/$1" -type f 2>/dev/null || true
}

options() { # TARGET
  case $1 in
    image) echo "-max_len=18432 -len_control=0" ;;
    decode | stream | blocks | strips | rpc) echo "-max_len=1024 -len_control=0" ;;
    checkpoint) echo "-max_len=4096 -len_control=0" ;;
    error-model) echo "-max_len=4096 -dict=Tests/Fuzz/error-model.dict" ;;
  esac
}

for target in ${2:-image decode stream blocks strips rpc error-model checkpoint}; do
  program=build/fuzz/fuzz-$target
  log=build/fuzz/$target.log
  mapfile -t inputs < <(seeds "$target" | sort)
  if [ "$1" = regressions ]; then
    arguments=("${inputs[@]}")
    [ ${#inputs[@]} -gt 0 ] || { echo "--    $target: no inputs"; continue; }
    what="${#inputs[@]} inputs"
  else
    corpus=build/fuzz/corpus/$target
    mkdir -p "$corpus"
    for input in "${inputs[@]}"; do cp -f "$input" "$corpus/"; done
    arguments=($(options "$target") -max_total_time="$1" -print_final_stats=1
      "-artifact_prefix=build/fuzz/$target-" "$corpus")
    what="$1 s"
  fi
  if ! "$program" $limits "${arguments[@]}" >"$log" 2>&1; then
    echo "FAIL  $target: $what; the end of $log:"
    tail -40 "$log"
    exit 1
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
  echo "ok    $target: $what${executions:+, $executions executions, coverage $coverage}"
done
