"""DP-SGD of Optax and opacus in float64: `python tools/golden/dp_sgd.py`.

Needs jax, optax, torch and opacus. Writes tests/golden/dp_sgd/dp_sgd.json: what Optax makes of stored gradients of single
examples, with stored noise, and trainings of a perceptron by opacus without noise.
"""

import json
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import opacus
import optax
import torch
from opacus import GradSampleModule
from opacus.optimizers import DPOptimizer
from optax import contrib

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "dp_sgd" / "dp_sgd.json"
SHAPES = {"b": (3,), "w": (2, 3)}
EXAMPLES, STEPS = 4, 5
CLIP, MULTIPLIER, RATE = 0.7, 1.3, 0.1
LAYERS = [4, 5, 3]

random = np.random.default_rng(0)


def numbers(tree):
    return {name: np.asarray(value).ravel().tolist() for name, value in tree.items()}


def drawn(*shape):
    return random.standard_normal(shape)


GRADS = [{n: drawn(EXAMPLES, *s) for n, s in SHAPES.items()} for _ in range(STEPS)]
# One example without a gradient, which must not be divided by its norm.
for gradient in GRADS[1].values():
    gradient[2] = 0.0
NOISE = [{n: drawn(*s) for n, s in SHAPES.items()} for _ in range(STEPS)]
START = {n: drawn(*s) for n, s in SHAPES.items()}


def clipped():
    grads = [GRADS[1][n] for n in SHAPES]
    cases = {
        "global": optax.per_example_global_norm_clip(grads, CLIP),
        "uniform": optax.per_example_layer_norm_clip(grads, CLIP),
        "by size": optax.per_example_layer_norm_clip(grads, CLIP, uniform=False),
    }
    return {case: numbers(dict(zip(SHAPES, sums))) for case, (sums, _) in cases.items()}


def trajectory(**options):
    """Runs contrib.dpsgd with the stored noise in the place of its own."""
    transform = contrib.dpsgd(RATE, CLIP, MULTIPLIER, seed=0, **options)
    params = {n: jnp.asarray(v) for n, v in START.items()}
    state, steps = transform.init(params), []
    own = jax.random.normal
    for grads, noise in zip(GRADS, NOISE):
        left = [noise[n] for n in SHAPES]
        jax.random.normal = lambda key, shape, dtype: jnp.asarray(left.pop(0))
        updates, state = transform.update(grads, state, params)
        params = optax.apply_updates(params, updates)
        steps.append(numbers(params))
    jax.random.normal = own
    return {"options": options, "params": steps}


def training(**options):
    """Trains a perceptron by opacus on all examples in each step, without noise."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(LAYERS[0], LAYERS[1]), torch.nn.Tanh(), torch.nn.Linear(LAYERS[1], LAYERS[2])
    ).double()
    x = torch.tensor(drawn(6, LAYERS[0]))
    target = torch.tensor([0, 1, 2, 0, 1, 2])
    names = {"0": "layers.0", "2": "layers.1"}

    def params():
        named = model.state_dict().items()
        return {names[n.split(".")[0]] + "." + n.split(".")[1]: v.flatten().tolist() for n, v in named}

    case = {"options": options, "x": x.flatten().tolist(), "target": target.tolist(), "start": params()}
    wrapped = GradSampleModule(model)
    inner = torch.optim.SGD(model.parameters(), lr=RATE, **options)
    private = DPOptimizer(inner, noise_multiplier=0.0, max_grad_norm=CLIP, expected_batch_size=len(x))
    case["params"] = []
    for _ in range(STEPS):
        private.zero_grad()
        torch.nn.functional.cross_entropy(wrapped(x), target).backward()
        private.step()
        case["params"].append(params())
    return case


def main():
    OUT.write_text(
        json.dumps(
            {
                "versions": {"optax": optax.__version__, "opacus": opacus.__version__, "torch": torch.__version__},
                "clip": CLIP,
                "multiplier": MULTIPLIER,
                "rate": RATE,
                "shapes": SHAPES,
                "start": numbers(START),
                "grads": [numbers(g) for g in GRADS],
                "noise": [numbers(e) for e in NOISE],
                "clipped": clipped(),
                "optax": [trajectory(), trajectory(momentum=0.9), trajectory(momentum=0.9, nesterov=True)],
                "opacus": [training(), training(momentum=0.9)],
            },
            separators=(",", ":"),
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
