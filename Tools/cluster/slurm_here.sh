#!/bin/sh
# A Slurm of one node on this machine, for tests: munged, slurmctld and slurmd under FOLDER.
# usage: slurm_here.sh start|stop FOLDER
# Needs root. No systemd and no control groups are needed. After `start`, use Slurm's commands with
# SLURM_CONF=FOLDER/slurm.conf.
set -eu
folder=${2:?usage: slurm_here.sh start|stop FOLDER}

# Ends the process whose number is in a file, if it runs the program that is named.
end() {
  number=$(cat "$folder/$1.pid" 2>/dev/null) || return 0
  [ "$(cat "/proc/$number/comm" 2>/dev/null)" = "$1" ] || return 0
  kill "$number"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -d "/proc/$number" ] || return 0
    sleep 0.5
  done
  kill -9 "$number"
}

configure() {
  host=$(hostname -s)
  processors=$(nproc)
  memory=$(awk '/^MemTotal/ {print int($2 / 1024 * 0.9)}' /proc/meminfo)
  cat > "$folder/slurm.conf" <<EOF
ClusterName=here
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobRequeue=1
KillWait=30
MinJobAge=600
ReturnToService=2
SlurmctldTimeout=60
SlurmdTimeout=60
# A requeued job waits this long at least.
RequeueExit=75
NodeName=$host NodeAddr=127.0.0.1 CPUs=$processors RealMemory=$memory State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
EOF
}

start() {
  mkdir -p "$folder/state" "$folder/spool" "$folder/munge"
  configure
  # munged demands folders that others cannot write, and a key that only its user can read.
  chmod 755 "$folder" "$folder/munge"
  dd if=/dev/urandom of="$folder/munge/key" bs=128 count=1 2>/dev/null
  chmod 600 "$folder/munge/key"
  munged --force --socket="$folder/munge/socket" --key-file="$folder/munge/key" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" \
    --seed-file="$folder/munge/seed" --origin=127.0.0.1
  slurmctld -f "$folder/slurm.conf"
  slurmd -f "$folder/slurm.conf"
  export SLURM_CONF="$folder/slurm.conf"
  for _ in $(seq 1 60); do
    [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && return 0
    sleep 0.5
  done
  echo "slurm_here.sh: the node is not idle after 30 s; see $folder/*.log" >&2
  exit 1
}

case ${1:-} in
  start) start ;;
  stop) end slurmd; end slurmctld; end munged ;;
  *) echo "usage: slurm_here.sh start|stop FOLDER" >&2; exit 2 ;;
esac
