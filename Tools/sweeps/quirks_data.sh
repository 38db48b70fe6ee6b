#!/bin/sh
# Draws the phantoms of configs/quirks.yaml, and leaves out the masks of every third image.
# usage: quirks_data.sh PLUMBLINE [FOLDER]
set -e
plumbline=$1
folder=${2:-runs/quirks_phantoms}
draw() {
  test -f "$folder/$1.csv" || "$plumbline" phantoms "$folder" --name "$1" --count "$2" \
    --seed "$3" --size 48 --prevalence 0.5 --findings "Cardiomegaly,Pleural Effusion"
}
draw align 64 1
draw valid 64 2
draw start 320 3
python3 - "$folder" <<'PYTHON'
import json, sys
folder = sys.argv[1]
with open(f"{folder}/gt_segmentations_align.json") as file:
    masks = json.load(file)
kept = {name: value for place, (name, value) in enumerate(masks.items()) if place % 3}
with open(f"{folder}/gt_segmentations_align_some.json", "w") as file:
    json.dump(kept, file)
print(f"{len(kept)} of {len(masks)} images keep their masks")
PYTHON
