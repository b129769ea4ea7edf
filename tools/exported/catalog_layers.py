"""Layers and idioms of PyTorch, each in a small network with parameters: name -> (module, inputs)."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations


class Call(nn.Module):
    """A function of named modules and of the inputs."""

    def __init__(self, function, **modules):
        super().__init__()
        for name, module in modules.items():
            setattr(self, name, module)
        self.function = function

    def forward(self, *inputs):
        return self.function(self, *inputs)


def normal(*shape):
    return torch.randn(*shape)


def parameter(*shape):
    return nn.Parameter(torch.randn(*shape) * 0.5)


def dense(activation):
    """An activation between two linear layers."""
    return Call(lambda m, x: m.b(activation(m.a(x))), a=nn.Linear(6, 8), b=nn.Linear(8, 4)), (normal(5, 6),)


def image(*layers, channels=3, size=(8, 8)):
    return nn.Sequential(*layers), (normal(2, channels, *size),)


def line(*layers, channels=4, length=12):
    return nn.Sequential(*layers), (normal(2, channels, length),)


def of_weight(function, *shape):
    """A function of a parameter times the input."""
    return Call(lambda m, x: function(m.w * x), w=parameter(*shape)), (normal(*shape),)


ACTIVATIONS = {
    "relu": F.relu,
    "gelu": F.gelu,
    "gelu-tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "elu": F.elu,
    "selu": F.selu,
    "celu": lambda x: F.celu(x, 0.7),
    "softplus": lambda x: F.softplus(x, 2.0),
    "softsign": F.softsign,
    "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid,
    "hardtanh": F.hardtanh,
    "relu6": F.relu6,
    "leaky-relu": F.leaky_relu,
    "logsigmoid": F.logsigmoid,
    "tanhshrink": F.tanhshrink,
    "softshrink": F.softshrink,
    "hardshrink": F.hardshrink,
    "threshold": lambda x: F.threshold(x, 0.1, -0.2),
    "softmax": lambda x: F.softmax(x, -1),
    "log-softmax": lambda x: F.log_softmax(x, 1),
    "glu": lambda x: F.glu(torch.cat([x, x * x], 1)),
    "normalize": lambda x: F.normalize(x, dim=1),
    "erf-sin": lambda x: torch.erf(x) + torch.sin(x) * torch.cos(2 * x),
    "exp-log": lambda x: torch.log1p(torch.exp(x)) + torch.sqrt(x * x + 0.1),
    "pow": lambda x: x**3 + (x.abs() + 0.1) ** 0.5 + 2.0**x,
    "clamp": lambda x: x.clamp(-0.5, 0.7),
    "atan": lambda x: torch.atan(x) * 2,
    "maximum": lambda x: torch.maximum(x, 0.3 - x),
    "where": lambda x: torch.where(x > 0.2, x * x, 0.5 * x),
    "norms": lambda x: x / (x.norm(dim=1, keepdim=True) + 1e-3),
    "rms": lambda x: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6),
    "std": lambda x: (x - x.mean(1, keepdim=True)) / (x.std(1, keepdim=True) + 1e-5),
    "logsumexp": lambda x: x - torch.logsumexp(x, 1, keepdim=True),
    "cumsum": lambda x: x.cumsum(1),
    "flip-roll": lambda x: x.flip(1) * x.roll(2, 1),
    "sort": lambda x: x.sort(1).values,
    "topk": lambda x: torch.cat([x.topk(5, 1).values, x[:, :3]], 1),
    "prod": lambda x: x * x.prod(1, keepdim=True),
    "amax-amin": lambda x: x * x.amax(1, keepdim=True) - x.amin(1, keepdim=True),
    "expand-tile": lambda x: x.repeat(1, 2)[:, ::2] * x[:, :1].expand(-1, 8),
    "chunk-stack": lambda x: torch.stack(x.chunk(2, 1), 2).flatten(1),
    "pad": lambda x: F.pad(x, (2, 1), value=0.3)[:, 1:9],
    "pad-reflect": lambda x: F.pad(x.unsqueeze(1), (2, 2), "reflect").squeeze(1)[:, 2:10],
    "einsum": lambda x: torch.einsum("bi,bj->bij", x, x).sum(1),
    "scatter": lambda x: torch.zeros_like(x).scatter_add(1, torch.tensor([[0, 1, 1, 3, 3, 3, 7, 0]] * 5), x),
    "gather": lambda x: x.gather(1, torch.tensor([[2, 2, 0, 7, 1, 1, 5, 4]] * 5)),
    "index-select": lambda x: x.index_select(1, torch.tensor([3, 3, 0, 1, 7, 5, 5, 2])),
    "masked-fill": lambda x: F.softmax(x.masked_fill(torch.eye(5, 8).bool(), float("-inf")), 1),
    "tril": lambda x: torch.tril(x) @ x.new_ones(8, 8),
    "baddbmm": lambda x: torch.baddbmm(
        x.unsqueeze(1), x.unsqueeze(1), x.new_ones(5, 8, 8), beta=0.5, alpha=0.2
    ).squeeze(1),
    "nan-safe": lambda x: torch.where(x > 0, torch.log(torch.where(x > 0, x, torch.ones_like(x))), torch.zeros_like(x)),
}

LOSSES = {
    "cross-entropy": lambda x, t: F.cross_entropy(x, t),
    "cross-entropy-smooth": lambda x, t: F.cross_entropy(x, t, label_smoothing=0.1),
    "cross-entropy-ignore": lambda x, t: F.cross_entropy(x, torch.where(t == 1, -100, t)),
    "cross-entropy-sum": lambda x, t: F.cross_entropy(x, t, reduction="sum"),
    "nll": lambda x, t: F.nll_loss(F.log_softmax(x, 1), t),
    "cross-entropy-weights": lambda x, t: F.cross_entropy(x, t, x.new_tensor([1.0, 2.0, 0.5, 3.0])),
    "bce-logits": lambda x, t: F.binary_cross_entropy_with_logits(x, F.one_hot(t, 4).to(x.dtype)),
    "bce": lambda x, t: F.binary_cross_entropy(torch.sigmoid(x), F.one_hot(t, 4).to(x.dtype)),
    "huber": lambda x, t: F.huber_loss(x, F.one_hot(t, 4).to(x.dtype), delta=0.4),
    "smooth-l1": lambda x, t: F.smooth_l1_loss(x, F.one_hot(t, 4).to(x.dtype)),
    "l1": lambda x, t: F.l1_loss(x, F.one_hot(t, 4).to(x.dtype)),
    "kl-div": lambda x, t: F.kl_div(
        F.log_softmax(x, 1), F.softmax(F.one_hot(t, 4).to(x.dtype), 1), reduction="batchmean"
    ),
    "margin": lambda x, t: F.soft_margin_loss(x, 2 * F.one_hot(t, 4).to(x.dtype) - 1),
    "cosine": lambda x, t: 1 - F.cosine_similarity(x, F.one_hot(t, 4).to(x.dtype)).mean(),
}


def loss(function):
    """A loss inside the model; its output is used unchanged, as a scalar."""
    return Call(lambda m, x, t: function(m.a(x), t).reshape(1), a=nn.Linear(6, 4)), (
        normal(5, 6),
        torch.tensor([0, 1, 2, 3, 2]),
    )


def attention(**options):
    def run(m, x):
        q, k, v = (f(x).unflatten(-1, (2, 4)).transpose(1, 2) for f in (m.q, m.k, m.v))
        mask = options.get("mask")
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=options.get("causal", False))
        return y.transpose(1, 2).flatten(2)

    return Call(run, q=nn.Linear(8, 8), k=nn.Linear(8, 8), v=nn.Linear(8, 8)), (normal(2, 5, 8),)


def recurrent(kind, **options):
    module = kind(5, 6, batch_first=True, **options)
    width = 6 * (2 if options.get("bidirectional") else 1)
    return Call(lambda m, x: m.b(m.a(x)[0]), a=module, b=nn.Linear(width, 3)), (normal(3, 4, 5),)


def cell(module, state):
    def run(m, x):
        h = state(x)
        for t in range(x.shape[1]):
            h = m.a(x[:, t], h)
        return h[0] if isinstance(h, tuple) else h

    return Call(run, a=module), (normal(3, 4, 5),)


def grid():
    def run(m, x):
        theta = m.a(x.flatten(1)).view(-1, 2, 3)
        return F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)

    return Call(run, a=nn.Linear(3 * 16, 6)), (normal(2, 3, 4, 4),)


LAYERS = {
    "conv1d": lambda: line(nn.Conv1d(4, 6, 3, padding=1), nn.ReLU(), nn.Conv1d(6, 2, 4, 2, dilation=2, padding=3)),
    "conv2d": lambda: image(
        nn.Conv2d(3, 6, 3, padding=1, groups=3),
        nn.ReLU(),
        nn.Conv2d(6, 5, (3, 2), (2, 1), padding=(1, 0), dilation=(1, 2)),
    ),
    "conv2d-same": lambda: image(
        nn.Conv2d(3, 4, 4, padding="same"), nn.Tanh(), nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect")
    ),
    "conv2d-circular": lambda: image(
        nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular"), nn.Conv2d(4, 2, 3, padding=1, padding_mode="replicate")
    ),
    "conv3d": lambda: (
        nn.Sequential(nn.Conv3d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool3d(2), nn.Conv3d(4, 2, (1, 2, 2))),
        (normal(2, 2, 4, 6, 6),),
    ),
    "conv-transpose1d": lambda: line(
        nn.ConvTranspose1d(4, 6, 3, 2, 1, output_padding=1), nn.ReLU(), nn.Conv1d(6, 2, 1)
    ),
    "conv-transpose2d": lambda: image(
        nn.ConvTranspose2d(3, 6, 4, 2, 1, groups=3), nn.ReLU(), nn.ConvTranspose2d(6, 2, 3, dilation=2)
    ),
    "depthwise": lambda: image(nn.Conv2d(3, 9, 3, padding=1, groups=3), nn.ReLU6(), nn.Conv2d(9, 4, 1)),
    "max-pool": lambda: image(nn.Conv2d(3, 4, 3), nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.Conv2d(4, 2, 2)),
    "max-pool-dilated": lambda: image(
        nn.Conv2d(3, 4, 3, padding=1), nn.MaxPool2d(2, 1, dilation=2), nn.Conv2d(4, 2, 2)
    ),
    "avg-pool": lambda: image(
        nn.Conv2d(3, 4, 3, padding=1),
        nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False),
        nn.Conv2d(4, 2, 2),
    ),
    "lp-pool": lambda: image(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.LPPool2d(2, 2), nn.Conv2d(4, 2, 2)),
    "adaptive-avg": lambda: image(
        nn.Conv2d(3, 4, 3, padding=1), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(16, 3)
    ),
    "adaptive-max": lambda: image(
        nn.Conv2d(3, 4, 3, padding=1), nn.AdaptiveMaxPool2d(4), nn.Flatten(), nn.Linear(64, 3)
    ),
    "batch-norm": lambda: image(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 3)),
    "batch-norm1d": lambda: (
        nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 3)),
        (normal(4, 6),),
    ),
    "group-norm": lambda: image(nn.Conv2d(3, 6, 3), nn.GroupNorm(3, 6), nn.ReLU(), nn.Conv2d(6, 2, 3)),
    "instance-norm": lambda: image(nn.Conv2d(3, 4, 3), nn.InstanceNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 3)),
    "instance-norm-affine": lambda: image(
        nn.Conv2d(3, 4, 3), nn.InstanceNorm2d(4, affine=True), nn.ReLU(), nn.Conv2d(4, 2, 3)
    ),
    "layer-norm": lambda: (
        nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), nn.GELU(), nn.Linear(8, 3)),
        (normal(2, 4, 6),),
    ),
    "layer-norm-plain": lambda: (
        nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8, elementwise_affine=False), nn.Linear(8, 3)),
        (normal(2, 4, 6),),
    ),
    "rms-norm": lambda: (nn.Sequential(nn.Linear(6, 8), nn.RMSNorm(8), nn.SiLU(), nn.Linear(8, 3)), (normal(2, 4, 6),)),
    "local-response": lambda: image(nn.Conv2d(3, 6, 3), nn.LocalResponseNorm(3), nn.Conv2d(6, 2, 3)),
    "embedding": lambda: (nn.Sequential(nn.Embedding(11, 6), nn.Linear(6, 3)), (torch.randint(0, 11, (3, 5)),)),
    "embedding-bag": lambda: (
        Call(lambda m, x: m.b(m.a(x)), a=nn.EmbeddingBag(11, 6, mode="mean"), b=nn.Linear(6, 3)),
        (torch.randint(0, 11, (3, 5)),),
    ),
    "embedding-bag-sum": lambda: (
        Call(lambda m, x: m.b(m.a(x)), a=nn.EmbeddingBag(11, 6, mode="sum"), b=nn.Linear(6, 3)),
        (torch.randint(0, 11, (3, 5)),),
    ),
    "lstm": lambda: recurrent(nn.LSTM),
    "gru": lambda: recurrent(nn.GRU),
    "rnn": lambda: recurrent(nn.RNN),
    "lstm-two-ways": lambda: recurrent(nn.LSTM, bidirectional=True, num_layers=2),
    "gru-two-ways": lambda: recurrent(nn.GRU, bidirectional=True),
    "rnn-relu": lambda: recurrent(nn.RNN, nonlinearity="relu"),
    "gru-no-bias": lambda: recurrent(nn.GRU, bias=False),
    "lstm-projected": lambda: recurrent(nn.LSTM, num_layers=2, bias=False),
    "gru-cell": lambda: cell(nn.GRUCell(5, 6), lambda x: x.new_zeros(3, 6)),
    "lstm-cell": lambda: cell(nn.LSTMCell(5, 6), lambda x: (x.new_zeros(3, 6), x.new_zeros(3, 6))),
    "attention": attention,
    "attention-causal": lambda: attention(causal=True),
    "attention-mask": lambda: attention(mask=torch.tensor([[1, 0, 1, 1, 0]] * 5).bool()),
    "attention-fully-masked": lambda: attention(mask=torch.tensor([[1, 0, 1, 1, 0]] * 4 + [[0] * 5]).bool()),
    "multihead": lambda: (
        Call(lambda m, x: m.a(x, x, x, need_weights=False)[0], a=nn.MultiheadAttention(8, 2, batch_first=True)),
        (normal(2, 5, 8),),
    ),
    "encoder-layer": lambda: (nn.TransformerEncoderLayer(8, 2, 16, 0.0, "gelu", batch_first=True), (normal(2, 5, 8),)),
    "encoder-norm-first": lambda: (
        nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True, norm_first=True),
        (normal(2, 5, 8),),
    ),
    "decoder-layer": lambda: (
        nn.TransformerDecoderLayer(8, 2, 16, 0.0, batch_first=True),
        (normal(2, 5, 8), normal(2, 4, 8)),
    ),
    "prelu": lambda: image(nn.Conv2d(3, 4, 3), nn.PReLU(4), nn.Conv2d(4, 2, 3), nn.PReLU()),
    "bilinear": lambda: (nn.Bilinear(4, 5, 3), (normal(6, 4), normal(6, 5))),
    "pixel-shuffle": lambda: image(nn.Conv2d(3, 8, 3, padding=1), nn.PixelShuffle(2), nn.Conv2d(2, 2, 3)),
    "pixel-unshuffle": lambda: image(nn.Conv2d(3, 2, 3, padding=1), nn.PixelUnshuffle(2), nn.Conv2d(8, 2, 3)),
    "channel-shuffle": lambda: image(nn.Conv2d(3, 6, 3), nn.ChannelShuffle(3), nn.Conv2d(6, 2, 3)),
    "upsample-nearest": lambda: image(nn.Conv2d(3, 4, 3), nn.Upsample(scale_factor=2), nn.Conv2d(4, 2, 3)),
    "upsample-bilinear": lambda: image(
        nn.Conv2d(3, 4, 3), nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(4, 2, 3)
    ),
    "upsample-corners": lambda: image(
        nn.Conv2d(3, 4, 3), nn.Upsample(size=(9, 11), mode="bilinear", align_corners=True), nn.Conv2d(4, 2, 3)
    ),
    "upsample-bicubic": lambda: image(
        nn.Conv2d(3, 4, 3), nn.Upsample(scale_factor=2, mode="bicubic"), nn.Conv2d(4, 2, 3)
    ),
    "unfold": lambda: image(nn.Conv2d(3, 4, 3), nn.Unfold(2, stride=2), nn.Linear(9, 3)),
    "grid-sample": grid,
    "linear-no-bias": lambda: (
        nn.Sequential(nn.Linear(6, 8, bias=False), nn.Tanh(), nn.Linear(8, 1, bias=True)),
        (normal(4, 6),),
    ),
    "linear-sequence": lambda: (nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1)), (normal(2, 4, 6),)),
    "rezero": lambda: (
        Call(
            lambda m, x: m.c(x + m.alpha * torch.tanh(m.a(x))), a=nn.Linear(6, 6), c=nn.Linear(6, 3), alpha=parameter(1)
        ),
        (normal(4, 6),),
    ),
    "layer-scale": lambda: (
        Call(
            lambda m, x: m.c(x + m.gamma * torch.tanh(m.a(x))), a=nn.Linear(6, 6), c=nn.Linear(6, 3), gamma=parameter(6)
        ),
        (normal(4, 6),),
    ),
    "temperature": lambda: (
        Call(
            lambda m, x: F.softmax(m.a(x) * m.scale.exp(), -1), a=nn.Linear(6, 5), scale=nn.Parameter(torch.tensor(0.7))
        ),
        (normal(4, 6),),
    ),
    "weight-norm": lambda: (
        nn.Sequential(parametrizations.weight_norm(nn.Linear(6, 5)), nn.ReLU(), nn.Linear(5, 3)),
        (normal(4, 6),),
    ),
    "tied": lambda: (
        Call(lambda m, x: torch.tanh(m.e(x)) @ m.e.weight.T, e=nn.Embedding(9, 6)),
        (torch.randint(0, 9, (3, 4)),),
    ),
    "shared-layer": lambda: (Call(lambda m, x: m.a(torch.relu(m.a(x))), a=nn.Linear(6, 6)), (normal(4, 6),)),
    "positional": lambda: (
        Call(lambda m, x: m.a(x + m.p[: x.shape[1]]), a=nn.Linear(6, 3), p=parameter(9, 6)),
        (normal(2, 5, 6),),
    ),
    "class-token": lambda: (
        Call(
            lambda m, x: m.a(torch.cat([m.t.expand(x.shape[0], -1, -1), x], 1))[:, 0],
            a=nn.Linear(6, 3),
            t=parameter(1, 1, 6),
        ),
        (normal(2, 5, 6),),
    ),
    "moe-gate": lambda: (
        Call(
            lambda m, x: (F.softmax(m.g(x), -1).unsqueeze(-1) * torch.stack([m.a(x), m.b(x)], 1)).sum(1),
            g=nn.Linear(6, 2),
            a=nn.Linear(6, 4),
            b=nn.Linear(6, 4),
        ),
        (normal(5, 6),),
    ),
    "quadratic": lambda: (Call(lambda m, x: (x @ m.w @ x.T), w=parameter(6, 6)), (normal(4, 6),)),
    "cdist": lambda: (
        Call(lambda m, x: torch.cdist(m.a(x), m.c), a=nn.Linear(6, 4), c=parameter(3, 4)),
        (normal(5, 6),),
    ),
    "matrix-power": lambda: (
        Call(lambda m, x: x @ torch.matmul(m.w, m.w.mT) / m.w.square().sum(), w=parameter(6, 6)),
        (normal(4, 6),),
    ),
}
LAYERS |= {f"loss {n}": (lambda f=f: loss(f)) for n, f in LOSSES.items()}
LAYERS |= {f"act {n}": (lambda f=f: dense(f)) for n, f in ACTIVATIONS.items()}
