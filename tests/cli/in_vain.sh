# A study that cannot succeed is stopped after its first block, and nothing that
# was measured is lost.
. "$(dirname "$0")/lib.sh"

cat >s.json <<'JSON'
{"name": "vain", "cores": [1], "blocks": 4, "warmups": 1, "backends": [
 {"name": "a", "command": ["./a"]}, {"name": "b", "command": ["./b"]}]}
JSON
write_program a <<'END_A'
[ -e mended ] && exit 0
echo "could not open input.dat" >&2
exit 3
END_A
write_program b <<'END_B'
[ -e mended ] && exit 0
exit 4
END_B

run run s.json -o vain
ends "a study of which every run fails" 1
says "is stopped after a block" "stopped after 4 of 10 runs, as none of the last 4, a whole block, was ok"
says "with the first error" "could not open input.dat"
says "and how to go on" "scalestudy resume --retry-failed vain"
is "what was not tried is missing" 6 "$(columns status <vain/results.csv | grep -c missing)"
is "what was tried is there with its reason" 4 "$(columns status reason <vain/results.csv | grep -c 'failed.*exit status')"

run run s.json -o vain
ends "run again, it tries on" 1
says "and stops there" "stopped after 8 of 10 runs, as none of the last 4, a whole block, was ok"

touch mended
run resume --retry-failed vain
ends "mended, it is done in full" 0
is "with each run" 10 "$(columns status <vain/results.csv | grep -c ok)"

rm mended
write_program a <<'END_A'
[ -e mended ] || exit 3
END_A
write_program b <<'END_B'
exit 0
END_B
run run s.json -o half
ends "one backend that succeeds keeps the other's study going" 1
is "to the end" 0 "$(columns status <half/results.csv | grep -c missing)"

finish
