"""Writes Tests/PlumblineDataTests/Preprocessing/augmentation.json: what torchvision makes of a
small image with fixed factors, the sizes of its random resized crops, and the squares of Cutout.
With a second file, also the boxes and the losses of CutMix
(Tests/PlumblineTrainingTests/Fixtures/cutmix.json).

usage: augmentation_fixture.py FILE [FILE]

The image follows from its size (`pattern` of preprocessing_fixture.py). Degrees count
counter-clockwise here, and clockwise in torchvision's affine.
"""

import base64
import json
import math
import pathlib
import sys

import peers  # noqa: F401  before torchvision
import numpy as np
import torch
from torchvision.transforms import InterpolationMode, RandomResizedCrop
from torchvision.transforms import functional as F

SIZE = 12


def pattern(channels):
    y, x, c = np.meshgrid(np.arange(SIZE), np.arange(SIZE), np.arange(channels), indexing="ij")
    values = ((y * 37 + x * 91 + c * 53 + x * y % 11 * 29) % 256).astype(np.uint8)
    return torch.from_numpy(values).permute(2, 0, 1).float() / 255


def encoded(tensor):
    values = tensor.permute(1, 2, 0).contiguous().numpy().astype(np.float32)
    return base64.b64encode(values.tobytes()).decode()


def geometry():
    image = pattern(3)
    for degrees, shear, scale, y, x, fill in [
        (0, 0, 1, 2, -3, 0.0), (17, 0, 1, 0, 0, 0.0), (0, 0, 1.4, 0, 0, 0.25),
        (0, 25, 1, 0, 0, 0.5), (-31, 12, 0.8, -1, 2, 1.0), (123, -20, 1.1, 3, 1, 0.0),
    ]:
        # Not by the argument `fill`: with it torchvision weighs pixels at the edge twice.
        result = fill + F.affine(
            image - fill, -degrees, [x, y], scale, [float(shear), 0.0], InterpolationMode.BILINEAR
        )
        yield dict(
            degrees=degrees, shear=shear, scale=scale, shiftY=y, shiftX=x, fill=fill,
            expected=encoded(result),
        )


def crops():
    image = pattern(3)
    for y, x, height, width in [(0, 0, 12, 12), (1, 4, 6, 8), (5, 0, 7, 3), (3, 2, 1, 10)]:
        result = F.resized_crop(
            image, y, x, height, width, [SIZE, SIZE], InterpolationMode.BILINEAR, antialias=False
        )
        yield dict(y=y, x=x, height=height, width=width, expected=encoded(result))


def colours():
    for channels in (3, 1):
        image = pattern(channels)
        for kind, factors in [
            ("brightness", (0.3, 1.7)), ("contrast", (0.2, 1.9)), ("saturation", (0, 0.4, 2.5)),
            ("hue", (-0.5, -0.13, 0.27, 0.5)),
        ]:
            for factor in factors:
                result = getattr(F, f"adjust_{kind}")(image, factor)
                yield dict(
                    channels=channels, kind=kind, factor=factor, expected=encoded(result)
                )


def sizes():
    """Sizes for drawn shares and aspects: torchvision's own code, with its draws replaced."""
    generator = torch.Generator().manual_seed(4)
    for _ in range(60):
        share = 0.08 + 0.6 * torch.rand(1, generator=generator).item()
        aspect = math.exp(math.log(0.5) + math.log(4) * torch.rand(1, generator=generator).item())
        share, aspect = round(share, 4), round(aspect, 4)
        _, _, height, width = RandomResizedCrop.get_params(
            torch.empty(1, 224, 224), [share, share], [aspect, aspect]
        )
        fits = share * max(aspect, 1 / aspect) < 1
        if fits:
            yield dict(share=share, aspect=aspect, height=height, width=width)


