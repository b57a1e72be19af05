# Tables that others made: what is refused says where, what and what to do; what is accepted says
# sentences, and no number that means nothing.
. "$(dirname "$0")/lib.sh"

# refused NAME WHERE_AND_WHAT: the table t.csv
refused() {
    run report t.csv -o refused --formats markdown
    refuses "$1" 2 "t.csv:$2"
    [ ! -e refused ] || not_ok "$1" "a report was written"
}

# answers NAME SENTENCE: the first line that the report of t.csv prints
answers() {
    rm -rf answered
    run report t.csv -o answered --formats markdown,csv
    ends "$1: is read" 0
    is "$1: answer" "$2" "$(head -n 1 out)"
    is "$1: no number that is none" "" \
        "$(grep -ihoE '(^|[^a-z])-?(nan|inf)([^a-z]|$)|infinity' answered/summary.json answered/report.md out)"
    tr '\n' ' ' <out | tr -s ' ' >flat
}

# warns NAME CODE SENTENCE: the last report has this warning, and shows it
warns() {
    holds "$1" grep -qF "\"code\": \"$2\"" answered/summary.json
    if grep -qF -e "$3" flat; then ok "$1: says so"; else not_ok "$1" "no \"$3\" in: $(cat flat)"; fi
}

# curve BLOCKS EXPRESSION CORES...: rows of cores,seconds; in the expression p and b
curve() {
    blocks=$1 expression=$2
    shift 2
    echo cores,seconds
    for p; do echo "$p"; done |
        awk -v blocks="$blocks" "{ p = \$1; for (b = 0; b < blocks; b++) print p \",\" $expression }"
}

# What cannot be read.
printf '' >t.csv
refused "an empty file" '1:1: the file is empty; it needs a header line'
printf '\n\n' >t.csv
refused "blank lines" '1:1: the file is empty; it needs a header line'
printf 'cores,seconds\n' >t.csv
refused "a header alone" '2:1: no row follows the header; each run is a row'
printf '1,8\n2,4\n' >t.csv
refused "no header" '1:1: the table needs a column cores, and a column seconds, wall_seconds or throughput; it has: 1, 8; name those meant: --columns cores=NAME,seconds=NAME'
printf 'cores,seconds\n1,8\ncores,seconds\n2,4\n' >t.csv
refused "a header twice" '3:1: the header is there a second time; leave this line out'
printf 'cores,seconds\n1,8\n2,0\n' >t.csv
refused "zero" '3:3: column seconds must be more than 0 in a run that is ok, not 0'
printf 'cores,seconds\n1,8\n2,-1\n' >t.csv
refused "negative" '3:3: column seconds must be more than 0 in a run that is ok, not -1'
printf 'cores,wall_seconds\n1,8\n2,-1\n' >t.csv
refused "negative from outside" '3:3: column wall_seconds must be more than 0 in a run that is ok, not -1'
for word in inf -inf nan 1e309; do
    printf 'cores,seconds\n1,8\n2,%s\n' "$word" >t.csv
    refused "$word" "3:3: column seconds holds \"$word\", which is not a finite number; leave it empty where it is not known"
