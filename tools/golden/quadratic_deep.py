"""Writes the Hessian of DeepOBS's quadratic_deep, and golden losses of that problem in float64.

python tools/golden/quadratic_deep.py (numpy 2.4)

The Hessian is R' diag(e) R. All random numbers come from RandomState(42), in this order: 90 eigenvalues uniform in (0, 1),
10 uniform in (30, 60), then R, uniform among the rotations of 100 dimensions by the subgroup algorithm of Diaconis and
Shahshahani (1987): an angle for 2 dimensions, and for each further dimension a normal vector, whose direction is where the
reflection of that dimension takes the first axis; last, R is negated.
"""
import base64
import json
import pathlib
import textwrap

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
DIMENSIONS = 100
STORED = 896  # DeepOBS drops what does not fill batches of 128.


def rotation(rng, n):
    """Returns a rotation of n dimensions, uniformly distributed."""
    turn = 2 * np.pi * rng.uniform()
    total = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    for size in range(3, n + 1):
        direction = rng.normal(size=size)
        mirror = -direction / np.linalg.norm(direction)
        mirror[0] += 1
        mirror /= np.linalg.norm(mirror)
        wider = np.eye(size)
        wider[1:, 1:] = total
        total = wider - 2 * np.outer(mirror, mirror @ wider)
    return -total


def points(seed):
    """Returns the data that DeepOBS draws with a seed, in float64 after rounding to float32."""
    return np.random.RandomState(seed).normal(0, 0.6, (1000, DIMENSIONS)).astype(np.float32).astype(np.float64)


def losses(hessian, theta, data):
    """Returns the loss of each example."""
    away = theta - data
    return 0.5 * np.sum((away @ hessian) * away, axis=1)


rng = np.random.RandomState(42)
eigenvalues = np.concatenate([rng.uniform(0, 1, 90), rng.uniform(30, 60, 10)])
R = rotation(rng, DIMENSIONS)
exact = R.T @ np.diag(eigenvalues) @ R
upper = exact[np.triu_indices(DIMENSIONS)].astype("<f4")
text = base64.b64encode(upper.tobytes()).decode()
(ROOT / "scripts/benchmark/embedded/quadratic_hessian.ts").write_text(
    "// Written by tools/golden/quadratic_deep.py. Not to be edited by hand.\n\n"
    "/** The upper triangle of the Hessian of quadratic_deep, row by row: 5,050 float32, little-endian, in base 64. */\n"
    "export const QUADRATIC_HESSIAN = `\n" + "\n".join(textwrap.wrap(text, 108)) + "\n`;\n"
)

hessian = exact.astype(np.float32).astype(np.float64)
theta = np.ones(DIMENSIONS)
elsewhere = np.linspace(-1, 1, DIMENSIONS)
train = points(42)
golden = {
    "version": np.__version__,
    "eigenvalues": np.sort(eigenvalues).tolist(),
    "diagonal": np.diag(hessian).tolist(),
    "start": {seed: losses(hessian, theta, points(seed)).mean() for seed in (42, 43, 44)},
    "stored": {seed: losses(hessian, theta, points(seed)[:STORED]).mean() for seed in (42, 43)},
    "elsewhere": losses(hessian, elsewhere, train[:8]).mean(),
    "gradient": ((elsewhere - train[:8].mean(axis=0)) @ hessian).tolist(),
}
OUT = ROOT / "tests/golden/benchmark/quadratic_deep.json"
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden) + "\n")
