# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# What can go wrong, on demand. Each function is one subcommand; they run in the
# keeper, so with the rights of SlurmUser. Sourced.

# fault CLUSTER COMMAND ARGUMENT...
fault() {
    cluster=$1
    shift
    case $1 in
    controller-stop | controller-start | database-stop | database-start | munge-stop | munge-start | \
        node-down | node-kill | node-back | drain | end-job | requeue | limit)
        local name=${1//-/_}
        shift
        "fault_$name" "$@"
        ;;
    *)
        say "no such command: $1"
        return 2
        ;;
    esac
}

needs() {
    [ -n "$2" ] && return 0
    say "$1 is missing"
    return 2
}

known_node() {
    needs "the node" "${1:-}" || return
    [ -n "$(cluster_of "$1")" ] && return 0
    say "there is no node $1, only $(cut -d ' ' -f 1 "$dir/etc/nodes" | paste -sd ' ')"
    return 2
}

has_accounting() {
    [ "$accounting" != none ] && return 0
    say "this instance has no accounting; start it with --accounting"
    return 2
}

control() {
    client "$cluster" scontrol "$@"
}

fault_controller_stop() {
    end "slurmctld-$cluster"
}

fault_controller_start() {
    local node
    start_controller "$cluster" || return
    for node in $(nodes_of "$cluster"); do
        ! running "slurmd-$node" || wait_for 30 node_answers "$node"
    done
}

# What its state is does not matter, if the controller has heard from it.
node_answers() {
    case $(node_state "$1") in
    '' | unknown* | *\*) return 1 ;;
    esac
}

fault_database_stop() {
    has_accounting && end slurmdbd
}

fault_database_start() {
    has_accounting || return
    running slurmdbd || start_slurmdbd
}

fault_munge_stop() {
    end munged
}

fault_munge_start() {
    running munged || start_munge
}

fault_node_down() {
    known_node "${1:-}" || return
    cluster=$(cluster_of "$1")
    control update "nodename=$1" state=down reason=test
}

fault_node_kill() {
    known_node "${1:-}" || return
    kill_owned "SLURM_TEST_NODE=$dir:$1" "$dir/log/slurmd-$1.log"
    rm -f "$dir/run/slurmd-$1.pid"
}

fault_node_back() {
    known_node "${1:-}" || return
    cluster=$(cluster_of "$1")
    start_node "$1" || return
    wait_for 5 node_ready "$1" && return
    control update "nodename=$1" state=resume
    node_serves "$1"
}

fault_drain() {
    known_node "${1:-}" || return
    cluster=$(cluster_of "$1")
    control update "nodename=$1" state=drain reason=test
}

fault_end_job() {
    needs "the job" "${1:-}" && control update "jobid=$1" EndTime=now+1
}

fault_requeue() {
    needs "the job" "${1:-}" && control requeue "$1"
}

# limit user|account|qos NAME=VALUE...: -1 takes it back
fault_limit() {
    local kind=${1:-} charged
    has_accounting || return
    needs "NAME=VALUE" "${2:-}" || return
    shift
    charged=$(. "$dir/env/$cluster" && printf '%s\n' "$SLURM_TEST_ACCOUNT")
    case $kind in
    account) client "$cluster" sacctmgr -i -Q modify account "$charged" where "cluster=$cluster" set "$@" ;;
    qos) client "$cluster" sacctmgr -i -Q modify qos normal set "$@" ;;
    user) client "$cluster" sacctmgr -i -Q modify user where "account=$charged" "cluster=$cluster" set "$@" ;;
    *)
        say "a limit is of a user, an account or a qos, not \"$kind\""
        return 2
        ;;
    esac
}
