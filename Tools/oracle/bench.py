"""PyTorch and Plumbline by turns on this machine, and the ratios of their time and peak memory.

bench.py PLUMBLINE [MODEL:MODE[:METHOD] ...]      or: bench.py PLUMBLINE all
"""

import json, os, statistics, subprocess, sys

plumbline, chosen = sys.argv[1], sys.argv[2:]
here = os.path.dirname(os.path.abspath(__file__))
names = {"vit_base": "vit_base_patch16_224", "swin_base": "swin_base_patch4_window7_224"}
# zennit's epsilon-plus is what AttnLRP is set against: on transformers it has no other LRP.
methods = {"attn_lrp": "lrp_epsilon_plus"}
spine = [
    (m, k, "gradient")
    for m in ("densenet121", "densenet201", "vit_base")
    for k in ("infer", "train", "align")
]
more = [
    ("swin_base", "infer", "gradient"),
    ("resnet50", "infer", "gradient"),
    ("vgg16", "infer", "gradient"),
    ("swin_base", "align", "gradient"),
    ("densenet121", "align", "lrp_epsilon_plus"),
    ("vit_base", "align", "attn_lrp"),
]
more += [
    ("densenet121", "explain", m)
    for m in ("gradient", "integrated_gradients", "smoothgrad", "lrp_epsilon_plus")
]
more += [("swin_base", "align_train", "gradient"), ("swin_base", "align_shared", "gradient")]
more += [("vit_base", "explain", m) for m in ("gradient", "attn_lrp")]
# PyTorch keeps the graphs of all twenty steps and does not fit into 24 GB: Plumbline alone.
alone = [("densenet201", "align", "integrated_gradients"), ("densenet201", "align", "smoothgrad")]
if chosen == ["all"]:
    cases = spine + more + alone
else:
    cases = [(c.split(":") + ["gradient"])[:3] for c in chosen] or spine
rounds = int(os.environ.get("ROUNDS", "3"))
environment = {k: v for k, v in os.environ.items() if k != "GOMP_SPINCOUNT"}


def measure(command):
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


print(
    "| model | mode | method | PyTorch s | Plumbline s | time ratio "
    "| PyTorch GB | Plumbline GB | memory ratio | of peak |"
)
print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|")
for model, mode, method in map(tuple, cases):
    theirs, ours = [], []
    fits = (model, mode, method) not in alone
    options = [
        "--batch",
        "4",
        "--threads",
        "2",
        "--repeats",
        os.environ.get("REPEATS", "3") if fits else "1",
    ]
    for _ in range(rounds if fits else 1):
        if fits:
            theirs.append(
                measure(
                    [
                        sys.executable,
                        f"{here}/peer_bench.py",
                        names.get(model, model),
                        mode.split("_")[0],
                        "--method",
                        methods.get(method, method),
                    ]
                    + options
                )
            )
        ours.append(measure([plumbline, "bench", model, mode, "--method", method] + options))
    middle = lambda rows, key: statistics.median(r[key] for r in rows)
    ratio = lambda key: (
        f"{statistics.median(o[key] / t[key] for o, t in zip(ours, theirs)):.2f}" if fits else "-"
    )
    value = lambda key, digits: f"{middle(theirs, key):.{digits}f}" if fits else "does not fit"
    print(
        f"| {model} | {mode} | {method} "
        f"| {value('seconds', 3)} | {middle(ours, 'seconds'):.3f} | {ratio('seconds')} "
        f"| {value('peak_gb', 2)} | {middle(ours, 'peak_gb'):.2f} | {ratio('peak_gb')} "
        f"| {100 * middle(ours, 'of_peak'):.0f}% |",
        flush=True,
    )
