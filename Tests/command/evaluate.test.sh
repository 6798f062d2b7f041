# decant evaluate and export: tables, files and sentences. That numbers are right is Tests/python's matter.

small="--code surface --distance 3 --basis X --noise 0.01"

# Some of the table's columns up to the errors; the ones after hold spaces. columns NAME...
columns() {
  awk -v names="$*" 'NR == 1 { n = split(names, want, " "); for (i = NF; i; i--) place[$i] = i; next }
    { line = ""; for (i = 1; i <= n; i++) line = line (i > 1 ? " " : "") $place[want[i]]; print line }' out.txt
}

expect "evaluate a sweep" 0 "experiment  d  rounds  basis  noise  decoder *" "" \
  evaluate --code surface --distance 3,5 --basis X,Z --noise .01,.02 --max_shots 100 --decoder matching
check "evaluate a sweep: rows" "3 3 X 0.01 matching 100
3 3 X 0.02 matching 100
3 3 Z 0.01 matching 100
3 3 Z 0.02 matching 100
5 5 X 0.01 matching 100
5 5 X 0.02 matching 100
5 5 Z 0.01 matching 100
5 5 Z 0.02 matching 100" "$(columns d rounds basis noise decoder shots)"
expect "evaluate two decoders" 0 "*" "" evaluate $small --max_shots 3000 --decoder matching,matching:correlated
both=$(columns decoder shots errors)
expect "evaluate two decoders by two flags" 0 "*" "" \
  evaluate $small --max_shots 3000 --decoder matching --decoder matching:correlated --threads 3 --latency
check "evaluate two decoders by two flags" "$both" "$(columns decoder shots errors)"
expect "evaluate a circuit of Stim's" 0 "*" "" \
  evaluate --code stim:rotated_memory_x --distance 3 --noise 0.01 --max_shots 2000
check "evaluate a circuit of Stim's" "stim:rotated_memory_x 3 3 X 2000" "$(columns experiment d rounds basis shots)"

# A model, a circuit and flags are one experiment.
expect "evaluate flags" 0 "*" "" evaluate $small --max_shots 5000 --seed 4
flags=$(columns shots errors)
decant() { "$command" "$@"; }
decant dem $small --rounds 3 >small.dem
decant circuit $small --rounds 3 >small.stim
printf 'error(0.1) D0 L0\n' >tiny.dem
expect "evaluate a model" 0 "*" "" evaluate --dem small.dem --max_shots 5000 --seed 4 --json small.json
check "evaluate a model" "$flags" "$(columns shots errors)"
check "evaluate a model, rounds unknown" 1 "$(grep -c '"error_rate_per_round": null' small.json)"
expect "evaluate a circuit" 0 "*" "" evaluate --circuit small.stim --max_shots 5000 --seed 4 --rounds 3
check "evaluate a circuit" "$flags" "$(columns shots errors)"

# Recorded shots; count_mistakes counts them alike.
for format in $formats; do
  expect "evaluate recorded $format" 0 "*" "" \
    evaluate --dem surface.dem --in surface_joined.$format --in_format $format --in_includes_appended_observables
  check "evaluate recorded $format" "$(cat surface_count.txt)" "$(columns errors) / $(columns shots)"
done
expect "evaluate recorded, observables apart" 0 "*" "" \
  evaluate --dem surface.dem --in surface_shots.b8 --obs_in surface_observables.01 --obs_in_format 01
check "evaluate recorded, observables apart" "$(cat surface_count.txt)" "$(columns errors) / $(columns shots)"
expect "evaluate some of the recorded" 0 "*" "" \
  evaluate --dem surface.dem --in surface_shots.b8 --obs_in surface_observables.b8 --max_shots 10
check "evaluate some of the recorded" 10 "$(columns shots)"
expect "evaluate names an impossible shot" 1 "" "Error: /dev/stdin: shot 1: no set of errors explains *" \
  evaluate --dem ring.dem --in /dev/stdin --in_format 01 --in_includes_appended_observables <<<$'0000\n1000'
expect "evaluate notices that observables are missing" 1 "" \
  "Error: three.01: ends after 3 shots, but surface_shots.01 has more. Check that the files belong together, *" \
  evaluate --dem surface.dem --in surface_shots.01 --in_format 01 --obs_in three.01 --obs_in_format 01

