"""Photographs through torchvision's and timm's own pipelines and through `plumbline predict`, with
weights that each library saved in its own way: the same five classes, and the same probabilities.

    predictions.py PLUMBLINE

Weights are random, with a head that spreads the logits as a trained one does. Photographs are those
that matplotlib and scikit-learn ship.
"""

import csv, glob, os, shutil, subprocess, sys, tempfile
import peers  # noqa: F401  before torchvision
import matplotlib, sklearn, timm, torch, torchvision
from PIL import Image, ImageOps
from safetensors.torch import save_file

PHOTOGRAPHS = glob.glob(os.path.dirname(matplotlib.__file__) + "/mpl-data/sample_data/*.jpg") + glob.glob(
    os.path.dirname(sklearn.__file__) + "/datasets/images/*.jpg"
)


def random_weights(model):
    """Weights as after training: statistics that fit, and logits with a spread of about 3."""
    torch.manual_seed(3)
    for name, value in model.state_dict().items():
        if name.endswith("running_mean"):
            value.normal_(0, 0.05)
        elif name.endswith("running_var"):
            value.uniform_(0.8, 1.2)
    return model.eval()


def spread(model, images):
    """Scales the head so that the logits of the images have a standard deviation of 3."""
    head = [m for m in model.modules() if isinstance(m, torch.nn.Linear)][-1]
    with torch.no_grad():
        head.bias.normal_(0, 0.1)
        logits = model(images)
        head.weight *= 3 / logits.std(dim=1).mean()


def torchvision_case(name, folder):
    model = random_weights(getattr(torchvision.models, name)(weights=None))
    weights = {
        "resnet50": torchvision.models.ResNet50_Weights.IMAGENET1K_V1,
        "vgg16": torchvision.models.VGG16_Weights.IMAGENET1K_V1,
    }[name]
    path = f"{folder}/{name}.pth"
    return model, weights.transforms(), path, lambda: torch.save(model.state_dict(), path), [
        "--preprocessing", "imagenet",
    ]


def timm_case(name, folder):
    model = random_weights(timm.create_model(name, pretrained=False))
    config = timm.data.resolve_model_data_config(model)
    path = f"{folder}/{name}.safetensors"
    options = ["--preprocessing", "imagenet_timm", "--set", f"data.mean={list(config['mean'])}",
               "--set", f"data.deviation={list(config['std'])}"]
    return model, timm.data.create_transform(**config, is_training=False), path, lambda: save_file(
        model.state_dict(), path), options


def check(plumbline, name, case, folder):
    model, transform, path, save, options = case(name, folder)
    images = {}
    for photograph in PHOTOGRAPHS:
        picture = ImageOps.exif_transpose(Image.open(photograph)).convert("RGB")
        images[os.path.splitext(os.path.basename(photograph))[0]] = transform(picture)
    batch = torch.stack(list(images.values()))
    spread(model, batch)
    save()
    with torch.no_grad():
        probabilities = model.double()(batch.double()).softmax(1)
    checkpoint, output = f"{folder}/{name}.h5", f"{folder}/{name}.csv"
    for arguments in (
        ["import", path, "--model", name, "--output", checkpoint] + options,
        ["predict", "--checkpoint", checkpoint, "--images", f"{folder}/photographs", "--output", output],
    ):
        subprocess.run([plumbline] + arguments, check=True, stdout=subprocess.DEVNULL)
    rows = {row["image"].split("_photographs_")[-1]: row for row in csv.DictReader(open(output))}
    worst, agree = 0.0, 0
    for index, image in enumerate(images):
        row = next(value for key, value in rows.items() if key.endswith(image))
        top = probabilities[index].topk(5)
        names = [f"class_{i}" for i in top.indices.tolist()]
        agree += [row[f"top{k}"] for k in range(1, 6)] == names
        for k, value in enumerate(top.values.tolist()):
            worst = max(worst, abs(float(row[f"p{k + 1}"]) - value))
    is_good = agree == len(images) and worst <= 1e-4
    top1 = probabilities.max(1).values.tolist()
    print(f"| {name} | {agree} of {len(images)} | {worst:.1e} | {min(top1):.2f} to {max(top1):.2f} | "
          f"{'ok' if is_good else 'FAIL'} |", flush=True)
    return is_good


def main():
    plumbline = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp()
    try:
        os.mkdir(f"{folder}/photographs")
        for photograph in PHOTOGRAPHS:
            shutil.copy(photograph, f"{folder}/photographs")
        print("| model | same five classes | largest difference of a probability | top probability | |")
        print("| --- | --- | --- | --- | --- |")
        cases = [("resnet50", torchvision_case), ("vgg16", torchvision_case),
                 ("vit_base_patch16_224", timm_case), ("swin_base_patch4_window7_224", timm_case)]
        results = [check(plumbline, name, case, folder) for name, case in cases]
    finally:
        shutil.rmtree(folder)
    sys.exit(0 if all(results) else 1)


main()
