"""Writes models with masked rows, and PyTorch's loss and gradients of each: python tools/golden/masked.py

Attention whose queries may see no key, as PyTorch's two exporters write it, and classification losses with learned class
weights, ignored targets and int32 targets. Loss and gradients are computed in float64.
"""

import json
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto as T
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional as F

from shared import ROOT

warnings.simplefilter("ignore")
FOLDER = ROOT / "masked"


class Attention(nn.Module):
    def __init__(self, how):
        super().__init__()
        self.q, self.k, self.v, self.how = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4), how

    def forward(self, x, mask):
        q, k, v = (f(x).unsqueeze(1) for f in (self.q, self.k, self.v))
        if self.how == "safe":
            scores = (q @ k.transpose(2, 3) / 2).masked_fill(~mask, -torch.inf)
            y = torch.ops.aten._safe_softmax(scores, -1) @ v
        else:
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return (y**2).mean()


def listed(t):
    values = t.detach().double().numpy().ravel().tolist()
    return [v if np.isfinite(v) else ("NaN" if np.isnan(v) else ("Infinity" if v > 0 else "-Infinity")) for v in values]


def tensor_of(t):
    name = {torch.bool: "bool", torch.float32: "float32", torch.float16: "float16", torch.int32: "int32", torch.int64: "int64"}[t.dtype]
    return {"dtype": name, "shape": list(t.shape), "data": [int(v) for v in t.ravel()] if not t.is_floating_point() else listed(t)}


def attention(name, how, opset, dynamo, half=False, additive=False):
    torch.manual_seed(len(name))
    model, x = Attention(how).eval(), torch.randn(2, 3, 4)
    # The first query of the second example sees nothing, and no query sees later positions.
    mask = torch.tril(torch.ones(3, 3, dtype=torch.bool)).expand(2, 1, 3, 3).clone()
    mask[1, :, :, 0] = False
    given = torch.zeros(2, 1, 3, 3).masked_fill(~mask, -torch.inf) if additive else mask
    if half:
        model, x = model.half(), x.half()
    wide = Attention(how).double()
    wide.load_state_dict(model.state_dict())
    loss = wide(x.double(), given.double() if additive else given)
    loss.backward()
    file = FOLDER / f"{name}.onnx"
    torch.onnx.export(model, (x, given), file, dynamo=dynamo, opset_version=opset, input_names=["x", "mask"], output_names=["loss"],
                      verbose=False, **({"external_data": False} if dynamo else {}))
    # PyTorch's notes about its source are useless here, and name folders.
    written = onnx.load(file)
    for part in (written, written.graph, *written.graph.node, *written.graph.value_info, *written.graph.input, *written.graph.output):
        part.ClearField("metadata_props")
    for node in written.graph.node:
        node.ClearField("doc_string")
    onnx.save(written, file)
    return {"feeds": {"x": tensor_of(x), "mask": tensor_of(given)}, "loss": listed(loss)[0], "gradients": gradients_by_value(wide, written)}


def gradients_by_value(wide, model):
    """Returns the gradients by the names that an exporter gave the initializers."""
    grads = {}
    for i in model.graph.initializer:
        a = numpy_helper.to_array(i)
        for p in wide.parameters():
            own = p.detach().numpy().astype(a.dtype)
            # The exporters transpose the weights of linear layers.
            for turned, grad in ((own, p.grad), (own.T, p.grad.T)):
                if a.shape == turned.shape and a.size > 1 and np.array_equal(a, turned):
                    grads[i.name] = listed(grad)
    assert len(grads) == 6, grads.keys()
    return grads


def reported(name, weights):
    """Writes a model from a bug report, with its weights put into PyTorch; `weights` are the names of q, k and v."""
    model = onnx.load(FOLDER / f"{name}.onnx")
    found = {i.name: torch.tensor(numpy_helper.to_array(i)) for i in model.graph.initializer}
    wide = Attention("sdpa").double()
    for part, weight in zip("qkv", weights):
        getattr(wide, part).weight.data = found[weight].T.double()
        getattr(wide, part).bias.data = found[f"{part}.bias"].double()
    given = json.loads((FOLDER / "reported.json").read_text())
    x, mask = torch.tensor(given["x"]).view(2, 3, 4), torch.tensor(given["mask"]).bool().view(2, 1, 3, 3)
    loss = wide(x.double(), mask)
    loss.backward()
    return {"feeds": {"x": tensor_of(x), "mask": tensor_of(mask)}, "loss": listed(loss)[0], "gradients": gradients_by_value(wide, model)}


