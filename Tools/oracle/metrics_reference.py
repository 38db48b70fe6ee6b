"""Scores of small maps by other programs, for the tests of PlumblineMetrics.

    sh Tools/oracle/environment.sh ENV
    ENV/bin/pip install --no-deps quantus==0.6.0 lazy_loader opencv-python-headless pandas pytz
    git clone https://github.com/mitvis/shared-interest
    ENV/bin/python Tools/oracle/metrics_reference.py shared-interest \
        Tests/PlumblineMetricsTests/Fixtures/localisation.json

Quantus 0.6.0, scikit-learn, scipy, scikit-image, OpenCV and the published code of Shared Interest
(mitvis/shared-interest at 17c5d8f) give the values. PQAH has no published code: its formulas
(arXiv 2405.13264, section 3) are written out here.
"""
import json
import pathlib
import sys
import warnings

import peers  # noqa: F401
import cv2
import numpy as np
from scipy import ndimage, stats
from skimage.feature import hog
from skimage.filters import threshold_otsu
from skimage.metrics import structural_similarity
from sklearn.metrics import average_precision_score, roc_auc_score

sys.path.insert(0, sys.argv[1])
import quantus
from shared_interest import shared_interest as published
from shared_interest.util import binarize_percentile, binarize_std

warnings.filterwarnings("ignore")
HEIGHT, WIDTH = 24, 20
TOLERANCE = 3


def grid(values):
    """Values that have few digits in a file and are exact in float32."""
    return np.round(values * 256) / 256


def maps(rng):
    ramp = np.add.outer(np.arange(HEIGHT), np.arange(WIDTH)).astype(float)
    smooth = ndimage.gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 2) * 8
    return {
        "smooth": grid(smooth),
        "noise": grid(rng.normal(size=(HEIGHT, WIDTH)) * 4),
        "rectified": grid(np.maximum(smooth - 0.5, 0)),
        "steps": np.floor(rng.uniform(0, 4, size=(HEIGHT, WIDTH))),
        "ramp": ramp,
        "one pixel": np.where(ramp == 7, 1.0, 0) * (np.arange(WIDTH) == 3),
        "negative": grid(-np.abs(smooth) - 0.25),
        "large": grid(smooth) * 2.0**40,
        "tiny": grid(smooth) * 2.0**-40,
    }


def masks(rng):
    blob = ndimage.gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 3)
    pixel = np.zeros((HEIGHT, WIDTH), bool)
    pixel[4, 3] = True
    corner = np.zeros((HEIGHT, WIDTH), bool)
    corner[-5:, :6] = True
    corner[0, -1] = True
    return {"blob": blob > 0.08, "pixel": pixel, "corner": corner, "most": ~pixel}


def shared_interest(mask, region):
    names = {"iou": "iou_coverage", "explanation_coverage": "saliency_coverage",
             "ground_truth_coverage": "ground_truth_coverage"}
    return {name: float(published.shared_interest(
        mask[None].astype(int), region[None].astype(int), score)[0])
        for name, score in names.items()}


def overlap(mask, region):
    both, either = (mask & region).sum(), (mask | region).sum()
    return {"iou": both / either, "dice": 2 * both / (mask.sum() + region.sum())}


def quantus_score(metric, values, mask=None):
    # The checks of the whole pipeline refuse maps without a positive value.
    scores = metric.evaluate_batch(x_batch=np.zeros((1, 1, HEIGHT, WIDTH)),
                                   a_batch=values[None, None].copy(),
                                   s_batch=None if mask is None else mask[None, None])
    return float(scores[0])


def quiet(metric, **options):
    return metric(disable_warnings=True, display_progressbar=False, normalise=False, abs=False,
                  **options)


