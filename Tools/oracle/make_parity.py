"""Writes a parity file from PyTorch and zennit.

Expected values are computed in float64. Beside each stands `float32_error`: the relative L2
distance of PyTorch's own float32 result from it, the floor below which two correct float32 programs
cannot be expected to agree (a ReLU's sign may flip).

    python make_parity.py densenet121 out.h5 --explanation gradient --batch-norm train
        --batch 2 --size 64 --seed 3
    python make_parity.py vit_base_patch16_224 out.h5 --size 64
        --config '{"depth": 2, "embed_dim": 96, "num_heads": 3, "img_size": 64}'
"""

import argparse, copy, json
import peers
import h5py, numpy as np, torch

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("output")
parser.add_argument("--explanation", default="gradient")
parser.add_argument("--others", default="", help="further explanations to store, comma separated")
parser.add_argument("--batch-norm", default="eval", choices=["eval", "train"])
parser.add_argument("--scenario", default="align", choices=["align", "misalign"])
parser.add_argument("--batch", type=int, default=2)
parser.add_argument("--size", type=int, default=224)
parser.add_argument("--classes", type=int, default=10)
parser.add_argument("--steps", type=int, default=4)
parser.add_argument("--lambda", dest="weight", type=float, default=1.0)
parser.add_argument("--config", default="{}")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--no-gradients", action="store_true")
parser.add_argument(
    "--output-seed", choices=["one", "logit"], help="default: logit for LRP, one otherwise"
)
args = parser.parse_args()
if args.explanation.startswith("lrp"):
    # zennit treats weights as constants in LRP: its parameter gradient is not the derivative.
    args.no_gradients = True


def output_seed(method):
    return args.output_seed or ("logit" if method.startswith("lrp") else "one")


torch.manual_seed(args.seed)
model = peers.build(args.model, args.classes, **json.loads(args.config))
# Random running statistics and affine terms, so that normalisation is tested and no gradient
# vanishes.
for module in model.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        module.running_mean.normal_(0, 0.1)
        module.running_var.uniform_(0.5, 1.5)
    if isinstance(module, (torch.nn.BatchNorm2d, torch.nn.LayerNorm)):
        torch.nn.init.uniform_(module.weight, 0.5, 1.5)
        torch.nn.init.normal_(module.bias, 0, 0.1)
weights = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
model.train(args.batch_norm == "train")
for module in model.modules():
    if module.__class__.__name__.startswith(("Drop", "Dropout")):
        module.eval()

n, s = args.batch, args.size
image = torch.randn(n, 3, s, s)
target = torch.randint(args.classes, (n,))
label = torch.ones(n)
label[1::3] = 0
mask = torch.zeros(n, s, s)
for i in range(n):
    top, left = (torch.randint(s // 2, (2,))).tolist()
    mask[i, top : top + s // 3, left : left + s // 4] = 1
spread = image.amax((1, 2, 3), keepdim=True) - image.amin((1, 2, 3), keepdim=True)
noise = torch.randn(args.steps, n, 3, s, s) * 0.1 * spread
noise[-1] = 0


everyone = torch.arange(n)
positive = torch.nonzero(label == 1).flatten()
methods = list(dict.fromkeys([args.explanation] + [m for m in args.others.split(",") if m]))


def reference(dtype):
    """Every expected quantity by name, computed in dtype."""
    net = copy.deepcopy(model).to(dtype)

    def explain(method, rows, create_graph):
        selected = peers.Selected(net, target[rows])
        with peers.explainer(
            selected,
            method,
            args.steps,
            create_graph,
            noise[:, rows].to(dtype),
            output_seed(method),
        ) as attributor:
            return attributor(image[rows].to(dtype))[1]

    logits = net(image.to(dtype))
    found = {"logits": logits}
    for method in methods:
        found[f"explanation/{method}"] = explain(method, everyone, False)
    chosen = logits.gather(1, target.view(-1, 1)).squeeze(1)
    goal = (mask[positive] if args.scenario == "align" else 1 - mask[positive]).to(dtype)
    found["location_loss"] = peers.location_loss(explain(args.explanation, positive, True), goal)
    bce = torch.nn.functional.binary_cross_entropy_with_logits(chosen, label.to(dtype))
    found["loss"] = bce + args.weight * found["location_loss"]
    if not args.no_gradients:
        names, parameters = zip(*net.named_parameters())
        gradients = torch.autograd.grad(found["loss"], parameters, allow_unused=True)
        for name, parameter, gradient in zip(names, parameters, gradients):
            found[f"gradient/{name}"] = (
                torch.zeros_like(parameter) if gradient is None else gradient
            )
    return {name: value.detach().double() for name, value in found.items()}


exact, rounded = reference(torch.float64), reference(torch.float32)
if not all(torch.isfinite(value).all() for found in (exact, rounded) for value in found.values()):
    raise SystemExit("the reference is not finite in float32: no parity can be asked of it")


def error(names):
    """Relative L2 distance of PyTorch's float32 result, over several tensors at once."""
    distance = sum(((rounded[k] - exact[k]) ** 2).sum() for k in names)
    size = sum((exact[k] ** 2).sum() for k in names)
    return (distance / size.clamp(min=1e-60)).sqrt().item()


with h5py.File(args.output, "w") as f:
    f.attrs.update(
        dict(
            model=args.model,
            num_classes=args.classes,
            batch_norm=args.batch_norm,
            explanation=args.explanation,
            steps=args.steps,
            scenario=args.scenario,
            model_config=args.config,
            output_seed=args.output_seed or "default",
        )
    )
    f.attrs["lambda"] = args.weight
    for name, tensor in weights.items():
        if tensor.dtype.is_floating_point:
            f[f"weights/{name}"] = tensor.numpy()
    for name, tensor in dict(
        image=image, target=target, label=label, mask=mask, noise=noise
    ).items():
        f[f"input/{name}"] = tensor.numpy()
    for name, value in exact.items():
        f[f"expected/{name}"] = value.float().numpy()
        f[f"expected/{name}"].attrs["float32_error"] = error([name])
    if not args.no_gradients:
        f["expected/gradient"].attrs["float32_error"] = error(
            [k for k in exact if k.startswith("gradient/")]
        )
for name in exact:
    if not name.startswith("gradient/"):
        print(f"{name}: PyTorch float32 error {error([name]):.1e}")
if not args.no_gradients:
    print(
        "gradient: PyTorch float32 error "
        f"{error([k for k in exact if k.startswith('gradient/')]):.1e}"
    )
