#!/bin/bash
# Bad days while jobs run: nothing is lost, nothing is taken for a measurement
# that is none, and each sentence says what happened in Slurm's own words.
# SCALESTUDY_LONG_TESTS=1 adds a full disk, other users' folders and the days that
# take longer than seconds: the controller and the database away, time limits, a
# node that dies, memory.
. "$(dirname "$0")/lib.sh"

profile kebnekaise ktest >k.json
nap_study nap n.json 4 3
full=
if long_tests && [ "$(id -u)" -eq 0 ]; then # seen by Slurm only if it is there before
    mkdir full
    mount -t tmpfs -o size=200k tmpfs full && full=yes
fi
trap 'umount "$work/full" 2>/dev/null; stop_slurm; leave' EXIT

# begin FOLDER [COUNT]: runs in the background, until so many tasks run
begin() {
    run_behind run n.json --cluster k.json -o "$1"
    wait_for 20 running "${2:-3}"
    wait_for 20 begun "$1" "${2:-3}"
}

start_slurm --shape kebnekaise --accounting plain --slurmd-timeout 8

# --- interrupted, looked at, cancelled ---
begin detached
run_pid=$runner
"$program" run n.json --cluster k.json -o detached >/dev/null 2>second
is "a second run in the folder is refused" 3 $?
holds "and told who has it" grep -q "in use by process $run_pid" second
"$program" status detached >state 2>&1
is "status works meanwhile" 0 $?
holds "and shows the jobs" grep -q '3 running' state
"$program" collect detached >/dev/null 2>&1
is "collect works meanwhile" 1 $?
kill -INT "$runner"
await_runner
ends "Ctrl-C leaves" 130
says "and says that jobs go on" "The jobs go on by themselves"
says "and how to come back" "scalestudy resume detached"
is "the jobs are there" 3 "$(squeue -h -r | wc -l)"
run resume detached
ends "resume waits for them" 0
complete "and has them all" detached 3
each_run_once "and none twice" detached

begin cancelled
"$program" cancel cancelled >/dev/null 2>&1
is "cancel ends the jobs" 0 $?
await_runner
ends "its runner ends too" 1
all_say "rows say who it was" cancelled "by scalestudy cancel"
holds "no job is left" test -z "$(squeue -h -t PD,R)"

begin foreign
scancel "$(running_array)_1"
await_runner
ends "a job cancelled by someone else" 1
is "costs its runs alone" "1 missing 2 ok" "$(statuses foreign)"
is "rows say by whom" "CANCELLED by $(id -u)" "$(columns reason <foreign/results.csv | grep .)"
if long_tests; then
    run resume foreign
    ends "resume submits it again" 0
    complete "and the study is complete" foreign 3

    # --- files ---
    f=foreign/records/w0-1x1x1-b2.1.jsonl
    grep -v '"end"' $f | head -c -30 >torn && cp torn $f
    run collect foreign
    ends "a torn record is missing" 1
    says "and told" "could not be read"
    run resume foreign
    ends "and is done again" 0
    complete "then all is there" foreign 3
fi

quick_study a s.json backends:'["serial"]' cores:'[1]' blocks:2 \
    clusters:'{"k": {"cluster": "ktest", "account": "hpc2n2026-001"}}'
if [ -n "$full" ]; then
    head -c 190000 /dev/zero >full/fill
    run run s.json --cluster k.json --set blocks=12 -o full/f
    ends "a full disk" 3
    says "is told" "No space left on device"
    rm full/fill
    mount -o remount,size=20m full
    run resume full/f
    ends "with room again it goes on" 0
    complete "to the end" full/f 24
fi

names=("100%j 'it' \"\$HOME\" Übung;&|*")
long_tests && names+=('with blank' '100%j' "it's" '$HOME' 'Übung' 'a;b&c|d' '"*"' ./-dash)
for name in "${names[@]}"; do
    run run s.json --cluster k.json -o "$name"
    ends "a folder named $name" 0
    complete "is complete: $name" "$name" 4
done
run run s.json --cluster k.json -o 'back\slash'
ends "a folder that Slurm cannot name" 2
says "is refused in words" "holds a backslash"

begin gone
job=$(running_array)
rm -rf gone
await_runner
ends "the folder is deleted" 3
says "which is told, and how to end the jobs" "end them with scancel $job"
scancel "$job"

if ! long_tests; then
    stop_slurm
    finish
fi

# --- failed runs, in a job, another's folder ---
printf '{"name": "f", "backends": [{"name": "t", "command": ["test", "-e", "%s/good"], "parallel": "serial"}],
 "warmups": 0, "cores": [1], "blocks": 2, "bind": "none",
 "clusters": {"k": {"cluster": "ktest", "account": "hpc2n2026-001"}}}\n' "$work" >f.json
run run f.json --cluster k.json -o failing
ends "runs that fail" 1
is "are failed, not missing" "2 failed" "$(statuses failing)"
run resume failing
is "resume leaves them" 2 "$(grep -c '"block": *[01], "state"' failing/journal.jsonl)"
touch good
run resume --retry-failed failing
ends "resume --retry-failed repeats them" 0
complete "and they are ok" failing 2

