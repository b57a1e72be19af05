#!/bin/sh
# slurm_fake.sh PROGRAM ARGUMENTS: a Slurm that is a few files in the current
# folder, for answers that a healthy one does not give. Time passes with each
# squeue: what was pending runs, what ran ends. A test may put there:
#   answers        a line for each sbatch: accept (also without the file), refuse,
#                  unreachable, unheard (accepted, but the answer is lost), lost
#   limit          how many elements the queue takes
#   hold           nothing that is pending starts
#   squeue.silent, sacct.silent   a line for each call that fails
#   fates.TASK     a line for each attempt: the state that it ends with; LOST is
#                  COMPLETED without records, LATE has them in the file `late`;
#                  GONE-X leaves the queue while sacct says X, VANISHED nobody knows
#   runs.TASK      what the task writes into its record file
set -u
program=$1
shift

take() { # FILE: its first line, which is then gone
    [ -s "$1" ] || return 1
    head -n 1 "$1"
    sed -i 1d "$1"
}

fail() {
    echo "sbatch: error: Batch job submission failed: $*" >&2
    exit 1
}

indexes() { # 0-2,5
    for part in $(echo "$1" | tr , ' '); do
        seq "${part%-*}" "${part#*-}"
    done
}

record() { # TASK ID INDEX NAME
    attempt=1
    while [ -e "study/records/$1.$attempt.jsonl" ]; do
        attempt=$((attempt + 1))
    done
    {
        echo "{\"begin\":{\"submission\":\"$4\",\"array_job\":\"$2\",\"job\":\"$2_$3\"}}"
        cat "runs.$1"
    } >"study/records/$1.$attempt.jsonl"
}

end() { # sets `state` of the element
    state=$(take "fates.$task") || state=RECORDED
    case $state in
    RECORDED) record "$task" "$id" "$index" "$name" && state=COMPLETED ;;
    LATE)
        cp "runs.$task" late
        state=COMPLETED
        ;;
    LOST) state=COMPLETED ;;
    esac
}

pass_time() {
    touch elements
    while IFS='|' read -r id index state key block name; do
        task=$key-b$block
        case $state in
        PENDING) [ -e hold ] || state=RUNNING ;;
        RUNNING) end ;;
        esac
        echo "$id|$index|$state|$key|$block|$name"
    done <elements >elements.next
    mv elements.next elements
}

value_of() { # OPTION ARGUMENTS
    wanted=$1
    while shift && [ $# -gt 0 ]; do
        [ "$1" = "$wanted" ] && echo "$2" && return
    done
}

case $program in
sbatch)
    cat >script
    answer=$(take answers) || answer=accept
    case $answer in
    refuse) fail "Invalid account or account/partition combination specified" ;;
    unreachable) fail "Unable to contact slurm controller (connect failure)" ;;
    lost) fail "Socket timed out on send/recv operation" ;;
    esac
    name=$(sed -n 's/^#SBATCH --job-name=//p' script)
    array=$(sed -n 's/^#SBATCH --array=//p' script)
    task=$(sed -n 's/^exec .* --array \([^ ]*\) --first-block \([0-9]*\).*/\1 \2/p' script)
    open=$(grep -c -E '[|](PENDING|RUNNING)[|]' elements 2>/dev/null)
    count=$(indexes "${array%%%*}" | wc -l)
    if [ -e limit ] && [ $((open + count)) -gt "$(cat limit)" ]; then
        echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2
        fail "Job violates accounting/QOS policy (job submit limit)"
    fi
    id=$(($(cat last 2>/dev/null || echo 100) + 1))
    echo $id >last
    for index in $(indexes "${array%%%*}"); do
        echo "$id|$index|PENDING|${task% *}|$((${task#* } + index))|$name" >>elements
    done
    [ "$answer" = unheard ] && fail "Socket timed out on send/recv operation"
    echo $id
    ;;
squeue)
    if take squeue.silent >/dev/null; then
        echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2
        exit 1
    fi
    touch elements
    name=$(value_of -n "$@")
    if [ -n "$name" ]; then
        awk -F'|' -v name="$name" -v now="$(date +%s)" \
            '$6 == name { print $1 "|" now "|" name; exit }' elements
        exit
    fi
    value_of -j "$@" >>looks
    pass_time
    awk -F'|' -v ids="$(value_of -j "$@")" '
        BEGIN { n = split(ids, list, ","); for (i = 1; i <= n; i++) asked[list[i]] = 1 }
        ($1 in asked) && $3 !~ /^(GONE|VANISHED)/ {
            print $1 "|" $2 "|" $3 "|N/A|n1|" ($3 == "PENDING" ? "Priority" : "None") }' elements
    ;;
sacct)
    if take sacct.silent >/dev/null; then
        echo "sacct: error: Problem talking to the database: Connection refused" >&2
        exit 1
    fi
    touch elements
    name=$(value_of --name "$@")
    if [ -n "$name" ]; then
        awk -F'|' -v name="$name" -v now="$(date +%s)" \
            '$6 == name { print $1 "_" $2 "|" now "|" name }' elements
        exit
    fi
    awk -F'|' -v id="$(value_of -j "$@")" -v now="$(date +%s)" '
        function row(of, tasks, memory) {
            print of "|" $3 "|0:0|1|1|" tasks "|10|00:05|" memory "||cpu=1,mem=1G||0|" \
                now "|" now "|" now "|n1|None"
        }
        $1 == id && $3 != "VANISHED" {
            sub(/^GONE-/, "", $3)
            sub(/^CANCELLED$/, "CANCELLED by 1001", $3) # which squeue does not tell
            row($1 "_" $2, "", "")
            row($1 "_" $2 ".batch", 1, "2000K")
        }' elements
    ;;
scancel)
    sed -i "s/^\\($1|[0-9]*|\\)\\(PENDING\\|RUNNING\\)/\\1CANCELLED/" elements
    ;;
esac
exit 0
