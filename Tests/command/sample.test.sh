# shellcheck shell=bash disable=SC2154
# decant sample: shots of experiments, circuits and models. Their contents are the Python tests' business.

surface="--code surface --distance 3 --rounds 3 --basis X --noise 0.01"
zeros="shot"$'\n'"shot"
expect "sample without noise" 0 "$zeros" "" sample --code surface --distance 3 --rounds 3 --basis X --noise 0 \
  --shots 2 --out_format dets
expect "sample a certain model" 0 "shot D1 L0"$'\n'"shot D1 L0" "" sample --dem /dev/stdin --shots 2 \
  --out_format dets --append_observables <<<"error(1) D1 L0"
expect "sample a circuit" 0 "1" "" sample --circuit /dev/stdin --shots 1 <<<$'R 0\nX_ERROR(1) 0\nM 0\nDETECTOR rec[-1]'
expect "sample nothing" 0 "" "" sample $surface --shots 0
expect "sample what matching wants" 0 "*" "" sample --code stim:rotated_memory_z --distance 3 --rounds 3 --noise 0.01 \
  --shots 64 --out s.ptb64 --out_format ptb64 --edges_out e.b8 --obs_out o.01

refused() { # NAME CODE SENTENCE FLAGS...
  local name=$1 code=$2 sentence=$3
  shift 3
  expect "sample: $name" "$code" "" "Error: $sentence*" sample "$@"
}
refused "nothing to sample" 64 "Say what to sample: --code and what belongs to it, --circuit, or --dem " --shots 1
refused "two things" 64 "--dem, --circuit and --code all say what to sample; give one of them." --shots 1 \
  --dem chain.dem $surface
refused "negative" 64 "--shots -5 is negative." --shots=-5 $surface
refused "no threads" 64 "--threads 0 is not between 1 and 1024." --shots 1 --threads 0 $surface
refused "labels of a model" 64 "--labels_out needs --code surface: " --shots 1 --dem chain.dem --labels_out l.b8
refused "labels that go nowhere" 64 "--labels, --teacher are about --labels_out; " --shots 1 $surface --teacher
refused "unknown labels" 64 "--labels some is unknown. Give none, spacelike or full." --shots 1 $surface \
  --labels_out l.b8 --labels some
refused "labels and edges" 64 "--edges_out and --labels_out are of different samplers; " --shots 1 $surface \
  --labels_out l.b8 --edges_out e.b8
refused "a place that is none" 1 "none/l.b8: cannot be written: No such file or directory." --shots 1 $surface \
  --labels_out none/l.b8
refused "a model that is none" 1 "/dev/stdin:1: " --shots 1 --dem /dev/stdin <<<"error(2) D0"
refused "half a group" 1 "s.ptb64: ptb64 holds shots in groups of 64, and the last 3 " --shots 3 $surface \
  --out s.ptb64 --out_format ptb64
