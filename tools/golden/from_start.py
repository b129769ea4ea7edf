"""The start of the snippets of docs/from_*.md: data and weights, in float64: `python tools/golden/from_start.py`.

Needs torch, safetensors, scikit-learn and numpy. Writes iris.safetensors and mlp.safetensors of tests/golden/from.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.datasets import load_iris

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "from"
TRAINED = 120


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    iris = load_iris()
    order = np.random.Generator(np.random.Philox(1)).permutation(len(iris.target))
    x, y = iris.data[order], iris.target[order].astype(np.int64)
    x = (x - x[:TRAINED].mean(axis=0)) / x[:TRAINED].std(axis=0)
    # Four decimals make the numbers the same on every machine.
    x = torch.from_numpy(x.round(4))
    y = torch.from_numpy(y)
    save_file(
        {"x": x[:TRAINED].clone(), "y": y[:TRAINED].clone(), "x_test": x[TRAINED:].clone(), "y_test": y[TRAINED:].clone()},
        OUT / "iris.safetensors",
    )
    torch.manual_seed(1)
    layers = {"layers.0": torch.nn.Linear(4, 8), "layers.1": torch.nn.Linear(8, 3)}
    weights = {f"{layer}.{name}": t.detach().double() for layer, module in layers.items() for name, t in module.named_parameters()}
    save_file(weights, OUT / "mlp.safetensors")


if __name__ == "__main__":
    main()
