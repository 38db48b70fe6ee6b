"""Models of torchvision and timm with weights saved in each library's own way, and photographs that
matplotlib and scikit-learn ship.

Weights are random, with a head that spreads the logits as a trained one does.
"""

import glob, os, shutil, subprocess
import peers  # noqa: F401  before torchvision
import matplotlib, sklearn, timm, torch, torchvision
from PIL import Image, ImageOps
from safetensors.torch import save_file

PHOTOGRAPHS = [
    path
    for package, folder in ((matplotlib, "mpl-data/sample_data"), (sklearn, "datasets/images"))
    for path in glob.glob(f"{os.path.dirname(package.__file__)}/{folder}/*.jpg")
]


def random_weights(model):
    """Statistics of batch norm as after training."""
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


CASES = [
    ("resnet50", torchvision_case),
    ("vgg16", torchvision_case),
    ("vit_base_patch16_224", timm_case),
    ("swin_base_patch4_window7_224", timm_case),
]


def copy_photographs(folder):
    os.mkdir(f"{folder}/photographs")
    for photograph in PHOTOGRAPHS:
        shutil.copy(photograph, f"{folder}/photographs")


def imported(plumbline, name, case, folder):
    """The model, the photographs as its library prepares them, by name, and a checkpoint that
    Plumbline imported from the library's file."""
    torch.manual_seed(3)
    model, transform, path, save, options = case(name, folder)
    images = {}
    for photograph in PHOTOGRAPHS:
        picture = ImageOps.exif_transpose(Image.open(photograph)).convert("RGB")
        images[os.path.splitext(os.path.basename(photograph))[0]] = transform(picture)
    spread(model, torch.stack(list(images.values())))
    save()
    checkpoint = f"{folder}/{name}.h5"
    run(plumbline, "import", path, "--model", name, "--output", checkpoint, *options)
    return model, images, checkpoint


def run(plumbline, *arguments):
    """What the program prints; its error ends the script."""
    done = subprocess.run([plumbline, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
