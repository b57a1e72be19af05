#!/bin/sh
# The kernels in other languages as they are run: each is as right as the serial one in C for any
# number of workers, says what is wrong with a command line, and what it misses. A
# backend that cannot run here is skipped by name.
# Usage: test_languages.sh LIBEXEC_DIR SCALESTUDY STUDY [BACKEND...]; all if none is named
set -u
dir=$1/languages serial=$1/scalestudy-serial scalestudy=$2
study=$3
shift 3
only=$*
failures=0
skipped=
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# run BACKEND WORKERS ARGUMENT...
run() {
    backend=$1 workers=$2
    shift 2
    case $backend in
    mpi4py | torch-mpi)
        ASAN_OPTIONS=detect_leaks=0 timeout 120 mpirun --oversubscribe --bind-to none --mca pml ob1 \
            --mca btl self,vader --mca osc sm,pt2pt -n "$workers" "$dir/scalestudy-$backend" "$@"
        ;;
    *) timeout 120 "$dir/scalestudy-$backend" "$@" --workers "$workers" ;;
    esac
}

# Size and options of each workload, and how far its value may be from another's.
arguments_of() {
    case $1 in
    integration2d) echo "--size 200 --curvature 0.7" ;;
    sleep) echo "--size 5 --seconds 0.001" ;;
    mean) echo "--size 10007 --chunk 1000" ;;
    matmul) echo "--size 121" ;;
    gradient) echo "--size 101 --columns 30 --epochs 40" ;;
    esac
}

tolerance_of() {
    case $1 in
    gradient) echo 1e-6 ;; # single precision, in different orders
    *) echo 1e-12 ;;
    esac
}

# What every language must come to, from the formulas in docs/method.md: a second, slow way.
# Those of awk are doubles, and so are theirs.
reference_of() {
    case $1 in
    integration2d)
        # shellcheck disable=SC2046
        "$serial" integration2d $(arguments_of integration2d) | number value
        ;;
    sleep) echo 5 ;;
    mean) echo 10009 ;;
    matmul)
        awk 'function f(x) { return x - int(x) - 0.5 }
            BEGIN {
                n = 121
                for (i = 1; i <= n; i++) w[i] = f(0.6180339887498949 * i)
                for (k = 1; k <= n; k++) {
                    left = right = 0
                    for (i = 1; i <= n; i++) {
                        left += w[i] * f(0.6180339887498949 * i + 0.7548776662466927 * k)
                        right += f(0.5698402909980532 * k + 0.8191725133961645 * i) * w[i]
                    }
                    sum += left * right
                }
                printf "%.17g\n", sum / n
            }'
        ;;
    gradient)
        awk 'function f(x) { return x - int(x) - 0.5 }
            BEGIN {
                m = 101; d = 30
                for (j = 1; j <= d; j++) t[j] = f(0.5698402909980532 * j)
                for (i = 1; i <= m; i++) {
                    y[i] = 0.25
                    for (j = 1; j <= d; j++) {
                        x[i, j] = f(0.6180339887498949 * i + 0.7548776662466927 * j)
                        y[i] += x[i, j] * t[j]
                    }
                }
                for (epoch = 0; epoch <= 40; epoch++) {
                    loss = 0
                    for (j = 0; j <= d; j++) g[j] = 0
                    for (i = 1; i <= m; i++) {
                        r = w[0] - y[i]
                        for (j = 1; j <= d; j++) r += x[i, j] * w[j]
                        loss += r * r
                        g[0] += r
                        for (j = 1; j <= d; j++) g[j] += r * x[i, j]
                    }
                    for (j = 0; j <= d; j++) w[j] -= 0.1 * 2 / m * g[j]
                }
                printf "%.17g\n", loss / m
            }'
        ;;
    esac
}

# number KEY: of the record line on standard input
number() {
    sed -n "s/^scalestudy: .*\"$1\": \([^,}]*\)[,}].*/\1/p"
}

near() {
    awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN {
        d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b
        exit !(a != "" && b != "" && d <= t * (s > 1 ? s : 1)) }'
}

# The rows of `scalestudy backends` in this folder.
backends_here() {
    for file in "$dir"/scalestudy-*; do
        echo "${file##*/scalestudy-}"
    done
}

