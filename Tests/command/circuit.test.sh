# decant circuit, dem and compile of experiments told by flags: what they write, and what is wrong with flags.
# That models equal Stim's is Tests/python's matter.

surface="--code surface --distance 3 --rounds 3 --basis X"
for noise in "--noise 0.003" "--noise 0.003 --preset si1000" "--noise 0.003 --circuit_noise scalar"; do
  expect "circuit $noise" 0 "QUBIT_COORDS(1, 1) 0*" "" circuit $surface $noise
  mv out.txt c.stim
  expect "circuit $noise to a file" 0 "" "" circuit $surface $noise -o d.stim
  same "circuit $noise to a file" c.stim d.stim
  expect "dem $noise" 0 "error(*" "" dem $surface $noise
  mv out.txt c.dem
  expect "dem $noise of the circuit" 0 "" "" dem --circuit c.stim --out d.dem
  same "dem $noise of the circuit" c.dem d.dem
  expect "compile $noise" 0 "" "" compile $surface $noise -o c.image
  expect "compile $noise from the model" 0 "" "" compile --dem c.dem -o d.image
  same "compile $noise" c.image d.image
done
expect "compile correlated" 0 "" "" compile $surface --noise 0.003 --correlated -o c.image
expect "inspect what was compiled" 0 "*" "" inspect c.image
check "inspect what was compiled" "detectors                    24" "$(grep '^detectors ' out.txt)"
check "inspect what was compiled, correlated" 1 "$(grep -c '^correlations  *yes$' out.txt)"

expect "circuit in the first orientation" 0 "*" "" circuit $surface --noise 0.003
mv out.txt c.stim
expect "circuit by the other name" 0 "*" "" circuit $surface --noise 0.003 --orientation o1
same "circuit by the other name" c.stim out.txt
expect "circuit in another orientation" 0 "*" "" circuit $surface --noise 0.003 --orientation ZH
check "circuit in another orientation" differ "$(cmp -s c.stim out.txt || echo differ)"

expect "circuit of Stim's" 0 "R 0 1 2
TICK
CX 0 1
TICK
CX 2 1
TICK
MR 1
DETECTOR(1, 0) rec[-1]
M 0 2
DETECTOR(1, 1) rec[-1] rec[-2] rec[-3]
OBSERVABLE_INCLUDE(0) rec[-1]" "" circuit --code stim:repetition_code:memory --distance 2 --rounds 1 --noise 0
expect "circuit of Stim's with one kind of noise" 0 "*" "" \
  circuit --code stim:rotated_memory_x --distance 3 --rounds 2 --before_measure_flip_probability 0.01
check "circuit of Stim's with one kind of noise" "X_ERROR(0.01) Z_ERROR(0.01)" \
  "$(grep -oE '[A-Z0-9]+(_[A-Z0-9]+)?\(0.01\)' out.txt | sort -u | tr '\n' ' ' | sed 's/ $//')"

# A noise model in a file.
parameters() { # KEY VALUE - all parameters 0.001, but this one
  printf '{"%s": %s' "$1" "$2"
  for key in p_{prep,meas}_{X,Z} p_idle_{cnot,spam}_{X,Y,Z} p_cnot_{I{X,Y,Z},{X,Y,Z}{I,X,Y,Z}}; do
    [ "$key" = "$1" ] || printf ', "%s": 0.001' "$key"
  done
  printf '}'
}
parameters p_meas_X 0.01 >noise.json
expect "circuit with a noise model" 0 "*" "" circuit $surface --noise_model noise.json
check "circuit with a noise model" "Z_ERROR(0.01) 9 10 11 12" "$(grep -m 1 'Z_ERROR(0.01) 9' out.txt)"
expect "circuit with a noise model by another name of the flag" 0 "QUBIT*" "" \
  circuit $surface --noise-model noise.json --circuit-noise 25
printf '{"p": 0.003}' >p.json
expect "dem with one number" 0 "*" "" dem $surface --noise 0.003
mv out.txt c.dem
expect "dem with one number in a file" 0 "*" "" dem $surface --noise_model p.json
same "dem with one number in a file" c.dem out.txt

refuse() { # NAME SENTENCE JSON
  printf '%s' "$3" >wrong.json
  expect "noise model: $1" 1 "" "Error: wrong.json: $2" circuit $surface --noise_model wrong.json
}
refuse "above 1" "p_meas_X is 1.5, which is no probability; give a number from 0 to 1" "$(parameters p_meas_X 1.5)"
refuse "text" "p_meas_X is not a number; give one from 0 to 1" "$(parameters p_meas_X '"1"')"
refuse "sum" "p_cnot_* sum to 1.014, but exclude each other, so that they cannot sum to more than 1; lower them" \
  "$(parameters p_cnot_ZZ 1)"
