#!/bin/sh
# A page of 10,000 images with 10 maps each: the time, memory and size of `plumbline view`.
# usage: many_images.sh PLUMBLINE FOLDER [IMAGES]
set -e
plumbline=$(realpath "$1")
images=${3:-10000}
mkdir -p "$2"
cd "$2"
for set in "train 400 0.5" "valid $images 1"; do
  # shellcheck disable=SC2086
  set -- $set
  test -f "$1.csv" || "$plumbline" phantoms . --name "$1" --count "$2" --prevalence "$3" \
    --size 96 --findings "Pleural Effusion" --seed "$2"
done
cat > many.yaml <<'YAML'
output: run
data:
  classes: [Pleural Effusion]
  target: Pleural Effusion
  size: 64
  align: {labels: train.csv, masks: gt_segmentations_train.json}
  evaluate: {labels: valid.csv, masks: gt_segmentations_valid.json}
model: {name: densenet_mini}
train: {epochs: 4, batch_size: 16, accumulation: 1, learning_rate: 0.003}
evaluate:
  explanations: [gradient, input_x_gradient, guided_backprop, deconvnet, lrp_epsilon_plus,
    grad_cam, grad_cam_plus_plus, xgrad_cam, layer_cam, cam]
  save_explanations: true
YAML
"$plumbline" train many.yaml --quiet
scores=mass_accuracy,rank_accuracy,mask_area_share,saliency_coverage,explanation_coverage
scores=$scores,ground_truth_coverage,iou,dice,shared_interest_iou,shared_interest_case,pointing_game
scores=$scores,hit_rate,energy_pointing_game,top_k_intersection,mask_auroc,mask_average_precision
scores=$scores,dual_polarity_precision,wrong_region_mass,border_mass,sparseness,entropy
scores=$scores,effective_complexity
test -f many.h5 || "$plumbline" evaluate --checkpoint run/start/last.h5 --data many.yaml \
  --metrics "$scores" --output many.h5 --quiet > many.txt
rm -rf page
/usr/bin/env time -f '%e s, %M kB at most' "$plumbline" view many.h5 --data many.yaml --output page
du -sh page
find page -type f | wc -l
