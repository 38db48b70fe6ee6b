#!/bin/sh
# `mpirun -n k plumbline train` gives the bits of one process: 1, 2, 3 and 4 processes, a killed
# process, a signal, and a resume with another number of processes.
# usage: prove_mpi.sh PROGRAM
# Needs Open MPI (Debian: openmpi-bin).
set -eu
program=$(readlink -f "${1:?usage: prove_mpi.sh PROGRAM}")
command -v mpirun >/dev/null || {
  echo "prove_mpi.sh: mpirun is missing; apt-get install openmpi-bin" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$program" phantoms data --name train --count 88 --size 48 --seed 1
"$program" phantoms data --name valid --count 16 --size 48 --seed 2

# Batch norm with its own statistics and CutMix; dropout and stochastic depth. 11 batches in steps
# of 4: the last step of an epoch has 3.
configure() {
  cat > "$1.yaml" <<EOF
output: run
seed: 5
threads: 1
data:
  classes: [Cardiomegaly, Pleural Effusion]
  target: Cardiomegaly
  size: 32
  align: {labels: data/train.csv, masks: data/gt_segmentations_train.json}
  evaluate: {labels: data/valid.csv, masks: data/gt_segmentations_valid.json}
model: $2
train: {epochs: 6, batch_size: 8, accumulation: 4, learning_rate: 0.002, cutmix: $3}
checkpoints: {optimiser: true}
EOF
}
configure batch_norm "{name: densenet_mini}" 1
configure dropout "{name: swin_mini}" 0

# usage: train CONFIGURATION PROCESSES...   exit status of mpirun
train() {
  config=$1; processes=$2; shift 2
  if [ "$processes" = 1 ]; then
    "$program" train "$config.yaml" --quiet "$@"
  else
    (exec_mpirun "$processes" train "$config.yaml" --quiet "$@")
  fi
}

# In a subshell of its own, which mpirun replaces, so that $! is mpirun.
exec_mpirun() {
  processes=$1; shift
  exec mpirun --allow-run-as-root --oversubscribe --bind-to none -n "$processes" "$program" "$@"
}

fail() { echo "prove_mpi.sh: $*" >&2; exit 1; }

# usage: same NAME WHAT    compares the finished run with that of one process
same() {
  cmp "run/start/last.h5" "$1-1.h5" || fail "$1: $2: the checkpoint differs"
  echo "$1: $2: equal, bit for bit"
  rm -rf run
}

for config in batch_norm dropout; do
  rm -rf run
  train $config 1 > /dev/null
  mv run/start/last.h5 $config-1.h5
  rm -rf run
  # The comparison can fail: another seed gives another checkpoint.
  train $config 1 --set seed=6 > /dev/null
  cmp -s run/start/last.h5 $config-1.h5 && fail "$config: another seed gives the same checkpoint"
  rm -rf run
  for processes in 2 3 4; do
    train $config $processes > /dev/null
    same $config "$processes processes"
  done
done

# A process that dies ends the others, and two processes resume the work of four.
exec_mpirun 4 train batch_norm.yaml --verbose --set checkpoint_minutes=0 > out 2> log &
mpi=$!
for _ in $(seq 1 600); do
  [ -f run/start/state.h5 ] && break
  sleep 0.1
done
victim=$(pgrep -P "$mpi" | tail -n 1)
kill -9 "$victim"
status=0; wait "$mpi" || status=$?
[ "$status" != 0 ] || fail "a killed process was not noticed"
grep -q "signal 9" log || fail "a killed process gave no message"
[ -f run/start/last.h5 ] && fail "the run had ended before a process was killed"
train batch_norm 2 > /dev/null
same batch_norm "a process killed among 4 (mpirun ended with $status), resumed by 2"

# USR1 to mpirun reaches all: they stop after the same step and save. One process resumes.
exec_mpirun 2 train batch_norm.yaml --verbose > out 2> log &
mpi=$!
for _ in $(seq 1 600); do
  [ -f run/start/state.h5 ] && break
  sleep 0.1
done
kill -USR1 "$mpi"
status=0; wait "$mpi" || status=$?
[ "$status" = 75 ] || { cat log >&2; fail "after USR1 mpirun ended with $status, not 75"; }
[ "$(grep -c interrupted log)" = 1 ] || { cat log >&2; fail "not one message of interruption"; }
train batch_norm 1 > /dev/null
same batch_norm "interrupted by USR1 with 2 processes, resumed by 1"

# More processes than batches of a step are refused, with one line of ours.
status=0; train batch_norm 2 --set train.accumulation=1 > out 2> log || status=$?
[ "$status" = 2 ] || fail "2 processes for one batch ended with $status, not 2"
[ "$(grep -c 'train.accumulation: is 1, but 2 processes' log)" = 1 ] || {
  cat log >&2; fail "2 processes for one batch gave another message"; }
echo "2 processes for one batch: refused"
