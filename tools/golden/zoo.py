"""Losses and gradients of the networks of models/, computed by PyTorch in float64, for tests/models/zoo_golden_test.ts.

Run from the repository's root: python tools/golden/zoo.py

Every network is written here from its paper or from PyTorch's own layers (nn.LSTM, nn.TransformerEncoderLayer, …), never from
the TypeScript. Weights and data come from a counter-based formula that both languages have (`number` below), so that only
the names of the parameters and a few numbers are stored: the loss, the loss after one step of gradient descent with rate 0.05,
the loss in evaluation form, and for each parameter the norm of its gradient and the gradient's product with formula numbers.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
MASK = 0xFFFFFFFF


def number(name, i):
    """Returns a number in [-1, 1) from a name and a position: FNV-1a of the name, then MurmurHash3's finalizer."""
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & MASK
    h = (h + i * 0x9E3779B9) & MASK
    h ^= h >> 16
    h = (h * 0x85EBCA6B) & MASK
    h ^= h >> 13
    h = (h * 0xC2B2AE35) & MASK
    h ^= h >> 16
    return h / 2**31 - 1


def numbers(name, shape):
    return torch.tensor([number(name, i) for i in range(math.prod(shape))]).reshape(shape)


def weight(name, shape):
    """Returns a parameter, rounded to float32: its variance fits the fan-in, scales of normalizations are about 1."""
    values = numbers(name, shape)
    if len(shape) > 1:
        values = values * math.sqrt(3 / math.prod(shape[1:]))
    elif name.endswith("running_var"):
        values = 1 + 0.5 * values
    elif name.endswith("weight"):
        values = 1 + 0.4 * values
    else:
        values = 0.3 * values
    return values.float().double()


def integers(name, shape, below):
    values = [int((number(name, i) + 1) / 2 * below) for i in range(math.prod(shape))]
    return torch.tensor(values).reshape(shape)


class Weights:
    """Creates parameters and running statistics by name, and remembers them."""

    def __init__(self, dtype=torch.float64):
        self.dtype = dtype
        self.parameters = {}
        self.buffers = {}

    def __call__(self, name, *shape):
        if name not in self.parameters:
            self.parameters[name] = weight(name, shape).to(self.dtype).requires_grad_()
        return self.parameters[name]

    def buffer(self, name, *shape):
        if name not in self.buffers:
            self.buffers[name] = weight(name, shape).to(self.dtype)
        return self.buffers[name]


def conv(w, x, name, out, kernel=3, bias=True, **options):
    b = w(f"{name}.bias", out) if bias else None
    return F.conv2d(x, w(f"{name}.weight", out, x.shape[1], kernel, kernel), b, **options)


def linear(w, x, name, out):
    return F.linear(x, w(f"{name}.weight", out, x.shape[1]), w(f"{name}.bias", out))


def batch_norm(w, x, name, training, eps=1e-5):
    c = x.shape[1]
    mean, var = w.buffer(f"{name}.running_mean", c), w.buffer(f"{name}.running_var", c)
    scale, bias = w(f"{name}.weight", c), w(f"{name}.bias", c)
    return F.batch_norm(x, mean.clone(), var.clone(), scale, bias, training, 0.1, eps)


def mlp(w, x, training):
    for name, out in (("layers.0", 9), ("layers.1", 7)):
        x = torch.relu(linear(w, x, name, out))
    return linear(w, x, "layers.2", 5)


def lenet(w, x, training):
    """LeCun et al. 1998, with ReLU and max-pooling."""
    x = F.max_pool2d(torch.relu(conv(w, x, "conv1", 6, 5, padding=2)), 2)
    x = F.max_pool2d(torch.relu(conv(w, x, "conv2", 16, 5)), 2).flatten(1)
    x = torch.relu(linear(w, x, "fc1", 20))
    return linear(w, torch.relu(linear(w, x, "fc2", 12)), "fc3", 10)