done
printf 'cores,seconds\n1,8\n2,NA\n' >t.csv
refused "a word for nothing" '3:3: column seconds holds "NA", which is not a number; leave it empty where it is not known'
printf 'cores,seconds\n1,1e300\n' >t.csv
refused "more than a century" '2:3: column seconds must be less than a century, not 1e300; is it in another unit?'
printf 'cores,seconds\n1,1e-12\n' >t.csv
refused "less than a nanosecond" '2:3: column seconds must be a nanosecond or more, which clocks can tell, not 1e-12; is it in another unit?'
printf 'cores,seconds\n1,"0,5"\n' >t.csv
refused "a decimal comma" '2:3: "0,5" in column seconds uses a decimal comma; write a point'
printf 'cores;seconds\n1;0,5\n' >t.csv
refused "semicolons" '1:1: the columns are separated by semicolons; save the table with commas'
printf 'cores,seconds\n1,0,5\n' >t.csv
refused "a bare decimal comma" '2:5: this row has 3 fields, the header has 2; write points in numbers, and quotes around a text with a comma'
printf 'cores,seconds\n1,"1,234.5"\n' >t.csv
refused "commas in thousands" '2:3: column seconds holds "1,234.5", which is not a number; write thousands without commas'
printf 'cores,seconds\n4 cores,8\n' >t.csv
refused "a count with a word" '2:1: column cores holds "4 cores", which is not a whole number; write the number alone'
printf 'cores,seconds\n2.5,8\n' >t.csv
refused "half a core" '2:1: column cores holds "2.5", which is not a whole number'
printf 'cores,seconds\n0,8\n' >t.csv
refused "no core" '2:1: column cores must be 1 or more, not 0'
printf 'cores,seconds\n1,8s\n' >t.csv
refused "a unit in a cell" '2:3: column seconds holds "8s", which is not a number; write the number alone, and its unit in the header, as in seconds[ms]'
printf 'cores,seconds,scaling\n1,8,strang\n' >t.csv
refused "a slip in scaling" '2:5: column scaling holds neither "strong" nor "weak"'
printf '\377\376c\0o\0r\0e\0s\0' >t.csv
refused "UTF-16" '1:1: the file is UTF-16; save it as UTF-8'
printf 'c\0o\0r\0e\0s\0,\0s\0' >t.csv
refused "UTF-16 without a mark" '1:1: the file looks like UTF-16; save it as UTF-8'
printf 'cores,seconds\r1,8\r' >t.csv
refused "carriage returns only" '1:14: a carriage return without a line feed; save the file with LF line ends'

# Forms that mean the same.
two="Ask for at least 2 cores, with program: more were not measured."
printf 'cores,seconds\n1,8\n2,4\n' >t.csv
answers "two points" "$two"
warns "of one run each" no-uncertainty 'Every point rests on 1 block: nothing tells how sure the figures are.'
warns "and no model" no-model 'No model is fitted to 2 core counts: 4 is the least.'
holds "whose rank is not called sure" grep -q "noise may have made it so" flat
printf 'cores,seconds\r\n1,8\r\n2,4\r\n' >t.csv
answers "CRLF" "$two"
printf '\357\273\277cores,seconds\n1,8\n2,4\n' >t.csv
answers "a byte-order mark" "$two"
printf 'seconds,host,cores\n8,h,1\n4,h,2\n' >t.csv
answers "another order of columns" "$two"
printf 'cores,seconds\n1.0,8\n2.0,4\n' >t.csv
answers "counts as a spreadsheet writes them" "$two"

# Few points, and odd ones.
printf 'cores,seconds\n4,2.5\n' >t.csv
answers "one point" "Only 4 cores were measured, with program: there is no other count to choose from."
warns "one point is no curve" one-count 'program was measured on 4 cores only, so nothing tells how it scales.'
is "and has no speedup" 1 "$(grep -c '"speedup": null' answered/summary.json)"
curve 1 '0.1 + 10 / p' 1 2 4 8 12 16 >t.csv
answers "one run each" "Ask for at least 16 cores, with program: more were not measured."
warns "one run each has no model" no-model 'there is 1 block, and 5 is the least.'
curve 9 '(0.1 + 10 / p) * (1 + b / 300)' 2 4 8 12 16 >t.csv
answers "no run on one core" "Ask for at least 16 cores, with program: more were not measured."
warns "speedup is relative" no-one-core 'relative to 2 cores, which are taken as ideal'
curve 9 5 1 2 4 8 >t.csv
answers "identical times" "Do not parallelise: nothing is shown to be faster than one core, with program."
warns "they are suspected" repeated-times 'all 9 on 1 core are 5.00 s.'
{ curve 5 '8 / p * (1 + b / 200)' 1 2 4; curve 5 '8 / p * (1 + b / 200)' 1 2 4 | tail -n +2; } >t.csv
answers "a table pasted twice" "Ask for at least 4 cores, with program: more were not measured."
warns "its times are suspected" repeated-times 'each of the 10 on 1 core is there at least twice.'
printf 'cores,seconds,block,run,order\n1,8,0,0,0\n1,8,0,0,0\n2,4,0,0,1\n' >t.csv
answers "a row twice" "$two"
warns "with its lines" duplicate-rows 'block 0, run 0, order 0, on 1 core, is in lines 2 and 3.'

