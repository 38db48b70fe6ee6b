#!/bin/sh
# A Slurm of one node on this machine, for tests: munged, slurmctld and slurmd under FOLDER.
# usage: slurm_here.sh start|start-accounting|stop FOLDER
# Needs root. No systemd and no control groups are needed. After `start`, use Slurm's commands with
# SLURM_CONF=FOLDER/slurm.conf. `start-accounting` also starts slurmdbd on a MariaDB of its own, and
# jobs leave the queue 2 s after their end.
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

# What a cluster with accounting has besides.
configure_accounting() {
  sed -i 's/^MinJobAge=.*/MinJobAge=2/' "$folder/slurm.conf"
  cat >> "$folder/slurm.conf" <<EOF
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=16819
AccountingStoragePass=$folder/munge/socket
EOF
  cat > "$folder/slurmdbd.conf" <<EOF
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
DbdHost=localhost
DbdPort=16819
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=16820
StorageUser=slurm
StoragePass=here
StorageLoc=slurm_acct_db
LogFile=$folder/slurmdbd.log
PidFile=$folder/slurmdbd.pid
EOF
  chmod 600 "$folder/slurmdbd.conf"
}

start_accounting() {
  socket="$folder/mariadb.socket"
  mariadb-install-db --user=root --datadir="$folder/mariadb" \
    --auth-root-authentication-method=normal >/dev/null 2>&1
  mariadbd --no-defaults --user=root --datadir="$folder/mariadb" --socket="$socket" \
    --pid-file="$folder/mariadbd.pid" --bind-address=127.0.0.1 --port=16820 \
    >"$folder/mariadbd.log" 2>&1 &
  for _ in $(seq 1 60); do
    mariadb --socket="$socket" --user=root --execute="select 1" >/dev/null 2>&1 && break
    sleep 0.5
  done
  mariadb --socket="$socket" --user=root --execute="create database slurm_acct_db;
    create user slurm@'127.0.0.1' identified by 'here';
    create user slurm@localhost identified by 'here';
    grant all on slurm_acct_db.* to slurm@'127.0.0.1';
    grant all on slurm_acct_db.* to slurm@localhost;"
  SLURM_CONF="$folder/slurm.conf" slurmdbd
  for _ in $(seq 1 60); do
    SLURM_CONF="$folder/slurm.conf" sacctmgr --noheader list cluster >/dev/null 2>&1 && break
    sleep 0.5
  done
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
  if [ "$1" = start-accounting ]; then configure_accounting; start_accounting; fi
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
  start | start-accounting) start "$1" ;;
  stop) end slurmd; end slurmctld; end slurmdbd; end mariadbd; end munged ;;
  *) echo "usage: slurm_here.sh start|start-accounting|stop FOLDER" >&2; exit 2 ;;
esac
