"""Import this before torchvision, timm or zennit where torch is the CPU wheel.

The torchvision wheel's compiled operators do not load beside it; no model here uses them, but
importing torchvision registers shape functions for them. Declaring the operators is enough.
Attention is set to its unfused form, the only one that PyTorch can differentiate twice.
"""

import os

os.environ.setdefault("TIMM_FUSED_ATTN", "0")
import torch

_OPERATORS = {
    "nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "roi_align": "(Tensor a, Tensor b, float c, SymInt d, SymInt e, int f, bool g) -> Tensor",
    "roi_pool": "(Tensor a, Tensor b, float c, SymInt d, SymInt e) -> (Tensor, Tensor)",
    "ps_roi_align": "(Tensor a, Tensor b, float c, SymInt d, SymInt e, int f) -> (Tensor, Tensor)",
    "ps_roi_pool": "(Tensor a, Tensor b, float c, SymInt d, SymInt e) -> (Tensor, Tensor)",
    "_roi_align_backward": (
        "(Tensor a, Tensor b, float c, SymInt d, SymInt e, SymInt f, SymInt g, SymInt h, "
        "SymInt i, int j, bool k) "
        "-> Tensor"
    ),
    "_roi_pool_backward": (
        "(Tensor a, Tensor b, Tensor c, float d, SymInt e, SymInt f, SymInt g, SymInt h, "
        "SymInt i, SymInt j) "
        "-> Tensor"
    ),
    "_ps_roi_align_backward": (
        "(Tensor a, Tensor b, Tensor c, float d, SymInt e, SymInt f, int g, SymInt h, SymInt "
        "i, SymInt j, SymInt k) "
        "-> Tensor"
    ),
    "_ps_roi_pool_backward": (
        "(Tensor a, Tensor b, Tensor c, float d, SymInt e, SymInt f, SymInt g, SymInt h, "
        "SymInt i, SymInt j) "
        "-> Tensor"
    ),
    "deform_conv2d": (
        "(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, SymInt f, SymInt g, SymInt h, "
        "SymInt i, SymInt j, SymInt k, SymInt l, SymInt m, bool n) "
        "-> Tensor"
    ),
    "_deform_conv2d_backward": (
        "(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor f, SymInt g, SymInt h, "
        "SymInt i, SymInt j, SymInt k, SymInt l, SymInt m, SymInt n, bool o) "
        "-> (Tensor, Tensor, Tensor, Tensor, Tensor)"
    ),
}
_library = torch.library.Library("torchvision", "FRAGMENT")
for _name, _signature in _OPERATORS.items():
    _library.define(_name + _signature)


def build(name, num_classes, **config):
    """torchvision's model of that name (densenet*, resnet*, vgg*, ...) or else timm's, with
    out-of-place ReLUs."""
    import torchvision, timm

    family = torchvision.models
    families = ("densenet", "resnet", "resnext", "wide_resnet", "vgg")
    if name.startswith(families) and hasattr(family, name):
        if name == "densenet" or "block_config" in config:
            model = family.DenseNet(num_classes=num_classes, **config)
        else:
            model = getattr(family, name)(num_classes=num_classes, **config)
    else:
        model = timm.create_model(name, num_classes=num_classes, **config)
    for module in model.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
    # torchvision's DenseNet ends in a functional in-place relu; autograd handles it, LRP composites
    # do not see it.
    return model


def explainer(model, method, steps=20, create_graph=False, noise=None, output_seed="logit"):
    """zennit's attributor for one of the paper's four methods; `noise` [steps, N, 3, H, W] replaces
    SmoothGrad's random draws.

    output_seed "logit" is zennit's default (the output itself is propagated: gradient gives f *
    grad f); "one" gives grad f.
    """
    from zennit.attribution import Gradient, IntegratedGradients, SmoothGrad
    from zennit.composites import EpsilonPlus

    options = dict(
        create_graph=create_graph,
        retain_graph=True,
        attr_output=torch.ones_like if output_seed == "one" else None,
    )
    if method == "gradient":
        return Gradient(model, **options)
    if method == "integrated_gradients":
        return IntegratedGradients(model, n_iter=steps, **options)
    if method == "lrp_epsilon_plus":
        return Gradient(model, EpsilonPlus(epsilon=1e-6), **options)
    if method == "smoothgrad":
        if noise is None:
            return SmoothGrad(model, n_iter=steps, **options)

        class GivenNoise(SmoothGrad):
            def forward(self, input, attr_output_fn):
                total = torch.zeros_like(input)
                for n in range(self.n_iter):
                    output, gradient = self.grad(input + noise[n], attr_output_fn)
                    total = total + gradient / self.n_iter
                return output, total

        return GivenNoise(model, n_iter=steps, **options)
    raise ValueError(method)


def location_loss(relevance, mask):
    """The paper's loss on [N, 3, H, W] relevance and [N, H, W] mask."""
    relevance = relevance.clamp(min=0).mean(dim=1)
    low = relevance.amin(dim=(1, 2), keepdim=True)
    high = relevance.amax(dim=(1, 2), keepdim=True)
    relevance = (relevance - low) / (high - low + 1e-6)
    return ((relevance - mask) ** 2).mean()


class Selected(torch.nn.Module):
    """The logit of one class (an int), or of one class per sample (a tensor)."""

    def __init__(self, model, target):
        super().__init__()
        self.model, self.target = model, target

    def forward(self, image):
        logits = self.model(image)
        if isinstance(self.target, int):
            return logits[:, self.target]
        return logits.gather(1, self.target.view(-1, 1)).squeeze(1)
