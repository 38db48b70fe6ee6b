"""`plumbline parts` in numpy, for the tests of PlumblineExperiments.

    ENV/bin/python Tools/oracle/parts_reference.py Tests/PlumblineExperimentsTests/Parts/parts.json

PQAH (arXiv 2405.13264) has no published code: section 3 is written out here. Quartiles are numpy's
(linear), correlations are scipy's. Maps are multiples of 1/64 and parts are boxes, so that the file
is small and exact.
"""
import json
import sys

import numpy as np
from scipy import ndimage, stats

HEIGHT, WIDTH = 18, 16
THETAS = [0.3, 0.5, 0.75]
QUANTITIES = ["ph", "precision", "recall", "true_precision", "dice", "iou"]


def images(rng):
    """Images of two classes: a box for the object, boxes for its parts, and a map in 1/64."""
    result = []
    for index in range(14):
        name = "bird" if index % 3 else "quadruped"
        names = ["beak", "body", "wing"] if name == "bird" else ["body", "head"]
        smooth = ndimage.gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 2)
        values = np.round(smooth / np.abs(smooth).max() * 96 + 24).astype(int)
        parts = {}
        for number, part in enumerate(names):
            # Some parts are absent; boxes may overlap.
            if (index + 2 * number) % 5 == 4:
                continue
            x, y = int(rng.integers(0, 9)), int(rng.integers(0, 9))
            parts[part] = [x, y, int(rng.integers(2, 8)), int(rng.integers(2, 9))]
        if index == 5:
            values[:] = 32
        if index == 6:
            values = -np.abs(values) - 1
        if index == 9:
            parts = {}
        box = [2, 3, 11, 12]
        result.append(dict(name=f"i{index:02d}", label=name, box=box, parts=parts,
                           map=values.ravel().tolist()))
    return result


def region(box):
    x, y, width, height = box
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[y:y + height, x:x + width] = True
    return mask


def pixels(image):
    """What is scored: the positive relevance."""
    return np.maximum(np.array(image["map"], float).reshape(HEIGHT, WIDTH) / 64, 0)


def scores(image, theta):
    """By part; None where the map is constant."""
    parts = {name: region(box) for name, box in sorted(image["parts"].items())}
    values = pixels(image)
    if values.max() == values.min():
        return {name: None for name in [*parts, "background"]}
    seen = values > values.min() + theta * (values.max() - values.min())
    whole = np.any(list(parts.values()), axis=0)
    parts["background"] = ~whole
    result = {}
    for name, part in parts.items():
        both = (seen & part).sum()
        precision = (seen & (part if name == "background" else whole)).sum() / seen.sum()
        recall = both / part.sum()
        ph = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        result[name] = dict(zip(QUANTITIES, [
            ph, precision, recall, both / seen.sum(), 2 * both / (seen.sum() + part.sum()),
            both / (seen | part).sum()]))
    return result


def others(image):
    """Metrics of the whole object, with the threshold mean + standard deviation."""
    values, mask = pixels(image), region(image["box"])
    if values.max() == values.min():
        return {}
    seen = values >= values.mean() + values.std()
    both = (seen & mask).sum()
    return dict(mass_accuracy=values[mask].sum() / values.sum(), iou=both / (seen | mask).sum(),
                explanation_coverage=both / seen.sum())


def quartiles(values):
    return [float(value) for value in np.percentile(values, [25, 50, 75])]


def spearman(first, second):
    if len(first) < 3 or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return float(stats.spearmanr(first, second)[0])


def classes(all_images, theta):
    result = []
    for name in sorted({image["label"] for image in all_images}):
        own = [i for i in all_images if i["label"] == name and i["parts"]]
        scored = [scores(image, theta) for image in own]
        names = sorted({part for s in scored for part in s} - {"background"}) + ["background"]
        parts = []
        for part in names:
            shown = [s[part] for s in scored if part in s]
            with_value = [s for s in shown if s]
            parts.append(dict(
                part=part, images=len(with_value), absent=len(own) - len(shown),
                missing=len(shown) - len(with_value),
                quantities={q: quartiles([s[q] for s in with_value]) for q in QUANTITIES},
                approximation=quartiles([s["ph"] - s["dice"] for s in with_value]),
                spearman=spearman([s["ph"] for s in with_value], [s["dice"] for s in with_value])))
        result.append({"class": name, "images": len(own), "parts": parts,
                       "without_parts": sum(i["label"] == name and not i["parts"]
                                            for i in all_images)})
    return result


def correlations(all_images, theta):
    pairs = []
    for image in all_images:
        if not image["parts"]:
            continue
        values = [s["ph"] for name, s in scores(image, theta).items()
                  if s and name != "background"]
        if values and others(image):
            pairs.append((np.mean(values), others(image)))
    return {metric: spearman([p for p, _ in pairs], [o[metric] for _, o in pairs])
            for metric in pairs[0][1]}


def main():
    all_images = images(np.random.default_rng(11))
    rows = {f"{i['name']},{theta},{part}": [float(s[q]) for q in QUANTITIES] if s else None
            for i in all_images if i["parts"] for theta in THETAS
            for part, s in scores(i, theta).items()}
    content = dict(
        height=HEIGHT, width=WIDTH, thetas=THETAS, images=all_images, rows=rows,
        classes=classes(all_images, 0.5),
        correlations={str(theta): correlations(all_images, theta) for theta in THETAS})
    with open(sys.argv[1], "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")


main()
