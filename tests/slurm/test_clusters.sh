#!/bin/bash
# One study.json on clusters of different kinds, which share a database.
# SCALESTUDY_LONG_TESTS=1 adds the whole of it: three backends on six core counts
# and a program in six blocks, as arrays and packed, as root and as an ordinary
# user, with every kind of accounting.
. "$(dirname "$0")/lib.sh"

profile kebnekaise ktest >k.json
profile tetralith ttest >t.json
profile dardel dtest >d.json
clusters='{"kebnekaise": {"cluster": "ktest", "account": "hpc2n2026-001"},
  "tetralith": {"cluster": "ttest", "account": "naiss2026-4-66"},
  "dardel": {"cluster": "dtest", "account": "naiss2026-4-66", "cpu": "shared"}}'
quick_study three s.json backends:'["serial","openmp","mpi"]' cores:'[1,2]' blocks:1 clusters:"$clusters"

start_slurm --shape kebnekaise,tetralith,dardel --accounting enforced
for cluster in kebnekaise tetralith dardel; do
    eval "$("$slurm" env "$slurm_dir" $cluster)"
    run run s.json --cluster "${cluster:0:1}.json"
    ends "$cluster runs it" 0
    complete "$cluster has everything" results/three/$cluster 10
    is "$cluster is named in its rows" $cluster "$(columns cluster <results/three/$cluster/results.csv | sort -u)"
    is "$cluster: sacct's figures are in each row" 0 "$(
        columns job_cpu_seconds <results/three/$cluster/results.csv | grep -vc .)"
done
is "MPI ranks were two" 2 "$(
    columns backend ranks cores <results/three/dardel/results.csv | sed -n 's/^mpi|\(.*\)|2$/\1/p' | sort -u)"
stop_slurm
run compare results/three/* -o side-by-side
ends "the three are compared" 0
holds "by their names" grep -q "kebnekaise.*tetralith" side-by-side/report.md
is "and of one block each nothing is claimed" '"none"' "$(
    sed -n 's/^ *"claim": \(.*\),$/\1/p' side-by-side/compare.json | sort -u)"
long_tests || finish

# whole ACCOUNTING LAYOUT FOLDER: six core counts times six blocks
cat >wide.json <<END
{"name": "wide", "kernel": "integration2d", "size": 500, "runs": 1, "bind": "none", "blocks": 6,
 "backends": ["openmp", "pthreads", "mpi",
   {"name": "program", "command": ["sh", "-c", "echo {cores} >/dev/null"]}],
 "cores": [1, 2, 3, 4, 6, 8],
 "clusters": {"k": {"cluster": "ktest", "account": "hpc2n2026-001"}}}
END
for accounting in none plain enforced; do
    start_slurm --shape kebnekaise --accounting $accounting
    for layout in array packed; do
        run run wide.json --cluster k.json --set layout=$layout -o $layout-$accounting
        ends "$layout, accounting $accounting" 0
        complete "$layout, accounting $accounting: complete" $layout-$accounting 288
        each_run_once "$layout, accounting $accounting: nothing twice" $layout-$accounting
        lacking=$(columns job_cpu_seconds <$layout-$accounting/results.csv | grep -vc .)
        [ $accounting = none ] && expected=288 || expected=0
        is "$layout, accounting $accounting: figures of sacct" "$expected" "$lacking"
    done
    stop_slurm
done

if [ "$(id -u)" -eq 0 ]; then
    user=$("$slurm" user)
    theirs=$(program_for "$user")
    mkdir theirs
    cp wide.json k.json theirs
    chown -R "$user" theirs
    for accounting in none enforced; do
        for layout in array packed; do
            "$slurm" with --as-user "$user" --shape kebnekaise --accounting $accounting -- \
                sh -c "cd '$work/theirs' && '$theirs' run wide.json --cluster k.json \
                    --set layout=$layout -o $layout-$accounting" >out 2>err </dev/null
            status=$?
            ends "as $user: $layout, accounting $accounting" 0
            complete "as $user: $layout, accounting $accounting: complete" theirs/$layout-$accounting 288
        done
    done
fi
finish
