#!/bin/bash
# What README.md promises, tried: selftest.sh [MPICC]. A line a check. With
# SCALESTUDY_LONG_TESTS=1 also what takes minutes.
# shellcheck disable=SC2016,SC1091 # jobs expand what is quoted here
set -u
here=$(cd "$(dirname "$0")" && pwd)
slurm=$here/slurm
PATH=$PATH:/usr/sbin:/sbin:/usr/libexec
passed=0
failed=0

if ! command -v slurmctld >/dev/null || ! command -v munged >/dev/null; then
    echo "Slurm is not installed; tools/test installs what the group slurm in tools/packages lists"
    [ "${CI:-false}" = true ] && exit 1
    exit 77
fi
# Folders of the nodes and the user are below it, so it must be open to others.
work=$(mktemp -d /tmp/slurm-self.XXXXXX) || exit 1
chmod 1777 "$work"
cd "$work" || exit 1
made_user=no
trap leave EXIT
trap 'exit 130' INT TERM

leave() {
    local instance
    cd / || return
    for instance in "$work"/instance*; do
        [ ! -d "$instance" ] || "$slurm" stop "$instance"
    done
    [ "$made_user" = no ] || "$slurm" remove-user
    rm -rf "$work"
}

ok() {
    passed=$((passed + 1))
    printf 'ok %s\n' "$1"
}

not_ok() {
    failed=$((failed + 1))
    printf 'not ok %s: %s\n' "$1" "$2"
}

skip() {
    printf 'ok %s # skipped: %s\n' "$1" "$2"
}

# is NAME EXPECTED ACTUAL
is() {
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected \"$2\", got \"$3\""; fi
}

# says NAME TEXT COMMAND...: what it prints contains the text
says() {
    local name=$1 text=$2 output
    shift 2
    output=$("$@" 2>&1)
    case $output in
    *"$text"*) ok "$name" ;;
    *) not_ok "$name" "no \"$text\" in \"$output\"" ;;
    esac
}

# within NAME SECONDS TEXT COMMAND...: sooner or later it prints the text
within() {
    local name=$1 end=$((SECONDS + $2)) text=$3 output
    shift 3
    while :; do
        output=$("$@" 2>&1)
        case $output in
        *"$text"*)
            ok "$name"
            return
            ;;
        esac
        [ "$SECONDS" -lt "$end" ] || break
        sleep 0.2
    done
    not_ok "$name" "no \"$text\" in \"$output\""
}

# begin OPTION...: an instance in $instance, its environment here
begin() {
    local output began=$EPOCHREALTIME
    instance=$work/instance$RANDOM
    if ! output=$("$slurm" start -d "$instance" --owner $$ "$@"); then
        not_ok "start $*" "see above"
        return 1
    fi
    eval "$output"
    ok "start $* ($(seconds_since "$began") s)"
}

seconds_since() {
    awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'
}

# Processes that work in the folder of the instance, or carry its mark.
left_of() {
    {
        (cd /proc && find [0-9]*/fd [0-9]*/cwd -maxdepth 1 -lname "$1*")
        (cd /proc && grep -lszxE "SLURM_TEST_(INSIDE|CLIENT|WATCH|NODE)=$1.*" [0-9]*/environ)
    } 2>/dev/null | cut -d / -f 1 | sort -u | while read -r pid; do
        [ ! -d "/proc/$pid" ] || printf '%s %s\n' "$pid" "$(cat "/proc/$pid/comm" 2>/dev/null)"
    done
    for link in /tmp/scalestudy-slurm-port-*; do
        [ "$(readlink "$link")" != "$1" ] || printf '%s\n' "$link"
    done
    ls -d "$1" 2>/dev/null
}

finish_instance() {
    local began=$EPOCHREALTIME
    "$slurm" stop "$instance" || not_ok stop "it failed"
    began=$(seconds_since "$began")
    is "stop leaves nothing ($began s)" "" "$(left_of "$instance")"
    unset SLURM_CONF
}

state_of() {
    squeue -h -t all -j "$1" -o '%T'
}

hold_job() {
    sbatch --parsable --no-requeue -o /dev/null "$@" --wrap 'sleep 300'
}

make_mpi_program() {
    cat >size.c <<'END'
#include <mpi.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    int rank, size, sum = 0, one = 1;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Allreduce(&one, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (rank == 0)
        printf("size %d sum %d\n", size, sum);
    MPI_Finalize();
    return 0;
}
END
    command -v "$mpicc" >/dev/null && "$mpicc" -o size size.c
}

