"""Times the metrics of `plumbline evaluate` beside Quantus's, by turns, on densenet121 at 224.

    sh Tools/oracle/environment.sh ENV
    ENV/bin/pip install --no-deps quantus==0.6.0 lazy_loader opencv-python-headless pandas pytz
    ENV/bin/python Tools/oracle/quantus_bench.py PLUMBLINE [IMAGES] [THREADS] [NAME,...]

Both explain phantoms by the gradient and ask the model as often: the same steps, samples and
segments. Seconds per image; what reading the model and making the maps takes is taken off. Metrics
that read the map alone are timed together.
"""
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import peers  # noqa: F401
import numpy as np
import torch
import torchvision
from PIL import Image

np.trapz = np.trapezoid
import quantus

warnings.filterwarnings("ignore")
SIDE = 224
# 49 steps: Quantus wants steps of one size. Ours takes 50.
STEP = 1024
QUIET = dict(disable_warnings=True, display_progressbar=False, normalise=False, abs=False)


def metrics(classes):
    """Names of ours, and Quantus's metrics that do the same work."""
    share = int(0.05 * SIDE * SIDE)
    return [
        (["faithfulness_correlation"],
         [quantus.FaithfulnessCorrelation(nr_runs=100, subset_size=share, **QUIET)]),
        (["pixel_flipping"], [quantus.PixelFlipping(features_in_step=STEP, **QUIET)]),
        (["monotonicity"], [quantus.Monotonicity(features_in_step=STEP, **QUIET)]),
        (["region_perturbation"],
         [quantus.RegionPerturbation(patch_size=8, regions_evaluation=100, **QUIET)]),
        # Without ROAD and IROF: Quantus's fail on images of three channels with maps of one.
        (["completeness_error"], [quantus.Completeness(**QUIET)]),
        # Ours gives all four from the same samples.
        (["max_sensitivity"],
         [quantus.MaxSensitivity(nr_samples=10, **QUIET),
          quantus.LocalLipschitzEstimate(nr_samples=10, **QUIET),
          quantus.RelativeInputStability(nr_samples=10, **QUIET),
          quantus.RelativeOutputStability(nr_samples=10, **QUIET)]),
        (["random_class"],
         [quantus.RandomLogit(num_classes=classes,
                              similarity_func=quantus.similarity_func.correlation_spearman,
                              **QUIET)]),
        (["sparseness", "entropy", "effective_complexity", "mass_accuracy", "rank_accuracy",
          "hit_rate", "top_k_intersection", "mask_auroc"],
         [quantus.Sparseness(**QUIET), quantus.Complexity(**QUIET),
          quantus.EffectiveComplexity(**QUIET), quantus.RelevanceMassAccuracy(**QUIET),
          quantus.RelevanceRankAccuracy(**QUIET), quantus.PointingGame(**QUIET),
          quantus.TopKIntersection(k=share, **QUIET), quantus.AUC(**QUIET)]),
    ]


def gradient(model, inputs, targets, **_):
    x = torch.as_tensor(inputs, dtype=torch.float32).requires_grad_(True)
    y = model(x)[torch.arange(len(x)), torch.as_tensor(targets).long()].sum()
    return torch.autograd.grad(y, x)[0].sum(1, keepdim=True).numpy()


class Ours:
    """Runs `evaluate` in a folder with phantoms and an untrained densenet121."""

    def __init__(self, program, folder, images, threads):
        self.program, self.folder, self.threads = program, folder, threads
        # Only images that show the target are explained.
        self.run("phantoms", "ph", "--name", "valid", "--count", str(images), "--size", str(SIDE),
                 "--findings", "Cardiomegaly", "--prevalence", "1")
        (folder / "bench.yaml").write_text(f"""
output: out
threads: {threads}
data:
  classes: [Cardiomegaly, Lung Opacity]
  target: Cardiomegaly
  size: {SIDE}
  allow_overlap: true
  start: {{labels: ph/valid.csv}}
  align: {{labels: ph/valid.csv, masks: ph/gt_segmentations_valid.json}}
  evaluate: {{labels: ph/valid.csv, masks: ph/gt_segmentations_valid.json}}
model: {{name: densenet121}}
train: {{epochs: 0}}
evaluate: {{explanations: [gradient], save_curves: false}}
""")
        self.run("train", "bench.yaml")
        bases = sorted(self.seconds(["mask_area_share"]) for _ in range(3))
        self.base, self.noise = bases[1], bases[2] - bases[0]

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True,
                              text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)

    def seconds(self, names):
        begin = time.perf_counter()
        self.run("evaluate", "--checkpoint", "out/start/last.h5", "--data", "bench.yaml",
                 "--metrics", ",".join(names))
        return time.perf_counter() - begin

    def files(self):
        return sorted(f for f in (self.folder / "ph/valid").rglob("*") if f.is_file())


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    images = int(sys.argv[2]) if len(sys.argv) > 2 else 32
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(program, pathlib.Path(folder), images, threads)
        pixels = np.stack([np.asarray(Image.open(file).convert("RGB"), dtype=np.float32) / 255
                           for file in ours.files()])
        x = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
        y = np.zeros(len(x), dtype=int)
        model = torchvision.models.densenet121(num_classes=2).eval()
        model = model.to(memory_format=torch.channels_last)
        maps = np.concatenate([gradient(model, x[i:i + 8], y[i:i + 8])
                               for i in range(0, len(x), 8)])
        masks = np.zeros_like(maps)
        masks[:, :, 60:140, 80:180] = 1
        print(f"{len(x)} images, {threads} threads, torch {torch.__version__}; seconds per image")
        print("| metrics | Quantus | Plumbline | ratio |\n|---|---:|---:|---:|")
        sums = [0.0, 0.0]
        chosen = sys.argv[4].split(",") if len(sys.argv) > 4 else []
        for names, theirs in metrics(2):
            if chosen and names[0] not in chosen:
                continue
            begin = time.perf_counter()
            for metric in theirs:
                metric(model=model, x_batch=x, y_batch=y, a_batch=maps, s_batch=masks > 0,
                       explain_func=gradient, batch_size=8, channel_first=True)
            quantus_seconds = (time.perf_counter() - begin) / len(x)
            own = (ours.seconds(names) - ours.base) / len(x)
            least = ours.noise / len(x)
            sums = [sums[0] + quantus_seconds, sums[1] + max(own, least)]
            # What is taken off varies: shorter times are not to be told from none.
            row = (f"{own:.3f} | {quantus_seconds / own:.1f}" if own > least
                   else f"below {least:.3f} | above {quantus_seconds / least:.1f}")
            print(f"| {', '.join(names)} | {quantus_seconds:.3f} | {row} |", flush=True)
        print(f"| all | {sums[0]:.3f} | {sums[1]:.3f} | {sums[0] / sums[1]:.1f} |")


main()
