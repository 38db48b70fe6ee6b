"""Parity with PyTorch, zennit, Captum, pytorch-grad-cam and lxt, made on the spot, and a table of
the errors.

    parity.py PLUMBLINE

The environment chooses: SEED the weights and images, CASES (of spine, architectures, families)
the part that is run.
"""

import os, subprocess, sys, tempfile

plumbline = sys.argv[1]
seed = os.environ.get("SEED", "1")
parts = os.environ.get("CASES", "spine,architectures,families").split(",")
here = os.path.dirname(os.path.abspath(__file__))
folder = tempfile.mkdtemp()
failed = False


def check(name, script, *arguments):
    """The rows of one file by quantity; None where the reference cannot be had."""
    global failed
    path = f"{folder}/{name}.h5"
    made = subprocess.run(
        [sys.executable] + script + [*arguments[:1], path, *arguments[1:], "--seed", seed],
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        print(f"{name}: {made.stderr.strip().splitlines()[-1]}", flush=True)
        failed = failed or "not finite" not in made.stderr
        return {}
    done = subprocess.run([plumbline, "parity", path], capture_output=True, text=True)
    os.remove(path)
    print(f"== {name}\n{done.stdout}{done.stderr}", flush=True)
    failed = failed or done.returncode != 0
    rows = {}
    for line in done.stdout.splitlines():
        words = line.split()
        if (
            len(words) >= 6
            and words[0] not in ("quantity",)
            and words[-1] in ("ok", "FAIL", "rounding")
        ):
            # name, max diff, relative, [in double], PyTorch, cosine, limit, verdict
            rows[words[0]] = (words[2], words[-4] if words[-1] != "rounding" else words[-5])
    return rows


spine, more = [f"{here}/make_parity.py"], [f"{here}/parity_methods.py"]
if "spine" in parts:
    check("densenet121_eval", spine, "densenet121", "--batch", "2")
    check("densenet121_train", spine, "densenet121", "--batch-norm", "train", "--batch", "4")
    check("densenet201_eval", spine, "densenet201", "--batch", "2", "--scenario", "misalign")
    check("densenet201_train", spine, "densenet201", "--batch-norm", "train", "--batch", "3")
    check("vit_base", spine, "vit_base_patch16_224", "--batch", "2")
    check("swin_base", spine, "swin_base_patch4_window7_224", "--batch", "2")
if "architectures" in parts:
    transformers = [f"vit_{size}_patch16_224" for size in ("tiny", "small", "base", "large")]
    transformers += [f"deit_{size}_patch16_224" for size in ("tiny", "small", "base")]
    transformers += [f"swin_{size}_patch4_window7_224" for size in ("tiny", "small", "base")]
    cnns = [f"densenet{depth}" for depth in (121, 161, 169, 201)] + [
        f"resnet{depth}" for depth in (18, 34, 50, 101, 152)
    ]
    cnns += ["resnet50d", "resnext50_32x4d", "wide_resnet50_2"]
    cnns += [f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")]
    cases = [(name, name, "64", "{}") for name in cnns] + [
        (name, name, "64", '{"img_size": 64}') for name in transformers
    ]
    cases.append(
        (
            "swin_tiny_window12",
            "swin_tiny_patch4_window7_224",
            "384",
            '{"img_size": 384, "window_size": 12}',
        )
    )
    rows = {}
    for name, model, size, config in cases:
        rows[name] = check(
            name, spine, model, "--size", size, "--batch", "2", "--config", config, "--no-gradients"
        )
    print("| relative L2 error, ours / PyTorch's float32 | logits | gradient |\n|---|---|---|")
    for name, found in rows.items():
        print(
            f"| {name} | "
            + " | ".join(
                " / ".join(found[q]) if q in found else "-"
                for q in ("logits", "explanation/gradient")
            )
            + " |"
        )
if "families" in parts:
    families = [
        ("densenet121", "densenet121", "64", "{}"),
        ("resnet18", "resnet18", "64", "{}"),
        ("vgg11_bn", "vgg11_bn", "64", "{}"),
        ("vit_tiny", "vit_tiny_patch16_224", "64", '{"img_size": 64}'),
        ("swin_tiny", "swin_tiny_patch4_window7_224", "64", '{"img_size": 64}'),
    ]
    composites = [
        "lrp_epsilon_plus_flat",
        "lrp_epsilon_gamma_box",
        "lrp_epsilon_alpha2_beta1",
        "lrp_epsilon_alpha2_beta1_flat",
        "excitation_backprop",
    ]
    others = [
        "input_x_gradient",
        "gradient_shap",
        "vargrad",
        "occlusion",
        "grad_cam",
        "grad_cam_plus_plus",
        "xgrad_cam",
        "layer_cam",
        "eigen_cam",
        "score_cam",
    ]
    table = {}
    for name, model, size, config in families:
        is_cnn = name in ("densenet121", "resnet18", "vgg11_bn")
        common = ["--size", size, "--batch", "2", "--config", config]
        found = check(
            f"{name}_gradient",
            spine,
            model,
            *common,
            "--others",
            "integrated_gradients,smoothgrad" + (",lrp_epsilon_plus" if is_cnn else ""),
        )
        for method in ("integrated_gradients", "smoothgrad"):
            through = check(f"{name}_{method}", spine, model, *common, "--explanation", method)
            if "gradient" in through:
                found[f"gradient through {method}"] = through["gradient"]
        methods = others + (
            composites
            + (
                ["guided_backprop", "deconvnet"]
                if name == "resnet18"
                else ["captum_guided_backprop", "captum_deconvnet"]
            )
            if is_cnn
            else ["attn_lrp"]
        )
        extra = check(
            f"{name}_methods",
            more,
            model,
            *common,
            "--methods",
            ",".join(methods + (["lrp_epsilon_plus"] if is_cnn else [])),
            *(["--through", "lrp_epsilon_plus"] if is_cnn else []),
        )
        if is_cnn and "gradient" in extra:
            found["gradient through lrp_epsilon_plus (truncated)"] = extra["gradient"]
        if not is_cnn:
            check(f"{name}_lrp", spine, model, *common, "--explanation", "lrp_epsilon_plus")
        for key, row in {**extra, **found}.items():
            label = key.removeprefix("explanation/")
            if label == "gradient":
                label = (
                    "gradient" if key.startswith("explanation/") else "gradient through gradient"
                )
            if label not in ("loss", "location_loss"):
                table.setdefault(label, {})[name] = f"{row[0]} / {row[1]}"
    names = [f[0] for f in families]
    print("| relative L2 error, ours / PyTorch's float32 | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|")
    for label, row in table.items():
        print(f"| {label} | " + " | ".join(row.get(n, "-") for n in names) + " |")
os.rmdir(folder)
sys.exit(1 if failed else 0)
