"""JAX: one jitted function a step, update included; rules from Optax."""

import os

from serve import params_of, read_task, rows_of, serve

task = read_task()
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=" + ("true" if task["threads"] > 1 else "false")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402
from jax_networks import NETWORKS  # noqa: E402

batch_size = task["batchSize"]
x = jnp.asarray(task["tensors"]["data." + task["input"]])
target = jnp.asarray(task["tensors"]["data.target"].astype("int32"))
examples = x.shape[0]
scale = task["scale"]
network = NETWORKS[task["architecture"]["kind"]](task["architecture"]["sizes"])
tensors = {n: jnp.asarray(p) for n, p in params_of(task).items()}
running = {n: t for n, t in tensors.items() if ".running_" in n}
params = {n: t for n, t in tensors.items() if n not in running}
optimizer = {
    "sgd": lambda: optax.sgd(0.1),
    "momentum": lambda: optax.sgd(0.05, momentum=0.9),
    "adam": lambda: optax.adam(1e-3),
}[task["optimizer"]]()
state = optimizer.init(params)


def loss_of(params, running, x, target):
    moved = {}
    scores = network({**params, **running}, x, moved)
    loss = optax.losses.softmax_cross_entropy_with_integer_labels(scores, target).mean()
    return loss, moved


@jax.jit
def step(params, running, state, x, target, rows):
    batch = x[rows]
    if scale != 1:
        batch = batch.astype(jnp.float32) * scale
    (loss, running), grads = jax.value_and_grad(loss_of, has_aux=True)(params, running, batch, target[rows])
    updates, state = optimizer.update(grads, state, params)
    return optax.apply_updates(params, updates), running, state, loss


def run(first, steps):
    global params, running, state
    for k in range(steps):
        rows = rows_of(first + k, batch_size, examples)
        params, running, state, loss = step(params, running, state, x, target, rows)
    return float(loss)


serve(run)
