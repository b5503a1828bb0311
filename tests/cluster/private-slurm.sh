# A private Slurm cluster, one controller and the nodes n1 and n2 on this host: . "$REPO/tests/cluster/private-slurm.sh"
# shellcheck shell=bash
#
# All of it lies in one folder and listens on loopback; no systemd, nothing under /etc, root or not. The daemons are children
# of this shell. What they start in turn (slurmstepd, jobs) leaves it, and is found by what no other process has: an open
# file in the folder, or SLURM_CONF in there.

# cluster_up FOLDER: by an absolute path. It ends with this shell.
cluster_up() {
    cluster=$1
    declare -gA daemons=()
    local user host port
    user=$(id -un) host=$(uname -n) port=$(free_ports)
    host=${host%%.*}
    mkdir -m 755 "$cluster" "$cluster"/{run,log,state,spool,spool/n1,spool/n2}
    (umask 077 && head -c 128 /dev/urandom >"$cluster/munge.key")
    export SLURM_CONF=$cluster/slurm.conf
    # SlurmdTimeout, with the two after it: a node that says nothing for so long is down, and its jobs are queued again.
    # cred_expire: they wait until their old credentials are void, else two minutes. ReturnToService: a node may come back.
    cat >"$SLURM_CONF" <<END
ClusterName=bakeoff
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$cluster/run/munge.socket,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort=$port
SlurmdTimeout=5
MessageTimeout=3
TCPTimeout=1
ReturnToService=2
KillWait=2
MinJobAge=4
MailProg=$(type -P true)
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool/%n
SlurmctldPidFile=$cluster/run/slurmctld.pid
SlurmdPidFile=$cluster/run/%n.pid
SlurmctldLogFile=$cluster/log/slurmctld
SlurmdLogFile=$cluster/log/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1 State=UNKNOWN
PartitionName=main Nodes=n1,n2 Default=YES State=UP
END
    trap cluster_down EXIT
    daemon munged munged --foreground --force --key-file="$cluster/munge.key" --socket="$cluster/run/munge.socket" \
        --pid-file="$cluster/run/munged.pid" --log-file="$cluster/log/munged" --seed-file="$cluster/munge.seed"
    wait_for 20 "an answer of munge" test -S "$cluster/run/munge.socket"
    daemon slurmctld slurmctld -D -c -f "$SLURM_CONF"
    node_up n1
    node_up n2
    wait_for 30 "two idle nodes" nodes_are_idle n1 n2
}

# daemon NAME COMMAND...
daemon() {
    "${@:2}" >"$cluster/log/$1.out" 2>&1 &
    daemons[$1]=$!
}

node_up() { daemon "$1" slurmd -D -N "$1" -f "$SLURM_CONF"; }

nodes_are_idle() { [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | xargs)" = "$*" ]; }

# node_daemon_dies NODE: what it has started lives on.
node_daemon_dies() {
    kill -s KILL "${daemons[$1]}" 2>/dev/null || :
    wait "${daemons[$1]}" 2>/dev/null || :
    unset "daemons[$1]"
}

# node_loses_power NODE: first whoever could still tell the controller of the end of a job.
node_loses_power() {
    # shellcheck disable=SC2046 # words on purpose
    kill -s KILL $(processes_holding "$cluster/log/$1") $(jobs_on "$1") 2>/dev/null || :
    node_daemon_dies "$1"
}

# jobs_on NODE: the processes of its jobs.
jobs_on() {
    grep -lzsxF -e "SLURMD_NODENAME=$1" /proc/[0-9]*/environ | xargs -r grep -lzsxF -e "SLURM_CONF=$SLURM_CONF" | cut -d / -f 3
}

# processes_holding FILE: that have a file open whose name matches.
processes_holding() { find /proc/[0-9]*/fd -lname "$1" 2>/dev/null | cut -d / -f 3 | sort -un; }

# cluster_down: ends what is left of it, politely, then not.
cluster_down() {
    local status=$? signal
    trap - EXIT
    [ "$status" -eq 0 ] || cluster_tell
    for signal in TERM KILL; do
        # shellcheck disable=SC2046 # words on purpose
        kill -s $signal $(cluster_processes) 2>/dev/null || :
        for _ in {1..30}; do
            [ -n "$(cluster_processes)" ] || break 2
            sleep 0.1
        done
    done
    wait
    [ -z "$(cluster_processes)" ] || fail "these do not end: $(cluster_processes | xargs)"
    exit "$status"
}

cluster_processes() {
    processes_holding "$cluster/*"
    jobs_on n1
    jobs_on n2
}

# cluster_tell: what it says of itself, for whoever looks into a failure.
cluster_tell() {
    timeout 5 squeue -r -o '%i %T %N %r' || :
    timeout 5 sinfo -N -o '%N %T %E' || :
    tail -n 30 "$cluster"/log/* || :
} >&2

# wait_for SECONDS WHAT COMMAND...: until COMMAND succeeds.
wait_for() {
    local seconds=$1 what=$2 end=$((SECONDS + $1))
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "$what: not within $seconds s"
        sleep 0.1
    done
}

# free_ports: the first of three in a row that nobody listens on, below those that the kernel deals out.
free_ports() {
    local port offset
    while :; do
        port=$((20000 + RANDOM % 10000))
        for offset in 0 1 2; do
            ! (exec 3<>"/dev/tcp/127.0.0.1/$((port + offset))") 2>/dev/null || continue 2
        done
        echo "$port"
        return
    done
}
