"""Times `plumbline score` with the localisation metrics on maps of 224 x 224.

    sh Tools/oracle/environment.sh ENV
    ENV/bin/python Tools/oracle/score_bench.py PLUMBLINE [MAPS]

A quarter of the maps each is even noise, noise with long tails, smooth with zeros like a CAM, and
signed noise; the masks are ellipses. Prints maps per second of processor time on one core, the
median of three runs, and the memory. The files of 10,000 maps take 2.5 GB. Needs GNU time.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from scipy import ndimage

SIDE = 224
METRICS = """mass_accuracy rank_accuracy mask_area_share saliency_coverage explanation_coverage
    ground_truth_coverage iou dice shared_interest_iou pointing_game hit_rate energy_pointing_game
    top_k_intersection mask_auroc mask_average_precision dual_polarity_precision wrong_region_mass
    border_mass""".split()


def one_map(kind, random):
    if kind == 0:
        return random.random((SIDE, SIDE))
    if kind == 1:
        return np.abs(random.standard_t(4, (SIDE, SIDE)))
    if kind == 2:
        cells = random.standard_normal((7, 7))
        return np.maximum(ndimage.zoom(cells, SIDE // 7, order=1), 0)
    return random.standard_normal((SIDE, SIDE))


def draw(folder, count, different=2000):
    """Writes maps and masks; after some, they repeat, moved to the side."""
    shape = (count, SIDE, SIDE)
    maps = np.lib.format.open_memmap(f"{folder}/maps.npy", "w+", np.float32, shape)
    masks = np.lib.format.open_memmap(f"{folder}/masks.npy", "w+", bool, shape)
    random = np.random.default_rng(0)
    y, x = np.mgrid[:SIDE, :SIDE]
    for index in range(count):
        if index >= different:
            shift = 7 * (index // different)
            maps[index] = np.roll(maps[index % different], shift, axis=1)
            masks[index] = np.roll(masks[index % different], 2 * shift, axis=1)
            continue
        maps[index] = one_map(index % 4, random)
        (row, column), (height, width) = random.integers(40, 184, 2), random.integers(15, 60, 2)
        masks[index] = ((y - row) / height) ** 2 + ((x - column) / width) ** 2 < 1


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("OPENBLAS_")}
    with tempfile.TemporaryDirectory() as folder:
        draw(folder, count)
        runs = []
        for _ in range(3):
            done = subprocess.run(
                ["time", "-f", "%U %S %M", program, "score", "--maps", "maps.npy",
                 "--masks", "masks.npy", "--metrics", ",".join(METRICS), "--output", "scores.csv",
                 "--quiet"],
                cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True, env=environment)
            user, system, kilobytes = done.stderr.split()[-3:]
            runs.append((float(user) + float(system), int(kilobytes)))
        seconds = sorted(run[0] for run in runs)
        print(f"{count} maps, {len(METRICS)} metrics: {seconds[1]:.2f} s of processor time "
              f"({seconds[0]:.2f} to {seconds[2]:.2f}), {count / seconds[1]:.0f} maps a second; "
              f"{max(run[1] for run in runs) // 1000} MB at most")


main()
