"""Makes the seeds that only foreign programs write.

PyTorch's archives, HDF5 as h5py writes it, and Pillow's PNGs with a palette.

    make fuzz COUNT=1            # the program's own seeds, from which these are made
    python Tools/Fuzz/Seeds/make_foreign.py .build/fuzz/seeds

Needs torch, h5py, safetensors and Pillow. The files are kept beside this script, because input
number i of the harness must be the same on every machine.
"""
import pathlib
import sys
from collections import OrderedDict

import h5py
import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file

MADE = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).parent
OLD, NEW = {"libver": "earliest"}, {"libver": ("v110", "v110")}


def weights():
    return OrderedDict(load_file(MADE / "safetensors" / "made-densenet.safetensors"))


def torch_archives():
    """The present format, the one from before 1.6, and a trainer's checkpoint of half floats."""
    folder = HERE / "torch"
    torch.save(weights(), folder / "densenet.pt")
    torch.save(weights(), folder / "legacy.pth", _use_new_zipfile_serialization=False)
    halves = OrderedDict(("model." + k, v.half()) for k, v in weights().items())
    trainer = {"epoch": 3, "state_dict": halves, "hyper_parameters": {"lr": 1e-3, "name": "a"},
               "loss": 0.5, "classes": ["a", "b"], "shape": torch.Size([1, 2])}
    torch.save(trainer, folder / "trainer.ckpt")


def keras_name(name):
    """torchvision's name of a DenseNet's parameter as keras.applications has it."""
    *layer, field = name.removeprefix("features.").split(".")
    if layer == ["classifier"]:
        return "predictions", field
    match layer:
        case ["conv0"]: return "conv1/conv", field
        case ["norm0"]: return "conv1/bn", field
        case ["norm5"]: return "bn", field
        case [transition, part]:
            return f"pool{int(transition[10:]) + 1}_{'bn' if part == 'norm' else 'conv'}", field
        case [block, number, part]:
            inner = {"norm1": "0_bn", "conv1": "1_conv", "norm2": "1_bn", "conv2": "2_conv"}[part]
            return f"conv{int(block[10:]) + 1}_block{number[10:]}_{inner}", field


def keras(path, compression=None, **options):
    fields = {"bias": "bias", "running_mean": "moving_mean", "running_var": "moving_variance"}
    with h5py.File(path, "w", **options) as file:
        for name, value in weights().items():
            layer, field = keras_name(name)
            value = value.numpy()
            if field == "weight":
                fields["weight"] = "gamma" if value.ndim == 1 else "kernel"
                value = value.transpose(2, 3, 1, 0) if value.ndim == 4 else value.T
            file.create_dataset(f"{layer}/{layer}/{fields[field]}:0", data=value,
                                compression=compression if value.ndim > 1 else None)
            file[layer].attrs["weight_names"] = np.array([b"gamma:0", b"beta:0"])
        file.attrs["keras_version"] = "2.4.0"


def copy(source, target, **options):
    """An HDF5 file of ours as h5py writes the same."""
    with h5py.File(source) as old, h5py.File(target, "w", **options) as new:
        for key, value in old.attrs.items():
            new.attrs[key] = value
        for name in old:
            old.copy(name, new)


def hostile():
    """Files that lead out of themselves, into themselves, or claim more than they hold."""
    names = {k: v.numpy() for k, v in weights().items() if "conv0" in k}

    def start(name, **options):
        file = h5py.File(HERE / "h5any" / name, "w", **options)
        for key, value in names.items():
            file[f"weights/{key}"] = value
        return file

    with start("external.h5", **NEW) as file:
        file.create_dataset("weights/storage", (4,), "f4", external=[("elsewhere.bin", 0, 16)])
        file["weights/link"] = h5py.ExternalLink("elsewhere.h5", "/x")
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("elsewhere.h5", "x", (4,))
        file.create_virtual_dataset("weights/virtual", layout)
    with start("cycle.h5", **OLD) as file:
        for name in "abc":
            file[f"weights/{name}"] = file["weights"]
        file["weights/soft"] = h5py.SoftLink("/weights/soft")
        file["weights/again"] = file["weights/features.conv0.weight"]
    with start("giant.h5", **NEW) as file:
        giant = file.create_dataset("weights/giant", (1 << 28,), "f4", chunks=(1 << 20,),
                                    compression="gzip")
        giant[:4] = 1
        file.create_dataset("weights/zeros", data=np.zeros((300, 300), "i1"), compression="gzip",
                            fletcher32=True, shuffle=True, chunks=(100, 100))
        file.create_dataset("weights/half", data=np.ones(5, "f2"))
        file.create_dataset("weights/big_endian", data=np.ones(5, ">f8"))
        file.create_dataset("weights/bits", data=np.ones(5, "?"))
        file.create_dataset("weights/scalar", data=3.0)


def masks():
    """Masks as Pascal VOC has them: indices of a palette, with 4 and 8 bits, and grey levels."""
    folder = HERE / "voc_masks"
    folder.mkdir(exist_ok=True)
    indices = np.zeros((40, 40), np.uint8)
    indices[3:20, 5:30] = 1
    indices[22:35, 8:25] = 2
    few = Image.fromarray(indices, "P")
    few.putpalette([v for i in range(16) for v in (i * 16, 255 - i, i)])
    few.save(folder / "few.png", bits=4)
    indices[20:22] = 255
    many = Image.fromarray(indices, "P")
    many.putpalette([v for i in range(256) for v in (i, 255 - i, i // 2)])
    many.save(folder / "many.png", transparency=0)
    Image.fromarray(indices, "L").save(folder / "grey.png")


if __name__ == "__main__":
    torch.manual_seed(0)
    torch_archives()
    masks()
    keras(HERE / "keras" / "densenet-old.h5", **OLD)
    keras(HERE / "keras" / "densenet-new.h5", "gzip", **NEW)
    for reader, name in [("h5any", "made-densenet"), ("checkpoint", "made-vit"),
                         ("results", "made"), ("parity", "made-vit")]:
        (HERE / reader).mkdir(exist_ok=True)
        copy(MADE / reader / f"{name}.h5", HERE / reader / f"{name.replace('made', 'h5py')}.h5",
             **OLD)
    hostile()
