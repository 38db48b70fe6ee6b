"""The published fine-tuning of arXiv 2311.04813 as a plain PyTorch loop, to compare Plumbline's
losses with.

    python published_loop.py START.safetensors --labels train.csv
        --masks gt_segmentations_train.json --target "Pleural Effusion"
        --size 64 --explanation gradient --scenario align --curve RUN/align/last.h5

It reads the phantoms that Plumbline reads, starts from the weights that `plumbline export` wrote,
takes the batches in Plumbline's own order (plumbline_random.py), and does what the authors' code
does (src/model/mask_finetuning.py and Lightning at
github.com/MI2DataLab/be-careful-evaluating-explanations): AdamW; the gradient of a batch over the
number of accumulated batches, also in a last group that is shorter; the norm clipped; a forward of
the whole batch for the classification and another of the positives alone for the explanation, both
in training mode; zennit's gradient, which is f * gradient, or its epsilon-plus LRP, whose rules
hold the weights constant; every map compared with every mask of the batch; zeros for a positive
image that has no mask.

Each of these is an option of its own, so that each can be compared alone; the defaults are the
published ones. With --curve the losses of each step are compared with those of a Plumbline
checkpoint: float64 is the reference, and PyTorch's own float32 stands beside it. Exit code 1 when
Plumbline is further away than both 1e-4 and four times PyTorch's float32.

A small network of ReLUs and batch norm is no steady yardstick over 20 steps: where one ReLU falls
otherwise in float32, its relevance jumps, the next step differs, and PyTorch's own float32 leaves
float64 by 1e-3. So --states compares epoch by epoch: at the start of each, the loop takes over
Plumbline's weights, running statistics and AdamW's moments, and at its end the change of the
weights is compared too. With as many images as one step takes, that is step by step. --states is a
path with {} in it for the number of epochs that Plumbline was run for; a shorter run of the same
configuration is the beginning of a longer one.

One thing differs from the authors' code on purpose: the models are torchvision's and timm's, not
MONAI's and Hugging Face's. MONAI's DenseNet has its last ReLU and its pooling as modules, which
zennit's rules then cover; --lrp-head modules does so here.
"""

import argparse
import contextlib
import csv
import json
import math
import os
import sys

import peers  # first: it prepares PyTorch for torchvision, timm and zennit
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import plumbline_random

# Options: the published value first.
QUIRKS = {
    "output_seed": ["logit", "one"],
    "lrp_gradient": ["truncated", "exact"],
    "lrp_head": ["functions", "modules"],
    "pairing": ["all_pairs", "own"],
    "without_mask": ["zeros", "skip"],
    "explanation_mode": ["train", "eval"],
    "two_forwards": ["yes", "no"],
    "partial_group": ["full", "own"],
    "warm_up_start": ["zero", "first"],
}


class ModuleHead(nn.Module):
    """torchvision's DenseNet with the last ReLU and the pooling as modules."""

    def __init__(self, densenet):
        super().__init__()
        self.features, self.classifier = densenet.features, densenet.classifier
        self.relu, self.pool = nn.ReLU(), nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        return self.classifier(torch.flatten(self.pool(self.relu(self.features(x))), 1))


def build(name, classes, config=None):
    """A model by Plumbline's name; the minis are its own presets."""
    config = dict(config or {})
    if name == "densenet_mini":
        preset = dict(growth_rate=12, block_config=(2, 3, 3), num_init_features=24, bn_size=2)
        return peers.build("densenet", classes, **{**preset, **config})
    if name == "vit_mini":
        preset = dict(img_size=64, patch_size=8, embed_dim=64, depth=3, num_heads=4)
        return peers.build("vit_base_patch16_224", classes, **{**preset, **config})
    return peers.build(name, classes, **config)


def load(path):
    """The model of a file that `plumbline export` wrote, and its classes."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        told = file.metadata()
        weights = {name: file.get_tensor(name) for name in file.keys()}
    classes = json.loads(told["classes"])
    model = build(told["model"], len(classes), json.loads(told["model_config"]))
    put(model, weights)
    return model, classes


def put(model, weights):
    """Plumbline's weights into a model; every one has its place."""
    absent, unknown = model.load_state_dict(weights, strict=False)
    absent = [name for name in absent if not name.endswith("num_batches_tracked")]
    if absent or unknown:
        raise SystemExit(f"without a value: {absent}; without a place: {unknown}")


