# Folders and tables side by side: what is said, compare.json, exit statuses.
. "$(dirname "$0")/lib.sh"

# table CLUSTER FACTOR CPU BLOCKS: times of a program that scales well
table() {
    awk -v cluster="$1" -v factor="$2" -v cpu="$3" -v blocks="$4" 'BEGIN {
        split("0 3 -2 5 1 -4 2 -1 4", noise, " ")
        print "cluster,cpu_model,kernel,backend,size,cores,block,status,seconds,value"
        split("1 2 4 8", cores, " ")
        for (b = 0; b < blocks; b++)
            for (i = 1; i <= 4; i++)
                printf "%s,%s,heat,openmp,1000,%d,%d,ok,%.6f,42\n", cluster, cpu, cores[i], b,
                       factor * (20 / cores[i] + 0.2) * (1 + noise[(b + i) % 9 + 1] / 1000)
    }'
}
table alfa 1 "cpu A" 9 >alfa.csv
table bravo 1.3 "cpu B" 9 >bravo.csv
table alfa 1.1 "cpu A" 9 >after.csv
table alfa 1.001 "cpu A" 9 >again.csv
table alfa 1.3 "cpu A" 3 >few.csv

# field FILE KEY: the first value of that key
field() {
    sed -n "s/^ *\"$2\": \(.*[^,]\),\{0,1\}$/\1/p" "$1" | head -n 1
}

run compare alfa.csv bravo.csv -o ab
ends "two clusters are compared" 0
holds "the answer is on stdout" grep -qF "alfa is fastest, each at its own best." out
holds "with the ratio and its interval" grep -qF "bravo needs 1.30×" out
for file in index.html report.md compare.json tables/comparisons.csv; do
    holds "it writes $file" test -s "ab/$file"
done
holds "the page loads nothing" sh -c '! grep -qE "(src|href)=\"[^#]" ab/index.html'
is "compare.json has the verdict" '"slower"' "$(field ab/compare.json verdict)"
is "by both methods" '"different"' "$(field ab/compare.json claim)"
is "in words" '"1.30× [1.29, 1.31]"' "$(field ab/compare.json text)"
is "at the level of all five" 0.99 "$(sed -n 's/^      "level": \(.*\),$/\1/p' ab/compare.json | sort -u)"
for key in ratio_ci hodges_lehmann hodges_lehmann_ci; do
    holds "with $key" grep -q "\"$key\": [^n]" ab/compare.json
done
is "and what it was not asked" null "$(field ab/compare.json fail_if_slower)"
cp -r ab first
run compare alfa.csv bravo.csv -o ab
holds "the same input gives the same bytes" diff -r first ab

run compare alfa.csv bravo.csv -o taught --explain
ends "a comparison explains itself" 0
holds "with its own numbers put in" grep -qF "26.28626 / 20.2202 = 1.3" taught/report.md
holds "on both pages" grep -qF "How each figure is made" taught/index.html
holds "and compare.json is as without" cmp ab/compare.json taught/compare.json

run compare alfa.csv after.csv -o ba --fail-if-slower 5%
ends "a slowdown beyond noise fails" 1
says "and is told" "Slower by more than 5 %, beyond noise, in 4 of 4 comparisons."
is "in compare.json too" 4 "$(field ba/compare.json violated)"
holds "the report is written all the same" test -s ba/index.html
run compare alfa.csv after.csv -o ba --fail-if-slower 15
ends "what is allowed does not fail" 0
run compare alfa.csv again.csv -o same --fail-if-slower "0.5 %"
ends "noise does not fail" 0
holds "and what it could still hide is told" grep -q "No slowdown of more than 0.5 % is shown in 4 comparisons; up to 1.0[01][0-9]*× the time is not ruled out" same/report.md
run compare alfa.csv again.csv -o same --fail-if-slower 5%
holds "or that it hides none" grep -q "Not slower by more than 5 % in 4 comparisons" same/report.md
holds "and equal is said" grep -qF "are equal within 5 %" out
run compare after.csv alfa.csv --fail-if-slower 5% --formats markdown
ends "faster does not fail" 0
holds "the default folder" test -s comparison/report.md
holds "of just the formats asked for" test ! -e comparison/index.html

