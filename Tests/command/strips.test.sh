# --strips: a patch cut across, in images of its own and in predictions.

memory="--code stim:rotated_memory_z --distance 5 --rounds 5 --noise .01"
# shellcheck disable=SC2086
{
  "$command" dem $memory >strips.dem
  "$command" sample $memory --shots 2000 --seed 5 --out strips.b8 --out_format b8 --obs_out strips.01
  "$command" compile $memory --strips 2,2 -o code.image
}
"$command" compile --dem strips.dem --strips 2,2 -o patch.image
"$command" compile --dem strips.dem --strips 2,2 --strip_axis 2 -o across.image
for k in 0 1; do
  same "strip $k of a code is that of its model" code.$k.image patch.$k.image
  check "strip $k of columns is not that of rows" different "$(cmp -s patch.$k.image across.$k.image || echo different)"
done
check "there are two strips, and no image of the patch" "no no" \
  "$([ -e patch.2.image ] || echo -n no) $([ -e patch.image ] || echo no)"
check "inspect tells which" "1 of 2, of a patch of 120 detectors; commits 84" \
  "$("$command" inspect patch.1.image | sed -n 's/^strip  *//p')"
check "inspect tells it in JSON" '"strip": {"index": 1, "strips": 2, "committed": 84, "shot_detectors": 120}' \
  "$("$command" inspect --json patch.1.image | grep -o '"strip": {[^}]*}')"
"$command" compile --dem strips.dem --strips 2,2 -o ./plain
check "a name without an ending" "yes" "$([ -e plain.0 ] && [ -e plain.1 ] && echo yes)"

for how in "" "--enable_correlations" "--decoder union-find"; do
  # shellcheck disable=SC2086
  {
    "$command" predict --dem strips.dem $how --in strips.b8 >whole.txt
    "$command" predict --dem strips.dem $how --in strips.b8 --strips 9,2 >one_strip.txt
    "$command" predict --dem strips.dem $how --in strips.b8 --strips 2,2 >strips.txt
    "$command" predict --dem strips.dem $how --in strips.b8 --strips 2,2 --threads 2 >on_two.txt
    mistakes=$("$command" count_mistakes --dem strips.dem $how --strips 2,2 --in strips.b8 --in_format b8 --obs_in strips.01)
  }
  same "a strip as wide as the patch ($how)" whole.txt one_strip.txt
  same "strips do not depend on threads ($how)" strips.txt on_two.txt
  check "short buffers part from whole shots ($how)" yes "$(cmp -s whole.txt strips.txt || echo yes)"
  check "as many mistakes as predictions that are wrong ($how)" \
    "$(paste -d ' ' strips.txt strips.01 | grep -vc '^\(.*\) \1$') / 2000" "$mistakes"
done

refuses() { # NAME SENTENCE ARGUMENTS...: it fails, and says so on standard error
  local name=$1 sentence=$2
  shift 2
  timeout 60 "$command" "$@" >out.txt 2>err.txt
  check "$name: fails" yes "$([ $? -ne 0 ] && echo yes)"
  check "$name: prints nothing" "" "$(cat out.txt)"
  check "$name: says why" "$sentence" "$(grep -oF -- "$sentence" err.txt | head -1)"
}
refuses "strips that edges reach across" "edges reach over 2 columns, so that strips commit at least 2" \
  compile --dem strips.dem --strips 1,2 -o x.image
refuses "an axis that detectors have not" "has 3 coordinates, and strips are cut across number 4" \
  compile --dem strips.dem --strips 2,2 --strip_axis 4 -o x.image
refuses "an image of a strip for whole shots" "is one strip of a patch" predict --image patch.0.image --in strips.b8
refuses "strips of an image" "give --dem" predict --image whole.image --strips 2,2 --in strips.b8
refuses "strips of a stream" "leave --window" predict --dem strips.dem --window 3,3 --strips 2,2 --in strips.b8
refuses "strips of a stream's image" "leave --reweight, --stream" \
  compile --stream --dem strips.dem --strips 2,2 -o x.image
refuses "an axis of nothing" "say what they are" compile --dem strips.dem --strip_axis 1 -o x.image
refuses "a digest of several decoders" "leave one of them out" \
  predict --dem strips.dem --strips 2,2 --digest --in strips.b8
refuses "threads for whole shots" "--blocks and --strips" predict --dem strips.dem --threads 2 --in strips.b8
refuses "a strip made like another" "is one strip of a patch" \
  compile --dem strips.dem --reweight patch.0.image -o x.image
check "nothing is left of what failed" "" "$(ls x.*image 2>/dev/null)"
