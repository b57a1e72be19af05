#!/bin/sh
# The kernels as they are run: every backend gives the same bits whatever the
# number of workers, says what is wrong with a command line, and ends when a worker
# dies. Usage: test_kernels.sh LIBEXEC_DIR
set -u
. "$(dirname "$0")/kernels_lib.sh"

sizes="1 2 3 7 64 1000"

the_value_has_the_same_bits_for_every_backend_and_number_of_workers() {
    for size in $sizes; do
        for c in 0 0.7; do
            run serial 1 integration2d --size "$size" --curvature "$c" >"$work/out" ||
                fail "serial, size $size, curvature $c"
            value_of "$work/out" >"$work/value.$size.$c"
            [ -s "$work/value.$size.$c" ] || fail "serial prints no value"
        done
    done
    for backend in $local_backends mpi hybrid; do
        has "$backend" || continue
        for workers in 1 2 3 4 5 6 7 64; do
            for size in $sizes; do
                # A launch of MPI takes a tenth of a second: not every one of all these.
                case $backend.$workers.$size in
                mpi.[1247].7 | mpi.[37].1000 | hybrid.[14].3 | hybrid.[67].1000) ;;
                mpi.64.[!3] | mpi.64.?* | hybrid.64.[!7] | hybrid.64.?*) [ "$size" = 64 ] || continue ;;
                mpi.* | hybrid.*) continue ;;
                esac
                c=0
                [ "$workers" = 3 ] && c=0.7
                run "$backend" "$workers" integration2d --size "$size" --curvature "$c" \
                    >"$work/out" 2>"$work/err" || fail "$backend, $workers workers, size $size"
                value_of "$work/out" | cmp -s - "$work/value.$size.$c" ||
                    fail "$backend, $workers workers, size $size: other bits than serial"
                grep -q "\"workers\": $workers," "$work/out" ||
                    fail "$backend reports another number of workers than $workers"
            done
        done
    done
}

a_curvature_too_small_to_matter_changes_no_bit() {
    run serial 1 integration2d --size 1000 --curvature 1e-300 >"$work/out" || fail "curvature 1e-300"
    value_of "$work/out" | cmp -s - "$work/value.1000.0" || fail "curvature 1e-300 changes the value"
}

every_operation_of_every_team_is_right() {
    run serial 1 team-check >"$work/out" || fail "team-check, serial"
    for backend in $local_backends; do
        has "$backend" || continue
        for workers in 2 3 7 64; do
            run "$backend" "$workers" team-check >"$work/out" 2>&1 ||
                fail "team-check, $backend, $workers workers: $(cat "$work/out")"
        done
        run "$backend" 256 team-check --size 1 >"$work/out" 2>&1 || fail "team-check, $backend, 256 workers"
    done
    for backend in mpi hybrid; do
        has "$backend" || continue
        for workers in 1 4 7; do
            run "$backend" "$workers" team-check >"$work/out" 2>&1 ||
                fail "team-check, $backend, $workers workers: $(cat "$work/out")"
        done
    done
}

ranks_of_different_nodes_are_a_team_too() {
    for backend in mpi hybrid; do
        has "$backend" || continue
        for nodes in 2 3; do
            SCALESTUDY_TEST_NODES=$nodes
            export SCALESTUDY_TEST_NODES
            run "$backend" 6 team-check --size 5 >"$work/out" 2>&1 ||
                fail "team-check, $backend, $nodes nodes: $(cat "$work/out")"
            run "$backend" 6 integration2d --size 1000 >"$work/out" 2>&1 || fail "$backend, $nodes nodes"
            value_of "$work/out" | cmp -s - "$work/value.1000.0" || fail "$backend, $nodes nodes: other bits"
            grep -q "\"nodes\": $nodes, \"hosts\": \[\"[^,]*\"\], \"host_of\": \[0,0,0,0,0,0\]" "$work/out" ||
                fail "$backend, $nodes nodes: no hosts"
            unset SCALESTUDY_TEST_NODES
        done
    done
}

a_bad_command_line_is_one_sentence_and_status_2() {
    for backend in serial $local_backends mpi hybrid; do
        has "$backend" || continue
        for line in "" "integrate" "integration2d --size 0" "integration2d --size 1.5" \
            "integration2d --size 3x" "integration2d --workers -1" "integration2d --bind all" \
            "integration2d --colour blue" "sleep --seconds nan"; do
            # shellcheck disable=SC2086
            timeout 10 "$dir/scalestudy-$backend" $line >"$work/out" 2>"$work/err"
            status=$?
            [ $status = 2 ] || fail "$backend $line: status $status"
            [ "$(wc -l <"$work/err")" = 1 ] || fail "$backend $line: not one sentence"
            [ -s "$work/out" ] && fail "$backend $line: prints a result"
        done
    done
    timeout 10 "$dir/scalestudy-serial" sleep --workers 2 2>"$work/err"
    [ $? = 2 ] || fail "serial with two workers"
    if has mpi; then
        ranks 2 "$dir/scalestudy-mpi" sleep --size 1 --workers 3 >"$work/out" 2>"$work/err" && fail "3 workers on 2 ranks"
        [ "$(grep -c 'there are 2 MPI ranks; start it with mpirun -n 3' "$work/err")" = 1 ] ||
            fail "mpi does not say that the ranks are 2"
    fi
}

