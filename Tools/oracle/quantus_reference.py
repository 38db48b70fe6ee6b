"""Scores of explanations of a small network by other programs, for PlumblineEvaluationTests.

    sh Tools/oracle/environment.sh ENV
    ENV/bin/pip install --no-deps quantus==0.6.0 lazy_loader opencv-python-headless pandas pytz
    git clone https://github.com/theja-vanka/AutoTimm
    ENV/bin/python Tools/oracle/quantus_reference.py \
        AutoTimm/src/autotimm/interpretation/metrics.py \
        Tests/PlumblineEvaluationTests/Fixtures/quantus.json

Quantus 0.6.0, Captum's infidelity and AutoTimm's metrics (at 879f337) score the gradient, or a
smooth map, of a network that is written out here and in the test. Random numbers are Plumbline's
(plumbline_random.py): they replace numpy's and torch's, so that both sides change the same pixels.

"quantus" is what Quantus returns. "value" is what Plumbline should give, from the predictions that
the network made for Quantus; where both definitions agree, the two are equal.
"""
import importlib.util
import json
import pathlib
import sys
import types
import warnings

import peers  # noqa: F401
import numpy as np
import torch
from scipy import ndimage
from scipy.stats import spearmanr

np.trapz = np.trapezoid
import quantus
from captum.metrics import infidelity
from quantus.functions.perturb_func import noisy_linear_imputation
from quantus.helpers import utils

from plumbline_random import Generator

warnings.filterwarnings("ignore")
SIDE, STEPS, SEED, TARGET = 40, 50, 9, 1
PIXELS = SIDE * SIDE
ORIGINAL_RANDN, ORIGINAL_CHOICE = np.random.randn, np.random.choice


class Network(torch.nn.Module):
    """A convolution, ReLU, means of squares, and a linear layer; it notes its predictions."""

    def __init__(self, rng):
        super().__init__()

        def grid(shape, scale):
            return torch.tensor(np.round(rng.normal(size=shape) * scale * 1024) / 1024,
                                dtype=torch.float32)

        self.kernel, self.offset = grid((4, 1, 3, 3), 0.5), grid((4,), 0.2)
        self.weight, self.bias = grid((3, 100), 0.2), grid((3,), 0.3)
        self.calls = []
        self.eval()

    def forward(self, x):
        x = torch.conv2d(x, self.kernel, self.offset, padding=1).relu()
        x = torch.nn.functional.avg_pool2d(x, 8).permute(0, 2, 3, 1).flatten(1)
        logits = x @ self.weight.T + self.bias
        self.calls.append(logits.detach().numpy().astype(float))
        return logits

    def logits(self, x):
        return self(torch.tensor(np.asarray(x, np.float32)).reshape(-1, 1, SIDE, SIDE)) \
            .detach().numpy().astype(float)

    def probabilities(self, x):
        return torch.softmax(torch.tensor(self.logits(x)), 1)[:, TARGET].numpy()


def gradient(model, inputs, targets, **_):
    x = torch.tensor(np.asarray(inputs, np.float32)).reshape(-1, 1, SIDE, SIDE).requires_grad_()
    model(x)[torch.arange(len(x)), torch.as_tensor(np.atleast_1d(targets))].sum().backward()
    return x.grad.numpy()


class Case:
    def __init__(self, model, image, values):
        self.model, self.image, self.values = model, image, values
        self.x = image.reshape(1, 1, SIDE, SIDE).astype(np.float32)
        self.a = values.reshape(1, 1, SIDE, SIDE).astype(np.float32)
        self.order = np.argsort(-values.ravel(), kind="stable")

    def run(self, name, softmax=True, explain=False, **options):
        """What Quantus returns, and the predictions that it asked for."""
        metric = getattr(quantus, name)(
            disable_warnings=True, normalise=False, abs=False, **options)
        self.model.calls = []
        arguments = {"explain_func": gradient} if explain else {}
        result = metric(model=self.model, x_batch=self.x, y_batch=np.array([TARGET]),
                        a_batch=self.a, softmax=softmax, channel_first=True, device="cpu",
                        **arguments)
        logits = np.concatenate(self.model.calls)
        probabilities = torch.softmax(torch.tensor(logits), 1).numpy()[:, TARGET]
        if isinstance(result, dict):
            result = list(result.values())
        return np.asarray(result, float).ravel(), logits[:, TARGET], probabilities


