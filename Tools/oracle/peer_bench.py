"""One PyTorch measurement on this machine, as a JSON line: seconds a step (median of three) and
peak memory in GB.

    python peer_bench.py densenet201 align --method gradient --batch 4
modes: infer, explain (first order), train (BCE step), align (the paper's step, as its published
code runs it)
"""

import argparse, json, resource, time, warnings

warnings.filterwarnings("ignore")
import peers
import torch

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("mode", choices=["infer", "explain", "train", "align"])
parser.add_argument("--method", default="gradient")
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--batch", type=int, default=4)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeats", type=int, default=3)
args = parser.parse_args()
torch.set_num_threads(args.threads)
torch.manual_seed(0)
model = peers.build(args.model, 10)
image = torch.randn(args.batch, 3, 224, 224)
if args.model.startswith(("densenet", "resnet", "vgg")) and args.method != "lrp_epsilon_plus":
    model, image = (
        model.to(memory_format=torch.channels_last),
        image.to(memory_format=torch.channels_last),
    )
model.train(args.mode in ("train", "align"))
label = torch.ones(args.batch)
mask = torch.zeros(args.batch, 224, 224)
mask[:, 50:120, 60:150] = 1
selected = peers.Selected(model, 0)
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
bce = torch.nn.BCEWithLogitsLoss()


def step():
    if args.mode == "infer":
        with torch.inference_mode():
            model(image)
    elif args.mode == "explain":
        with peers.explainer(selected, args.method, args.steps) as attributor:
            attributor(image.clone())
    else:
        optimiser.zero_grad()
        loss = bce(selected(image), label)
        if args.mode == "align":
            with peers.explainer(
                selected, args.method, args.steps, create_graph=True
            ) as attributor:
                relevance = attributor(image.clone())[1]
            loss = loss + peers.location_loss(relevance, mask)
        loss.backward()
        optimiser.step()


step()
times = []
for _ in range(args.repeats):
    start = time.perf_counter()
    step()
    times.append(time.perf_counter() - start)
print(
    json.dumps(
        dict(
            peer=f"torch {torch.__version__}",
            model=args.model,
            mode=args.mode,
            method=args.method,
            batch=args.batch,
            seconds=round(sorted(times)[len(times) // 2], 4),
            peak_gb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        )
    )
)