a_wrong_answer_has_status_1_and_no_time() {
    for backend in serial $local_backends; do
        has "$backend" || continue
        for kernel in "integration2d --size 500" "integration2d --size 100 --curvature 0.5" \
            "sleep --size 1 --seconds 0"; do
            # shellcheck disable=SC2086
            run "$backend" 1 $kernel --test-wrong >"$work/out" 2>&1
            [ $? = 1 ] || fail "$backend $kernel: a wrong answer is not status 1"
            grep -q "Time spent" "$work/out" && fail "$backend $kernel: time of a wrong answer"
            grep -q '^scalestudy: .*"wrong": "' "$work/out" || fail "$backend $kernel: no record of it"
        done
    done
}

instructions_that_are_not_there_are_refused() {
    SCALESTUDY_ISA=sse9 "$dir/scalestudy-serial" integration2d --size 10 >"$work/out" 2>"$work/err"
    [ $? = 2 ] || fail "an unknown instruction set is taken"
    SCALESTUDY_ISA=baseline "$dir/scalestudy-serial" integration2d --size 1000 >"$work/out" || fail "baseline"
    grep -q '"isa": "baseline"' "$work/out" || fail "baseline is not reported"
}

# Kills a worker in the middle of waiting; the rest must follow within seconds.
a_killed_worker_ends_the_team() {
    # Of processes: the fourth child of the launcher, a worker.
    "$dir/scalestudy-processes" sleep --size 4000 --workers 4 >"$work/out" 2>"$work/err" &
    leader=$!
    sleep 0.5
    child=$(pgrep -P $leader | tail -n 1)
    kill -KILL "$child"
    ended $leader && fail "processes: status 0 after a worker was killed"
    grep -q "was ended by signal 9" "$work/err" || fail "processes: nobody says that a worker was killed"

    # The parent's death ends the workers.
    "$dir/scalestudy-processes" sleep --size 4000 --workers 4 >"$work/out" 2>&1 &
    leader=$!
    sleep 0.5
    children=$(pgrep -P $leader)
    kill -KILL $leader
    wait $leader 2>/dev/null
    sleep 0.5
    for child in $children; do
        # What nobody has waited for yet is a zombie, not a worker.
        grep -q '^State:[[:space:]]*[RSDTt]' "/proc/$child/status" 2>/dev/null &&
            fail "processes: a worker outlives its parent"
    done

    has mpi || return
    (ranks 3 "$dir/scalestudy-mpi" sleep --size 4000 >"$work/out" 2>&1) &
    leader=$!
    sleep 2
    child=$(pgrep -f "^$dir/scalestudy-mpi sleep --size 4000" | tail -n 1)
    kill -KILL "$child"
    ended $leader && fail "mpi: status 0 after a rank was killed"
}

# Waits at most 20 seconds for a child; its status.
ended() {
    for _ in $(seq 200); do
        kill -0 "$1" 2>/dev/null || break
        sleep 0.1
    done
    if kill -0 "$1" 2>/dev/null; then
        fail "a team hangs after a worker was killed"
        kill -KILL "$1"
    fi
    wait "$1"
}

workers_bind_themselves_to_what_they_may_use() {
    for backend in $local_backends; do
        has "$backend" || continue
        taskset -c 0 "$dir/scalestudy-$backend" sleep --size 3 --seconds 0 --workers 3 >"$work/out"
        grep -q '"binding": \["0","0","0"\]' "$work/out" || fail "$backend: $(tail -n 1 "$work/out")"
        "$dir/scalestudy-$backend" sleep --size 2 --seconds 0 --workers 2 --bind none >"$work/out"
        all=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
        grep -q "\"binding\": \[\"$all\",\"$all\"\]" "$work/out" || fail "$backend --bind none: $(tail -n 1 "$work/out")"
    done
}

descriptions_are_what_the_runner_reads() {
    for backend in serial $local_backends mpi hybrid; do
        has "$backend" || continue
        "$dir/scalestudy-$backend" --describe >"$work/out" || fail "$backend --describe"
        [ "$(wc -l <"$work/out")" = 1 ] || fail "$backend --describe is not one line"
        number='"default_size": [0-9]*, "maximum_size": [0-9]*'
        option='{"name": "[a-z-]*", "preset": [-0-9.e+]*, "minimum": [-0-9.e+]*, "maximum": [-0-9.e+]*, "step": [0-9]*, "help": "[^"\\]*"}'
        row='{"name": "[a-z0-9-]*", "summary": "[^"\\]*", "unit": "[a-z-]*", "work": "size[^"]*", '$number', "options": \[\('$option'\(, '$option'\)*\)*\]}'
        grep -qx '{"backend": "'"$backend"'", "parallel": "[a-z]*", "version": "[^"]*", "workloads": \['"$row\(, $row\)*"'\], "missing": \[.*\]}' \
            "$work/out" || fail "$backend --describe: $(cat "$work/out")"
        "$dir/scalestudy-$backend" --help | grep -q "^  integration2d" || fail "$backend --help"
        if command -v python3 >"$work/null" && ! python3 -c 'import json, sys; json.load(sys.stdin)' <"$work/out"; then
            fail "$backend --describe is not JSON"
        fi
    done
}

run_tests \
    the_value_has_the_same_bits_for_every_backend_and_number_of_workers \
    a_curvature_too_small_to_matter_changes_no_bit \
    every_operation_of_every_team_is_right \
    ranks_of_different_nodes_are_a_team_too \
    a_bad_command_line_is_one_sentence_and_status_2 \
    a_wrong_answer_has_status_1_and_no_time \
    instructions_that_are_not_there_are_refused \
    a_killed_worker_ends_the_team \
    workers_bind_themselves_to_what_they_may_use \
    descriptions_are_what_the_runner_reads
