#!/bin/bash
# The runner is killed at every step of submitting and watching, and answers of
# sbatch get lost: whatever happens, each run is done once and each array
# submitted once. SCALESTUDY_LONG_TESTS=1 kills it at every call of sbatch,
# squeue and sacct, not just at some.
. "$(dirname "$0")/lib.sh"

profile kebnekaise ktest >k.json
quick_study small s.json backends:'["serial","openmp"]' cores:'[1,2,4]' blocks:2 \
    clusters:'{"k": {"cluster": "ktest", "account": "hpc2n2026-001"}}'

timed_out='sbatch: error: Batch job submission failed: Socket timed out on send/recv operation'

# survives NAME PROGRAM MODE N [WORDS]: then resume brings it to its end
survives() {
    local name=$1 folder=f$((++number)) calls
    shift
    misbehave "$@"
    run run s.json --cluster k.json -o "$folder"
    calls=$(cat "bad/$1.calls" 2>/dev/null | grep -c .)
    behave
    case $2 in
    lose | fail) ;;
    *)
        if [ "$3" != all ] && [ "$calls" -lt "$3" ]; then
            ends "$name: it was not asked so often, and ended" 0
            beyond=yes
            return
        fi
        is "$name: it was killed" 137 "$status"
        run resume "$folder"
        ;;
    esac
    ends "$name: ends well" 0
    complete "$name: nothing is missing" "$folder" 16
    each_run_once "$name: nothing is done twice" "$folder"
    is "$name: nothing is submitted twice" 6 "$(
        squeue -h -r -t all -o '%F_%K %j' | grep -c " small-$(
            sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' "$folder/plan.json" | head -1)-")"
}
number=0
beyond=no

start_slurm --shape kebnekaise
survives "lost answer, job is there" sbatch lose 2 "$timed_out"
survives "killed while sbatch works on" sbatch orphan 2
if long_tests; then
    survives "lost answer, job is not there" sbatch fail 2 "$timed_out"
    for mode in kill-before orphan kill-after lose; do
        for n in 1 2 3; do
            survives "sbatch $n, $mode" sbatch $mode $n "$timed_out"
        done
    done
    for mode in kill-before kill-after lose fail; do
        beyond=no
        for ((n = 1; n < 10 && ${#beyond} < 3; n++)); do
            survives "squeue $n, $mode" squeue $mode $n \
                "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"
        done
    done
fi
stop_slurm

if long_tests; then
    start_slurm --shape kebnekaise --accounting plain
    for mode in kill-before kill-after lose fail; do
        beyond=no
        for ((n = 1; n < 10 && ${#beyond} < 3; n++)); do
            survives "sacct $n, $mode" sacct $mode $n \
                "sacct: error: Problem talking to the database: Connection refused"
        done
    done
    is "sacctmgr counts no array twice" "" "$(sacct -X -n -P -S 1970-01-02 -o JobName,JobID |
        sed 's/|\(.*\)_.*/ \1/' | sort -u | awk '{ print $1 }' | uniq -d)"
fi
finish
