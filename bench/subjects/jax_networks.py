"""The networks of the works in JAX, as functions of the tensors that Descent's models have, a batch, and a dictionary.

A network notes in the dictionary the running statistics of its batch normalizations after the batch."""

import jax
import jax.numpy as jnp
from jax import lax


def linear(p, x, name):
    return x @ p[f"{name}.weight"].T + p[f"{name}.bias"]


def conv(x, w, padding=0, stride=1, groups=1):
    return lax.conv_general_dilated(
        x, w, (stride, stride), [(padding, padding)] * 2, feature_group_count=groups
    )


def max_pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")


def normalize(p, x, name, moved, eps=1e-5):
    axes = (0, *range(2, x.ndim))
    shape = (1, -1) + (1,) * (x.ndim - 2)
    mean, var = x.mean(axes), x.var(axes)
    count = x.size // mean.size
    for key, now in ((f"{name}.running_mean", mean), (f"{name}.running_var", var * count / (count - 1))):
        moved[key] = 0.9 * p[key] + 0.1 * lax.stop_gradient(now)
    scale = p[f"{name}.weight"] * lax.rsqrt(var + eps)
    return (x - mean.reshape(shape)) * scale.reshape(shape) + p[f"{name}.bias"].reshape(shape)


def mlp(sizes):
    def forward(p, x, moved):
        for i in range(len(sizes) - 1):
            x = linear(p, jax.nn.relu(x) if i > 0 else x, f"layers.{i}")
        return x

    return forward


def lenet(sizes):
    def layer(p, x, name, padding):
        x = conv(x, p[f"{name}.weight"], padding) + p[f"{name}.bias"].reshape(-1, 1, 1)
        return max_pool(jax.nn.relu(x))

    def forward(p, x, moved):
        x = layer(p, layer(p, x, "conv1", 2), "conv2", 0)
        x = jax.nn.relu(linear(p, x.reshape(x.shape[0], -1), "fc1"))
        return linear(p, jax.nn.relu(linear(p, x, "fc2")), "fc3")

    return forward


def resnet(sizes):
    blocks = (sizes[0] - 2) // 6

    def layer(p, x, name, stride, moved):
        x = conv(x, p[f"{name}.conv.weight"], 1, stride)
        return normalize(p, x, f"{name}.norm", moved)

    def forward(p, x, moved):
        x = jax.nn.relu(layer(p, x, "stem", 1, moved))
        for s in range(3):
            for b in range(blocks):
                name = f"stage{s + 1}.{b + 1}"
                stride = 2 if s > 0 and b == 0 else 1
                h = jax.nn.relu(layer(p, x, f"{name}.1", stride, moved))
                y = layer(p, h, f"{name}.2", 1, moved)
                if stride == 2:
                    more = y.shape[1] - x.shape[1]
                    x = jnp.pad(x[:, :, ::2, ::2], ((0, 0), (more // 2, more - more // 2), (0, 0), (0, 0)))
                x = jax.nn.relu(y + x)
        return linear(p, x.mean((2, 3)), "fc")

    return forward


def depthwise(sizes):
    def layer(p, x, name, moved, **options):
        x = conv(x, p[f"{name}.conv.weight"], **options)
        return jax.nn.relu(normalize(p, x, f"{name}.norm", moved))

    def forward(p, x, moved):
        x = layer(p, x, "stem", moved, padding=1)
        for i in range(1, sizes[0] + 1):
            x = layer(p, x, f"pair{i}.depthwise", moved, padding=1, groups=x.shape[1])
            x = layer(p, x, f"pair{i}.pointwise", moved)
        return linear(p, x.mean((2, 3)), "fc")

    return forward


def vgg(sizes):
    def forward(p, x, moved):
        for b, convolutions in enumerate(sizes, 1):
            for c in range(1, convolutions + 1):
                name = f"block{b}.{c}"
                x = conv(x, p[f"{name}.conv.weight"], 1) + p[f"{name}.conv.bias"].reshape(-1, 1, 1)
                x = jax.nn.relu(normalize(p, x, f"{name}.norm", moved, 1e-3))
            x = max_pool(x)
        x = linear(p, x.reshape(x.shape[0], -1), "fc1")
        return linear(p, jax.nn.relu(normalize(p, x, "norm", moved)), "fc2")

    return forward


def lstm(sizes):
    """Gates in ONNX's order: input, output, forget, cell."""
    layers, hidden = sizes

    def layer(p, x, name):
        w, r, b = (p[f"{name}.{k}"][0] for k in "WRB")
        scanned = x @ w.T + b[: 4 * hidden] + b[4 * hidden :]

        def step(carry, z):
            h, c = carry
            i, o, f, g = jnp.split(z + h @ r.T, 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        start = jnp.zeros((x.shape[1], hidden))
        return lax.scan(step, (start, start), scanned)[1]

    def forward(p, x, moved):
        h = p["embedding.weight"][x].transpose(1, 0, 2)
        for l in range(layers):
            h = layer(p, h, f"lstm.{l}")
        return linear(p, h.transpose(1, 0, 2), "decoder")

    return forward


def transformer(sizes):
    layers, heads = sizes

    def norm(p, x, name):
        mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - mean) * lax.rsqrt(var + 1e-5) * p[f"{name}.weight"] + p[f"{name}.bias"]

    def project(p, x, name):
        return x @ p[f"{name}.weight"] + p[f"{name}.bias"]

    def forward(p, x, moved):
        n, t = x.shape
        table = p["embedding.weight"]
        x = table[x] + p["positions.weight"][:t]
        for l in range(layers):
            name = f"blocks.{l}"
            qkv = project(p, norm(p, x, f"{name}.norm1"), f"{name}.attention.qkv")
            q, k, v = (z.reshape(n, t, heads, -1) for z in jnp.split(qkv, 3, -1))
            y = jax.nn.dot_product_attention(q, k, v, is_causal=True)
            x = x + project(p, y.reshape(n, t, -1), f"{name}.attention.out")
            h = jax.nn.gelu(project(p, norm(p, x, f"{name}.norm2"), f"{name}.fc1"), approximate=False)
            x = x + project(p, h, f"{name}.fc2")
        return norm(p, x, "norm") @ table.T

    return forward


NETWORKS = {
    "mlp": mlp,
    "lenet": lenet,
    "resnet": resnet,
    "depthwise": depthwise,
    "vgg": vgg,
    "lstm": lstm,
    "transformer": transformer,
}