def central():
    for low, high in [(1.5, 2), (0.3, 0.6), (0.75, 1.3)]:
        y, x, height, width = RandomResizedCrop.get_params(
            torch.empty(1, 224, 224), [5, 5], [low, high]
        )
        yield dict(low=low, high=high, y=y, x=x, height=height, width=width)


def cutout_squares():
    """The square of Cutout.__call__ of uoguelph-mlrg/Cutout, util/cutout.py."""
    for size, length, y, x in [
        (12, 4, 5, 6), (12, 5, 0, 11), (32, 16, 3, 30), (7, 7, 3, 3), (9, 1, 4, 4), (10, 20, 2, 9),
    ]:
        y1, y2 = np.clip(y - length // 2, 0, size), np.clip(y + length // 2, 0, size)
        x1, x2 = np.clip(x - length // 2, 0, size), np.clip(x + length // 2, 0, size)
        yield dict(
            size=size, length=length, centreY=y, centreX=x, y=int(y1), x=int(x1),
            height=int(y2 - y1), width=int(x2 - x1),
        )


def cutmix_boxes():
    """rand_bbox of clovaai/CutMix-PyTorch, train.py, for given draws, and its new lambda."""
    generator = np.random.RandomState(5)
    for _ in range(40):
        height, width = 24, 17
        lam = np.float32(generator.rand())
        cut_rat = np.sqrt(1.0 - np.float64(lam))
        cut_h, cut_w = int(height * cut_rat), int(width * cut_rat)
        cy, cx = generator.randint(height), generator.randint(width)
        y1, y2 = np.clip(cy - cut_h // 2, 0, height), np.clip(cy + cut_h // 2, 0, height)
        x1, x2 = np.clip(cx - cut_w // 2, 0, width), np.clip(cx + cut_w // 2, 0, width)
        adjusted = 1 - ((x2 - x1) * (y2 - y1) / (height * width))
        yield dict(
            lam=float(lam), centreY=int(cy), centreX=int(cx), y=int(y1), x=int(x1),
            height=int(y2 - y1), width=int(x2 - x1), adjusted=float(adjusted),
        )


def main(path):
    parts = dict(
        geometry=list(geometry()), crops=list(crops()), colours=list(colours()),
        sizes=list(sizes()), central=list(central()), cutout=list(cutout_squares()),
    )
    text = ",\n".join(
        json.dumps(name) + ": [\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]"
        for name, entries in parts.items()
    )
    pathlib.Path(path).write_text("{\n" + text + "\n}\n")
    print({name: len(entries) for name, entries in parts.items()})


def cutmix_losses():
    """The loss of a mixed batch as the authors compute it: lam * loss(a) + (1 - lam) * loss(b)."""
    torch.manual_seed(6)
    logits = (2 * torch.randn(4, 3)).double()
    a, b = torch.tensor([0, 2, 1, 1]), torch.tensor([1, 1, 0, 1])
    targets = [torch.nn.functional.one_hot(y, 3).double() for y in (a, b)]
    lam = 0.625
    functional = torch.nn.functional
    for kind, smoothing in [("multiclass", 0.0), ("multiclass", 0.1), ("multilabel", 0.0)]:
        if kind == "multiclass":
            losses = [
                functional.cross_entropy(logits, y, label_smoothing=smoothing) for y in (a, b)
            ]
        else:
            losses = [functional.binary_cross_entropy_with_logits(logits, y) for y in targets]
        yield dict(
            kind=kind, smoothing=smoothing, logits=logits.flatten().tolist(), first=a.tolist(),
            second=b.tolist(), lam=lam, loss=(lam * losses[0] + (1 - lam) * losses[1]).item(),
        )


def write_cutmix(path):
    parts = dict(boxes=list(cutmix_boxes()), losses=list(cutmix_losses()))
    pathlib.Path(path).write_text(json.dumps(parts) + "\n")


main(sys.argv[1])
if len(sys.argv) > 2:
    write_cutmix(sys.argv[2])
