"""Gradients of a ResNet by PyTorch in float64, and the errors of PyTorch's own float32, for tests/models/precision_test.ts.

Run from the repository's root: python tools/golden/precision.py

ResNet-14 on a batch of 16, with the network, weights and numbers of zoo.py. Where a unit's sign differs between two roundings,
gradients differ by much more than rounding: of ResNet-32, on a batch of 64, some five units do, and move the gradients by 1e-3.
So the batch is the one, of SEEDS, whose units stay farthest from 0. Stored for each parameter: at most KEPT elements of its
gradient, evenly spaced, its largest element, and the largest error of PyTorch's float32 at the stored elements over that.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from zoo import Weights, integers, numbers, resnet

torch.set_num_threads(1)
BLOCKS, WIDTH, SHAPE, EXAMPLES = 2, 16, [3, 16, 16], 16
SEEDS, KEPT = 400, 48


def gradients(x, target, dtype):
    """Returns the loss, the gradients, and the distance from 0 of the nearest input of a ReLU."""
    nearest = []

    def relu(v):
        nearest.append(v.detach().abs().min().item())
        return torch.relu(v)

    w = WEIGHTS.setdefault(dtype, Weights(dtype))
    for p in w.parameters.values():
        p.grad = None
    loss = F.cross_entropy(resnet(BLOCKS, WIDTH, relu)(w, x.to(dtype), True), target)
    loss.backward()
    return loss.item(), {n: p.grad.double().flatten() for n, p in w.parameters.items()}, min(nearest)


WEIGHTS = {}
target = integers("target", [EXAMPLES], 5)


def batch(seed):
    return numbers(f"x{seed}", [EXAMPLES, *SHAPE]).float()


def main():
    margins = [gradients(batch(seed), target, torch.float64)[2] for seed in range(SEEDS)]
    seed = int(np.argmax(margins))
    loss, exact, margin = gradients(batch(seed), target, torch.float64)
    _, rounded, _ = gradients(batch(seed), target, torch.float32)
    stored = {}
    for name, g in exact.items():
        kept = min(KEPT, len(g))
        at = [k * len(g) // kept for k in range(kept)]
        largest = g.abs().max().item()
        error = (rounded[name] - g)[at].abs().max().item() / largest
        stored[name] = {
            "gradient": [float(f"{v:.10g}") for v in g[at].tolist()],
            "largest": float(f"{largest:.10g}"),
            "float32": float(f"{error:.3g}"),
        }
    errors = [v["float32"] for v in stored.values()]
    written = {
        "torch": torch.__version__.split("+")[0],
        "seed": seed,
        "margin": float(f"{margin:.3g}"),
        "loss": loss,
        "float32": {"median": float(f"{np.median(errors):.3g}"), "largest": max(errors)},
    }
    lines = ",\n".join(f" {json.dumps(n)}: {json.dumps(v, separators=(',', ':'))}" for n, v in stored.items())
    head = json.dumps(written, indent=1)[:-2]
    Path("tests/golden/zoo/precision.json").write_text(f'{head},\n "gradients": {{\n{lines}\n }}\n}}\n')
    print(written)


main()
