"""Reads what Plumbline writes: results files and checkpoints. Needs h5py, numpy and pandas.

    import plumbline
    scores = plumbline.scores("demo/results.h5", "mass_accuracy")
    scores.groupby("scenario")["value"].mean()

A table of HDF5 arrives in h5py as bytes, and `rows["class"] == "Edema"` then matches nothing,
silently. Here texts are str. A missing value is NaN, and the column `reason` says why.
"""
import h5py
import numpy as np
import pandas as pd

TABLES = ["runs", "images", "scores", "metrics", "metric_curves", "confusion", "judgements",
          "audit", "permuted_labels"]
FACTORS = ["class", "model", "explanation", "pretraining", "scenario", "trained_through",
           "checkpoint", "decoy", "labels", "settings", "fine_tune_settings", "lambda",
           "seed", "steps"]


def table(file, name):
    """The table `name` of an open file as a data frame."""
    rows = file[name][()]
    return pd.DataFrame({
        column: np.char.decode(rows[column], "utf-8").astype(object)
        if rows[column].dtype.kind == "S" else rows[column]
        for column in rows.dtype.names})


def results(path):
    """The tables of a results file by name, and `curves`: the steps of each run."""
    with h5py.File(path) as file:
        tables = {name: table(file, name) for name in TABLES if name in file}
        steps = [table(file["curves"], run).assign(run=run) for run in file.get("curves", {})]
    tables["curves"] = pd.concat(steps, ignore_index=True) if steps else pd.DataFrame()
    return tables


def scores(path, metric=None):
    """One row per run, image, metric and part, with the factors of the run and the group, label
    and prediction of the image; of one metric, or of all."""
    tables = results(path)
    rows = tables["scores"]
    if metric is not None:
        known = sorted(set(rows["metric"]))
        if metric not in known:
            raise ValueError(f"{path} has no scores of {metric}; it has {', '.join(known)}")
        rows = rows[rows["metric"] == metric]
    factors = [name for name in FACTORS if name in tables["runs"]]
    images = tables["images"]
    images = images[[c for c in images if c not in factors]]
    return rows.merge(tables["runs"][["run"] + factors], on="run", validate="many_to_one").merge(
        images, on=["run", "image"], how="left", validate="many_to_one")


def gaps(path, metric="mass_accuracy", first="align", second="misalign"):
    """The score of each image after `first` less that after `second`.

    Columns `first`, `second` and `gap`. Where one of the two is missing the gap is NaN, and
    `reason` says why.
    """
    rows = scores(path, metric)
    keys = [name for name in FACTORS if name in rows and name not in ("scenario", "steps")]
    keys += ["image", "group", "part"]
    sides = [rows[rows["scenario"] == name][keys + ["value", "reason"]]
             for name in (first, second)]
    pairs = sides[0].merge(sides[1], on=keys, how="outer", suffixes=("_first", "_second"),
                           validate="one_to_one")
    absent = [pairs[f"reason_{side}"].isna() for side in ("first", "second")]
    pairs["gap"] = pairs["value_first"] - pairs["value_second"]
    pairs["reason"] = np.where(
        absent[0] | absent[1], "no counterpart",
        pairs["reason_first"].fillna("").where(
            pairs["reason_first"].fillna("") != "", pairs["reason_second"].fillna("")))
    return pairs.rename(columns={"value_first": "first", "value_second": "second"})[
        keys + ["first", "second", "gap", "reason"]]


def maps(path, run=None):
    """The maps that a results file keeps (`evaluate.save_explanations`): an iterator over run,
    image and the map [height, width, channels]."""
    with h5py.File(path) as file:
        kept = file.get("explanations", {})
        for name in ([run] if run is not None else list(kept)):
            for image in kept[name]:
                yield name, image, kept[name][image][()]


def checkpoint(path):
    """The weights of a checkpoint by PyTorch's name, as numpy arrays; and its attributes."""
    weights = {}
    with h5py.File(path) as file:
        file["weights"].visititems(
            lambda name, item: weights.update({name: item[()]})
            if isinstance(item, h5py.Dataset) else None)
        attributes = {key: value.decode() if isinstance(value, bytes) else value
                      for key, value in file.attrs.items()}
    return weights, attributes


def to_torch(path):
    """A checkpoint as a `state_dict` of PyTorch, which must be installed."""
    import torch

    return {name: torch.from_numpy(np.ascontiguousarray(value))
            for name, value in checkpoint(path)[0].items()}
