#!/bin/sh
# Draws the phantoms of configs/pretraining_study.yaml, and pre-trains on other findings.
# usage: pretraining_data.sh PLUMBLINE
set -e
plumbline=$1
folder=runs/pretraining_phantoms
draw() {
  test -f "$folder/$1.csv" || "$plumbline" phantoms "$folder" --name "$1" --count "$2" \
    --seed "$3" --size 48 --prevalence 0.5 --findings "$4"
}
target="Cardiomegaly,Pleural Effusion"
draw align 64 1 "$target"
draw valid 64 2 "$target"
draw start 320 3 "$target"
draw other 480 4 "Pneumothorax,Edema,Pleural Effusion"
test -f "$folder/supervised.h5" || {
  "$plumbline" train configs/pretraining_supervised.yaml
  cp "$folder/supervised/start/last.h5" "$folder/supervised.h5"
}
