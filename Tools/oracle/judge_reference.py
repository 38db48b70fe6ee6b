"""Masked CAM, the rule, the four cells and the agreement of judges, for the tests of judges.

    sh Tools/oracle/environment.sh ENV
    ENV/bin/python Tools/oracle/judge_reference.py \
        Tests/PlumblineJudgesTests/Fixtures/judges.json \
        Tests/PlumblineMetricsTests/Fixtures/agreement.json

numpy gives the pictures and the cells, scikit-learn Cohen's kappa, scipy Pearson's correlation and
Wilcoxon's test. The masked CAM is equation 1 of arXiv 2508.20227.
"""
import json
import pathlib
import sys

import numpy as np
from scipy import stats
from sklearn.metrics import cohen_kappa_score

HEIGHT, WIDTH = 8, 10
CELLS = ["correct", "misunderstood object", "attends to wrong object", "lack of understanding"]


def grid(values):
    """Values that are exact in float32."""
    return np.round(values * 256) / 256


def masked_cam(image, heat, alpha, beta):
    scaled = (heat - heat.min()) / (heat.max() - heat.min())
    weights = 1 / (1 + np.exp(alpha * (beta - scaled)))
    return weights, image * weights[..., None]


def rule(weights, mask, needed):
    precision = (weights * mask).sum() / weights.sum()
    recall = (weights * mask).sum() / mask.sum()
    return 5 * precision * min(1, recall / needed)


def pictures(rng):
    rows = []
    for alpha, beta, channels in [(25, 0.6, 3), (15, 0.4, 1), (1, 0.0, 3), (1000, 1.0, 1)]:
        image = grid(rng.uniform(size=(HEIGHT, WIDTH, channels)))
        heat = grid(rng.normal(size=(HEIGHT, WIDTH)) * 3)
        mask = rng.uniform(size=(HEIGHT, WIDTH)) < 0.3
        weights, picture = masked_cam(image, heat, alpha, beta)
        rows.append({
            "alpha": alpha, "beta": beta, "channels": channels, "image": image.ravel().tolist(),
            "map": heat.ravel().tolist(), "mask": mask.ravel().tolist(),
            "weights": weights.ravel().tolist(), "picture": picture.ravel().tolist(),
            "rule": rule(weights, mask, 0.25), "strictRule": rule(weights, mask, 1.0),
        })
    return rows


def cells(rng):
    correct = rng.uniform(size=60) < 0.7
    scores = np.round(rng.uniform(0, 5, size=60) * 2) / 2
    scores[::9] = np.nan
    known = ~np.isnan(scores)
    high = scores >= 2.5
    groups = [correct & high, ~correct & high, correct & ~high, ~correct & ~high]
    counts = [int((group & known).sum()) for group in groups]
    return {
        "correct": correct.tolist(), "scores": [None if np.isnan(s) else s for s in scores],
        "counts": dict(zip(CELLS, counts)),
        "shares": dict(zip(CELLS, [count / int(known.sum()) for count in counts])),
        "missing": int((~known).sum()),
        "error": float(1 - (groups[0] & known).sum() / known.sum()),
    }


def shams(rng):
    rows = []
    for count, gap in [(12, 2.0), (12, 0.0), (6, 5.0), (5, 5.0), (30, 0.6)]:
        true = np.clip(np.round(rng.normal(2.5 + gap / 2, 1, size=count)), 0, 5)
        sham = np.clip(np.round(rng.normal(2.5 - gap / 2, 1, size=count)), 0, 5)
        gaps = true - sham
        p = sign_patterns(gaps)
        outcome = "separates" if p < 0.05 and gaps.mean() > 0 else "blind"
        rows.append({
            "trueScores": true.tolist(), "shamScores": sham.tolist(), "p": p,
            "outcome": outcome if count >= 6 else "too few controls",
        })
    return rows


def sign_patterns(gaps):
    """The exact two-sided p value of the signed-rank test, with ties; scipy's without ties."""
    gaps = gaps[gaps != 0]
    if len(set(abs(gaps))) == len(gaps):
        return float(stats.wilcoxon(gaps, method="exact").pvalue)
    ranks = np.round(2 * stats.rankdata(abs(gaps))).astype(int)
    smaller = min(ranks[gaps > 0].sum(), ranks[gaps < 0].sum())
    ways = np.zeros(ranks.sum() + 1)
    ways[0] = 1
    for rank in ranks:
        shifted = np.zeros_like(ways)
        shifted[rank:] = ways[:len(ways) - rank]
        ways = ways + shifted
    return float(min(1, 2 * ways[:smaller + 1].sum() / ways.sum()))


def agreement(rng):
    rows = []
    base = rng.integers(0, 6, size=40).astype(float)
    others = {
        "near": np.clip(base + rng.integers(-1, 2, size=40), 0, 5),
        "far": rng.integers(0, 6, size=40).astype(float),
        "opposite": 5 - base,
        "equal": base,
        "halves": np.clip(base + rng.choice([-0.5, 0, 0.5, 1.25], size=40), 0, 5),
        "two": np.where(base > 2, 5.0, 0.0),
    }
    for name, other in others.items():
        a, b = (np.floor(x + 0.5).astype(int) for x in (base, other))
        rows.append({
            "name": name, "first": base.tolist(), "second": other.tolist(),
            "pearson": float(stats.pearsonr(base, other)[0]),
            "kappa": {
                "none": float(cohen_kappa_score(a, b, labels=range(6))),
                "linear": float(cohen_kappa_score(a, b, labels=range(6), weights="linear")),
                "quadratic": float(cohen_kappa_score(a, b, labels=range(6), weights="quadratic")),
            },
            "acceptance": float((abs(base - other) <= 1).mean()),
            "sameSide": float(((base >= 2.5) == (other >= 2.5)).mean()),
        })
    return rows


def main():
    rng = np.random.default_rng(11)
    judges = {"height": HEIGHT, "width": WIDTH, "pictures": pictures(rng), "cells": cells(rng),
              "shams": shams(rng)}
    pathlib.Path(sys.argv[1]).write_text(json.dumps(judges) + "\n")
    pathlib.Path(sys.argv[2]).write_text(json.dumps(agreement(rng)) + "\n")


main()
