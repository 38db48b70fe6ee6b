#!/bin/sh
# Makes a Python environment with PyTorch, torchvision, timm, Captum, zennit, pytorch-grad-cam and
# lxt, for CPUs, unless it is there. usage: environment.sh FOLDER
set -eu
folder=${1:?usage: environment.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
check="import torch, timm, zennit, cloudpickle, importlib.util as u; assert u.find_spec('lxt')"
[ -x "$folder/bin/python" ] && "$folder/bin/python" -c "$check" 2>/dev/null && exit 0
mkdir -p "$(dirname "$folder")"
log="$folder.log"
install() { "$folder/bin/pip" install -q "$@" >>"$log" 2>&1; }
python3 -m venv "$folder" >"$log" 2>&1 &&
  install "torch==2.13.0+cpu" numpy h5py scipy pillow pyyaml tqdm packaging requests click safetensors &&
  install --no-deps "torchvision==0.28.0" "timm==1.0.31" "captum==0.9.0" "zennit==0.5.1" \
    huggingface_hub &&
  # What pytorch-grad-cam wants of scikit-learn and matplotlib.
  install --no-deps "grad-cam==1.5.7" ttach scikit-learn joblib cloudpickle narwhals \
    threadpoolctl matplotlib cycler kiwisolver pyparsing python-dateutil six contourpy fonttools &&
  # For its photographs.
  install --no-deps scikit-image &&
  install --no-deps "lxt==2.1" &&
  cp "$here/peers.py" "$folder"/lib/python3*/site-packages/ ||
  { echo "skipped: the PyTorch environment cannot be made (see $log)"; exit 1; }
