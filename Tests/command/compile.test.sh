# decant compile and decant inspect: images appear whole or not at all, and say what they hold.

expect "version" 0 "decant 0.1.0" "" --version
expect "unknown verb" 64 "" "Error: Unexpected argument 'decode'*" decode

expect "compile" 0 "" "" compile --dem surface.dem -o a.image
expect "compile by the long name" 0 "" "" compile --dem surface.dem --out b.image
same "compile gives the same bytes" a.image b.image
check "compile gives a file what the system gives new files" "$(stat -c %a err.txt)" "$(stat -c %a a.image)"
expect "compile from a pipe" 0 "" "" compile --dem /dev/stdin -o b.image <surface.dem
same "compile from a pipe" a.image b.image
chmod 640 b.image
ln -s b.image link.image
expect "compile over a link" 0 "" "" compile --dem chain.dem -o link.image
same "compile follows links" chain.image b.image
check "compile keeps permissions" 640 "$(stat -c %a b.image)"
mkfifo pipe
timeout 60 cat pipe >c.image &
expect "compile to a pipe" 0 "" "" compile --dem surface.dem -o pipe
wait
same "compile to a pipe" a.image c.image
check "compile leaves pipes alone" yes "$([ -p pipe ] && echo yes)"

printf 'error(0.1) D0 D1\nerror(0.1) D0 D1 D2 L0\nerror(0.1) L0\n' >hyper.dem
expect "compile refuses hyperedges" 1 "" "Error: hyper.dem:2: *" compile --dem hyper.dem -o a.image
same "compile leaves the old image when it fails" surface.image a.image
expect "compile drops hyperedges" 0 "" \
  "Notice: hyper.dem: 1 component flips three or more detectors and was left out, on line 2.
Notice: *" compile --dem hyper.dem --drop_hyperedges -o hyper.image
expect "predict drops hyperedges" 0 "0" "Notice: hyper.dem: 1 component*" \
  predict --dem hyper.dem --drop_hyperedges --in_format 01 <<<110
expect "predict drops nothing from an image" 64 "" \
  "Error: --drop_hyperedges and --distinct_weights are about --dem; *" \
  predict --image hyper.image --drop_hyperedges
expect "compile names the line at fault" 1 "" "Error: /dev/stdin:2: *" \
  compile --dem /dev/stdin -o new.image <<<$'error(0.1) D0\nerror(2) D1'
check "compile makes no image when it fails" no "$([ -e new.image ] && echo yes || echo no)"
expect "compile wants a place" 1 "" \
  "Error: none/a.image: cannot be written: No such file or directory. Check the path, that you may write \
there, and that there is room." compile --dem surface.dem -o none/a.image
expect "compile needs an image" 64 "" "Error: Missing expected argument '--out <image>'*" \
  compile --dem surface.dem
check "compile leaves no drafts" "" "$(find . -name '*.image.*')"

# An image's size and its decoder's workspace may change from version to version; what it holds may not.
expect "inspect" 0 "*" "" inspect chain.image
check "inspect: text" "\
detectors                    13
observables                  70
edges                        14
boundary edges               2
negative edges               0
most edges at a detector     2
components                   1
components without boundary  0
largest weight               33554430" "$(sed -n '/^detectors/,/^largest/p' out.txt)"
check "inspect: sizes" 3 "$(grep -cE '^(image size|a shot.s detectors|workspace) +[0-9]+ bytes$' out.txt)"
check "inspect: size" "$(stat -c %s chain.image)" "$(sed -n 's/^image size *\([0-9]*\) bytes$/\1/p' out.txt)"
expect "inspect: JSON" 0 "{*" "" inspect --json chain.image
check "inspect: JSON of counts" '  "detectors": 13,
  "observables": 70,
  "edges": 14,
  "boundary_edges": 2,
  "negative_edges": 0,' "$(sed -n '/"detectors"/,/"negative_edges"/p' out.txt)"
expect "inspect wants an image" 1 "" \
  "Error: chain.dem: is not a decoder image, or is damaged. Make it again with decant compile." \
  inspect chain.dem
cp chain.image flipped.image
printf '\377' | dd of=flipped.image bs=1 seek=300 conv=notrunc status=none
expect "inspect notices damage" 1 "" \
  "Error: flipped.image: is not a decoder image, or is damaged. Make it again with decant compile." \
  inspect flipped.image
expect "inspect an empty image" 1 "" \
  "Error: /dev/null: is not a decoder image, or is damaged. Make it again with decant compile." \
  inspect /dev/null

sed 's/error(0\.\([0-9]*\))/error(0.0\1)/' surface.dem >other.dem
expect "compile the same model of other noise" 0 "" "" compile --dem other.dem -o other.image
expect "reweight" 0 "" "" compile --reweight surface.image --dem other.dem -o b.image
same "reweight gives what compiling gives" other.image b.image
check "reweight changes weights" no "$(cmp -s surface.image b.image && echo yes || echo no)"
expect "reweight refuses another model" 1 "" \
  "Error: chain.dem: is not the model of surface.image with other probabilities: *" \
  compile --reweight surface.image --dem chain.dem -o b.image
same "reweight leaves the old image when it fails" other.image b.image
expect "reweight refuses what is no image" 1 "" "Error: chain.dem: is not a decoder image, or is damaged. *" \
  compile --reweight chain.dem --dem chain.dem -o b.image
expect "reweight takes all else from the image" 64 "" "Error: --reweight takes --dem alone; *" \
  compile --reweight surface.image --dem other.dem --correlated -o b.image
expect "a stream of nothing" 1 "" "Error: /dev/stdin: 0 rounds are too few to see what repeats; *" \
  compile --stream --dem /dev/stdin -o b.image </dev/null
