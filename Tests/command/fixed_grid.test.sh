# Grid networks in fixed point: quantize, compile --model, what an image holds, and decoding with it.

d3="--code surface --basis X --distance 3 --rounds 3 --noise .02"
"$command" compile $d3 --model grid-small -o grid.image
check "inspect tells of it" 1 \
  "$("$command" inspect grid.image | grep -c 'grid network .*4 layers of up to 16 channels, on 3 rounds, 3 rows, 3 columns')"
check "... in JSON" 1 \
  "$("$command" inspect --json grid.image | grep -c '"grid": {"layers": 4, "channels": 16, "volume": \[3, 3, 3\]}')"
"$command" sample $d3 --shots 4000 --seed 9 --out grid.b8 --out_format b8 --obs_out grid.obs --obs_out_format b8
shots="--in grid.b8 --in_format b8 --obs_in grid.obs --obs_in_format b8"
plain=$("$command" count_mistakes --image grid.image $shots)
fixed=$("$command" count_mistakes --image grid.image --enable_network $shots)
check "an image decodes with its grid network ($plain, $fixed)" yes "$([ "$plain" != "$fixed" ] && echo yes)"
"$command" predict --image grid.image --enable_network --in grid.b8 --in_format b8 --out grid.01
check "... in predict as well" "${fixed% / *}" \
  "$("$command" sample $d3 --shots 4000 --seed 9 --out /dev/null --obs_out truth.01 && paste -d ' ' grid.01 truth.01 \
    | awk '$1 != $2' | wc -l)"
"$command" evaluate $d3 $shots --decoder fixed:grid-small --acceptance edge --prior .5 --csv fixed.csv >fixed.txt
check "... and in evaluate, on the same shots" "${fixed% / *}" "$(awk 'NR == 2 { print $8 }' fixed.txt)"
check "... under a name of its own" 1 "$(grep -c 'fixed:grid-small@edge/0.5@prior/0.5' fixed.csv)"

"$command" quantize --model grid-small $d3 --max_shots 3000 -o again.safetensors >cost.txt
check "quantize counts all three ways" 2 "$(wc -l <cost.txt)"
check "... and fixed point decides as float does" yes "$(awk 'NR == 2 { print ($NF > .99) ? "yes" : $NF }' cost.txt)"
"$command" compile $d3 --model grid:again.safetensors -o again.image
check "what it writes compiles" yes "$("$command" inspect again.image | grep -q 'grid network' && echo yes)"
"$command" quantize --model grid:again.safetensors -o twice.safetensors
check "... and is rounded and measured once and for all" same "$(cmp again.safetensors twice.safetensors && echo same)"

expect "a grid network must know where detectors are" 1 "" \
  "Error: --model grid-small: a grid network takes memories of --code surface*" \
  compile --dem surface.dem --model grid-small -o y.image
expect "... and Stim's stand elsewhere" 1 "" "Error: --model grid-small: a grid network takes memories of --code surface*" \
  compile --code stim:rotated_memory_z --distance 3 --rounds 3 --noise .01 --model grid-small -o y.image
expect "thresholds are about grid networks" 64 "" "Error: --edge_threshold and --prior are about a grid network*" \
  compile $d3 --edge_threshold 1 -o y.image
expect "priors are shares" 64 "" "Error: --prior 2.0 is not between 0 and 1.*" \
  compile $d3 --model grid-small --prior 2 -o y.image
expect "in fixed point, edges are whole" 1 "" "Error: fixed:grid-small: in fixed point, a grid network corrects whole*" \
  evaluate $d3 --max_shots 10 --decoder fixed:grid-small
expect "files that are none say so" 1 "" "Error: grid.b8: *" compile $d3 --model grid:grid.b8 -o y.image
sed 's/sum_ranges": "\[\[-4/sum_ranges": "[[ 4/' again.safetensors >bent.safetensors
expect "ranges must be around zero" 1 "" "Error: bent.safetensors: sum_ranges is *" \
  compile $d3 --model grid:bent.safetensors -o y.image
check "nothing was written" no "$([ -e y.image ] && echo yes || echo no)"
