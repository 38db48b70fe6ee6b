"""Prints the reference values of StatisticsTests (Python 3, numpy, scipy 1.17, MLstatkit 0.1.9)."""
import itertools

import numpy as np
from scipy import stats

print("Student t quantiles")
for p, degrees in [
    (0.975, 1), (0.975, 2), (0.975, 4), (0.975, 7), (0.975, 19), (0.975, 39), (0.975, 66),
    (0.975, 1000), (0.975, 1e6), (0.9, 3), (0.6, 5), (0.51, 8), (0.9995, 2.5), (0.9999999, 3),
    (0.025, 9), (1e-6, 30), (0.95, 41.5),
]:
    print(f"    ({p!r}, {degrees!r}, {float(stats.t.ppf(p, degrees))!r}),")
print("Student t upper tails")
for value, degrees in [(2.0, 3), (0.5, 10), (40, 1), (-1.2, 6)]:
    print(f"    ({value!r}, {degrees!r}, {float(stats.t.sf(value, degrees))!r}),")

print("Wilcoxon, exact")
fifteen = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
fifty = [(i * 37) % 101 - 40.5 + i / 1000 for i in range(50)]
for values in fifteen, fifty:
    print("   ", stats.wilcoxon(values, method="exact"))
print("Wilcoxon, all sign patterns")
tied = [1, 1, 2, -2, 3, 3, 4, -1, 5, 5, 6, 6]
zeros = [0, 0, 1, -1, 2, 2, 3, -3, 4, 4, 5, 5, 6, -2, 7, 0]
permutations = stats.PermutationMethod(n_resamples=2**20)
for values in tied, [v for v in zeros if v]:
    print("   ", stats.wilcoxon(values, method=permutations))
print("Wilcoxon, normal")
for values in (
    [float((i * 37) % 101 - 40) for i in range(60)],
    [float((i * 7) % 13 - 5) for i in range(80)],
):
    print("   ", stats.wilcoxon(values, method="asymptotic", correction=False))

print("DeLong, every pair of images compared")
labels = np.array([i % 3 == 0 for i in range(40)])
first = np.array([((i * 17) % 29) / 29 + 0.3 * (i % 3 == 0) for i in range(40)])
second = np.array([((i * 11) % 23) / 23 + 0.2 * (i % 3 == 0) for i in range(40)])


def components(scores):
    x, y = scores[labels], scores[~labels]
    psi = (x[:, None] > y[None]) + 0.5 * (x[:, None] == y[None])
    return psi.mean(), psi.mean(1), psi.mean(0)


(a, a10, a01), (b, b10, b01) = components(first), components(second)
s10, s01 = np.cov([a10, b10]), np.cov([a01, b01])
s = s10 / labels.sum() + s01 / (~labels).sum()
variance = s[0, 0] + s[1, 1] - 2 * s[0, 1]
print("   ", a, s[0, 0], b, s[1, 1], a - b, variance)
half = stats.norm.ppf(0.975) * variance**0.5
print("   ", a - b - half, a - b + half, 2 * stats.norm.sf(abs(a - b) / variance**0.5))
try:
    from MLstatkit import Delong_test
    print("    MLstatkit", Delong_test(labels.astype(int), first, second))
except ImportError:
    print("    MLstatkit is not there")
# R's pROC 1.18 prints the same: auc, var and roc.test(method = "delong", paired = TRUE).

print("Bootstrap-t, every resample")
for values in [0.1, 0.2, 0.25, 0.4, 1.5], [0.1, 0.35, 0.3, 0.4, 0.2, 0.55]:
    x = np.array(values)
    n = len(x)
    drawn = x[np.array(list(itertools.product(range(n), repeat=n)))]
    deviations, errors = drawn.mean(1) - x.mean(), drawn.std(1, ddof=1) / n**0.5
    alike = errors < 1e-12
    errors[alike] = 1
    ratios = np.sort(np.where(alike, np.sign(deviations) * np.inf, deviations / errors))
    place = int(0.025 * len(ratios))
    print("   ", ratios[place], ratios[-1 - place], stats.t.ppf(0.975, n - 1))
