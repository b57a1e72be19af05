# shellcheck shell=bash disable=SC2034,SC2154 # names of the tests that source this
# Sourced by the test_*.sh beside it, each of which is started as
#   bash test_NAME.sh PATH/TO/scalestudy
# and starts real Slurms by `slurm`. It adds to tests/cli/lib.sh: profiles of the
# shapes, programs named sbatch, squeue and sacct that misbehave, and counting.
# SCALESTUDY_LONG_TESTS=1 in the environment adds what takes minutes.
slurm_tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
slurm=$slurm_tests/slurm

if ! command -v slurmctld >/dev/null && ! [ -x /usr/sbin/slurmctld ]; then
    echo "Slurm is not installed; tools/test installs it" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
fi
. "$slurm_tests/../cli/lib.sh"
TMPDIR=/tmp
unset SCALESTUDY_CLUSTERS
plain_path=$PATH
chmod 755 "$work"
export HOME=$work/home # a login shell in a job reads no profile of whoever tests
mkdir "$HOME"
slurm_dir=

start_slurm() {
    local answer
    answer=$("$slurm" start --owner $$ "$@") || {
        not_ok "a Slurm starts" "slurm start $*"
        finish
    }
    eval "$answer"
    slurm_dir=$SLURM_TEST_DIR
}

stop_slurm() {
    [ -z "$slurm_dir" ] || "$slurm" stop "$slurm_dir" >/dev/null 2>&1
    slurm_dir=
    unset SLURM_CONF
}

trap 'stop_slurm; leave' EXIT

# profile SHAPE NAME [KEY:VALUE...] >FILE: the built-in profile of that name as
# a quick one: no modules, one second between two questions. VALUE is JSON.
profile() {
    local shape=$1 name=$2 setting lines=
    shift 2
    for setting in name:"\"$name\"" purge:false poll_seconds:1 modules_gcc:'[]' srun_mpi:'"pmix"' \
        launcher:'"srun"' modules_python:'[]' modules_julia:'[]' login_hosts:'[]' node_hosts:'[]' \
        sources:'[]' ends:- "$@"; do
        lines="$lines${setting%%:*}	${setting#*:}
"
    done
    "$program" clusters --json "$shape" | LINES_SET=$lines awk '
        BEGIN {
            count = split(ENVIRON["LINES_SET"], lines, "\n")
            for (i = 1; i <= count; i++) {
                n = index(lines[i], "\t")
                if (n > 0) value[substr(lines[i], 1, n - 1)] = substr(lines[i], n + 1)
            }
        }
        NR == 1 {
            print
            for (key in value)
                if (value[key] != "-") printf "  \"%s\": %s,\n", key, value[key]
            next
        }
        # Keys of the profile itself stand behind two blanks.
        match($0, /^  "[a-z_]+":/) {
            key = substr($0, 4, RLENGTH - 5)
            dropping = key in value
            if (dropping && $0 !~ /[[{]$/) { dropping = 0; next }
        }
        dropping { if ($0 ~ /^  []}],?$/) dropping = 0; next }
        { held[++n_held] = $0 }
        END {
            for (i = 1; i <= n_held; i++) {
                line = held[i]
                if (held[i + 1] == "}") sub(/,$/, "", line)
                print line
            }
        }'
}

# quick_study NAME FILE [KEY:VALUE...] : a study of integration2d, for the cluster
# profiles of this file's clusters
quick_study() {
    local name=$1 file=$2 setting
    shift 2
    {
        printf '{"name": "%s", "kernel": "integration2d", "size": 500, "runs": 1, "bind": "none"' "$name"
        for setting in "$@"; do
            printf ',\n "%s": %s' "${setting%%:*}" "${setting#*:}"
        done
        printf '}\n'
    } >"$file"
}

# program_for USER: a path of the program that USER can start, a copy where the
# checkout is root's alone
program_for() {
    if ! runuser -u "$1" -- test -x "$program"; then
        if [ ! -d "$work/copy" ]; then
            mkdir "$work/copy"
            cp -r "$(dirname "$program")/../bin" "$(dirname "$program")/../libexec" "$work/copy"
            chmod -R a+rX "$work/copy"
        fi
        echo "$work/copy/bin/scalestudy"
        return
    fi
    echo "$program"
}

# How many tasks Slurm has ever been given (as long as it remembers).
tasks_in_slurm() {
    squeue -h -r -t all -o '%F_%K' | sort -u | grep -c .
}

# The arrays, however many tasks each has.
arrays_in_slurm() {
    squeue -h -r -t all -o '%F' | sort -u | grep -c .
}