def trapezoid(values):
    return float((np.sum(values) - (values[0] + values[-1]) / 2) / (len(values) - 1))


def both(quantus_value, value):
    return {"quantus": float(quantus_value), "value": float(value)}


def faithfulness_correlation(case):
    random = Generator(SEED)
    sets = iter([random.shuffled(range(PIXELS))[:80] for _ in range(100)])
    np.random.choice = lambda count, size, replace: np.array(next(sets))
    result, _, _ = case.run("FaithfulnessCorrelation", softmax=False, nr_runs=100, subset_size=80,
                            perturb_baseline=0.0)
    np.random.choice = ORIGINAL_CHOICE
    return both(result[0], result[0])


def flipping(case):
    def flip(arr, indices, **_):
        arr = arr.copy()
        arr[np.arange(len(arr))[:, None], indices] = 1 - arr[np.arange(len(arr))[:, None], indices]
        return arr

    result, _, p = case.run("PixelFlipping", features_in_step=PIXELS // STEPS, perturb_func=flip,
                            return_auc_per_sample=True)
    # Quantus leaves out the image itself, and its steps are 1 wide.
    original = case.model.probabilities(case.x)
    assert abs(np.trapezoid(p) - result[0]) < 1e-5
    return both(result[0], trapezoid([*original, *p]))


def deletion(case):
    result, _, p = case.run("PixelFlipping", features_in_step=PIXELS // STEPS, perturb_baseline=0.0,
                            return_auc_per_sample=True)
    return both(result[0], trapezoid([*case.model.probabilities(case.x), *p]))


