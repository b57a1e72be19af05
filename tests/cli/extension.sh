# A study that is run again: finished, with more in it, with something else in
# it, and anew.
. "$(dirname "$0")/lib.sh"

two=$([ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] && echo 2 || echo 1)
write_program p <<'END'
echo "$SCALESTUDY_ORDER" >>ran
END

# study CORES BLOCKS [MORE-BACKENDS]
study() {
    echo "{\"name\": \"s\", \"cores\": $1, \"blocks\": $2, \"size\": 5, \"backends\": [
{\"name\": \"p\", \"command\": [\"./p\", \"{size}\"]}${3:-}]}" >s.json
}

study '[1]' 2
run run s.json
ends "a first run" 0
cp results/s/local/results.csv first.csv
: >ran
run run s.json
ends "the same again" 0
is "runs nothing" "" "$(cat ran)"
holds "and changes nothing" cmp first.csv results/s/local/results.csv

study '[1]' 4
run run s.json
ends "more blocks" 0
is "run only what is new: two runs and a warm-up" 3 "$(wc -l <ran | tr -d ' ')"
is "each block once" "0 1 2 3" \
    "$(columns block warmup <results/s/local/results.csv | sed -n 's/|0$//p' | tr '\n' ' ' | sed 's/ $//')"
is "and what was measured stays as it was" "$(cat first.csv)" "$(head -n 4 results/s/local/results.csv)"

: >ran
study '[1]' 4 ',{"name": "q", "command": ["./p", "{size}"]}'
run run s.json
ends "another backend" 0
is "runs its blocks only" 5 "$(wc -l <ran | tr -d ' ')"
if [ "$two" = 2 ]; then
    : >ran
    study '[1, 2]' 4 ',{"name": "q", "command": ["./p", "{size}"]}'
    run run s.json
    ends "more cores" 0
    is "run the new points only" 10 "$(wc -l <ran | tr -d ' ')"
    is "every point has every block" "p 1 4
p 2 4
q 1 4
q 2 4" "$(columns backend cores warmup <results/s/local/results.csv | grep '|0$' | tr '|' ' ' | cut -d' ' -f1,2 | sort | uniq -c | awk '{ print $2, $3, $1 }')"
else
    skip "more cores" "there is one core"
fi
: >ran
study '[1]' 2
run run s.json
ends "less than before" 0
is "runs nothing either" "" "$(cat ran)"
is "no order number comes twice" "" "$(columns order <results/s/local/results.csv | sort | uniq -d)"

# Something else: refused, with what differs.
cp -r results before
study '[1]' 2
# changed NAME DIFFERENCE OPTION...
changed() {
    name=$1
    difference=$2
    shift 2
    run run s.json "$@"
    refuses "$name" 2 "the study has changed since its first runs: $difference; give it another name, or add --fresh to set the old results aside and start anew"
}
changed "another size" '"size" was 5 and is now 6' --set size=6
changed "other runs in a block" '"runs" was 1 and is now 2' --set runs=2
changed "other warm-ups" '"warmups" was 1 and is now 0' --set warmups=0
changed "other binding" '"bind" was cores and is now none' --set bind=none
changed "another way to grow" '"scaling" was strong and is now weak' --set scaling=weak
if [ "$two" = 2 ]; then
    changed "other cores asked for" 'of p on 1 core, the cores asked for was 1 and is now 2' \
        --set request_cores='"+1"'
fi
changed "other work" 'of p on 1 core, "work" was 5 and is now 25' --set 'work=size^2'
sed 's/{size}"\]/{size}", "fast"]/' s.json >t.json
run run t.json
refuses "another command" 2 'the study has changed since its first runs: of backend p, its command was ./p {size} and is now ./p {size} fast; give it another name, or add --fresh to set the old results aside and start anew'
sed 's/{size}"\]/{size}"], "environment": {"A": "b"}/' s.json >t.json
run run t.json
refuses "another environment" 2 'the study has changed since its first runs: of backend p, its "environment" changed; give it another name, or add --fresh to set the old results aside and start anew'
holds "none of them changed a thing" diff -r before results

run run s.json --fresh
ends "--fresh" 0
says "says where the older one is" "the older study is now in results/s/local.1"
holds "which is as it was" diff -r before/s/local results/s/local.1
is "and starts anew" 3 "$(rows results/s/local)"
run run s.json --fresh --set size=6 -o results/s/local/
ends "--fresh takes a folder with a slash" 0
says "and numbers go up" "the older study is now in results/s/local.2"

mkdir precious
echo thesis >precious/thesis.tex
run run s.json --fresh -o precious
refuses "--fresh moves no folder that holds something else" 2 \
    "precious holds other files than a study's; name a new folder with -o"
run run s.json -o precious
refuses "nor is one used" 2 "precious holds other files than a study's; name a new folder with -o"
holds "which is as it was" test "$(ls precious)" = thesis.tex

# A budget of time: one block, then as many as fit.
cat >budget.json <<'END'
{"name": "budget", "cores": [1], "blocks": 40, "budget_time": 1, "backends": [
  {"name": "p", "command": ["sleep", "0.1"], "parallel": "serial"}]}
END
run run budget.json
ends "a budget of time is no mistake" 0
says "and said" "then more blocks while there is time"
blocks=$(($(rows results/budget/local) - 2)) # two waves, each with a warm-up
holds "some blocks fit in, and not all" test "$blocks" -ge 2 -a "$blocks" -le 8
says "none is missing" "$((blocks + 2)) of $((blocks + 2)) runs ok, 0 not ok, 0 missing"
run resume results/budget/local
is "when it is spent, it is spent" $((blocks + 2)) "$(rows results/budget/local)"
run run budget.json --set budget_time=100 --set blocks=$((blocks + 1))
is "a larger one goes on, as far as blocks go" $((blocks + 4)) "$(rows results/budget/local)"
run run budget.json --fresh --set budget_time=0.05
is "the first block is measured, however short the time" 2 "$(rows results/budget/local)"

# What only the report uses may change.
run run s.json -o results/s/local --set size=6 --set title=New --set optimum.tolerance=0.1 --set timeout=5
ends "a title, a rule and a time limit may change" 0
holds "and are kept" grep -q '"title": "New"' results/s/local/plan.json
finish
