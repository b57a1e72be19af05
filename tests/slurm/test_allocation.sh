#!/bin/bash
# Inside an allocation `run` takes it as one packed block; a job that never will
# start is told; a study with a precision goes on by waves.
. "$(dirname "$0")/lib.sh"

start_slurm --shape kebnekaise --set EnforcePartLimits=NO
profile kebnekaise ktest >k.json
quick_study block s.json backends:'["serial","openmp"]' cores:'[1,2]' blocks:2 \
    clusters:'{"k": {"cluster": "ktest", "account": "hpc2n2026-001"}}'

in_allocation() { # OPTIONS OF salloc -- ARGUMENTS
    local options=()
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    salloc -Q "${options[@]}" "$program" "$@" >out 2>err </dev/null
    status=$?
}

in_allocation -N1 --ntasks-per-node=28 -- run s.json --cluster k.json -o block
ends "salloc: a block is measured" 0
says "and it is said which" "block 1 of 2 in the allocation of job"
is "of all points, once" 6 "$(columns status <block/results.csv | grep -c ok)"
is "nothing is submitted" 1 "$(arrays_in_slurm)"

srun -Q -N1 -n1 -c28 "$program" resume block >out 2>err </dev/null
status=$?
ends "a step of srun takes the next one" 0
complete "and then all is there" block 12
each_run_once "and once" block
is "its rows name both jobs" 2 "$(columns job <block/results.csv | sort -u | grep -c .)"

in_allocation -N1 --ntasks-per-node=28 -- run s.json --cluster k.json -o two \
    --set 'cores=[1,56]' --set 'backends=["serial","mpi"]'
ends "too few nodes: refused" 2
says "and what to ask for" "ask salloc for --nodes=2"

sed 's/"name": "ktest"/"name": "tolerant"/; s/"max_time": "[^"]*"/"max_time": "60-00:00:00"/' k.json >tolerant.json
run_behind run s.json --cluster tolerant.json -o stuck --set clusters.k.time_limit=30-0 \
    --set clusters.k.cluster=tolerant
wait_for 20 grep -q 'never\|limit' err
kill -INT "$runner"
await_runner
says "a time limit beyond the partition's: why it waits is told" "its time limit is longer than its partition allows: cancel it and ask for a shorter"
run cancel stuck
ends "and it can be cancelled" 0

run run s.json --cluster k.json -o precise --set precision=0.3 --set max_blocks=8 --set blocks=6 \
    --set 'cores=[1,2]' --set kernel=sleep --set size=2
ends "a study with a precision ends" 0
is "sleeping is precise with six blocks" 36 "$(columns status <precise/results.csv | grep -c ok)"
run run s.json --cluster k.json -o sharp --set precision=0.000001 --set max_blocks=8 --set blocks=6 \
    --set 'cores=[1]' --set 'backends=["serial"]'
ends "one that cannot be met ends at its most blocks" 0
complete "and has them" sharp 16
is "as waves" "w0 w1" "$(columns task <sharp/results.csv | sed 's/-.*//' | sort -u | xargs)"
holds "the report says so" grep -q 'with all the blocks that were allowed' sharp/report/report.md
finish
