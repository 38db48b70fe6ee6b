"""Writes the frontiers that FrontierTests compares with (Python 3, numpy).

usage: frontier_reference.py Tests/PlumblineStatisticsTests/Reference/frontier.csv
Each row: the losses and gaps of a starting model's pairs, a loss, the gap reached there, the area.
"""
import sys

import numpy as np

random = np.random.default_rng(2311)
rows = []
for _ in range(12):
    count = int(random.integers(1, 9))
    losses = np.round(random.normal(0.02, 0.03, count), 3)
    gaps = np.round(random.normal(0.1, 0.15, count), 3)
    end = float(np.round(random.uniform(0.01, 0.08), 3))

    def reached(x):
        allowed = gaps[losses <= x]
        return max(0.0, float(allowed.max())) if len(allowed) else 0.0

    # Losses have three digits: the middle of each thousandth is inside of a step.
    steps = round(end * 1000)
    area = np.mean([reached((step + 0.5) / 1000) for step in range(steps)])
    rows.append([
        " ".join(map(str, losses)), " ".join(map(str, gaps)), end, reached(end), repr(float(area)),
    ])
with open(sys.argv[1], "w") as file:
    for row in rows:
        file.write(",".join(map(str, row)) + "\n")
