"""Images per second of PyTorch's DataLoader, with torchvision's transforms on Pillow images.

usage: loader.py FOLDER WORKERS BATCH REPEATS [PRESET]

PRESET is imagenet (the default) or chexpert_paper. Prints one rate per repeat; the first epoch, in
which the workers start, does not count.
"""

import pathlib
import sys
import time

import peers  # noqa: F401  before torchvision
import torch
from PIL import Image
from torchvision import transforms as T


class Files(torch.utils.data.Dataset):
    def __init__(self, folder, transform):
        self.paths = sorted(p for p in pathlib.Path(folder).iterdir() if p.suffix == ".jpg")
        self.transform = transform

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return self.transform(Image.open(self.paths[index]).convert("RGB"))


def transform(preset):
    if preset == "imagenet":
        return T.Compose(
            [
                T.Resize(256),
                T.CenterCrop(224),
                T.ToTensor(),
                T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            ]
        )
    return T.Compose(
        [
            T.ToTensor(),
            T.Resize([224, 224], antialias=False),
            T.Normalize([0.5] * 3, [0.5] * 3),
        ]
    )


def main(folder, workers, batch, repeats, preset="imagenet"):
    files = Files(folder, transform(preset))
    loader = torch.utils.data.DataLoader(
        files, batch_size=int(batch), num_workers=int(workers), persistent_workers=True
    )
    for repeat in range(int(repeats) + 1):
        start = time.perf_counter()
        count = sum(len(images) for images in loader)
        if repeat:
            print(f"{count / (time.perf_counter() - start):.0f}")


main(*sys.argv[1:])
