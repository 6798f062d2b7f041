# Event networks: train, quantize, compile --model, and decoding with what an image holds.

tiny="--network event --distance 3 --noise .01 --radius 2,2,2 --hidden 32 --units 16 --batch 256 --seed 4"
# shellcheck disable=SC2086
{
  "$command" train $tiny --steps 12 -o whole.safetensors --csv event.csv --report_every 4 2>/dev/null
  "$command" train $tiny --steps 12 --minutes 0.0000001 -o resumed.safetensors 2>cut.txt
  "$command" train $tiny --steps 12 --resume -o resumed.safetensors 2>/dev/null
}
check "training stops when its time is over" "Time is over after 1 of 12 steps; --resume goes on." "$(tail -1 cut.txt)"
same "training resumes to the same bytes" whole.safetensors resumed.safetensors
same "... and to the same state" whole.safetensors.state resumed.safetensors.state
check "its CSV has a line for each report" 4 "$(wc -l <event.csv)"
# shellcheck disable=SC2086
expect "other flags do not resume it" 1 "" \
  "Error: resumed.safetensors.state: was trained as event, radius 2,2,2,*" \
  train $tiny --steps 13 --resume -o resumed.safetensors
expect "flags of grid networks are refused" 64 "" "Error: --widths is about --network grid; leave it out.*" \
  train --network event --widths 8 --noise .01 --steps 1 -o x
expect "... and those of event networks" 64 "" "Error: --hidden is about --network event; leave it out.*" \
  train --network grid --hidden 32 --noise .01 --steps 1 -o x
expect "grid networks take one distance" 64 "" "Error: --distance and --rounds are lists for --network event alone*" \
  train --network grid --distance 3,5 --noise .01 --steps 1 -o x
expect "shapes are checked" 64 "" "Error: --radius, --hidden, --units: the first layer's width is a multiple of 32*" \
  train --network event --hidden 33 --noise .01 --steps 1 -o x
expect "event networks have one optimizer" 64 "" "Error: An event network is trained with --optimizer adamw*" \
  train --network event --optimizer lion --noise .01 --steps 1 -o x

"$command" quantize --model whole.safetensors -o half.safetensors
check "half precision is half as large" yes \
  "$([ $(($(stat -c %s half.safetensors) * 2)) -lt $(($(stat -c %s whole.safetensors) + 2000)) ] && echo yes)"
check "... and keeps the recipe" 1 "$(head -c 2000 half.safetensors | grep -ac 'recipe.*event, radius 2,2,2')"
expect "quantize wants something to do" 64 "" "Error: Say on what to measure*" quantize --model event
"$command" quantize --model event --code surface --basis Z --distance 5 --noise .006 --max_shots 2000 >cost.txt
check "quantize counts all three ways" 2 "$(wc -l <cost.txt)"

surface="--code surface --distance 5 --basis Z"
# shellcheck disable=SC2086
{
  "$command" dem $surface --rounds 5 --noise .006 -o d5.dem
  "$command" sample --dem d5.dem --shots 20000 --seed 3 --out d5.b8 --out_format b8 --obs_out d5.obs --obs_out_format b8
  "$command" compile --dem d5.dem --correlated --model event -o d5.image
  shots="--in d5.b8 --in_format b8 --obs_in d5.obs --obs_in_format b8"
  plain=$("$command" count_mistakes --image d5.image $shots)
  correlated=$("$command" count_mistakes --image d5.image --enable_correlations $shots)
  event=$("$command" count_mistakes --image d5.image --enable_network $shots)
  both=$("$command" count_mistakes --image d5.image --enable_network --enable_correlations $shots)
  check "a model decodes as its image does" "$event" "$("$command" count_mistakes --dem d5.dem --model event $shots)"
}
check "an event network beats correlated matching, and both together beat it ($plain, $correlated, $event, $both)" yes \
  "$([ "${event% / *}" -lt "${correlated% / *}" ] && [ "${both% / *}" -lt "${event% / *}" ] && echo yes)"
check "inspect tells of it" 1 "$("$command" inspect d5.image | grep -c 'event network .*252-128-32-13')"

expect "images without a network say so" 1 "" "Error: plain.image: holds no event network or grid network.*" \
  predict --image plain.image --enable_network --in surface_shots.b8
expect "models are about --dem" 64 "" "Error: --model is about --dem; an image holds its network.*" \
  predict --image plain.image --model event --in surface_shots.b8
expect "networks are about --image" 64 "" "Error: --enable_network is about --image; with --dem, say which network*" \
  predict --dem surface.dem --enable_network --in surface_shots.b8
printf 'error(0.1) D0 D1\nerror(0.1) D1\n' >bare.dem
expect "a network needs coordinates" 1 "" "Error: bare.dem: D0 has 0 coordinates, but the event network needs*" \
  compile --dem bare.dem --model event -o x.image
"$command" dem --code stim:repetition_code:memory --distance 5 --rounds 5 --noise .01 -o repetition5.dem
expect "... and a surface code" 1 "" "Error: repetition5.dem: *" compile --dem repetition5.dem --model event -o x.image
expect "training needs errors" 1 "" "Error: surface X 3x3 0.0: no error flips a detector*" \
  train --network event --distance 3 --noise 0 --steps 1 -o x
printf 'error(0.4999999) D0 D1\nerror(0.4999999) D1\ndetector(0,2,0) D0\ndetector(2,4,0) D1\n' >tosses.dem
expect "coin tosses compile" 0 "" "" compile --dem tosses.dem --model event -o tosses.image
head -c 3000 whole.safetensors >cut.safetensors
expect "damaged networks are refused" 1 "" "Error: cut.safetensors: *" \
  compile --dem d5.dem --model cut.safetensors -o x.image
expect "... and states" 1 "" "Error: whole.safetensors.state: is no event network*" \
  compile --dem d5.dem --model whole.safetensors.state -o x.image
check "nothing was written" no "$([ -e x.image ] && echo yes || echo no)"
expect "unknown decoders are told of all" 64 "" "Error: --decoder events is unknown.*" \
  evaluate --code surface --distance 3 --basis Z --noise .01 --decoder events