# complete NAME FOLDER RUNS: that many rows, each ok, none twice
complete() {
    local rows bad twice
    rows=$(rows "$2")
    bad=$(columns status reason task <"$2/results.csv" | grep -v '^ok|' | head -3)
    twice=$(columns order <"$2/results.csv" | sort | uniq -d | head -3)
    if [ "$rows" = "$3" ] && [ -z "$bad" ] && [ -z "$twice" ]; then
        ok "$1"
    else
        not_ok "$1" "$rows of $3 rows; not ok: $bad; twice: $twice; stderr: $(head -c 900 err)"
    fi
}

# each_run_once NAME FOLDER: no record of a run stands there twice, and no task
# was started twice
each_run_once() {
    local twice again
    twice=$(cat "$2"/records/*.jsonl | grep -o '"order": *[0-9]*' | sort | uniq -d | head -3)
    again=$(cd "$2/records" && echo *.2.jsonl)
    if [ -z "$twice" ] && [ "$again" = '*.2.jsonl' ]; then
        ok "$1"
    else
        not_ok "$1" "twice: $twice; second attempts: $again"
    fi
}

# misbehave PROGRAM MODE N [WORDS]: the Nth call of sbatch, squeue or sacct
#   kill-before  kills scalestudy and does nothing
#   orphan       kills scalestudy and does its work nevertheless
#   kill-after   does its work and kills scalestudy
#   lose         does its work, then prints WORDS and fails
#   fail         prints WORDS and fails; with N "all" always
# Its calls are counted in bad/PROGRAM.calls.
misbehave() {
    local real
    real=$(PATH=$plain_path command -v "$1")
    mkdir -p bad
    rm -f "bad/$1.calls"
    cat >"bad/$1" <<END
#!/bin/bash
echo "\$*" >>'$PWD/bad/$1.calls'
n=\$(grep -c '' '$PWD/bad/$1.calls')
if [ '$3' != all ] && [ "\$n" != '$3' ]; then
    exec '$real' "\$@"
fi
case $2 in
kill-before) kill -9 \$PPID; exit 1 ;;
orphan) kill -9 \$PPID; sleep 0.3; exec '$real' "\$@" ;;
kill-after) '$real' "\$@" >/dev/null; kill -9 \$PPID; exit 0 ;;
lose) '$real' "\$@" >/dev/null; echo '${4:-}' >&2; exit 1 ;;
fail) cat >/dev/null; echo '${4:-}' >&2; exit 1 ;;
esac
END
    chmod +x "bad/$1"
    PATH=$PWD/bad:$plain_path
}

behave() {
    PATH=$plain_path
    rm -rf bad
}

# in_queue COUNT: so many tasks are there, ended or not
in_queue() {
    [ "$(tasks_in_slurm)" -ge "$1" ]
}

# running COUNT: so many tasks run
running() {
    [ "$(squeue -h -r -t R -o '%F_%K' | grep -c .)" -ge "$1" ]
}

# begun FOLDER COUNT: so many tasks have said so; a job that is cancelled before
# that may run on, which is Slurm's way
begun() {
    [ "$(grep -l '^{"begin"' "$1"/records/*.jsonl 2>/dev/null | grep -c .)" -ge "$2" ]
}

# Starts scalestudy in the background: its pid is in $runner, what it printed in
# out and err.
run_behind() {
    env --default-signal=INT,QUIT "$program" "$@" >out 2>err </dev/null &
    runner=$!
}

# Its end; the exit status is in $status.
await_runner() {
    wait "$runner"
    status=$?
}

# nap_study NAME FILE SECONDS BLOCKS [WISHES]: a serial program that sleeps, for
# the profile ktest
nap_study() {
    printf '{"name": "%s", "backends": [{"name": "nap", "command": ["sleep", "%s"], "parallel": "serial"}],
 "warmups": 0, "runs": 1, "cores": [1], "blocks": %s, "bind": "none",
 "clusters": {"k": {"cluster": "ktest", "account": "hpc2n2026-001"%s}}}\n' \
        "$1" "$3" "$4" "${5:-}" >"$2"
}

# all_say NAME FOLDER WORDS: the reason of each of its rows
all_say() {
    local other
    other=$(columns reason <"$2/results.csv" | grep -vF -e "$3" | head -2)
    if [ -s "$2/results.csv" ] && [ -z "$other" ]; then
        ok "$1"
    else
        not_ok "$1" "other reasons: $other"
    fi
}

# statuses FOLDER: "2 missing 10 ok"
statuses() {
    columns status <"$1/results.csv" | sort | uniq -c | xargs
}

# The array job that runs.
running_array() {
    squeue -h -t R -o %F | head -1
}
