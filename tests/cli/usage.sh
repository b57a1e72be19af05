# Use over time: usage.csv, and what the report says of a core that nobody used.
. "$(dirname "$0")/lib.sh"

run run "$here/../../studies/course-challenge.json" --local --oversubscribe -o five \
    --set backends='["processes"]' --set size=150000 --set blocks=1 --set warmups=0
ends "four workers on five cores" 0
holds "a fifth of the request is told" grep -qF "4 workers ran on 5 cores that were asked for, a fifth of the request was idle" \
    five/report/report.md
holds "with its core time" grep -q "was idle, and [0-9.]* core-seconds went unused" five/report/report.md

is "the header is the one that is promised" \
    "order,cluster,kernel,backend,size,cores,block,run,warmup,status,source,seconds_since_start,busy_cores,memory_bytes" \
    "$(head -n 1 five/usage.csv)"
holds "the run was sampled" test "$(wc -l <five/usage.csv)" -ge 3
is "under its name" "0,local,integration2d,processes,150000,4,0,0,0,ok,tree" \
    "$(tail -n 1 five/usage.csv | cut -d, -f1-11)"
is "in time's order" "" "$(cut -d, -f12 five/usage.csv | awk 'NR > 2 && $1 <= last { print } { last = $1 }')"
is "CPU time adds up" yes "$(awk -F, 'NR == FNR { if (FNR > 1) { sum += $13 * ($12 - begin); begin = $12 } next }
    FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { all = $column["user_seconds"] + $column["system_seconds"]
      print (sum > 0.9 * all && sum < 1.1 * all ? "yes" : sum " of " all) }' five/usage.csv five/results.csv)"

holds "the page shows it" grep -q 'id="use-over-time"' five/report/index.html
holds "with a plot of the cores" test -s five/report/use-cpu.svg
holds "and one for a slide" test -s five/report/use-memory.png
holds "Markdown too" grep -q '^## Use over time' five/report/report.md
holds "summary.json has what went unused" grep -q '"unused_core_hours": 0\.' five/report/summary.json

cp five/usage.csv first.csv
run collect five
ends "collecting again" 0
holds "gives the same" cmp first.csv five/usage.csv

rm five/usage.csv
run report five -o without
ends "a folder from before has none" 0
holds "and a report without" grep -q 'id="resources"' without/index.html
is "that section" 0 "$(grep -c 'use-over-time' without/index.html)"

echo "cores,seconds" >five/usage.csv
run report five -o broken
ends "another table in its place" 2
says "is told" "five/usage.csv:1: this is not the header of usage.csv; collect again"

run run "$here/../../studies/course-challenge.json" --local --oversubscribe -o short \
    --set backends='["processes"]' --set size=100 --set blocks=1 --set warmups=0
ends "runs too short for samples" 0
is "have none" 1 "$(wc -l <short/usage.csv | tr -d ' ')"
is "and no section" 0 "$(grep -c 'use-over-time' short/report/index.html)"

# Others on the same core are seen, and nothing is recommended of such times.
taskset -c "$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')" sh -c 'while :; do :; done' &
other=$!
cat >crowded.json <<'END'
{"name": "crowded", "kernel": "integration2d", "size": 40000, "cores": [1], "blocks": 3, "warmups": 0, "backends": ["serial"]}
END
run run crowded.json -o crowded
kill $other
ends "a study beside other work" 0
others=$(sed -n 's/.*"others_seconds": \([0-9.e-]*\).*/\1/p' crowded/machines.json)
watched=$(sed -n 's/.*"watched_seconds": \([0-9.e-]*\).*/\1/p' crowded/machines.json)
holds "the other work is in machines.json" awk "BEGIN { exit !($others > 0.25 * $watched && $others < 1.02 * $watched) }"
holds "the report says so" grep -q "Others were busy on the cores while the runs ran" crowded/report/report.md
holds "instead of an answer" grep -q "No core count can be recommended: others kept" crowded/report/report.md

finish
