"""Computes the gradients of a small ONNX model by PyTorch in float64, for `backend.py`: each operator by PyTorch's own.

Where an operator is not in TABLE, or the result is not the one that is stored, `Lacking` says so, and the caller takes another
oracle. Nothing here is taken from Descent.
"""
import math

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch.nn import functional as F

D = torch.float64
HALF = {"float16", "bfloat16"}
FLOATING = {1, 10, 11, 16}
DTYPES = {2: torch.uint8, 3: torch.int8, 5: torch.int16, 6: torch.int32, 7: torch.int64, 9: torch.bool}


class Lacking(Exception):
    """PyTorch has no such operator here, or its result differs from the stored one."""


class At:
    """One node: its operands, attributes and operator set."""

    def __init__(self, x, attributes, opset, outputs):
        self.x, self.a, self.opset, self.outputs = x, attributes, opset, outputs

    def __getitem__(self, i):
        return self.x[i] if i < len(self.x) else None

    def ints(self, i, name=None, default=None):
        """Returns numbers that are an operand since some version, and an attribute before it."""
        if self[i] is not None:
            return [int(v) for v in self[i].flatten()]
        value = self.a.get(name, default)
        return value if value is None or isinstance(value, list) else [value]


def axes(t):
    """Returns the axes of a reduction; [] if none are reduced."""
    found = t.ints(1, "axes")
    if not found:
        return [] if t.a.get("noop_with_empty_axes", 0) else list(range(t[0].dim()))
    return found


def reduction(f):
    def run(t):
        at = axes(t)
        return f(t[0], at, bool(t.a.get("keepdims", 1))) if at or t[0].dim() == 0 else elementwise(f, t[0])
    return run


def elementwise(f, x):
    return f(x.unsqueeze(-1), [-1], False)


def prod(x, at, keep):
    for a in sorted((a % x.dim() for a in at), reverse=True) if x.dim() else []:
        x = x.prod(a, keepdim=keep)
    return x


def norm(p):
    return lambda x, at, keep: torch.linalg.vector_norm(x, p, at or None, keep)


def extremum(pick):
    # Tied operands share the gradient equally, like amax over the stacked operands.
    return lambda t: pick(torch.stack(torch.broadcast_tensors(*t.x)), 0)


def softmax(f):
    def run(t):
        if t.opset >= 13:
            return f(t[0], t.a.get("axis", -1))
        flat = flatten(t[0], t.a.get("axis", 1))
        return f(flat, 1).reshape(t[0].shape)
    return run


def flatten(x, axis):
    return x.reshape(math.prod(x.shape[:axis % x.dim() if axis != x.dim() else axis]), -1)


def clip(t):
    low = t[1] if t[1] is not None else t.a.get("min")
    high = t[2] if t[2] is not None else t.a.get("max")
    if low is None and high is None:
        return t[0] * 1
    as_tensor = lambda v: v if v is None or torch.is_tensor(v) else torch.tensor(v, dtype=D)
    return torch.clamp(t[0], as_tensor(low), as_tensor(high))


def loss(scores_to_log):
    def run(t):
        x = scores_to_log(t[0])
        target, ignore = t[1].long(), t.a.get("ignore_index")
        kept = torch.ones_like(target, dtype=torch.bool) if ignore is None else target != ignore
        inside = torch.where(kept, target, 0)
        weight = t[2][inside] if t[2] is not None else torch.ones(target.shape, dtype=D)
        weight = torch.where(kept, weight, 0.0)
        each = -weight * x.gather(1, inside.unsqueeze(1)).squeeze(1)
        kind = t.a.get("reduction", "mean")
        l = each if kind == "none" else each.sum() if kind == "sum" else each.sum() / weight.sum()
        return [l, x]
    return run


