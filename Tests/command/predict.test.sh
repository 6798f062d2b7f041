# decant predict: every format in and out, sources and sinks of every kind, and what goes wrong.

for model in surface chain; do
  for format in $formats; do
    expect "predict $model from $format" 0 "$(cat ${model}_predictions.01)" "" \
      predict --dem $model.dem --in ${model}_shots.$format --in_format $format
    expect "predict $model from joined $format" 0 "$(cat ${model}_predictions.01)" "" \
      predict --image $model.image --in ${model}_joined.$format --in_format $format \
      --in_includes_appended_observables
    expect "predict $model to $format" 0 "" "" \
      predict --image $model.image --in ${model}_shots.b8 --out found.$format --out_format $format
    same "predict $model to $format" ${model}_predictions.$format found.$format
  done
done

predictions=$(cat surface_predictions.01)
expect "predict by default reads b8 and writes 01" 0 "$predictions" "" \
  predict --dem surface.dem <surface_shots.b8
cat surface_shots.b8 | "$command" predict --dem surface.dem | cat >piped.txt
same "predict through pipes" surface_predictions.01 piped.txt
mkfifo queue
timeout 60 cat surface_shots.dets >queue &
expect "predict from a named pipe" 0 "$predictions" "" \
  predict --image surface.image --in queue --in_format dets
wait
expect "predict nothing" 0 "" "" predict --dem surface.dem </dev/null
expect "predict says the time" 0 "$predictions" "Total decoding time: *" \
  predict --dem surface.dem --time <surface_shots.b8
check "predict says the time per shot" 1 "$(grep -c '^Decoding time per shot: [0-9.e+-]*us$' err.txt)"
# The digest is of the shots, and not of how they came.
expect "predict tells the digest" 0 "$predictions" "Digest: *" predict --dem surface.dem --digest <surface_shots.b8
told=$(cat err.txt)
check "a digest has 16 digits" 1 "$(grep -cx 'Digest: [0-9a-f]\{16\}' err.txt)"
expect "the same shots have the same digest" 0 "$predictions" "$told" \
  predict --image surface.image --in surface_shots.dets --in_format dets --digest
expect "fewer shots have another digest" 0 "*" "Digest: *" \
  predict --dem surface.dem --digest < <(head -c 64 surface_shots.b8)
check "fewer shots have another digest" 0 "$(grep -cFx "$told" err.txt)"
expect "blocks have no digest" 64 "" "Error: --digest is of one decoder, and --blocks and --strips have several*" \
  predict --dem surface.dem --window 3,3 --blocks --digest --in surface_shots.b8

# Models.
expect "predict needs a model" 64 "" \
  "Error: Say what to decode with: --dem for a detector error model, or --image for a decoder image.*" predict
expect "predict takes one model" 64 "" \
  "Error: --dem and --image both say what to decode with; give one of them.*" \
  predict --dem surface.dem --image surface.image
expect "predict wants a model that is there" 1 "" \
  "Error: none.dem: cannot be opened: No such file or directory. Check the path and that you may read it." \
  predict --dem none.dem
expect "predict takes no image for a model" 1 "" "Error: surface.image:1: *" predict --dem surface.image
expect "predict takes no model for an image" 1 "" \
  "Error: surface.dem: is not a decoder image, or is damaged. Make it again with decant compile." \
  predict --image surface.dem
head -c 500 surface.image >short.image
expect "predict takes no half image" 1 "" \
  "Error: short.image: is not a decoder image, or is damaged. Make it again with decant compile." \
  predict --image short.image
expect "predict rejects unknown flags" 64 "" "Error: Unknown option '--enable'*" \
  predict --dem surface.dem --enable
expect "predict rejects unknown formats" 64 "" \
  "Error: The value 'b9' is invalid for '--in_format <format>'.*" \
  predict --dem surface.dem --in_format b9

# Shots.
expect "predict wants shots that are there" 1 "" \
  "Error: none.b8: cannot be opened: No such file or directory. Check the path and that you may read it." \
  predict --dem surface.dem --in none.b8
expect "predict reads no directory" 1 "" \
  "Error: .: cannot be read: Is a directory. Check that it is a file or a pipe." \
  predict --dem surface.dem --in .
expect "predict writes no directory" 1 "" \
  "Error: .: cannot be written: Is a directory. Check the path and that you may write there." \
  predict --dem surface.dem --in surface_shots.b8 --out .
expect "predict notices shots of another model" 1 "" \
  "Error: chain_shots.01: shot 0, line 1, column 14, byte 13: the line ends after 13 of 16 characters. Check \
the format, whether observables are appended, and that a shot has 16 bits (16 detectors)." \
  predict --image surface.image --in chain_shots.01 --in_format 01
expect "predict notices appended observables" 1 "" \
  "Error: surface_joined.01: shot 0, line 1, column 17, byte 16: the line should end after 16 characters, \
but goes on with '1'. Check the format, whether observables are appended, and that a shot has 16 bits \
(16 detectors)." \
  predict --image surface.image --in surface_joined.01 --in_format 01
expect "predict answers the shots before a malformed one" 1 "$(head -2 surface_predictions.01)" \
  "Error: standard input: shot 2, byte 5: the file ends after 1 of the 2 bytes of a shot. If the file is not \
cut short, check its format, whether observables are appended, and that a shot has 16 bits (16 detectors)." \
  predict --image surface.image < <(head -c 5 surface_shots.b8)
expect "predict answers the shots before one that is impossible" 1 "0
1" \
  "Error: standard input: shot 2: no set of errors explains its detection events: an odd number of them lies \
in a part of the graph that has no boundary. Check that the shots belong to ring.dem." \
  predict --dem ring.dem --in_format 01 <<<$'000\n110\n100\n000'
expect "predict misses a group of ptb64" 1 "" \
  "Error: standard output: ptb64 holds shots in groups of 64, and the last 2 do not fill a group, so they \
are missing. Write another format, or a multiple of 64 shots." \
  predict --image surface.image --out_format ptb64 < <(head -c 4 surface_shots.b8)
