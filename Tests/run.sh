#!/bin/bash
# run.sh TARGET... - makes each target in turn, whatever becomes of the others, and ends with a count.
set -uo pipefail
cd "$(dirname "$0")/.."
passed=0
failed=0
summary=""

for target in "$@"; do
  printf '\n======== make %s\n' "$target"
  start=$SECONDS
  if ${MAKE:-make} "$target"; then
    passed=$((passed + 1))
    outcome=ok
  else
    failed=$((failed + 1))
    outcome=FAILED
  fi
  summary+=$(printf '%-8s %-18s %4d s' "$outcome" "$target" $((SECONDS - start)))$'\n'
done

printf '\n%s\n%d passed, %d failed\n' "$summary" "$passed" "$failed"
exit $((failed > 0))
