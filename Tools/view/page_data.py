"""Writes a page with invented results, to measure and to test the page itself.

    python page_data.py FOLDER [IMAGES [RUNS [METRICS]]]

The files have the form that `plumbline view` writes (see PlumblineReports/Viewer). The names and
texts are hostile on purpose.
"""

import base64
import hashlib
import json
import os
import shutil
import struct
import sys
import zlib
from pathlib import Path

import numpy as np

PAGE = Path(__file__).resolve().parents[2] / "Sources" / "ViewerPage" / "Page"
HOSTILE = [
    '<img src=x onerror="window.attacked=1">',
    "</script><script>window.attacked=1</script>",
    "quote ' and \" and `",
    "..%2f..%2fetc%2fpasswd",
    "right-to-left \u202egnp.exe",
    "line\u2028separator",
    "javascript:window.attacked=1",
    "=1+1",
    "name, with comma",
    "two\nlines",
]
CASES = [
    "human_aligned", "sufficient_subset", "sufficient_context", "context_dependent", "confuser",
    "insufficient_subset", "distractor", "context_confusion",
]
CELLS = ["correct", "misunderstood object", "attends to wrong object", "lack of understanding"]


def png(path, pixels):
    """An 8-bit grey PNG."""
    height, width = pixels.shape
    rows = b"".join(b"\0" + pixels[y].tobytes() for y in range(height))

    def chunk(kind, body):
        body = kind + body
        return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def text(values):
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


