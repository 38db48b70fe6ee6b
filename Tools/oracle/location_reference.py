"""Location losses by PyTorch in float64, with the gradient through the explanation, for the tests
of PlumblineTraining.

    ENV/bin/python Tools/oracle/location_reference.py \
        Tests/PlumblineTrainingTests/Fixtures/location.json

The explanation is the input gradient of f(x) = sum_k v_k softplus(x W)_k. So the gradients with
respect to W and v are second derivatives of f.
"""
import json
import sys

import torch
import torch.nn.functional as F

N, SIDE, CHANNELS, HIDDEN = 3, 8, 2, 4


def normalised(relevance, rectify):
    maps = (relevance.clamp(min=0) if rectify else relevance).mean(3)
    low = maps.amin((1, 2), keepdim=True)
    return (maps - low) / (maps.amax((1, 2), keepdim=True) - low + 1e-6)


def mse(r, m, rectify):
    return F.mse_loss(normalised(r, rectify), m)


def l1(r, m, rectify):
    return F.l1_loss(normalised(r, rectify), m)


def energy(r, m, rectify):
    maps = F.relu((F.relu(r) if rectify else r).mean(3))
    return (1 - (maps * m).sum((1, 2)) / maps.sum((1, 2))).mean()


def rrr(r, m, rectify):
    return torch.stack([(ri[mi == 0] ** 2).sum() for ri, mi in zip(r, m)]).mean()


def ppce(r, m, rectify):
    maps = (normalised(r, rectify) + 1e-6) / (1 + 1e-6)
    return torch.stack(
        [F.binary_cross_entropy(a[b == 1], torch.ones_like(a[b == 1])) for a, b in zip(maps, m)]
    ).mean()


def harmonization(r, m, rectify):
    def z(x):
        return F.relu(
            (x - x.mean((1, 2), keepdim=True)) / x.std((1, 2), unbiased=False, keepdim=True)
        )

    kernel = torch.tensor([1.0, 4, 6, 4, 1], dtype=r.dtype)
    kernel = (torch.outer(kernel, kernel) / 256)[None, None]
    a, b = z(r.mean(3)), z(m)
    b = b * a.detach().amax((1, 2), keepdim=True) / b.amax((1, 2), keepdim=True)
    a, b = a[:, None], b[:, None]
    losses = []
    for level in range(5):
        if level:
            a, b = (F.conv2d(x, kernel, stride=2, padding=2) for x in (a, b))
        losses.append(F.mse_loss(a, b))
    return torch.stack(losses).mean()


torch.manual_seed(5)
torch.set_default_dtype(torch.float64)


def few_digits(x):
    return torch.round(x * 1024) / 1024


x = few_digits(torch.randn(N, SIDE, SIDE, CHANNELS))
W = few_digits(torch.randn(SIDE * SIDE * CHANNELS, HIDDEN) * 0.3).requires_grad_()
v = few_digits(torch.randn(HIDDEN)).requires_grad_()
masks = torch.zeros(N, SIDE, SIDE)
masks[0, 1:4, 2:7] = 1
masks[1, 5:, :3] = 1
masks[2, 2:6, 3:5] = 1
cases = []
for loss in (mse, energy, l1, rrr, ppce, harmonization):
    for rectify in (True, False):
        for goal in ("mask", "inverse"):
            goals = masks if goal == "mask" else 1 - masks
            image = x.clone().requires_grad_()
            f = (F.softplus(image.reshape(N, -1) @ W) @ v).sum()
            relevance = torch.autograd.grad(f, image, create_graph=True)[0]
            value = loss(relevance, goals, rectify)
            ofR = torch.autograd.grad(value, relevance, retain_graph=True)[0]
            ofW, ofv = torch.autograd.grad(value, (W, v))
            cases.append(
                dict(
                    loss=loss.__name__,
                    rectify=rectify,
                    goal=goal,
                    value=value.item(),
                    relevance_gradient_norm=ofR.norm().item(),
                    weight_gradient=[float(f"{t:.6g}") for t in ofW.flatten().tolist()],
                    output_gradient=[float(f"{t:.6g}") for t in ofv.tolist()],
                )
            )
flat = lambda t: t.detach().flatten().tolist()
json.dump(
    dict(
        shape=[N, SIDE, SIDE, CHANNELS],
        hidden=HIDDEN,
        image=flat(x),
        weight=flat(W),
        output=flat(v),
        masks=flat(masks),
        cases=cases,
    ),
    open(sys.argv[1], "w"),
    separators=(",", ":"),
)
