# shellcheck shell=bash
# Which processes belong to an instance, or to a node of it. Daemons inherit a
# variable of its own and jobs get it from the task prolog; slurmstepd and
# slurmscriptd write their titles over their environment, but like all daemons
# hold a log of ours open. Sourced.

# owned NAME=VALUE LOGS: carries the variable or has one of these files open
owned() {
    {
        (cd /proc && grep -lszxF -e "$1" [0-9]*/environ) 2>/dev/null
        (cd /proc && find [0-9]*/fd -maxdepth 1 -lname "$2") 2>/dev/null
    } | cut -d / -f 1 | sort -un
}

# kill_owned NAME=VALUE LOGS: until there is none. Some start others while we
# look; all are stopped first, so that none can report how another one ended.
kill_owned() {
    local tries pids
    for ((tries = 0; tries < 100; tries++)); do
        pids=$(owned "$1" "$2")
        [ -n "$pids" ] || return 0
        # shellcheck disable=SC2086 # several
        { kill -STOP $pids; kill -KILL $pids; } 2>/dev/null
        sleep 0.02
    done
    return 1
}
