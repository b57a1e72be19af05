# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# From options to a running instance, and back. Sourced.

# What start was asked for; the keeper reads the settings file.
read_options() {
    dir=
    shapes=kebnekaise
    accounting=none
    cgroup=no
    mem_kill=no
    namespaces=auto
    as_user=
    owner=
    account=
    users=
    extra=
    while [ $# -gt 0 ]; do
        case $1 in
        --) break ;;
        --no-namespaces) namespaces=no ;;
        --cgroup) cgroup=yes ;;
        --mem-kill) mem_kill=yes ;;
        -d | --shape | --accounting | --account | --as-user | --user | --owner | \
            --max-array | --min-job-age | --slurmd-timeout | --set)
            [ $# -gt 1 ] || fail "$1 needs a value"
            take_option "$1" "$2"
            shift
            ;;
        *) fail "there is no option $1; see $0 help" ;;
        esac
        shift
    done
    rest=("$@")
}

take_option() {
    case $1 in
    -d) dir=$2 ;;
    --shape) shapes=${2//,/ } ;;
    --accounting) accounting=$2 ;;
    --account) account=$2 ;;
    --as-user) as_user=$2 ;;
    --user) users="$users $2" ;;
    --owner) owner=$2 ;;
    --max-array) add_line "MaxArraySize=$2" ;;
    --min-job-age) add_line "MinJobAge=$2" ;;
    --slurmd-timeout) add_line "SlurmdTimeout=$2" ;;
    --set) add_line "$2" ;;
    esac
}

add_line() {
    case $1 in
    ?*=?*) extra="${extra:+$extra
}$1" ;;
    *) fail "\"$1\" is not NAME=VALUE" ;;
    esac
}

check_options() {
    local shape
    case $accounting in
    none | plain | enforced) ;;
    *) fail "--accounting is none, plain or enforced, not \"$accounting\"" ;;
    esac
    for shape in $shapes; do
        [ -r "$(shape_file "$shape")" ] ||
            fail "there is no shape \"$shape\", only: $(cd "$here/shapes" && echo *)"
    done
    if [ "$cgroup" = yes ] && ! memory_groups_writable; then
        fail "--cgroup needs root and the writable memory and freezer controllers of cgroup v1; --mem-kill does without"
    fi
}

memory_groups_writable() {
    [ "$(id -u)" -eq 0 ] && [ -w /sys/fs/cgroup/memory/tasks ] && [ -w /sys/fs/cgroup/freezer/tasks ] &&
        mkdir "/sys/fs/cgroup/memory/probe-$$" 2>/dev/null && rmdir "/sys/fs/cgroup/memory/probe-$$"
}

# What is needed and not there, a word each.
missing_programs() {
    local program wanted='slurmctld slurmd munged scontrol sinfo sbatch srun setsid'
    [ "$accounting" = none ] || wanted="$wanted slurmdbd sacctmgr mariadbd mariadb-install-db mariadb-admin"
    for program in $wanted; do
        command -v "$program" >/dev/null || printf '%s ' "$program"
    done
}

# Slurm's sockets are in DIR, and the name of a socket has 108 bytes at most.
make_folder() {
    if [ -z "$dir" ]; then
        dir=$(mktemp -d /tmp/slurm-test.XXXXXX) || fail "no folder could be made in /tmp"
    else
        mkdir -p "$dir" 2>/dev/null || fail "$dir could not be made"
        dir=$(cd "$dir" && pwd -P)
        [ -z "$(ls -A "$dir")" ] || fail "$dir is not empty"
    fi
    case $dir in
    *[!A-Za-z0-9/._-]*) fail "Slurm cannot work in a folder of that name: $dir" ;;
    esac
    [ "${#dir}" -le 50 ] || fail "the name of this folder is too long for Slurm's sockets (50): $dir"
    chmod 755 "$dir"
    : >"$dir/.slurm-test"
    mkdir "$dir/etc" "$dir/log" "$dir/run" "$dir/state" "$dir/spool" "$dir/tmp" "$dir/munge"
}

