# Every study of studies/ runs as it is where the cores exist; here each runs
# with small numbers, so that its file, its kernels and its report are tried.
. "$(dirname "$0")/lib.sh"
studies=$here/../../studies

# runs_here NAME: whether this backend can be run on this machine
"$program" backends --json >backends.json 2>/dev/null
runs_here() {
    awk -v name="\"$1\"," '$1 == "\"name\":" { found = $2 == name }
        found && $1 == "\"runs_here\":" { runs = $2 == "true,"; found = 0 }
        END { exit !runs }' backends.json
}

# available NAME...: a JSON array of those that run here; the others are told
available() {
    list=
    for backend in "$@"; do
        if runs_here "$backend"; then
            list="$list${list:+, }\"$backend\""
        else
            echo "skipped: backend $backend does not run here" >&2
        fi
    done
    echo "[$list]"
}

# small NAME SETTING...: the study ends well, with a report
small() {
    study=$1
    shift
    tried="$tried $study"
    set -- "$@" --set blocks=2 --set warmups=0 --local --oversubscribe -o "$study"
    run run "$studies/$study.json" "$@"
    ends "$study runs" 0
    holds "$study has a report" test -s "$study/report/index.html" -a -s "$study/report/report.md"
    is "all its runs are ok" "ok" "$(columns status <"$study/results.csv" 2>/dev/null | sort -u)"
}

tried=
small quickstart --set size=500
small course-exercise --set size=100 --set 'cores=[1, 2]' \
    --set backends="$(available python multiprocessing)"
small course-challenge --set size=200 --set backends="$(available multiprocessing)"
holds "which says what was idle" grep -q "a fifth of the request was idle" course-challenge/report/report.md
small course-mean --set 'size=[1000, 20000]' --set 'cores=[1, 2]'
holds "which refuses to judge what is too short" \
    grep -q "too short to judge" course-mean/report/report.md
small languages --set size=100 --set 'cores=[1, 2]'
small serial-optimisations --set size=100 \
    --set backends="$(available python numpy numba f2py fortran julia serial)"
small known-answer --set options.seconds=0.001 --set options.serial=0.008 \
    --set options.per-worker=0.0004
small memory-bound --set kernel.triad.size=10000 --set kernel.jacobi2d.size=64 \
    --set kernel.matmul.size=64 --set 'cores=[1, 2]'
is "with each of its kernels" "jacobi2d matmul triad" \
    "$(columns kernel <memory-bound/results.csv | sort -u | tr '\n' ' ' | sed 's/ $//')"
small weak-scaling --set size=64 --set 'cores=[1, 2]'
is "with larger problems on more cores" "64 91" \
    "$(columns actual_size <weak-scaling/results.csv | sort -nu | tr '\n' ' ' | sed 's/ $//')"
small nodes --set kernel.integration2d.size=100 --set kernel.jacobi2d.size=64 --set 'cores=[1, 2]'
small clusters --set kernel.integration2d.size=100 --set kernel.triad.size=10000 --set 'cores=[1, 2]'

for file in "$studies"/*.json; do
    name=$(basename "$file" .json)
    case $name in
    *.schema) continue ;;
    esac
    case " $tried " in
    *" $name "*) ;;
    *) not_ok "$name is tried here" "it is not" ;;
    esac
    run check "$file"
    ends "$name is valid as it is" 0
    case $name in
    clusters) says "and asks for an account" "warning: $file:12:16: Kebnekaise needs an account" ;;
    esac
done

# The truth of this one is known, and a waiting worker needs no core of its own.
if long_tests; then
    run run "$studies/known-answer.json" --local --oversubscribe -o known
    ends "the known answer, measured whole" 0
    # holds_between NAME KEY LOW HIGH: of the usl in summary.json
    holds_between() {
        is "$1" yes "$(awk -v key="\"$2\":" -v low="$3" -v high="$4" '
            $1 == "\"usl\":" { inside = 1 }
            inside && $1 == key { print ($2 + 0 >= low && $2 + 0 <= high ? "yes" : $2); exit }' \
            known/report/summary.json)"
    }
    holds_between "finds the serial fraction" sigma 0.03 0.05
    holds_between "and the cost of workers" kappa 0.0017 0.0024
    holds_between "and the count of the least time" peak_cores 20 24
else
    skip "the known answer, measured whole" "set SCALESTUDY_LONG_TESTS=1"
fi
finish
