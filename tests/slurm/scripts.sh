#!/bin/bash
# Job scripts on a real Slurm: that each shape's script is accepted by a cluster
# like the centre's, is granted the cores it means, and that names of any kind
# reach sbatch, the log and the program as they are.
#   scripts.sh MAKE_SCRIPT [SLURM]     SLURM starts one: the program beside
set -u
make_script=$1
harness=${2:-$(dirname "$0")/slurm}
PATH=$PATH:/usr/sbin:/sbin
if [ ! -x "$harness" ] || ! command -v slurmctld > /dev/null; then
    echo "no Slurm here"
    exit 77
fi
if [ -z "${SCRIPTS_CLUSTER:-}" ]; then # once for each cluster, in a Slurm of its own, at once
    children=()
    for cluster in kebnekaise tetralith cosmos dardel pelle; do
        SCRIPTS_CLUSTER=$cluster "$harness" with --shape "$cluster" -- \
            "$0" "$make_script" "$harness" &
        children+=($!)
    done
    status=0
    for child in "${children[@]}"; do
        wait "$child" || status=1
    done
    exit $status
fi

failures=0
fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}

work=$(mktemp -d /tmp/scalestudy-scripts-XXXXXX)
trap 'rm -rf "$work"' EXIT
mkdir "$work/logs"
chmod 755 "$work"

# Waits until no job of the array is left; its log is whole then.
wait_for() {
    local tries=0
    while [ -n "$(squeue -h -j "$1" 2> /dev/null)" ]; do
        tries=$((tries + 1))
        [ $tries -le 300 ] || return 1
        sleep 0.1
    done
}

cat > "$work/granted" << 'END'
#!/bin/sh
# Stands for the worker: what it was given, and what Slurm gave.
printf '%s\n' "$@"
echo "setup=$SCALESTUDY_SETUP folder=$PWD threads=$OMP_NUM_THREADS srun=$SRUN_CPUS_PER_TASK"
echo "tasks=$SLURM_NTASKS per-node=$SLURM_TASKS_PER_NODE cpus=$SLURM_JOB_CPUS_PER_NODE"
END
chmod 755 "$work/granted"

every_shape_is_accepted() { # CLUSTER LAYOUT
    local key rest
    while read -r key rest; do
        "$make_script" "$1" "$2" "$key" "$work" "$work/granted" > "$work/job.sbatch" ||
            fail "$1 $key: no script"
        sbatch --test-only < "$work/job.sbatch" > "$work/said" 2>&1 ||
            fail "$1 $2 $key: $(cat "$work/said")"
    done < <("$make_script" "$1" "$2")
}

# CPUs that a running job holds, in cores; THREADS of them are one.
cores_are_granted() { # CLUSTER THREADS
    local key nodes tasks cores job cpus wanted
    while read -r key nodes tasks cores; do
        "$make_script" "$1" array "$key" "$work" /bin/sleep |
            sed 's|^exec .*|exec sleep 60|; s|--array=.*|--array=0|' > "$work/job.sbatch"
        job=$(sbatch --parsable < "$work/job.sbatch") || { fail "$1 $key: not submitted"; continue; }
        for _ in $(seq 100); do
            [ "$(squeue -h -j "$job" -o %T)" = RUNNING ] && break
            sleep 0.1
        done
        cpus=$(squeue -h -j "$job" -o %C)
        wanted=$(((tasks + nodes - 1) / nodes * nodes * cores))
        [ "$1" != dardel ] || wanted=$((nodes * 128)) # whole nodes
        [ "$cpus" = $((wanted * $2)) ] ||
            fail "$1 $key: $cpus CPUs instead of $wanted cores of $2 CPUs"
        scancel "$job"
        wait_for "$job"
    done < <("$make_script" "$1" array)
}

names_reach_the_job() { # CLUSTER
    local name folder job log
    for name in plain "with blank" "it's" 'a"b' "\$(touch $work/x)\`id\`\$HOME" '50% off %A_%j' \
        '#SBATCH --nice=5' 'a;b&c|d>e<f*?[g]{h}~!' 'ångström' '%%' "'\"'\"'"; do
        folder=$work/$name
        mkdir -p "$folder/logs"
        "$make_script" "$1" array w0-1x1x7 "$folder" "$work/granted" |
            sed 's|--array=.*|--array=2|' > "$work/job.sbatch"
        job=$(sbatch --parsable < "$work/job.sbatch") || { fail "$name: not submitted"; continue; }
        wait_for "$job"
        log=$folder/logs/w0-1x1x7.${job}_2.out
        printf '%s\n' worker "$folder" --array w0-1x1x7 --first-block 0 > "$work/expected"
        head -n 6 "$log" | cmp -s - "$work/expected" ||
            fail "$name: $(ls "$folder/logs"; cat "$log")"
        grep -q '^setup=done folder=/ threads=7 srun=7$' "$log" || fail "$name: $(cat "$log")"
    done
    [ ! -e "$work/x" ] || fail "a name was executed"
}

