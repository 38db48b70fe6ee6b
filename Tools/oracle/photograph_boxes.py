"""Makes a folder of photographs with boxes: a cat, a face, a cup or a flower, cut out of a
photograph and put at a random place on another one.

    photograph_boxes.py FOLDER [--train 240] [--test 96] [--seed 0]

The photographs are those that scikit-image and scikit-learn ship. `FOLDER/manifest.csv` names each
image, its class, the box of the object and the split; configs/photographs.yaml reads it.
"""

import argparse, csv, importlib.util, os, random
from PIL import Image, ImageEnhance

WIDTH, HEIGHT = 160, 120


def photograph(package, path):
    root = importlib.util.find_spec(package).submodule_search_locations[0]
    return Image.open(os.path.join(root, path)).convert("RGB")


def objects():
    places = {
        "cat": ("skimage", "data/chelsea.png", (35, 0, 365, 290)),
        "face": ("skimage", "data/astronaut.png", (150, 10, 305, 190)),
        "cup": ("skimage", "data/coffee.png", (75, 15, 480, 385)),
        "flower": ("sklearn", "datasets/images/flower.jpg", (165, 80, 450, 365)),
    }
    return {name: photograph(*place[:2]).crop(place[2]) for name, place in places.items()}


def backgrounds():
    names = ["grass.png", "gravel.png", "brick.png", "motorcycle_left.png", "rocket.jpg"]
    return [photograph("sklearn", "datasets/images/china.jpg")] + [
        photograph("skimage", f"data/{name}") for name in names
    ]


def draw(thing, ground, chance):
    """The picture, and the box of the object as x, y, width and height."""
    scale = chance.uniform(0.4, 1)
    width, height = int(WIDTH / scale), int(HEIGHT / scale)
    left = chance.randrange(max(1, ground.width - width))
    top = chance.randrange(max(1, ground.height - height))
    picture = ground.crop((left, top, left + width, top + height)).resize((WIDTH, HEIGHT))
    side = chance.randrange(40, 80)
    shrink = side / max(thing.size)
    thing = thing.resize((int(thing.width * shrink), int(thing.height * shrink)))
    if chance.random() < 0.5:
        thing = thing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    thing = ImageEnhance.Brightness(thing).enhance(chance.uniform(0.7, 1.3))
    x, y = chance.randrange(WIDTH - thing.width), chance.randrange(HEIGHT - thing.height)
    picture.paste(thing, (x, y))
    return picture, (x, y, *thing.size)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--train", type=int, default=240)
    parser.add_argument("--test", type=int, default=96)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    things, grounds = objects(), backgrounds()
    os.makedirs(f"{args.folder}/images", exist_ok=True)
    with open(f"{args.folder}/manifest.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "label", "box", "split"])
        for split, count in (("train", args.train), ("test", args.test)):
            for index in range(count):
                name = list(things)[index % len(things)]
                picture, box = draw(things[name], chance.choice(grounds), chance)
                path = f"images/{split}_{index:04}.jpg"
                picture.save(f"{args.folder}/{path}", quality=92)
                table.writerow([path, name, " ".join(map(str, box)), split])


main()
