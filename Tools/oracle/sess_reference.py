"""SESS (Tursun et al., arXiv 2207.01769) in numpy and PyTorch, independent of the Swift code.

    python sess_reference.py > values

It follows the authors' public code (github.com/neouyghur/SESS, sess.py at a922c95) with its
defaults, and prints the maps that Tests/PlumblineExplanationsTests/SESSTests.swift holds. The
explained model is f(x) = 0.004 sum(w x^2), whose gradient 0.008 w x is known, so no autograd is
needed. `enhance` takes any function from a window to its probability and its map: with another
model it gives a full-size check.

What the authors' code leaves open, and what is done here:
  * The score is the sigmoid of the class's logit. There it is a softmax over classes; the models
    here have several labels.
  * A relevance of several channels becomes a map by the mean of its positive parts.
  * A constant map adds nothing. There it is 0 / 0, and every pixel under that window ends at 0.
  * The window's side is the image's shorter side. There both are 224.
The maps are resized and smoothed there by cv2.resize and cv2.GaussianBlur(map, (11, 11), 5.0):
`interpolate` and `smooth` give the same values to 1e-15 (OpenCV 5.0).
"""

import numpy as np
import torch
from torch.nn.functional import interpolate


def starts(size, window):
    found, position = [], 0
    while position + window < size:
        found.append(position)
        position += window
    return found + [size - window]


def smooth(values):
    kernel = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 5.0**2))
    kernel /= kernel.sum()
    for axis in (0, 1):
        widths = [(5, 5) if axis == a else (0, 0) for a in (0, 1)]
        padded = (
            np.pad(values, widths, mode="reflect")
            if values.shape[axis] > 1
            else np.pad(values, widths, mode="edge")
        )
        values = np.apply_along_axis(lambda line: np.convolve(line, kernel, "valid"), axis, padded)
    return values


def enhance(image, explain, scales=12, growth=64):
    """image: [height, width, channels] in float64; explain: a window to (probability, map of the
    window's size)."""
    height, width = image.shape[:2]
    side = min(height, width)
    tensor = torch.from_numpy(image).permute(2, 0, 1)[None]
    maps, probabilities, places = [], [], []
    for index in range(scales):
        short = side + growth * index
        size = (int(short * height / side), int(short * width / side))
        large = (
            interpolate(tensor, size=size, mode="bilinear", align_corners=False)[0]
            .permute(1, 2, 0)
            .numpy()
        )
        for top in starts(size[0], side):
            for left in starts(size[1], side):
                probability, found = explain(large[top : top + side, left : left + side])
                probabilities.append(probability)
                maps.append(found)
                places.append((size, top, left))
    largest = max(probabilities)
    placed = []
    for probability, found, (size, top, left) in zip(probabilities, maps, places):
        if found.max() == found.min():
            continue
        canvas = np.zeros(size)
        canvas[top : top + side, left : left + side] = (
            (found - found.min()) / (found.max() - found.min()) * probability / largest
        )
        canvas = torch.from_numpy(canvas)[None, None]
        placed.append(
            interpolate(canvas, size=(height, width), mode="bilinear", align_corners=False)[
                0, 0
            ].numpy()
        )
    placed = np.array(placed)
    counts = (placed > 1e-9).sum(axis=0)  # more than a rounding of the place that is read
    return smooth(np.where(counts > 0, placed.sum(axis=0) / np.maximum(counts, 1), 0))


def wave(height, width, a, b, c):
    y, x, channel = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return np.sin(a * y + b * x + c * channel + 0.01 * x * y).astype(np.float32).astype(np.float64)


def quadratic(weights):
    def explain(window):
        logit = 0.004 * (weights * window**2).sum()
        return 1 / (1 + np.exp(-logit)), np.maximum(0.008 * weights * window, 0).mean(axis=2)

    return explain


if __name__ == "__main__":
    for height, width, scales, step in [(32, 32, 12, 4), (20, 30, 3, 3), (4, 6, 2, 1)]:
        side = min(height, width)
        found = enhance(
            wave(height, width, 0.31, 0.17, 1.1),
            quadratic(wave(side, side, 0.05, 0.07, 0.4)),
            scales,
        )
        print(f"// {height} x {width}, {scales} sizes, every {step} pixels")
        values = [f"{value:.6f}" for value in found[::step, ::step].flatten()]
        for start in range(0, len(values), 10):
            print("    " + ", ".join(values[start : start + 10]) + ",")
