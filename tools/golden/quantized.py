"""Gradients of PyTorch's fake quantization, which is straight-through: python tools/golden/quantized.py"""

import json

import torch

from shared import ROOT

SEED = 3
SCALE, ZERO = 0.03125, 3
SCALES = [0.015625, 0.0078125, 0.03125, 0.0625, 0.00390625]


def rounded(t):
    """Returns numbers that float32 stores exactly and that no division puts halfway between two integers by chance."""
    return (t * 64).round() / 64


def main():
    torch.manual_seed(SEED)
    x, w = rounded(torch.randn(3, 4) * 2), rounded(torch.randn(4, 5) * 1.5)
    c = torch.arange(15).reshape(3, 5) / 8 - 0.9
    forms = {
        "activations": lambda w: torch.fake_quantize_per_tensor_affine(x @ w, SCALE, ZERO, -128, 127),
        "weights": lambda w: x
        @ torch.fake_quantize_per_channel_affine(
            w, torch.tensor(SCALES), torch.zeros(5, dtype=torch.int32), 1, -128, 127
        ),
        "rounded": lambda w: x @ (w * 4 + (torch.round(w * 4) - w * 4).detach()),
    }
    cases = {}
    for name, form in forms.items():
        weight = w.clone().requires_grad_()
        loss = (form(weight) * c).sum()
        loss.backward()
        cases[name] = {"loss": float(loss.detach()), "gradient": weight.grad.flatten().tolist()}
    result = {
        "torch": torch.__version__.split("+")[0],
        "x": x.flatten().tolist(),
        "w": w.flatten().tolist(),
        "c": c.flatten().tolist(),
        "scale": SCALE,
        "zero": ZERO,
        "scales": SCALES,
        "cases": cases,
    }
    (ROOT / "quantized.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
