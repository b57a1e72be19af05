# scalestudy probe: what it asks of Slurm, and what it makes of the answers. They
# were recorded from a Slurm 22.05 whose nodes are like Dardel's.
. "$(dirname "$0")/lib.sh"

mkdir bin
cat >config <<'END'
Configuration data as of 2026-11-22T21:36:40
AccountingStorageType   = accounting_storage/slurmdbd
ClusterName             = dardel
DefMemPerCPU            = 880
MaxArraySize            = 1001
MpiDefault              = none
SelectType              = select/cons_tres
SelectTypeParameters    = CR_CORE_MEMORY
SLURM_VERSION           = 22.05.8
TaskPluginParam         = (null type)
END
cat >partition <<'END'
PartitionName=main AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL AllocNodes=ALL Default=NO QoS=N/A DefaultTime=01:00:00 DisableRootJobs=NO ExclusiveUser=NO GraceTime=0 Hidden=NO MaxNodes=UNLIMITED MaxTime=1-00:00:00 MinNodes=0 LLN=NO MaxCPUsPerNode=UNLIMITED Nodes=nid[001001-001002] PriorityJobFactor=1 PriorityTier=1 RootOnly=NO ReqResv=NO OverSubscribe=EXCLUSIVE OverTimeLimit=NONE PreemptMode=OFF State=UP TotalCPUs=512 TotalNodes=2 SelectTypeParameters=NONE JobDefaults=(null) DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED TRES=cpu=512,mem=444G,node=2,billing=512
PartitionName=shared AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL AllocNodes=ALL Default=NO QoS=N/A DefaultTime=01:00:00 DisableRootJobs=NO ExclusiveUser=NO GraceTime=0 Hidden=NO MaxNodes=UNLIMITED MaxTime=7-00:00:00 MinNodes=0 LLN=NO MaxCPUsPerNode=UNLIMITED Nodes=nid[001001-001002] PriorityJobFactor=1 PriorityTier=1 RootOnly=NO ReqResv=NO OverSubscribe=NO OverTimeLimit=NONE PreemptMode=OFF State=UP TotalCPUs=512 TotalNodes=2 SelectTypeParameters=NONE JobDefaults=(null) DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED TRES=cpu=512,mem=444G,node=2,billing=512
END
cat >node <<'END'
NodeName=nid001001 Arch=x86_64 CoresPerSocket=64  CPUAlloc=0 CPUEfctv=256 CPUTot=256 CPULoad=0.95 AvailableFeatures=(null) ActiveFeatures=(null) Gres=(null) NodeAddr=127.0.0.1 NodeHostName=nid001001 Port=20302 Version=22.05.8 OS=Linux 5.14.0 #1 SMP  RealMemory=227328 AllocMem=0 FreeMem=22827 Sockets=2 Boards=1 State=IDLE ThreadsPerCore=2 TmpDisk=0 Weight=1 Owner=N/A MCS_label=N/A Partitions=main,shared  BootTime=2026-11-22T14:49:06 SlurmdStartTime=2026-11-22T21:36:40 LastBusyTime=2026-11-22T21:36:40 CfgTRES=cpu=256,mem=222G,billing=256 AllocTRES= CapWatts=n/a CurrentWatts=0 AveWatts=0 ExtSensorsJoules=n/s ExtSensorsWatts=0 ExtSensorsTemp=n/s
NodeName=nid001002 Arch=x86_64 CoresPerSocket=64  CPUAlloc=0 CPUEfctv=256 CPUTot=256 CPULoad=0.95 AvailableFeatures=(null) ActiveFeatures=(null) Gres=(null) NodeAddr=127.0.0.1 NodeHostName=nid001002 Port=20303 Version=22.05.8 OS=Linux 5.14.0 #1 SMP  RealMemory=227328 AllocMem=0 FreeMem=22827 Sockets=2 Boards=1 State=IDLE ThreadsPerCore=2 TmpDisk=0 Weight=1 Owner=N/A MCS_label=N/A Partitions=main,shared  BootTime=2026-11-22T14:49:06 SlurmdStartTime=2026-11-22T21:36:40 LastBusyTime=2026-11-22T21:36:40 CfgTRES=cpu=256,mem=222G,billing=256 AllocTRES= CapWatts=n/a CurrentWatts=0 AveWatts=0 ExtSensorsJoules=n/s ExtSensorsWatts=0 ExtSensorsTemp=n/s
END
# Each keeps what it was asked, and what of the environment would change its answer.
write_program bin/scontrol <<'END'
echo "scontrol $*" >>"$ASKED"
env | grep -E '^(SBATCH_|SQUEUE_|SLURM_CLUSTERS)' >>"$ASKED"
case "$*" in
"show config") cat config ;;
"-o show partition") cat partition ;;
"-o show node") cat node ;;
*) exit 1 ;;
esac
END
write_program bin/sacctmgr <<'END'
echo "sacctmgr $*" >>"$ASKED"
printf 'naiss2026-4-66||\nroot|40|\n'
END
write_program bin/srun <<'END'
printf 'MPI plugin types are...\n\tpmix\n\tnone\n' >&2
END
ASKED=$work/asked
export ASKED
PATH=$work/bin:$PATH
export PATH

