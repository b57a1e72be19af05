# Killed, interrupted, started twice: every planned run is measured exactly
# once, no line is torn, nothing is left running.
. "$(dirname "$0")/lib.sh"

cat >s.json <<'END'
{"name": "killed", "cores": [1], "blocks": 60, "runs": 2, "warmups": 1, "size": [1, 2], "backends": [
 {"name": "a", "command": ["./p", "{size}"]}, {"name": "b", "command": ["./p", "{size}"]}]}
END
write_program p <<'END'
echo $$ >>pids
sleep 0.004
END
if long_tests; then
    kills=100
else
    kills=16
    skip "a hundred kills" "SCALESTUDY_LONG_TESTS=1 asks for them; 16 come here"
fi

# A whole number below $1 from the system's random numbers.
below() {
    echo $(($(od -An -N2 -tu2 </dev/urandom | tr -d ' ') % $1))
}

killed=0
tries=0
while [ "$killed" -lt "$kills" ] && [ "$tries" -lt 500 ]; do
    tries=$((tries + 1))
    "$program" run s.json >out 2>err </dev/null &
    runner=$!
    sleep "0.$(printf %03d "$((40 + $(below 300)))")"
    kill -KILL "$runner" 2>/dev/null && killed=$((killed + 1))
    wait "$runner" 2>/dev/null
    if [ $((tries % 3)) -eq 0 ] && [ -s pids ]; then # its program too
        kill -KILL "$(tail -n 1 pids)" 2>/dev/null
    fi
    if [ -e results/killed/local/plan.json ] && [ $((tries % 5)) -eq 0 ]; then
        "$program" collect results/killed/local >out 2>err || break # at any moment
    fi
    # A study that got to its end is begun anew, so that the kills go on.
    if grep -q ' 0 missing' err && [ "$killed" -lt "$kills" ]; then
        rm -rf results
    fi
done
is "the runner is killed many times" "$kills" "$killed"
run run s.json
ends "and started again until it is done" 0
table=results/killed/local/results.csv
is "each planned run has its row" 484 "$(rows results/killed/local)"
is "each is ok" "ok" "$(columns status <"$table" | sort -u)"
is "each exactly once" "" "$(columns backend size block run warmup <"$table" | sort | uniq -d)"
is "every row has as many fields as the header" "$(head -n 1 "$table" | tr -cd ',' | wc -c)" \
    "$(tr -d '\n' <"$table" >/dev/null; awk -F, '{ print NF - 1 }' "$table" | sort -u)"
is "no run has two ok records" "" \
    "$(cat results/killed/local/records/*.jsonl | sed -n 's/^{"order": \([0-9]*\), "status": "ok".*}$/\1/p' | sort | uniq -d)"
survivors=0
for pid in $(tr -cd '0-9\n' <pids); do
    if alive "$pid" && grep -qa "SCALESTUDY_FOLDER=$work" "/proc/$pid/environ" 2>/dev/null; then
        survivors=$((survivors + 1))
    fi
done
is "no stray is left running" 0 "$survivors"
holds "nor a half-written file" test -z "$(find results -name '*.tmp.*')"

# A stray of a killed runner is ended by the next one.
write_program long <<'END'
echo $$ >stray
[ -e quick ] || exec sleep 300
END
echo '{"name": "stray", "cores": [1], "blocks": 1, "warmups": 0, "backends": [{"name": "l", "command": ["./long"]}]}' >l.json
"$program" run l.json >out 2>err </dev/null &
runner=$!
wait_for 10 test -s stray
kill -KILL "$runner"
wait "$runner" 2>/dev/null
stray=$(cat stray)
holds "a killed runner's program goes on" alive "$stray"
: >quick
run resume results/stray/local
ends "resume goes on where it was killed" 0
is "and ends that program first" "" "$(alive "$stray" && echo alive)"

