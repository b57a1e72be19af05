# For the tests that run kernels; sourced with the folder of the executables in $1.
# shellcheck shell=sh
dir=$1
failures=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# mpirun refuses root unless told; binding is ours. The sanitizers see leaks of MPI itself.
ranks() {
    count=$1
    shift
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
        ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" timeout 120 \
        mpirun --oversubscribe --bind-to none --mca pml ob1 --mca btl self,vader \
        --mca osc sm,pt2pt -n "$count" "$@"
}

# run BACKEND WORKERS ARGUMENT...
run() {
    backend=$1 workers=$2
    shift 2
    case $backend in
    serial) timeout 120 "$dir/scalestudy-serial" "$@" ;;
    mpi) ranks "$workers" "$dir/scalestudy-mpi" "$@" ;;
    hybrid) # two threads in each rank where that comes out
        if [ $((workers % 2)) = 0 ]; then
            ranks $((workers / 2)) "$dir/scalestudy-hybrid" "$@" --threads 2
        else
            ranks 1 "$dir/scalestudy-hybrid" "$@" --threads "$workers"
        fi ;;
    *) timeout 120 "$dir/scalestudy-$backend" "$@" --workers "$workers" ;;
    esac
}

has() {
    [ -x "$dir/scalestudy-$1" ]
}

value_of() {
    sed -n 's/^scalestudy: .*"value": \([^,]*\),.*/\1/p' "$1"
}

local_backends="openmp pthreads processes"

# The last line of such a script: runs its functions, and says which were right.
run_tests() {
    for test in "$@"; do
        before=$failures
        $test
        [ $failures = "$before" ] && echo "ok: $test"
    done
    [ $failures = 0 ]
}
