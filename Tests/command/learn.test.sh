# decant learn: what it writes, that counting may be cut up, and what it says of shots that are no good.

surface="--code surface --distance 3 --rounds 4 --basis X"
sample_learn() {  # FILE SHOTS ARGUMENTS...
  local file=$1 shots=$2
  shift 2
  "$command" sample --shots "$shots" --out "$file" --out_format b8 "$@"
}
sample_learn seen.b8 20000 $surface --noise 0.006 --obs_out seen.01
sample_learn fresh.b8 20000 $surface --noise 0.006 --seed 1 --obs_out fresh.01

for estimator in moments parameters combined; do
  expect "learn by $estimator" 0 "" "" learn $surface --in seen.b8 --estimator $estimator -o $estimator.dem
  expect "decode with $estimator" 0 "*" "" count_mistakes --dem $estimator.dem --in fresh.b8 --in_format b8 \
    --obs_in fresh.01 --enable_correlations
done
# As many mistakes as with the true noise, give or take a few.
"$command" dem $surface --noise 0.006 -o true.dem
mistakes() { "$command" count_mistakes --dem $1 --in fresh.b8 --in_format b8 --obs_in fresh.01 | cut -d' ' -f1; }
true=$(mistakes true.dem)
for estimator in moments parameters combined; do
  found=$(mistakes $estimator.dem)
  check "$estimator decodes like the truth" 1 $((100 * found < 106 * true + 300 && true > 100))
done

# Threads, formats, pieces and merged statistics count the same.
expect "learn on threads" 0 "" "" learn $surface --in seen.b8 --threads 3 -o threads.dem
same "learn on threads" combined.dem threads.dem
head -c $((4 * 8000)) seen.b8 >first.b8
tail -c +$((4 * 8000 + 1)) seen.b8 >second.b8
expect "learn from pieces" 0 "" "" learn $surface --in first.b8 --in second.b8 -o pieces.dem
same "learn from pieces" combined.dem pieces.dem
expect "count" 0 "" "" learn $surface --in first.b8 --statistics first.stats
expect "merge" 0 "" "" learn $surface --merge first.stats --in second.b8 --statistics all.stats -o merged.dem
same "merge" combined.dem merged.dem
expect "learn from statistics" 0 "" "" learn $surface --merge all.stats -o merged.dem
same "learn from statistics" combined.dem merged.dem
expect "learn from standard input" 0 "" "" learn $surface --in - -o piped.dem <seen.b8
same "learn from standard input" combined.dem piped.dem
"$command" sample $surface --noise 0.006 --shots 20000 --out joined.dets --out_format dets --append_observables
expect "learn past observables" 0 "" "" learn $surface --in joined.dets --in_format dets \
  --in_includes_appended_observables -o joined.dem
same "learn past observables" combined.dem joined.dem

# A network that reads the parameters off windows in the bulk: of a code that has one.
larger="--code surface --distance 5 --rounds 6 --basis Z"
sample_learn larger.b8 20000 $larger --noise 0.006
expect "learn by neural" 0 "" "" learn $larger --in larger.b8 --estimator neural -o neural.dem --parameters neural.json \
  --report neural.txt
expect "learn by neural on threads" 0 "" "" learn $larger --in larger.b8 --estimator neural --threads 3 -o threads.dem
same "learn by neural on threads" neural.dem threads.dem
expect "its parameters are a noise model" 0 "" "" dem $larger --noise_model neural.json -o again.dem
check "it reports its parameters" 1 "$(grep -c '^  p_cnot_ZX  *[0-9.e-]* ± [0-9.e-]*' neural.txt)"
networks=$here/../../Sources/DecantModels
expect "a network from a file" 0 "" "" learn $larger --in larger.b8 --estimator neural --network "$networks/noise.safetensors" \
  -o file.dem
same "a network from a file" neural.dem file.dem
cp "$networks/event.safetensors" .
expect "another network" 1 "" "Error: event.safetensors: is no noise network: its model_version is decant_event_v1*" \
  learn $larger --in larger.b8 --estimator neural --network event.safetensors -o x.dem