def by_mask(values, mask):
    """What depends on a map and a mask."""
    flat, labels = values.ravel(), mask.ravel()
    row = {"auroc": roc_auc_score(labels, flat), "precision": average_precision_score(labels, flat)}
    normal = (values - values.min()) / (values.max() - values.min())
    otsu = np.uint8(255 * normal.astype(np.float32))
    level = threshold_otsu(otsu)
    opencv = cv2.threshold(otsu, 0, 255, cv2.THRESH_OTSU)[0]
    regions = {
        "std": binarize_std(values[None])[0] > 0,
        "percentile": binarize_percentile(values[None], 0.9)[0] > 0,
        "range": normal > 0.3,
        "otsu": otsu > level,
    }
    assert (regions["otsu"] == (otsu > opencv)).all()
    row["regions"] = {name: {"area": int(region.sum()), **shared_interest(mask, region),
                             "dice": float(overlap(mask, region)["dice"])}
                      for name, region in regions.items() if region.any()}
    row["saliency_coverage"] = float(published.shared_interest(
        mask[None].astype(int), values[None], "saliency_coverage")[0])
    points = values == values.max()
    distance = ndimage.distance_transform_edt(~mask)
    row["pointing"] = float((distance[points] <= TOLERANCE).mean())
    row["hit"] = float(mask[points].mean())
    assert (row["hit"] > 0) == (quantus_score(quiet(quantus.PointingGame), values, mask) > 0)
    row["pointing_chance"] = float((distance <= TOLERANCE).mean())
    region = regions["std"]
    pixels, inside, drawn = mask.size, mask.sum(), region.sum()
    both = np.arange(max(0, inside + drawn - pixels), min(inside, drawn) + 1)
    chances = stats.hypergeom(pixels, inside, drawn).pmf(both)
    row["iou_chance"] = float((chances * both / (inside + drawn - both)).sum())
    if len(np.unique(values)) == values.size or values.size == (values != 0).sum():
        row["top_k"] = quantus_score(quiet(quantus.TopKIntersection, k=24), values, mask) \
            if len(np.unique(np.sort(flat)[-25:])) == 25 else None
    assert abs(quantus_score(quiet(quantus.AUC), values, mask) - row["auroc"]) < 1e-9
    positive = np.maximum(values, 0)
    order = np.sort(positive.ravel())[::-1]
    if inside < pixels and order[inside - 1] > order[inside]:
        row["rank"] = quantus_score(quiet(quantus.RelevanceRankAccuracy), positive, mask)
    if positive.any():
        row["mass"] = quantus_score(quiet(quantus.RelevanceMassAccuracy), positive, mask)
    return row


def alone(values):
    sizes = np.abs(values)
    effective = quiet(quantus.EffectiveComplexity, eps=0.01 * sizes.max())
    # Quantus adds 1e-7 to each pixel; here maps of every scale are scaled to 1 first.
    scaled = sizes / sizes.max()
    return {
        "gini": quantus_score(quiet(quantus.Sparseness), scaled),
        "entropy": quantus_score(quiet(quantus.Complexity), scaled),
        "effective_complexity": quantus_score(effective, sizes),
    }


def similarity(first, second):
    def unit(values):
        return (values - values.min()) / (values.max() - values.min())

    first, second = unit(first), unit(second)
    # Doubled in size, so that there are several cells.
    cells = [hog(np.kron(v, np.ones((2, 2))), orientations=8, pixels_per_cell=(16, 16),
                 cells_per_block=(1, 1), block_norm="L2-Hys") for v in (first, second)]
    return {
        "pearson": stats.pearsonr(first.ravel(), second.ravel())[0],
        "spearman": stats.spearmanr(first.ravel(), second.ravel())[0],
        "ssim": structural_similarity(first, second, data_range=1, gaussian_weights=True, sigma=1.5,
                                      use_sample_covariance=False),
        "hog": stats.pearsonr(*cells)[0],
    }


def parts(values, parts, theta):
    """PQAH of one image."""
    normal = (values - values.min()) / (values.max() - values.min())
    region = normal > theta
    whole = np.any(list(parts.values()), axis=0)
    background = ~whole
    rows = {}
    for name, part in {**parts, "background": background}.items():
        of = background if name == "background" else whole
        precision = (region & of).sum() / region.sum()
        recall = (region & part).sum() / part.sum()
        total = precision + recall
        rows[name] = {
            "precision": precision, "recall": recall,
            "ph": 2 * precision * recall / total if total else 0.0,
            "true_precision": (region & part).sum() / region.sum(),
            **{k: float(v) for k, v in overlap(part, region).items()},
        }
    return {name: {k: float(v) for k, v in row.items()} for name, row in rows.items()}


def main():
    rng = np.random.default_rng(0)
    maps_, masks_ = maps(rng), masks(rng)
    names = list(maps_)
    object_parts = {name: np.zeros((HEIGHT, WIDTH), bool) for name in ("head", "tail")}
    object_parts["head"][3:9, 4:12] = True
    object_parts["tail"][8:20, 10:13] = True
    json.dump({
        "height": HEIGHT, "width": WIDTH, "tolerance": TOLERANCE,
        "maps": {name: values.ravel().tolist() for name, values in maps_.items()},
        "masks": {name: "".join("01"[int(v)] for v in mask.ravel())
                  for name, mask in masks_.items()},
        "parts": {name: "".join("01"[int(v)] for v in part.ravel())
                  for name, part in object_parts.items()},
        "scores": [{"map": m, "mask": g, **by_mask(maps_[m], masks_[g])}
                   for m in names for g in masks_],
        "alone": {name: alone(values) for name, values in maps_.items()},
        "similarity": [{"first": a, "second": b, **similarity(maps_[a], maps_[b])}
                       for a, b in zip(names, names[1:])],
        "part_scores": {name: parts(values, object_parts, 0.5) for name, values in maps_.items()},
    }, pathlib.Path(sys.argv[2]).open("w"), indent=0, separators=(",", ":"), allow_nan=False)


main()
