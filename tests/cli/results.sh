# results.csv: its header, its rows and their order, and collecting again.
. "$(dirname "$0")/lib.sh"

cat >s.json <<'END'
{"name": "table", "cores": [1], "blocks": 6, "runs": 2, "warmups": 1, "size": [1, 2, 3, 4], "backends": [
 {"name": "a", "command": ["true", "{size}"]},
 {"name": "b, \"quoted\"", "command": ["true", "{size}"]},
 {"name": "c", "command": ["true", "{size}"]}]}
END
run run s.json
ends "a backend's name cannot break a table" 2
sed -i 's/b, \\"quoted\\"/b/' s.json
run run s.json -o one
ends "a study of programs runs" 0
table=one/results.csv

is "the header is the one that is promised" "study,cluster,cpu_model,kernel,backend,size,actual_size,work,scaling,nodes,ranks,threads,cores,allocated_cores,gpus,block,run,warmup,order,attempt,status,reason,seconds,first_seconds,wall_seconds,user_seconds,system_seconds,peak_memory_bytes,granted_memory_bytes,value,error,bound,mask,frequency_mhz,host,partition,job,task,started,exit,job_cpu_seconds,job_memory_bytes,job_energy_joules" \
    "$(head -n 1 "$table" | tr -d '\r')"
is "one row a run, warm-ups included" $((12 * (6 * 2 + 1))) "$(rows one)"
is "in planned order" "$(awk 'BEGIN { for (i = 0; i < 156; i++) print i }')" "$(columns order <"$table")"
is "each run of each block once" $((12 * 6 * 2)) \
    "$(columns backend size block run warmup <"$table" | grep '|0$' | sort -u | wc -l | tr -d ' ')"
is "a warm-up before each point's first run" 12 \
    "$(columns backend size block run warmup <"$table" | grep '|0|0|1$' | sort -u | wc -l | tr -d ' ')"
is "right before it" 12 "$(columns backend size warmup <"$table" |
    awk -F'|' '$3 == 1 { point = $1 $2; next } point != "" { n += ($1 $2 == point); point = "" } END { print n }')"
is "blocks follow one another" "" "$(columns block <"$table" | awk '$1 < last { print } { last = $1 }')"
is "the runs began in this order" "$(columns started <"$table")" "$(columns started <"$table" | sort)"
is "stamps are UTC with milliseconds" 156 \
    "$(columns started <"$table" | grep -cE '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$')"

# order_of FOLDER BLOCK: its points in the order in which they ran, on one line
order_of() {
    columns backend size block run warmup <"$1/results.csv" | grep "|$2|0|0\$" | cut -d'|' -f1,2 | tr '\n' ' '
}
run run s.json -o two
ends "the same study in another folder" 0
same=yes
different=0
sorted=0
for block in 0 1 2 3 4 5; do
    [ "$(order_of one $block)" = "$(order_of two $block)" ] || same=no
    [ "$(order_of one $block)" != "$(order_of one $(((block + 1) % 6)))" ] && different=$((different + 1))
    [ "$(order_of one $block)" = "a|1 b|1 c|1 a|2 b|2 c|2 a|3 b|3 c|3 a|4 b|4 c|4 " ] && sorted=$((sorted + 1))
done
is "has the same order" yes "$same"
is "which differs from block to block" 6 "$different"
is "and is not the study's" 0 "$sorted"
run run s.json -o three --set name=other
holds "another name has another order" test "$(order_of one 0)" != "$(order_of three 0)"

cp one/results.csv first.csv
cp one/machines.json first.json
run collect one
ends "collecting again" 0
holds "gives the same table" cmp first.csv one/results.csv
holds "and the same machines" cmp first.json one/machines.json
holds "machines.json tells this host" grep -qF "\"host\": \"$(uname -n)\"" one/machines.json

# Fewer records: rows stay.
head -n 41 one/records/local.1.jsonl >some
cp some one/records/local.1.jsonl
run collect one
ends "collecting what is there" 0
says "says what is missing" "one/results.csv: 40 of 156 runs ok, 0 not ok, 116 missing"
is "every planned run has its row" 156 "$(rows one)"
is "those that have not run say so" "116 missing|has not run yet" \
    "$(columns status reason <"$table" | grep '^missing' | sort | uniq -c | sed 's/^ *//')"
is "and tell no time" "" "$(columns status wall_seconds started exit attempt <"$table" | sed -n 's/^missing//p' | tr -d '|\n')"

# A second attempt: an ok run goes before one that failed, the first ok one before others.
cat >f.json <<'END'
{"name": "again", "cores": [1], "blocks": 3, "warmups": 0, "backends": [{"name": "f", "command": ["./flaky"]}]}
END
write_program flaky <<'END'
[ "$SCALESTUDY_BLOCK" != 1 ] || [ -e cured ]
END
run run f.json
ends "a run of three fails" 1
run resume results/again/local
ends "resuming does nothing" 1
is "for it has its record" "1 ok,1 failed,1 ok," "$(columns attempt status <results/again/local/results.csv | tr '|\n' ' ,')"
: >cured
run resume results/again/local --retry-failed
ends "--retry-failed runs it again" 0
is "and it alone" "1 ok,2 ok,1 ok," "$(columns attempt status <results/again/local/results.csv | tr '|\n' ' ,')"
run resume results/again/local --retry-failed
ends "--retry-failed with nothing to do" 0
is "leaves no file behind" "local.1.jsonl local.2.jsonl " "$(ls results/again/local/records | tr '\n' ' ')"
# On a terminal the report is coloured, and no escape sequence of ours is shown as text.
printf 'cores,seconds\n1,8\n2,4\n' >coloured.csv
env -u NO_COLOR TERM=xterm script -qec "'$program' report coloured.csv -o coloured" typescript \
    >/dev/null 2>&1 </dev/null
escape=$(printf '\033')
holds "a terminal gets colours" grep -q "$escape\[1m" typescript
is "and no escaped ones" 0 "$(grep -c '\\x1b' typescript)"

finish