run compare alfa.csv few.csv -o few
ends "few blocks are compared" 0
holds "without a verdict" grep -qF "no interval and no verdict" few/report.md
run compare alfa.csv few.csv -o few --fail-if-slower 5%
refuses "but a gate that could not shut is refused" 2 "--fail-if-slower cannot be judged: no comparison has an interval (5 blocks on both sides at least, 9 are better)"

# Both methods have to show it: here only that of Hodges and Lehmann does.
shifted() {
    awk -v factor="$1" 'BEGIN {
        print "cores,block,seconds"
        for (b = 0; b < 9; b++)
            printf "8,%d,%.6f\n", b, factor * (1 + b * 0.002)
    }'
}
shifted 1 >calm.csv
shifted 1.0065 >calmer.csv
run compare calm.csv calmer.csv -o disputed --fail-if-slower 0%
ends "a slowdown that one of two methods shows does not fail" 0
holds "and is told" grep -q "In 1 of 1 it depends on the method" disputed/report.md
is "and counted" 1 "$(field disputed/compare.json disputed)"
run compare alfa.csv after.csv few.csv -o three --fail-if-slower 20%
refuses "a gate needs something of each" 2 "--fail-if-slower cannot be judged for few: none of its comparisons has an interval (5 blocks on both sides at least, 9 are better)"

run compare alfa.csv
refuses "one cluster is not enough" 2 "alfa.csv holds the times of one cluster only; name a second folder or table to compare it with"
sed 1d bravo.csv | cat alfa.csv - >both.csv
run compare both.csv -o both
ends "two clusters in one table are" 0
head -n 1 alfa.csv >empty.csv
run compare alfa.csv empty.csv
refuses "a table without rows" 2 "empty.csv:2:1: no row follows the header; each run is a row"
run compare alfa.csv nothere.csv
refuses "a missing input" 2 "nothere.csv is not there; give studies' folders or tables"
sed 's/heat/snow/' bravo.csv >other.csv
run compare alfa.csv other.csv
ends "another kernel is refused" 2
says "with both names" "nothing can be compared: bravo has no time of heat, n = 1000, only of snow, n = 1000"
sed 's/,1000,/,2000,/' bravo.csv >larger.csv
run compare alfa.csv larger.csv
ends "another size is refused" 2
says "with both sizes" "bravo has no time of heat, n = 1000, only of heat, n = 2000"
sed 's/,42$/,43/' bravo.csv >wrong.csv
run compare alfa.csv wrong.csv
ends "another answer is refused" 2
says "with both values" "alfa printed 42 and bravo printed 43 on 1 core"
awk -F, -v OFS=, '{ print } NR > 1 { $5 = 2000; print }' after.csv >two-sizes.csv
awk -F, -v OFS=, '{ print } NR > 1 { $5 = 2000; $10 = 41; print }' alfa.csv >one-wrong.csv
run compare two-sizes.csv one-wrong.csv
ends "another answer at one of two sizes leaves the other" 0
run compare two-sizes.csv one-wrong.csv --fail-if-slower 50%
refuses "but no gate passes over it" 2 "--fail-if-slower cannot be judged: two-sizes printed 42 and one-wrong printed 41 on 1 core: another answer is another computation, so their times are not compared."
grep -v ',8,[0-9],' alfa.csv >no-eight.csv
run compare alfa.csv no-eight.csv -o no-eight --fail-if-slower 50%
ends "a count less does not fail" 0
holds "and is told" grep -q "1 point of the first was not measured again" no-eight/report.md
run compare alfa.csv bravo.csv --fail-if-slower much
refuses "a gate without a number" 2 '--fail-if-slower: "much" is no percentage; write 5%, for example'
run compare
ends "nothing to compare" 2
run help compare
ends "help" 0
holds "tells the options" grep -qF -e --fail-if-slower out

