"""PyTorch and Plumbline by turns on this machine, and the ratios of their time and peak memory.

    bench.py PEER_FOLDER PLUMBLINE [MODEL:MODE ...]
"""
import json, os, statistics, subprocess, sys

peer, plumbline, chosen = sys.argv[1], sys.argv[2], sys.argv[3:]
names = {"vit_base": "vit_base_patch16_224"}
cases = [c.split(":") for c in chosen] or [
    [m, k] for m in ("densenet121", "densenet201", "vit_base") for k in ("infer", "train", "align")]
rounds = int(os.environ.get("ROUNDS", "3"))
environment = {k: v for k, v in os.environ.items() if k != "GOMP_SPINCOUNT"}


def measure(command):
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


print("| model | mode | PyTorch s | Plumbline s | time ratio | PyTorch GB | Plumbline GB | memory ratio |")
print("|---|---|---:|---:|---:|---:|---:|---:|")
for model, mode in cases:
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(measure([sys.executable, f"{peer}/peer_bench.py", names.get(model, model), mode, "--batch", "4", "--threads", "2"]))
        ours.append(measure([plumbline, "bench", model, mode, "--batch", "4", "--threads", "2"]))
    time = statistics.median(o["seconds"] / t["seconds"] for o, t in zip(ours, theirs))
    memory = statistics.median(o["peak_gb"] / t["peak_gb"] for o, t in zip(ours, theirs))
    middle = lambda rows, key: statistics.median(r[key] for r in rows)
    print(f"| {model} | {mode} | {middle(theirs, 'seconds'):.3f} | {middle(ours, 'seconds'):.3f} | {time:.2f} "
          f"| {middle(theirs, 'peak_gb'):.2f} | {middle(ours, 'peak_gb'):.2f} | {memory:.2f} |", flush=True)