mpi_on_two_nodes() {
    if [ ! -x "$work/size" ]; then
        skip "$1: MPI on two nodes" "no MPI compiler"
        return
    fi
    says "$1: srun starts one MPI program on two nodes" "size 4 sum 4" \
        srun -N 2 -n 4 --ntasks-per-node=2 --mpi=pmix "$work/size"
    printf '#!/bin/sh\nmpirun "%s/size"\n' "$work" >mpirun.sh
    sbatch -W -N 2 -n 4 --ntasks-per-node=2 -o "$work/mpirun.out" mpirun.sh >/dev/null
    is "$1: mpirun too" "size 4 sum 4" "$(cat mpirun.out)"
}

plain_cluster() {
    begin --max-array 10 || return
    is "the nodes are up" "b-cn0101 idle,b-cn0102 idle" "$(sinfo -h -N -o '%N %T' | paste -sd ,)"
    is "they have names of their own, or all that of this machine" 2 \
        "$(srun -N 2 --ntasks-per-node=1 sh -c 'echo $SLURMD_NODENAME' | sort -u | wc -l)"
    sbatch -W --array=0-9 -o "$work/element-%a" --wrap 'echo $SLURM_ARRAY_TASK_ID' >/dev/null
    is "an array runs" "0123456789" "$(cat element-* | tr -d '\n')"
    says "index 10 of at most 10 elements is refused" "Invalid job array specification" \
        sbatch --array=10 --wrap true
    says "29 cores of a node of 28 are refused" "Requested node configuration is not available" \
        sbatch -N 1 -n 29 --wrap true
    says "without accounting sacct says so" "Slurm accounting storage is disabled" sacct
    mpi_on_two_nodes root
    if [ "$(id -u)" -eq 0 ]; then
        is "another user submits" "$user" "$(as_user srun id -un)"
    fi
}

failures() {
    local job
    job=$(hold_job -w b-cn0102)
    within "a job runs" 10 RUNNING state_of "$job"
    "$slurm" node-down b-cn0102
    within "a node that is down fails it" 10 NODE_FAIL state_of "$job"
    "$slurm" node-back b-cn0102
    is "the node comes back" idle "$(sinfo -h -n b-cn0102 -o %T)"
    "$slurm" drain b-cn0102
    is "it drains" drained "$(sinfo -h -n b-cn0102 -o %T)"
    "$slurm" node-back b-cn0102
    job=$(hold_job --requeue)
    within "another runs" 10 RUNNING state_of "$job"
    "$slurm" requeue "$job"
    within "and is queued again" 10 PENDING state_of "$job"
    scancel "$job"
    "$slurm" node-kill b-cn0101
    "$slurm" node-back b-cn0101
    is "a killed node comes back too" idle "$(sinfo -h -n b-cn0101 -o %T)"
    job=$(hold_job)
    "$slurm" controller-stop
    says "the controller is away" "is DOWN" scontrol ping
    "$slurm" controller-start
    says "it knows its jobs afterwards" "$job" squeue -h -o %i
    "$slurm" no-such-thing 2>/dev/null
    is "what does not exist is refused" 2 $?
}

# As the test user, in its home and without this shell's.
as_user() {
    runuser -u "$user" -- sh -c 'cd && exec "$@"' sh "$@"
}

with_accounting() {
    begin --accounting enforced --shape tetralith,dardel --account a-project || return
    says "who has no account is refused" "Invalid account or account/partition combination" \
        sbatch -A another --wrap true
    sbatch -W -A "$SLURM_TEST_ACCOUNT" -o /dev/null --wrap 'exit 3' >/dev/null
    within "sacct knows how it ended" 20 "a-project|FAILED|3:0" sacct -X -n -P -o account,state,exitcode
    "$slurm" database-stop
    says "without a database sacct fails" "Problem talking to the database" sacct
    "$slurm" database-start
    within "it comes back" 20 FAILED sacct -X -n -P -o state
    eval "$("$slurm" env "$instance" dardel)"
    says "no partition is the default one" "No partition specified" sbatch --wrap true
    is "a CPU is a hardware thread" "128 256" \
        "$(cpus_of -p shared -n 128) $(cpus_of -p shared -n 128 --hint=nomultithread)"
    is "main gives whole nodes" 256 "$(cpus_of -p main -n 1)"
    says "one database serves both clusters" "tetralith" sbatch -M tetralith --wrap true
    if [ "$(id -u)" -eq 0 ]; then
        "$slurm" limit user MaxSubmitJobs=1 2>/dev/null
        says "a limit is kept" "AssocMaxSubmitJobLimit" as_user sbatch -p shared --array=0-3 --wrap true
    fi
}

# CPUs that a job with these options gets, once it runs
cpus_of() {
    local job
    job=$(hold_job "$@")
    for _ in $(seq 100); do
        [ "$(state_of "$job")" != RUNNING ] || break
        sleep 0.1
    done
    squeue -h -j "$job" -o %C
    scancel "$job"
}

