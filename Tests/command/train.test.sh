# decant train, and what its networks do in evaluate and predecode. That numbers are right is Tests/python's matter.

tiny="--network grid --widths 4 --distance 3 --noise 0.01 --steps 6 --batch 8 --report_every 2 --warm_up 2"

expect "train" 0 "" "step 2  16 shots  loss *" \
  train $tiny --validate_every 6 --validation_shots 100 --csv whole.csv -o whole.safetensors
check "train: reports" "step,shots,loss,learning_rate
2,16
4,32
6,48" "$(sed -n 1p whole.csv | cut -d, -f1-4; sed 1d whole.csv | cut -d, -f1-2)"
check "train: validation" "200" "$(tail -n 1 whole.csv | cut -d, -f9)"
expect "train, out of time" 0 "" "step 1  8 shots  loss *" \
  train $tiny --minutes 0.0000001 --csv parts.csv -o parts.safetensors
check "train, out of time: says so" "Time is over after 1 of 6 steps; --resume goes on." "$(tail -n 1 err.txt)"
expect "train resumed" 0 "" "step 2  16 shots  loss *" train $tiny --resume --csv parts.csv -o parts.safetensors
same "train resumed: network" whole.safetensors parts.safetensors
same "train resumed: state" whole.safetensors.state parts.safetensors.state
check "train resumed: reports" "1 2 4 6" "$(sed 1d parts.csv | cut -d, -f1 | xargs)"
expect "train resumed at the end" 0 "" "" train $tiny --resume -o parts.safetensors
same "train resumed at the end" whole.safetensors parts.safetensors
expect "train resumed under other flags" 1 "" "Error: parts.safetensors.state: was trained as grid, widths [4, 4], *" \
  train $tiny --resume --rate 0.1 -o parts.safetensors
cp whole.safetensors network.safetensors.state
expect "train resumed from a network" 1 "" \
  "Error: network.safetensors.state: is not the state of a grid network's training; *" \
  train $tiny --resume -o network.safetensors
expect "train resumed from nothing" 1 "" "Error: nothing.safetensors.state: cannot be opened: *" \
  train $tiny --resume -o nothing.safetensors
expect "train further from a network" 0 "" "step 2 *" \
  train --network grid --from whole.safetensors --distance 5 --rounds 3 --noise 0.004,0.01 --orientation all \
  --labels teacher --optimizer adamw --decay steps --steps 2 --batch 4 --threads 2 -o further.safetensors
expect "train a shape" 0 "" "step 1 *" train --network grid --widths 3,5 --kernel 5 --activation relu --distance 3 \
  --noise 0.01 --circuit_noise scalar --labels plain --steps 1 --batch 2 -o shape.safetensors

# Networks in use.
memory="--code surface --distance 3,5 --basis X,Z --noise 0.01 --max_shots 500"
expect "evaluate a network" 0 "experiment *" "" evaluate $memory --threads 2 --json networks.json \
  --decoder matching,grid:whole.safetensors,grid:whole.safetensors+matching:correlated
check "evaluate a network: rows" "3 X matching
3 X grid:whole.safetensors
3 X grid:whole.safetensors+matching:correlated" "$(columns d basis decoder | head -3)"
check "evaluate a network: density" 12 "$(grep -c '"residual_memory_density"' networks.json)"
expect "evaluate a network that never corrects" 0 "*" "" evaluate $memory \
  --decoder matching,grid:whole.safetensors --data_threshold 1e30 --syndrome_threshold 1e30
check "evaluate a network that never corrects" "$(columns errors | sed -n 'p;n')" "$(columns errors | sed -n 'n;p')"
for rule in "edge" "edge --edge_threshold 2" "cluster" "cluster --edge_threshold -1 --prior 0.5" "edge --prior 1"; do
  expect "evaluate a network by $rule" 0 "*" "" evaluate $memory --acceptance $rule --threads 2 \
    --decoder matching,grid:whole.safetensors,grid:whole.safetensors+matching:correlated
done
check "evaluate a network by edge --prior 1: names" "grid:whole.safetensors@edge/0.5@prior/1.0" \
  "$(columns decoder | sed -n 2p)"
expect "evaluate a network that accepts no edge" 0 "*" "" evaluate $memory \
  --decoder matching,grid:whole.safetensors --acceptance edge --edge_threshold inf
check "evaluate a network that accepts no edge" "$(columns errors | sed -n 'p;n')" "$(columns errors | sed -n 'n;p')"
expect "evaluate the shipped network" 0 "*" "" evaluate --code surface --distance 9 --basis X --noise 0.006 \
  --max_shots 1024 --decoder matching,grid:grid-small --json shipped.json --acceptance edge
check "evaluate the shipped network: events left" "0.01" \
  "$(sed -n 's/.*"residual_memory_density": *\(0\.0.\).*/\1/p' shipped.json)"
expect "evaluate a network on recorded shots" 0 "*" "" evaluate --data set --decoder matching,grid:whole.safetensors

# What predecode leaves, matched, plus the frame, is what evaluate counts.
expect "sample for a network" 0 "" "" sample --code surface --distance 3 --rounds 4 --basis Z --noise 0.02 \
  --shots 300 --out network_shots.b8 --out_format b8 --obs_out network_truth.01