head -c 5000 "$networks/noise.safetensors" >half.safetensors
expect "half a network" 1 "" "Error: half.safetensors: tensor *" \
  learn $larger --in larger.b8 --estimator neural --network half.safetensors -o x.dem
expect "no bulk" 1 "" "Error: surface of distance 3: distance 3 and 4 rounds have no bulk*" \
  learn $surface --in seen.b8 --estimator neural -o x.dem
expect "another orientation than the network's" 1 "" "Error: surface of distance 5: the orientation is O2, but *" \
  learn $larger --orientation O2 --in larger.b8 --estimator neural -o x.dem
expect "a network knows no other circuits" 1 "" "Error: true.dem: a noise network knows the 25 parameters *" \
  learn --dem true.dem --in seen.b8 --estimator neural -o x.dem
expect "statistics are no shots" 64 "" "Error: --estimator neural looks at whole files of shots; *" \
  learn $larger --merge first.stats --estimator neural -o x.dem
expect "a network for others" 64 "" "Error: --network is about --estimator neural.*" \
  learn $larger --in larger.b8 --network x.safetensors -o x.dem

# Other outputs.
expect "learn an image" 0 "" "" learn $surface --in seen.b8 --image learned.image --correlated
expect "decode with the image" 0 "*" "" count_mistakes --image learned.image --enable_correlations --in fresh.b8 \
  --in_format b8 --obs_in fresh.01
expect "learn parameters" 0 "" "" learn $surface --in seen.b8 --parameters learned.json
expect "parameters are a noise model" 0 "" "" dem $surface --noise_model learned.json -o again.dem
expect "learn with a report" 0 "shots            20000 of 32 detectors, *" "" learn $surface --in seen.b8 --report -
check "the report names parameters" 1 "$(grep -c '^  p_cnot_ZX  *[0-9.e-]* ± [0-9.e-]*' out.txt)"
expect "learn with a report in JSON" 0 "" "" learn $surface --in seen.b8 --report report.json
check "the report tells the misfit" 1 "$(grep -c '"misfit": [01]\.' report.json)"
expect "learn with plots" 0 "" "" learn $surface --in seen.b8 --plot plot.svg --report plotted.txt
check "plots are one picture" "1 1 3" \
  "$(grep -c '^<svg ' plot.svg) $(grep -c '^</svg>' plot.svg) $(grep -c '^<g transform=' plot.svg)"
check "plots tell the report's misfit" 1 "$(grep -c ">Misfit $(sed -n 's/^misfit *\([0-9.]*\) .*/\1/p' plotted.txt)<" plot.svg)"
check "nothing in plots is no number" 0 "$(grep -ciE '[" ](nan|-?inf)' plot.svg)"
expect "plots on standard output" 0 "<svg *" "" learn $surface --in seen.b8 --plot -
expect "two things on standard output" 64 "" "Error: --report and --plot both go to standard output.*" \
  learn $surface --in seen.b8 --plot - --report -
expect "no plots while following" 64 "" "Error: --follow takes one --in, *" \
  learn $surface --in seen.b8 --follow --plot plot.svg -o x.dem

# Structures of other kinds.
expect "learn an error model" 0 "" "" learn --dem true.dem --in seen.b8 -o model.dem
found=$(mistakes model.dem)
check "an error model's structure will do" 1 $((100 * found < 106 * true + 300))
"$command" circuit --code stim:rotated_memory_z --distance 3 --rounds 3 --noise 0.01 -o stim.stim
sample_learn stim.b8 20000 --circuit stim.stim
expect "learn a circuit" 0 "" "" learn --circuit stim.stim --in stim.b8 --parameters stim.json -o stim.dem
check "a circuit's numbers are its parameters" 1 "$(grep -c '"DEPOLARIZE2(0.01)": 0.0[01]' stim.json)"

# The command line.
expect "learn wants a structure" 64 "" "Error: Say what may go wrong: *" learn --in seen.b8 -o x.dem
expect "learn wants one structure" 64 "" "Error: --dem, --circuit and --code all say *" \
  learn $surface --dem true.dem --in seen.b8 -o x.dem
