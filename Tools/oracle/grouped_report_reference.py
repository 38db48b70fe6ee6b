"""What `plumbline report --by` must say of a small set of runs, by pandas and scipy.

Writes Tests/PlumblineReportsTests/Groups/expected_gaps.csv. The runs are those of
GroupedReportTests: 2 models x 3 seeds x 2 scenarios, 12 images of which 8 are positive.

usage: grouped_report_reference.py OUTPUT
"""

import itertools
import sys

import numpy as np
import pandas as pd
from scipy import stats


def value(model, seed, image, scenario):
    # Divided by 128, so that differences are exact and ranks have no ties by rounding.
    place = image * 37 + seed * 41 + model * 53 + image * seed * 7
    shift = scenario * (image * image * 5 + model * 3 + 11 + seed * (image + 3))
    return ((place + shift) % 97) / 128


def rows():
    for model, seed, image in itertools.product(range(2), range(3), range(8)):
        if (model, seed, image) == (0, 1, 4):
            continue  # misalign has no value
        gap = value(model, seed, image, 0) - value(model, seed, image, 1)
        yield {"model": f"model_{model}", "seed": seed, "image": image, "gap": gap}


def hodges_lehmann(values):
    return np.median([(a + b) / 2 for a, b in itertools.combinations_with_replacement(values, 2)])


def summary(group):
    gaps = group["gap"].to_numpy()
    starts = group.groupby("seed")["gap"].mean().to_numpy()
    flips = stats.permutation_test(
        (starts,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True,
        axis=0) if len(starts) > 1 else None
    # scipy's exact test is not defined for ties and differences of 0.
    is_distinct = len(set(abs(gaps))) == len(gaps) and (gaps != 0).all()
    wilcoxon = stats.wilcoxon(gaps, method="exact") if len(starts) == 1 and is_distinct else None
    interval = (
        stats.t.interval(0.95, len(starts) - 1, starts.mean(), stats.sem(starts))
        if len(starts) > 1 and len(gaps) == 8 * len(starts) else (np.nan, np.nan))
    return {
        "n": len(gaps), "mean": gaps.mean(), "median": np.median(gaps),
        "hodges_lehmann": hodges_lehmann(gaps),
        "wilcoxon_p": wilcoxon.pvalue if wilcoxon else np.nan,
        "sign_flip_p": flips.pvalue if flips else np.nan,
        "start_lower": interval[0], "start_upper": interval[1],
    }


table = pd.DataFrame(rows())
lines = []
for names in (["model"], ["model", "seed"]):
    for key, group in table.groupby(names):
        lines.append({"group": " ".join(str(part) for part in key), **summary(group)})
pd.DataFrame(lines).to_csv(sys.argv[1], index=False)