# Recorded sets.
three="$small --rounds 3"
expect "export cudaq" 0 "" "" export --format cudaq $three --shots 2000 -o set
check "export cudaq: files" "H_csr.bin O_csr.bin detectors.bin metadata.txt observables.bin priors.bin \
pymatching_predictions.bin" "$(LC_ALL=C ls set | tr '\n' ' ' | sed 's/ $//')"
expect "evaluate cudaq" 0 "*" "" evaluate --data set
recorded=$(columns errors | sort -u)
check "evaluate cudaq" "matching 2000 $recorded
recorded:pymatching 2000 $recorded" "$(columns decoder shots errors)"
expect "evaluate cudaq as flags say" 0 "*" "" evaluate --data set $three --orientation O1
expect "evaluate correlated on a bare graph" 1 "" \
  "Error: set: H, O and priors do not say which edges one error flips, as matching:correlated needs. Give --dem, *" \
  evaluate --data set --decoder matching:correlated
expect "evaluate cudaq with a model" 0 "*" "" evaluate --data set --dem small.dem --decoder matching:correlated
expect "evaluate cudaq with other noise" 0 "*" "" \
  evaluate --data set --noise 0.02 --allow_noise_mismatch --decoder matching:correlated
expect "evaluate cudaq, all mismatches" 1 "" "Error: set: 3 things are wrong:
  metadata.txt: distance is 3, but --distance asks for 5
  metadata.txt: basis is X, but --basis asks for Z
  metadata.txt: code_rotation is XV, but --orientation asks for ZH" \
  evaluate --data set --distance 5 --basis Z --orientation O4
expect "evaluate cudaq, other noise" 1 "" "Error: set: 2 things are wrong:
  metadata.txt: p_error is 0.01, but --noise asks for 0.02; if another noise model shall decode these shots, say \
--allow_noise_mismatch
  metadata.txt: noise_model_sha256 is *" evaluate --data set --noise 0.02
expect "evaluate shots of another model" 1 "" \
  "Error: set: tiny.dem: decodes shots of 2 bits (1 detector, 1 observable), but the shots have 25 bits (24 \
detectors, 1 observable). Check *" evaluate --data set --dem tiny.dem

