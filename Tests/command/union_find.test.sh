# --decoder: union-find or matching, for every verb that decodes.

joined="--in correlated_joined.b8 --in_includes_appended_observables"
"$command" compile --dem correlated.dem --correlated -o both.image
for passes in "" --enable_correlations; do
  # shellcheck disable=SC2086
  {
    "$command" predict --dem correlated.dem $passes $joined >by_default.txt
    "$command" predict --dem correlated.dem $passes --decoder matching $joined >matched.txt
    "$command" predict --dem correlated.dem $passes --decoder union-find $joined >united.txt
    "$command" predict --image both.image $passes --decoder union-find $joined >united_by_image.txt
    matched=$("$command" count_mistakes --image both.image $passes $joined --in_format b8)
    united=$("$command" count_mistakes --image both.image $passes --decoder union-find $joined --in_format b8)
  }
  same "matching is the default ($passes)" by_default.txt matched.txt
  same "union-find from a model and from its image ($passes)" united.txt united_by_image.txt
  check "union-find answers every shot ($passes)" "$(wc -l <matched.txt)" "$(wc -l <united.txt)"
  parted=$(diff matched.txt united.txt | grep -c '^<')
  check "union-find parts from matching in a few shots ($passes)" few \
    "$([ "$parted" -gt 0 ] && [ "$parted" -lt 30 ] && echo few || echo "$parted")"
  difference=$((${united% / *} - ${matched% / *}))
  check "... and counts as many mistakes, nearly ($passes)" few \
    "$([ "${difference#-}" -le "$parted" ] && echo few || echo "$difference")"
done

expect "predict rejects unknown decoders" 64 "" \
  "Error: The value 'union' is invalid for '--decoder <decoder>'. Please provide one of 'matching' and \
'union-find'.*" predict --dem surface.dem --decoder union --in surface_shots.b8
expect "union-find needs correlations for two passes" 1 "" \
  "Error: plain.image: holds no correlations. Make it again with decant compile --correlated, or decode \
without correlations." predict --image plain.image --decoder union-find --enable_correlations
expect "union-find refuses what is impossible" 1 "0
1" \
  "Error: standard input: shot 2: no set of errors explains its detection events: an odd number of them lies \
in a part of the graph that has no boundary. Check that the shots belong to ring.dem." \
  predict --dem ring.dem --decoder union-find --in_format 01 <<<$'000\n110\n100\n000'