expect "learn wants shots" 64 "" "Error: Say what to learn from: *" learn $surface -o x.dem
expect "learn wants an output" 64 "" "Error: Say what is wanted: *" learn $surface --in seen.b8
expect "learn knows its estimators" 64 "" "Error: --estimator guess is unknown. Give moments, parameters, combined, neural.*" \
  learn $surface --in seen.b8 -o x.dem --estimator guess
expect "an error model has no parameters" 64 "" "Error: --dem tells no parameters of noise; *" \
  learn --dem true.dem --in seen.b8 --parameters x.json
expect "an error model's parameters cannot be estimated" 1 "" "Error: true.dem: an error model tells no parameters *" \
  learn --dem true.dem --in seen.b8 --estimator parameters -o x.dem

# Shots that are no good.
expect "no shots" 1 "" "Error: surface of distance 3: there are no shots to learn from*" learn $surface --in /dev/null -o x.dem
head -c 400 seen.b8 >few.b8
head -c 402 seen.b8 >torn.b8
expect "half a shot" 1 "" "Error: torn.b8: *" learn $surface --in torn.b8 -o torn.dem
check "nothing is written of it" 0 "$(ls torn.dem 2>dev.txt | wc -l)"
expect "few shots" 1 "" "Error: few.b8: 100 shots with *" \
  learn $surface --in few.b8 -o x.dem
head -c 4000 seen.b8 >some.b8
expect "few shots for single edges" 1 "" "Error: some.b8: 1000 shots are too few to take mechanisms one by one: *" \
  learn $surface --in some.b8 -o x.dem --estimator moments
expect "some shots for parameters" 0 "" "" learn $surface --in some.b8 -o x.dem --estimator parameters
expect "a wrong size" 1 "" "Error: seen.b8: *" learn --code surface --distance 5 --rounds 5 --basis X --in seen.b8 -o x.dem
sample_learn other.b8 20000 --code surface --distance 3 --rounds 4 --basis Z --noise 0.006
expect "the other basis" 1 "" "Error: other.b8: the shots do not look like this structure*" \
  learn $surface --in other.b8 -o x.dem
sample_learn other.b8 20000 $surface --orientation O2 --noise 0.006
expect "another orientation" 1 "" "Error: other.b8: the shots do not look like this structure*" \
  learn $surface --in other.b8 -o x.dem
sample_learn other.b8 20000 --code surface --distance 5 --rounds 4 --basis X --noise 0.006
expect "another code of as many bits" 1 "" "Error: other.b8: D*" \
  learn --code surface --distance 3 --rounds 12 --basis X --in other.b8 -o x.dem
# Without the errors at detector 9 it never fires.
grep -v 'D9\b' true.dem >dead.dem
printf 'detector D31\nlogical_observable L0\n' >>dead.dem
sample_learn dead.b8 20000 --dem dead.dem
expect "a dead detector" 1 "" "Error: dead.b8: D9 (*" \
  learn $surface --in dead.b8 -o x.dem
expect "a dead detector, all the same" 0 "" "Warning: dead.b8: D9 (*" learn $surface --in dead.b8 -o x.dem --force
{ cat true.dem; echo 'error(0.5) D9'; } >random.dem
sample_learn random.b8 20000 --dem random.dem
check "the plot names it" 1 "$("$command" learn $surface --in dead.b8 --force --plot - 2>forced.txt | grep -c '>Detectors that disagree')"
expect "a random detector" 1 "" "Error: random.b8: D9 (*" \
  learn $surface --in random.b8 -o x.dem
expect "other statistics" 1 "" "Error: first.stats: the statistics were counted for another code or error model. *" \
  learn --code surface --distance 3 --rounds 5 --basis X --merge first.stats -o x.dem
head -c 500 first.stats >half.stats
expect "half statistics" 1 "" "Error: half.stats: is cut short or damaged; *" learn $surface --merge half.stats -o x.dem
expect "no statistics" 1 "" "Error: seen.b8: holds no statistics; *" learn $surface --merge seen.b8 -o x.dem
rm -f seen.* fresh.* larger.* first.* second.* joined.* other.b8 dead.* random.* merged.dem pieces.dem threads.dem