damaged() { # NAME SENTENCE - of the set in the folder "damaged"
  expect "damaged set: $1" 1 "" "Error: damaged: $2" evaluate --data damaged
}
fresh() { rm -rf damaged; cp -r ${1:-set} damaged; }
fresh; truncate -s -4 damaged/detectors.bin
damaged "cut short" "detectors.bin: has 192004 bytes, but its header (shots 2000, bits 24) makes 192008; it is cut short"
fresh; echo >>damaged/H_csr.bin
damaged "drawn out" "H_csr.bin: has 529 bytes, but its header (rows 24, cols *"
fresh; truncate -s 5 damaged/priors.bin; truncate -s 3 damaged/O_csr.bin
damaged "two files" "2 things are wrong:
  O_csr.bin: ends after 3 of the 12 bytes of its header (rows, cols, nnz)
  priors.bin: has 5 bytes, but its header (count *"
fresh; printf '\2' | dd of=damaged/detectors.bin bs=1 seek=108 conv=notrunc status=none
expect "damaged set: no bit" 1 "" "Error: damaged/detectors.bin: bit 1 of shot 1 is 2, not 0 or 1" \
  evaluate --data damaged
fresh; sed -i 's/num_samples=2000/num_samples=1999/; s/num_detectors=24/num_detectors=25/' damaged/metadata.txt
damaged "other counts" "6 things are wrong:
  detectors.bin: has 2000 shots, but num_samples is 1999
  detectors.bin: has 24 detectors, but num_detectors is 25
  observables.bin: has 2000 shots, but num_samples is 1999
  H_csr.bin: has 24 rows, but num_detectors is 25
*"
fresh; printf 'distance\nbasis=Y\n' >damaged/metadata.txt
damaged "no metadata" "8 things are wrong:
  metadata.txt: line 1 is 'distance', not key=value
  metadata.txt: distance is missing; it is a whole number
  metadata.txt: n_rounds is missing; it is a whole number
  metadata.txt: basis is \"Y\", not X or Z
  metadata.txt: code_rotation is missing; it is XV, XH, ZV or ZH, or O1 to O4
*"
fresh; printf '\377\377\377\377' | dd of=damaged/H_csr.bin bs=1 seek=112 conv=notrunc status=none
damaged "column out of range" "H_csr.bin: row 0 names column -1 of *"
fresh; rm damaged/O_csr.bin
damaged "a file missing" "O_csr.bin: cannot be opened: No such file or directory"
expect "evaluate an empty directory" 1 "" "Error: /dev/shm: holds no recorded shots: neither metadata.txt *" \
  evaluate --data /dev/shm

expect "export dets" 0 "" "" export --format dets $three --shots 2000 -o dets
expect "evaluate dets" 0 "*" "" evaluate --data dets --decoder matching,matching:correlated
check "evaluate dets: the same shots" "$recorded" "$(columns errors | head -1)"
expect "evaluate dets of another basis" 1 "" "Error: dets: holds no recorded shots: *" evaluate --data dets --basis Z
fresh dets; head -n 1999 dets/samples_X.dets >damaged/samples_X.dets
expect "damaged set: a shot missing" 1 "" "Error: damaged/samples_X.dets: holds 1999 shots, but num_shots is 2000" \
  evaluate --data damaged
fresh dets; sed -i 's/"schema_version": 2/"schema_version": 3/' damaged/metadata_X.json
damaged "newer" "metadata_X.json: schema_version is 3, but this Decant knows up to 2; update it"
fresh dets; sed -i 's/"p_cnot_ZZ": [0-9.]*/"p_cnot_ZZ": 0.5/' damaged/metadata_X.json
damaged "another hash" "metadata_X.json: noise_model_sha256 is *"
fresh dets; sed -i 's/"format": "dets"/"format": "b8"/; s/true/false/; s/"n_rounds": 3/"n_rounds": "3"/' damaged/metadata_X.json
damaged "not the contract" '3 things are wrong:
  metadata_X.json: format is "b8"; it must be "dets"
  metadata_X.json: append_observables is false; it must be true
  metadata_X.json: n_rounds is "3", not a whole number from 1'" on"
fresh dets; echo '{' >damaged/metadata_X.json
damaged "no JSON" "metadata_X.json: is not a JSON object"

# Flags.
refused() { # NAME SENTENCE VERB FLAGS...
  local name=$1 sentence=$2
  shift 2
  expect "flags: $name" 64 "" "Error: $sentence*" "$@"
}
refused "nothing to evaluate" "Say what to evaluate: --code, --dem, --circuit, or --data for recorded shots." evaluate
refused "unknown decoder" "--decoder bp is unknown. Give any of matching, matching:correlated" \
  evaluate $small --decoder matching,bp
refused "a decoder twice" "--decoder matching is given twice." evaluate $small --decoder matching,matching
refused "no shots" "--max_shots 0 is not above 0." evaluate $small --max_shots 0
refused "no errors" "--max_errors 0 is not above 0." evaluate $small --max_errors 0
refused "no threads" "--threads 0 is not between 1 and 1024." evaluate $small --threads 0
refused "two models" "--dem and --circuit are both the whole model; give one of them." \
  evaluate --dem small.dem --circuit small.stim
refused "a model and more" "--dem is the whole model; leave --code and what belongs to it out." \
  evaluate --dem small.dem --noise 0.01
refused "one of a sweep is wrong" "--code surface: distance 4 is not odd and at least 3" \
  evaluate --code surface --distance 3,4 --basis X --noise 0.01
refused "recorded shots of a sweep" "--in holds shots of one experiment, but the flags tell 2." \
  evaluate --code surface --distance 3,5 --basis X --noise 0.01 --in x --obs_in y
refused "a sweep of a set" "--distance 3,5 is a list, but recorded shots and files are of one experiment." \
  evaluate --data set --distance 3,5
refused "no truth" "Say where the true observables are: " evaluate --dem surface.dem --in surface_shots.b8
refused "truth of nothing" "--obs_in and --in_includes_appended_observables are about --in; say that, too." \
  evaluate --dem surface.dem --obs_in surface_observables.b8
refused "export nothing" "Say either how many shots to sample, --shots 10000, or which to write, --in FILE." \
  export --format dets $three -o nowhere
refused "export of Stim's" "--code stim:rotated_memory_x has no place in dets files, which know --code surface alone." \
  export --format dets --code stim:rotated_memory_x --distance 3 --rounds 3 --noise 0.01 --shots 1 -o nowhere
check "export nothing writes nothing" no "$([ -e nowhere ] || echo no)"
printf 'error(0.1) D5000000 L0\n' >wide.dem
expect "evaluate what does not fit" 1 "" "Error: a shot has 5000002 bits (5000001 detectors, 1 observable), but *" \
  evaluate --dem wide.dem --max_shots 1
printf 'error(0.1) D200000000 L0\n' >wider.dem
expect "evaluate what cannot be sampled" 1 "" "Error: wider.dem: a shot of it has 200000002 bits, but sampling takes at most 67108864; *" \
  evaluate --dem wider.dem --max_shots 1
