#!/bin/sh
# Draws the phantoms of configs/paper_mini.yaml.
# usage: paper_mini_data.sh PLUMBLINE [FOLDER]
set -e
plumbline=$1
folder=${2:-runs/paper_mini_phantoms}
draw() {
  test -f "$folder/$1.csv" || "$plumbline" phantoms "$folder" --name "$1" --count "$2" \
    --seed "$3" --size 96 --prevalence 0.5 --findings "Cardiomegaly,Pleural Effusion"
}
draw align 128 1
draw valid 96 2
draw start 600 3
draw pretraining 900 4
