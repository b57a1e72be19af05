#!/bin/bash
# Starts the daemons and then does what it is asked for: "ID COMMAND ARGUMENT..."
# lines in a pipe, answered by files. With namespaces of its own it is their
# first process: when it dies, everything in them does. Started by `slurm start`.
#   keeper.sh DIR
# shellcheck disable=SC1091 # the parts are checked one by one
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
dir=$1
. "$here/parts/base.sh"
. "$here/parts/processes.sh"
. "$here/parts/daemons.sh"
. "$here/parts/accounts.sh"
. "$here/parts/faults.sh"
. "$dir/settings"

# Through the /proc of outside, which shows the number that counts there.
read -r outer_pid _ </proc/self/stat
echo "$outer_pid" >"$dir/run/keeper.pid"

private_places() {
    mount -t proc proc /proc &&
        mount -t tmpfs -o mode=1777 tmpfs /dev/shm &&
        mount --bind "$dir/etc/hosts" /etc/hosts &&
        hostname login
}

all_controllers() {
    local cluster started=
    for cluster in $(clusters); do
        start_controller "$cluster" &
        started="$started $!"
    done
    joined "$started"
}

all_nodes() {
    local node started=
    while read -r node _; do
        { start_node "$node" && node_serves "$node"; } </dev/null &
        started="$started $!"
    done <"$dir/etc/nodes"
    joined "$started"
}

# joined PIDS: all of them succeeded
joined() {
    local pid failed=0
    for pid in $1; do
        wait "$pid" || failed=1
    done
    return "$failed"
}

start_all() {
    [ "$spaces" = no ] || private_places || return 1
    start_munge || return 1
    if [ "$accounting" != none ]; then
        start_mariadb && start_slurmdbd && make_accounts || return 1
    fi
    all_controllers && all_nodes
}

# answer ID COMMAND ARGUMENT...
answer() {
    local id=$1 status
    shift
    case $id in
    '' | *[!0-9-]*) return ;;
    esac
    fault "$@" >"$dir/run/answer.$id" 2>&1
    status=$?
    echo "$status" >"$dir/run/status.$id.new"
    mv "$dir/run/status.$id.new" "$dir/run/status.$id"
}

mkfifo "$dir/run/requests" && chmod 666 "$dir/run/requests"
exec 3<>"$dir/run/requests"
if ! start_all; then
    touch "$dir/run/failed"
    exit 1
fi
touch "$dir/run/ready"
while :; do
    read -r -a words <&3 || sleep 0.1
    [ "${#words[@]}" -lt 2 ] || answer "${words[@]}"
done