def run_lengths(counts, height, width):
    """COCO's compressed run-length code as a mask."""
    runs, place = [], 0
    while place < len(counts):
        value, shift, more = 0, 0, True
        while more:
            digit = ord(counts[place]) - 48
            value |= (digit & 31) << shift
            more = bool(digit & 32)
            place += 1
            shift += 5
            if not more and digit & 16:
                value |= -1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    flat = np.concatenate([np.full(run, index % 2) for index, run in enumerate(runs)])
    return flat.reshape(width, height).T.astype(np.float64)


def read(labels, images, masks, target, size, mean=0.5, deviation=0.5):
    """Images [n, 3, size, size], labels [n] and masks (or None) of a CheXpert CSV, in float64."""
    from PIL import Image

    with open(labels) as file:
        rows = list(csv.DictReader(file))
    regions = json.load(open(masks))
    pixels, values, found = [], [], []
    for row in rows:
        path = os.path.join(images, row["Path"])
        if not os.path.exists(path):
            path = os.path.join(images, *row["Path"].split("/")[1:])
        image = (
            torch.from_numpy(np.array(Image.open(path).convert("RGB")))
            .permute(2, 0, 1)[None]
            .double()
            / 255
        )
        image = F.interpolate(
            image, size=(size, size), mode="bilinear", align_corners=False, antialias=False
        )
        pixels.append((image[0] - mean) / deviation)
        values.append(float(float(row[target] or 0) == 1))
        key = "_".join(os.path.splitext(row["Path"])[0].split("/")[-3:])
        region = regions.get(key, {}).get(target)
        mask = None
        if region:
            mask = torch.from_numpy(run_lengths(region["counts"], *region["size"]))[None, None]
            mask = F.interpolate(mask, size=(size, size), mode="nearest")[0, 0]
        found.append(mask)
    return torch.stack(pixels), torch.tensor(values), found


@contextlib.contextmanager
def exact_rules():
    """zennit's rules with the weights as part of the graph, so that its relevance is differentiated
    wholly."""
    from zennit.core import ParamMod, zero_wrap

    @contextlib.contextmanager
    def modified(self, module):
        keys = (
            [name for name, _ in module.named_parameters(recurse=False)]
            if self.param_keys is None
            else self.param_keys
        )
        modifier = zero_wrap(self.zero_params or [])(self.modifier)
        stored = {
            key: module._parameters[key] for key in keys if module._parameters.get(key) is not None
        }
        for key, parameter in stored.items():
            del module._parameters[key]
            object.__setattr__(module, key, modifier(parameter, key))
        try:
            yield module
        finally:
            for key, parameter in stored.items():
                object.__delattr__(module, key)
                module._parameters[key] = parameter

    original, ParamMod.__call__ = ParamMod.__call__, modified
    try:
        yield
    finally:
        ParamMod.__call__ = original


