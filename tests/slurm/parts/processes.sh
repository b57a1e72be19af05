# Which processes belong to an instance. Daemons inherit a variable of its own,
# jobs get it from the task prolog; whoever carries it is ours. Sourced.

# marked TEXT: processes with exactly this NAME=VALUE in their environment
marked() {
    # shellcheck disable=SC2035
    (cd /proc && grep -lszxF -e "$1" [0-9]*/environ) 2>/dev/null | cut -d / -f 1
}

# kill_marked TEXT: until there is none. Some start others while we look.
kill_marked() {
    local tries pids
    for ((tries = 0; tries < 200; tries++)); do
        pids=$(marked "$1")
        [ -n "$pids" ] || return 0
        # shellcheck disable=SC2086 # several
        kill -KILL $pids 2>/dev/null
        sleep 0.05
    done
    return 1
}