workloads_of() {
    sed -n 's/.*"workloads": //p' "$work/describe.$1" | grep -o '"name": "[^"]*", "summary"' | cut -d '"' -f 4
}

find_what_runs() {
    running=
    for backend in $(backends_here); do
        timeout 20 "$dir/scalestudy-$backend" --describe >"$work/describe.$backend" ||
            fail "$backend --describe"
        missing=$(sed -n 's/.*"needs": "\([^"]*\)".*/\1/p' "$work/describe.$backend")
        if [ -n "$missing" ]; then
            skipped="$skipped $backend"
            echo "skipped: $backend, which needs $missing"
        elif [ -z "$only" ]; then
            running="$running $backend"
        else
            case " $only " in *" $backend "*) running="$running $backend" ;; esac
        fi
    done
    while IFS='	' read -r backend why; do
        skipped="$skipped $backend"
        echo "skipped: $backend, $why"
    done <"$dir/not-built.txt"
}

workers_of() {
    case $(sed -n 's/.*"parallel": "\([^"]*\)".*/\1/p' "$work/describe.$1") in
    serial) echo 1 ;;
    threads) [ "$(nproc)" -lt 3 ] && echo 1 2 || echo 1 2 3 ;; # older Julias start no more
    *) echo 1 2 3 ;;
    esac
}

the_value_is_that_of_the_formula_for_every_backend_and_number_of_workers() {
    for workload in integration2d sleep mean matmul gradient; do
        reference_of $workload >"$work/reference.$workload"
    done
    for backend in $running; do
        for workload in $(workloads_of "$backend"); do
            counts=$(workers_of "$backend")
            # Interpreters take their time to start: all numbers for the first workload only.
            [ "$workload" = "$(workloads_of "$backend" | head -n 1)" ] || counts=${counts##* }
            for workers in $counts; do
                # shellcheck disable=SC2046
                run "$backend" "$workers" "$workload" $(arguments_of "$workload") \
                    >"$work/out" 2>"$work/err" ||
                    fail "$backend $workload, $workers workers: $(tail -n 2 "$work/err")"
                value=$(number value <"$work/out") reference=$(cat "$work/reference.$workload")
                near "$value" "$reference" "$(tolerance_of "$workload")" ||
                    fail "$backend $workload, $workers workers: $value, and not $reference"
                [ "$(number workers <"$work/out")" = "$workers" ] ||
                    fail "$backend $workload reports another number of workers than $workers"
                [ "$(sed -n 's/^scalestudy: .*"binding": \[\(.*\)\].*/\1/p' "$work/out" | tr -d ' ' |
                    grep -o '"[0-9,-]*"' | wc -l)" = "$workers" ] ||
                    fail "$backend $workload: $workers workers do not tell their cores"
            done
        done
    done
}

a_plain_integral_is_zero_and_checked() {
    for backend in $running; do
        workloads_of "$backend" | grep -qx integration2d || continue
        run "$backend" 1 integration2d --size 101 >"$work/out" 2>&1 || fail "$backend, c = 0"
        near "$(number value <"$work/out")" 0 1e-13 || fail "$backend, c = 0: $(cat "$work/out")"
        near "$(number work <"$work/out")" 10201 0 || fail "$backend: another work than 101^2"
    done
}

what_compiles_at_run_time_tells_its_first_call_apart() {
    for backend in $running; do
        case $backend in
        numba* | *julia*)
            run "$backend" 1 integration2d --size 50 >"$work/out" 2>&1
            awk -v first="$(number first_seconds <"$work/out")" \
                -v then="$(number seconds <"$work/out")" 'BEGIN { exit !(first > then && then > 0) }' ||
                fail "$backend: $(tail -n 1 "$work/out")"
            ;;
        esac
    done
}

a_sleep_with_a_known_answer_takes_that_long() {
    for backend in python multiprocessing mpi4py julia-threads; do
        case " $running " in *" $backend "*) ;; *) continue ;; esac
        least=0.12 team=1
        [ "$(workers_of $backend)" = 1 ] || least=0.16 team=2
        run $backend $team sleep --size 2 --seconds 0.01 --serial 0.1 --per-worker 0.05 \
            >"$work/out" 2>&1 || fail "$backend sleep: $(cat "$work/out")"
        awk -v s="$(number seconds <"$work/out")" -v least=$least 'BEGIN { exit !(s >= least) }' ||
            fail "$backend sleep is too short: $(tail -n 1 "$work/out")"
    done
}