mkdir -p one/x two/x
cp alfa.csv one/x/results.csv
cp after.csv two/x/results.csv
cp -r one one.before
run compare one/x two/x -o folders
ends "folders without a plan" 0
holds "are named by what tells them apart" grep -qF "two/x is slower than one/x" out
holds "and left as they were" diff -r one one.before

# Tables that name no cluster bear their files' names.
mkdir old new again
cut -d, -f4- alfa.csv >old/times.csv
cut -d, -f4- after.csv >new/times.csv
cut -d, -f4- again.csv >again/times.csv
run compare old/times.csv new/times.csv -o nameless
ends "tables without clusters are compared" 0
holds "by what tells their names apart" grep -qF "new/times is slower than old/times at 4 of 4 points." out
run compare old/times.csv again/times.csv new/times.csv -o nameless3
ends "so are three of them" 0
holds "each with the first" grep -qF "Against old/times, 4 of 8 points are slower and 0 faster." out
run compare one/x one/x -o twice
ends "a folder against itself" 0
holds "is told to be that" grep -q "have the very same times" out

# Names are text, whatever they hold.
sed 's/^bravo/<i onload=x>|`$(x)`/' bravo.csv >hostile.csv
run compare alfa.csv hostile.csv -o hostile
ends "a hostile name is compared" 0
holds "and is text on the page" sh -c '! grep -qF "<i onload" hostile/index.html && grep -qF "&lt;i onload" hostile/index.html'
holds "and in every plot" sh -c '! grep -qF "<i onload" hostile/*.svg'
holds "and in Markdown" sh -c '! grep -qE "(^|[^\\\\])<i onload" hostile/report.md'

# One table's report, for teaching.
run report alfa.csv -o plain
run report alfa.csv -o explained --explain
ends "a report explains itself" 0
holds "on the page" grep -qF '<summary><strong>Speedup</strong>' explained/index.html
holds "with its own numbers put in" grep -qF '`S(8) = 20.2202 / 2.7027 = 7.4815`' explained/report.md
holds "and why a warning matters" grep -qF "Why it matters:" explained/report.md
holds "and what a machine reads is as without" sh -c 'for f in summary.json tables speedup.svg; do diff -r plain/$f explained/$f || exit 1; done'
holds "which has none of it" sh -c '! grep -qE "explanation|Why it matters" plain/index.html plain/report.md'

# Other tools' files.
samples=$here/../foreign
run report "$samples/hyperfine.json" -o hyperfine --formats markdown
ends "hyperfine's export has a report" 0
holds "of the whole program's times" grep -qF "Times are of the whole program" out
run report "$samples/jube.csv" --columns kernel=benchmark,seconds=runtime -o jube --formats markdown
ends "JUBE's table has one" 0
holds "in seconds, whatever its unit" grep -qF "4.02 " out
run report "$samples/reframe-3.json" -o reframe --formats markdown
ends "ReFrame's run report has one" 0
sed 's/"dom/"dam/g' "$samples/reframe-4.json" >dam.json
run compare "$samples/reframe-4.json" dam.json --columns seconds=solve -o both-reframe
ends "two of them are compared" 0
holds "by their systems' names" grep -qF "dam" out
run compare "$samples/hyperfine.json" "$samples/hyperfine.json" -o self --fail-if-slower 5%
ends "an export against itself is fine" 0
printf 'cores;seconds\n1;2,5\n' >spreadsheet.csv
run report spreadsheet.csv
ends "a table with semicolons is refused" 2
says "with its remedy" "the columns are separated by semicolons; save the table with commas"

run compare alfa.csv bravo.csv -o ab --formats markdown
ends "a comparison is replaced by the next" 0
says "and that is said" "ab/report.md (in place of the comparison that was there)"
run report alfa.csv -o ab-report --formats markdown
run compare alfa.csv bravo.csv -o ab-report
ends "a study's report is not written over" 2
says "and another folder asked for" "ab-report/report.md is there and is of no comparison; name another folder with -o"
finish
