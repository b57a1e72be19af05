# Programs that misbehave: what becomes of their runs, and what is said. All in
# one study, a backend each, so that one report is made of all.
. "$(dirname "$0")/lib.sh"

write_program crash <<'END'
kill -SEGV $$
END
write_program killed <<'END'
kill -KILL $$
END
write_program three <<'END'
echo "could not open input.dat" >&2
exit 3
END
write_program hang <<'END'
trap '' TERM
( trap '' TERM; echo $$ >>pids; sleep 300 ) &
echo $$ >>pids
sh -c 'trap "" TERM; echo $$ >>pids; sleep 301' &
sleep 302
sleep 303
END
write_program flood <<'END'
echo "Time: 99 s"
head -c 100000000 /dev/zero | tr '\0' 'x'
echo
echo "Time: 2.5 s"
END
write_program lines <<'END'
yes '' | head -n 3000000
echo "Time: 0.5 s"
END
write_program silent <<'END'
exit 0
END
write_program nan <<'END'
echo "Time: nan s"
END
write_program negative <<'END'
echo "Time: -1.5 s"
END
write_program zero <<'END'
echo "Time: 0 s"
END
write_program wrong <<'END'
echo "Time: 1 s"
echo "Value: 3.15"
END
write_program valueless <<'END'
echo "Time: 1 s"
END
write_program right <<'END'
echo "Time: 7 s"
echo "noise Time: none s"
echo "Value: 42"
echo "Time: 1.25 s"
echo "Value: 3.1415926"
echo "the end"
END
write_program timed <<'END'
echo "real 3.5" >&2
END
write_program binary <<'END'
printf 'Time: \033]0;owned\007\033[31m s\n\0\377\376\200\n' >&2
printf '\0\377\376\033[2J\n' ; printf 'bad \033]0;owned\007 \033[31m\302\233 news\n' >&2
exit 4
END
write_program bytes <<'END'
printf '\0\0\377\376 Time: 9 s \n\0Time: 4 s\0\n\377\n'
END
write_program daemon <<'END'
setsid sh -c 'trap "" HUP TERM; echo $$ >>pids; exec sleep 304' >/dev/null 2>&1 &
echo "Time: 1 s"
while [ ! -s pids ]; do sleep 0.01; done
END
write_program record <<'END'
echo "$1" | sed 's/"/"/g'
END
mkdir hang.d daemon.d

cat >s.json <<'END'
{"name": "trouble", "cores": [1], "blocks": 1, "warmups": 0, "timeout": 10, "timing": "total", "backends": [
 {"name": "crash", "command": ["./crash"]},
 {"name": "killed", "command": ["./killed"]},
 {"name": "three", "command": ["./three"]},
 {"name": "flood", "command": ["./flood"], "seconds": "^Time: (.*) s$"},
 {"name": "lines", "command": ["./lines"], "seconds": "^Time: (.*) s$"},
 {"name": "silent", "command": ["./silent"], "seconds": "Time: (.*) s"},
 {"name": "nan", "command": ["./nan"], "seconds": "Time: (.*) s"},
 {"name": "negative", "command": ["./negative"], "seconds": "Time: (.*) s"},
 {"name": "zero", "command": ["./zero"], "seconds": "Time: (.*) s"},
 {"name": "wrong", "command": ["./wrong"], "seconds": "Time: (.*) s", "value": "Value: (.*)",
  "expect": {"value": 3.14159265, "tolerance": 1e-6}},
 {"name": "valueless", "command": ["./valueless"], "seconds": "Time: (.*) s", "value": "Value: (.*)",
  "expect": {"value": 3.14159265, "tolerance": 1e-6}},
 {"name": "right", "command": ["./right"], "seconds": "^Time: (.*) s", "value": "^Value: (.*)$",
  "expect": {"value": 3.14159265, "tolerance": 1e-6}},
 {"name": "group-less", "command": ["./right"], "seconds": "Time: [0-9.]+ s"},
 {"name": "timed", "command": ["./timed"], "seconds": "^real (.*)$"},
 {"name": "binary", "command": ["./binary"]},
 {"name": "bytes", "command": ["./bytes"], "seconds": "Time: ([0-9.]+) s"},
 {"name": "daemon", "command": ["../daemon"], "workdir": "daemon.d"},
 {"name": "fewer", "command": ["./record", "scalestudy: {\"seconds\": 1, \"workers\": 3}"]},
 {"name": "garbled", "command": ["./record", "scalestudy: {\"seconds\": 1, "]},
 {"name": "timeless", "command": ["./record", "scalestudy: {\"workers\": 1}"]},
 {"name": "elsewhere", "command": ["./record", "scalestudy: {\"seconds\": 1, \"workers\": 1, \"binding\": [\"0-99999999999\"]}"]},
 {"name": "unmasked", "command": ["./record", "scalestudy: {\"seconds\": 1, \"workers\": 1, \"binding\": [\"0\", \"1\"]}"]}
]}
END
sed 's/"timeout": 10/"timeout": 1/; s/"name": "trouble"/"name": "hang"/; /"crash"/,$d' s.json >h.json
cat >>h.json <<'END'
 {"name": "hang", "command": ["../hang"], "workdir": "hang.d"}
]}
END

run run s.json
ends "a study of failures ends with 1" 1
table=results/trouble/local/results.csv