# sizes MEMBER: "workload size" of each of the descriptions on standard input
sizes() {
    grep -o '"name": "[^"]*", "summary"\|"'"$1"'": [0-9]*' |
        sed 's/"name": "\([^"]*\)".*/\1/; s/.*: //' | paste -d ' ' - -
}

# Nobody should have to know that a language takes less than another.
the_largest_size_is_the_same_in_every_language() {
    for member in maximum_size default_size; do
        "$serial" --describe | sizes $member >"$work/sizes.$member"
    done
    for backend in $(backends_here); do
        sizes maximum_size <"$work/describe.$backend" >"$work/out"
        [ -s "$work/out" ] || fail "$backend describes no largest size"
        grep -vxFf "$work/sizes.maximum_size" "$work/out" && fail "$backend takes other sizes than C"
        sizes default_size <"$work/describe.$backend" | grep -v '^mean ' >"$work/out"
        grep -vxFf "$work/sizes.default_size" "$work/out" && fail "$backend has another default than C"
    done
    "$scalestudy" backends >"$work/all" || fail "backends"
    while read -r workload most; do
        usual=$(sed -n "s/^$workload //p" "$work/sizes.default_size")
        grep -A 1 "^$workload " "$work/all" | grep -qx "  size  *1 to $most ($usual)" ||
            fail "backends tells other sizes of $workload than 1 to $most ($usual)"
    done <"$work/sizes.maximum_size"
    grep -q "^  *1 to [0-9]* ([0-9]*) in .*numpy" "$work/all" || fail "backends hides numpy's own size of mean"
    for backend in python fortran julia; do
        case " $running " in *" $backend "*) ;; *) continue ;; esac
        sizes maximum_size <"$work/describe.$backend" | while read -r workload most; do
            "$dir/scalestudy-$backend" "$workload" --size "${most}1" >"$work/out" 2>&1
            [ "$?:$(cat "$work/out")" = "2:scalestudy-$backend: --size wants a whole number from 1 to $most, \
not \"${most}1\"" ] || echo "$workload: $(cat "$work/out")"
        done >"$work/all"
        [ -s "$work/all" ] && fail "$backend describes another largest size than it has: $(cat "$work/all")"
    done
}

# What is described and what is explained are of one table.
the_help_tells_all_options_that_are_described() {
    for backend in $(backends_here); do
        "$dir/scalestudy-$backend" --help >"$work/help" 2>/dev/null || fail "$backend --help"
        grep -o '"name": "[^"]*", "preset"' "$work/describe.$backend" | cut -d '"' -f 4 |
            while read -r option; do
                grep -q -- "^    --$option " "$work/help" || echo "$option"
            done >"$work/out"
        [ -s "$work/out" ] && fail "$backend --help does not tell of $(cat "$work/out")"
    done
}

a_wrong_answer_has_status_1_and_no_time() {
    for backend in $running; do
        for workload in $(workloads_of "$backend"); do
            # Those in Python share their checks, and numpy has most of them.
            case $backend.$workload in
            numpy.* | julia.* | fortran.* | *.integration2d | multiprocessing.sleep | torch-mpi.gradient) ;;
            *) continue ;;
            esac
            # shellcheck disable=SC2046
            run "$backend" 1 "$workload" $(arguments_of "$workload") --test-wrong >"$work/out" 2>&1
            [ $? = 1 ] || fail "$backend $workload: a wrong answer is not status 1"
            grep -q "Time spent" "$work/out" && fail "$backend $workload: time of a wrong answer"
            grep -q '^scalestudy: .*"wrong": "' "$work/out" || fail "$backend $workload: no record of it"
        done
    done
}

