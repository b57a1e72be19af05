#!/bin/sh
# Every workload on every team: the right answer whatever the number of workers,
# the same bits where they are promised, and one sentence where it cannot be.
# Usage: test_workloads.sh LIBEXEC_DIR
set -u
. "$(dirname "$0")/kernels_lib.sh"

# Arguments that take no time; how far values of other teams may be from serial's,
# 0: not one bit; more workers than there is work.
workloads() {
    if "$dir/scalestudy-serial" --describe | grep -q '"missing": \[.*"matmul"'; then
        all_workloads | grep -v '^matmul'
    else
        all_workloads
    fi
}

all_workloads() {
    cat <<'END'
mean --size 100003 --chunk 17|0
mean --size 3|0
mean --size 100003 --hold 0|0
mean --size 30011 --file 1|0
mean --size 100003 --file 1 --chunk 7|0
mean --size 1 --file 1 --chunk 1|0
matmul --size 61|1e-12
matmul --size 64 --split 1|1e-12
matmul --size 50 --bits 32|1e-3
matmul --size 5 --bits 32 --split 1|1e-3
gradient --size 203 --columns 37 --epochs 50|1e-5
gradient --size 5 --columns 1 --epochs 3|1e-5
triad --size 1000003 --passes 3|0
triad --size 5 --passes 1|0
jacobi2d --size 101 --sweeps 25|0
jacobi2d --size 1 --sweeps 2|0
jacobi2d --size 5 --sweeps 400|0
sleep --size 5 --seconds 0.001 --serial 0.001 --per-worker 0.0005|0
END
}

# near VALUE REFERENCE TOLERANCE, relative
near() {
    awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; m = b < 0 ? -b : b; exit !(d <= t * m && -d <= t * m) }'
}

# expect_value BACKEND WORKERS TOLERANCE LINE: against $work/value
expect_value() {
    if [ "$3" = 0 ]; then
        value_of "$work/out" | cmp -s - "$work/value" || fail "$1, $2 workers, $4: other bits than serial"
    else
        near "$(value_of "$work/out")" "$(cat "$work/value")" "$3" ||
            fail "$1, $2 workers, $4: $(value_of "$work/out") where serial has $(cat "$work/value")"
    fi
}

# A launch of MPI takes a third of a second, so its counts take turns over the lines,
# but for SCALESTUDY_LONG_TESTS=1.
counts() {
    case ${SCALESTUDY_LONG_TESTS:-0}.$1.$turn in
    0.mpi.0 | 0.hybrid.1) echo 3 ;;
    0.mpi.1 | 0.hybrid.2) echo 2 ;;
    0.mpi.2 | 0.hybrid.3) echo 7 ;;
    0.mpi.3 | 0.hybrid.0) echo 1 ;;
    *) echo 1 2 3 7 ;;
    esac
}

every_workload_is_right_on_every_team() {
    turn=0
    workloads >"$work/list"
    while IFS='|' read -r line tolerance; do
        # shellcheck disable=SC2086
        run serial 1 $line >"$work/out" 2>&1 </dev/null || fail "serial $line: $(cat "$work/out")"
        value_of "$work/out" >"$work/value"
        [ -s "$work/value" ] || fail "serial $line: no value"
        for backend in $local_backends mpi hybrid; do
            has "$backend" || continue
            for workers in $(counts "$backend"); do
                # shellcheck disable=SC2086
                run "$backend" "$workers" $line >"$work/out" 2>&1 </dev/null ||
                    fail "$backend, $workers workers, $line: $(cat "$work/out")"
                grep -q "\"workers\": $workers," "$work/out" || fail "$backend, $line: not $workers workers"
                expect_value "$backend" "$workers" "$tolerance" "$line"
            done
        done
        turn=$(((turn + 1) % 4))
    done <"$work/list"
}

ranks_of_different_nodes_get_the_same_answers() {
    SCALESTUDY_TEST_NODES=2
    export SCALESTUDY_TEST_NODES
    workloads >"$work/list"
    while IFS='|' read -r line tolerance; do
        # shellcheck disable=SC2086
        run serial 1 $line </dev/null | value_of /dev/stdin >"$work/value"
        has mpi || continue
        # shellcheck disable=SC2086
        run mpi 3 $line >"$work/out" 2>&1 </dev/null || fail "mpi, 2 nodes, $line: $(cat "$work/out")"
        expect_value mpi 3 "$tolerance" "$line"
    done <"$work/list"
    unset SCALESTUDY_TEST_NODES
}

