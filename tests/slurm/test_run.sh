#!/bin/bash
# A study from run to report on a real Slurm, run again, and with more blocks.
. "$(dirname "$0")/lib.sh"

start_slurm --shape kebnekaise
profile kebnekaise ktest >k.json
quick_study small s.json backends:'["serial","openmp"]' cores:'[1,2,4]' blocks:3 \
    clusters:'{"k": {"cluster": "ktest", "account": "hpc2n2026-001"}}'
folder=results/small/k

run run s.json --cluster k.json
ends "a study runs on Slurm" 0
complete "each run is there and ok" $folder 24
each_run_once "each run was done once" $folder
is "each shape was one array" 3 "$(arrays_in_slurm)"
is "each block one task" 9 "$(tasks_in_slurm)"
is "rows name the partition" batch "$(columns partition <$folder/results.csv | sort -u)"
is "rows count attempts" 1 "$(columns attempt <$folder/results.csv | sort -u)"
is "rows name the cluster" k "$(columns cluster <$folder/results.csv | sort -u)"
is "rows name task and job alike" "$(
    for r in $folder/records/*.jsonl; do
        sed -n 's/^{"begin".*"job": *"\([^"]*\)".*/\1/p' "$r" | sed "s|^|$(basename "$r" .1.jsonl)\||"
    done | sort
)" "$(columns task job <$folder/results.csv | sort -u)"
holds "the report is made" test -s $folder/report/index.html

cp $folder/journal.jsonl before
run run s.json --cluster k.json
ends "run again is well" 0
holds "run again submits nothing" cmp before $folder/journal.jsonl
is "and Slurm has seen nothing" 3 "$(arrays_in_slurm)"

run run s.json --cluster k.json --set blocks=5
ends "more blocks are run" 0
complete "all blocks are there" $folder 40
is "only the new blocks are submitted" 15 "$(tasks_in_slurm)"
is "as a wave of their own" "w0 w1" "$(columns task <$folder/results.csv | sed 's/-.*//' | sort -u | xargs)"
finish
