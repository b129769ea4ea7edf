"""Values of PyTorch's layers, for tests/autodiff and tests/runtime: pools at ties, resampling, and batch normalization.

Run from the repository's root: python tools/golden/layers.py
"""

import json
import sys

import torch
import torch.nn.functional as F

SEED = 4


def numbers(t):
    return {"shape": list(t.shape), "data": [round(float(v), 7) for v in t.detach().flatten()]}


def case(op, attributes, x, f):
    """Returns the result of f at x, and the gradient of its product with random weights."""
    x = x.clone().requires_grad_()
    y = f(x)
    dy = torch.randint(1, 9, y.shape).float()
    (y * dy).sum().backward()
    return {"op": op, "attributes": attributes, "x": numbers(x), "y": numbers(y), "dy": numbers(dy), "dx": numbers(x.grad)}


def pools():
    cases = []
    # Few different values, so most windows have ties.
    x = torch.randint(0, 3, (2, 2, 7, 8)).float()
    for kernel, stride, padding, dilation, ceil in [
        (2, 2, 0, 1, False),
        (2, 2, 0, 1, True),
        (3, 3, 1, 1, True),
        (2, 3, 1, 1, False),
        (3, 2, 1, 1, False),
        (3, 1, 1, 1, False),
        (3, 2, 0, 1, True),
        (2, 1, 0, 2, False),
        (3, 2, 1, 2, True),
    ]:
        attributes = {
            "kernel_shape": [kernel] * 2,
            "strides": [stride] * 2,
            "pads": [padding] * 4,
            "dilations": [dilation] * 2,
            "ceil_mode": int(ceil),
        }
        f = lambda v: F.max_pool2d(v, kernel, stride, padding, dilation, ceil)
        cases.append(case("MaxPool", attributes, x, f))
        if dilation > 1:
            continue
        del attributes["dilations"]
        for include in [False, True]:
            f = lambda v: F.avg_pool2d(v, kernel, stride, padding, ceil, include)
            cases.append(case("AveragePool", {**attributes, "count_include_pad": int(include)}, x, f))
    cases.append(case("GlobalMaxPool", {}, x, lambda v: F.adaptive_max_pool2d(v, 1)))
    cases.append(case("GlobalAveragePool", {}, x, lambda v: F.adaptive_avg_pool2d(v, 1)))
    return cases


def batch_norm():
    """Runs gradient descent on the mean square of a batch normalization; returns its running statistics too."""
    steps, momentum, learning_rate = 4, 0.2, 0.5
    x = torch.randn(steps * 5, 3, 2, 4) * torch.tensor([1.0, 3.0, 0.2]).reshape(3, 1, 1) + 1
    target = torch.randn(x.shape)
    layer = torch.nn.BatchNorm2d(3, eps=1e-3, momentum=momentum)
    w = torch.tensor([[1.0, 0.5, -1.0], [0.2, 1.0, 0.3], [0.0, -0.4, 1.0]]).reshape(3, 3, 1, 1).requires_grad_()
    start = numbers(w)
    params = {"w": w, "scale": layer.weight, "bias": layer.bias}
    trajectory = []
    for k in range(steps):
        xs, ts = x[5 * k : 5 * k + 5], target[5 * k : 5 * k + 5]
        loss = ((layer(F.conv2d(xs, w)) - ts) ** 2).mean()
        grads = torch.autograd.grad(loss, list(params.values()))
        with torch.no_grad():
            for p, g in zip(params.values(), grads):
                p -= learning_rate * g
        trajectory.append(
            {
                "loss": float(loss),
                "params": {n: numbers(p) for n, p in params.items()},
                "mean": numbers(layer.running_mean),
                "var": numbers(layer.running_var),
            }
        )
    layer.eval()
    evaluated = ((layer(F.conv2d(x, w)) - target) ** 2).mean()
    return {
        "momentum": momentum,
        "learningRate": learning_rate,
        "epsilon": 1e-3,
        "batchSize": 5,
        "w": start,
        "x": numbers(x),
        "target": numbers(target),
        "trajectory": trajectory,
        "evaluated": float(evaluated),
    }


torch.manual_seed(SEED)
values = {"torch": torch.__version__, "python": sys.version.split()[0], "seed": SEED}
values |= {"pools": pools(), "batchNorm": batch_norm()}
with open("tests/golden/layers/torch.json", "w") as file:
    json.dump(values, file, separators=(",", ":"))
    file.write("\n")
