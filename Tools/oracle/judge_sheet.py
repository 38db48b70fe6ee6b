"""One picture of what the judge of the decoy study saw: docs/judge.png.

    plumbline judge decoy --work decoy --beta 0.8 --size 224 --pictures decoy/masked
    plumbline judge decoy --work decoy --beta 0.8 --size 224 --input overlay \
        --pictures decoy/overlay
    ENV/bin/python Tools/oracle/judge_sheet.py decoy docs/judge.png

A row for each model: masked CAM, overlay, and the masked pictures of both sham controls.
"""
import pathlib
import sys

from PIL import Image

SIDE, GAP = 224, 6


def main():
    work = pathlib.Path(sys.argv[1])
    sheet = Image.new("RGB", (4 * (SIDE + GAP) - GAP, 2 * (SIDE + GAP) - GAP), "white")
    for row, training in enumerate(["unbiased", "biased"]):
        masked, overlay = (work / kind / f"{training}-0-all" for kind in ["masked", "overlay"])
        name = min(path.name.split(".")[0] for path in masked.iterdir())
        paths = [
            masked / f"{name}.png", overlay / f"{name}.png", masked / f"{name}.true_mask.png",
            masked / f"{name}.random_mask.png",
        ]
        for column, path in enumerate(paths):
            sheet.paste(
                Image.open(path).convert("RGB"), (column * (SIDE + GAP), row * (SIDE + GAP)))
    sheet.save(sys.argv[2])


main()
