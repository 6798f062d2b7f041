# Correlated matching: the model or image, the two passes, and images that cannot serve it.

count=$(cat correlated_count.txt)
predictions=$(cat correlated_predictions.01)
expect "compile correlated" 0 "" "" compile --dem correlated.dem --correlated -o correlated.image
expect "compile plain" 0 "" "" compile --dem correlated.dem -o plain.image
for model in "--dem correlated.dem" "--image correlated.image"; do
  # shellcheck disable=SC2086
  expect "predict $model, correlated" 0 "$predictions" "" \
    predict $model --enable_correlations --in correlated_joined.b8 --in_includes_appended_observables
  # shellcheck disable=SC2086
  expect "count $model, correlated" 0 "$count" "" \
    count_mistakes $model --enable_correlations --in correlated_joined.b8 --in_format b8 \
    --in_includes_appended_observables
done
"$command" predict --image plain.image --in correlated_joined.b8 --in_includes_appended_observables >plain.txt
"$command" predict --image correlated.image --in correlated_joined.b8 --in_includes_appended_observables \
  >unasked.txt
same "predict correlates only when asked to" plain.txt unasked.txt
check "predict, correlated, differs" differs "$(cmp -s plain.txt correlated_predictions.01 || echo differs)"
expect "predict from an image without correlations" 1 "" \
  "Error: plain.image: holds no correlations. Make it again with decant compile --correlated, or decode \
without correlations." predict --image plain.image --enable_correlations

expect "inspect correlated" 0 "*" "" inspect correlated.image
check "inspect correlated" 1 "$(grep -c '^correlations  *yes$' out.txt)"
expect "inspect plain, JSON" 0 "*" "" inspect --json plain.image
check "inspect plain, JSON" 1 "$(grep -c '^  "correlations": false,$' out.txt)"

expect "compile correlated names what is likelier than not" 1 "" \
  "Error: /dev/stdin:2: error probability 0.7 is above 0.5, *" \
  compile --dem /dev/stdin --correlated -o new.image <<<$'error(0.1) D0\nerror(0.7) D1'
expect "compile correlated names components without detectors" 1 "" \
  "Error: /dev/stdin:1: a component of this error flips no detector, *" \
  compile --dem /dev/stdin --correlated -o new.image <<<'error(0.1) D0 ^ L0'
check "compile correlated makes no image when it fails" no "$([ -e new.image ] && echo yes || echo no)"
