#!/bin/bash
# What sbatch refuses: Slurm's own words and what can be changed, exit status 3
# where nothing could be submitted, and the right study then runs in the same
# folder. Limits that count jobs: the study is finished in portions.
# SCALESTUDY_LONG_TESTS=1 tries every refusal and every limit.
. "$(dirname "$0")/lib.sh"

profile kebnekaise ktest >k.json
good='"cluster": "ktest", "account": "hpc2n2026-001"'

# a_study WISHES
a_study() {
    quick_study a s.json backends:'["serial","openmp"]' cores:'[1,2]' blocks:2 \
        clusters:"{\"k\": {$1}}"
}

# refused NAME WISHES WORDS REMEDY
refused() {
    local folder=r$((++number))
    a_study "$2"
    run run s.json --cluster k.json -o $folder
    ends "$1: nothing could be submitted" 3
    says "$1: Slurm's own words" "$3"
    says "$1: what can be changed" "$4"
    all_say "$1: rows have the reason" $folder "Slurm refused the job"
    is "$1: said once" 1 "$(grep -c '^Slurm refuses' err)"
    holds "$1: there is no job" test -z "$(squeue -h)"
}
number=0

start_slurm --shape kebnekaise --accounting enforced --set EnforcePartLimits=ALL --max-array 10

refused account '"cluster": "ktest", "account": "hpc2n2026-999"' \
    "Invalid account or account/partition combination specified" '"account"'
a_study "$good"
run run s.json --cluster k.json -o r1
ends "the right account in the same folder runs" 0
complete "and all of it" r1 12

if long_tests; then
    refused partition "$good, \"partition\": \"nosuch\"" "Invalid partition name specified" '"partition"'
    refused time "$good, \"time_limit\": \"8-00:00:00\"" "Requested time limit is invalid" '"time_limit"'
    refused qos "$good, \"qos\": \"gold\"" "Invalid qos specification" '"qos"'
    refused constraint "$good, \"constraint\": \"zen9\"" "Invalid feature specification" '"constraint"'
    refused reservation "$good, \"reservation\": \"tomorrow\"" "Requested reservation is invalid" '"reservation"'
    refused memory "$good, \"memory\": 500000" "Memory specification can not be satisfied" '"memory"'

    quick_study m m.json backends:'["mpi"]' cores:'[1,84]' blocks:2 clusters:"{\"k\": {$good}}"
    run run m.json --cluster k.json -o m
    ends "too many cores for some: the others run" 1
    says "too many cores: Slurm's own words" "More processors requested than permitted"
    is "too many cores: half is there" "4 missing 4 ok" "$(statuses m)"
fi

a_study "$good"
run run s.json --cluster k.json --set blocks=25 -o split
ends "arrays longer than MaxArraySize are split" 0
complete "and complete" split 150
is "each in three" 6 "$(grep -c '"accept"' split/journal.jsonl)"

"$slurm" limit user MaxSubmitJobs=4 2>/dev/null
run run s.json --cluster k.json --set blocks=3 -o portions
ends "a limit on jobs in the queue: in portions" 0
complete "and complete" portions 18
each_run_once "and nothing twice" portions
says "and the wait is told" "not submitted yet"
is "what did not arrive leaves no script" "$(grep -c '"accept"' portions/journal.jsonl)" \
    "$(find portions/jobs -type f | wc -l)"
"$slurm" limit user MaxSubmitJobs=-1 2>/dev/null

if long_tests; then
    "$slurm" limit qos MaxSubmitJobsPerUser=3 2>/dev/null
    run run s.json --cluster k.json --set blocks=4 -o qos3
    ends "a limit of the QOS: in portions" 0
    complete "and complete" qos3 24

    "$slurm" limit qos MaxSubmitJobsPerUser=0 2>/dev/null
    run_behind run s.json --cluster k.json --set blocks=4 -o qos0
    sleep 8
    kill -INT "$runner"
    await_runner
    ends "no room at all: waits, and can be interrupted" 130
    is "no room: said once" 1 "$(grep -c 'the queue takes no more' err)"
    says "no room: how to come back" "scalestudy resume qos0"
    "$slurm" limit qos MaxSubmitJobsPerUser=-1 2>/dev/null
    run resume qos0
    ends "and goes on when there is room" 0
    complete "with everything" qos0 24
fi

mkdir empty
for p in env bash sh mkdir; do ln -s "$(command -v $p)" empty/; done
PATH=$PWD/empty
run run s.json --cluster k.json -o nosbatch
PATH=$plain_path
ends "no sbatch" 3
says "no sbatch: a clear sentence" "nothing can be submitted: there is no Slurm on this machine (sbatch was not found); run it"
stop_slurm

if long_tests; then
    start_slurm --shape dardel
    profile dardel dtest partition_required:false | grep -v '"partition": "main"' >d.json
    quick_study d d.study backends:'["serial"]' cores:'[1]' blocks:2 clusters:'{"d": {"cluster": "dtest"}}'
    run run d.study --cluster d.json -o nopartition
    ends "no partition on Dardel" 3
    says "no partition: Slurm's own words" "No partition specified or system default partition"
    says "no partition: what can be changed" 'give this cluster a "partition"'
fi
finish
