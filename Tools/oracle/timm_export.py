"""Exported weights in timm: loaded with strict=True, and run on photographs that timm prepares by
the exported NAME.json alone.

    timm_export.py PLUMBLINE

The logits are those of the model that was imported, and the probabilities those of `plumbline
predict`. A second import of the exported file, without options, must give the same preprocessing
and the same weights. Weights are random, with a head that spreads the logits.
"""

import csv, json, os, sys, tempfile

from photographs import PHOTOGRAPHS, copy_photographs, random_weights, run
import h5py, timm, torch
from PIL import Image, ImageOps
from safetensors import safe_open
from safetensors.torch import load_file, save_file

CLASSES = ["cat", "dog", "bird", "boat", "tree"]
CASES = [
    # timm's name, Plumbline's, the preprocessing
    ("resnet50", "resnet50", ["--preprocessing", "imagenet"]),
    ("vit_tiny_patch16_224", "vit_tiny_patch16_224", ["--preprocessing", "imagenet_timm"]),
    ("densenet121", "densenet121", [
        "--preprocessing", "imagenet", "--set", "data.resize=crop_fraction", "--set",
        "data.crop_fraction=0.95", "--set", "data.interpolation=bicubic",
    ]),
]


def random_model(name, images):
    torch.manual_seed(3)
    model = random_weights(
        timm.create_model(name, pretrained=False, num_classes=len(CLASSES)))
    head = [m for m in model.modules() if isinstance(m, torch.nn.Linear)][-1]
    with torch.no_grad():
        head.weight *= 2 / model(images).std(dim=1).mean()
    return model


def settings(path):
    with h5py.File(path) as file:
        preprocessing = file.attrs["preprocessing"]
        weights = {}
        file["weights"].visititems(
            lambda name, item: weights.__setitem__(name, item[()])
            if isinstance(item, h5py.Dataset) else None
        )
    return preprocessing, weights


def check(plumbline, name, own_name, options, folder):
    photographs = [ImageOps.exif_transpose(Image.open(p)).convert("RGB") for p in PHOTOGRAPHS]
    chance = torch.Generator().manual_seed(1)
    model = random_model(name, torch.rand(2, 3, 224, 224, generator=chance))
    saved, checkpoint = f"{folder}/{name}.safetensors", f"{folder}/{name}.h5"
    exported = f"{folder}/exported_{name}.safetensors"
    save_file(model.state_dict(), saved)
    run(
        plumbline, "import", saved, "--model", own_name, "--classes", ",".join(CLASSES), *options,
        "--output", checkpoint,
    )
    print(run(plumbline, "export", checkpoint, "--output", exported).strip())
    config = json.load(open(exported.replace(".safetensors", ".json")))
    with safe_open(exported, "pt") as file:
        if json.loads(file.metadata()["timm_config"]) != config:
            raise SystemExit(f"{name}: the metadata and the JSON file differ")
    if config["pretrained_cfg"]["label_names"] != CLASSES or config["num_classes"] != len(CLASSES):
        raise SystemExit(f"{name}: {config}")
    fresh = timm.create_model(
        name, pretrained=False, num_classes=config["num_classes"],
        pretrained_cfg_overlay=config["pretrained_cfg"],
    ).eval()
    fresh.load_state_dict(load_file(exported), strict=True)
    data = timm.data.resolve_data_config(pretrained_cfg=config["pretrained_cfg"])
    transform = timm.data.create_transform(**data, is_training=False)
    images = torch.stack([transform(photograph) for photograph in photographs])
    with torch.no_grad():
        logits, original = fresh(images), model(images)
    difference = (logits - original).abs().max().item()
    table = f"{folder}/{name}.csv"
    run(plumbline, "predict", "--checkpoint", checkpoint, "--images", f"{folder}/photographs",
        "--output", table)
    rows = list(csv.DictReader(open(table)))
    worst = 0.0
    for path, row_logits in zip(PHOTOGRAPHS, logits):
        stem = os.path.splitext(os.path.basename(path))[0]
        row = next(row for row in rows if os.path.splitext(row["image"])[0].endswith(stem))
        probabilities = dict(zip(CLASSES, row_logits.softmax(0).tolist()))
        for rank in range(1, len(CLASSES) + 1):
            expected = probabilities[row[f"top{rank}"]]
            worst = max(worst, abs(float(row[f"p{rank}"]) - expected))
    again = f"{folder}/again_{name}.h5"
    run(plumbline, "import", exported, "--model", own_name, "--output", again)
    (first, a), (second, b) = settings(checkpoint), settings(again)
    if first != second or a.keys() != b.keys() or any((a[k] != b[k]).any() for k in a):
        raise SystemExit(f"{name}: another import is not the same")
    print(
        f"{name}: strict; logits differ by {difference:.1e}, probabilities by {worst:.1e} "
        f"on {len(PHOTOGRAPHS)} photographs", flush=True,
    )
    return difference <= 1e-5 and worst <= 1e-4


with tempfile.TemporaryDirectory() as folder:
    copy_photographs(folder)
    results = [check(sys.argv[1], *case, folder) for case in CASES]
    if not all(results):
        raise SystemExit("too far apart")
