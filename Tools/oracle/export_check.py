"""Weights of torchvision and timm through Plumbline and back: the file that the library saved is
imported, exported, and loaded by the library with strict=True. All tensors must be the same.

    export_check.py PLUMBLINE [MODEL ...]
"""

import os, subprocess, sys, tempfile
import peers
import torch
from safetensors.torch import load_file, save_file

MODELS = [
    "densenet121",
    "resnet18",
    "resnet152",
    "resnet50d",
    "resnext50_32x4d",
    "wide_resnet50_2",
    "vgg19",
    "vgg19_bn",
    "vit_tiny_patch16_224",
    "deit_tiny_patch16_224",
    "deit_small_patch16_224",
    "deit_base_patch16_224",
    "swin_tiny_patch4_window7_224",
]
CLASSES = ["first", "second", "third"]


def check(plumbline, name, folder):
    """The number of tensors that came back; raises where anything differs."""
    saved, checkpoint = f"{folder}/saved", f"{folder}/checkpoint.h5"
    exported = f"{folder}/exported.safetensors"
    torch.manual_seed(1)
    model = peers.build(name, len(CLASSES))
    for tensor in model.state_dict().values():
        if tensor.dtype.is_floating_point:
            tensor.uniform_(0.1, 0.9)
    # torchvision's files are torch.save's; timm's are safetensors.
    is_timm = model.__class__.__module__.startswith("timm.")
    if is_timm:
        save_file(model.state_dict(), saved)
    else:
        torch.save(model.state_dict(), saved)

    def run(*arguments):
        done = subprocess.run([plumbline, *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{name}: {done.stderr.strip()}")
        return done.stdout + done.stderr

    words = run(
        "import", saved, "--model", name, "--classes", ",".join(CLASSES), "--output", checkpoint
    )
    for bad in ("without a place", "drawn anew", "resampled", "names are", "warning"):
        if bad in words:
            raise SystemExit(f"{name}: not imported as it is: {words}")
    run("export", checkpoint, "--output", exported)
    fresh = peers.build(name, len(CLASSES))
    fresh.load_state_dict(load_file(exported), strict=True)
    if is_timm:
        from timm.models import load_checkpoint

        load_checkpoint(peers.build(name, len(CLASSES)), exported, strict=True)
    count = 0
    loaded = fresh.state_dict()
    for key, tensor in model.state_dict().items():
        if tensor.dtype.is_floating_point:
            if not torch.equal(tensor, loaded[key]):
                raise SystemExit(f"{name}: {key} is not the same")
            count += 1
    for path in (saved, checkpoint, exported):
        os.remove(path)
    return "timm" if is_timm else "torchvision", count


with tempfile.TemporaryDirectory() as folder:
    for name in sys.argv[2:] or MODELS:
        library, count = check(sys.argv[1], name, folder)
        print(f"{name}: {library} loads it strictly, {count} tensors the same", flush=True)