def cifarnet(w, x, training):
    """TensorFlow's CIFAR-10 tutorial, as Reddi et al. 2018 describe it; 'same' pads the odd zero at the bottom and right."""

    def norm(y):
        return F.local_response_norm(y, 9, alpha=1e-3, beta=0.75, k=1.0)

    def wide(y, name):
        return torch.relu(conv(w, F.pad(y, (2, 3, 2, 3)), name, 6, 6))

    x = norm(F.max_pool2d(wide(x, "conv1"), 2))
    x = F.max_pool2d(norm(wide(x, "conv2")), 2).flatten(1)
    x = torch.relu(linear(w, x, "fc1", 8))
    return linear(w, torch.relu(linear(w, x, "fc2", 7)), "fc3", 5)


def vgg(w, x, training):
    """Wilson et al. 2017 after Zagoruyko: epsilon 1e-3 in the convolutional part, as in Torch's blog, 1e-5 in the dense one."""
    for b, block in enumerate([[4], [6, 6]]):
        for c, channels in enumerate(block):
            name = f"block{b + 1}.{c + 1}"
            x = conv(w, x, f"{name}.conv", channels, padding=1)
            x = torch.relu(batch_norm(w, x, f"{name}.norm", training, eps=1e-3))
        x = F.max_pool2d(x, 2)
    x = torch.relu(batch_norm(w, linear(w, x.flatten(1), "fc1", 7), "norm", training))
    return linear(w, x, "fc2", 5)


def resnet(blocks, width, relu=torch.relu):
    """He et al. 2016, section 4.2: depth 6 blocks + 2, shortcuts of option A."""

    def network(w, x, training):
        def layer(y, name, channels, stride):
            y = conv(w, y, f"{name}.conv", channels, bias=False, stride=stride, padding=1)
            return batch_norm(w, y, f"{name}.norm", training)

        x = relu(layer(x, "stem", width, 1))
        for stage in (1, 2, 3):
            for block in range(blocks):
                channels, name = width * 2 ** (stage - 1), f"stage{stage}.{block + 1}"
                stride = 2 if stage > 1 and block == 0 else 1
                y = layer(relu(layer(x, f"{name}.1", channels, stride)), f"{name}.2", channels, 1)
                if stride == 2:
                    more = channels - x.shape[1]
                    x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, more // 2, more - more // 2))
                x = relu(y + x)
        return linear(w, x.mean((2, 3)), "fc", 5)

    return network


