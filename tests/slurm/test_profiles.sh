#!/bin/bash
# The scripts that come of the built-in profiles, as they are, are taken by a
# Slurm that is shaped like the cluster; with SCALESTUDY_LONG_TESTS=1 by one that
# knows only the cluster's accounts.
. "$(dirname "$0")/lib.sh"

# The scripts of a dry run, one file each in scripts/.
cut_scripts() {
    rm -rf scripts
    mkdir scripts
    awk '/^==== / { file = "scripts/" $2 ".sh"; next } file != "" { print > file }' out
}

# accepted CLUSTER KIND LAYOUT: each script of that kind of node
accepted() {
    local file words
    run run study.json --cluster "$1" --set "layout=$3" --dry-run \
        --account "$SLURM_TEST_ACCOUNT" --set "clusters.$1.cpu=$2"
    ends "$1 $2 $3: planned" 0
    cut_scripts
    more "$1 $2 $3: there are scripts" 0 "$(find scripts -name '*.sh' | wc -l)"
    for file in scripts/*.sh; do
        words=$(sbatch --test-only 2>&1 <"$file")
        case $? in
        0) ok "$1 $2 $3: sbatch takes $(basename "$file")" ;;
        *) not_ok "$1 $2 $3: sbatch takes $(basename "$file")" "$words" ;;
        esac
    done
}

more() { # NAME LEAST NUMBER
    if [ "$3" -gt "$2" ]; then ok "$1"; else not_ok "$1" "$3 is not more than $2"; fi
}

cat >study.json <<'END'
{"name": "taken", "kernel": "integration2d", "size": 500, "blocks": 6,
 "backends": ["serial", "openmp", "mpi", "hybrid"],
 "cores": [1, 2, "1_2_node", "1_node", "2_nodes"],
 "clusters": {"kebnekaise": {}, "tetralith": {}, "cosmos": {}, "dardel": {}, "pelle": {}}}
END

accounting=none
[ -z "${SCALESTUDY_LONG_TESTS:-}" ] || accounting=enforced
while read -r cluster kinds; do
    start_slurm --shape "$cluster" --accounting $accounting
    for kind in $kinds; do
        accepted "$cluster" "$kind" array
        accepted "$cluster" "$kind" packed
    done
    stop_slurm
done <<'END'
kebnekaise skylake
tetralith thin
cosmos milan cascade
dardel thin shared
pelle zen4
END
finish