expect "model for a network" 0 "" "" compile --code surface --distance 3 --rounds 4 --basis Z --noise 0.02 -o network.image
decant dem --code surface --distance 3 --rounds 4 --basis Z --noise 0.02 >network.dem
network="predecode --network whole.safetensors --distance 3 --rounds 4 --basis Z --in network_shots.b8"
expect "predecode" 0 "" "" $network --out residual.b8 --out_format b8 --frames_out frames.01
check "predecode: a row for each shot" "300 300" "$(($(stat -c %s residual.b8) / 4)) $(wc -l <frames.01)"
expect "predict the residual" 0 "" "" predict --image network.image --in residual.b8 --out residual.01
expect "predecode into a pipe" 0 "*" "" $network --out_format 01
expect "export for a network" 0 "" "" export --format dets --code surface --distance 3 --rounds 4 --basis Z \
  --noise 0.02 --in network_shots.b8 --obs_in network_truth.01 --obs_in_format 01 -o network_set
expect "evaluate the same" 0 "*" "" evaluate --data network_set --decoder grid:whole.safetensors
check "predecode as evaluate" "$(columns errors)" \
  "$(paste -d '\0' frames.01 residual.01 network_truth.01 | grep -cE '^(100|010|001|111)$')"
for rule in edge cluster; do
  expect "predecode by $rule" 0 "" "" $network --acceptance $rule --out residual.b8 --out_format b8 --frames_out frames.01
  expect "predict the residual by $rule" 0 "" "" predict --image network.image --in residual.b8 --out residual.01
  expect "evaluate the same by $rule" 0 "*" "" evaluate --data network_set --decoder grid:whole.safetensors --acceptance $rule
  check "predecode as evaluate by $rule" "$(columns errors)" \
    "$(paste -d '\0' frames.01 residual.01 network_truth.01 | grep -cE '^(100|010|001|111)$')"
done

# What cannot be.
declined() { # NAME SENTENCE VERB FLAGS...
  local name=$1 sentence=$2
  shift 2
  expect "flags: $name" 64 "" "Error: $sentence*" "$@"
}
declined "train without noise" "Say how noisy it is: --noise 0.006, or --noise_model FILE.json." \
  train --network grid --steps 1 -o x
declined "train on labels" "--labels true is unknown. Give plain, spacelike, full or teacher." \
  train $tiny --labels true -o x
declined "train an odd batch" "--batch 7 is not an even number up to 1048576; half of it is for each basis." \
  train --network grid --noise 0.01 --steps 1 --batch 7 -o x
declined "train no steps" "--steps 0 is not between 1 and 4294967296." train --network grid --noise 0.01 --steps 0 -o x
declined "train at no rate" "--rate 0.0 is not above 0 and at most 1." train $tiny --rate 0 -o x
declined "train an even kernel" "--widths, --kernel: a kernel of extent 2 is not possible; give 1, 3, 5 or 7." \
  train $tiny --kernel 2 -o x
declined "train a model and more" "--model says the network's shape; leave --widths, --kernel and --activation out." \
  train $tiny --model 1 -o x
declined "train model 6" "--model 6 is unknown. Give 1 to 5, or --widths." \
  train --network grid --noise 0.01 --steps 1 --model 6 -o x
declined "train an even distance" "--code surface: distance 4 is not odd" \
  train --network grid --noise 0.01 --steps 1 --distance 4 -o x
declined "train some orientation" "--orientation O5 is unknown. Give O1 to O4, a list of them, or all." \
  train $tiny --orientation O1,O5 -o x
declined "an edge's threshold for voxels" "--edge_threshold does not belong to --acceptance voxel; leave it out." \
  evaluate $memory --decoder grid:whole.safetensors --edge_threshold 1
declined "a voxel's threshold for edges" "--data_threshold does not belong to --acceptance edge; leave it out." \
  $network --acceptance edge --data_threshold 1
declined "a threshold that is no number" "--edge_threshold nan is no number." $network --acceptance edge --edge_threshold nan
declined "an unknown rule" "The value 'pair' is invalid for '--acceptance <rule>'" $network --acceptance pair
declined "a prior above 1" "--prior 1.5 is not between 0 and 1." evaluate $memory --decoder grid:whole.safetensors --prior 1.5
declined "latency of a network" "--latency is no measure of --decoder grid:whole.safetensors" \
  evaluate $memory --decoder grid:whole.safetensors --latency
declined "a network without a file" "--decoder grid: is unknown. Give any of matching, " evaluate $memory --decoder grid:
expect "evaluate a network on a model" 1 "" "Error: grid:whole.safetensors: a grid network takes memories of --code *" \
  evaluate --dem network.dem --decoder grid:whole.safetensors
expect "evaluate a missing network" 1 "" "Error: none.safetensors: cannot be opened: No such file or directory*" \
  evaluate $memory --decoder grid:none.safetensors
expect "evaluate what is no network" 1 "" "Error: network.dem: is no SafeTensors file, or cut short: *" \
  evaluate $memory --decoder grid:network.dem
head -c -8 whole.safetensors >short.safetensors
expect "evaluate a network cut short" 1 "" "Error: short.safetensors: tensor net.3.bias ends at byte *" \
  evaluate $memory --decoder grid:short.safetensors
expect "predecode shots of another size" 1 "*" "Error: network_shots.b8: *" \
  predecode --network whole.safetensors --distance 5 --rounds 3 --basis Z --in network_shots.b8 --out /dev/null
declined "predecode at no distance" "--distance, --rounds: distance 2 is not odd" \
  predecode --network whole.safetensors --distance 2 --rounds 4 --basis Z
