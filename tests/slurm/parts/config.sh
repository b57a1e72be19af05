# shellcheck shell=bash disable=SC2154,SC2034,SC1090 # names of the sourcing script
# Writes what the daemons read. Sourced; needs the settings that start chose:
# dir, first_port, spaces (private namespaces: yes or no), accounting, mem_kill,
# cgroup, extra (slurm.conf lines of the user's).

# Daemons that are not shut off by a host name of their own have to listen on
# all addresses: Slurm listens on one only if that is the host name's.
listen_on_loopback() {
    [ "$spaces" = no ] || echo 'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny'
}

# general_lines NAME FILE: of one cluster's slurm.conf, without nodes and ports
general_lines() {
    local track=proctrack/linuxproc task=
    # Binding to CPUs that are not there makes srun fail.
    if [ "$(shape_value "$2" binding no)" = yes ] && [ "$(nproc)" -ge "$(shape_cpus "$2")" ]; then
        task=task/affinity
    fi
    if [ "$cgroup" = yes ]; then
        track=proctrack/cgroup
        task=${task:+$task,}task/cgroup
    fi
    cat <<END
ClusterName=$1
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket,cred_expire=5
StateSaveLocation=$dir/state/$1
SlurmdSpoolDir=$dir/spool/%n
TmpFS=$dir/tmp/%n
SlurmctldPidFile=$dir/run/slurmctld-$1.pid
SlurmdPidFile=$dir/run/slurmd-%n.pid
SlurmctldLogFile=$dir/log/slurmctld-$1.log
SlurmdLogFile=$dir/log/slurmd-%n.log
ProctrackType=$track
TaskPlugin=${task:-task/none}
TaskProlog=$dir/etc/task_prolog
MailProg=/bin/true
MpiDefault=none
SwitchType=switch/none
PropagateResourceLimits=NONE
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
EnforcePartLimits=ALL
ReturnToService=2
SlurmdTimeout=60
KillWait=2
EpilogMsgTime=0
MinJobAge=300
MaxArraySize=1001
MaxJobCount=10000
FirstJobId=$(shape_value "$2" first_job 1)
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1,bf_continue,default_queue_depth=2000
PriorityType=priority/multifactor
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
END
    [ "$mem_kill" = no ] || echo JobAcctGatherParams=OverMemoryKill
    case $accounting in
    none) echo AccountingStorageType=accounting_storage/none ;;
    *)
        cat <<END
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=$first_port
AccountingStoragePass=socket=$dir/munge/socket
AccountingStoreFlags=job_comment
END
        [ "$accounting" = plain ] || echo AccountingStorageEnforce=associations,limits,qos
        ;;
    esac
    shape_values "$2" slurm
    [ -z "$extra" ] || printf '%s\n' "$extra"
}

# A key that is given twice counts once, the last time.
last_of_each() {
    awk -F = '{ key = tolower($1); if (!(key in line)) order[++n] = key; line[key] = $0 }
        END { for (i = 1; i <= n; i++) print line[order[i]] }'
}

# node_lines FILE FIRST_PORT: all nodes are at 127.0.0.1, told apart by port
node_lines() {
    local port=$2 names rest count
    shape_values "$1" nodes | while read -r names rest; do
        count=$(expand "$names" | wc -l)
        printf 'NodeName=%s NodeAddr=127.0.0.1 Port=%d-%d %s State=UNKNOWN\n' \
            "$names" "$port" "$((port + count - 1))" "$rest"
        port=$((port + count))
    done
    shape_values "$1" partition | sed 's/.*/PartitionName=& State=UP/'
}

# write_cluster NAME FILE PORT: clients read slurm.conf, daemons daemons.conf,
# because srun outside must listen where the nodes can answer.
write_cluster() {
    local etc=$dir/etc/$1
    mkdir -p "$etc" "$dir/state/$1"
    {
        { general_lines "$1" "$2"; echo "SlurmctldPort=$3"; } | last_of_each
        node_lines "$2" $(($3 + 1))
    } >"$etc/slurm.conf"
    { cat "$etc/slurm.conf"; listen_on_loopback; } >"$etc/daemons.conf"
    cat >"$etc/cgroup.conf" <<END
CgroupPlugin=cgroup/v1
CgroupMountpoint=/sys/fs/cgroup
CgroupAutomount=no
ConstrainRAMSpace=$cgroup
END
    shape_nodes "$2" | while read -r node; do
        mkdir -p "$dir/spool/$node" "$dir/tmp/$node"
        chmod 1777 "$dir/tmp/$node"
        printf '%s %s\n' "$node" "$1"
    done >>"$dir/etc/nodes"
}

# slurmdbd looks for it beside the file that SLURM_CONF names.
write_database() {
    mkdir -p "$dir/etc/database" "$dir/database/data" "$dir/database/tmp"
    cat >"$dir/etc/database/slurmdbd.conf" <<END
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=$first_port
SlurmUser=$me
LogFile=$dir/log/slurmdbd.log
PidFile=$dir/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm_accounting
END
    listen_on_loopback >>"$dir/etc/database/slurmdbd.conf"
    chmod 600 "$dir/etc/database/slurmdbd.conf"
}

# Runs before each task, the batch script too; what it prints as "export" is
# set. Open MPI: nodes talk through loopback (it takes nodes of one host name
# for one node, and shared memory between two slurmds is not theirs to use), and
# more ranks than cores must not wait in loops.
write_task_prolog() {
    cat >"$dir/etc/task_prolog" <<END
#!/bin/sh
echo "export SLURM_TEST_INSIDE=$dir"
echo "export SLURM_TEST_NODE=$dir:\$SLURMD_NODENAME"
echo "export TMPDIR=$dir/tmp/\$SLURMD_NODENAME"
echo "export OMPI_MCA_btl=self,tcp"
echo "export OMPI_MCA_btl_tcp_if_include=lo"
echo "export OMPI_MCA_oob_tcp_if_include=lo"
echo "export OMPI_MCA_mpi_yield_when_idle=1"
if [ "\$(id -u)" -eq 0 ]; then
    echo "export OMPI_ALLOW_RUN_AS_ROOT=1"
    echo "export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"
fi
END
    chmod 755 "$dir/etc/task_prolog"
}

# write_environment NAME FILE: what a shell needs to use this cluster
write_environment() {
    mkdir -p "$dir/env"
    {
        for word in "SLURM_CONF=$dir/etc/$1/slurm.conf" "SLURM_TEST_DIR=$dir" \
            "SLURM_TEST_SHAPE=$1" "SLURM_TEST_ACCOUNT=${account:-$(shape_value "$2" account)}" \
            "SLURM_TEST_PARTITION=$(shape_default_partition "$2")" \
            "SLURM_TEST_NODES=$(shape_nodes "$2" | paste -sd ' ')"; do
            printf "%s='%s'; export %s\n" "${word%%=*}" "${word#*=}" "${word%%=*}"
        done
    } >"$dir/env/$1"
}

write_hosts() {
    {
        echo '127.0.0.1 localhost login'
        sed 's/ .*//; s/^/127.0.0.1 /' "$dir/etc/nodes"
    } >"$dir/etc/hosts"
}