def monotonicity(case):
    result, _, p = case.run("Monotonicity", features_in_step=PIXELS // STEPS, perturb_baseline=0.0)
    # Quantus replaces pixels of black by black: it never shows a pixel, so that nothing changes.
    assert np.ptp(p[1:]) == 0 and result[0] == 1
    image, shown = case.x.ravel(), np.zeros(PIXELS, np.float32)
    curve = [case.model.probabilities(shown)[0]]
    for pixels in case.order[::-1].reshape(STEPS, -1):
        shown[pixels] = image[pixels]
        curve.append(case.model.probabilities(shown)[0])
    return both(result[0], np.mean(np.diff(curve) >= 0))


def region_perturbation(case):
    random = Generator(SEED)
    noise = np.array([(random.next() >> 40) * 2.0**-24 for _ in range(PIXELS)])

    def disturb(arr, indices, **_):
        arr = arr.copy()
        arr[np.arange(len(arr))[:, None], indices] = noise[indices]
        return arr

    result, _, _ = case.run("RegionPerturbation", patch_size=8, regions_evaluation=100,
                            perturb_func=disturb)
    # The paper's mean over the steps, where the image itself is step 0.
    return both(result[-1], np.sum(result) / (len(result) + 1))


def irof(case):
    squares = np.arange(SIDE)[:, None] // 8 * 5 + np.arange(SIDE)[None] // 8
    original = utils.get_superpixel_segments
    utils.get_superpixel_segments = lambda **_: squares
    mean = float(case.image.mean())
    own, _, _ = case.run("IROF", return_aggregate=False)
    result, _, p = case.run(
        "IROF", return_aggregate=False,
        perturb_func=lambda arr, mask, **_: np.where(mask, np.float32(mean), arr))
    utils.get_superpixel_segments = original
    original = case.model.probabilities(case.x)[0]
    curve = p[1:] / original
    assert abs(len(curve) - np.trapezoid(curve) - result[0]) < 1e-4
    return {**both(own[0], 1 - trapezoid([1, *curve])), "mean_of_the_image": float(result[0])}


def road(case):
    accuracy, _, _ = case.run("ROAD", percentages=[20, 40, 60, 80], noise=0.0)
    total = 0.0
    for place, share in enumerate([0.2, 0.4, 0.6, 0.8]):
        count = round(share * PIXELS)
        for index, hidden in [(2 * place, case.order[PIXELS - count:]),
                              (2 * place + 1, case.order[:count])]:
            random = Generator(SEED + index)
            noise = np.array([[np.float32(random.normal()) for _ in range(count)]])
            np.random.randn = lambda *_: noise
            filled = noisy_linear_imputation(case.x[0], hidden, noise=0.01)
            np.random.randn = ORIGINAL_RANDN
            p = case.model.probabilities(filled)[0]
            total += (p if index % 2 == 0 else -p) / 2 / 4
    return both(np.mean(accuracy), total)


def disturbances():
    random = Generator(SEED)
    low, high = np.float32(-0.02), np.float32(0.02)
    return [np.array([low + (high - low) * np.float32((random.next() >> 40) * 2.0**-24)
                      for _ in range(PIXELS)], np.float32) for _ in range(10)]


def stability(case):
    rows = {}
    for key, name, options in [
        ("max_sensitivity", "MaxSensitivity", {}),
        ("local_lipschitz", "LocalLipschitzEstimate", {}),
        ("relative_input_stability", "RelativeInputStability",
         {"return_nan_when_prediction_changes": False}),
        ("relative_output_stability", "RelativeOutputStability",
         {"return_nan_when_prediction_changes": False}),
    ]:
        noise = iter(disturbances())
        if key == "local_lipschitz":
            options["norm_numerator"] = quantus.distance_euclidean
        result, _, _ = case.run(
            name, softmax=False, explain=True, nr_samples=10,
            perturb_func=lambda arr, **_: arr + next(noise), **options)
        rows[key] = both(result[0], result[0])
    return rows


def random_logit(case):
    random = Generator(SEED)
    drawn = random.next() % 2
    original = np.random.randint
    np.random.randint = lambda low, high, count: np.array([drawn])
    result, _, _ = case.run(
        "RandomLogit", explain=True, num_classes=3,
        similarity_func=lambda a, b, batched: [spearmanr(a.ravel(), b.ravel())[0]])
    np.random.randint = original
    return both(result[0], result[0])


def completeness(case):
    case_a = case.a
    case.a = case.a * case.x
    result, logits, _ = case.run("Completeness", softmax=False, perturb_baseline=0.0)
    total = case.a.sum(dtype=float)
    case.a = case_a
    fall = logits[0] - logits[1]
    return both(result[0], abs(total - fall) / abs(fall))


def squares():
    random = Generator(SEED)

    def index(count):
        return int((random.next() >> 40) * 2.0**-24 * count)

    rows = []
    for _ in range(50):
        side = 1 + index(SIDE // 4)
        top, left = index(SIDE - side + 1), index(SIDE - side + 1)
        mask = np.zeros((SIDE, SIDE), np.float32)
        mask[top:top + side, left:left + side] = 1
        rows.append(mask)
    return rows


def yeh(case):
    masks = torch.tensor(np.stack(squares()))[:, None]
    x, a = torch.tensor(case.x), torch.tensor(case.a)
    own, _, _ = case.run("Infidelity", softmax=False, perturb_baseline=0.0, perturb_patch_sizes=[8],
                         n_perturb_samples=1)

    def score(normalize):
        def perturb(inputs):
            difference = masks * x
            return difference, inputs - difference

        return float(infidelity(case.model, perturb, x, a, target=TARGET, n_perturb_samples=50,
                                max_examples_per_batch=50, normalize=normalize))

    return {**both(own[0], score(False)), "scaled": score(True)}


def autotimm(case):
    logging = types.ModuleType("autotimm.core.logging")
    logging.logger = None
    for name in ("autotimm", "autotimm.core"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["autotimm.core.logging"] = logging
    spec = importlib.util.spec_from_file_location("autotimm_metrics", sys.argv[1])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    image = torch.tensor(case.x)

    def scaled(values):
        return (values - values.min()) / (values.max() - values.min())

    def explain(x, target_class):
        x = np.asarray(x)
        values = case.a if np.array_equal(x.reshape(case.x.shape), case.x) else gradient(
            case.model, x, target_class)
        return scaled(values.reshape(SIDE, SIDE))

    metrics = module.ExplanationMetrics(
        case.model, types.SimpleNamespace(explain=explain), use_cuda=False)
    rows = {}
    for kind in ("blur", "black", "mean"):
        rows[f"deletion:{kind}"] = metrics.deletion(image, TARGET, STEPS, kind)
        rows[f"insertion:{kind}"] = metrics.insertion(image, TARGET, STEPS, kind)
    random = Generator(SEED)
    original = torch.randn_like
    torch.randn_like = lambda like: torch.tensor(
        [random.normal() for _ in range(PIXELS)], dtype=torch.float32).reshape(like.shape)
    rows["noise"] = metrics.sensitivity_n(image, TARGET, 50, 0.15)
    torch.randn_like = original
    return {name: {key: float(value) for key, value in row.items()
                   if key in ("auc", "final_drop", "final_rise", "sensitivity", "std",
                              "max_change")}
            for name, row in rows.items()}


def main():
    rng = np.random.default_rng(3)
    model = Network(rng)
    images, cases = [], []
    for index in range(2):
        field = ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 1.5)
        image = 0.1 + 0.8 * (field - field.min()) / (field.max() - field.min())
        image = np.round(image * 4096) / 4096
        images.append(image)
        values = gradient(model, image, [TARGET]).reshape(SIDE, SIDE)
        if index == 1:
            # A map that is not the gradient; no two pixels are equal.
            values = ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 1)
            values = np.round(values * 2**20) / 2**20
        assert index == 0 or len(np.unique(values)) == PIXELS
        cases.append(Case(model, image, values))
    # The gradient of a network of ReLUs has equal pixels. A ramp separates them.
    cases[0].values = np.round(cases[0].values * 2**12) / 2**12 + np.arange(PIXELS).reshape(
        SIDE, SIDE) * 2.0**-24
    cases[0] = Case(model, images[0], cases[0].values.astype(np.float32).astype(float))
    assert len(np.unique(cases[0].values)) == PIXELS
    rows = []
    for case in cases:
        rows.append({
            "image": case.image.ravel().tolist(), "map": case.values.ravel().tolist(),
            "logits": case.model.logits(case.x)[0].tolist(),
            "scores": {
                "faithfulness_correlation": faithfulness_correlation(case),
                "pixel_flipping": flipping(case), "deletion:black": deletion(case),
                "monotonicity": monotonicity(case),
                "region_perturbation": region_perturbation(case), "irof:grid_8": irof(case),
                "road": road(case), "random_class": random_logit(case), **stability(case),
                "completeness_error": completeness(case), "infidelity": yeh(case),
            },
            "autotimm": autotimm(case),
        })
    json.dump({
        "side": SIDE, "seed": SEED, "target": TARGET,
        # [outputs, height, width, inputs], as Plumbline has it.
        "kernel": model.kernel.permute(0, 2, 3, 1).flatten().tolist(),
        "offset": model.offset.tolist(), "weight": model.weight.flatten().tolist(),
        "bias": model.bias.tolist(), "cases": rows,
    }, pathlib.Path(sys.argv[2]).open("w"), indent=0, separators=(",", ":"), allow_nan=False)
    for row in rows:
        print(json.dumps({k: row[k] for k in ("scores", "autotimm")}, indent=1))


main()
