"""Maps of photographs by pytorch-grad-cam, Captum and zennit beside those of `plumbline explain`,
with weights and preprocessing of torchvision and timm. What is drawn on the photograph is checked
too: the overlay has its shape, and the map covers what the model saw.

    maps.py PLUMBLINE [MODEL...]

The references are computed in float64. A map fails if its relative L2 distance is more than 3e-4
and more than four times that of the reference in float32.
"""

import copy, os, sys, tempfile
import photographs, reference_maps
import peers
import h5py, torch
from PIL import Image, ImageOps

STEPS = 20
METHODS = {
    "resnet50": ("grad_cam", "integrated_gradients", "lrp_epsilon_plus"),
    "vgg16": ("grad_cam", "integrated_gradients", "lrp_epsilon_plus"),
    "vit_base_patch16_224": ("grad_cam", "integrated_gradients"),
    "swin_base_patch4_window7_224": ("grad_cam", "integrated_gradients"),
}


def reference(method, model, x, target):
    """The map of one image, [height, width, channels]."""
    net = copy.deepcopy(model).to(x.dtype)
    for module in net.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
    if method == "grad_cam":
        found = reference_maps.by_grad_cam(method, net, x, target)
    elif method == "integrated_gradients":
        import captum.attr

        found = captum.attr.IntegratedGradients(net).attribute(
            x, torch.zeros_like(x), target=target, n_steps=STEPS, method="riemann_right"
        )
    else:
        from zennit.attribution import Gradient

        selected = peers.Selected(net, target)
        with Gradient(selected, reference_maps.zennit_composite(method)) as attributor:
            found = attributor(x)[1]
    return found[0].permute(1, 2, 0).detach().double()


def distance(found, exact):
    return ((found - exact).norm() / exact.norm()).item()


def visible(picture, crop, resized):
    """The rectangle of a photograph that a model sees after the shorter side was resized: top,
    left, height and width in pixels."""
    scale = resized / min(picture.size)
    return [
        (picture.height - crop / scale) / 2, (picture.width - crop / scale) / 2,
        crop / scale, crop / scale,
    ]


def shrunk(size, longest):
    """The size of an overlay: the photograph's shape, and at most `longest` pixels wide or high."""
    scale = min(1, longest / max(size))
    return tuple(int(side * scale) for side in size)


def check(plumbline, name, case, folder):
    model, images, checkpoint = photographs.imported(plumbline, name, case, folder)
    model.double()
    shorter = 256 if case is photographs.torchvision_case else 248  # timm: floor(224 / 0.9)
    targets = {image: model(x[None].double()).argmax(1) for image, x in images.items()}
    sizes = {}
    for path in photographs.PHOTOGRAPHS:
        picture = ImageOps.exif_transpose(Image.open(path))
        sizes[os.path.splitext(os.path.basename(path))[0]] = picture
    are_good = True
    for method in METHODS[name]:
        output, overlays = f"{folder}/maps.h5", f"{folder}/overlays"
        photographs.run(
            plumbline, "explain", "--checkpoint", checkpoint, "--images", f"{folder}/photographs",
            "--class", "predicted", "--method", method, "--set", f"explanation.steps={STEPS}",
            "--output", output, "--overlays", overlays)
        drawn = {file.removesuffix(".png"): f"{overlays}/{file}" for file in os.listdir(overlays)}
        worst, limit, rounding, are_placed = 0.0, 3e-4, 0.0, True
        with h5py.File(output) as file:
            for image, tensor in images.items():
                key = next(key for key in file["explanations"] if key.endswith(image))
                stored = file["explanations"][key]
                target = targets[image]
                assert stored.attrs["class"].decode() == f"class_{target.item()}"
                exact = reference(method, model, tensor[None].double(), target)
                rounded = reference(method, model, tensor[None].float(), target)
                found = torch.tensor(stored[()]).double()
                own = distance(rounded, exact)
                worst, rounding = max(worst, distance(found, exact)), max(rounding, own)
                limit = max(limit, 4 * own)
                expected = visible(sizes[image], 224, shorter)
                seen = [float(word) for word in stored.attrs["visible"].split()]
                with Image.open(next(drawn[k] for k in drawn if k.endswith(image))) as overlay:
                    are_placed &= overlay.size == shrunk(sizes[image].size, 512)
                are_placed &= max(abs(a - b) for a, b in zip(seen, expected)) <= 2
        is_good = worst <= limit and are_placed
        are_good &= is_good
        print(f"| {name} | {method} | {worst:.1e} | {rounding:.1e} "
              f"| {'yes' if are_placed else 'NO'} | {'ok' if is_good else 'FAIL'} |", flush=True)
    return are_good


def main():
    plumbline = os.path.abspath(sys.argv[1])
    print("| model | method | distance | float32's own | on the photograph's pixels | |")
    print("| --- | --- | --- | --- | --- | --- |")
    chosen = [case for case in photographs.CASES if not sys.argv[2:] or case[0] in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as folder:
        photographs.copy_photographs(folder)
        results = [check(plumbline, *case, folder) for case in chosen]
    sys.exit(0 if all(results) else 1)


main()