class Loop:
    """The fine-tuning of one model in one precision."""

    def __init__(self, model, data, target, settings, dtype):
        self.settings, self.target, self.dtype = settings, target, dtype
        model = (
            ModuleHead(model)
            if settings.lrp_head == "modules" and hasattr(model, "features")
            else model
        )
        self.model = model.to(dtype)
        self.images, self.labels = data[0].to(dtype), data[1].to(dtype)
        self.masks = [None if mask is None else mask.to(dtype) for mask in data[2]]
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(),
            lr=settings.rate,
            betas=(0.9, 0.999),
            eps=1e-8,
            weight_decay=settings.weight_decay,
        )

    def goal(self, index):
        """What the map of a positive image is drawn towards; None where it has no location loss."""
        mask = self.masks[index]
        if mask is not None:
            return mask if self.settings.scenario == "align" else 1 - mask
        if self.settings.without_mask == "zeros":
            return torch.zeros(self.images.shape[2:], dtype=self.dtype)
        return None

    def relevance(self, images):
        """[n, channels, height, width], part of the graph."""
        settings = self.settings
        is_lrp = settings.explanation.startswith("lrp")
        seed = "logit" if is_lrp else settings.output_seed
        exact = (
            exact_rules()
            if is_lrp and settings.lrp_gradient == "exact"
            else contextlib.nullcontext()
        )
        self.model.train(settings.explanation_mode == "train")
        try:
            with (
                exact,
                peers.explainer(
                    peers.Selected(self.model, self.target),
                    settings.explanation,
                    settings.steps,
                    create_graph=True,
                    output_seed=seed,
                ) as attributor,
            ):
                return attributor(images)[1]
        finally:
            self.model.train()

    def location_loss(self, relevance, goals):
        relevance = relevance.clamp(min=0).mean(dim=1)
        low, high = (
            relevance.amin(dim=(1, 2), keepdim=True),
            relevance.amax(dim=(1, 2), keepdim=True),
        )
        relevance = (relevance - low) / (high - low + 1e-6)
        goals = torch.stack(goals)
        if self.settings.pairing == "all_pairs":
            goals = goals[:, None]  # broadcasts to [n, n, height, width]
        return ((relevance - goals) ** 2).mean()

    def losses(self, batch):
        """The classification and the location loss of a batch; the latter is None where no image
        has a goal."""
        images, labels = self.images[batch], self.labels[batch]
        positives = [
            place
            for place, index in enumerate(batch)
            if labels[place] == 1 and self.goal(index) is not None
        ]
        goals = [self.goal(batch[place]) for place in positives]
        if self.settings.two_forwards == "no" and positives:
            # One forward for both: only the gradient can be had so.
            images = images.clone().requires_grad_()
            logits = self.model(images)[:, self.target]
            seeds = (
                logits[positives]
                if self.settings.output_seed == "logit"
                else torch.ones_like(logits[positives])
            )
            relevance = torch.autograd.grad(logits[positives], images, seeds, create_graph=True)[0][
                positives
            ]
            return F.binary_cross_entropy_with_logits(logits, labels), self.location_loss(
                relevance, goals
            )
        classification = F.binary_cross_entropy_with_logits(
            self.model(images)[:, self.target], labels
        )
        if not positives:
            return classification, None
        return classification, self.location_loss(self.relevance(images[positives].clone()), goals)

    def rate(self, step, total):
        settings = self.settings
        if step < settings.warm_up:
            factor = (step + (settings.warm_up_start == "first")) / settings.warm_up
        elif settings.schedule == "constant":
            factor = 1
        else:
            progress = (step - settings.warm_up) / max(1, total - settings.warm_up)
            factor = (
                1 - progress
                if settings.schedule == "linear"
                else 0.5 * (1 + math.cos(math.pi * progress))
            )
        return settings.rate * factor

    def train(self):
        """A row for each step: loss, classification loss, location loss, gradient norm, learning
        rate."""
        return [row for epoch in range(self.settings.epochs) for row in self.epoch(epoch)]

    def epoch(self, epoch):
        """The rows of one epoch."""
        settings = self.settings
        seed = plumbline_random.stage_seed(settings.seed, settings.scenario)
        batches = plumbline_random.batches(len(self.images), settings.batch_size, seed, epoch)
        groups = [
            batches[first : first + settings.accumulation]
            for first in range(0, len(batches), settings.accumulation)
        ]
        self.model.train()
        return [
            self.step(group, self.rate(epoch * len(groups) + place, settings.epochs * len(groups)))
            for place, group in enumerate(groups)
        ]

    def parameters(self):
        """All weights as one vector."""
        return torch.cat(
            [parameter.detach().flatten() for parameter in self.model.parameters()]
        ).double()

    def take_over(self, state):
        """Goes on from a Plumbline checkpoint: weights, running statistics, AdamW's moments."""
        put(
            self.model,
            {name: torch.from_numpy(values) for name, values in state["weights"].items()},
        )
        place = 0
        for parameter in self.model.parameters():
            shape = parameter.shape
            # Plumbline keeps convolutions as [out, height, width, in].
            stored = (shape[0], shape[2], shape[3], shape[1]) if len(shape) == 4 else shape
            moments = {}
            for name, values in zip(("exp_avg", "exp_avg_sq"), state["moments"]):
                values = torch.from_numpy(values[place : place + parameter.numel()]).reshape(stored)
                moments[name] = (
                    (values.permute(0, 3, 1, 2) if len(shape) == 4 else values)
                    .to(self.dtype)
                    .contiguous()
                )
            place += parameter.numel()
            self.optimiser.state[parameter] = dict(
                step=torch.tensor(float(state["step"])), **moments
            )
        if place != len(state["moments"][0]):
            raise SystemExit(f"{place} weights for {len(state['moments'][0])} moments")

    def step(self, group, rate):
        settings = self.settings
        divisor = settings.accumulation if settings.partial_group == "full" else len(group)
        classifications, locations = [], []
        self.optimiser.zero_grad()
        for batch in group:
            classification, location = self.losses(batch)
            loss = (
                classification if location is None else classification + settings.weight * location
            )
            (loss / divisor).backward()
            classifications.append(classification.item())
            if location is not None:
                locations.append(location.item())
        norm = torch.nn.utils.clip_grad_norm_(
            self.model.parameters(), settings.clip or math.inf
        ).item()
        for parameters in self.optimiser.param_groups:
            parameters["lr"] = rate
        self.optimiser.step()
        classification = sum(classifications) / len(group)
        location = sum(locations) / len(locations) if locations else math.nan
        return dict(
            loss=classification + settings.weight * sum(locations) / len(group),
            classification_loss=classification,
            location_loss=location,
            gradient_norm=norm,
            learning_rate=rate,
        )


