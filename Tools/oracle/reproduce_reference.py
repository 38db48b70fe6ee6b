"""`plumbline reproduce` beside numpy.

    python Tools/oracle/reproduce_reference.py fixture Tests/PlumblineReportsTests/Published
    python Tools/oracle/reproduce_reference.py check PLUMBLINE PUBLISHED [SEED]

`fixture` writes a small made-up table in the published format, and what numpy computes from it.
`check` adds noise to the published rows, drops one row in twenty of two cells, and compares the
program's tables with numpy's. Needs numpy, pandas and scipy.
"""
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from scipy import stats

CELL = ["model", "pretraining", "xai_method", "label"]
TERMS = ["intercept", "vit", "swinvit", "pretrained", "integrated_gradients", "lrp", "smoothgrad"]


def design(rows):
    return np.column_stack([
        np.ones(len(rows)), rows.model == "vit", rows.model == "swinvit",
        rows.pretraining == "pretrained", rows.xai_method == "integrated_gradients",
        rows.xai_method == "lrp", rows.xai_method == "smoothgrad"]).astype(float)


def ols(rows, column):
    X, y = design(rows), rows[column].to_numpy()
    b = np.linalg.lstsq(X, y, rcond=None)[0]
    e = y - X @ b
    degrees = len(y) - X.shape[1]
    errors = np.sqrt(e @ e / degrees * np.diag(np.linalg.inv(X.T @ X)))
    return frame(b, errors, degrees)


def frame(b, errors, degrees):
    t = b / errors
    return pd.DataFrame({"term": TERMS, "coefficient": b, "standard_error": errors,
                         "statistic": t, "p_value": 2 * stats.t.sf(abs(t), degrees)})


def two_way(rows, column):
    """CR1 by image, plus by pair, minus by both; complete cells only."""
    rows = rows.copy()
    rows["place"] = rows.groupby(CELL).cumcount()
    size = rows.groupby(CELL)["place"].transform("size")
    complete = size == size.groupby(rows["label"]).transform("max")
    rows = rows[complete]
    image = pd.factorize(rows.label + "#" + rows.place.astype(str))[0]
    pair = pd.factorize(rows[CELL].agg("|".join, axis=1))[0]
    both = pd.factorize(pd.Series(image).astype(str) + "/" + pd.Series(pair).astype(str))[0]
    X, y = design(rows), rows[column].to_numpy()
    n, k = X.shape
    bread = np.linalg.inv(X.T @ X)
    b = bread @ X.T @ y
    scores = X * (y - X @ b)[:, None]
    V = np.zeros((k, k))
    for codes, sign in ((image, 1), (pair, 1), (both, -1)):
        groups = codes.max() + 1
        sums = np.zeros((groups, k))
        np.add.at(sums, codes, scores)
        factor = groups / (groups - 1) * (n - 1) / (n - k)
        V += sign * factor * bread @ sums.T @ sums @ bread
    return frame(b, np.sqrt(np.diag(V)), min(image.max(), pair.max()))


def correlations(rows):
    names = {f"{ours}_{kind}": f"{theirs}_mask_{kind}_accuracy"
             for ours, theirs in (("align", "in"), ("misalign", "out"))
             for kind in ("mass", "rank")}
    result = []
    for a, b in (("align_mass", "align_rank"), ("misalign_mass", "misalign_rank"),
                 ("align_mass", "misalign_mass"), ("align_rank", "misalign_rank"),
                 ("align_rank", "misalign_mass"), ("align_mass", "misalign_rank")):
        x, y = rows[names[a]], rows[names[b]]
        result.append((a, b, stats.pearsonr(x, y)[0], stats.spearmanr(x, y)[0]))
    return pd.DataFrame(result, columns=["first", "second", "pearson", "spearman"])


def tables(rows):
    result = {"correlations": correlations(rows)}
    for kind in ("mass", "rank"):
        result[f"ols_{kind}"] = ols(rows, f"{kind}_accuracy_diff")
        result[f"twoway_{kind}"] = two_way(rows, f"{kind}_accuracy_diff")
    groups = rows.groupby(["pretraining", "model", "xai_method"])
    result["groups"] = pd.DataFrame({
        "images": groups.size(), "mass_gap": groups["mass_accuracy_diff"].mean(),
        "rank_gap": groups["rank_accuracy_diff"].mean()}).reset_index().rename(
            columns={"pretraining": "initialisation", "xai_method": "explanation"})
    return result


