# --stream, --window and --rounds: images of streams, and shots decoded round by round.

memory="--code stim:rotated_memory_z --distance 3 --noise .008"
# shellcheck disable=SC2086
{
  "$command" dem $memory --rounds 14 >stream.dem
  "$command" dem $memory --rounds 30 >longer.dem
  "$command" dem $memory --rounds 5 >short.dem
  "$command" compile --stream --correlated $memory --rounds 14 -o stream.image
}
"$command" compile --stream --correlated --dem stream.dem -o from_dem.image
"$command" compile --stream --correlated --dem longer.dem -o longer.image
"$command" compile --dem stream.dem -o shots.image
same "the image of a code is that of its model" stream.image from_dem.image
same "the image knows nothing of the model's rounds" stream.image longer.image
for model in stream longer; do
  "$command" sample --dem $model.dem --shots 500 --seed 5 --out $model.b8 --out_format b8 --obs_out $model.01
done

# How many lines differ.
unlike() { paste -d ' ' "$1" "$2" | grep -vc '^\(.*\) \1$'; }

for how in "" "--enable_correlations" "--decoder union-find"; do
  correlated=""
  [ "$how" = --enable_correlations ] && correlated=--correlated
  # shellcheck disable=SC2086
  {
    "$command" predict --dem stream.dem $how --in stream.b8 >whole.txt
    "$command" predict --dem stream.dem $how --in stream.b8 --window 3,15 >in_one_window.txt
    "$command" predict --dem stream.dem $how --in stream.b8 --window 3,3 >in_windows.txt
    "$command" compile --stream $correlated --dem longer.dem --window 3,3 -o preset.image
    "$command" predict --image preset.image --rounds 15 $how --in stream.b8 >by_preset.txt
    "$command" predict --image stream.image --window 3,3 --rounds 15 $how --in stream.b8 >by_image.txt
    "$command" predict --image preset.image --window 3,15 --rounds 15 $how --in stream.b8 >wide_after_all.txt
    "$command" predict --image stream.image --window 3,3 --rounds 31 $how --in longer.b8 >longer_by_image.txt
    "$command" predict --dem longer.dem --window 3,3 $how --in longer.b8 >longer_in_windows.txt
    mistakes=$("$command" count_mistakes --dem stream.dem $how --window 3,3 --in stream.b8 --in_format b8 \
      --obs_in stream.01)
  }
  same "a window as long as the shot ($how)" whole.txt in_one_window.txt
  same "windows of an image that says so ($how)" in_windows.txt by_preset.txt
  same "windows of an image, asked for ($how)" in_windows.txt by_image.txt
  same "what is asked for goes before what the image says ($how)" whole.txt wide_after_all.txt
  same "one image for shots of any length ($how)" longer_in_windows.txt longer_by_image.txt
  check "every shot has its answer ($how)" 500 "$(wc -l <in_windows.txt)"
  parted=$(unlike whole.txt in_windows.txt)
  check "short windows part from whole shots in a few ($how)" few \
    "$([ "$parted" -gt 0 ] && [ "$parted" -lt 30 ] && echo few || echo "$parted")"
  check "as many mistakes as predictions that are wrong ($how)" \
    "$(unlike in_windows.txt stream.01) / 500" "$mistakes"
done

"$command" predict --dem stream.dem --model event-small --in stream.b8 >network.txt
"$command" predict --dem stream.dem --model event-small --window 3,15 --in stream.b8 >network_in_one_window.txt
"$command" predict --dem longer.dem --window 3,3 --blocks --in longer.b8 >blocks.txt
"$command" predict --dem longer.dem --window 3,3 --blocks --threads 2 --in longer.b8 >blocks_on_two.txt
"$command" predict --dem longer.dem --window 3,30 --blocks --in longer.b8 >one_block.txt
"$command" predict --dem longer.dem --in longer.b8 >whole.txt
same "an event network sees a long window as a shot" network.txt network_in_one_window.txt
same "blocks do not depend on threads" blocks.txt blocks_on_two.txt
same "a block as long as the shot" whole.txt one_block.txt
"$command" predict --dem longer.dem --window 1,1 --blocks --in longer.b8 >short_blocks.txt
parted=$(unlike whole.txt short_blocks.txt)
check "short blocks part from whole shots in some" some \
  "$([ "$parted" -gt 0 ] && [ "$parted" -lt 100 ] && echo some || echo "$parted")"

"$command" evaluate --dem stream.dem --decoder matching,matching@3+15,matching@1+1 --max_shots 2048 --seed 3 \
  --csv rates.csv >rates.txt
errors() { grep ",\"\?$1\"\?," rates.csv | cut -d, -f2 | tr -d ' '; }
check "evaluate: a long window is a whole shot" "$(errors matching)" "$(errors matching@3+15)"
check "evaluate: short windows are not" more "$([ "$(errors matching@1+1)" -gt "$(errors matching)" ] && echo more)"

expect "inspect knows images of streams" 0 "format version *" "" inspect stream.image
for window in 3 3,0 0,3 3,3,3 a,b 65000,537 3+3 -1,3; do
  expect "--window $window" 64 "" "Error: The value '$window' is invalid for '--window <commit,buffer>'*" \
    predict --dem stream.dem "--window=$window" --in stream.b8
done
expect "--window is about --stream" 64 "" "Error: --window is about --stream.*" \
  compile --dem stream.dem --window 3,3 -o none.image
expect "a stream holds no grid network" 64 "" \
  "Error: A stream cannot hold a grid network; --model event and event-small it can.*" \
  compile --dem stream.dem --stream --model grid-small -o none.image
expect "windows can be timed" 0 "experiment *" "" \
  evaluate --dem stream.dem --latency --decoder matching,matching@3+3,matching@3+3:blocks --max_shots 1024
expect "--rounds has an end" 64 "" "Error: --rounds 9000000000000000000: a shot has from 1 to 1000000 rounds.*" \
  predict --image stream.image --rounds 9000000000000000000 --in stream.b8
expect "a stream tells its rounds" 1 "" \
  "Error: stream.image: is for streams, whose shots may have any number of rounds. Say how many: --rounds 10.*" \
  predict --image stream.image --in stream.b8
expect "--rounds is about --image" 64 "" \
  "Error: --rounds is about --image; with --dem, shots have the rounds of the model.*" \
  predict --dem stream.dem --window 3,3 --rounds 15 --in stream.b8
expect "images for whole shots have no windows" 1 "" \
  "Error: shots.image: is for whole shots, which have no windows. Make it again with decant compile --stream, or \
leave the window out." predict --image shots.image --window 3,3 --in stream.b8
expect "experiments of an image are not too short" 1 "" "Error: stream.image: experiments of its stream have *" \
  predict --image stream.image --rounds 1 --in stream.b8
expect "a model of few rounds" 1 "" \
  "Error: short.dem: 6 rounds are too few to see what repeats; give a model of twelve rounds or more" \
  compile --stream --dem short.dem -o none.image
expect "... does not do for windows, either" 1 "" \
  "Error: short.dem: 6 rounds are too few to see what repeats; give a model of twelve rounds or more" \
  predict --dem short.dem --window 3,3 --in stream.b8
grep -v "^detector" stream.dem >blank.dem
expect "a model without coordinates" 1 "" \
  "Error: blank.dem: a stream needs to know the rounds of detectors, and D0 has no coordinates; declare the \
round as its last coordinate" compile --stream --dem blank.dem -o none.image
check "nothing is left of what failed" "" "$(ls none.image 2>&1 | grep -v 'No such file')"
