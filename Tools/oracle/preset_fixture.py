"""Writes what tests know of presets of torchvision and timm: the names and shapes of all weights,
and the logits and input gradient of four networks.

    python preset_fixture.py Tests/PlumblineExperimentsTests/Weights

Weights are drawn by Plumbline's random generator, one stream for each name, so that the fixture
holds no weights. PresetTests draws the same. Values are computed in float64.
"""

import json, os, sys
import peers
import numpy as np, torch
from safetensors.numpy import save_file
from plumbline_random import Generator, MASK

CLASSES = 3
# Name, settings, and whether logits and gradient are stored.
PRESETS = [
    ("resnet50", {}, False),
    ("resnet152", {}, False),
    ("resnet50d", {}, True),
    ("resnext50_32x4d", {}, True),
    ("wide_resnet50_2", {}, True),
    ("vgg19", {}, False),
    ("vgg19_bn", {}, False),
    ("deit_tiny_patch16_224", {"img_size": 48}, True),
    ("deit_small_patch16_224", {}, False),
    ("deit_base_patch16_224", {}, False),
]
# Odd sizes after the second stage of a residual network; three patches of a transformer.
SIZES = {"deit_tiny_patch16_224": 48}
SIZE = 40


def uniform(seed, name, count, low, high):
    """As RandomGenerator(seed:).stream(name) draws them."""
    start = np.uint64(Generator(seed).stream(name).state)
    with np.errstate(over="ignore"):
        steps = np.arange(1, count + 1, dtype=np.uint64)
        z = start + np.uint64(0x9E3779B97F4A7C15) * steps
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    values = (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
    return np.float32(low) + np.float32(high - low) * values


def bounds(name, shape):
    """Weights of a layer as He's uniform initialisation; the rest around 1 or 0."""
    if name.endswith("running_var") or (name.endswith("weight") and len(shape) == 1):
        return 0.5, 1.5
    if name.endswith("weight"):
        bound = float(np.sqrt(np.float32(3) / np.float32(np.prod(shape[1:]))))
        return -bound, bound
    return -0.1, 0.1


def weights(model):
    return {
        name: tensor
        for name, tensor in model.state_dict().items()
        if tensor.dtype.is_floating_point
    }


def digest(state):
    """FNV-1a over the lines "name shape", sorted."""
    value = 0xCBF29CE484222325
    lines = sorted(f"{name} {list(tensor.shape)}\n" for name, tensor in state.items())
    for byte in "".join(lines).encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def main(folder):
    table, tensors = [], {}
    for name, settings, has_values in PRESETS:
        model = peers.build(name, CLASSES, **settings).eval()
        state = weights(model)
        table.append(
            {
                "model": name,
                "settings": settings,
                "parameters": sum(p.numel() for p in model.parameters()),
                "names": f"{digest(state):016x}",
            }
        )
        print(table[-1], flush=True)
        if not has_values:
            continue
        for key, tensor in state.items():
            drawn = uniform(11, key, tensor.numel(), *bounds(key, tensor.shape))
            tensor.copy_(torch.from_numpy(drawn.reshape(tensor.shape)))
        model = model.double()
        size = SIZES.get(name, SIZE)
        image = uniform(11, "image", size * size * 3, -1, 1).reshape(1, size, size, 3)
        image = torch.from_numpy(image).permute(0, 3, 1, 2).double().requires_grad_()
        logits = model(image)
        (gradient,) = torch.autograd.grad(logits[0, 1], image)
        tensors[f"{name}.logits"] = logits.detach().float().numpy()
        gradient = gradient.permute(0, 2, 3, 1).contiguous()
        tensors[f"{name}.gradient"] = gradient.float().numpy()
        print(logits.tolist(), gradient.abs().max().item(), flush=True)
    save_file(tensors, os.path.join(folder, "presets.safetensors"))
    with open(os.path.join(folder, "presets.json"), "w") as file:
        json.dump(table, file, indent=1)
        file.write("\n")


main(sys.argv[1])