# How to get a pid, mount and host name space of our own; empty if not at all.
choose_spaces() {
    launch=()
    spaces=no
    [ "$namespaces" = auto ] || return 0
    local try=(unshare --mount --pid --uts --fork --kill-child)
    [ "$(id -u)" -eq 0 ] || try+=(--user --map-current-user --keep-caps)
    # shellcheck disable=SC2016
    if "${try[@]}" bash -c 'mount -t proc proc /proc && mount -t tmpfs tmpfs /dev/shm &&
        mount --bind "$1" /etc/hosts && hostname login && unshare --uts hostname node &&
        setpriv --ambient-caps=-all --inh-caps=-all true' bash "$here/README.md" 2>/dev/null; then
        launch=("${try[@]}")
        spaces=yes
    fi
}

write_settings() {
    local name
    for name in me test_user users account accounting cgroup mem_kill spaces first_port extra; do
        printf '%s=%q\n' "$name" "${!name}"
    done >"$dir/settings"
}

write_all() {
    local shape file port
    port=$((first_port + 1))
    : >"$dir/etc/nodes"
    for shape in $shapes; do
        file=$(shape_file "$shape")
        shape=${shape##*/}
        write_cluster "$shape" "$file" "$port"
        write_environment "$shape" "$file"
        port=$((port + 1 + $(shape_nodes "$file" | wc -l)))
    done
    [ "$port" -le $((first_port + ports_in_block)) ] || fail "too many nodes: they need more than $ports_in_block ports"
    write_hosts
    write_task_prolog
    [ "$accounting" = none ] || write_database
}

keeper_settled() {
    [ -e "$dir/run/ready" ] || [ -e "$dir/run/failed" ] || ! alive "$keeper"
}

# Nothing of ours may hold a pipe open that the caller reads to its end.
start_keeper() {
    export SLURM_TEST_INSIDE=$dir
    setsid "${launch[@]}" bash "$here/parts/keeper.sh" "$dir" \
        </dev/null >"$dir/log/keeper.log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    keeper=$!
    disown "$keeper"
    unset SLURM_TEST_INSIDE
    wait_for 120 keeper_settled
    [ -e "$dir/run/ready" ]
}

# Whatever happens to the owner, even kill -9: the instance does not outlive it.
start_watch() {
    [ -n "$owner" ] || return 0
    SLURM_TEST_WATCH=$dir setsid "$here/slurm" watch "$dir" "$owner" "$(birth_of "$owner")" \
        </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    disown "$!"
}

watch() {
    while [ -d "$1" ] && [ "$(birth_of "$2")" = "$3" ]; do
        sleep 0.5
    done
    watching=yes
    end_clients "$1"
    [ ! -d "$1" ] || take_down "$1"
}

# What the command of `slurm with` started and left running.
end_clients() {
    kill_owned "SLURM_TEST_CLIENT=$1" /nothing
}

# start_instance: with the options read; leaves nothing if it fails
start_instance() {
    local missing
    check_options
    missing=$(missing_programs)
    [ -z "$missing" ] || fail "not installed: $missing"
    me=$(id -un)
    make_folder
    trap 'take_down "$dir"; exit 1' INT TERM HUP
    start_watch
    choose_spaces
    first_port=$(claim_ports "$dir") || { take_down "$dir"; fail "no free block of ports"; }
    write_settings
    write_all
    if ! start_keeper; then
        show_logs "$dir"
        take_down "$dir"
        fail "it did not start; the ends of the logs are above"
    fi
    trap - INT TERM HUP
}

# take_down DIR: needs no help from what is running, so anything may be dead
take_down() {
    local failed=0 group
    kill_owned "SLURM_TEST_INSIDE=$1" "$1/log/*" || failed=1
    while read -r node _; do
        for group in /sys/fs/cgroup/*/slurm_"$node"; do
            [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
        done
    done 2>/dev/null <"$1/etc/nodes"
    [ "${watching:-no}" = yes ] || kill_owned "SLURM_TEST_WATCH=$1" /nothing
    release_ports "$1"
    rm -rf "$1" || failed=1
    return "$failed"
}

stop_instance() {
    [ -n "${1:-}" ] || fail "which folder?"
    [ -d "$1" ] || return 0
    [ -e "$1/.slurm-test" ] || fail "$1 is not a folder of ours"
    take_down "$(cd "$1" && pwd -P)" || fail "something of $1 is left"
}