binding() {
    begin --shape tiny --min-job-age 2 || return
    if [ "$(nproc)" -lt 2 ]; then
        skip "tasks are bound" "this machine has one core"
        return
    fi
    is "tasks are bound to a core each" 2 \
        "$(srun -N 1 -n 2 --cpu-bind=cores sh -c 'grep Cpus_allowed_list /proc/self/status' | sort -u | wc -l)"
}

# A user's own Slurm, and one without namespaces
other_starts() {
    local status option
    for option in "" --no-namespaces; do
        # shellcheck disable=SC2086 # no word or one
        is "a user's own Slurm $option" "$user 2" "$(with_user $option)"
    done
    "$slurm" with --no-namespaces -d "$work/instance-none" -- sh -c 'exit 7'
    status=$?
    is "the command's exit status" 7 "$status"
    is "nothing is left of it" "" "$(left_of "$work/instance-none")"
    if [ -x "$work/size" ]; then
        says "MPI without namespaces" "size 4 sum 4" "$slurm" with --no-namespaces -- \
            srun -N 2 -n 4 --ntasks-per-node=2 --mpi=pmix "$work/size"
    fi
}

with_user() {
    "$slurm" with "$@" --as-user "$user" -- \
        sh -c 'cd / && echo "$(id -un) $(srun -N 2 --ntasks-per-node=1 id -un | grep -c "$(id -un)")"'
}

killed() {
    local daemon pid
    begin --no-namespaces || return
    hold_job >/dev/null
    second=$("$slurm" start -d "$work/instance-second" --owner $$) &&
        (eval "$second" && is "a second one runs beside it" 2 "$(sinfo -h -N | wc -l)")
    "$slurm" stop "$work/instance-second"
    is "it is still there" 2 "$(sinfo -h -N | wc -l)"
    for daemon in keeper munged slurmctld-kebnekaise; do
        kill -KILL "$(cat "$instance/run/$daemon.pid")"
    done
    finish_instance
    env --default-signal=INT "$slurm" with -d "$work/instance-third" -- \
        sh -c 'srun sleep 300' >/dev/null 2>&1 &
    pid=$!
    for _ in $(seq 100); do
        [ ! -e "$work/instance-third/run/ready" ] || break
        sleep 0.1
    done
    sleep 0.5
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    for _ in $(seq 50); do
        [ -n "$(left_of "$work/instance-third")" ] || break
        sleep 0.1
    done
    is "whom kill -9 ends leaves nothing either" "" "$(left_of "$work/instance-third")"
}

slow_things() {
    local job
    begin --slurmd-timeout 5 --min-job-age 2 || return
    job=$(hold_job -w b-cn0102)
    within "a job runs" 10 RUNNING state_of "$job"
    "$slurm" node-kill b-cn0102
    within "a node that dies fails it" 90 NODE_FAIL state_of "$job"
    "$slurm" node-back b-cn0102
    job=$(hold_job)
    within "a job runs" 10 RUNNING state_of "$job"
    "$slurm" end-job "$job"
    within "its time limit ends it" 60 TIMEOUT state_of "$job"
    within "it is forgotten" 60 "Invalid job id specified" state_of "$job"
    finish_instance
    memory_limits
}

memory_limits() {
    local eat="dd if=/dev/zero of=/dev/null bs=400M count=200 iflag=fullblock"
    if "$slurm" start -d "$work/instance-groups" --cgroup --owner $$ >groups.env 2>/dev/null; then
        (
            . ./groups.env
            sbatch -W --mem=100M -o /dev/null --wrap "$eat" >/dev/null
            is "cgroups: too much memory" OUT_OF_MEMORY "$(squeue -h -t all -o %T)"
        )
        "$slurm" stop "$work/instance-groups"
    else
        skip "cgroups: too much memory" "no writable memory controller of cgroup v1"
    fi
    begin --mem-kill || return
    sbatch -W --mem=100M -o "$work/eaten" --wrap "$eat & wait" >/dev/null
    says "without cgroups: too much memory" "exceeded memory limit" cat eaten
    finish_instance
}

mpicc=${1:-mpicc}
make_mpi_program || rm -f size
user=scaletest
[ "$(id -u)" -ne 0 ] || id "$user" >/dev/null 2>&1 || made_user=yes
user=$("$slurm" user) || exit 1

plain_cluster && failures && finish_instance
with_accounting && finish_instance
binding && finish_instance
other_starts
killed
[ "${SCALESTUDY_LONG_TESTS:-0}" != 1 ] || slow_things
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
