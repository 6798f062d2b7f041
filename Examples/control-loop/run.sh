#!/bin/bash
# run.sh DECANT LIBRARY, from the repository's root: builds the control loop in every way that it promises, and holds
# what it answers against `decant predict`, byte for byte. For `make examples`; README.md says what it prints.
set -euo pipefail
decant=$1 library=$2
here=Examples/control-loop
out=build/examples/control-loop
mkdir -p $out
strict="-std=c11 -g -Wall -Wextra -Wpedantic -Werror -Iinclude"
loop=$(ls $here/*.c | grep -v decant_rpc)
cc=${CC:-cc}
# A ring of 2^16 rounds bears being away for 60 ms of a thousand; and no core is named, since there may be one only.
calm="--ring 65536 --wait --cores none"

ok() { echo "ok    $*"; }
fail() { echo "FAIL  $*"; exit 1; }
same() { cmp "$2" "$3" && ok "$1"; } # WHAT EXPECTED FOUND
told() { sed -n "s/^$1 *//p" "$2"; }  # what a report says of something
dies() { # SIGNAL'S STATUS, OPTIONS...: the loop must end by it
  local expected=$1 status
  shift
  status=$( (ulimit -c 0; exec $out/control-loop "$@") >/dev/null 2>$out/dies.txt; echo $?) 2>/dev/null
  [ $status = "$expected" ] || { cat $out/dies.txt; fail "$*: exit status $status, not $expected"; }
}

for compiler in ${CLANG:-} "$cc"; do # the last one stays
  "$compiler" $strict -O2 $loop "$library" -pthread -o $out/control-loop
  "$compiler" $strict -O2 -c $here/decant_rpc.c -o $out/decant_rpc.o
  ok "$(basename "$compiler"): no warning"
done

surface="--code surface --basis X --noise .003"
"$decant" compile --stream $surface --distance 5 --rounds 20 -o $out/d5.image
"$decant" sample $surface --distance 5 --rounds 1000 --shots 100 --seed 8 --out $out/shots.b8 --out_format b8
"$decant" sample $surface --distance 5 --rounds 20000 --shots 1 --seed 9 --out $out/long.b8 --out_format b8
"$decant" compile --dem $here/tests/three.dem -o $out/three.image
seq 0 199 | sed 's/.*/error(0.1) D& L&/' >$out/many.dem
"$decant" compile --dem $out/many.dem -o $out/many.image
predict() { # ROUNDS SHOTS ANSWERS DIGEST
  "$decant" predict --image $out/d5.image --rounds "$1" --in "$2" --out_format b8 --out "$3" --digest 2>&1 |
    sed -n 's/^Digest: //p' >"$4"
}
# A surface memory of N rounds of checks has N + 1 rounds of detectors: the readout gives some.
predict 1001 $out/shots.b8 $out/shots.expected $out/shots.digest
predict 20001 $out/long.b8 $out/long.expected $out/long.digest
shots="--image $out/d5.image --detectors $out/shots.b8 --rounds 1001"
long="--image $out/d5.image --detectors $out/long.b8 --rounds 20001"

answers() { # WHAT EXPECTED OPTIONS...: answers and digest are those of decant predict
  local what=$1 expected=$2
  shift 2
  $out/control-loop $calm "$@" --answers $out/answers >$out/report.txt
  same "$what: answers of decant predict" $out/$expected.expected $out/answers
  [ "$(told digest $out/report.txt)" = "$(cat $out/$expected.digest)" ] || fail "$what: another digest"
}
answers "whole shots, no system call in the loop" shots $shots --period-ns 4000 --seccomp
cat $out/report.txt
answers "one long experiment, no system call in the loop" long $long --period-ns 4000 --seccomp
answers "as fast as rounds are taken" shots $shots --period-ns 0
answers "a short ring" shots $shots --period-ns 0 --ring 1024
grep -q "ring full [1-9].* of 1024 " $out/report.txt || fail "a ring of 1024 rounds was never full"
answers "frames that are taken late" shots $shots --period-ns 0 --pop-late
grep -q "DECANT_FULL [1-9]" $out/report.txt || fail "frames never filled the decoder"

# Rounds that are lost: their experiments are given up and told. Each experiment is answered in another repetition.
$out/control-loop $shots $calm --period-ns 0 --lose 7777 --repeat 3 --answers $out/answers >$out/report.txt
same "every 7777th round lost: answers of decant predict" $out/shots.expected $out/answers
[ "$(told experiments $out/report.txt)" = "262 answered, 38 lost, 0 answered in two ways" ] || fail "not that many"
# A ring that is too short for the rate: nothing is known of which are lost, but all rounds are accounted for.
$out/control-loop $shots --period-ns 0 --ring 64 --cores none --repeat 3 >$out/report.txt
told rounds $out/report.txt | awk '$1 != 300300 || $5 == 0 || $1 != $3 + $5 + $7 { exit 1 }' ||
  fail "rounds do not add up: $(told rounds $out/report.txt)"
ok "a ring that is too short: $(told rounds $out/report.txt)"

dies 159 $shots $calm --seccomp --break call # SIGSYS
ok "a system call in the loop ends the program"
dies 134 $shots $calm --break heap # SIGABRT
grep -q "the heap was used" $out/dies.txt || fail "the heap was used, and not told"
ok "an allocation in the loop ends the program"

$cc $strict -O1 -fsanitize=thread $here/tests/ring_test.c -pthread -o $out/ring_test
$out/ring_test
$cc $strict -O1 -fsanitize=thread $loop "$library" -pthread -o $out/control-loop-tsan
$out/control-loop-tsan $shots $calm --period-ns 0 --answers $out/answers >$out/report.txt
same "ThreadSanitizer sees no race, in the ring alone and in the loop" $out/shots.expected $out/answers

$cc $strict -O1 -fsanitize=address,undefined -fno-sanitize-recover=all $here/tests/rpc_test.c $here/decant_rpc.c "$library" \
  -lcmocka -o $out/rpc_test
ASAN_OPTIONS=detect_leaks=0 $out/rpc_test $out/three.image $out/d5.image $out/shots.b8 1001 $out/shots.expected \
  $out/many.image >$out/rpc_test.txt 2>&1 || { cat $out/rpc_test.txt; exit 1; }
ok "CUDA-Q Realtime slots: $(grep -c '       OK ' $out/rpc_test.txt) tests"