# What did not work.
{ echo cores,seconds,status
  curve 9 '8 / p * (1 + b / 200) ",ok"' 1 2 4 8 | tail -n +2
  echo 16,,failed; echo 16,-1,timeout; echo 8,,timeout; } >t.csv
answers "failures at some counts" "Ask for at least 8 cores, with program: no run on more succeeded."
warns "they are counted" failed-runs '3 of 39 runs of program failed on 8 and 16 cores: timeout (2); failed (1).'
printf 'cores,seconds\n1,8\n2,\n4,2\n' >t.csv
answers "a missing time" "Ask for at least 4 cores, with program: more were not measured."
warns "it is counted" failed-runs '1 of 3 runs of program failed on 2 cores: no time was reported.'
printf 'cores,seconds\n1,\n2,\n' >t.csv
answers "no time at all" "No run succeeded, so there is nothing to recommend."
is "and none from outside is claimed" 0 "$(grep -c "whole program" out)"
printf 'cores,seconds,warmup\n1,8,1\n2,4,1\n' >t.csv
answers "warm-ups only" "There is nothing to recommend: no run gave a time."

# What must not be one curve.
{ echo cores,seconds,cpu_model
  curve 12 '8 / p * (1 + b / 200) * (1 + b % 2) "," (b % 2 ? "A" : "B")' 1 2 4 8 | tail -n +2; } >t.csv
answers "two CPU types" "Ask for at least 8 cores, with program, on B: more were not measured."
warns "are two curves" mixed-cpu 'The runs are from 2 CPU types, and each has curves of its own: B (24 runs), A (24 runs).'
is "each with its name" "program, on A program, on B " "$(grep '^program, on' out | sort | tr '\n' ' ')"
{ echo cores,seconds,size
  curve 12 '8 / p * (1 + b / 200) * (b % 2 ? 4 : 1) "," (b % 2 ? 1000 : 500)' 1 2 4 8 | tail -n +2; } >t.csv
answers "two sizes" "Ask for at least 8 cores, with program: more were not measured."
is "are two curves" "500 1000 " "$(sed -n 's/^ *"size": \([0-9]*\),$/\1/p' answered/summary.json | head -n 2 | sort -n | tr '\n' ' ')"
curve 12 '8 / p * (1 + b / 200) * (b % 2 ? 4 : 1)' 1 2 4 8 >t.csv
answers "two sizes without a column" "Ask for at least 8 cores, with program: more were not measured."
warns "are two groups" two-groups 'Give the table a column for what differs: size, backend, cpu_model, host.'

# Many counts.
curve 1 '1e6 / p * (1 + (p * 7919 % 101) / 1e4)' $(seq 1 3000) >t.csv
run report t.csv -o many --formats markdown
ends "three thousand counts" 0
holds "are answered" grep -qE '^Ask for [0-9]* ?[^ ]* cores?, with program' out

curve 1 '1e6 / p' $(seq 1 10001) >t.csv
refused "ten thousand counts and one" ' 10001 different core counts, where a report takes 10000; is the column cores one of core counts?'
{ echo cores,seconds,size; seq 1 2001 | sed 's/^/1,8,/'; } >t.csv
refused "so many sizes" ' 2001 different curves, where a report takes 2000; what do the columns cluster, cpu_model, kernel, backend and size hold?'
{ echo cores,seconds; for i in 1 2 3 4; do seq 1 250000 | awk -v p="$i" '{ print p "," (8 / p) * (1 + $1 % 997 / 1e4) }'; done; } >t.csv
run report t.csv -o million --formats markdown
ends "a million rows" 0
is "are answered" "Ask for at least 4 cores, with program: more were not measured." "$(head -n 1 out)"

finish