# Ctrl-C, and a second runner meanwhile.
rm -f stray quick
echo '{"name": "stopped", "cores": [1], "blocks": 3, "warmups": 0, "backends": [{"name": "l", "command": ["./long"]}]}' >l.json
for signal in INT TERM; do
    rm -rf results/stopped stray
    "$program" run l.json >out.1 2>err.1 </dev/null &
    runner=$!
    wait_for 10 test -s stray
    if [ "$signal" = INT ]; then
        run run l.json
        refuses "a second run in the same folder is told" 3 \
            "results/stopped/local is in use by process $runner on $(uname -n); wait for it or stop it"
        run resume results/stopped/local
        refuses "so is resume" 3 \
            "results/stopped/local is in use by process $runner on $(uname -n); wait for it or stop it"
        run run l.json --fresh
        refuses "so is --fresh" 3 \
            "results/stopped/local is in use by process $runner on $(uname -n); wait for it or stop it"
        run worker results/stopped/local
        refuses "so is a worker" 3 "task local is being run by another worker"
        holds "none of them disturbs the first" alive "$(cat stray)"
        run collect results/stopped/local
        ends "but collecting is allowed" 0
    fi
    kill -$signal "$runner"
    wait "$runner"
    status=$?
    mv err.1 err
    ends "SIG$signal ends with 130" 130
    is "and the way on" "interrupted after 0 of 3 runs, all recorded; continue with: scalestudy resume results/stopped/local" \
        "$(tail -n 1 err)"
    stray=$(cat stray)
    is "the program in hand was ended" "" "$(alive "$stray" && echo alive)"
done
: >quick
run resume results/stopped/local
ends "resume does the rest" 0
is "and the interrupted run" "ok ok ok " "$(columns status <results/stopped/local/results.csv | tr '\n' ' ')"

# nohup: the end of the terminal is not the end of the study.
rm -f stray quick
rm -rf results/stopped
(
    trap '' HUP
    exec "$program" run l.json >out.1 2>err.1 </dev/null
) &
runner=$!
wait_for 10 test -s stray
kill -HUP "$runner"
sleep 0.2
: >quick
kill -TERM "$(cat stray)"
wait "$runner"
status=$?
ends "under nohup a study outlives its terminal" 1
is "and is measured to its end" 3 "$(columns exit <results/stopped/local/results.csv | grep -c '[0-9]')"

# Interrupted before anything is measured.
"$program" run l.json -o nothing --set backends='[{"name":"s","command":["sleep","300"],"setup":["sleep 300"]}]' >out 2>err </dev/null &
runner=$!
wait_for 10 test -e nothing/records/local.1.jsonl
sleep 0.3
kill -INT "$runner"
if wait_for 5 sh -c "! kill -0 $runner"; then
    ok "set-up lines can be interrupted"
else
    not_ok "set-up lines can be interrupted" "still there after 5 s"
    kill -KILL "$runner"
fi
wait "$runner"
status=$?
ends "with 130 as well" 130

# Records that a crash has damaged.
records=results/killed/local/records/local.1.jsonl
cp "$records" whole
total=$(grep -c '"order"' whole)
damage() {
    name=$1
    lost=$2
    run collect results/killed/local
    ends "$name: collected" 0
    says "$name: told" "line"
    is "$name: only that run is missing" "$lost" "$(columns status <"$table" | grep -c missing)"
    : >pids
    run resume results/killed/local
    ends "$name: resumed" 0
    is "$name: only that run is measured again" "$lost" "$(wc -l <pids | tr -d ' ')"
    is "$name: and all are ok" ok "$(columns status <"$table" | sort -u)"
}
size=$(wc -c <whole)
head -c $((size - 40)) whole >"$records"
damage "a torn last line" 1
{
    grep '"machine"' whole | head -n 1
    echo 'garbage'
    echo
    echo '{"order": 1, "status": "ok", "reason": "torn behind a brace }'
    echo '{"order": 99999999, "status": "ok"}'
    echo '{"order": -1, "status": "ok"}'
    echo '{"order": 1, "status": "ok"}}'
    echo '[1, 2, 3]'
    printf '{"order": 1, "status": "ok", \0\0\0\0\0\0}\n'
    printf '\0\0\0\0\377\376\n'
    grep '"order"' whole | grep -v '^{"order": [12],'
} >"$records"
damage "garbage among the lines" 2
grep -v '"machine"' whole >"$records"
run collect results/killed/local
ends "without its machine" 0
is "all runs are still there" ok "$(columns status <"$table" | sort -u)"
printf '{"order": 3, "status": "ok" oops}\n' >"$records"
run collect results/killed/local
refuses "what looks whole and is not is named" 2 \
    "$records: the record with \"order\": 3 was damaged (record:1:29: a comma is missing before this); remove its line, and the run is done again with \`scalestudy resume\`"
rm -f "$records"
run collect results/killed/local
ends "without any record" 0
is "all runs are missing" missing "$(columns status <"$table" | sort -u)"
printf '{"name": "a", "poi' >results/killed/local/plan.json
run resume results/killed/local
ends "a torn plan" 2
finish