refuse "unknown" "unknown key 'p_measure'; the keys are p_prep_{X,Z}, *" "$(parameters p_measure 0)"
refuse "missing" "p_prep_Z is missing and 23 more; give all of *" '{"p_prep_X": 0}'
refuse "old and new" "p_idle_X stands for p_idle_cnot_X and p_idle_spam_X, but *" "$(parameters p_idle_X 0)"
refuse "not JSON" "is not a JSON object*" 'p: 0.003'
expect "noise model that is not there" 1 "" "Error: none.json: cannot be opened: No such file or directory. *" \
  circuit $surface --noise_model none.json
expect "noise beyond a preset" 1 "" \
  "Error: si1000 noise of 0.3: p_meas_X is 1.5, which is no probability; give a number from 0 to 1" \
  circuit $surface --noise 0.3 --preset si1000

# Flags.
wrong() { # NAME SENTENCE FLAGS...
  local name=$1 sentence=$2
  shift 2
  expect "flags: $name" 64 "" "Error: $sentence*" circuit "$@"
}
wrong "no code" "Say which experiment: --code surface, or --code stim:rotated_memory_z and others." --noise 0.1
wrong "no distance" "Say the code distance: --distance 5." --code surface
wrong "no rounds" "Say how many rounds: --rounds 5." --code surface --distance 5
wrong "no basis" "Say the basis of the memory: --basis X or --basis Z." --code surface --distance 5 --rounds 5
wrong "no noise" "Say how noisy it is: --noise 0.003, or --noise_model FILE.json for --code surface." $surface
wrong "no noise of Stim's" "Say how noisy it is: --noise 0.003" --code stim:rotated_memory_x --distance 3 --rounds 3
wrong "unknown code" "--code steane is unknown. Give surface, or one of stim:rotated_memory_x, " \
  --code steane --distance 3 --rounds 3
wrong "even distance" "--code surface: distance 4 is not odd and at least 3, as this rotated surface code needs; " \
  --code surface --distance 4 --rounds 4 --basis X --noise 0.1
wrong "one round" "--code surface: 1 round is too few: the last one stands in for measuring the data qubits, " \
  --code surface --distance 3 --rounds 1 --basis X --noise 0.1
wrong "no round of Stim's" "--code stim:rotated_memory_x: 0 rounds are too few; give 1 or more." \
  --code stim:rotated_memory_x --distance 3 --rounds 0 --noise 0.1
wrong "unknown basis" "--basis Y is neither X nor Z." --code surface --distance 3 --rounds 3 --basis Y --noise 0.1
wrong "unknown orientation" "--orientation O5 is unknown. Give XV, XH, ZV or ZH, or O1 to O4." \
  $surface --orientation O5 --noise 0.1
wrong "noise above 1" "--noise 1.5 is not between 0 and 1." $surface --noise 1.5
wrong "depolarization above 3/4" "--after_clifford_depolarization 0.8 is not between 0 and 0.75." \
  --code stim:rotated_memory_x --distance 3 --rounds 3 --after_clifford_depolarization 0.8
wrong "unknown preset" "--preset sd6 is unknown. Give uniform or si1000." $surface --noise 0.1 --preset sd6
wrong "unknown noise circuit" "--circuit_noise 24 is unknown. Give 25 or scalar." \
  $surface --noise 0.1 --circuit_noise 24
wrong "two kinds of noise" "--noise_model holds all of the noise; leave --noise and --preset out." \
  $surface --noise 0.1 --noise_model noise.json
wrong "a scalar circuit of 25 parameters" "--circuit_noise scalar has one error rate: say --noise p, " \
  $surface --noise_model noise.json --circuit_noise scalar
wrong "Stim's noise for surface" "--after_clifford_depolarization and its like are about stim: circuits. " \
  $surface --after_clifford_depolarization 0.1
wrong "25 parameters for Stim's" "--preset, --noise_model and --circuit_noise are about --code surface. " \
  --code stim:rotated_memory_x --distance 3 --rounds 3 --noise_model noise.json
wrong "basis for Stim's" "--basis and --orientation are about --code surface; " \
  --code stim:rotated_memory_x --distance 3 --rounds 3 --basis X --noise 0.1
expect "compile nothing" 64 "" \
  "Error: Say what to compile: --dem for a detector error model, or --code for a memory experiment.*" \
  compile -o c.image
expect "compile two things" 64 "" "Error: --dem is the whole model; leave --code and what belongs to it out.*" \
  compile --dem surface.dem --code surface -o c.image
expect "dem of two things" 64 "" "Error: --circuit is the whole experiment; leave --code *" \
  dem --circuit c.stim --noise 0.1

# Circuits that are not what they should be.
expect "dem names the line at fault" 1 "" "Error: /dev/stdin:2: CX is given qubit 1 twice in a pair; *" \
  dem --circuit /dev/stdin <<<$'R 0\nCX 1 1'
expect "dem names detectors that are random" 1 "" "Error: /dev/stdin: D0 would be random without any noise, *" \
  dem --circuit /dev/stdin <<<$'RX 0\nM 0\nDETECTOR rec[-1]'
