#!/bin/sh
# A sweep of 12 cells as an array on a Slurm that is started here: one job's process is killed with
# kill -9 and queued again, another gets the warning of its time limit, saves and is queued again by
# itself. The collected table is that of a local run, byte for byte.
# usage: prove_slurm.sh PROGRAM
# Needs root; installs slurm-wlm and munge where they are missing.
set -eu
program=$(readlink -f "${1:?usage: prove_slurm.sh PROGRAM}")
tools=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
fail() { echo "prove_slurm.sh: $*" >&2; exit 1; }
if ! { command -v slurmctld && command -v slurmd && command -v munged; } >/dev/null; then
  apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends slurm-wlm munge >/dev/null || fail "cannot install slurm-wlm and munge"
fi
work=$(mktemp -d)
trap '"$tools/slurm_here.sh" stop "$work/slurm" || true; rm -rf "$work"' EXIT
mkdir "$work/local" "$work/jobs" "$work/slurm"
cd "$work"
"$program" phantoms data --name train --count 64 --size 48 --seed 1
"$program" phantoms data --name valid --count 32 --size 48 --seed 2
# Paths are the same from both folders.
cat > sweep.yaml <<'EOF'
output: sweep
base:
  threads: 1
  data:
    classes: [Cardiomegaly, Pleural Effusion]
    target: Cardiomegaly
    size: 32
    align: {labels: ../data/train.csv, masks: ../data/gt_segmentations_train.json}
    evaluate: {labels: ../data/valid.csv, masks: ../data/gt_segmentations_valid.json}
  model: {name: densenet_mini}
  train: {epochs: 4, batch_size: 8, learning_rate: 0.002}
  align: {epochs: 12, batch_size: 8, accumulation: 1, learning_rate: 0.001}
  checkpoint_minutes: 0.02
axes:
  seed: [1, 2, 3]
  align.lambda: [0.5, 1]
  scenario: [align, misalign]
EOF
cp sweep.yaml local/; cp sweep.yaml jobs/

(cd local && "$program" sweep run sweep.yaml --quiet && "$program" sweep collect sweep.yaml)

"$tools/slurm_here.sh" start "$work/slurm"
export SLURM_CONF="$work/slurm/slurm.conf"
cd jobs
"$program" sweep submit sweep.yaml --slurm --shards 6 --at-once 2 --sbatch=--cpus-per-task=1
array=$(head -n 1 sweep/slurm/jobs.txt)
collect=$(tail -n 1 sweep/slurm/jobs.txt)
state() { scontrol show job -o "$1" 2>/dev/null | grep -o 'JobState=[A-Z]*' | cut -d = -f 2; }
fact() { scontrol show job -o "$1" | grep -o "$2=[^ ]*" | cut -d = -f 2; }

# Waits until a shard's process has saved a state of a fine-tune.
process_of() {
  for _ in $(seq 1 600); do
    number=$(pgrep -f -- "sweep run $work/jobs/sweep.yaml --shard $1/6" | head -n 1) || true
    [ -n "$number" ] && ls sweep/stages/*/state.h5 >/dev/null 2>&1 && { echo "$number"; return; }
    sleep 0.1
  done
  fail "shard $1 has no process"
}
number=$(process_of 0)
kill -9 "$number"
for _ in $(seq 1 100); do
  [ "$(state "${array}_0")" = FAILED ] && break
  sleep 0.2
done
[ "$(state "${array}_0")" = FAILED ] || fail "the job of a killed process is $(state "${array}_0")"
scontrol requeue "${array}_0"
echo "killed the process of shard 0, and queued it again"

process_of 1 > /dev/null
# Slurm may answer with an error, as the job asks to be queued again meanwhile. What counts follows.
scancel --signal=USR1 --batch "${array}_1" || true
for _ in $(seq 1 300); do
  [ "$(fact "${array}_1" Restarts)" = 1 ] && break
  sleep 0.2
done
[ "$(fact "${array}_1" Restarts)" = 1 ] || {
  cat sweep/slurm/*_1.log >&2; fail "shard 1 was not queued again after USR1"; }
grep -h "interrupted" sweep/slurm/*_1.log || fail "shard 1 does not say that it was interrupted"
echo "warned shard 1, which saved and was queued again"
"$program" sweep status sweep.yaml

for _ in $(seq 1 900); do
  [ "$(state "$collect")" = COMPLETED ] && break
  case $(state "$collect") in FAILED|CANCELLED|TIMEOUT)
    cat sweep/slurm/*.log >&2; fail "the job that collects is $(state "$collect")" ;; esac
  sleep 1
done
[ "$(state "$collect")" = COMPLETED ] || fail "the table was not collected in 15 minutes"
for shard in 0 1 2 3 4 5; do
  [ "$(state "${array}_$shard")" = COMPLETED ] || fail "shard $shard is $(state "${array}_$shard")"
done
cd ..
compared=0
for file in local/sweep/*.h5 local/sweep/*.csv; do
  [ -f "$file" ] || continue
  cmp "$file" "jobs/${file#local/}" || fail "$file differs"
  compared=$((compared + 1))
done
[ "$compared" -ge 2 ] || fail "$compared collected tables: a .h5 and a .csv are expected"
echo "12 cells by 6 jobs: the collected tables are those of the local run, byte for byte"
