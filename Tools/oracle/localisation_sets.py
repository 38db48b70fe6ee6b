"""Scores of sets of small maps by published code, for the tests of data-set level localisation.

    sh Tools/oracle/environment.sh ENV
    ENV/bin/pip install opencv-python-headless pandas pytz
    git clone https://github.com/clovaai/wsolevaluation
    git clone https://github.com/rajpurkarlab/cheXlocalize
    ENV/bin/python Tools/oracle/localisation_sets.py wsolevaluation cheXlocalize \
        Tests/PlumblineMetricsTests/Fixtures/localisation_sets.json

PxAP is by MaskEvaluator of clovaai/wsolevaluation at 96f4b88, beside scikit-learn's average
precision of all pixels. Threshold, IoU, hit rate and bootstrap are by the functions of
rajpurkarlab/cheXlocalize at 2a79492. Their readers of files are replaced by the arrays here. Random
numbers of the bootstrap are Plumbline's, drawn from the values in ascending order.
"""
import json
import pathlib
import sys
import types
import warnings

import numpy as np
import pandas as pd
import torch
from scipy import ndimage
from sklearn.metrics import average_precision_score

from plumbline_random import Generator

warnings.filterwarnings("ignore")
# Names that numpy removed since.
np.float = float
np.int = int
HEIGHT, WIDTH = 24, 20


def published():
    """The modules of both repositories; what they import and this script does not need is empty."""
    mask = types.ModuleType("pycocotools.mask")
    mask.decode = lambda item: item
    package = types.ModuleType("pycocotools")
    package.mask = mask
    loaders = types.ModuleType("data_loaders")
    for name in ("configure_metadata", "get_image_ids", "get_bounding_boxes", "get_image_sizes",
                 "get_mask_paths"):
        setattr(loaders, name, None)
    config = types.ModuleType("config")
    config.str2bool = None
    progress = types.ModuleType("tqdm")
    progress.tqdm = lambda items: items
    statistics = types.ModuleType("statsmodels.formula")
    statistics.formula = statistics
    statistics.api = types.ModuleType("statsmodels.formula.api")
    sys.modules.update({
        "pycocotools": package, "pycocotools.mask": mask, "tqdm": progress,
        "data_loaders": loaders, "config": config, "statsmodels": statistics,
        "statsmodels.formula": statistics, "statsmodels.formula.api": statistics.api})
    sys.path.insert(0, sys.argv[1])
    import evaluation
    import util  # noqa: F401
    sys.path.insert(0, sys.argv[2])
    for name in ("util", "utils"):
        sys.modules.pop(name, None)
    import eval as chexlocalize
    import heatmap_to_segmentation
    import tune_heatmap_threshold
    return evaluation, chexlocalize, heatmap_to_segmentation, tune_heatmap_threshold


def images(rng, count):
    """Smooth maps that follow blobs more or less, on different scales."""
    rows = []
    for index in range(count):
        field = ndimage.gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 3)
        mask = field > np.quantile(field, rng.uniform(0.6, 0.95))
        noise = ndimage.gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 2)
        values = (field * rng.uniform(-0.5, 1) * 10 + noise * 4) * 2.0 ** rng.integers(-6, 6)
        # Few digits in the file, exact in float32.
        rows.append((np.round(values * 4096) / 4096, mask))
    rows[1] = (np.maximum(rows[1][0], 0), rows[1][1])
    rows[2] = (np.floor(rows[2][0] * 3), rows[2][1])
    return rows


