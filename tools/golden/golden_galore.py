"""Trajectories of GaLore for the stored gradients, by its authors' code: PyPI's galore-torch 1.0.

GALORE_ROOT names the folder with galore_torch, unpacked (its AdamW needs transformers for a check of versions only, so its
modules are read as files). Its SVD is cast to float32 there; here it stays float64. Which sign the SVD gives a vector changes
what the moments mean from the second refresh on: in the cases named "signs kept" each vector is turned to the side of that
which it replaces; the others are the authors' code as it is, without a second refresh.
"""

import math
import os
import re
from pathlib import Path

import torch

from shared import KEPT, flat, sequence

torch.set_default_dtype(torch.float64)
ALL = ("scalar", "vector", "matrix", "cube")
VERSION = "galore-torch 1.0"
GROUP = {"rank": 128, "update_proj_gap": 200, "scale": 0.25, "proj_type": "std"}
ADAMW = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-6, "weight_decay": 0.0, "correct_bias": True}

CASES = [
    ("defaults", {}),
    ("rank 1", {"rank": 1, "lr": 0.05}),
    ("reverse_std, weight decay", {"rank": 2, "proj_type": "reverse_std", "lr": 0.05, "weight_decay": 0.1}),
    ("left, betas, epsilon", {"rank": 2, "proj_type": "left", "lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-2}),
    ("right, scale", {"rank": 2, "proj_type": "right", "lr": 0.05, "scale": 1.5}),
    ("full", {"rank": 2, "proj_type": "full", "lr": 0.05}),
    ("gap 4, signs kept", {"rank": 2, "update_proj_gap": 4, "lr": 0.05}),
    ("gap 1, left, signs kept", {"rank": 1, "update_proj_gap": 1, "proj_type": "left", "lr": 0.05}),
    ("gap 7, full, signs kept", {"rank": 2, "update_proj_gap": 7, "proj_type": "full", "lr": 0.05}),
]


def classes(keep_signs):
    folder = Path(os.environ["GALORE_ROOT"]) / "galore_torch"
    text = (folder / "galore_projector.py").read_text()
    for old, new, times in ((".data.float()", ".data.double()", 1), ("dtype != torch.float:", "dtype != torch.double:", 1)):
        assert text.count(old) == times, (old, text.count(old))
        text = text.replace(old, new)
    scope = {}
    exec(compile(text, "galore_projector.py", "exec"), scope)
    plain = scope["GaLoreProjector"]

    class SignsKept(plain):
        def get_orthogonal_matrix(self, weights, rank, type):
            new, old = super().get_orthogonal_matrix(weights, rank, type), self.ortho_matrix
            if old is None:
                return new
            if type == "full":
                return [turned(new[0], old[0], 0), turned(new[1], old[1], 1)]
            return turned(new, old, 0 if type == "left" else 1)

    text = (folder / "adamw.py").read_text()
    text = re.sub(r"^from (transformers|\.galore_projector).*$", "", text, flags=re.M)
    scope = {"require_version": lambda _: None, "GaLoreProjector": SignsKept if keep_signs else plain}
    exec(compile(text, "adamw.py", "exec"), scope)
    return scope["AdamW"]


def turned(new, old, along):
    """Returns vectors, which lie along an axis, on the side of the former ones."""
    sign = torch.where((new * old).sum(along, keepdim=True) < 0, -1.0, 1.0)
    return new * sign


def run(make, options):
    start, steps = sequence()
    params = {n: torch.tensor(start[n]).requires_grad_() for n in ALL}
    projecting = {k: options[k] for k in GROUP}
    groups = [{"params": [params["matrix"]], **projecting}, {"params": [params[n] for n in ALL if n != "matrix"]}]
    opt = make(groups, no_deprecation_warning=True, **{k: options[k] for k in ADAMW})
    kept = {}
    for i, step in enumerate(steps, 1):
        for n, p in params.items():
            p.grad = torch.tensor(step["grads"][n])
        opt.step()
        if i in KEPT:
            kept[str(i)] = flat({n: p.detach() for n, p in params.items()})
    assert math.isfinite(sum(sum(v) for v in kept["30"].values()))
    return {"params": kept}


def galore_files():
    rows = []
    for name, options in CASES:
        hyper = {**GROUP, **ADAMW, **options}
        result = run(classes("signs kept" in name), hyper)
        rows.append({"name": name, "hyper": hyper, "tensors": list(ALL), **result})
    return "authors", VERSION, {"galore": rows}
