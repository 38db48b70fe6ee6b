"""Writes small annotation files and what independent programs read from them.

    pip install numpy scipy pillow pycocotools
    python Tools/oracle/make_formats.py Tests/PlumblineDataTests/Fixtures

A mask in `expected.json` is a list of run lengths along the rows, off first. COCO's polygons, boxes
and codes are decoded by pycocotools, MATLAB files are written by scipy, masks in PNG files are
written and read by Pillow. Codes of SIIM and CheXmask are decoded by the functions that come with
those data, in `siim` and `chexmask` below.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools import mask as coco
from scipy.io import savemat

HEIGHT, WIDTH = 40, 48


def runs(mask):
    """Run lengths along the rows, off first."""
    flat = np.asarray(mask, dtype=bool).ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [not flat[-1]]]).astype(int)))
    return np.diff(np.concatenate([[0], edges])).tolist()


def column_runs(mask):
    """COCO's uncompressed code: run lengths down the columns, off first."""
    return runs(np.asarray(mask).T)


def blob(random, height=HEIGHT, width=WIDTH):
    """Some ellipses and single pixels."""
    y, x = np.mgrid[:height, :width]
    mask = random.random((height, width)) < 0.02
    for _ in range(2):
        a, b = random.uniform(2, height / 3), random.uniform(2, width / 3)
        cy, cx = random.uniform(0, height), random.uniform(0, width)
        mask |= ((y - cy) / a) ** 2 + ((x - cx) / b) ** 2 < 1
    return mask


def make_coco(folder, random):
    annotations, expected = [], {}

    def add(segmentation, mask, box=None, **fields):
        number = len(annotations) + 1
        entry = {"id": number, "image_id": 7, "category_id": 1 + number % 2, "iscrowd": 0}
        if segmentation is not None:
            entry["segmentation"] = segmentation
        if box is not None:
            entry["bbox"] = box
        annotations.append({**entry, **fields})
        expected[str(number)] = runs(mask)

    def decoded(codes):
        return coco.decode(coco.merge(codes if isinstance(codes, list) else [codes]))

    for index in range(40):
        corners = random.integers(3, 12)
        low, high = (-10, 60) if index % 4 == 0 else (0, 40)
        polygon = random.uniform(low, high, 2 * corners)
        if index % 3 == 0:
            polygon = np.round(polygon)
        elif index % 3 == 1:
            polygon = np.round(polygon * 2) / 2
        polygons = [polygon.round(2).tolist()]
        if index % 5 == 0:
            polygons.append(random.uniform(0, 40, 8).round(2).tolist())
        add(polygons, decoded(coco.frPyObjects(polygons, HEIGHT, WIDTH)))
    closed = [[5.0, 5.0, 20.0, 5.0, 20.0, 30.0, 5.0, 30.0, 5.0, 5.0]]
    add(closed, decoded(coco.frPyObjects(closed, HEIGHT, WIDTH)))
    for index in range(4):
        mask = blob(random)
        code = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
        text = {"size": code["size"], "counts": code["counts"].decode()}
        add(text, coco.decode(code), iscrowd=index % 2)
        plain = {"size": [HEIGHT, WIDTH], "counts": column_runs(mask)}
        add(plain, coco.decode(coco.frPyObjects(plain, HEIGHT, WIDTH)), iscrowd=1)
    for index in range(12):
        box = random.uniform(0, 25, 4).round(1 if index % 2 else 2).tolist()
        if index == 3:
            box = [0.5, 2.5, 10.0, 7.5]
        if index == 4:
            box = [40.0, -3.0, 20.0, 30.0]
        code = coco.frPyObjects(np.array([box]), HEIGHT, WIDTH)
        add([] if index % 2 else None, decoded(code), box=box)
    instances = {
        "info": {"description": "made by make_formats.py", "nested": [[1, {"a": None}]]},
        "annotations": annotations,
        "images": [{"id": 7, "file_name": "seven.png", "height": HEIGHT, "width": WIDTH}],
        "categories": [
            {"id": 2, "name": "cat", "supercategory": "animal"},
            {"id": 1, "name": "dog", "supercategory": "animal"},
        ],
    }
    (folder / "coco.json").write_text(json.dumps(instances) + "\n")
    return expected


def structs(values):
    """A struct array of MATLAB."""
    fields = list(values[0])
    array = np.empty((1, len(values)), dtype=[(name, object) for name in fields])
    for index, value in enumerate(values):
        for name in fields:
            array[0, index][name] = value[name]
    return array


def make_mat(folder, random):
    expected = {}
    files = [("v7", True, np.uint8), ("v6", False, bool), ("real", True, float)]
    for name, compressed, kind in files:
        objects, masks = [], []
        for index in range(3):
            mask = blob(random)
            parts = [
                {"part_name": part, "mask": (mask & blob(random)).astype(kind)}
                for part in ["head", "lfleg"][: index]
            ]
            objects.append({
                "class": ["dog", "person", "cat"][index], "class_ind": float(index + 1),
                "mask": mask.astype(kind),
                "parts": structs(parts) if parts else np.empty((0, 0)),
            })
            masks.append({
                "class": objects[-1]["class"], "mask": runs(mask),
                "parts": {part["part_name"]: runs(part["mask"]) for part in parts},
            })
        anno = {"imname": name, "objects": structs(objects)}
        savemat(folder / f"part_{name}.mat", {"anno": anno}, do_compression=compressed)
        expected[name] = masks
    return expected


