#!/bin/sh
# `sweep status` says of jobs that have left the queue what Slurm's accounting knows (sacct), on a
# Slurm with slurmdbd and MariaDB that is started here.
# usage: prove_accounting.sh PROGRAM
# Needs root; installs slurm-wlm, slurmdbd, munge and mariadb-server where they are missing.
set -eu
program=$(readlink -f "${1:?usage: prove_accounting.sh PROGRAM}")
tools=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
fail() { echo "prove_accounting.sh: $*" >&2; exit 1; }
if ! { command -v slurmctld && command -v slurmdbd && command -v mariadbd; } >/dev/null; then
  apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends slurm-wlm slurmdbd munge mariadb-server >/dev/null \
    || fail "cannot install slurm-wlm, slurmdbd, munge and mariadb-server"
fi
work=$(mktemp -d)
trap '"$tools/slurm_here.sh" stop "$work/slurm" || true; rm -rf "$work"' EXIT
mkdir "$work/slurm"
cd "$work"
"$program" phantoms data --name train --count 32 --size 48 --seed 1
"$program" phantoms data --name valid --count 16 --size 48 --seed 2
cat > sweep.yaml <<'EOF'
output: sweep
base:
  threads: 1
  data:
    classes: [Cardiomegaly, Pleural Effusion]
    target: Cardiomegaly
    size: 32
    align: {labels: data/train.csv, masks: data/gt_segmentations_train.json}
    evaluate: {labels: data/valid.csv, masks: data/gt_segmentations_valid.json}
  model: {name: densenet_mini}
  train: {epochs: 1, batch_size: 8}
  align: {epochs: 1, batch_size: 8, accumulation: 1}
axes:
  seed: [1, 2]
  scenario: [align, misalign]
EOF
"$tools/slurm_here.sh" start-accounting "$work/slurm"
export SLURM_CONF="$work/slurm/slurm.conf"
"$program" sweep submit sweep.yaml --slurm --shards 2 --sbatch=--cpus-per-task=1
status=
for _ in $(seq 1 120); do
  status=$("$program" sweep status sweep.yaml)
  [ -z "$(squeue --noheader --me --states=all)" ] \
    && echo "$status" | grep -q "slurm: 3 completed" && break
  sleep 1
done
echo "$status"
[ -z "$(squeue --noheader --me --states=all)" ] || fail "the queue is not empty after 2 minutes"
echo "$status" | grep -q "slurm: 3 completed" || fail "the accounting's 3 jobs are not there"
echo "two shards and the job that collects have left the queue; the accounting knows them"
