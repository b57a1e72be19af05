# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# Starts and stops each daemon; run by the keeper only. Sourced.

pid_of() {
    cat "$dir/run/$1.pid" 2>/dev/null
}

running() {
    alive "$(pid_of "$1")"
}

# end NAME: politely, so that its state is saved; by force if it does not hear
end() {
    local pid
    pid=$(pid_of "$1")
    alive "$pid" || return 0
    kill -TERM "$pid"
    if ! wait_for 15 gone "$pid"; then
        kill -KILL "$pid"
        wait_for 5 gone "$pid"
    fi
    rm -f "$dir/run/$1.pid"
}

start_munge() {
    [ -s "$dir/munge/key" ] || head -c 1024 /dev/urandom >"$dir/munge/key"
    chmod 600 "$dir/munge/key"
    # In a user namespace the folders above look like somebody else's: --force.
    munged --force --socket="$dir/munge/socket" --key-file="$dir/munge/key" \
        --pid-file="$dir/run/munged.pid" --log-file="$dir/log/munged.log" \
        --seed-file="$dir/munge/seed" >>"$dir/log/start.log" 2>&1 || {
        say "munged did not start"
        return 1
    }
}

database_answers() {
    mariadb-admin --no-defaults --socket="$dir/database/socket" --user=root ping
}

make_database() {
    [ ! -d "$dir/database/data/mysql" ] || return 0
    mariadb-install-db --no-defaults --user="$me" --datadir="$dir/database/data" \
        --tmpdir="$dir/database/tmp" --auth-root-authentication-method=normal \
        --skip-test-db >"$dir/log/database-made.log" 2>&1
}

start_mariadb() {
    make_database || {
        say "the database could not be made"
        return 1
    }
    # Nothing here has to survive a power failure.
    mariadbd --no-defaults --user="$me" --datadir="$dir/database/data" \
        --tmpdir="$dir/database/tmp" --socket="$dir/database/socket" --skip-networking \
        --pid-file="$dir/run/mariadbd.pid" --log-error="$dir/log/mariadbd.log" \
        --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync \
        --innodb-buffer-pool-size=64M --innodb-lock-wait-timeout=900 --performance-schema=0 \
        --skip-log-bin --skip-slave-start --skip-name-resolve \
        >>"$dir/log/start.log" 2>&1 &
    wait_for 30 database_answers || {
        say "mariadbd did not start"
        return 1
    }
}

accounting_answers() {
    client "$(first_cluster)" sacctmgr -n -P show cluster format=cluster
}

# MYSQL_UNIX_PORT: then "localhost" in slurmdbd.conf is this socket, and
# nothing listens on a port.
start_slurmdbd() {
    MYSQL_UNIX_PORT=$dir/database/socket SLURM_CONF=$dir/etc/database/slurm.conf \
        slurmdbd >>"$dir/log/start.log" 2>&1
    wait_for 30 accounting_answers || {
        say "slurmdbd did not start"
        return 1
    }
}

first_cluster() {
    sed -n '1s/.* //p' "$dir/etc/nodes"
}

clusters() {
    cut -d ' ' -f 2 "$dir/etc/nodes" | uniq
}

cluster_of() {
    awk -v node="$1" '$1 == node { print $2 }' "$dir/etc/nodes"
}

nodes_of() {
    awk -v name="$1" '$2 == name { print $1 }' "$dir/etc/nodes"
}

# client CLUSTER COMMAND...: a Slurm client that does not wait for ever
client() {
    local conf=$dir/etc/$1/slurm.conf
    shift
    SLURM_CONF=$conf timeout 30 "$@"
}

controller_answers() {
    client "$1" scontrol ping | grep -q 'is UP'
}

start_controller() {
    running "slurmctld-$1" && return 0
    slurmctld -f "$dir/etc/$1/daemons.conf" >>"$dir/log/start.log" 2>&1
    wait_for 30 controller_answers "$1" || {
        say "slurmctld of $1 did not start"
        return 1
    }
}

# start_node NODE: with a host name of its own where that is possible
start_node() {
    local conf
    conf=$dir/etc/$(cluster_of "$1")/daemons.conf
    running "slurmd-$1" && return 0
    if [ "$spaces" = yes ]; then
        # shellcheck disable=SC2016 # expanded by that shell
        SLURM_TEST_NODE=$dir:$1 unshare --uts bash -c \
            'hostname "$1" && exec setpriv --ambient-caps=-all --inh-caps=-all slurmd -f "$2" -N "$1"' \
            bash "$1" "$conf"
    else
        SLURM_TEST_NODE=$dir:$1 slurmd -f "$conf" -N "$1"
    fi >>"$dir/log/start.log" 2>&1 || {
        say "slurmd of $1 did not start"
        return 1
    }
}

node_state() {
    client "$(cluster_of "$1")" sinfo -h -N -n "$1" -o %T | head -n 1
}

# A node that answers and takes jobs, or has some already.
node_ready() {
    case $(node_state "$1") in
    idle | mixed | allocated | completing) ;;
    *) return 1 ;;
    esac
}

node_serves() {
    wait_for 30 node_ready "$1" || {
        say "node $1 is $(node_state "$1"), not idle"
        return 1
    }
}