a_bad_command_line_is_one_sentence_and_status_2() {
    for backend in $running; do
        first=$(workloads_of "$backend" | head -n 1)
        for line in "" "integrate" "$first --size 0" "$first --size 1.5" "$first --workers -1" \
            "$first --bind all" "$first --colour blue" "$first --size"; do
            # An interpreter takes its time to start: not every one of all these.
            case $backend.$line in
            python.* | fortran.* | julia.*size\ 0 | *.*colour*) ;;
            *) continue ;;
            esac
            # shellcheck disable=SC2086
            timeout 20 "$dir/scalestudy-$backend" $line >"$work/out" 2>"$work/err"
            status=$?
            [ $status = 2 ] || fail "$backend $line: status $status"
            [ "$(wc -l <"$work/err")" = 1 ] || fail "$backend $line: not one sentence: $(cat "$work/err")"
            [ -s "$work/out" ] && fail "$backend $line: prints a result"
        done
        case $backend in
        numpy | fortran | julia)
            "$dir/scalestudy-$backend" matmul --bits 48 >"$work/out" 2>"$work/err"
            echo "scalestudy-$backend: --bits wants 32 or 64, not \"48\"" | cmp -s - "$work/err" ||
                fail "$backend --bits 48: $(cat "$work/err")"
            ;;
        esac
        case $backend in python | fortran | julia) ;; *) continue ;; esac
        timeout 20 "$dir/scalestudy-$backend" "$first" --size 2 --workers 2 >"$work/out" 2>"$work/err"
        [ $? = 2 ] || fail "$backend with two workers: $(cat "$work/out" "$work/err")"
    done
}

a_size_that_does_not_fit_is_refused() {
    for line in "numpy matmul --size 100000" "julia matmul --size 100000" \
        "fortran matmul --size 100000"; do
        backend=${line%% *}
        case " $running " in *" $backend "*) ;; *) continue ;; esac
        # shellcheck disable=SC2086
        run $backend 1 ${line#* } >"$work/out" 2>"$work/err"
        status=$?
        if [ $status != 2 ] || ! grep -q "needs 24[0-9].[0-9] GB on .*, and .* GB of memory are free; give a smaller --size" "$work/err"; then
            fail "$line: status $status, $(cat "$work/err")"
        fi
    done
}

# On a cluster a job's memory is what its control group leaves.
what_control_groups_leave_counts() {
    root=$work/root group=sys/fs/cgroup/job
    mkdir -p "$root/proc/self" "$root/$group/step"
    echo "MemAvailable: 8000 kB" >"$root/proc/meminfo"
    room_of_python() {
        PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$dir/python python3 -c 'import scalestudy_memory, sys
print("%.0f %s" % scalestudy_memory.room(sys.argv[1]))' "$root"
    }
    room_of_julia() {
        julia --startup-file=no -e 'using Printf; include(ARGS[1])
@printf("%.0f %s\n", memory_room(ARGS[2])...)' "$dir/julia/memory.jl" "$root"
    }
    room_is() {
        for language in python julia; do
            case " $running " in *" $language "*) ;; *) continue ;; esac
            room_of_$language >"$work/out" 2>&1
            [ "$(cat "$work/out")" = "$1" ] || fail "$language: $(cat "$work/out"), and not $1"
        done
    }
    room_is "8192000 of memory are free"
    echo "0::/job/step" >"$root/proc/self/cgroup"
    echo max >"$root/$group/step/memory.max"
    echo 5000000 >"$root/$group/memory.max"
    echo 3000000 | tee "$root/$group/memory.current" >"$root/$group/step/memory.current"
    printf 'anon 1\ninactive_file 1000000\n' >"$root/$group/memory.stat"
    room_is "3000000 of memory are left of the control group's limit"
}