SBATCH_PARTITION=x SQUEUE_FORMAT=x SLURM_CLUSTERS=other
export SBATCH_PARTITION SQUEUE_FORMAT SLURM_CLUSTERS
run probe
unset SBATCH_PARTITION SQUEUE_FORMAT SLURM_CLUSTERS
ends "a profile is printed" 0
cp out dardel.json
is "Slurm was asked for what there is, with nothing of the caller's shell" "sacctmgr -n -P show associations user=$(id -un) format=account,maxsubmitjobs cluster=dardel
scontrol -o show node
scontrol -o show partition
scontrol show config" "$(sort asked)"
run clusters --json ./dardel.json
ends "the profile can be read" 0
holds "and comes back the same" cmp out dardel.json

# has TEXT: a line of the profile
has() {
    grep -qF -e "$1" dardel.json
}
holds "it has the cluster's name" has '"name": "dardel"'
holds "threads are counted" has '"cpu_is_thread": true'
holds "there is no default partition" has '"partition_required": true'
holds "MaxArraySize is kept" has '"max_array": 1001'
holds "so is the limit of an association" has '"max_queued": 40'
holds "main gives whole nodes" has '"exclusive": true'
holds "srun needs to be told of pmix" has '"srun_mpi": "pmix"'
holds "a core's memory is that of its two CPUs" has '"memory_mib_per_core": 1760'
holds "accounts are told to people" has 'your accounts: naiss2026-4-66, root'
holds "today's date is on it" has "\"date\": \"$(date -u +%Y-%m-%d)\""
run probe --name my-cluster
holds "--name gives another name" grep -qF '"name": "my-cluster"' out
run probe --name 'my cluster'
refuses "which must be one" 2 'a profile'"'"'s name may not hold a blank; allowed are letters, digits and . _ + -'

rm bin/sacctmgr bin/srun
write_program bin/sacctmgr <<'END'
echo "sacctmgr: error: Problem talking to the database" >&2
exit 1
END
run probe
ends "accounting that does not answer is no reason to fail" 0

write_program bin/scontrol <<'END'
echo "slurm_load_partitions: Unable to contact slurm controller (connect failure)" >&2
exit 1
END
run probe
refuses "a controller that does not answer is told in its words" 3 'Slurm does not answer here (scontrol: slurm_load_partitions: Unable to contact slurm controller (connect failure)); run `scalestudy probe` on a login node of the cluster'
PATH=$work/empty
run probe
PATH=/usr/bin:/bin
refuses "no Slurm is told with what to do" 3 'there is no Slurm on this machine (scontrol was not found); run `scalestudy probe` on a login node of the cluster'
finish