def parser():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("start", help="safetensors written by plumbline export")
    options.add_argument("--labels", required=True, help="CheXpert CSV")
    options.add_argument("--images", help="folder that its paths are below; default: the CSV's")
    options.add_argument("--masks", required=True, help="gt_segmentations JSON")
    options.add_argument("--target", required=True, help="the class")
    options.add_argument("--size", type=int, default=224)
    options.add_argument("--scenario", choices=["align", "misalign"], default="align")
    options.add_argument(
        "--explanation",
        default="gradient",
        choices=["gradient", "integrated_gradients", "lrp_epsilon_plus"],
    )
    options.add_argument("--steps", type=int, default=20, help="of integrated gradients")
    options.add_argument("--seed", type=int, default=0, help="of the Plumbline run")
    options.add_argument("--epochs", type=int, default=25)
    options.add_argument("--batch-size", type=int, default=4)
    options.add_argument("--accumulation", type=int, default=4)
    options.add_argument("--rate", type=float, default=1e-4)
    options.add_argument("--weight-decay", type=float, default=0.01)
    options.add_argument("--clip", type=float, default=0.5)
    options.add_argument("--lambda", dest="weight", type=float, default=1.0)
    options.add_argument("--schedule", choices=["constant", "linear", "cosine"], default="constant")
    options.add_argument("--warm-up", type=int, default=0)
    options.add_argument("--curve", help="a Plumbline checkpoint, whose /curve is compared")
    options.add_argument(
        "--states", help="checkpoints of runs of 1, 2, ... epochs, {} in the place of the number"
    )
    options.add_argument("--tolerance", type=float, default=1e-4)
    for name, values in QUIRKS.items():
        options.add_argument("--" + name.replace("_", "-"), choices=values, default=values[0])
    return options


def curve(path):
    import h5py

    with h5py.File(path) as file:
        return file["curve"][:]


def relative(found, exact):
    """The relative differences of two columns; a value that only one has counts as infinite."""
    differences = []
    for a, b in zip(found, exact):
        if math.isnan(a) and math.isnan(b):
            continue
        difference = abs(a - b) / max(abs(b), 1e-12)
        differences.append(math.inf if math.isnan(difference) else difference)
    return differences or [math.inf]