# A Python that lacks everything and prints what it likes, on both of its outputs.
make_pythons() {
    mkdir -p "$work/bare" "$work/noisy"
    bare=$(command -v /usr/bin/python3 || command -v python3)
    cat >"$work/bare/python3" <<END
#!/bin/sh
exec "$bare" -E -s -S "\$@"
END
    cat >"$work/noisy/python3" <<END
#!/bin/sh
echo '{"backend": "numpy", "needs": "nothing"}'
echo 'scalestudy: {"seconds": 1, "value": 7, "binding": ["9"]}'
echo 'UserWarning: everything is deprecated' >&2
exec "$bare" "\$@"
END
    cat >"$work/noisy/julia" <<'END'
#!/bin/sh
echo 'scalestudy: {"seconds": 1, "value": 7, "binding": ["9"]}'
echo 'WARNING: this is noise' >&2
PATH=$OWN_PATH exec julia "$@"
END
    chmod +x "$work"/*/python3 "$work/noisy/julia"
}

a_python_without_a_package_is_told_apart() {
    case " $running " in *" python "*) ;; *) return ;; esac
    for backend in numpy numba multiprocessing torch-mpi mpi4py; do
        [ -x "$dir/scalestudy-$backend" ] || continue
        SCALESTUDY_PYTHON=$work/bare/python3 "$dir/scalestudy-$backend" --describe >"$work/out" || fail "$backend"
        case $backend in
        multiprocessing)
            grep -q '"needs"' "$work/out" && fail "$backend misses nothing, but $(cat "$work/out")"
            continue
            ;;
        torch-mpi) package="python3-torch (import torch fails in /" ;;
        *) package="python3-$backend (import $backend fails in /" ;;
        esac
        grep -qF "\"needs\": \"$package" "$work/out" || fail "$backend: $(cat "$work/out")"
        SCALESTUDY_PYTHON=$work/bare/python3 "$dir/scalestudy-$backend" \
            "$(workloads_of $backend | head -n 1)" >"$work/out" 2>"$work/err"
        [ $? = 2 ] || fail "$backend runs without its package"
        grep -q "^scalestudy-$backend: it needs python3-" "$work/err" || fail "$backend: $(cat "$work/err")"
    done
    SCALESTUDY_PYTHON=$work/bare/python3 "$scalestudy" backends >"$work/out" || fail "backends"
    grep 'cannot run here' "$work/out" >"$work/lacking" || fail "a bare Python lacks nothing"
    grep -vE 'python3-[a-z0-9]|pip install|build again|load its module|openmpi-bin' "$work/lacking" &&
        fail "no way to get it: $(cat "$work/lacking")"
    SCALESTUDY_PYTHON=/no/such/python "$dir/scalestudy-python" --describe |
        grep -q '"needs": "SCALESTUDY_PYTHON' || fail "a Python that is no program"
    SCALESTUDY_PYTHON=/no/such/python SCALESTUDY_JULIA=/no/such/julia \
        "$scalestudy" backends >"$work/out" 2>"$work/err" || fail "backends: $(cat "$work/err")"
    grep -q '^numpy .*cannot run here: it needs SCALESTUDY_PYTHON' "$work/out" || fail "$(cat "$work/out")"
    grep -q '^julia .*cannot run here: it needs julia' "$work/out" || fail "$(cat "$work/out")"
}

noise_is_not_read() {
    for backend in python numpy julia; do
        case " $running " in *" $backend "*) ;; *) continue ;; esac
        SCALESTUDY_PYTHON=$work/noisy/python3 SCALESTUDY_JULIA=$work/noisy/julia OWN_PATH=$PATH
        export SCALESTUDY_PYTHON SCALESTUDY_JULIA OWN_PATH
        "$dir/scalestudy-$backend" --describe >"$work/out" 2>"$work/err"
        cmp -s "$work/out" "$work/describe.$backend" || fail "$backend --describe: $(cat "$work/out")"
        run $backend 1 mean --size 100 >"$work/out" 2>"$work/err" || fail "$backend in noise: $(cat "$work/err")"
        [ "$(wc -l <"$work/out")" = 3 ] || fail "$backend: $(cat "$work/out")"
        unset SCALESTUDY_PYTHON SCALESTUDY_JULIA OWN_PATH
    done
}

workers_bind_themselves_to_what_they_may_use() {
    for backend in $running; do
        [ "$(workers_of "$backend")" = 1 ] && continue
        workload=$(workloads_of "$backend" | head -n 1)
        set -- "$workload" --size 20
        case $backend in mpi4py | torch-mpi) continue ;; esac # the launcher's business
        taskset -c 0 "$dir/scalestudy-$backend" "$@" --workers 2 2>/dev/null | tr -d ' ' >"$work/out"
        grep -q '"binding":\["0","0"\]' "$work/out" || fail "$backend: $(tail -n 1 "$work/out")"
        "$dir/scalestudy-$backend" "$@" --workers 2 --bind none 2>/dev/null | tr -d ' ' >"$work/out"
        all=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
        grep -q "\"binding\":\[\"$all\",\"$all\"\]" "$work/out" || fail "$backend --bind none: $(tail -n 1 "$work/out")"
    done
}

# ends PID: its status, or 99 where it does not end within ten seconds and is ended
ends() {
    for _ in $(seq 100); do
        kill -0 "$1" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null && return 99
    wait "$1"
}

# Python that waits in the workload, of those that descend from PID
sleepers_of() {
    for child in $(pgrep -P "$1"); do
        { tr '\0' ' ' <"/proc/$child/cmdline"; } 2>/dev/null | grep -q "backend_.*\.py sleep" && echo "$child"
        sleepers_of "$child"
    done
}

a_killed_worker_ends_the_team() {
    for victim in 0 2; do
        case " $running " in *" multiprocessing "*) ;; *) break ;; esac
        "$dir/scalestudy-multiprocessing" sleep --size 4000 --workers 3 >"$work/out" 2>"$work/err" &
        leader=$!
        sleep 1
        kill -KILL "$(pgrep -P $leader | sed -n "$((victim + 1))p")"
        ends $leader
        [ $? = 1 ] || fail "multiprocessing: another status than 1 after worker $victim was killed"
        echo "scalestudy-multiprocessing: worker $victim was ended by signal 9, so the team ends" |
            cmp -s - "$work/err" || fail "multiprocessing: $(cat "$work/err")"
        [ -s "$work/out" ] && fail "multiprocessing: a result of a team that lost worker $victim"
    done
    for victim in 1 2; do # mpirun says which
        case " $running " in *" mpi4py "*) ;; *) break ;; esac
        run mpi4py 2 sleep --size 4000 >"$work/out" 2>"$work/err" &
        leader=$!
        for _ in $(seq 50); do
            [ "$(sleepers_of $leader | wc -l)" = 2 ] && break
            sleep 0.1
        done
        sleep 1
        kill -KILL "$(sleepers_of $leader | sed -n ${victim}p)"
        ends $leader
        status=$?
        case $status in
        0 | 99) fail "mpi4py: status $status after rank $victim of 2 was killed" ;;
        esac
        grep -qi "killed" "$work/err" || fail "mpi4py: not a word of a killed rank: $(cat "$work/err")"
        [ -s "$work/out" ] && fail "mpi4py: a result of a team that lost a rank"
    done
}

# Those whose mean takes --file: its pieces are any, and its name is gone while it is read.
a_mean_is_read_from_a_file_in_parts() {
    mkdir -p "$work/tmp"
    for backend in $running; do
        grep -q '"name": "file"' "$work/describe.$backend" || continue
        for workers in $(workers_of "$backend"); do
            for size in 1 10007; do
                TMPDIR=$work/tmp run "$backend" "$workers" mean --file 1 --size $size --chunk 100 \
                    >"$work/out" 2>"$work/err" ||
                    fail "$backend mean --file, $workers workers: $(cat "$work/out" "$work/err")"
                near "$(number value <"$work/out")" $((size + 2)) 0 ||
                    fail "$backend mean --file, $workers workers: $(cat "$work/out")"
                [ -z "$(find "$work/tmp" -type f)" ] || fail "$backend leaves a file behind"
            done
        done
        run "$backend" 1 mean --file 1 --size 100 --test-wrong >"$work/out" 2>"$work/err"
        [ $? = 1 ] || fail "$backend mean --file: a wrong answer is not status 1"
        [ "$backend" = mpi4py ] && continue # mpirun makes the folder
        TMPDIR=$work/none run "$backend" 1 mean --file 1 --size 100 >"$work/out" 2>"$work/err"
        [ $? = 1 ] || fail "$backend: no folder for the file, and another status than 1"
        grep -q "^scalestudy-$backend: cannot make a file in $work/none (No such file or directory); name another \
folder in TMPDIR$" "$work/err" || fail "$backend: $(cat "$work/err")"
    done
    case " $running " in *" python "*) ;; *) return ;; esac
    for folder in "$work" /dev/shm; do
        [ "$(df -Pk "$folder" | awk 'END { print $4 }')" -lt 60000000 ] || continue
        TMPDIR=$folder run python 1 mean --file 1 --size 3000000000 >"$work/out" 2>"$work/err"
        [ $? = 2 ] || fail "python: a file that does not fit is not status 2"
        grep -q "needs 6[0-9].[0-9] GB on .*, and .* GB are free in $folder, see TMPDIR; give a smaller --size" \
            "$work/err" || fail "python: $(cat "$work/err")"
    done
}

# However a file is cut, each line is in the piece that it begins in.
every_line_of_a_file_is_read_once() {
    case " $running " in *" python "*) ;; *) return ;; esac
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$dir/python TMPDIR=$work python3 - <<'END' >"$work/out" 2>&1 || fail "$(cat "$work/out")"
import scalestudy_rows

class One:
    rank = local_rank = 0
    part = staticmethod(lambda count: (0, count))
    of_node = staticmethod(lambda number: [number])
    from_first = staticmethod(lambda text: text)
    barrier = staticmethod(lambda: None)

for count in (1, 2, 13, 105):
    file = scalestudy_rows.RowsFile(One, count, 1)
    whole = scalestudy_rows.lines(0, count)
    assert whole.startswith(b"1,3\n") and whole.endswith(b"%d,%d\n" % (count, 2 * count + 1))
    assert file.bytes == len(scalestudy_rows.HEADER) + len(whole)
    for length in range(1, file.bytes + 2):
        cuts = [*range(0, file.bytes, length), file.bytes]
        assert b"".join(map(file.lines_in, cuts, cuts[1:])) == whole, (count, length)
for count in (9, 10, 499, 500, 123456):
    assert scalestudy_rows.bytes_before(count) == len(scalestudy_rows.lines(0, count)), count
END
}

# B in pieces that go from rank to rank: the same product, also where ranks have no column.
matmul_in_pieces_is_the_same_product() {
    case " $running " in *" torch-mpi "*) ;; *) return ;; esac
    for workers in 1 2 3; do
        for bits in 32 64; do
            run torch-mpi "$workers" matmul --size 121 --split 1 --bits $bits >"$work/out" 2>"$work/err" ||
                fail "torch-mpi matmul --split 1, $workers ranks: $(cat "$work/err")"
            near "$(number value <"$work/out")" "$(cat "$work/reference.matmul")" \
                "$([ $bits = 64 ] && echo 1e-12 || echo 1e-5)" ||
                fail "torch-mpi matmul --split 1, $workers ranks: $(cat "$work/out")"
        done
    done
    run torch-mpi 3 matmul --size 2 --split 1 >"$work/out" 2>&1 || fail "two columns for three ranks"
    run torch-mpi 3 matmul --size 121 --split 1 --test-wrong >"$work/out" 2>&1
    [ $? = 1 ] || fail "torch-mpi matmul --split 1: a wrong answer is not status 1"
}

# Small mistakes that a loss would hide: a step too long by 0.2 %, a bias left out, a row left out,
# an epoch left out.
a_descent_that_is_nearly_right_is_wrong() {
    case " $running " in *" numpy "*) ;; *) return ;; esac
    for python in ${SCALESTUDY_PYTHON:-python3 /usr/bin/python3}; do
        "$python" -c 'import numpy' 2>/dev/null && break
    done
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$dir/python "$python" - <<'END' >"$work/out" 2>&1 || fail "$(cat "$work/out")"
import numpy
import scalestudy_arrays
import scalestudy_options
import scalestudy_teams
import scalestudy_workloads


class Backend:
    name = "test"


def judge(mistake, words=()):
    options = scalestudy_options.parse(["gradient", "--size", "300", "--columns", "40", "--epochs", "50",
                                        *words], scalestudy_workloads.ALL)
    team = scalestudy_teams.Team(options, Backend)
    data = scalestudy_arrays.GradientData(team, options, team.shared)
    w, bias, step = numpy.zeros(40, numpy.float32), numpy.float32(0), numpy.float32(2 * data.rate / 300)
    for epoch in range(50):
        if mistake == "epoch" and epoch == 20:
            continue
        data.keep(epoch, w, bias)
        rows = slice(1 if mistake == "row" else 0, None)
        off = data.x[rows] @ w + bias - data.y[rows]
        w = w - step * numpy.float32(1.002 if mistake == "step" else 1) * (off @ data.x[rows])
        bias = bias - step * (0 if mistake == "bias" else off.sum())
    if mistake == "nan":
        w[3] = numpy.nan
    data.settle_with(w, bias)
    return options.workload.check(options, team.shared, 1)


assert judge("").wrong == "", judge("").wrong
assert judge("").error < 0.3, judge("").error
for mistake in ("epoch", "row", "step", "bias", "nan"):
    assert judge(mistake).wrong != "", mistake
assert "--rate is too large" in judge("", ["--rate", "50"]).wrong
END
}

# What a workload uses where it is there: of two Pythons the one that has it, unless one was chosen.
a_python_that_has_what_the_workload_wants_goes_before() {
    case " $running " in *" multiprocessing "*) ;; *) return ;; esac
    /usr/bin/python3 -c 'import pandas' 2>/dev/null || return
    runtime() {
        env "$@" PATH="$work/bare:$PATH" "$dir/scalestudy-multiprocessing" mean --size 1000 --workers 2 2>&1 |
            sed -n 's/.*"runtime": "\([^"]*\)".*/\1/p'
    }
    case $(runtime -u VIRTUAL_ENV -u CONDA_PREFIX -u SCALESTUDY_PYTHON) in
    *", pandas "*) ;;
    *) fail "a Python without pandas goes before one that has it" ;;
    esac
    for chosen in VIRTUAL_ENV=/some/where CONDA_PREFIX=/some/where SCALESTUDY_PYTHON="$work/bare/python3"; do
        case $(runtime -u VIRTUAL_ENV -u CONDA_PREFIX "$chosen") in
        *pandas* | "") fail "with $chosen another Python is taken" ;;
        esac
    done
}

