"""Writes the data and the expected values of the tests of PlumblineStatistics.

    python Tools/oracle/statistics_reference.py Tests/PlumblineStatisticsTests/Reference
    Rscript Tools/oracle/statistics_reference.R Tests/PlumblineStatisticsTests/Reference

Needs numpy and scipy (1.11 or later). The R script adds what lme4 and clubSandwich compute from the
same data. Each expected file has lines of a name and a number.
"""
import itertools
import sys

import numpy as np
from scipy import stats

folder = sys.argv[1]
random = np.random.default_rng(20241128)

# Gaps of images by fine-tuned pairs, crossed, with some rows missing.
images, pairs = 14, 8
image_effect = random.normal(0, 0.06, images)
pair_effect = random.normal(0, 0.09, pairs)
rows = []
for pair in range(pairs):
    for image in range(images):
        if (3 * pair + 5 * image) % 11 == 0:
            continue
        vit, pretrained = float(pair % 2), float(pair // 4)
        size = float(image % 5) / 4
        gap = (0.05 + 0.08 * vit - 0.02 * pretrained + 0.05 * size + image_effect[image]
               + pair_effect[pair] + random.normal(0, 0.05))
        rows.append((round(gap, 6), vit, pretrained, size, f"i{image}", f"p{pair}"))
with open(f"{folder}/regression.csv", "w") as file:
    file.write("gap,vit,pretrained,size,image,pair\n")
    for row in rows:
        file.write(",".join(str(value) for value in row) + "\n")

gap = np.array([row[0] for row in rows])
X = np.column_stack([np.ones(len(rows))] + [[row[c] for row in rows] for c in (1, 2, 3)])
terms = ["intercept", "vit", "pretrained", "size"]
expected = {}


def put(name, value):
    expected[name] = float(value)


def clustered_t(y, X, codes, place):
    """The coefficient and its t with CR1 errors."""
    n, k = X.shape
    bread = np.linalg.inv(X.T @ X)
    b = bread @ X.T @ y
    e = y - X @ b
    groups = codes.max() + 1
    scores = np.zeros((groups, k))
    np.add.at(scores, codes, X * e[:, None])
    V = groups / (groups - 1) * (n - 1) / (n - k) * bread @ scores.T @ scores @ bread
    return b[place], b[place] / np.sqrt(V[place, place])


# Wild cluster bootstrap with the null imposed, all sign patterns.
codes = np.array([int(row[5][1:]) for row in rows])
for place in (1, 2, 3):
    _, observed = clustered_t(gap, X, codes, place)
    restricted = np.delete(X, place, axis=1)
    fitted = restricted @ np.linalg.lstsq(restricted, gap, rcond=None)[0]
    rest = gap - fitted
    reached = 0
    for signs in itertools.product([1, -1], repeat=pairs):
        _, t = clustered_t(fitted + rest * np.array(signs)[codes], X, codes, place)
        reached += abs(t) >= abs(observed) * (1 - 1e-10)
    put(f"wild_{terms[place]}_t", observed)
    put(f"wild_{terms[place]}_p", reached / 2 ** pairs)

# One sample: Hodges-Lehmann, sign flips, bootstrap intervals.
for count in (1, 2, 7, 10, 31):
    values = gap[:count]
    walsh = [(values[i] + values[j]) / 2 for i in range(count) for j in range(i, count)]
    put(f"hodges_lehmann_{count}", np.median(walsh))
for count in (5, 8, 12):
    test = stats.permutation_test((gap[:count],), np.mean, permutation_type="samples",
                                  n_resamples=np.inf)
    put(f"sign_flip_{count}", test.pvalue)
test = stats.permutation_test((gap[:40] - 0.1,), np.mean, permutation_type="samples",
                              n_resamples=99_999, rng=np.random.default_rng(1))
put("sign_flip_drawn", test.pvalue)
for method, name in (("percentile", "percentile"), ("BCa", "bca")):
    for statistic in ("mean", "median"):
        result = stats.bootstrap((gap,), getattr(np, statistic), method=method,
                                 n_resamples=200_000, batch=2_000,
                                 rng=np.random.default_rng(2))
        put(f"{name}_{statistic}_low", result.confidence_interval.low)
        put(f"{name}_{statistic}_high", result.confidence_interval.high)
# The bootstrap-t of a mean: Efron and Tibshirani 1993, section 12.5.
draws = np.random.default_rng(4).integers(0, len(gap), (200_000, len(gap)))
drawn = gap[draws]
t = (drawn.mean(1) - gap.mean()) / (drawn.std(1, ddof=1) / np.sqrt(len(gap)))
low, high = np.quantile(t, [0.025, 0.975])
error = gap.std(ddof=1) / np.sqrt(len(gap))
put("bootstrap_t_low", gap.mean() - high * error)
put("bootstrap_t_high", gap.mean() - low * error)
# The ends of BCa from a given distribution of 200 resamples.
result = stats.bootstrap((gap[:15],), np.mean, method="BCa", n_resamples=200,
                         rng=np.random.default_rng(3))
with open(f"{folder}/bootstrap.csv", "w") as file:
    file.write("mean\n")
    for value in result.bootstrap_distribution:
        file.write(f"{float(value)!r}\n")
put("bca_given_low", result.confidence_interval.low)
put("bca_given_high", result.confidence_interval.high)

# Clusters of very different sizes: all resamples of six of them.
sizes = np.array([1, 2, 3, 5, 8, 13])
clusters = np.split(gap[:sizes.sum()], np.cumsum(sizes)[:-1])
everything = gap[:sizes.sum()]
draws = list(itertools.product(range(len(sizes)), repeat=len(sizes)))


def ends(distribution, shares=(0.025, 0.975)):
    return np.quantile(distribution, shares)


def bca_shares(distribution, estimate, jackknife):
    """Efron 1987: equal values count half."""
    below = (distribution < estimate).mean() + (distribution == estimate).mean() / 2
    bias = stats.norm.ppf(below)
    left = jackknife.mean() - jackknife
    acceleration = (left ** 3).sum() / (6 * (left ** 2).sum() ** 1.5)
    z = bias + stats.norm.ppf([0.025, 0.975])
    return stats.norm.cdf(bias + z / (1 - acceleration * z))


for statistic in ("mean", "median"):
    compute = getattr(np, statistic)
    resampled = np.array([compute(np.concatenate([clusters[i] for i in draw])) for draw in draws])
    put(f"clustered_percentile_{statistic}_low", ends(resampled)[0])
    put(f"clustered_percentile_{statistic}_high", ends(resampled)[1])
    jackknife = np.array([compute(np.concatenate(clusters[:i] + clusters[i + 1:]))
                          for i in range(len(clusters))])
    shares = bca_shares(resampled, compute(everything), jackknife)
    put(f"clustered_bca_{statistic}_low", ends(resampled, shares)[0])
    put(f"clustered_bca_{statistic}_high", ends(resampled, shares)[1])


def ratio_error(y, x):
    """A ratio of sums and its linearised error: Cochran 1977, chapter 6."""
    ratio = y.sum() / x.sum()
    return ratio, np.sqrt(len(y) / (len(y) - 1) * ((y - ratio * x) ** 2).sum()) / x.sum()


sums = np.array([cluster.sum() for cluster in clusters])
mean, error = ratio_error(sums, sizes)
t = []
for draw in draws:
    drawn, spread = ratio_error(sums[list(draw)], sizes[list(draw)])
    t.append((drawn - mean) / spread if spread > 1e-9 else np.sign(drawn - mean) * np.inf)
t = np.sort(t)
place = round(0.025 * (len(t) + 1)) - 1
put("clustered_bootstrap_t_low", mean - t[-1 - place] * error)
put("clustered_bootstrap_t_high", mean - t[place] * error)

# Corrections, margins, power, correlations, distributions.
p_values = [0.001, 0.2, 0.013, 0.04, 0.041, 0.9, 0.013]
for index, value in enumerate(stats.false_discovery_control(p_values)):
    put(f"benjamini_hochberg_{index}", value)
for name, d, s, degrees, margin in (("a", 0.01, 0.02, 11, 0.05), ("b", -0.03, 0.01, 5, 0.05),
                                    ("c", 0.002, 0.004, np.inf, 0.01)):
    t = stats.t(degrees) if np.isfinite(degrees) else stats.norm
    put(f"tost_{name}", max(t.sf((d + margin) / s), t.sf((margin - d) / s)))
    put(f"non_inferiority_{name}", t.sf((d + margin) / s))
    put(f"tost_{name}_low", d - t.ppf(0.95) * s)
for effect, deviation, units in ((0.5, 1, 10), (0.2, 1, 50), (1.5, 1, 3), (0.1, 0.3, 400),
                                 (2.0, 1, 2), (0.0, 1, 8)):
    t = stats.t.ppf(0.975, units - 1)
    nct = stats.nct(units - 1, effect / deviation * np.sqrt(units))
    put(f"power_{effect}_{deviation}_{units}", nct.sf(t) + nct.cdf(-t))
size = X[:, 3]
put("pearson", stats.pearsonr(gap, size)[0])
put("spearman", stats.spearmanr(gap, size)[0])
for probability in (1e-12, 0.001, 0.025, 0.3, 0.5, 0.8, 0.999999):
    put(f"normal_{probability}", stats.norm.ppf(probability))
inside = np.sort(gap[(gap >= 0) & (gap <= 0.3)])
iqr = np.subtract(*np.percentile(inside, [75, 25])) / 1.34
width = 0.9 * min(inside.std(ddof=1), iqr) * len(inside) ** -0.2
put("kernel_width", width)
for place in (0.0, 0.05, 0.2, 0.3):
    put(f"kernel_{place}", sum(stats.norm.pdf(c, inside, width).mean()
                               for c in (place, -place, 0.6 - place)))

with open(f"{folder}/expected_scipy.csv", "w") as file:
    for name, value in expected.items():
        file.write(f"{name},{value!r}\n")