def attention(t):
    q, k, v = t[0], t[1], t[2]
    packed = q.dim() == 3
    if packed:
        split = lambda x, h: x.reshape(x.shape[0], x.shape[1], h, -1).transpose(1, 2)
        q, k, v = split(q, t.a["q_num_heads"]), split(k, t.a["kv_num_heads"]), split(v, t.a["kv_num_heads"])
    if t[4] is not None:
        k, v = torch.cat([t[4], k], 2), torch.cat([t[5], v], 2)
    present = (k, v)
    n = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(n, 1), v.repeat_interleave(n, 1)
    if any(t.a.get(w, -1) != -1 for w in ("left_window_size", "right_window_size")):
        raise Lacking("a window of attention")
    scores = q @ k.transpose(2, 3) * t.a.get("scale", 1 / math.sqrt(q.shape[-1]))
    mode, raw = t.a.get("qk_matmul_output_mode", 0), scores
    if t.a.get("softcap", 0) > 0:
        scores = torch.tanh(scores / t.a["softcap"]) * t.a["softcap"]
    capped = scores
    T, S = scores.shape[-2:]
    if t[3] is not None:
        mask = t[3]
        if mask.shape[-1] < S:
            mask = F.pad(mask, (0, S - mask.shape[-1]), value=False if mask.dtype == torch.bool else -torch.inf)
        scores = scores.masked_fill(~mask, -torch.inf) if mask.dtype == torch.bool else scores + mask
    if t[6] is not None:
        scores = scores.masked_fill(torch.arange(S) >= t[6].reshape(-1, 1, 1, 1), -torch.inf)
    if t.a.get("is_causal", 0):
        past = t[4].shape[2] if t[4] is not None else (t[6].reshape(-1, 1, 1, 1) - T if t[6] is not None else 0)
        scores = scores.masked_fill(torch.arange(S) > torch.arange(T).unsqueeze(1) + past, -torch.inf)
    weights = torch.ops.aten._safe_softmax(scores, -1)
    y = weights @ v
    if packed:
        y = y.transpose(1, 2).reshape(y.shape[0], y.shape[2], -1)
    return [y, *present, [raw, scores, capped, weights][mode]]


def gather(t):
    axis = t.a.get("axis", 0) % t[0].dim()
    indices = t[1].long() % t[0].shape[axis]
    picked = t[0].index_select(axis, indices.flatten())
    return picked.reshape(*t[0].shape[:axis], *indices.shape, *t[0].shape[axis + 1:])


def gather_elements(t):
    axis = t.a.get("axis", 0)
    return t[0].gather(axis, t[1].long() % t[0].shape[axis])


def scatter_elements(t):
    axis, how = t.a.get("axis", 0), t.a.get("reduction", "none")
    indices = t[1].long() % t[0].shape[axis]
    if how == "none":
        return t[0].scatter(axis, indices, t[2])
    if how == "add":
        return t[0].scatter_add(axis, indices, t[2])
    return t[0].scatter_reduce(axis, indices, t[2], {"mul": "prod", "max": "amax", "min": "amin"}[how])


def slice_(t):
    x = t[0]
    starts, ends = t.ints(1, "starts"), t.ints(2, "ends")
    at = t.ints(3, "axes") or list(range(len(starts)))
    for start, end, axis, step in zip(starts, ends, at, t.ints(4) or [1] * len(at)):
        indices = torch.arange(x.shape[axis])[slice(start, None if end < -x.shape[axis] and step < 0 else end)] if step == 1 else \
            torch.tensor(list(range(x.shape[axis]))[slice(start, None if end < -x.shape[axis] else end, step)], dtype=torch.long)
        x = x.index_select(axis, indices)
    return x


