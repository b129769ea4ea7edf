"""Trajectories of kfac-jax in float64: `python tools/golden/kfac.py`.

Needs kfac-jax 0.0.8 with jax 0.7.2; later versions of jax break it. Writes tests/golden/kfac.

Its mode `fisher_empirical` divides the Fisher matrix by the batch size once more; a weight of the registered loss, the root of
that size, takes this back. Its mode `fisher_gradients` draws labels by keys of jax: here by uniform numbers, which are stored.
"""

import importlib.metadata
import json
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import kfac_jax
import numpy as np

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "kfac"
STEPS = 20
KEPT = (1, 2, 6, 20)
EXAMPLES, BATCH, CLASSES = 24, 8, 4
HYPER = dict(learning_rate=0.2, momentum=0.9, damping=1e-2, curvature_ema=0.95, inverse_update_period=1)

rng = np.random.default_rng(7)


def weights(*shape):
    return np.round(rng.normal(size=shape) / np.sqrt(np.prod(shape[:-1])), 6)


def biases(size):
    return np.round(0.1 * rng.normal(size=size), 6)


# The layouts are those of jax: dense [in, out], convolutions HWIO on NHWC.
NETWORKS = {
    "mlp": {
        "x": np.round(rng.normal(size=(EXAMPLES, 6)), 6),
        "params": {"fc1": (weights(6, 5), biases(5)), "fc2": (weights(5, CLASSES), biases(CLASSES))},
    },
    "cnn": {
        "x": np.round(rng.normal(size=(EXAMPLES, 6, 7, 2)), 6),
        "params": {
            "conv1": (weights(3, 3, 2, 3), biases(3)),
            "conv2": (weights(2, 3, 3, 4), biases(4)),
            "fc": (weights(4 * 3 * 3, CLASSES), biases(CLASSES)),
        },
    },
}
TARGET = rng.integers(0, CLASSES, size=EXAMPLES)


def convolved(x, w, b, strides, padding):
    y = jax.lax.conv_general_dilated(
        x, w, strides, padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return y + b


def mlp(p, x):
    (w1, b1), (w2, b2) = p["fc1"], p["fc2"]
    return jnp.tanh(x @ w1 + b1) @ w2 + b2


def cnn(p, x):
    h = jnp.tanh(convolved(x, *p["conv1"], (1, 1), ((1, 1), (1, 1))))
    h = jnp.tanh(convolved(h, *p["conv2"], (2, 2), ((0, 1), (0, 0))))
    # As a network of channels first flattens them.
    h = jnp.transpose(h, (0, 3, 1, 2)).reshape(h.shape[0], -1)
    w, b = p["fc"]
    return h @ w + b


FORWARD = {"mlp": mlp, "cnn": cnn}

CASES = {
    "mlp": [
        {},
        {"labels": "sampled"},
        {"inverse_update_period": 5, "norm_constraint": 1e-3},
        {"l2_reg": 0.1, "curvature_ema": 0.8, "learning_rate": 0.05},
    ],
    # ONNX Runtime has no convolution in float64 on a CPU: settings under which float32 stays near.
    "cnn": [
        {"learning_rate": 0.02, "damping": 0.1},
        {"learning_rate": 0.02, "damping": 0.1, "labels": "sampled"},
        {"inverse_update_period": 4, "norm_constraint": 1e-4, "damping": 0.1},
    ],
}


drawn = []


def sample(self, key):
    """Draws labels as the first class whose cumulative share exceeds a number, and keeps the numbers."""
    shares = jnp.cumsum(jax.nn.softmax(self._logits), axis=-1)
    numbers = jax.random.uniform(key, shares.shape[:1], dtype=jnp.float32)
    jax.debug.callback(lambda u: drawn.append(np.asarray(u).tolist()), numbers)
    below = jnp.sum(shares <= numbers[:, None], axis=-1)
    return jnp.minimum(below, shares.shape[-1] - 1).astype(jnp.int32)


kfac_jax.CategoricalLogitsNegativeLogProbLoss.sample = sample


def stored(p):
    """Returns the parameters in the layouts of a model of ONNX: dense [out, in], convolutions OIHW on NCHW."""
    out = {}
    for layer, (w, b) in p.items():
        w = np.asarray(w)
        w = w.T if w.ndim == 2 else w.transpose(3, 2, 0, 1)
        out[f"{layer}.weight"] = {"shape": list(w.shape), "data": w.ravel().tolist()}
        out[f"{layer}.bias"] = {"shape": [len(b)], "data": np.asarray(b).tolist()}
    return out


def trajectory(name, case):
    hyper = {**HYPER, **case}
    l2 = hyper.get("l2_reg", 0.0)
    sampled = hyper.get("labels") == "sampled"
    weight = 1.0 if sampled else BATCH**0.5
    drawn.clear()

    def loss(p, batch):
        x, y = batch
        scores = FORWARD[name](p, x)
        kfac_jax.register_softmax_cross_entropy_loss(scores, y, weight=weight)
        picked = jnp.take_along_axis(jax.nn.log_softmax(scores), y[:, None], axis=1)
        squares = sum(jnp.sum(v * v) for v in jax.tree.leaves(p))
        return -jnp.mean(picked) + l2 / 2 * squares

    x, params = NETWORKS[name]["x"], jax.tree.map(jnp.array, NETWORKS[name]["params"])
    optimizer = kfac_jax.Optimizer(
        value_and_grad_func=jax.value_and_grad(loss),
        l2_reg=l2,
        num_burnin_steps=0,
        estimation_mode="fisher_gradients" if sampled else "fisher_empirical",
        curvature_ema=hyper["curvature_ema"],
        inverse_update_period=hyper["inverse_update_period"],
        norm_constraint=hyper.get("norm_constraint"),
    )
    state, kept = None, {}
    for step in range(STEPS):
        key = jax.random.PRNGKey(step)
        rows = (np.arange(BATCH) + step * BATCH) % EXAMPLES
        batch = (jnp.asarray(x[rows]), jnp.asarray(TARGET[rows]))
        if state is None:
            state = optimizer.init(params, key, batch)
            blocks = [type(block).__name__ for block in optimizer._estimator.blocks]
            wanted = ["Dense" if v[0].ndim == 2 else "Conv2D" for v in params.values()]
            assert [b.removesuffix("TwoKroneckerFactored") for b in blocks] == wanted, blocks
        params, state, _ = optimizer.step(
            params, state, key, batch=batch, global_step_int=step,
            learning_rate=jnp.asarray(hyper["learning_rate"]),
            momentum=jnp.asarray(hyper["momentum"]),
            damping=jnp.asarray(hyper["damping"]),
        )
        if step + 1 in KEPT:
            kept[step + 1] = {n: t["data"] for n, t in stored(params).items()}
    jax.effects_barrier()
    assert len(drawn) == (STEPS if sampled else 0), len(drawn)
    return {"hyper": hyper, "params": kept, **({"uniforms": list(drawn)} if sampled else {})}


def images_first(x):
    return x if x.ndim == 2 else x.transpose(0, 3, 1, 2)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name, network in NETWORKS.items():
        x = images_first(network["x"])
        content = {
            "version": f"kfac-jax {importlib.metadata.version('kfac-jax')}, jax {jax.__version__}",
            "batch": BATCH,
            "x": {"shape": list(x.shape), "data": x.ravel().tolist()},
            "target": TARGET.tolist(),
            "params": stored(network["params"]),
            "cases": [trajectory(name, case) for case in CASES[name]],
        }
        (OUT / f"{name}.json").write_text(json.dumps(content) + "\n")


main()