# became BACKEND STATUS EXIT SECONDS REASON
became() {
    is "$1 is $2" "$1|$2|$3|$4|$5" \
        "$(columns backend status exit seconds reason <"$table" | grep "^$1|")"
}
became crash failed 139 "" 'ended by signal 11 (Segmentation fault)'
became killed failed 137 "" 'ended by signal 9 (Killed)'
became three failed 3 "" 'exit status 3: could not open input.dat'
became flood ok 0 2.5 ''
became lines ok 0 0.5 ''
became silent failed 0 "" 'printed no time: no line of its output matches "Time: (.*) s"'
became nan failed 0 "" 'printed the time "nan", which is no positive number'
became negative failed 0 "" 'printed the time "-1.5", which is no positive number'
became zero failed 0 "" 'printed the time "0", which is no positive number'
became wrong wrong 0 1 'its answer is 3.15 where 3.14159265 is expected (tolerance 1e-06)'
became valueless wrong 0 1 'printed no value: no line of its output matches "Value: (.*)"'
became right ok 0 1.25 ''
became group-less ok 0 1.25 ''
became bytes ok 0 4 ''
became timed ok 0 3.5 ''
became daemon ok 0 "" ''
became fewer failed 0 1 "3 workers took part where 1 were asked for; is the launcher of another MPI than the program's?"
became timeless failed 0 "" 'its record line tells no positive time'
became unmasked failed 0 1 '2 workers told their cores where 1 were asked for'
is "garbled is failed" "garbled|failed" "$(columns backend status <"$table" | grep '^garbled|')"
is "elsewhere is unbound" "elsewhere|unbound" "$(columns backend status <"$table" | grep '^elsewhere|')"
is "binary is failed" "binary|failed|4" "$(columns backend status exit <"$table" | grep '^binary|')"
is "the value is kept" "3.1415926" "$(columns backend value <"$table" | sed -n 's/^right|//p')"
is "each has its row" 22 "$(rows results/trouble/local)"
is "stderr holds no control character" "" "$(tr -d '\n[:print:]' <err | od -An -c)"
is "stdout holds no escape character" 0 "$(tr -dc '\033' <out | wc -c)"
says "further failures are counted" "further failures are only counted here"
says "and summed up" "7 of 22 runs ok, 15 not ok, 0 missing"
holds "the log has what a failed run printed" \
    grep -q 'could not open input.dat' results/trouble/local/logs/local.1.log
is "the log is cut" 1 "$(($(wc -c <results/trouble/local/logs/local.1.log) < 8000000))"
holds "what a daemon leaves behind is ended" sh -c "! kill -0 $(cat daemon.d/pids)"

run run h.json
ends "a hang ends with 1" 1
table=results/hang/local/results.csv
is "it is a timeout" "hang|timeout|did not end within its time limit of 1 s" \
    "$(columns backend status reason <"$table")"
survivors=
for pid in $(cat hang.d/pids); do
    if alive "$pid"; then survivors="$survivors $pid"; fi
done
is "its children that ignore SIGTERM are ended" "" "$survivors"
is "within the limit and the two seconds of grace" 1 \
    "$(columns wall_seconds <"$table" | awk '{ print ($1 > 0.9 && $1 < 6) }')"

# A program whose file goes away between planning and running.
write_program fleeting <<'END'
rm -f fleeting
END
echo '{"name": "fleeting", "cores": [1], "blocks": 2, "warmups": 0, "backends": [{"name": "f", "command": ["./fleeting"]}]}' >f.json
run run f.json
ends "a program that goes away ends with 1" 1
is "its next run fails" "ok failed" \
    "$(columns status <results/fleeting/local/results.csv | tr '\n' ' ' | sed 's/ $//')"

if [ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ]; then
    cat >u.json <<'END'
{"name": "unbound", "cores": [2], "blocks": 1, "warmups": 0, "backends": [
 {"name": "shared", "command": ["./record", "scalestudy: {\"seconds\": 1, \"workers\": 2, \"binding\": [\"0\", \"0\"]}"]},
 {"name": "apart", "command": ["./record", "scalestudy: {\"seconds\": 1, \"workers\": 2, \"binding\": [\"0\", \"1\"]}"]}]}
END
    run run u.json
    is "two workers on one core are unbound" \
        "apart|ok|1|0 1|
shared|unbound|0|0 0|workers 0 and 1 share CPU 0 of core 0" \
        "$(columns backend status bound mask reason <results/unbound/local/results.csv | sort)"
    run run u.json --set bind=none --set name=loose
    is "which bind none does not check" "apart|ok|
shared|ok|" "$(columns backend status bound <results/loose/local/results.csv | sort)"
else
    skip "two workers on one core are unbound" "there is one core"
fi

# What fails throughout a block will fail throughout the next: it is not tried to the end.
cat >broken.json <<'END'
{"name": "broken", "cores": [1], "blocks": 5, "warmups": 1, "backends": [
 {"name": "one", "command": ["./starts"], "parallel": "serial"},
 {"name": "two", "command": ["./starts"], "parallel": "serial"}]}
END
write_program starts <<'END'
test -e mended && exec sleep 0.01
exit 3
END
run run broken.json -o broken
ends "a study of which no run is ok" 1
says "stops after a block" "stopped after 4 of 12 runs, as none of the last 4, a whole block, was ok"
is "and keeps what was tried" "4 failed
8 missing" "$(columns status <broken/results.csv | sort | uniq -c | sed 's/^ *//; s/|//' | grep -v status)"
touch mended
run resume --retry-failed broken
ends "which goes on when it is mended" 0
is "with all its runs" "12 ok" "$(columns status <broken/results.csv | sort | uniq -c | sed 's/^ *//; s/|//' | grep -v status)"
finish
