"""Shared parts of the golden generators: the tensors, the stored gradient sequence, and writing files."""

import json
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2] / "tests" / "golden"
STEPS = 30
KEPT = (1, 2, 3, 10, 30)
SHAPES = {"scalar": (), "vector": (5,), "matrix": (4, 3), "cube": (2, 3, 2)}
SEED = 20240229


def _rounded(values):
    """Rounds to six significant digits, so the file stays readable."""
    return np.array([float("%.6g" % v) for v in np.ravel(values)]).reshape(np.shape(values))


def sequence():
    """Returns start values, and per step gradients, a positive loss value, and an estimate of the Hessian's diagonal."""
    random = np.random.Generator(np.random.Philox(SEED))
    params = {name: _rounded(random.standard_normal(shape)) for name, shape in SHAPES.items()}
    steps = []
    for step in range(1, STEPS + 1):
        grads = {name: _rounded(random.standard_normal(shape)) for name, shape in SHAPES.items()}
        hessians = {name: _rounded(random.standard_normal(shape) ** 2) for name, shape in SHAPES.items()}
        # A slow common direction, so signs repeat and momenta grow.
        grads["matrix"] = _rounded(grads["matrix"] + 0.5)
        grads["vector"][1] = 0.0  # never has a gradient
        grads["vector"][2] = float("%.6g" % (grads["vector"][2] * 1e3))
        grads["vector"][3] = float("%.6g" % (grads["vector"][3] * 1e-5))
        if step % 3 == 0:
            grads["matrix"][1, 2] = 0.0
        if step in (4, 5):
            grads["cube"][...] = 0.0
        if step == 6:
            grads["scalar"] = np.array(0.0)
        value = float("%.6g" % (3.0 / np.sqrt(step) + 0.2 * random.random()))
        steps.append({"grads": grads, "value": value, "hessians": hessians})
    return params, steps


def flat(tensors):
    out = {name: [float(v) for v in np.ravel(np.asarray(t))] for name, t in tensors.items()}
    for name, values in out.items():
        if not np.all(np.isfinite(values)):
            raise ValueError(f"{name} holds a value that is not finite")
    return out


def text(value):
    """Returns JSON on one line; Python prints the shortest decimal that parses to the same float64."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def write(path, head, key, rows):
    """Returns a JSON object: the members of `head`, then the list `key`, with one nested list of each row per line."""
    lines = ["{"]
    lines += [f"{text(k)}:{text(v)}," for k, v in head.items()]
    lines.append(f"{text(key)}:[")
    for i, row in enumerate(rows):
        members = []
        for k, v in row.items():
            if isinstance(v, dict) and any(isinstance(x, (dict, list)) for x in v.values()):
                inner = ",\n".join(f"  {text(a)}:{text(b)}" for a, b in v.items())
                members.append(f" {text(k)}:{{\n{inner}\n }}")
            else:
                members.append(f" {text(k)}:{text(v)}")
        lines.append("{\n" + ",\n".join(members) + "\n}" + ("," if i + 1 < len(rows) else ""))
    lines += ["]", "}", ""]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines))