def pxap(evaluation, rows):
    evaluator = object.__new__(evaluation.MaskEvaluator)
    thresholds = list(np.arange(0, 1, 0.001))
    evaluator.num_bins = len(thresholds) + 2
    evaluator.threshold_list_right_edge = np.append(thresholds, [1.0, 2.0, 3.0])
    evaluator.gt_true_score_hist = np.zeros(evaluator.num_bins)
    evaluator.gt_false_score_hist = np.zeros(evaluator.num_bins)
    evaluator.mask_root, evaluator.split = None, "test"
    masks = {str(index): mask for index, (_, mask) in enumerate(rows)}
    evaluator.mask_paths = evaluator.ignore_paths = {name: name for name in masks}
    evaluation.get_mask = lambda _, name, __: masks[name].astype(np.uint8)
    scaled = []
    for index, (values, _) in enumerate(rows):
        low, high = values.min(), values.max()
        # As normalize_scoremap of inference.py, in the single precision of Plumbline's maps.
        unit = np.zeros_like(values) if low == high else (
            (values.astype(np.float32) - np.float32(low))
            / np.float32(np.float32(high) - np.float32(low)))
        scaled.append(unit.astype(float))
        evaluator.accumulate(scaled[-1], str(index))
    pixels = np.concatenate([values.ravel() for values in scaled])
    labels = np.concatenate([mask.ravel() for _, mask in rows])
    return {"published": evaluator.compute() / 100,
            "exact": average_precision_score(labels, pixels),
            "mean_of_images": float(np.mean([
                average_precision_score(mask.ravel(), unit.ravel())
                for (_, mask), unit in zip(rows, scaled)]))}


def main():
    evaluation, chexlocalize, segmentation, tuning = published()
    rng = np.random.default_rng(11)
    tune, report = images(rng, 6), images(rng, 9)
    constant = report[:3] + [(np.full((HEIGHT, WIDTH), 2.0), report[3][1])]

    def region(values, threshold):
        return segmentation.cam_to_segmentation(
            torch.tensor(values, dtype=torch.float32), threshold=threshold)

    # tune_threshold, with arrays in the place of files.
    names = [f"image_{index}_task_map.pkl" for index in range(len(tune))]
    by_name = dict(zip(names, tune))
    truth = {f"image_{index}": {"task": mask.astype(int)} for index, (_, mask) in enumerate(tune)}
    tuning.pkl_to_mask = lambda pkl_path, threshold: region(by_name[pkl_path][0], threshold)
    thresholds = np.arange(0.2, 0.8, 0.1)
    means = [tuning.compute_miou(t, names, truth) for t in thresholds]
    tuning.Path = lambda _: types.SimpleNamespace(rglob=lambda __: names)
    best = round(float(tuning.tune_threshold("task", truth, "")), 1)

    overlaps = [float(chexlocalize.calculate_iou(region(values, best), mask, True))
                for values, mask in report]
    maps = dict(zip([f"/image_{i}_task_map.pkl" for i in range(len(report))],
                    [values for values, _ in report]))
    chexlocalize.LOCALIZATION_TASKS = ["task"]
    chexlocalize.get_map = lambda path: maps[str(path)]
    chexlocalize.Path = lambda _: types.SimpleNamespace(rglob=lambda __: list(maps))
    chexlocalize.json = types.SimpleNamespace(load=lambda _: {
        f"image_{i}": {"task": mask.astype(int)} for i, (_, mask) in enumerate(report)})
    chexlocalize.open = lambda _: __import__("contextlib").nullcontext()
    hits, _ = chexlocalize.get_hitrates("", "")
    hits = [int(value) for value in hits["task"]]

    intervals = {}
    for name, values in [("miou", overlaps), ("hit_rate", hits)]:
        generator = Generator(5)

        def choice(count, size, replace):
            return [generator.next() * count >> 64 for _ in range(size)]

        np.random.choice = choice
        frame = pd.DataFrame({"task": sorted(values)})
        means_of_resamples = chexlocalize.bootstrap_metric(frame, 1000)["task"]
        lower, _, upper = chexlocalize.compute_cis(means_of_resamples, 0.05)
        intervals[name] = {"mean": float(np.mean(values)), "lower": lower, "upper": upper}

    def texts(rows):
        return [{"map": values.ravel().tolist(),
                 "mask": "".join("01"[int(v)] for v in mask.ravel())} for values, mask in rows]

    json.dump({
        "height": HEIGHT, "width": WIDTH, "tune": texts(tune), "report": texts(report),
        "pxap": {"tune": pxap(evaluation, tune), "report": pxap(evaluation, report),
                 "constant": pxap(evaluation, constant)},
        "thresholds": {"means": [float(m) for m in means], "best": best},
        "overlaps": overlaps, "hits": hits, "intervals": intervals,
    }, pathlib.Path(sys.argv[3]).open("w"), indent=0, separators=(",", ":"), allow_nan=False)



main()