# One study of all that runs here, to its report: every answer ok, every worker bound.
a_study_of_all_languages_comes_to_a_report() {
    [ -z "$only" ] || return 0
    "$scalestudy" run "$study" --local --oversubscribe --set size=150 --set blocks=1 \
        --set warmups=0 --set 'cores=[1,2]' -o "$work/study" >"$work/out" 2>&1 ||
        fail "the study: $(tail -n 5 "$work/out")"
    for backend in $running; do
        workloads_of "$backend" | grep -qx integration2d || continue
        grep "^languages,local,.*,integration2d,$backend,150," "$work/study/results.csv" >"$work/rows" ||
            fail "no rows of $backend"
        grep -qv ',ok,' "$work/rows" && fail "$backend: $(grep -v ',ok,' "$work/rows")"
        grep -q ">$backend<" "$work/study/report/index.html" || fail "the report does not name $backend"
    done
    for backend in $skipped; do
        grep -q "Backend $backend was left out" "$work/study/report/index.html" ||
            fail "the report does not say that $backend was left out"
    done
    "$scalestudy" run "$study" --local --set backends=auto --dry-run -o "$work/auto" >"$work/out" 2>&1
    grep -qw python "$work/out" && fail "\"auto\" takes interpreters: $(cat "$work/out")"
}

