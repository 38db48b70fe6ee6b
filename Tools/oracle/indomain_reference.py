"""Prints the reference values of InDomainTests: IDSDS and F-Fidelity of a small network.

    git clone https://github.com/visinf/idsds
    git clone https://github.com/AslanDing/Finetune-Fidelity
    ENV/bin/python Tools/oracle/indomain_reference.py idsds Finetune-Fidelity

IDSDS is what `single_deletion.py` of the authors gives (Hesse et al., arXiv 2407.11910). The random
masks of F-Fidelity (Zheng et al., arXiv 2410.02970) are drawn with Plumbline's generator, so that
the values can be compared exactly; the last lines compare their expectation with the authors'
`code/evaluation_model.py`, which draws with PyTorch's.
"""
import argparse
import pathlib
import re
import sys
import types

import numpy as np
import torch
from scipy import stats

from plumbline_random import Generator

SIDE, CHANNELS, CLASSES, SEED = 16, 3, 2, 7
SIZES, SAMPLES, ALPHA, BETA = [0.1, 0.3, 0.5, 0.7, 0.9], 20, 0.5, 0.1
COUNT = SIDE * SIDE * CHANNELS


def weights(first, second):
    place = torch.arange(COUNT, dtype=torch.float64)
    return torch.sin(place * first + second) * 0.12


class Model(torch.nn.Module):
    """logit_c = w_c x + (v_c x)^2 / 2, with channels last."""

    def forward(self, image):
        x = image.permute(0, 2, 3, 1).reshape(len(image), -1).double()
        linear = torch.stack([weights(0.37, 1), weights(0.23, 2)], 1)
        square = torch.stack([weights(0.11, 3), weights(0.53, 4)], 1)
        return x @ linear + (x @ square) ** 2 / 2


def image():
    place = np.arange(COUNT)
    values = (np.sin(place * 0.7) + 0.3 * np.cos(place * place * 0.013)).astype(np.float32)
    return torch.tensor(values.reshape(1, SIDE, SIDE, CHANNELS)).permute(0, 3, 1, 2)


class InputXGradient:
    def explain(self, images, target):
        x = images.detach().double().requires_grad_()
        logits = Model()(x)
        gradient = torch.autograd.grad(logits[range(len(x)), target].sum(), x)[0]
        return (x * gradient).detach()


def published_idsds(folder, target):
    """The authors' function on one image. Its blur is not used, and needs a package of its own."""
    utils = types.ModuleType("utils")
    utils.utils = types.ModuleType("utils.utils")
    utils.utils.GaussianSmoothing = lambda *arguments, **named: None
    sys.modules.update({"utils": utils, "utils.utils": utils.utils})
    space = {}
    exec(pathlib.Path(folder, "single_deletion.py").read_text(), space)
    space["tqdm"] = lambda items, total: items
    arguments = argparse.Namespace(
        grid_rows_and_cols=4, nr_images=-1, batch_size=1, sd_baseline="zeros")
    loader = [(image(), torch.tensor([target]), [0])]
    loader = type("Loader", (list,), {"dataset": [0]})(loader)
    return space["single_deletion_protocol"](Model(), InputXGradient(), loader, arguments, "cpu")


def patches(target):
    x = image()
    relevance = InputXGradient().explain(x, [target])
    logit = Model()(x)[0, target]
    sums, falls = [], []
    side = SIDE // 4
    for row in range(4):
        for column in range(4):
            part = np.s_[..., row * side:(row + 1) * side, column * side:(column + 1) * side]
            removed = x.clone()
            removed[part] = 0
            sums.append(float(relevance[part].sum()))
            falls.append(float(logit - Model()(removed)[0, target]))
    return sums, falls


def f_fidelity(target):
    x = image()
    pixels = InputXGradient().explain(x, [target])[0].sum(0).reshape(-1).numpy()
    order = np.argsort(-pixels, kind="stable")
    random = Generator(SEED).stream("f_fidelity")
    masks = []
    for part in range(2):
        for size in SIZES:
            count = round(size * len(order))
            chosen = order[:count] if part == 0 else order[count:]
            probability = min(ALPHA, BETA * len(order) / len(chosen))
            for _ in range(SAMPLES):
                mask = np.ones(len(order), np.float32)
                for pixel in chosen:
                    if (random.next() >> 40) * 2.0**-24 < probability:
                        mask[pixel] = 0
                masks.append(mask.reshape(1, SIDE, SIDE))
    logits = Model()(x * torch.tensor(np.array(masks)))
    whole = Model()(x)
    right = (whole.argmax(1) == target).double() - (logits.argmax(1) == target).double()
    probability = whole.softmax(1)[:, target] - logits.softmax(1)[:, target]
    half = len(masks) // 2
    return [float(v) for values in (right, probability) for v in (
        values[:half].mean(), values[half:].mean())]


def published_f_fidelity(folder, target, samples):
    """The authors' two functions at our sizes: the mean fall of the right predictions."""
    source = pathlib.Path(folder, "code", "evaluation_model.py").read_text()
    space = {"torch": torch, "np": np, "device": "cpu", "glob_interval": SIDE * SIDE / 100}
    space["math"] = __import__("math")
    for name in ["ours_random_MoRF", "ours_random_LeRF"]:
        exec(re.search(rf"def {name}\(.*?\n    return acc_lists\n", source, re.S)[0], space)
    space["sparsity"] = [round(100 * size) - 1 for size in SIZES]
    scores = InputXGradient().explain(image(), [target])[0].sum(0).reshape(-1).numpy()
    torch.manual_seed(0)
    falls = []
    # Its LeRF removes from the least relevant share, so the shares are the complements of ours.
    for name in ["ours_random_MoRF", "ours_random_LeRF"]:
        right = space[name](
            Model(), image(), target, robust_ratio=ALPHA, num_samples=samples, max_ratio=BETA,
            use_max=True, scores=scores)
        falls.append(right[0] - float(np.mean(right[1:])))
    return falls


def our_expectation(target, samples):
    global SAMPLES
    SAMPLES, before = samples, SAMPLES
    values = f_fidelity(target)[:2]
    SAMPLES = before
    return values


for target in range(CLASSES):
    sums, falls = patches(target)
    idsds = float(stats.spearmanr(sums, falls).statistic)
    pearson = float(stats.pearsonr(sums, falls).statistic)
    published = float(published_idsds(sys.argv[1], target))
    assert abs(idsds - published) < 1e-12, (idsds, published)
    print(f"class {target}: logits {[float(v) for v in Model()(image())[0]]}")
    print(f"    IDSDS {idsds!r}, Pearson {pearson!r}, the authors' {published!r}")
    print(f"    F-Fidelity +, -, of the probability +, - {f_fidelity(target)}")
    print(f"    2,000 masks: ours {our_expectation(target, 400)}, "
          f"the authors' {published_f_fidelity(sys.argv[2], target, 400)}")
