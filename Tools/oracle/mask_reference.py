"""Dilated, eroded, shifted and boxed masks by scikit-image and scipy, for PlumblineDataTests.

    ENV/bin/python Tools/oracle/mask_reference.py \\
        Tests/PlumblineDataTests/Fixtures/mask_changes.json
"""
import json
import sys

import numpy as np
from scipy import ndimage

HEIGHT, WIDTH = 23, 31


def disk(radius):
    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return x * x + y * y <= radius * radius


def boxes(mask):
    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    result = np.zeros_like(mask)
    for box in ndimage.find_objects(labels):
        result[box] = True
    return result


def text(mask):
    return "".join("1" if v else "0" for v in mask.flatten())


rng = np.random.default_rng(3)
masks = {
    "blobs": ndimage.gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 2) > 0.09,
    "pixels": rng.uniform(size=(HEIGHT, WIDTH)) > 0.98,
    "full": np.ones((HEIGHT, WIDTH), bool),
    "corner": np.add.outer(np.arange(HEIGHT), np.arange(WIDTH)) < 5,
}
rows = []
for name, mask in masks.items():
    for radius in (0.5, 1, 1.5, 2.3, 4):
        structure = disk(radius)
        rows.append(
            dict(
                mask=text(mask),
                name=name,
                radius=radius,
                dilated=text(ndimage.binary_dilation(mask, structure)),
                eroded=text(ndimage.binary_erosion(mask, structure, border_value=1)),
                boxes=text(boxes(mask)),
                shift=[3, -2],
                shifted=text(ndimage.shift(mask.astype(np.uint8), (-2, 3), order=0) > 0),
            )
        )
json.dump(dict(height=HEIGHT, width=WIDTH, rows=rows), open(sys.argv[1], "w"), indent=0)
