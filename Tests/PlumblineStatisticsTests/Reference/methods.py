"""Prints the reference values of MethodComparisonTests.

Python 3 with numpy, scipy 1.17, statsmodels 0.15 and scikit-posthocs 0.17.
"""
import numpy as np
import scikit_posthocs
from scipy import stats
from statsmodels.stats.multitest import multipletests

print("chi-square upper tails")
for value, degrees in [(0.1, 1), (3.0, 2), (9.28, 3), (30.0, 3), (200.0, 4), (5.0, 40), (80.0, 40)]:
    print(f"    ({value!r}, {degrees!r}, {float(stats.chi2.sf(value, degrees))!r}),")
print("F upper tails")
for value, first, second in [
    (3.69, 3, 39), (0.2, 2, 18), (1.0, 4, 4), (50.0, 2, 198), (2.5, 7, 3003), (1.001, 39, 400),
]:
    print(f"    ({value!r}, {first!r}, {second!r}, {float(stats.f.sf(value, first, second))!r}),")
print("studentised range, upper tails")
for value, count in [(0.5, 2), (2.772, 2), (3.314, 3), (3.633, 4), (4.474, 10), (5.0, 20),
                     (9.0, 5)]:
    tail = float(stats.studentized_range.sf(value, count, np.inf))
    print(f"    ({value!r}, {count!r}, {tail!r}),")
print("studentised range, quantiles of 0.05 and 0.1")
for count in [2, 3, 4, 5, 10, 20]:
    q = [float(stats.studentized_range.isf(alpha, count, np.inf)) for alpha in (0.05, 0.1)]
    print(f"    ({count!r}, {q[0]!r}, {q[1]!r}),")

def values(blocks, methods, levels):
    """The same table as in the test: whole numbers with ties."""
    return np.array([
        [(i * 37 + j * 61 + i * j * 13) % levels + 2 * j for j in range(methods)]
        for i in range(blocks)
    ], dtype=float)


print("Friedman, Iman and Davenport, Nemenyi")
for blocks, methods, levels in [(12, 4, 101), (30, 5, 7), (8, 3, 3), (10, 2, 19)]:
    table = values(blocks, methods, levels)
    ranks = np.array([stats.rankdata(row) for row in table])
    n, k = table.shape
    if k > 2:
        chi, p = stats.friedmanchisquare(*table.T)
    else:
        # scipy takes three methods or more: the formula by hand.
        ties = sum(c**3 - c for row in table for c in np.unique(row, return_counts=True)[1])
        chi = 12 / (n * k * (k + 1)) * (ranks.sum(0) ** 2).sum() - 3 * n * (k + 1)
        chi /= 1 - ties / (n * k * (k * k - 1))
        p = stats.chi2.sf(chi, k - 1)
    with np.errstate(divide="ignore"):
        f = (n - 1) * chi / (n * (k - 1) - chi)
    f_p = stats.f.sf(f, k - 1, (k - 1) * (n - 1))
    print("   ", (blocks, methods, levels), [float(v) for v in (chi, p, f, f_p)])
    print("        ranks", [float(v) for v in ranks.mean(0)])
    nemenyi = scikit_posthocs.posthoc_nemenyi_friedman(table).values
    print("        Nemenyi", [float(nemenyi[0, j]) for j in range(1, k)])
    critical = stats.studentized_range.isf(0.05, k, np.inf) * (k * (k + 1) / (12 * n)) ** 0.5
    print("        critical difference", float(critical))

print("Holm")
p = [0.01, 0.04, 0.03, 0.005, 0.2, 0.03, 0.9]
print("   ", [float(v) for v in multipletests(p, method="holm")[1]])