find_what_runs
make_pythons
for test in \
    the_value_is_that_of_the_formula_for_every_backend_and_number_of_workers \
    a_plain_integral_is_zero_and_checked \
    what_compiles_at_run_time_tells_its_first_call_apart \
    a_sleep_with_a_known_answer_takes_that_long \
    the_largest_size_is_the_same_in_every_language \
    the_help_tells_all_options_that_are_described \
    a_wrong_answer_has_status_1_and_no_time \
    a_bad_command_line_is_one_sentence_and_status_2 \
    a_size_that_does_not_fit_is_refused \
    what_control_groups_leave_counts \
    a_python_without_a_package_is_told_apart \
    noise_is_not_read \
    workers_bind_themselves_to_what_they_may_use \
    a_killed_worker_ends_the_team \
    a_mean_is_read_from_a_file_in_parts \
    every_line_of_a_file_is_read_once \
    matmul_in_pieces_is_the_same_product \
    a_descent_that_is_nearly_right_is_wrong \
    a_python_that_has_what_the_workload_wants_goes_before \
    a_study_of_all_languages_comes_to_a_report; do
    before=$failures began=$(date +%s)
    $test
    [ $failures = $before ] && echo "ok: $test ($(($(date +%s) - began)) s)"
done
[ $failures = 0 ]
