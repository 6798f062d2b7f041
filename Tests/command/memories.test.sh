# memories: an image's event network as memory files. Examples/fpga-cosim compares what hardware makes of them.

surface="--code surface --distance 5 --basis Z --noise .006"
# shellcheck disable=SC2086
{
  "$command" compile $surface --rounds 5 --model event-small -o network.image
  "$command" compile $surface --rounds 5 -o plain.image
  "$command" compile $surface --rounds 5 --model grid-small -o grid.image
  "$command" compile $surface --rounds 16 --stream --model event-small -o stream.image
}
expect "memories" 0 "" "" memories network.image -o memories/of/network
cd memories/of/network || exit 1
check "memories: what there is" \
  "about.hex biases.hex places.hex rows.hex second.hex second_scale.hex settings.hex slots.hex third.hex third_scale.hex" \
  "$(echo *)"
setting() { printf '%d' "0x$(sed -n "$1p" settings.hex)"; }
check "memories: the network's shape" "120 64 16 13 7 7 4" "$(for k in 1 2 3 4 5 6 7; do setting $k; echo; done | xargs)"
check "memories: words of each" "$(setting 1) $(setting 16) 196 64 16 16 16 $((16 * $(setting 17))) $(setting 18)" \
  "$(for file in places biases rows second second_scale third third_scale about slots; do wc -l <$file.hex; done | xargs)"
check "memories: digits of a word of each" "48 256 256 32 16 32 16 8 16" \
  "$(for file in places biases rows second second_scale third third_scale about slots; do
    awk '{ print length }' $file.hex | sort -u | xargs
  done | xargs)"
cd - >/dev/null || exit 1
# The beginning of the first row, as the image has it: the bytes of a word are written from the last one on, and sections
# begin at multiples of 64.
first=$(head -1 memories/of/network/rows.hex | fold -w2 | tac | tr -d '\n' | head -c 128)
check "memories: rows are the image's bytes" 1 "$(od -An -v -tx1 -w64 network.image | tr -d ' ' | grep -c "^$first\$")"

expect "memories wants a network" 1 "" "Error: plain.image: holds no event network*" memories plain.image -o none
expect "... for events" 1 "" "Error: grid.image: only the event network*" memories grid.image -o none
expect "... of whole shots" 1 "" "Error: stream.image: only the event network*" memories stream.image -o none
head -c 5000 network.image >cut.image
expect "... in a whole image" 1 "" "Error: cut.image: is not a decoder image, or is damaged*" memories cut.image -o none
check "memories writes nothing then" no "$([ -e none ] && echo yes || echo no)"
# A file that cannot be written: a directory has its name. None of the others changes, and nothing is left behind.
mkdir -p taken/slots.hex && echo old >taken/rows.hex
expect "memories that cannot all be written" 1 "" "Error: taken/slots.hex: cannot be written*" \
  memories network.image -o taken
check "... are none" "rows.hex slots.hex old" "$(echo $(ls taken) $(cat taken/rows.hex))"
expect "memories wants a directory" 64 "" "Error: Missing expected argument '--out <directory>'*" memories network.image
