# Use over time: usage.csv, what others did: others.csv, and what the report says of a core that nobody used.
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

is "what others did has its header" \
    "order,cluster,kernel,backend,size,cores,block,run,warmup,status,watched_cpus,watched_seconds,others_seconds,stolen_seconds" \
    "$(head -n 1 five/others.csv)"
if grep -q '^cpu0 .*[1-9]' /proc/stat; then
    is "and a row for each run" 2 "$(wc -l <five/others.csv | tr -d ' ')"
    is "under its name" "0,local,integration2d,processes,150000,4,0,0,0,ok" \
        "$(tail -n 1 five/others.csv | cut -d, -f1-10)"
fi

# As if they had kept a core busy all the time.
cp -Rp five loaded # with its times: collected behind the records
awk -F, -v OFS=, 'NR > 1 { $13 = $12 } 1' five/others.csv >loaded/others.csv
run report loaded --explain
ends "a report of a machine that others loaded" 0
holds "warns of them" grep -q '"code": "others-at-work"' loaded/report/summary.json
holds "and says why that matters" grep -q "A core that is shared does less for each" loaded/report/report.md
echo "cores,seconds" >loaded/others.csv
run report loaded
ends "another table in its place" 2
says "is told" "loaded/others.csv:1:1: this is not as \`scalestudy collect\` writes it; collect again"

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

finish
