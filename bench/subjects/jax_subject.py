"""JAX: one jitted function a step, update included; rules from Optax."""

import os
import sys

from serve import params_of, read_task, rows_of, serve

task = read_task()
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=" + ("true" if task["threads"] > 1 else "false")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402

batch_size = task["batchSize"]
x = jnp.asarray(task["tensors"]["data." + task["input"]])
target = jnp.asarray(task["tensors"]["data.target"].astype("int32"))
examples = x.shape[0]
scale = task["scale"]
sizes = task["architecture"]["sizes"]
params = {n: jnp.asarray(p) for n, p in params_of(task).items()}
optimizer = {
    "sgd": lambda: optax.sgd(0.1),
    "momentum": lambda: optax.sgd(0.05, momentum=0.9),
    "adam": lambda: optax.adam(1e-3),
}[task["optimizer"]]()
state = optimizer.init(params)
if task["architecture"]["kind"] != "mlp":
    sys.exit(f"no network of the kind {task['architecture']['kind']}")


def loss_of(p, x, target):
    for i in range(len(sizes) - 1):
        if i > 0:
            x = jax.nn.relu(x)
        x = x @ p[f"layers.{i}.weight"].T + p[f"layers.{i}.bias"]
    return optax.losses.softmax_cross_entropy_with_integer_labels(x, target).mean()


@jax.jit
def step(params, state, x, target, rows):
    batch = x[rows].astype(jnp.float32) * scale
    loss, grads = jax.value_and_grad(loss_of)(params, batch, target[rows])
    updates, state = optimizer.update(grads, state, params)
    return optax.apply_updates(params, updates), state, loss


def run(first, steps):
    global params, state
    for k in range(steps):
        params, state, loss = step(params, state, x, target, rows_of(first + k, batch_size, examples))
    return float(loss)


serve(run)