def fixture(folder):
    random = np.random.default_rng(5)
    sizes = {"Edema": 6, "Pneumothorax": 4, "Lung Lesion": 1}
    hardness = {label: random.uniform(0.1, 0.5, size) for label, size in sizes.items()}
    rows = []
    for method in ("lrp", "gradient", "integrated_gradients", "smoothgrad"):
        for start in ("from_scratch", "pretrained"):
            for label, size in sizes.items():
                for model in ("densenet", "swinvit", "vit"):
                    effect = random.normal(0, 0.05)
                    for image in range(size):
                        if (method, start, label, model) == ("lrp", "pretrained", "Edema", "vit"):
                            if image == 2:
                                continue
                        if (method, start, model) == ("lrp", "from_scratch", "swinvit"):
                            continue
                        values = np.round(np.clip(
                            hardness[label][image] + random.normal(0, 0.05, 4)
                            + [0.05 + effect, 0.04 + effect, 0, 0], 0, 1), 4)
                        rows.append([values[0] - values[2], values[1] - values[3], *values, model,
                                     method, start, label])
    rows = pd.DataFrame(rows, columns=[
        "mass_accuracy_diff", "rank_accuracy_diff", "in_mask_mass_accuracy",
        "in_mask_rank_accuracy", "out_mask_mass_accuracy", "out_mask_rank_accuracy", "model",
        "xai_method", "pretraining", "label"])
    rows.to_csv(f"{folder}/metrics_diff_results.csv", index=False)
    auc = []
    for label in sizes:
        for method in ("lrp", "gradient", "integrated gradients", "smoothgrad"):
            for start in ("from scratch", "pretrained"):
                for attack in ("In mask", "Out mask"):
                    auc.append([label, method, start, attack,
                                *np.round(random.uniform(0.5, 0.95, 3), 6)])
    columns = ["selected_class", "Attribution method", "Model training", "Attack", "DenseNet",
               "ViT", "Swin-ViT"]
    pd.DataFrame(auc, columns=columns).to_csv(f"{folder}/chexlocalize_aucroc.csv", index=False)
    rows = pd.read_csv(f"{folder}/metrics_diff_results.csv")
    for name, table in tables(rows).items():
        table.to_csv(f"{folder}/expected_{name}.csv", index=False)


def check(program, published, seed):
    random = np.random.default_rng(seed)
    rows = pd.read_csv(f"{published}/metrics_diff_results.csv")
    for column in rows.columns[:6]:
        rows[column] += random.normal(0, 0.03, len(rows))
    cells = rows.groupby(CELL).ngroup()
    drop = cells.isin(random.choice(cells.unique(), 2, replace=False))
    drop &= random.random(len(rows)) < 0.05
    rows = rows[~drop]
    with tempfile.TemporaryDirectory() as folder:
        rows.to_csv(f"{folder}/metrics_diff_results.csv", index=False)
        output = f"{folder}/output"
        subprocess.run([program, "reproduce", "2311.04813", "--published", folder, "--output",
                        output], check=True, stdout=subprocess.DEVNULL)
        worst = 0.0
        for name, expected in tables(rows).items():
            ours = pd.read_csv(f"{output}/tables/{name}.csv")
            keys = [c for c in expected.columns if expected[c].dtype.kind not in "fi"]
            joined = expected.merge(ours, on=keys, suffixes=("", "_ours"))
            assert len(joined) == len(expected), name
            for column in expected.columns.difference(keys):
                a, b = joined[column].to_numpy(float), joined[column + "_ours"].to_numpy(float)
                error = np.max(abs(a - b) / np.maximum(abs(a), 1e-3))
                worst = max(worst, error)
                print(f"{name:15} {column:15} {error:.1e}")
        assert worst < 1e-7, worst
        print(f"seed {seed}: {len(rows)} rows, largest relative difference {worst:.1e}")


if sys.argv[1] == "fixture":
    fixture(sys.argv[2])
else:
    check(sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 1)
