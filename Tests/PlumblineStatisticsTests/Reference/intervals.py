"""Coverage and median width of nominal 95% intervals of a mean (Python 3, numpy, scipy).

The table in MeanInterval.swift that compares methods comes from here.
"""
import numpy as np
from scipy import stats

REPETITIONS, RESAMPLES = 3000, 999
random = np.random.default_rng(1)


def intervals(x):
    n, mean = len(x), x.mean()
    error = x.std(ddof=1) / n**0.5
    student = stats.t.ppf(0.975, n - 1)
    drawn = x[random.integers(0, n, (RESAMPLES, n))]
    means, errors = drawn.mean(1), drawn.std(1, ddof=1) / n**0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.sort(np.nan_to_num((means - mean) / errors))
    place = round(0.025 * (RESAMPLES + 1)) - 1
    low, high = np.clip(ratios[[place, -1 - place]], -2 * student, 2 * student)
    shift = stats.norm.ppf(np.clip((means < mean).mean(), 1 / RESAMPLES, 1 - 1 / RESAMPLES))
    deviations = x - mean
    acceleration = (deviations**3).sum() / (6 * (deviations**2).sum() ** 1.5)
    z = shift + stats.norm.ppf([0.025, 0.975])
    shares = stats.norm.cdf(shift + z / (1 - acceleration * z))
    both = min(low, -student), max(high, student)
    return {
        "both": (mean - both[1] * error, mean - both[0] * error),
        "t": (mean - student * error, mean + student * error),
        "bootstrap-t": (mean - high * error, mean - low * error),
        "BCa": np.quantile(means, shares),
        "percentile": np.quantile(means, [0.025, 0.975]),
    }


for n in 3, 4, 5, 8, 12, 20, 67:
    for name in "normal", "exponential":
        made = {}
        for _ in range(REPETITIONS):
            x = random.normal(size=n) if name == "normal" else random.exponential(size=n) - 1
            for method, (lower, upper) in intervals(x).items():
                made.setdefault(method, []).append((lower <= 0 <= upper, upper - lower))
        row = [
            f"{method} {np.mean([m[0] for m in rows]):.3f} ({np.median([m[1] for m in rows]):.2f})"
            for method, rows in made.items()
        ]
        print(n, name, *row, sep=" | ", flush=True)