def densenet(w, x, training):
    """Huang et al. 2017: two layers per block, growth 3, bottlenecks, compression 0.5."""

    def layer(y, name, channels, kernel):
        y = torch.relu(batch_norm(w, y, f"{name}.norm", training))
        return conv(w, y, f"{name}.conv", channels, kernel, bias=False, padding=kernel // 2)

    x = conv(w, x, "stem.conv", 6, bias=False, padding=1)
    for b in (1, 2, 3):
        for n in (1, 2):
            name = f"block{b}.{n}"
            x = torch.cat([x, layer(layer(x, f"{name}.1", 12, 1), f"{name}.2", 3, 3)], 1)
        if b < 3:
            x = F.avg_pool2d(layer(x, f"transition{b}", x.shape[1] // 2, 1), 2)
    x = torch.relu(batch_norm(w, x, "norm", training))
    return linear(w, x.mean((2, 3)), "fc", 5)


# ONNX's order of gates, as indices into PyTorch's.
GATES = {"lstm": [0, 3, 1, 2], "gru": [1, 0, 2], "rnn": [0]}


def recurrent(cell):
    hidden, embedding, vocabulary = 6, 5, 11

    def network(w, tokens, training):
        x = F.embedding(tokens, w("embedding.weight", vocabulary, embedding))
        for index in (0, 1):
            size, name, gates = x.shape[2], f"{cell}.{index}", GATES[cell]
            rows = len(gates) * hidden
            # Moves the rows of a gate from ONNX's place to PyTorch's.
            order = torch.tensor([gates.index(t) * hidden + i for t in range(len(gates)) for i in range(hidden)])
            module = getattr(nn, cell.upper())(size, hidden, batch_first=True)
            biases = w(f"{name}.B", 1, 2 * rows)[0]
            state = {
                "weight_ih_l0": w(f"{name}.W", 1, rows, size)[0][order],
                "weight_hh_l0": w(f"{name}.R", 1, rows, hidden)[0][order],
                "bias_ih_l0": biases[:rows][order],
                "bias_hh_l0": biases[rows:][order],
            }
            x = torch.func.functional_call(module, state, (x,))[0]
        return x @ w("decoder.weight", vocabulary, hidden).T + w("decoder.bias", vocabulary)

    return network


def transformer(tied):
    width, heads, layers, vocabulary, context = 8, 2, 2, 11, 9

    def network(w, tokens, training):
        """GPT-2's form: nn.TransformerEncoderLayer with the norms first, causal."""
        length = tokens.shape[1]
        table = w("embedding.weight", vocabulary, width)
        x = F.embedding(tokens, table) + w("positions.weight", context, width)[:length]
        mask = nn.Transformer.generate_square_subsequent_mask(length, dtype=torch.float64)
        for index in range(layers):
            name = f"blocks.{index}"
            block = nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, F.gelu, 1e-5, True, True)
            state = {
                "self_attn.in_proj_weight": w(f"{name}.attention.qkv.weight", width, 3 * width).T,
                "self_attn.in_proj_bias": w(f"{name}.attention.qkv.bias", 3 * width),
                "self_attn.out_proj.weight": w(f"{name}.attention.out.weight", width, width).T,
                "self_attn.out_proj.bias": w(f"{name}.attention.out.bias", width),
                "linear1.weight": w(f"{name}.fc1.weight", width, 4 * width).T,
                "linear1.bias": w(f"{name}.fc1.bias", 4 * width),
                "linear2.weight": w(f"{name}.fc2.weight", 4 * width, width).T,
                "linear2.bias": w(f"{name}.fc2.bias", width),
            }
            for norm in ("norm1", "norm2"):
                state |= {f"{norm}.{p}": w(f"{name}.{norm}.{p}", width) for p in ("weight", "bias")}
            x = torch.func.functional_call(block, state, (x, mask))
        x = F.layer_norm(x, (width,), w("norm.weight", width), w("norm.bias", width))
        return x @ (table if tied else w("decoder.weight", vocabulary, width)).T

    return network


IMAGES = {"mlp": (mlp, [12], 5), "lenet": (lenet, [1, 28, 28], 10), "cifarnet": (cifarnet, [3, 9, 8], 5)}
IMAGES |= {"vgg": (vgg, [3, 8, 8], 5), "resnet": (resnet(1, 4), [3, 10, 8], 5), "densenet": (densenet, [3, 8, 8], 5)}
TEXTS = {cell: recurrent(cell) for cell in GATES} | {
    "transformer": transformer(True),
    "transformer untied": transformer(False),
}
EXAMPLES, LENGTH, RATE = 6, 7, 0.05


def scored(network, x, target):
    """Returns the loss of a network's scores, as a function of its weights and the form."""

    def loss(w, training):
        scores = network(w, x, training)
        return F.cross_entropy(scores.reshape(-1, scores.shape[-1]), target.reshape(-1))

    return loss


def measured(loss):
    """Returns what is stored of a network. `loss` takes its weights and whether it trains."""
    w = Weights()
    value = loss(w, True)
    evaluated = loss(w, False)
    value.backward()
    gradients = {
        name: [float(p.grad.norm()), float((p.grad * numbers(f"d {name}", p.shape)).sum())]
        for name, p in w.parameters.items()
    }
    with torch.no_grad():
        for p in w.parameters.values():
            p -= RATE * p.grad
        after = loss(w, True)
    return {"loss": value.item(), "evaluated": evaluated.item(), "afterStep": after.item(), "gradients": gradients}


def write(path, losses):
    """Measures networks by name, and writes the results."""
    networks = {name: measured(loss) for name, loss in losses.items()}
    written = {"torch": torch.__version__.split("+")[0], "rate": RATE, "networks": networks}
    Path(path).write_text(json.dumps(written, indent=1) + "\n")
    for name, values in networks.items():
        print(name, values["loss"], values["evaluated"], values["afterStep"])


def main():
    losses = {}
    for name, (network, shape, classes) in IMAGES.items():
        x = numbers("x", [EXAMPLES, *shape]).float().double()
        losses[name] = scored(network, x, integers("target", [EXAMPLES], classes))
    for name, network in TEXTS.items():
        losses[name] = scored(network, *(integers(n, [EXAMPLES, LENGTH], 11) for n in ("tokens", "target")))
    write("tests/golden/zoo/torch.json", losses)


if __name__ == "__main__":
    main()