def median(values):
    return sorted(values)[len(values) // 2]


def state(path):
    """What a Plumbline checkpoint holds."""
    import h5py

    def tensors(group):
        found = {}
        group.visititems(
            lambda name, item: (
                found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None
            )
        )
        return found

    with h5py.File(path) as file:
        return dict(
            weights=tensors(file["weights"]),
            step=int(file.attrs["step"]),
            curve=file["curve"][:],
            moments=[file[f"optimizer/{name}_moments"][:] for name in ("first", "second")],
        )


def loops(settings, data):
    """The loop in both precisions, at the start."""
    made = []
    for dtype in (torch.float64, torch.float32):
        model, classes = load(settings.start)
        made.append(Loop(model, data, classes.index(settings.target), settings, dtype))
    return made


def compare(settings, verbose=True):
    """Relative differences from float64 by column and step, Plumbline's and those of PyTorch's own
    float32."""
    images = settings.images or os.path.dirname(settings.labels)
    data = read(settings.labels, images, settings.masks, settings.target, settings.size)
    changes = []
    if settings.states:
        exact, rounded, ours = [], [], []
        before = None
        for epoch in range(settings.epochs):
            pair = loops(settings, data)
            for loop in pair if before else []:
                loop.take_over(before)
            weights = [loop.parameters() for loop in pair]
            exact += pair[0].epoch(epoch)
            rounded += pair[1].epoch(epoch)
            after = state(settings.states.format(epoch + 1))
            ours += list(after["curve"][len(ours) :])
            moved = [loop.parameters() - old for loop, old in zip(pair, weights)]
            pair[0].take_over(after)
            mine = pair[0].parameters() - weights[0]
            changes.append(
                [((x - moved[0]).norm() / moved[0].norm()).item() for x in (mine, moved[1])]
            )
            before = after
    else:
        exact, rounded = [loop.train() for loop in loops(settings, data)]
        if not settings.curve:
            for step, row in enumerate(exact):
                print(step + 1, *(f"{name} {row[name]:.9g}" for name in row))
            return None
        ours = list(curve(settings.curve))
    if len(ours) != len(exact):
        raise SystemExit(
            f"{settings.states or settings.curve}: {len(ours)} steps, {len(exact)} are wanted"
        )
    if verbose:
        print_steps(ours, exact, rounded, changes)
    found = {}
    for name in ("loss", "classification_loss", "location_loss"):
        reference = [row[name] for row in exact]
        found[name] = tuple(
            relative([row[name] for row in rows], reference) for rows in (ours, rounded)
        )
    if changes:
        found["change of weights"] = tuple([change[who] for change in changes] for who in (0, 1))
    return found


def print_steps(ours, exact, rounded, changes):
    print("step   Plumbline      float64        difference  float32's   norm Plumbline / float64")
    for step, (row, mine, single) in enumerate(zip(exact, ours, rounded)):
        apart, float32 = (relative([other["loss"]], [row["loss"]])[0] for other in (mine, single))
        print(
            f"{step + 1:4d}   {mine['loss']:.9f}    {row['loss']:.9f}    {apart:.1e}     "
            f"{float32:.1e}     "
            f"{mine['gradient_norm']:.4f} / {row['gradient_norm']:.4f}"
        )
    for epoch, (mine, single) in enumerate(changes):
        print(
            f"epoch {epoch + 1}: change of the weights, relative distance {mine:.1e}, "
            f"float32's {single:.1e}"
        )


def verdict(found, tolerance):
    """Whether Plumbline is within the tolerance at every step, or within what PyTorch's own float32
    loses.

    The loss and the classification are judged at every step, the location loss and the change of
    the weights by their median: a single ReLU that falls otherwise moves a single map by 1e-3.
    AdamW's first steps are the signs of the gradients, and small ones turn: the change of the
    weights has the tolerance 1e-2.
    """
    return (
        all(
            max(found[name][0]) <= max(tolerance, 4 * max(found[name][1]))
            for name in ("loss", "classification_loss")
        )
        and median(found["location_loss"][0])
        <= max(tolerance, 4 * median(found["location_loss"][1]))
        and ("change of weights" not in found or median(found["change of weights"][0]) <= 1e-2)
    )


if __name__ == "__main__":
    settings = parser().parse_args()
    torch.set_num_threads(min(2, os.cpu_count() or 1))
    found = compare(settings)
    if found is not None:
        for name, (ours, single) in found.items():
            print(
                f"{name}: relative difference at most {max(ours):.1e}, median {median(ours):.1e}; "
                f"PyTorch float32 {max(single):.1e}, {median(single):.1e}"
            )
        sys.exit(0 if verdict(found, settings.tolerance) else 1)
