"""Losses of three steps of published_loop.py on two small models, for
Tests/PlumblineTrainingTests/PublishedLoopTests.swift.

    python published_fixture.py > values

Weights are drawn by Plumbline's generator from their names, images and masks are formulas: the
Swift test makes the same, so nothing but the losses is stored.
"""

import published_loop

import math

import numpy as np
import torch

from plumbline_random import Generator


def fill(model):
    """Every parameter and running statistic from its name and shape."""
    for name, tensor in model.state_dict().items():
        if not tensor.dtype.is_floating_point:
            continue
        random = Generator(5).stream(name)
        if name.endswith("running_var") or (tensor.dim() == 1 and name.endswith("weight")):
            middle, spread = 1, 0.1
        elif tensor.dim() == 1 or name in ("cls_token", "pos_embed"):
            middle, spread = 0, 0.1
        else:
            middle, spread = 0, math.sqrt(2 / math.prod(tensor.shape[1:]))
        drawn = torch.tensor([random.normal() for _ in range(tensor.numel())]).view_as(tensor)
        tensor.copy_(drawn * np.float32(spread) + middle)
    return model


LABELS = [1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0]


def data():
    number, channel, y, x = np.meshgrid(
        np.arange(12), np.arange(3), np.arange(32), np.arange(32), indexing="ij"
    )
    images = np.sin(0.3 * y + 0.07 * (number + 1) * x + channel + number).astype(np.float32)
    masks = []
    for index, label in enumerate(LABELS):
        mask = torch.zeros(32, 32, dtype=torch.float64)
        mask[index : index + 14, 6 : 20 + index] = 1
        masks.append(
            mask if label == 1 and index != 3 else None
        )  # image 3 is positive and has none
    return torch.from_numpy(images).double(), torch.tensor(LABELS, dtype=torch.float64), masks


if __name__ == "__main__":
    for name, config, explanation, rate in [
        ("vit_mini", {"img_size": 32}, "gradient", "1e-3"),
        ("densenet_mini", {}, "gradient", "1e-5"),
        ("densenet_mini", {}, "lrp_epsilon_plus", "1e-5"),
    ]:
        for scenario in ("align", "misalign"):
            settings = published_loop.parser().parse_args(
                [
                    "-",
                    "--labels",
                    "-",
                    "--masks",
                    "-",
                    "--target",
                    "-",
                    "--explanation",
                    explanation,
                    "--scenario",
                    scenario,
                    "--accumulation",
                    "2",
                    "--rate",
                    rate,
                ]
            )
            rows = []
            for dtype in (torch.float64, torch.float32):
                loop = published_loop.Loop(
                    fill(published_loop.build(name, 3, config)), data(), 1, settings, dtype
                )
                loop.model.train()
                groups = [[[0, 1], [2, 3]], [[4, 5], [6, 7]], [[8, 9], [10, 11]]]
                rows.append([loop.step(group, settings.rate) for group in groups])
            for exact, single in zip(*rows):
                keys = ("loss", "location_loss", "gradient_norm")
                values, errors = (
                    [exact[key] for key in keys],
                    [abs(single[key] / exact[key] - 1) for key in keys],
                )
                print(
                    name,
                    explanation,
                    scenario,
                    ", ".join(f"{value:.7g}" for value in values),
                    "float32's error",
                    ", ".join(f"{error:.0e}" for error in errors),
                )