def make_fuzz_seeds(folder):
    """Small files for `make fuzz`: one object with one part on 40 x 40 pixels."""
    mask = np.zeros((40, 40), np.uint8)
    mask[5:20, 3:30] = 1
    parts = structs([{"part_name": "head", "mask": mask}])
    objects = structs([{"class": "dog", "class_ind": 1.0, "mask": mask, "parts": parts}])
    for name, compressed in [("v6", False), ("v7", True)]:
        anno = {"imname": "a", "objects": objects}
        savemat(folder / f"seed_{name}.mat", {"anno": anno}, do_compression=compressed)


def make_png(folder, random):
    expected = {}
    for mode in ["1", "L", "P", "I;16", "RGB", "RGBA"]:
        mask = blob(random, 23, 31)
        name = f"mask_{mode.replace(';', '')}.png"
        grey = np.where(mask, 255 if mode != "L" else 1, 0).astype(np.uint8)
        if mode == "I;16":
            image = Image.fromarray(grey.astype(np.uint16) * 257)
        elif mode == "P":
            image = Image.fromarray(mask.astype(np.uint8), mode="P")
            image.putpalette([0, 0, 0, 128, 0, 0])
        else:
            image = Image.fromarray(grey).convert(mode)
        image.save(folder / name)
        with Image.open(folder / name) as again:
            pixels = np.asarray(again if mode == "I;16" else again.convert("RGB"))
        read = pixels > 0 if pixels.ndim == 2 else (pixels > 0).any(axis=2)
        assert (read == mask).all(), mode
        expected[name] = runs(read)
    return expected


def siim(code, width, height):
    """`rle2mask` of the challenge's `mask_functions.py`, and its transposition."""
    mask = np.zeros(width * height)
    numbers = np.asarray([int(x) for x in code.split()])
    position = 0
    for start, length in zip(numbers[0::2], numbers[1::2]):
        position += start
        mask[position:position + length] = 255
        position += length
    return mask.reshape(width, height).T


def chexmask(code, height, width):
    """`get_mask_from_RLE` of CheXmask's `DataPostprocessing/utils.py`."""
    numbers = np.array([int(x) for x in code.split()])
    mask = np.zeros(height * width, dtype=np.uint8)
    for start, length in zip(numbers[::2], numbers[1::2]):
        mask[start - 1:start - 1 + length] = 255
    return mask.reshape((height, width))


def make_siim(folder, random):
    side, expected = 32, {}
    with open(folder / "siim.csv", "w", newline="") as file:
        file.write("ImageId, EncodedPixels\r\n")
        for index in range(4):
            name = f"1.2.276.0.7230010.{index}.876"
            if index == 2:
                file.write(f"{name}, -1\r\n")
                continue
            mask = blob(random, side, side)
            numbers = column_runs(mask)
            pairs = numbers[: len(numbers) // 2 * 2]
            code = " ".join(map(str, pairs))
            file.write(f"{name}, {code}\r\n")
            expected[name] = runs(siim(code, side, side))
            assert expected[name] == runs(mask)
    return expected


def make_chexmask(folder, random):
    expected = {}
    with open(folder / "chexmask.csv", "w", newline="") as file:
        rows = csv.writer(file)
        organs = ["Left Lung", "Right Lung", "Heart"]
        dices = ["Dice RCA (Max)", "Dice RCA (Mean)"]
        rows.writerow(["Path", *dices, "Landmarks", *organs, "Height", "Width"])
        for index in range(3):
            path = f"train/patient{index}/study1/view1_frontal.jpg"
            codes = {}
            for organ in organs:
                mask = blob(random)
                numbers = runs(mask)
                starts = np.cumsum(numbers)[:-1:2] + 1
                pairs = zip(starts, numbers[1::2])
                codes[organ] = " ".join(f"{start} {length}" for start, length in pairs)
                expected.setdefault(path, {})[organ] = runs(chexmask(codes[organ], HEIGHT, WIDTH))
                assert expected[path][organ] == numbers
            dice = [0.9, 0.9 - 0.3 * index]
            rows.writerow([path, *dice, "1,2,3,4", *codes.values(), HEIGHT, WIDTH])
    return expected


def make_voc(folder, random):
    """Palette masks as Pascal VOC's: classes, and objects; 255 is void."""
    expected = {}
    for kind, indices, bits in [("class", [8, 12, 15], 8), ("object", [1, 2, 3], 8),
                                ("packed", [1, 2, 3], 2)]:
        pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
        for index in indices:
            pixels[blob(random)] = index
        if bits == 8:
            pixels[random.random((HEIGHT, WIDTH)) < 0.1] = 255
        image = Image.fromarray(pixels, "P")
        image.putpalette(random.integers(0, 256, 3 * 256 if bits == 8 else 12, np.uint8).tobytes())
        path = folder / f"voc_{kind}.png"
        image.save(path, bits=bits)
        read = Image.open(path)
        assert read.mode == "P"
        expected[kind] = {str(index): runs(np.array(read) == index) for index in indices}
    return expected


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    makers = {
        "coco": make_coco, "mat": make_mat, "png": make_png, "siim": make_siim,
        "chexmask": make_chexmask, "voc": make_voc,
    }
    expected = {
        name: make(folder, np.random.default_rng(index))
        for index, (name, make) in enumerate(makers.items())
    }
    make_fuzz_seeds(folder)
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")


main()
