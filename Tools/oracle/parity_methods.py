"""Writes a parity file of explanations that make_parity.py does not know: zennit's other
composites, Captum, pytorch-grad-cam, lxt.

    parity_methods.py MODEL OUT.h5 --methods grad_cam,layer_cam --size 64 --batch 2
        [--config JSON] [--through METHOD]

Expected values are computed in float64; `float32_error` is the same program's in float32. With
--through, the loss and its gradient through that method follow as the reference trains it; for LRP
that is zennit's truncated gradient. MODEL may also be resnet_mini or vgg_mini, Plumbline's small
presets rebuilt from torchvision's parts.
"""

import argparse, copy, functools, importlib.util, json, os, sys, types

parser = argparse.ArgumentParser()
for name in ("model", "output"):
    parser.add_argument(name)
parser.add_argument("--methods", required=True)
parser.add_argument("--through")
parser.add_argument("--size", type=int, default=64)
parser.add_argument("--batch", type=int, default=2)
parser.add_argument("--classes", type=int, default=5)
parser.add_argument("--steps", type=int, default=3)
parser.add_argument("--config", default="{}")
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()
import peers, reference_maps
import h5py, numpy as np, torch
from torch import nn
from torch.nn import functional as F
import torchvision

torch.manual_seed(args.seed)
np.random.seed(args.seed)


def resnet_mini(classes):
    block = torchvision.models.resnet.BasicBlock

    class Mini(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 16, 7, 2, 3, bias=False)
            self.bn1, self.relu, self.maxpool = nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
            widths = [16, 16, 32, 64]
            for i in range(3):
                before, width = widths[i], widths[i + 1]
                side = None
                if i:
                    side = nn.Sequential(
                        nn.Conv2d(before, width, 1, 2, bias=False), nn.BatchNorm2d(width)
                    )
                setattr(
                    self, f"layer{i + 1}", nn.Sequential(block(before, width, 2 if i else 1, side))
                )
            self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(64, classes)

        def forward(self, x):
            x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
            return self.fc(torch.flatten(self.avgpool(self.layer3(self.layer2(self.layer1(x)))), 1))

    return Mini()


def vgg_mini(classes):
    from torchvision.models.vgg import VGG, make_layers

    model = VGG(make_layers([16, "M", 32, "M", 32, 64, "M"]), num_classes=classes, dropout=0.0)
    model.avgpool = nn.AdaptiveAvgPool2d(2)
    model.classifier[0], model.classifier[3], model.classifier[6] = (
        nn.Linear(256, 64),
        nn.Linear(64, 64),
        nn.Linear(64, classes),
    )
    return model


minis = dict(resnet_mini=resnet_mini, vgg_mini=vgg_mini)
model = (
    minis[args.model](args.classes)
    if args.model in minis
    else peers.build(args.model, args.classes, **json.loads(args.config))
)
for module in model.modules():
    if isinstance(module, nn.ReLU):
        module.inplace = False
    if isinstance(module, nn.BatchNorm2d):
        module.running_mean.normal_(0, 0.1)
        module.running_var.uniform_(0.5, 1.5)
    if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
        nn.init.uniform_(module.weight, 0.5, 1.5)
        nn.init.normal_(module.bias, 0, 0.1)
    if isinstance(module, nn.Conv2d) and module.bias is not None:
        nn.init.normal_(module.bias, 0, 0.1)