every_instruction_set_gives_the_answer() {
    workloads >"$work/list"
    while IFS='|' read -r line tolerance; do
        # shellcheck disable=SC2086
        run serial 1 $line </dev/null | value_of /dev/stdin >"$work/value"
        for isa in baseline avx2; do
            SCALESTUDY_ISA=$isa "$dir/scalestudy-serial" integration2d --size 1 >"$work/out" 2>&1 || continue
            # shellcheck disable=SC2086
            SCALESTUDY_ISA=$isa run serial 1 $line >"$work/out" 2>&1 </dev/null || fail "$isa: $line"
            expect_value "$isa" 1 "$tolerance" "$line"
        done
    done <"$work/list"
}

a_wrong_answer_is_found() {
    workloads >"$work/list"
    while IFS='|' read -r line tolerance; do
        for workers in 1 3; do
            # shellcheck disable=SC2086
            run pthreads "$workers" $line --test-wrong >"$work/out" 2>&1 </dev/null
            [ $? = 1 ] || fail "$line: a wrong answer is not status 1 ($tolerance)"
            grep -q "^Time spent\|^Rate" "$work/out" && fail "$line: time or rate of a wrong answer"
            grep -q '^scalestudy: .*"wrong": "' "$work/out" || fail "$line: no record of a wrong answer"
        done
    done <"$work/list"
}

what_does_not_fit_is_refused_in_one_sentence() {
    for backend in serial $local_backends mpi hybrid; do
        has "$backend" || continue
        for line in "triad --size 1000000000000" "matmul --size 1000000" "gradient --size 1000000000" "jacobi2d --size 10000000" \
            "matmul --size 1000000 --split 1 --bits 32"; do
            case $backend.$line in hybrid.[!t]* | mpi.[!j]*) continue ;; esac
            # shellcheck disable=SC2086
            run "$backend" 2 $line >"$work/out" 2>"$work/err"
            [ $? = 2 ] || fail "$backend $line: not status 2"
            [ "$(grep -c '^scalestudy-[a-z]*: [a-z0-9]* with --size [0-9]* needs [0-9.]* GB on .* GB of memory are .*; give a smaller --size$' \
                "$work/err")" = 1 ] || fail "$backend $line: $(cat "$work/err")"
            [ -s "$work/out" ] && ! grep -q mpirun "$work/out" && fail "$backend $line: prints a result"
        done
    done
}

a_file_that_has_no_place_is_refused_and_none_is_left() {
    TMPDIR=$work/none run openmp 2 mean --file 1 >"$work/out" 2>"$work/err"
    [ $? = 2 ] || fail "mean in a folder that is not there: not status 2"
    grep -q "^scalestudy-openmp: mean with --size .* GB are free in $work/none, see TMPDIR; give" "$work/err" ||
        fail "mean in a folder that is not there: $(cat "$work/err")"
    mkdir "$work/files"
    TMPDIR=$work/files run processes 3 mean --size 1000 --file 1 >"$work/out" 2>&1 || fail "mean: $(cat "$work/out")"
    [ -z "$(ls "$work/files")" ] || fail "mean leaves $(ls "$work/files")"
}

without_openblas_everything_else_is_there() {
    SCALESTUDY_OPENBLAS=$work/none.so
    export SCALESTUDY_OPENBLAS
    for backend in serial $local_backends mpi hybrid; do
        has "$backend" || continue
        "$dir/scalestudy-$backend" --describe >"$work/out" || fail "$backend --describe without OpenBLAS"
        grep -q '"name": "matmul", "summary"' "$work/out" && fail "$backend describes matmul without OpenBLAS"
        grep -q '"missing": \[{"name": "matmul", "why": "matmul computes by OpenBLAS, which cannot be loaded; install ' \
            "$work/out" || fail "$backend does not say why matmul is missing: $(cat "$work/out")"
        run "$backend" 2 matmul --size 10 >"$work/out" 2>"$work/err"
        [ $? = 2 ] || fail "$backend: matmul without OpenBLAS is not status 2"
        [ "$(grep -c 'matmul computes by OpenBLAS' "$work/err")" = 1 ] || fail "$backend: $(cat "$work/err")"
    done
    unset SCALESTUDY_OPENBLAS
}

run_tests \
    every_workload_is_right_on_every_team \
    ranks_of_different_nodes_get_the_same_answers \
    every_instruction_set_gives_the_answer \
    a_wrong_answer_is_found \
    what_does_not_fit_is_refused_in_one_sentence \
    a_file_that_has_no_place_is_refused_and_none_is_left \
    without_openblas_everything_else_is_there