class Page:
    def __init__(self, folder, images, runs, metrics):
        self.folder, self.count, self.run_count, self.metric_count = folder, images, runs, metrics
        self.random = np.random.default_rng(1)
        for name in ("data", "images", "thumbs", "maps"):
            (folder / name).mkdir(parents=True)
        shutil.copytree(PAGE, folder / "page", ignore=shutil.ignore_patterns("index.html"))
        shutil.copy(PAGE / "index.html", folder / "index.html")
        self.names = [HOSTILE[i] if i < len(HOSTILE) else f"image {i:05}.png"
                      for i in range(images)]
        self.hashes = [hashlib.sha256(n.encode()).hexdigest()[:24] for n in self.names]

    def data(self, name, content):
        body = json.dumps(content, ensure_ascii=False, allow_nan=False)
        (self.folder / "data" / f"{name}.js").write_text(
            f"PL.receive({json.dumps(name)}, {body});\n")

    def pictures(self):
        y, x = np.mgrid[0:96, 0:128] / 96
        for k in range(20):
            cx, cy = self.random.random(2)
            blob = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) * 30)
            grey = (60 + 40 * np.sin(8 * x + k) + 120 * blob).astype(np.uint8)
            png(self.folder / "images" / f"k{k}.png", grey)
            png(self.folder / "maps" / f"k{k}.png", (255 * blob).astype(np.uint8))
            signed = 128 + 127 * blob - 120 * np.roll(blob, 40, 1)
            png(self.folder / "maps" / f"s{k}.png", np.clip(signed, 1, 255).astype(np.uint8))
        for i, name in enumerate(self.hashes):
            for folder in ("images", "thumbs"):
                os.link(self.folder / "images" / f"k{i % 20}.png",
                        self.folder / folder / f"{name}.png")
            for run in range(self.run_count):
                kind = "s" if run == 3 else "k"
                os.link(self.folder / "maps" / f"{kind}{i % 20}.png",
                        self.folder / "maps" / f"{name}-{run}.png")

    def runs(self, means):
        scenarios = ["start", "align", "misalign"]
        methods = ["gradient", "grad_cam", "attn_lrp", "occlusion"]
        return [{
            "name": f"run-{r}", "images": self.count,
            "title": f"{scenarios[r % 3]}, {methods[r // 3 % 4]}",
            # A starting model has no lambda; `plumbline view` then writes no such factor.
            "factors": {
                "scenario": scenarios[r % 3], "explanation": methods[r // 3 % 4], "seed": r,
                "class": "cat",
                **({"lambda": float(r)} if r % 3 else {}),
            },
            "measures": {"auroc": 0.8 + 0.01 * r, "accuracy": 0.7},
            "means": means[r], "maps": {"file": f"maps-{r}", "signed": r == 3},
        } for r in range(self.run_count)]

    def metrics(self):
        shape = (self.run_count, self.count)
        listed, means = [], [[] for _ in range(self.run_count)]
        for k in range(self.metric_count):
            values = self.random.beta(2 + k % 3, 3, shape).astype("<f4")
            reasons = np.zeros(shape, "<u2")
            # The last score has no value at all.
            is_empty = k == self.metric_count - 1
            missing = self.random.random(shape) < (1.1 if is_empty else 0.05)
            values[missing] = np.nan
            reasons[missing] = 1 + k % 2
            part = ["wing", "beak", HOSTILE[0]][k - 6] if 6 <= k < 9 else ""
            name = "part_score" if part else f"score_{k}"
            ends = {} if is_empty else {
                "low": float(np.nanmin(values)), "high": float(np.nanmax(values))}
            listed.append({**ends,
                "key": f"{name}/{part}" if part else name, "name": name, "part": part,
                "title": f"score {k}" if k else HOSTILE[0], "direction": "higher is better",
                "unit": "", "definition": "invented", "file": f"metric-{k}",
            })
            for run in range(self.run_count):
                means[run].append(None if is_empty else float(np.nanmean(values[run])))
            self.data(f"metric-{k}", {"values": text(values), "reasons": text(reasons)})
        return listed, means

    def categories(self):
        classes = ["cat", "dog", "bird", HOSTILE[0], "fish"]
        shape = (self.run_count, self.count)
        label = np.broadcast_to(self.random.integers(1, 6, self.count), shape)
        wrong = self.random.random(shape) < 0.2
        prediction = np.where(wrong, self.random.integers(1, 6, shape), label)
        correct = np.where(label == prediction, 1, 2)
        case = np.where(correct == 1, self.random.integers(0, 5, shape),
                        self.random.integers(4, 9, shape))
        cell = np.where(self.random.random(shape) < 0.3, self.random.integers(1, 5, shape), 0)
        columns = [
            ("in_run", "in the run", "no", ["yes"], np.ones(shape)),
            ("label", "label", "not known", classes, label),
            ("prediction", "prediction", "none", classes, prediction),
            ("correct", "prediction is", "not known", ["right", "wrong"], correct),
            ("shared_interest_case", "Shared Interest case", "none", CASES, case),
            ("split", "part of the data", "not in the data", ["evaluate", "align"],
             np.broadcast_to(np.arange(self.count) % 3, shape)),
            ("cell", "judged attention", "not judged", CELLS, cell),
        ]
        listed = []
        for k, (name, title, none, values, column) in enumerate(columns):
            self.data(f"category-{k}", {"values": text(column.astype("<u2"))})
            listed.append({"name": name, "title": title, "none": none, "values": values,
                           "ordered": name != "label", "file": f"category-{k}"})
        return listed

    def chunks(self):
        for start in range(0, self.count, 500):
            rows = range(start, min(start + 500, self.count))
            self.data(f"outlines-{start // 500}", {i: [
                {"kind": kind, "name": name, "class": owner, "own": True, "width": 128,
                 "height": 96, "path": path}
                # No run explains dogs, so theirs are never drawn.
                for owner in ("cat", "dog")
                for kind, name, path in [("mask", HOSTILE[i % 9], "M20 20H80V70H20Z"),
                                         ("box", "", "M15 15H90V80H15Z")]] for i in rows})
            self.data(f"curves-{start // 500}", {i: [
                {"run": r, "metric": "deletion", "series": "", "shares": [0, .5, 1],
                 "values": [1, None if i == 3 else .4, .1]} for r in range(2)] for i in rows})
        for run in range(self.run_count):
            scales = self.random.random(self.count).astype("<f4")
            scales[7::50] = np.nan
            self.data(f"maps-{run}", {"scales": text(scales)})
        self.data("judge", {i: [[["score", "3"], ["evaluation", HOSTILE[0]],
                                  ["justification", HOSTILE[1]]]] for i in range(0, self.count, 3)})

    def write(self):
        self.pictures()
        metrics, means = self.metrics()
        self.chunks()
        self.data("index", {
            "format": 1, "title": "invented " + HOSTILE[0], "firstMetric": metrics[0]["key"],
            "images": {
                "names": self.names, "hashes": self.hashes,
                "groups": [f"patient {i // 4}" for i in range(self.count)],
                "widths": [128] * self.count, "heights": [96] * self.count,
            },
            "runs": self.runs(means), "metrics": metrics, "categories": self.categories(),
            "reasons": ["no_mask", HOSTILE[0]], "outlineChunk": 500, "curveChunk": 500,
            "judge": True, "notes": ["audit: " + HOSTILE[1]],
            "meanCurves": [{"run": r, "metric": "deletion", "series": "",
                            "shares": [0, .5, 1], "values": [1, .5 - .1 * r, None]}
                           for r in range(2)],
        })


if __name__ == "__main__":
    sizes = [int(number) for number in sys.argv[2:]] + [10000, 10, 30][len(sys.argv) - 2:]
    Page(Path(sys.argv[1]), *sizes).write()
