"""Losses and gradients of DeepOBS's networks in small forms, by PyTorch in float64, for tests/scripts/benchmark_deepobs.

Run from the repository's root: python tools/golden/deepobs.py

Every network is written here from DeepOBS's definition (TensorFlow's "same" padding by explicit zeros), never from the
TypeScript. Weights and data come from the formula of zoo.py, so that only names and a few numbers are stored.
"""

import torch
import torch.nn.functional as F
from zoo import batch_norm, integers, linear, numbers, write

EXAMPLES = 4


def same(x, kernel, stride, value=0.0):
    """Returns images with the padding of TensorFlow's "same": the odd row below, the odd column on the right."""
    pads = []
    for side in (x.shape[3], x.shape[2]):
        total = max(0, (-(-side // stride) - 1) * stride + kernel - side)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


def conv(w, x, name, out, kernel, stride=1, padding="same", bias=True):
    weight = w(f"{name}.weight", out, x.shape[1], kernel, kernel)
    x = same(x, kernel, stride) if padding == "same" else x
    return F.conv2d(x, weight, w(f"{name}.bias", out) if bias else None, stride=stride)


def pool(x, kernel, stride):
    return F.max_pool2d(same(x, kernel, stride, -torch.inf), kernel, stride)


def l2(w, factor):
    """Returns DeepOBS's regularizer: half the factor by the squares of all weights, but not of biases and scales."""
    return factor / 2 * sum(p.square().sum() for n, p in w.parameters.items() if n.endswith(".weight") and p.dim() > 1)


def classified(w, scores, target, factor=0.0):
    loss = F.cross_entropy(scores, target)
    return loss + l2(w, factor) if factor else loss


def two_conv(w, data, training):
    x = pool(F.relu(conv(w, data["x"], "conv1", 3, 5)), 2, 2)
    x = pool(F.relu(conv(w, x, "conv2", 5, 5)), 2, 2).flatten(1)
    return classified(w, linear(w, F.relu(linear(w, x, "fc1", 7)), "fc2", 10), data["target"])


def standardized(x):
    centered = x - x.mean((1, 2, 3), keepdim=True)
    deviation = centered.square().mean((1, 2, 3), keepdim=True).sqrt()
    return centered / deviation.clamp(min=x[0].numel() ** -0.5)


def three_conv(w, data, training):
    x = standardized(data["x"])
    x = pool(F.relu(conv(w, x, "conv1", 2, 5, padding="valid")), 3, 2)
    x = pool(F.relu(conv(w, x, "conv2", 3, 3, padding="valid")), 3, 2)
    x = pool(F.relu(conv(w, x, "conv3", 4, 3)), 3, 2).flatten(1)
    x = F.relu(linear(w, F.relu(linear(w, x, "fc1", 7)), "fc2", 6))
    return classified(w, linear(w, x, "fc3", 10), data["target"], 0.002)


def all_conv(w, data, training):
    """Without dropout, which would need the same masks."""
    x = standardized(data["x"])
    for i, (out, kernel, stride, padding) in enumerate(
        [(3, 3, 1, "same"), (3, 3, 1, "same"), (3, 3, 2, "same"), (5, 3, 1, "same"), (5, 3, 1, "same")]
        + [(5, 3, 2, "same"), (5, 3, 1, "valid"), (5, 1, 1, "same"), (7, 1, 1, "same")]
    ):
        x = F.relu(conv(w, x, f"conv{i + 1}", out, kernel, stride, padding))
    return classified(w, x.mean((2, 3)), data["target"], 5e-4)


def wide_resnet(w, data, training):
    """Stem 3, widening 2, two units a stage."""

    def active(x, name):
        return F.relu(batch_norm(w, x, name, training))

    def plain(x, name, out, kernel, stride=1):
        return conv(w, x, name, out, kernel, stride, bias=False)

    x = plain(standardized(data["x"]), "stem", 3, 3)
    for stage, (out, stride) in enumerate([(6, 1), (12, 2), (24, 2)], 1):
        for unit in (1, 2):
            name = f"stage{stage}.{unit}"
            h = active(x, f"{name}.norm1")
            step = stride if unit == 1 else 1
            shortcut = plain(h, f"{name}.shortcut", out, 1, step) if unit == 1 else x
            h = active(plain(h, f"{name}.conv1", out, 3, step), f"{name}.norm2")
            x = plain(h, f"{name}.conv2", out, 3) + shortcut
    x = active(x, "norm").mean((2, 3))
    return classified(w, linear(w, x, "fc", 10), data["target"], 5e-4)


def transposed(w, x, name, out, kernel, stride):
    """Transposes TensorFlow's "same" convolution from the larger image: computes all, and cuts off the padding."""
    weight = w(f"{name}.weight", x.shape[1], out, kernel, kernel)
    side = x.shape[2] * stride
    y = F.conv_transpose2d(x, weight, w(f"{name}.bias", out), stride=stride)
    first = max(0, (x.shape[2] - 1) * stride + kernel - side) // 2
    return y[:, :, first : first + side, first : first + side]


def vae(w, data, training):
    """Without dropout; the noise is given."""
    x = data["x"][:, None]
    for i, stride in enumerate((2, 2, 1)):
        x = F.leaky_relu(conv(w, x, f"encoder.conv{i + 1}", 3, 4, stride), 0.3)
    x = x.flatten(1)
    mean, log_deviation = linear(w, x, "encoder.mean", 2), 0.5 * linear(w, x, "encoder.log_deviation", 2)
    z = mean + data["noise"] * log_deviation.exp()
    x = F.leaky_relu(linear(w, F.leaky_relu(linear(w, z, "decoder.fc1", 5), 0.3), "decoder.fc2", 4), 0.3)
    x = x.reshape(-1, 1, 2, 2)
    for i, stride in enumerate((2, 1, 1)):
        x = F.relu(transposed(w, x, f"decoder.conv{i + 1}", 3, 4, stride))
    y = torch.sigmoid(linear(w, x.flatten(1), "decoder.fc3", 64))
    error = (y - data["x"].flatten(1)).square().sum(1)
    normal = torch.distributions.Normal
    code = normal(mean, log_deviation.exp())
    divergence = torch.distributions.kl_divergence(code, normal(torch.zeros(2), torch.ones(2))).sum(1)
    return (error + divergence).mean()


def char_rnn(w, data, training):
    """TensorFlow's LSTM cell step by step, without dropout; the 1 of the forget gate is in its bias."""
    hidden, vocabulary = 5, 11
    x = w("embedding.weight", vocabulary, hidden)[data["tokens"]]
    for name in ("lstm1", "lstm2"):
        kernel, recurrent = w(f"{name}.W", 1, 4 * hidden, hidden)[0], w(f"{name}.R", 1, 4 * hidden, hidden)[0]
        bias = w(f"{name}.bias", 4 * hidden)
        h = c = torch.zeros(EXAMPLES, hidden)
        states = []
        for t in range(x.shape[1]):
            i, o, f, candidate = (x[:, t] @ kernel.T + h @ recurrent.T + bias).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(candidate)
            h = torch.sigmoid(o) * torch.tanh(c)
            states.append(h)
        x = torch.stack(states, 1)
    scores = x @ w("decoder.weight", vocabulary, hidden).T + w("decoder.bias", vocabulary)
    return F.cross_entropy(scores.reshape(-1, vocabulary), data["target"].reshape(-1))


def images(*shape, classes=10):
    return {"x": numbers("x", [EXAMPLES, *shape]).float().double(), "target": integers("target", [EXAMPLES], classes)}


NETWORKS = {
    "2c2d": (two_conv, images(1, 8, 8)),
    "3c3d": (three_conv, images(3, 20, 20)),
    "all_cnn_c": (all_conv, images(3, 13, 13, classes=7)),
    "wide_resnet": (wide_resnet, images(3, 8, 8)),
    "vae": (vae, {n: numbers(n, [EXAMPLES, *shape]).float().double() for n, shape in (("x", (8, 8)), ("noise", (2,)))}),
    "char_rnn": (char_rnn, {n: integers(n, [EXAMPLES, 6], 11) for n in ("tokens", "target")}),
}


def loss_of(network, data):
    return lambda w, training: network(w, data, training)


if __name__ == "__main__":
    write("tests/golden/deepobs/torch.json", {name: loss_of(*case) for name, case in NETWORKS.items()})
