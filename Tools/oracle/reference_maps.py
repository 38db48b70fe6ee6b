"""Maps of pytorch-grad-cam and composites of zennit, by Plumbline's names."""

import functools, sys, types
import torch
from torch.nn import functional as F

CAMS = ("grad_cam", "grad_cam_plus_plus", "xgrad_cam", "layer_cam", "eigen_cam", "score_cam")


def zennit_composite(name):
    from zennit import composites as c

    known = dict(
        lrp_epsilon_plus=c.EpsilonPlus,
        lrp_epsilon_plus_flat=c.EpsilonPlusFlat,
        lrp_epsilon_alpha2_beta1=c.EpsilonAlpha2Beta1,
        lrp_epsilon_alpha2_beta1_flat=c.EpsilonAlpha2Beta1Flat,
        excitation_backprop=c.ExcitationBackprop,
        lrp_epsilon_gamma_box=functools.partial(c.EpsilonGammaBox, low=-1.0, high=1.0),
        guided_backprop=c.GuidedBackprop,
        deconvnet=c.DeconvNet,
    )
    return known[name]()


def target_layer(net):
    if hasattr(net, "blocks"):
        return net.blocks[-1].norm1
    if hasattr(net, "layers"):
        return net.layers[-1].blocks[-1].norm1
    if hasattr(net, "layer1"):
        return net.layer4 if hasattr(net, "layer4") else net.layer3
    return net.features[-1]


def by_grad_cam(name, net, x, target):
    """The map before pytorch-grad-cam scales it to [0, 1]: [n, 1, height, width], as large as x."""
    # Its drawing wants OpenCV, its maps do not.
    stand_in = types.ModuleType("cv2")
    stand_in.COLORMAP_JET = 2
    sys.modules.setdefault("cv2", stand_in)
    import pytorch_grad_cam as library
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    kind = dict(
        grad_cam=library.GradCAM,
        grad_cam_plus_plus=library.GradCAMPlusPlus,
        xgrad_cam=library.XGradCAM,
        layer_cam=library.LayerCAM,
        eigen_cam=library.EigenCAM,
        score_cam=library.ScoreCAM,
    )[name]
    reshape = None
    if hasattr(net, "blocks"):

        def reshape(t):
            side = round((t.shape[1] - 1) ** 0.5)
            return t[:, 1:].reshape(t.shape[0], side, side, t.shape[2]).permute(0, 3, 1, 2)
    elif hasattr(net, "layers"):
        reshape = lambda t: t.permute(0, 3, 1, 2)
    cam = kind(net, [target_layer(net)], reshape_transform=reshape)
    targets = [ClassifierOutputTarget(t) for t in target.tolist()]
    cam.outputs = cam.activations_and_grads(x)
    sum(t(o) for t, o in zip(targets, cam.outputs)).backward()
    grads = cam.activations_and_grads.gradients[0].detach().numpy()
    activations = cam.activations_and_grads.activations[0].detach().numpy()
    found = torch.as_tensor(
        cam.get_cam_image(x, target_layer(net), targets, activations, grads, False)
    ).to(x.dtype)
    if name == "eigen_cam":  # a component has no sign: Plumbline's convention
        for i in range(len(found)):
            if -found[i].min() > found[i].max():
                found[i] = -found[i]
    cam.activations_and_grads.release()
    return F.interpolate(
        found.clamp(min=0)[:, None], size=x.shape[2:], mode="bilinear", align_corners=False
    )