tasks_are_shared_evenly() { # CLUSTER CORES_OF_A_NODE
    local key=w0-2x$(($2 + 1))x1 job
    "$make_script" "$1" array "$key" "$work" "$work/granted" |
        sed 's|--array=.*|--array=0|' > "$work/job.sbatch"
    job=$(sbatch --parsable < "$work/job.sbatch") || { fail "$key: not submitted"; return; }
    wait_for "$job"
    grep -q "^tasks=$(($2 + 1)) per-node=$(($2 / 2 + 1))(x2) " "$work/logs/$key.${job}_0.out" ||
        fail "$key: $(cat "$work/logs/$key.${job}_0.out")"
}

the_worker_is_told_of_the_end() { # CLUSTER
    local job
    cat > "$work/told" << 'END'
#!/bin/bash
trap 'echo told; exit 0' TERM
echo ready
while :; do sleep 0.1; done
END
    chmod 755 "$work/told"
    "$make_script" "$1" array w0-1x1x1 "$work" "$work/told" |
        sed 's|--array=.*|--array=0|' > "$work/job.sbatch"
    job=$(sbatch --parsable < "$work/job.sbatch") || { fail "not submitted"; return; }
    for _ in $(seq 100); do
        grep -qs ready "$work/logs/w0-1x1x1.${job}_0.out" && break
        sleep 0.1
    done
    scancel "$job"
    wait_for "$job"
    grep -q told "$work/logs/w0-1x1x1.${job}_0.out" || fail "TERM does not reach the program"
}

# As after "sbatch --export=NONE", which would log the user in first: that can take minutes.
steps_get_the_environment() { # CLUSTER
    local job
    cat > "$work/step" << 'END'
#!/bin/sh
exec srun --exact -n 1 -c 7 sh -c 'echo "in the step: $OMP_NUM_THREADS $SCALESTUDY_SETUP"'
END
    chmod 755 "$work/step"
    "$make_script" "$1" array w0-1x1x7 "$work" "$work/step" |
        sed 's|--array=.*|--array=0|; s|^# A job without.*|export SLURM_EXPORT_ENV=NONE|' \
            > "$work/job.sbatch"
    job=$(sbatch --parsable < "$work/job.sbatch") || { fail "not submitted"; return; }
    wait_for "$job"
    grep -q '^in the step: 7 done$' "$work/logs/w0-1x1x7.${job}_0.out" ||
        fail "no environment: $(cat "$work/logs/w0-1x1x7.${job}_0.out")"
}

added_options_do_not_override() { # CLUSTER
    local job
    "$make_script" "$1" array w0-1x1x7 "$work" "$work/granted" |
        sed 's|^#SBATCH --comment=.*|#SBATCH --array=7 --nodes=2 --output=/tmp/no -J no --requeue|' \
            > "$work/job.sbatch"
    job=$(sbatch --parsable --hold < "$work/job.sbatch") || { fail "not submitted"; return; }
    scontrol show job "$job" > "$work/said"
    scancel "$job"
    for text in 'ArrayTaskId=0-2' 'JobName=shapes-test.1' 'Requeue=0' 'NumNodes=1-1' \
        "StdOut=$work/logs/"; do
        grep -qF -e "$text" "$work/said" || fail "$text is not in $(cat "$work/said")"
    done
}

the_comment_arrives() { # CLUSTER
    local job
    "$make_script" "$1" array w0-1x1x7 "$work" "$work/granted" > "$work/job.sbatch"
    job=$(sbatch --parsable --hold < "$work/job.sbatch") || { fail "not submitted"; return; }
    scontrol show job "$job" | grep -qF 'Comment=every "shape" #1' ||
        fail "$(scontrol show job "$job" | grep Comment)"
    scancel "$job"
}

cluster=$SCRIPTS_CLUSTER
every_shape_is_accepted "$cluster" array
every_shape_is_accepted "$cluster" packed
case $cluster in
kebnekaise)
    cores_are_granted kebnekaise 1
    names_reach_the_job kebnekaise
    tasks_are_shared_evenly kebnekaise 28
    the_worker_is_told_of_the_end kebnekaise
    steps_get_the_environment kebnekaise
    added_options_do_not_override kebnekaise
    the_comment_arrives kebnekaise
    ;;
dardel)
    every_shape_is_accepted dardel-shared array
    cores_are_granted dardel-shared 2
    cores_are_granted dardel 2
    ;;
pelle) cores_are_granted pelle 2 ;;
esac
[ $failures -eq 0 ] && echo "$cluster: ok"
exit $((failures > 0))
