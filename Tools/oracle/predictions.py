"""Photographs through torchvision's and timm's own pipelines and through `plumbline predict`, with
weights that each library saved in its own way: the same five classes, and the same probabilities.

    predictions.py PLUMBLINE
"""

import csv, os, sys, tempfile
import photographs
import torch


def check(plumbline, name, case, folder):
    model, images, checkpoint = photographs.imported(plumbline, name, case, folder)
    with torch.no_grad():
        probabilities = model.double()(torch.stack(list(images.values())).double()).softmax(1)
    output = f"{folder}/{name}.csv"
    photographs.run(plumbline, "predict", "--checkpoint", checkpoint,
                    "--images", f"{folder}/photographs", "--output", output)
    with open(output) as file:
        rows = {row["image"]: row for row in csv.DictReader(file)}
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
    print(f"| {name} | {agree} of {len(images)} | {worst:.1e} | {min(top1):.2f} to {max(top1):.2f} "
          f"| {'ok' if is_good else 'FAIL'} |", flush=True)
    return is_good


def main():
    plumbline = os.path.abspath(sys.argv[1])
    print("| model | same five classes | largest difference of a probability "
          "| top probability | |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        photographs.copy_photographs(folder)
        results = [check(plumbline, *case, folder) for case in photographs.CASES]
    sys.exit(0 if all(results) else 1)


main()