def classes(name, op, reduction, targets, ignore=None, int32=False, learned=True):
    """Returns a loss of scores `x` and class weights exp(v), with the gradient of each."""
    torch.manual_seed(len(name))
    shape = (2, 5, 3) if np.ndim(targets) == 2 else (4, 5)
    x = torch.randn(*shape, dtype=torch.float64).float().double().requires_grad_()
    v = torch.randn(5, dtype=torch.float64).float().double().requires_grad_() if learned else None
    t = torch.tensor(targets)
    # By hand, because PyTorch's nll_loss gives no gradient of its weights; ignored targets are in neither sum.
    log = x.log_softmax(1) if op == "SoftmaxCrossEntropyLoss" else x
    kept = t != ignore if ignore is not None else torch.ones_like(t, dtype=torch.bool)
    inside = torch.where(kept, t, 0)
    weight = v.exp()[inside] if learned else torch.ones(t.shape, dtype=torch.float64)
    each = torch.where(kept, -weight * log.gather(1, inside.unsqueeze(1)).squeeze(1), 0.0)
    whole = each.sum() / torch.where(kept, weight, 0.0).sum()
    loss = {"sum": each.sum(), "none": (each * torch.arange(1.0, t.numel() + 1).double().view(t.shape)).sum(), "mean": whole}[reduction]
    native = F.cross_entropy if op == "SoftmaxCrossEntropyLoss" else F.nll_loss
    weights = v.exp().detach() if learned else None
    x2 = x.detach().clone().requires_grad_()
    own = native(x2, t, weight=weights, reduction=reduction, **({} if ignore is None else {"ignore_index": ignore}))
    if reduction == "none":
        own = (own * torch.arange(1.0, t.numel() + 1).double().view(t.shape)).sum()
    assert torch.allclose(own, loss, equal_nan=True), (own, loss)
    # If all targets are ignored, PyTorch's own gradient of the scores is 0, and nothing depends on the weights.
    own.backward()
    if kept.any():
        loss.backward()
        assert torch.allclose(x.grad, x2.grad)
    zeros = lambda p: p.grad if p.grad is not None else torch.zeros_like(p)
    grads = {"x": listed(x2.grad), **({"v": listed(zeros(v))} if learned else {})}
    code = T.INT32 if int32 else T.INT64
    nodes = [helper.make_node("Exp", ["v"], ["weights"])] if learned else []
    attributes = {"reduction": reduction, **({} if ignore is None else {"ignore_index": ignore})}
    nodes.append(helper.make_node(op, ["x", "t", *(["weights"] if learned else [])], ["each"], **attributes))
    constants = [numpy_helper.from_array(x.detach().numpy().astype(np.float32), "x")]
    if learned:
        constants.append(numpy_helper.from_array(v.detach().numpy().astype(np.float32), "v"))
    if reduction == "none":
        place = np.arange(1, t.numel() + 1, dtype=np.float32).reshape(t.shape)
        constants.append(numpy_helper.from_array(place, "place"))
        nodes += [helper.make_node("Mul", ["each", "place"], ["placed"]),
                  helper.make_node("ReduceSum", ["placed"], ["loss"], keepdims=0)]
    else:
        nodes[-1].output[0] = "loss"
    graph = helper.make_graph(nodes, name, [helper.make_tensor_value_info("t", code, t.shape)],
                              [helper.make_tensor_value_info("loss", T.FLOAT, [])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10, producer_name="")
    onnx.checker.check_model(model, full_check=True)
    (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString())
    return {"feeds": {"t": tensor_of(t.int() if int32 else t)}, "loss": listed(loss)[0], "gradients": grads}


def main():
    FOLDER.mkdir(exist_ok=True)
    S, N = "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"
    line, square = [0, 4, 2, 4], [[0, 1, 4], [2, 2, 3]]
    expected = {
        "reported_23": reported("reported_23", ["val_0", "val_3", "val_5"]),
        "reported_script": reported("reported_script", [f"onnx::MatMul_{n}" for n in (50, 51, 52)]),
        # The reported loss and gradient, as torch printed them.
        "reported_weights": {"feeds": {"x": tensor_of(torch.linspace(-1, 1, 12).view(4, 3))}, "loss": 4.43841,
                             "gradients": {"v": [1.2914, 2.2192, 0.9278]}},
        "attention": attention("attention", "sdpa", 23, True),
        "attention_additive": attention("attention_additive", "sdpa", 23, True, additive=True),
        "attention_half": attention("attention_half", "sdpa", 23, True, half=True),
        "attention_is_nan": attention("attention_is_nan", "sdpa", 17, False),
        "attention_safe_softmax": attention("attention_safe_softmax", "safe", 20, True),
        "weights_sum": classes("weights_sum", S, "sum", line),
        "weights_mean": classes("weights_mean", S, "mean", line, ignore=2),
        "weights_none": classes("weights_none", S, "none", square, ignore=-1, int32=True),
        "weights_square_mean": classes("weights_square_mean", S, "mean", square, ignore=4),
        "weights_likelihood": classes("weights_likelihood", N, "mean", square),
        "weights_likelihood_none": classes("weights_likelihood_none", N, "none", line, ignore=0, int32=True),
        "int32": classes("int32", S, "mean", line, int32=True, learned=False),
        "int32_outside": classes("int32_outside", S, "sum", [-100, 1, -100, 4], ignore=-100, int32=True, learned=False),
        "int32_likelihood": classes("int32_likelihood", N, "mean", square, ignore=77, int32=True, learned=False),
    }
    for reduction in ("mean", "sum", "none"):
        for learned in (False, True):
            for op, short in ((S, "entropy"), (N, "likelihood")):
                name = f"ignored_{short}_{reduction}{'_weights' if learned else ''}"
                inside = 3 if short == "likelihood" else -100
                expected[name] = classes(name, op, reduction, [inside] * 4, ignore=inside, learned=learned)
    versions = {"torch": torch.__version__.split("+")[0], "onnx": onnx.__version__}
    (FOLDER / "expected.json").write_text(json.dumps({"versions": versions, "models": expected}) + "\n")


main()
