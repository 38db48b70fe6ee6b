"""What `plumbline report --by` must say of a small set of runs, by pandas and scipy.

Writes expected_gaps.csv and expected_patients.csv. The runs are those of GroupedReportTests: 2
models x 3 seeds x 2 scenarios, 12 images of which 8 are positive. With patients, the 8 are of 5.

usage: grouped_report_reference.py Tests/PlumblineReportsTests/Groups
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
pd.DataFrame(lines).to_csv(f"{sys.argv[1]}/expected_gaps.csv", index=False)


def cr2(clusters):
    """The interval of a mean by CR2 with Satterthwaite's degrees (Bell and McCaffrey, 2002)."""
    y = np.concatenate(clusters)
    codes = np.repeat(np.arange(len(clusters)), [len(cluster) for cluster in clusters])
    X = np.ones((len(y), 1))
    bread = np.linalg.inv(X.T @ X)
    residual_maker = np.eye(len(y)) - X @ bread @ X.T
    vectors = []
    for cluster in range(len(clusters)):
        own = codes == cluster
        values, basis = np.linalg.eigh(residual_maker[np.ix_(own, own)])
        adjustment = basis @ np.diag(values ** -0.5) @ basis.T
        vectors.append(residual_maker[:, own] @ adjustment @ X[own] @ bread[:, 0])
    vectors = np.array(vectors)
    error = np.sqrt(((vectors @ y) ** 2).sum())
    inner = vectors @ vectors.T
    degrees = np.trace(inner) ** 2 / (inner ** 2).sum()
    return y.mean() + np.array([-1, 1]) * stats.t.ppf(0.975, degrees) * error


def bootstrap(clusters, compute, is_bca):
    """The shares of the ends, and the statistic of all resamples of the clusters."""
    draws = itertools.product(range(len(clusters)), repeat=len(clusters))
    resampled = np.array([compute(np.concatenate([clusters[i] for i in draw])) for draw in draws])
    shares = np.array([0.025, 0.975])
    if is_bca:
        estimate = compute(np.concatenate(clusters))
        below = (resampled < estimate).mean() + (resampled == estimate).mean() / 2
        bias = stats.norm.ppf(below)
        jackknife = np.array([compute(np.concatenate(clusters[:i] + clusters[i + 1:]))
                              for i in range(len(clusters))])
        left = jackknife.mean() - jackknife
        acceleration = (left ** 3).sum() / (6 * (left ** 2).sum() ** 1.5)
        z = bias + stats.norm.ppf(shares)
        shares = stats.norm.cdf(bias + z / (1 - acceleration * z))
    return shares, resampled


def ends(shares, resampled):
    """Between which values the ends of 10,000 random resamples lie: six standard errors."""
    spread = 6 * np.sqrt(shares * (1 - shares) / 10_000)
    return [np.quantile(resampled, np.clip([share - error, share + error], 0, 1))
            for share, error in zip(shares, spread)]


lines = []
for model, group in table.groupby("model"):
    patients = [part["gap"].to_numpy() for _, part in group.groupby(group["image"] * 5 // 8)]
    for name, (lower, upper) in {
        "percentile mean": ends(*bootstrap(patients, np.mean, False)),
        "percentile median": ends(*bootstrap(patients, np.median, False)),
        "BCa mean": ends(*bootstrap(patients, np.mean, True)),
        "CR2 mean": [[end, end] for end in cr2(patients)],
    }.items():
        lines.append({"model": model, "interval": name, "lower_from": lower[0],
                      "lower_to": lower[1], "upper_from": upper[0], "upper_to": upper[1]})
pd.DataFrame(lines).to_csv(f"{sys.argv[1]}/expected_patients.csv", index=False)