def split(t):
    axis = t.a.get("axis", 0)
    sizes = t.ints(1, "split")
    if sizes is None:
        n = t.a.get("num_outputs", t.outputs)
        return list(t[0].split(-(-t[0].shape[axis] // n), axis))
    return list(t[0].split(sizes, axis))


def reshape(t):
    shape = t.ints(1, "shape")
    if not t.a.get("allowzero", 0):
        shape = [t[0].shape[i] if d == 0 else d for i, d in enumerate(shape)]
    return torch.reshape(t[0], shape)


def squeeze(t):
    at = t.ints(1, "axes")
    return t[0].squeeze() if at is None else t[0].squeeze(tuple(at))


def unsqueeze(t):
    x, at = t[0], t.ints(1, "axes")
    rank = x.dim() + len(at)
    for a in sorted(a % rank for a in at):
        x = x.unsqueeze(a)
    return x


def pad(t):
    if t[3] is not None or t.a.get("mode", "constant") != "constant":
        raise Lacking("pads by axes or of other modes")
    pads = t.ints(1, "pads")
    n = len(pads) // 2
    flat = [p for i in reversed(range(n)) for p in (pads[i], pads[n + i])]
    fill = t[2] if t[2] is not None else t.a.get("value", 0)
    if torch.is_tensor(fill) and fill.requires_grad:
        raise Lacking("the gradient of a fill")
    return F.pad(t[0], flat, value=float(fill))


def conv_pads(t, rank, kernel):
    """Returns the pads before and after each axis."""
    auto, strides, dilations = t.a.get("auto_pad", "NOTSET"), t.a.get("strides", [1] * rank), t.a.get("dilations", [1] * rank)
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        pairs = []
        for i in range(rank):
            size = t[0].shape[2 + i]
            total = max((-(-size // strides[i]) - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - size, 0)
            small = total // 2
            pairs.append((small, total - small) if auto == "SAME_UPPER" else (total - small, small))
        return pairs, strides, dilations
    pads = t.a.get("pads", [0] * 2 * rank) if auto == "NOTSET" else [0] * 2 * rank
    return [(pads[i], pads[rank + i]) for i in range(rank)], strides, dilations


def padded(x, pairs, fill=0.0):
    return F.pad(x, [p for pair in reversed(pairs) for p in pair], value=fill)


def conv(t):
    rank = t[0].dim() - 2
    pairs, strides, dilations = conv_pads(t, rank, t[1].shape[2:])
    f = [F.conv1d, F.conv2d, F.conv3d][rank - 1]
    return f(padded(t[0], pairs), t[1], t[2], strides, 0, dilations, t.a.get("group", 1))


def max_pool(t):
    rank = t[0].dim() - 2
    if t.a.get("ceil_mode", 0) or t.outputs > 1:
        raise Lacking("pooling that rounds up, or gives places")
    kernel = t.a["kernel_shape"]
    pairs, strides, dilations = conv_pads(t, rank, kernel)
    f = [F.max_pool1d, F.max_pool2d, F.max_pool3d][rank - 1]
    return f(padded(t[0], pairs, -torch.inf), kernel, strides, 0, dilations)


def average_pool(t):
    rank = t[0].dim() - 2
    if t.a.get("ceil_mode", 0) or any(d != 1 for d in t.a.get("dilations", [])):
        raise Lacking("pooling that rounds up, or dilated")
    kernel = t.a["kernel_shape"]
    pairs, strides, _ = conv_pads(t, rank, kernel)
    f = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][rank - 1]
    total = f(padded(t[0], pairs), kernel, strides)
    if t.a.get("count_include_pad", 0):
        return total
    return total / f(padded(torch.ones_like(t[0]), pairs), kernel, strides)


def layer_norm(t):
    axis = t.a.get("axis", -1) % t[0].dim()
    at = list(range(axis, t[0].dim()))
    mean = t[0].mean(at, keepdim=True)
    inverse = ((t[0] - mean).square().mean(at, keepdim=True) + t.a.get("epsilon", 1e-5)).rsqrt()
    y = (t[0] - mean) * inverse * t[1]
    return [y if t[2] is None else y + t[2], mean, inverse]


def rms_norm(t):
    axis = t.a.get("axis", -1) % t[0].dim()
    at = list(range(axis, t[0].dim()))
    return t[0] * (t[0].square().mean(at, keepdim=True) + t.a.get("epsilon", 1e-5)).rsqrt() * t[1]


def channels(v, x):
    return v.reshape(1, -1, *[1] * (x.dim() - 2))


def batch_norm(t):
    if t.a.get("training_mode", 0):
        raise Lacking("batch statistics")
    x = t[0]
    return F.batch_norm(x, t[3], t[4], t[1], t[2], False, 0, t.a.get("epsilon", 1e-5)) if not t[3].requires_grad else \
        (x - channels(t[3], x)) * (channels(t[4], x) + t.a.get("epsilon", 1e-5)).rsqrt() * channels(t[1], x) + channels(t[2], x)


def instance_norm(t):
    at = list(range(2, t[0].dim()))
    mean = t[0].mean(at, keepdim=True)
    inverse = ((t[0] - mean).square().mean(at, keepdim=True) + t.a.get("epsilon", 1e-5)).rsqrt()
    return (t[0] - mean) * inverse * channels(t[1], t[0]) + channels(t[2], t[0])


def group_norm(t):
    if t.opset < 21:
        raise Lacking("GroupNormalization before 21")
    return F.group_norm(t[0], t.a["num_groups"], t[1], t[2], t.a.get("epsilon", 1e-5))


def mean_variance(t):
    at = t.a.get("axes", [0, 2, 3])
    return (t[0] - t[0].mean(at, keepdim=True)) / (t[0].var(at, unbiased=False, keepdim=True).sqrt() + 1e-9)


def grid_sample(t):
    mode = {"linear": "bilinear", "cubic": "bicubic"}.get(t.a.get("mode", "linear"), t.a.get("mode"))
    return F.grid_sample(t[0], t[1], mode, t.a.get("padding_mode", "zeros"), bool(t.a.get("align_corners", 0)))


def recurrent(t):
    """Computes an RNN with tanh in one direction or two, step by step, because PyTorch has no sequence lengths."""
    if t.a.get("activations", ["Tanh"] * 2)[0] not in ("Tanh", b"Tanh") or t.a.get("layout", 0) or "clip" in t.a:
        raise Lacking("another RNN")
    x, T, B, H = t[0], t[0].shape[0], t[0].shape[1], t.a["hidden_size"]
    directions = {"forward": [0], "reverse": [1], "bidirectional": [0, 1]}[t.a.get("direction", "forward")]
    lengths = t[4].long() if t[4] is not None else torch.full((B,), T)
    outs, lasts = [], []
    for d, backwards in enumerate(directions):
        h = t[5][d] if t[5] is not None else torch.zeros(B, H, dtype=D)
        bias = (t[3][d][:H] + t[3][d][H:]) if t[3] is not None else 0
        ys = [None] * T
        for s in reversed(range(T)) if backwards else range(T):
            live = (s < lengths).unsqueeze(1)
            h = torch.where(live, torch.tanh(x[s] @ t[1][d].T + h @ t[2][d].T + bias), h)
            ys[s] = torch.where(live, h, 0.0)
        outs.append(torch.stack(ys))
        lasts.append(h)
    return [torch.stack(outs, 1), torch.stack(lasts)]


def gemm(t):
    a, b = (t[0].T if t.a.get("transA") else t[0]), (t[1].T if t.a.get("transB") else t[1])
    y = t.a.get("alpha", 1.0) * (a @ b)
    return y if t[2] is None else y + t.a.get("beta", 1.0) * t[2]


def cast(t, to):
    if to in FLOATING:
        x = t[0]
        if to in (10, 16) and not (torch.is_tensor(x) and x.requires_grad):
            x = x.to(torch.float16 if to == 10 else torch.bfloat16)
        return x.to(D)
    if to not in DTYPES:
        raise Lacking(f"a cast to {to}")
    return t[0].to(DTYPES[to])


def cum_sum(t):
    axis, x = int(t[1]), t[0]
    x = x.flip(axis) if t.a.get("reverse") else x
    y = x.cumsum(axis)
    y = y - x if t.a.get("exclusive") else y
    return y.flip(axis) if t.a.get("reverse") else y


def top_k(t):
    if t.opset < 10:
        raise Lacking("TopK before 10")
    values, places = t[0].topk(int(t[1]), t.a.get("axis", -1), bool(t.a.get("largest", 1)), True)
    return [values, places]


def trilu(t):
    k = int(t[1]) if t[1] is not None else 0
    return t[0].triu(k) if t.a.get("upper", 1) else t[0].tril(k)


def constant(t):
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in t.a:
            v = t.a[name]
            return v if torch.is_tensor(v) else torch.tensor(v, dtype=D if "float" in name else torch.int64)
    raise Lacking("a constant of text")


def dropout(t):
    if t[2] is not None and bool(t[2]) and (t[1] is None or float(t[1]) > 0):
        raise Lacking("random numbers")
    return [t[0] * 1, torch.ones_like(t[0], dtype=torch.bool)]


def lp_normalization(t):
    return F.normalize(t[0], t.a.get("p", 2), t.a.get("axis", -1), eps=0)


def mod(t):
    return torch.fmod(t[0], t[1]) if t.a.get("fmod", 0) else torch.remainder(t[0], t[1])


def div(t):
    return t[0] / t[1] if t[0].is_floating_point() else torch.div(t[0], t[1], rounding_mode="trunc")


def power(t):
    return t[0].pow(t[1]) if t[0].is_floating_point() or not t[1].is_floating_point() else t[0].double().pow(t[1]).to(t[0].dtype)


def shape(t):
    s = list(t[0].shape)
    return torch.tensor(s[t.a.get("start", 0):t.a.get("end", len(s))], dtype=torch.int64)


def expand(t):
    return t[0].expand(torch.broadcast_shapes(t[0].shape, tuple(int(v) for v in t[1])))


def prelu(t):
    return torch.where(t[0] > 0, t[0], t[0] * t[1])


TABLE = {
    "Abs": lambda t: t[0].abs(), "Acos": lambda t: t[0].acos(), "Acosh": lambda t: t[0].acosh(), "Add": lambda t: t[0] + t[1],
    "And": lambda t: t[0] & t[1], "Asin": lambda t: t[0].asin(), "Asinh": lambda t: t[0].asinh(), "Atan": lambda t: t[0].atan(),
    "Atanh": lambda t: t[0].atanh(), "Attention": attention, "AveragePool": average_pool, "BatchNormalization": batch_norm,
    "Cast": lambda t: cast(t, t.a["to"]), "Ceil": lambda t: t[0].ceil(), "Celu": lambda t: F.celu(t[0], t.a.get("alpha", 1.0)),
    "Clip": clip, "Concat": lambda t: torch.cat(t.x, t.a["axis"]), "Constant": constant,
    "ConstantOfShape": lambda t: torch.full([int(v) for v in t[0]], t.a["value"].item() if "value" in t.a else 0.0,
                                            dtype=t.a["value"].dtype if "value" in t.a else D),
    "Conv": conv, "Cos": lambda t: t[0].cos(), "Cosh": lambda t: t[0].cosh(), "CumSum": cum_sum, "Det": lambda t: torch.linalg.det(t[0]),
    "Div": div, "Dropout": dropout, "Einsum": lambda t: torch.einsum(t.a["equation"], *t.x),
    "Elu": lambda t: F.elu(t[0], t.a.get("alpha", 1.0)), "Equal": lambda t: t[0] == t[1], "Erf": lambda t: t[0].erf(),
    "Exp": lambda t: t[0].exp(), "Expand": expand, "Flatten": lambda t: flatten(t[0], t.a.get("axis", 1)),
    "Floor": lambda t: t[0].floor(), "Gather": gather, "GatherElements": gather_elements,
    "Gelu": lambda t: F.gelu(t[0], approximate=t.a.get("approximate", "none")), "Gemm": gemm,
    "GlobalAveragePool": lambda t: t[0].mean(list(range(2, t[0].dim())), keepdim=True),
    "GlobalMaxPool": lambda t: t[0].amax(list(range(2, t[0].dim())), keepdim=True),
    "Greater": lambda t: t[0] > t[1], "GreaterOrEqual": lambda t: t[0] >= t[1], "GroupNormalization": group_norm,
    "GridSample": grid_sample, "MeanVarianceNormalization": mean_variance, "RNN": recurrent,
    "HardSigmoid": lambda t: (t.a.get("alpha", 0.2) * t[0] + t.a.get("beta", 0.5)).clamp(0, 1),
    "HardSwish": lambda t: F.hardswish(t[0]), "Identity": lambda t: t[0] * 1 if t[0].is_floating_point() else t[0],
    "InstanceNormalization": instance_norm, "IsNaN": lambda t: t[0].isnan(), "IsInf": lambda t: t[0].isinf(),
    "LayerNormalization": layer_norm, "LeakyRelu": lambda t: F.leaky_relu(t[0], t.a.get("alpha", 0.01)),
    "Less": lambda t: t[0] < t[1], "LessOrEqual": lambda t: t[0] <= t[1], "Log": lambda t: t[0].log(),
    "LogSoftmax": softmax(F.log_softmax), "LpNormalization": lp_normalization, "MatMul": lambda t: t[0] @ t[1],
    "Max": extremum(torch.amax), "MaxPool": max_pool, "Mean": lambda t: sum(t.x) / len(t.x), "Min": extremum(torch.amin),
    "Mish": lambda t: F.mish(t[0]), "Mod": mod, "Mul": lambda t: t[0] * t[1], "Neg": lambda t: -t[0],
    "NegativeLogLikelihoodLoss": loss(lambda x: x), "Not": lambda t: ~t[0], "Or": lambda t: t[0] | t[1], "PRelu": prelu, "Pad": pad,
    "Pow": power, "RMSNormalization": rms_norm,
    "Range": lambda t: t[0] + t[2] * torch.arange(max(0, math.ceil(float((t[1] - t[0]) / t[2]))), dtype=t[0].dtype),
    "Reciprocal": lambda t: t[0].reciprocal(), "ReduceL1": reduction(norm(1)), "ReduceL2": reduction(norm(2)),
    "ReduceLogSum": reduction(lambda x, at, k: x.sum(at, keepdim=k).log()),
    "ReduceLogSumExp": reduction(lambda x, at, k: x.logsumexp(at, k)), "ReduceMax": reduction(lambda x, at, k: x.amax(at, k)),
    "ReduceMean": reduction(lambda x, at, k: x.mean(at, k)), "ReduceMin": reduction(lambda x, at, k: x.amin(at, k)),
    "ReduceProd": reduction(prod), "ReduceSum": reduction(lambda x, at, k: x.sum(at, k)),
    "ReduceSumSquare": reduction(lambda x, at, k: x.square().sum(at, k)), "Relu": lambda t: t[0].relu(), "Reshape": reshape,
    "Round": lambda t: t[0].round(), "ScatterElements": scatter_elements, "Scatter": scatter_elements,
    "Selu": lambda t: t.a.get("gamma", 1.0507010221481323) * F.elu(t[0], t.a.get("alpha", 1.6732631921768188)), "Shape": shape,
    "Shrink": lambda t: torch.where(t[0] < -t.a.get("lambd", 0.5), t[0] + t.a.get("bias", 0.0),
                                    torch.where(t[0] > t.a.get("lambd", 0.5), t[0] - t.a.get("bias", 0.0), 0.0)),
    "Sigmoid": lambda t: t[0].sigmoid(), "Sign": lambda t: t[0].sign(), "Sin": lambda t: t[0].sin(), "Sinh": lambda t: t[0].sinh(),
    "Size": lambda t: torch.tensor(t[0].numel()), "Slice": slice_, "Softmax": softmax(F.softmax),
    "SoftmaxCrossEntropyLoss": loss(lambda x: F.log_softmax(x, 1)), "Softplus": lambda t: F.softplus(t[0], threshold=1e3),
    "Softsign": lambda t: F.softsign(t[0]), "Split": split, "Sqrt": lambda t: t[0].sqrt(), "Squeeze": squeeze,
    "Sub": lambda t: t[0] - t[1], "Sum": lambda t: sum(t.x), "Swish": lambda t: t[0] * (t.a.get("alpha", 1.0) * t[0]).sigmoid(),
    "Tan": lambda t: t[0].tan(), "Tanh": lambda t: t[0].tanh(),
    "ThresholdedRelu": lambda t: F.threshold(t[0], t.a.get("alpha", 1.0), 0.0),
    "Tile": lambda t: t[0].repeat([int(v) for v in t[1]]), "TopK": top_k,
    "Transpose": lambda t: t[0].permute(t.a.get("perm", list(reversed(range(t[0].dim()))))), "Trilu": trilu, "Unsqueeze": unsqueeze,
    "Where": lambda t: torch.where(t[0], t[1], t[2]), "Xor": lambda t: t[0] ^ t[1],
}


def tensor_of(array):
    a = np.asarray(array)
    if a.dtype.name in ("float16", "bfloat16", "float32", "float64"):
        return torch.tensor(a.astype(np.float64))
    if a.dtype.name in ("uint16", "uint32", "uint64"):
        return torch.tensor(a.astype(np.int64))
    if a.dtype.kind not in "iub":
        raise Lacking(f"numbers of type {a.dtype.name}")
    return torch.tensor(a)


def attributes_of(node):
    found = {}
    for a in node.attribute:
        if a.type == onnx.AttributeProto.GRAPH:
            raise Lacking(f"{node.op_type} with a body")
        v = helper.get_attribute_value(a)
        found[a.name] = tensor_of(numpy_helper.to_array(v)) if isinstance(v, onnx.TensorProto) else \
            v.decode() if isinstance(v, bytes) else v
    return found


def evaluate(model, values):
    opset = max(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
    for i in model.graph.initializer:
        values[i.name] = tensor_of(numpy_helper.to_array(i))
    types = {v.name: v.type.tensor_type.elem_type for v in model.graph.value_info}
    for node in model.graph.node:
        x = [values[n] if n else None for n in node.input]
        attributes = attributes_of(node)
        if node.op_type == "CastLike" and node.domain == "":
            like = x[1]
            y = x[0].to(D if like.is_floating_point() else like.dtype)
        elif node.domain not in ("", "ai.onnx") or node.op_type not in TABLE:
            raise Lacking(f"no {node.op_type}")
        else:
            y = TABLE[node.op_type](At(x, attributes, opset, len(node.output)))
        for name, v in zip(node.output, y if isinstance(y, (list, tuple)) else [y]):
            values[name] = v


def gradients(model, feeds, cotangents, wrt, stored):
    """Returns the gradients of sum(output * cotangent) by input; zeros if nothing depends on an input."""
    try:
        values = {n: tensor_of(a) for n, a in feeds.items()}
        for n in wrt:
            values[n].requires_grad_()
        leaves = {n: values[n] for n in wrt}
        evaluate(model, values)
        half = any(np.asarray(a).dtype.name in HALF for a in feeds.values())
        total = torch.zeros((), dtype=D)
        for n, c in cotangents.items():
            got, right = values[n].detach().numpy(), stored[n].astype(np.float64)
            if got.shape != right.shape or not np.allclose(got, right, rtol=1e-2 if half else 1e-3, atol=1e-2 if half else 1e-5, equal_nan=True):
                raise Lacking(f"PyTorch computes another {n}")
            total = total + (values[n] * tensor_of(c)).sum()
        found = torch.autograd.grad(total, list(leaves.values()), allow_unused=True) if total.requires_grad else [None] * len(leaves)
    except Lacking:
        raise
    except Exception as problem:
        raise Lacking(f"{type(problem).__name__} {str(problem)[:80]}")
    # A softmax of -infinities is NaN, and so is its gradient, although a Where replaces it; PyTorch's attention avoids this.
    if any(g is not None and g.isnan().any() for g in found) and not torch.isnan(total):
        raise Lacking("PyTorch's gradient of these operators one by one is NaN")
    return {n: (np.zeros(v.shape) if g is None else g.numpy()) for (n, v), g in zip(leaves.items(), found)}
