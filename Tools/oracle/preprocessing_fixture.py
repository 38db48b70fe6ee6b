"""Writes the files of Tests/PlumblineDataTests/Preprocessing: what torchvision and Pillow make of
small images.

usage: preprocessing_fixture.py FOLDER

resizing.json has one entry per case of cutting and resizing. The source image follows from its
size (`pattern`), so only the result is stored. images.json has image files of every kind that
matters, each with the RGB bytes that Pillow reads from it after ImageOps.exif_transpose.
"""

import base64
import io
import json
import pathlib
import struct
import sys
import zlib

import peers  # noqa: F401  before torchvision
import numpy as np
import torch
from PIL import Image, ImageOps
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

SIZE = 16
MODES = {
    "nearest": InterpolationMode.NEAREST_EXACT,
    "bilinear": InterpolationMode.BILINEAR,
    "bicubic": InterpolationMode.BICUBIC,
}


def pattern(height, width, channels):
    y, x, c = np.meshgrid(
        np.arange(height), np.arange(width), np.arange(channels), indexing="ij"
    )
    return ((y * 37 + x * 91 + c * 53 + x * y % 11 * 29) % 256).astype(np.uint8)


def resized(image, rule, interpolation, antialias):
    """What torchvision makes of a Pillow image or a tensor."""
    mode = MODES[interpolation]

    def resize(image, size):
        return F.resize(image, size, mode, antialias=antialias)

    if rule == "square":
        return resize(image, [SIZE, SIZE])
    if rule == "crop_square":
        height, width = F.get_dimensions(image)[1:]
        side = min(height, width)
        image = F.crop(image, height // 2 - side // 2, width // 2 - side // 2, side, side)
        return resize(image, [SIZE, SIZE])
    shorter = 19 if rule == "shorter_side" else int(SIZE / 0.9)
    return F.center_crop(resize(image, [shorter]), [SIZE, SIZE])


def resizing():
    cases = []
    sources = [(37, 53, 3), (53, 38, 3), (9, 13, 3), (40, 11, 1)]
    rules = ["square", "shorter_side", "crop_fraction", "crop_square"]
    for number, (rule, source) in enumerate((r, s) for r in rules for s in sources):
        image = pattern(*source)
        for interpolation in MODES:
            for values, antialias in [("float", False), ("float", True), ("pillow", True)]:
                if interpolation == "nearest" and antialias != (values == "pillow"):
                    continue
                # Every rule has every interpolation, but not on every source.
                if (number + len(interpolation) + antialias) % 2:
                    continue
                if values == "pillow":
                    pixels = Image.fromarray(image.squeeze())
                    result = np.asarray(resized(pixels, rule, interpolation, True))
                else:
                    tensor = torch.from_numpy(image).permute(2, 0, 1).float() / 255
                    result = resized(tensor, rule, interpolation, antialias)
                    result = result.permute(1, 2, 0).contiguous().numpy()
                cases.append(
                    dict(
                        height=source[0], width=source[1], channels=source[2], rule=rule,
                        interpolation=interpolation, antialias=antialias, values=values,
                        expected=base64.b64encode(result.tobytes()).decode(),
                    )
                )
    return cases


def exif(orientation, order):
    """A TIFF header with the tag Orientation alone."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "IH", 8, 1) + entry + struct.pack(order + "I", 0)


def chunk(kind, data):
    return (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    )


def png(width, height, bits, colour, rows, extra=b""):
    """A PNG of raw rows: Pillow does not write every kind."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


def saved(image, kind, **settings):
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def files():
    colour = Image.fromarray(pattern(6, 10, 3))
    grey = Image.fromarray(pattern(6, 10, 1).squeeze())
    for orientation in range(1, 9):
        order = "<>"[orientation % 2]
        block = b"Exif\0\0" + exif(orientation, order)
        yield f"jpeg_orientation_{orientation}", saved(colour, "JPEG", exif=block)
    yield "jpeg_grey_orientation_6", saved(grey, "JPEG", exif=b"Exif\0\0" + exif(6, ">"))
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><d tiff:Orientation="8"/></x:xmpmeta>'
    yield "jpeg_xmp_8", saved(colour, "JPEG", xmp=xmp)
    yield "jpeg_damaged_exif", saved(colour, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f\0\0")
    yield "jpeg_cmyk_6", saved(colour.convert("CMYK"), "JPEG", exif=b"Exif\0\0" + exif(6, "<"))
    yield "png_orientation_6", saved(colour, "PNG", exif=b"Exif\0\0" + exif(6, ">"))
    yield "png_orientation_3", saved(colour, "PNG", exif=exif(3, "<"))
    yield "png_grey", saved(grey, "PNG")
    alpha = grey.copy()
    alpha.putalpha(Image.fromarray(pattern(6, 10, 1).squeeze()[:, ::-1].copy()))
    yield "png_grey_alpha", saved(alpha, "PNG")
    alpha = colour.copy()
    alpha.putalpha(grey)
    yield "png_alpha", saved(alpha, "PNG")
    yield "png_palette", saved(colour.quantize(13), "PNG")
    yield "png_palette_transparent", saved(
        colour.quantize(13), "PNG", transparency=bytes(range(0, 260, 20))
    )
    yield "png_grey_key", saved(grey, "PNG", transparency=37)
    yield "png_colour_key", saved(colour, "PNG", transparency=(0, 53, 106))
    yield "png_bits_1", saved(grey.convert("1"), "PNG")
    for bits in (2, 4):
        per_byte = 8 // bits
        rows = [bytes((7 * y + 31 * x) % 256 for x in range(-(-10 // per_byte))) for y in range(6)]
        yield f"png_bits_{bits}", png(10, 6, bits, 0, rows)
    for name, colour_type, count in [("png_colour_16", 2, 30), ("png_grey_16", 0, 10)]:
        deep = [
            struct.pack(f">{count}H", *((y * 7919 + x * 2917) % 65536 for x in range(count)))
            for y in range(6)
        ]
        yield name, png(10, 6, 16, colour_type, deep)


def images():
    for name, data in files():
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        rgb = np.asarray(image.convert("RGB"))
        yield dict(
            name=name, file=base64.b64encode(data).decode(), height=rgb.shape[0],
            width=rgb.shape[1], mode=image.mode, rgb=base64.b64encode(rgb.tobytes()).decode(),
        )


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, entries in [("resizing", resizing()), ("images", list(images()))]:
        lines = ",\n".join(json.dumps(entry) for entry in entries)
        (folder / f"{name}.json").write_text(f"[\n{lines}\n]\n")
        print(f"{name}: {len(entries)} entries")


main(sys.argv[1])