model.eval()
n, size = args.batch, args.size
image = torch.randn(n, 3, size, size)
target = torch.randint(args.classes, (n,))
mask = torch.zeros(n, size, size)
mask[:, size // 4 : size // 2, size // 3 : size // 2] = 1
noise = torch.randn(args.steps, n, 3, size, size)
coefficients = torch.rand(args.steps, n)
transformer = hasattr(model, "blocks") or hasattr(model, "layers")
window = (max(4, size // 8), max(2, size // 16))


def by_zennit(name, net, x, create_graph=False, rows=slice(None)):
    from zennit.attribution import Gradient

    # Guided backprop and deconvnet start from one, LRP from the logit.
    seed = torch.ones_like if name in ("guided_backprop", "deconvnet") else None
    with Gradient(
        peers.Selected(net, target[rows]),
        reference_maps.zennit_composite(name),
        create_graph=create_graph,
        retain_graph=True,
        attr_output=seed,
    ) as attributor:
        return attributor(x)[1]


def by_captum(name, net, x):
    import captum.attr as attr

    if name == "input_x_gradient":
        return attr.InputXGradient(net).attribute(x.clone().requires_grad_(), target=target)
    if name == "occlusion":
        found = attr.Occlusion(net).attribute(
            x, (3, window[0], window[0]), strides=(3, window[1], window[1]), target=target
        )
        return found[:, :1]
    if name == "captum_guided_backprop":
        return attr.GuidedBackprop(net).attribute(x.clone().requires_grad_(), target=target)
    if name == "captum_deconvnet":
        return attr.Deconvolution(net).attribute(x.clone().requires_grad_(), target=target)
    # Captum draws one coefficient a sample: it is given ours.
    draws = iter(coefficients.to(x.dtype))
    original, np.random.uniform = np.random.uniform, lambda *_: next(draws).numpy()
    try:
        total = 0
        for _ in range(args.steps):
            total = total + attr.GradientShap(net).attribute(
                x.clone(), torch.zeros_like(x[:1]), n_samples=1, stdevs=0.0, target=target
            )
        return total / args.steps
    finally:
        np.random.uniform = original


def smoothed(name, net, x):
    gradients = []
    for step in range(args.steps):
        point = (x + noise[step].to(x.dtype)).requires_grad_()
        gradients.append(torch.autograd.grad(peers.Selected(net, target)(point).sum(), point)[0])
    return torch.stack(gradients).var(dim=0, unbiased=False)


def by_lxt(net, x):
    # The package's own start imports transformers; its rules do not need it.
    folder = os.path.join(os.path.dirname(importlib.util.find_spec("lxt").origin), "efficient")
    package = types.ModuleType("lxt.efficient")
    package.__path__ = [folder]
    sys.modules.setdefault("lxt.efficient", package)
    from lxt.efficient import patches
    from lxt.efficient.rules import divide_gradient

    for module in net.modules():
        if isinstance(module, nn.LayerNorm):
            module.forward = types.MethodType(patches.layer_norm_forward, module)
        if isinstance(module, nn.GELU):
            module.original_forward = module.forward
            module.forward = types.MethodType(patches.non_linear_forward, module)
        if hasattr(module, "qkv"):
            # Queries, keys and values reach attention through this layer alone.
            def forward(x, layer=module.qkv, original=module.qkv.forward):
                q, k, v = original(x).chunk(3, dim=-1)
                return torch.cat(
                    [divide_gradient(q, 4), divide_gradient(k, 4), divide_gradient(v, 2)], dim=-1
                )

            module.qkv.forward = forward
    x = x.clone().requires_grad_()
    return x * torch.autograd.grad(peers.Selected(net, target)(x).sum(), x)[0]


def explain(name, net, x):
    net = copy.deepcopy(net)
    if name in reference_maps.CAMS:
        return reference_maps.by_grad_cam(name, net, x, target)
    if name == "attn_lrp":
        return by_lxt(net, x)
    if name == "vargrad":
        return smoothed(name, net, x)
    if name in ("input_x_gradient", "gradient_shap", "occlusion") or name.startswith("captum_"):
        return by_captum(name, net, x)
    return by_zennit(name, net, x)


def reference(dtype):
    net = copy.deepcopy(model).to(dtype)
    x = image.to(dtype)
    found = {"logits": net(x)}
    for name in args.methods.split(","):
        found["explanation/" + name.removeprefix("captum_")] = explain(name, net, x)
    chosen = found["logits"].gather(1, target.view(-1, 1)).squeeze(1)
    through = args.through or args.methods.split(",")[0].removeprefix("captum_")
    if args.through:
        relevance = by_zennit(through, net, x.clone(), create_graph=True)
    else:
        relevance = found["explanation/" + through]
    found["location_loss"] = peers.location_loss(relevance, mask.to(dtype))
    found["loss"] = (
        F.binary_cross_entropy_with_logits(chosen, torch.ones(n, dtype=dtype))
        + found["location_loss"]
    )
    if args.through:
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
    distance = sum(((rounded[k] - exact[k]) ** 2).sum() for k in names)
    return (distance / sum((exact[k] ** 2).sum() for k in names).clamp(min=1e-60)).sqrt().item()


through = args.through or args.methods.split(",")[0].removeprefix("captum_")
with h5py.File(args.output, "w") as f:
    f.attrs.update(
        dict(
            model=args.model,
            num_classes=args.classes,
            batch_norm="eval",
            explanation=through,
            steps=args.steps,
            scenario="align",
            model_config=args.config,
            output_seed="default",
            lrp_gradient="truncated",
            occlusion_window=f"{window[0]},{window[1]}",
        )
    )
    f.attrs["lambda"] = 1.0
    for name, tensor in model.state_dict().items():
        if tensor.dtype.is_floating_point:
            f[f"weights/{name}"] = tensor.numpy()
    inputs = dict(image=image, target=target, label=torch.ones(n), mask=mask)
    if "vargrad" in args.methods:
        inputs["noise"] = noise
    if "gradient_shap" in args.methods:
        inputs["coefficients"] = coefficients
    for name, tensor in inputs.items():
        f[f"input/{name}"] = tensor.numpy()
    for name, value in exact.items():
        f[f"expected/{name}"] = value.float().numpy()
        f[f"expected/{name}"].attrs["float32_error"] = error([name])
    if args.through:
        f["expected/gradient"].attrs["float32_error"] = error(
            [k for k in exact if k.startswith("gradient/")]
        )
