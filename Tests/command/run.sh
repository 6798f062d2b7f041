#!/usr/bin/env bash
# Runs the built command over small golden files, and checks outputs, exit codes and sentences.
#
#     DECANT=.build/release/decant Tests/command/run.sh
#
# It needs nothing but bash and coreutils. Golden files come from Stim and PyMatching (Tests/golden/shots).
set -u
command=$(realpath "${DECANT:?set DECANT to the path of the command}")
here=$(dirname "$(realpath "$0")")
golden=$here/../golden/shots
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$golden"/* "$work"/
cd "$work" || exit 1
export SWIFT_BACKTRACE=enable=no

checks=0
failures=0

# Reports a check. check NAME EXPECTED FOUND
check() {
  checks=$((checks + 1))
  [ "$2" = "$3" ] && return
  failures=$((failures + 1))
  printf 'FAILED %s\n  expected: %s\n  found:    %s\n' "$1" "$2" "$3"
}

# Runs the command, and checks its exit code, standard output and standard error; a trailing * in an expected
# text stands for anything. Input is standard input. expect NAME CODE OUTPUT ERRORS ARGUMENTS...
expect() {
  local name=$1 code=$2 output=$3 errors=$4 found
  shift 4
  timeout 60 "$command" "$@" >out.txt 2>err.txt
  check "$name: exit code" "$code" $?
  matches "$name: standard output" "$output" out.txt
  matches "$name: standard error" "$errors" err.txt
}

# Compares a file with an expected text. matches NAME EXPECTED FILE
matches() {
  local found
  found=$(cat "$3"; echo .)
  found=${found%.}
  found=${found%$'\n'}
  case $2 in
    *'*') check "$1" "${2%\*}" "${found:0:$((${#2} - 1))}" ;;
    *) check "$1" "$2" "$found" ;;
  esac
}

# Compares two files byte for byte. same NAME EXPECTED FOUND
same() {
  checks=$((checks + 1))
  cmp -s "$2" "$3" && return
  failures=$((failures + 1))
  printf 'FAILED %s: %s differs from %s\n' "$1" "$3" "$2"
}

# What all chapters work with.
formats="01 b8 r8 ptb64 hits dets"
printf 'error(0.1) D0 D1 L0\nerror(0.1) D1 D2\nerror(0.1) D2 D0\n' >ring.dem
for model in surface chain; do
  expect "compile $model" 0 "" "" compile --dem $model.dem -o $model.image
done

for chapter in "$here"/*.test.sh; do
  # shellcheck source=/dev/null
  . "$chapter"
done

echo "command: $checks checks, $failures failed"
[ "$failures" -eq 0 ]