cat >job.sh <<END
#!/bin/bash
cd '$work' && '$program' run s.json --cluster k.json -o injob >job.out 2>job.err
echo \$? >job.rc
END
sbatch -A hpc2n2026-001 -n 2 -c 2 -t 10 --mem-per-cpu=100 job.sh >/dev/null
wait_for 60 test -s job.rc
is "submitting from within a job works" 0 "$(cat job.rc)"
complete "and is complete" injob 4

if [ "$(id -u)" -eq 0 ]; then
    other=$("$slurm" user)
    mkdir others
    chown "$other" others
    run run s.json --cluster k.json -o others
    ends "another user's folder is refused" 2
    says "in words" "belongs to another user"
    for command in resume cancel; do
        runuser -u "$other" -- env SLURM_CONF="$SLURM_CONF" "$(program_for "$other")" $command "$work/failing" 2>err
        status=$?
        ends "and so is mine to them: $command" 2
    done
fi
stop_slurm

# --- the long days ---
start_slurm --shape kebnekaise --slurmd-timeout 8
nap_study nap n.json 8 3
"$slurm" controller-stop
run run s.json --cluster k.json -o down
ends "the controller is down" 3
says "in Slurm's words" "Unable to contact slurm controller"
says "and how to go on" "scalestudy resume"
run_behind run s.json --cluster k.json -o back
sleep 4
"$slurm" controller-start
await_runner
ends "it is back while we try: the study runs" 0
run resume down
ends "resume after that" 0
complete "is complete" down 4

begin away
"$slurm" controller-stop
sleep 15
"$slurm" controller-start
await_runner
ends "the controller is away for a while" 0
complete "nothing is lost" away 3
each_run_once "and nothing is twice" away

nap_study nap n.json 8 60
begin pending 50
job=$(running_array)
scancel "${job}_[57-59]"
await_runner
ends "pending tasks are cancelled: they vanish" 1
is "their rows are missing" "3 missing 57 ok" "$(statuses pending)"
is "with the likely reason" 3 "$(columns reason <pending/results.csv | grep -c '^CANCELLED before it began')"

nap_study nap n.json 45 3
begin limit
"$slurm" end-job "$(running_array)_1"
await_runner
ends "a time limit is hit" 1
is "the row is a timeout" "2 ok 1 timeout" "$(statuses limit | sed 's/ *$//')"
is "in Slurm's words" TIMEOUT "$(columns reason <limit/results.csv | grep .)"

nap_study nap n.json 8 3
begin nodedown
"$slurm" node-down b-cn0101
await_runner
ends "a node goes down" 0
says "its tasks are submitted again" "ended with NODE_FAIL and is submitted again"
complete "and the study is complete" nodedown 3
nap_study nap n.json 20 3
begin nodekill
"$slurm" node-kill b-cn0101
await_runner
ends "a node dies" 0
complete "and the study is complete" nodekill 3
"$slurm" node-back b-cn0101
nap_study nap n.json 8 3

begin requeue
job=$(running_array)
scontrol update "jobid=${job}_2" requeue=1
"$slurm" requeue "${job}_2"
await_runner
ends "an operator requeues a job" 0
complete "its second attempt counts" requeue 3
is "and is told apart" "1 1 2" "$(columns attempt <requeue/results.csv | sort | xargs)"
stop_slurm

start_slurm --shape kebnekaise --accounting plain --min-job-age 2
run run s.json --cluster k.json -o forgotten --detach
ends "--detach returns" 0
sleep 15
holds "squeue has forgotten" test -z "$(squeue -h -t all)"
run resume forgotten
ends "resume knows by the records" 0
complete "that all is done" forgotten 4
holds "with what sacct knows" test -n "$(columns job_cpu_seconds <forgotten/results.csv | grep .)"

"$slurm" database-stop
run run s.json --cluster k.json -o nodatabase
ends "without the database the study runs" 0
complete "to its end" nodatabase 4
"$slurm" database-start
sleep 10
run resume nodatabase
ends "with it again" 0
holds "its figures are joined" test -n "$(columns job_cpu_seconds <nodatabase/results.csv | grep .)"
stop_slurm

printf '{"name": "eat", "backends": [{"name": "eat", "command": ["tail", "/dev/zero"], "parallel": "serial"}],
 "warmups": 0, "cores": [1], "blocks": 2, "bind": "none",
 "clusters": {"k": {"cluster": "ktest", "account": "hpc2n2026-001", "memory": 100}}}\n' >eat.json
start_slurm --shape kebnekaise --mem-kill
run run eat.json --cluster k.json -o killed
ends "a job killed for its memory" 1
all_say "rows have its last words" killed "memory limit"
stop_slurm
if [ "$(id -u)" -eq 0 ] && [ -w /sys/fs/cgroup/memory/tasks ]; then
    start_slurm --shape kebnekaise --cgroup
    run run eat.json --cluster k.json -o starved
    ends "a program killed for its memory" 1
    all_say "rows say so" starved "for want of memory"
    stop_slurm
fi
finish
