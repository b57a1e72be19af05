# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# What every part needs: words for the user, waiting. Sourced; bash.

say() {
    printf 'slurm: %s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

# alive PID: it runs, and is not a zombie that nobody has waited for
alive() {
    local state
    [ -n "$1" ] || return 1
    state=$(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null)
    [ -n "$state" ] && [ "${state#Z}" = "$state" ]
}

gone() {
    ! alive "$1"
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -le "$end" ] || return 1
        sleep 0.05
    done
}

# The process with this number and this start is that one; a number comes again.
birth_of() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# Last lines of the logs of DIR, for who has to find out why.
show_logs() {
    local log
    for log in "$1"/log/*.log; do
        [ -s "$log" ] || continue
        printf '%s:\n' "--- ${log##*/}" >&2
        tail -n 12 "$log" >&2
    done
}
