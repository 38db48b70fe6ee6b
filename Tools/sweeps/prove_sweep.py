"""Kills sweeps at random moments, and compares their tables with an undisturbed one.

usage: prove_sweep.py PLUMBLINE FOLDER [KILLS] [SEED]

A small sweep runs once undisturbed. Then two processes at once run it in another folder, and at
random moments one of them is killed with SIGKILL and started again. The collected CSV files,
which have every number in full precision, must have the same bytes, and so must the HDF5 file.
"""

import filecmp
import os
import random
import subprocess
import sys
import time

SWEEP = """\
output: {output}
base:
  threads: 1
  checkpoint_minutes: 0
  data:
    classes: [Cardiomegaly, Pleural Effusion]
    target: Cardiomegaly
    size: 32
    align: {{labels: {data}/train.csv, masks: {data}/gt_segmentations_train.json}}
    evaluate: {{labels: {data}/valid.csv, masks: {data}/gt_segmentations_valid.json}}
  model:
    name: densenet_mini
    config: {{growth_rate: 4, block_config: [2, 2], num_init_features: 8, bn_size: 2}}
  train: {{epochs: 2, batch_size: 8, accumulation: 1}}
  align: {{epochs: 2, batch_size: 8, accumulation: 1}}
  evaluate: {{panel_images: 0}}
axes:
  data.target: [Cardiomegaly, Pleural Effusion]
  align.explanation: [gradient, input_x_gradient]
  train.seed: [0, 1]
  align.seed: [0, 1]
  scenario: [align, misalign]
"""


def main():
    plumbline = os.path.abspath(sys.argv[1])
    folder = os.path.abspath(sys.argv[2])
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    chance = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 0)
    data = os.path.join(folder, "phantoms")
    for name, seed in (("train", 1), ("valid", 2)):
        subprocess.run(
            [plumbline, "phantoms", data, "--name", name, "--count", "48", "--size", "48",
             "--seed", str(seed), "--prevalence", "0.5"], check=True)
    configs = {}
    for name in ("undisturbed", "killed"):
        configs[name] = os.path.join(folder, f"{name}.yaml")
        with open(configs[name], "w") as file:
            file.write(SWEEP.format(output=os.path.join(folder, name), data=data))

    def start(name):
        return subprocess.Popen([plumbline, "sweep", "run", configs[name], "--quiet"])

    began = time.time()
    if start("undisturbed").wait() != 0:
        sys.exit("the undisturbed sweep failed")
    seconds = time.time() - began
    print(f"undisturbed: {seconds:.1f} s")

    # Two processes take about half the time, and every kill costs some of it again. A process
    # that ends by itself has found all cells done: then there is nothing left to kill.
    processes = [start("killed"), start("killed")]
    killed = 0
    while killed < kills and all(process.poll() is None for process in processes):
        time.sleep(chance.uniform(0, seconds / kills))
        victim = chance.randrange(2)
        if processes[victim].poll() is None:
            processes[victim].kill()
            processes[victim].wait()
            killed += 1
            processes[victim] = start("killed")
    codes = [process.wait() for process in processes]
    if any(code != 0 for code in codes):
        sys.exit(f"the processes ended with {codes}")
    for name in configs:
        subprocess.run([plumbline, "sweep", "collect", configs[name]], check=True)
    for file in (
        "collected.h5", "collected_cells.csv", "collected_pairs.csv", "collected_scores.csv"
    ):
        pair = [os.path.join(folder, name, file) for name in configs]
        if not filecmp.cmp(*pair, shallow=False):
            sys.exit(f"{pair[0]} and {pair[1]} differ")
    print(f"{killed} kills, two processes at once: the collected files have the same bytes")
    if killed < kills:
        sys.exit(f"only {killed} of {kills} kills hit a running process")


main()
