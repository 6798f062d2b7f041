#!/bin/bash
# run-all.sh DECANT ARCHIVE [NAME...] - runs every example, or those named, in alphabetical order; ends with a count.
#
# An example is a folder with a run.sh that takes DECANT and ARCHIVE from the repository's root, builds into
# build/examples/NAME, prints what it does, and fails when two answers that must be equal are not. A new folder is
# found by itself. sinter-sweep is not such: it measures, for minutes, and its arguments are its own.
set -uo pipefail
cd "$(dirname "$0")/.."
decant=$1 archive=$2
shift 2
[ $# -gt 0 ] || set -- $(printf '%s\n' Examples/*/run.sh | LC_ALL=C sort | cut -d / -f 2 | grep -vx sinter-sweep)
failed=()

for name in "$@"; do
  printf '\n---- %s\n' "$name"
  timeout 600 "Examples/$name/run.sh" "$decant" "$archive"
  status=$?
  [ $status = 0 ] && continue
  [ $status = 124 ] && echo "$name: not done in 600 s"
  failed+=("$name")
done

printf '\n%d examples, %d failed%s\n' $# ${#failed[@]} "${failed:+: ${failed[*]}}"
exit $((${#failed[@]} > 0))
