# Ten thousand runs: what one costs does not grow with how many there were, and
# neither does the rest.
. "$(dirname "$0")/lib.sh"

if long_tests; then
    blocks=10000
else
    blocks=2500
    skip "10000 runs" "SCALESTUDY_LONG_TESTS=1 asks for them; $blocks come here"
fi
cat >s.json <<END
{"name": "many", "cores": [1], "blocks": $blocks, "warmups": 0, "backends": [{"name": "t", "command": ["true"]}]}
END
run run s.json --set blocks=1 -o first
ends "one run" 0
run run s.json
ends "$blocks runs" 0
table=results/many/local/results.csv
is "each has its row" "$blocks ok" "$(columns status <"$table" | sort | uniq -c | sed 's/^ *//')"

# Seconds of the day between the first and the last stamp of a tenth; one that
# goes over midnight is a day too short.
tenth=$((blocks / 10))
span() {
    columns started <"$table" | awk -v from="$1" -v to="$2" '
        NR == from || NR == to {
            split(substr($1, 12, 12), t, ":")
            s = t[1] * 3600 + t[2] * 60 + t[3]
            if (NR == from) first = s
            else printf "%.3f\n", s < first ? s + 86400 - first : s - first
        }'
}
early=$(span 1 "$tenth")
late=$(span $((blocks - tenth + 1)) "$blocks")
is "the last tenth takes no more than three times the first ($early s, $late s)" 1 \
    "$(awk -v a="$early" -v b="$late" 'BEGIN { print (b < 3 * a) }')"
is "a record is short" 1 \
    "$(($(wc -c <results/many/local/records/local.1.jsonl) / blocks < 700))"
is "a plan is as long as for one run, but for the number" 1 \
    "$(($(wc -c <results/many/local/plan.json) - $(wc -c <first/plan.json) < 64))"
run run s.json
ends "run again it has nothing to do" 0
finish
