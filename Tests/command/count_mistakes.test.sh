# decant count_mistakes: every format of shots and observables, and files that do not belong together.

for model in surface chain; do
  count=$(cat ${model}_count.txt)
  for format in $formats; do
    expect "count $model, joined $format" 0 "$count" "" \
      count_mistakes --dem $model.dem --in ${model}_joined.$format --in_format $format \
      --in_includes_appended_observables
    expect "count $model, observables in $format" 0 "$count" "" \
      count_mistakes --image $model.image --in ${model}_shots.b8 --in_format b8 \
      --obs_in ${model}_observables.$format --obs_in_format $format
  done
done

count=$(cat surface_count.txt)
expect "count by default reads 01" 0 "$count" "" \
  count_mistakes --dem surface.dem --obs_in surface_observables.01 <surface_shots.01
expect "count passes appended observables over" 0 "64 / 64" "" \
  count_mistakes --dem surface.dem --in surface_joined.01 --in_includes_appended_observables \
  --obs_in <(tr 01 10 <surface_predictions.01)
expect "count to a file" 0 "" "" \
  count_mistakes --dem surface.dem --in surface_joined.01 --in_includes_appended_observables --out count.txt
same "count to a file" surface_count.txt count.txt
expect "count says the time" 0 "$count" "Total decoding time: *" \
  count_mistakes --dem surface.dem --in surface_joined.01 --in_includes_appended_observables --time
expect "count nothing" 0 "0 / 0" "Total decoding time: 0us
Decoding time per shot: 0us" count_mistakes --dem surface.dem --in /dev/null --obs_in /dev/null --time

expect "count needs observables" 64 "" \
  "Error: Say where the true observables are: in a file of their own, --obs_in FILE, or after the detectors \
of each shot, --in_includes_appended_observables.*" count_mistakes --dem surface.dem
head -3 surface_observables.01 >three.01
expect "count notices that observables are missing" 1 "" \
  "Error: three.01: the file ends after the observables of 3 shots, but surface_shots.01 has more. Check \
that the files belong together, and --obs_in_format." \
  count_mistakes --dem surface.dem --in surface_shots.01 --obs_in three.01
head -1 surface_shots.01 >one.01
expect "count notices that shots are missing" 1 "" \
  "Error: surface_observables.01: holds more than the observables of 1 shot, but one.01 has no more. Check \
that the files belong together, and --in_format." \
  count_mistakes --dem surface.dem --in one.01 --obs_in surface_observables.01
expect "count names malformed observables" 1 "" \
  "Error: surface_joined.01: shot 0, line 1, column 2, byte 1: the line should end after 1 character, but \
goes on with '*" \
  count_mistakes --dem surface.dem --in surface_shots.01 --obs_in surface_joined.01
expect "count names an impossible shot" 1 "" "Error: standard input: shot 1: no set of errors explains *" \
  count_mistakes --dem ring.dem --in_includes_appended_observables <<<$'0000\n1000'

# Without observables there is nothing to get wrong; in b8 they leave no bytes.
printf 'error(0.1) D0\n' >blind.dem
expect "count without observables, b8" 0 "0 / 2" "" \
  count_mistakes --dem blind.dem --obs_in /dev/null --obs_in_format b8 <<<$'0\n1'
expect "count without observables, 01" 0 "0 / 2" "" \
  count_mistakes --dem blind.dem --obs_in <(printf '\n\n') <<<$'0\n1'
