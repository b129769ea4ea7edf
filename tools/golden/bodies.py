"""Writes tests/golden/bodies: small models with control flow, most of whose bodies declare no types, and PyTorch's gradients.

python tools/golden/bodies.py (onnx 1.23, torch 2.15). Models that are not written here are given: inputs that went wrong.
"""
import json
import pathlib

import numpy as np
import onnx
import torch
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

OUT = pathlib.Path(__file__).parents[2] / "tests/golden/bodies"
GOLDEN = {}
NAMED = {"i": (T.INT64, []), "c": (T.BOOL, []), "c_out": (T.BOOL, [])}


def value(name):
    """Returns a value without a type, except those of a Loop for which ONNX Runtime requires one."""
    return h.make_tensor_value_info(name, *NAMED[name]) if name in NAMED else onnx.ValueInfoProto(name=name)


def body(nodes, inputs, outputs):
    return h.make_graph(nodes, "body", [value(n) for n in inputs], [value(n) for n in outputs])


def save(name, nodes, x, constants, formula):
    """Saves a model of the input x and constants; the loss is the sum of the squares of `y`, which `formula` computes."""
    nodes = [*nodes, h.make_node("ReduceSumSquare", ["y"], ["loss"], keepdims=0)]
    inputs = [h.make_tensor_value_info("x", T.FLOAT, x)]
    held = [nh.from_array(np.array(v), k) for k, v in constants.items()]
    graph = h.make_graph(nodes, name, inputs, [h.make_tensor_value_info("loss", T.FLOAT, [])], held)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, OUT / f"{name}.onnx")
    golden(name, x, {k: v for k, v in constants.items() if k in ("w", "h0")}, lambda *a: (formula(*a) ** 2).sum())


def golden(name, x, parameters, loss):
    """Returns PyTorch's loss and gradients in float64, for x from -1 to 1 in equal steps."""
    leaves = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in parameters.values()]
    at = torch.linspace(-1, 1, int(np.prod(x)), dtype=torch.float64).reshape(x)
    value = loss(at, *leaves)
    gradients = torch.autograd.grad(value, leaves)
    GOLDEN[name] = {"x": x, "loss": value.item(),
                    "gradients": {k: g.flatten().tolist() for k, g in zip(parameters, gradients)}}


def recurrence(rows, w, h):
    hs = []
    for row in rows:
        h = torch.tanh(w * h + row)
        hs.append(h)
    return torch.stack(hs)


def branches(x, w, h):
    ys = []
    for column in x.flip(1).T:
        h = (h * w if column.sum() > 0 else torch.sin(h)) + column
        ys.append(h * h)
    return torch.stack(ys, 1)


N = h.make_node
W = np.array([0.5, -0.3, 0.8], np.float32)
H0 = np.array([0.1, 0.2, 0.3], np.float32)
ZERO, ONE, ROW = np.array([0]), np.array([1]), np.array(1)
STEP = [N("Mul", ["h", "w"], ["a"]), N("Add", ["a", "xt"], ["b"]), N("Tanh", ["b"], ["h_out"])]
GO_ON = N("Identity", ["c"], ["c_out"])
OUT.mkdir(exist_ok=True)

# h' = tanh(w h + x), by a Loop that gathers the rows of x itself.
rows = body([N("Gather", ["x", "i"], ["xt"], axis=0), *STEP, N("Identity", ["h_out"], ["out"]), GO_ON],
            ["i", "c", "h"], ["c_out", "h_out", "out"])
save("loop_untyped", [N("Loop", ["n", "", "h0"], ["last", "y"], body=rows)], [4, 3],
     {"w": W, "h0": H0, "n": np.array(4)}, recurrence)

# A branch in a Scan without any types; columns from the last to the first.
then = body([N("Mul", ["h", "w"], ["t"])], [], ["t"])
other = body([N("Sin", ["h"], ["e1"]), N("Unsqueeze", ["e1", "zero"], ["e2"]), N("Squeeze", ["e2", "zero"], ["e"])], [], ["e"])
branching = body([N("ReduceSum", ["xt"], ["s"], keepdims=0), N("Greater", ["s", "none"], ["positive"]),
                  N("If", ["positive"], ["q"], then_branch=then, else_branch=other),
                  N("Add", ["q", "xt"], ["h_out"]), N("Mul", ["h_out", "h_out"], ["out"])], ["h", "xt"], ["h_out", "out"])
save("scan_of_if_untyped",
     [N("Scan", ["h0", "x"], ["last", "y"], body=branching, num_scan_inputs=1, scan_input_axes=[-1],
        scan_input_directions=[1], scan_output_axes=[1])],
     [3, 4], {"w": W, "h0": H0, "zero": ZERO, "none": np.array(0, np.float32)}, branches)

# One state gets shorter at every step; another keeps its shape.
NUMBERS = np.array([[0.3, 1, -1], [2, 0.1, 0.5], [-1, -2, 0.2], [0, 1, 2]], np.float32)
cutting = body([N("Identity", ["rest"], ["rest0"]), N("Slice", ["rest0", "one", "far"], ["rest_out"]),
                N("Gather", ["rest0", "at"], ["xt"], axis=0), *STEP, GO_ON], ["i", "c", "rest", "h"],
               ["c_out", "rest_out", "h_out"])
save("loop_of_changing_shape", [N("Loop", ["n", "", "numbers", "h0"], ["left", "y"], body=cutting),
                                N("Identity", ["x"], ["unused"])],
     [1], {"w": W, "h0": H0, "n": np.array(3), "numbers": NUMBERS, "one": ONE, "far": np.array([100]), "at": np.array(0)},
     lambda x, w, h0: recurrence(torch.tensor(NUMBERS[:3]), w, h0)[-1])

# Branches of different rank, chosen by an input and by a size.
squeezed = body([N("Squeeze", ["a", "one"], ["t"])], [], ["t"])
squared = body([N("Mul", ["a", "a"], ["e"])], [], ["e"])
for name, condition, formula in [
    ("if_rank_by_values", [N("ReduceSum", ["x"], ["s"], keepdims=0), N("Less", ["s", "large"], ["k"])],
     lambda x, w: (x * w).squeeze(1)),
    ("if_rank_by_size", [N("Shape", ["a"], ["s"]), N("Gather", ["s", "row"], ["d"]), N("Less", ["d", "row"], ["k"])],
     lambda x, w: (x * w) ** 2),
]:
    save(name, [N("Mul", ["x", "w"], ["a"]), *condition, N("If", ["k"], ["y"], then_branch=squeezed, else_branch=squared)],
         [4, 1, 3], {"w": W, "one": ONE, "large": np.array(1, np.float32), "row": ROW}, formula)

# Given inputs.
for name in ("scan_typed", "scan_untyped"):
    golden(name, [4, 3], {"w": W, "h0": H0}, lambda x, w, h0: recurrence(x, w, h0).sum())
golden("if_rank", [4, 3], {"w": np.ones(3)}, lambda x, w: (x * w).sum())
for name in ("reduce_mean_0", "reduce_mean_1"):
    golden(name, [4, 3], {"w": np.ones(3)}, lambda x, w: (x * w).mean(1).sum())


class Bag(torch.nn.Module):
    """Exports an EmbeddingBag, which exporters write as a loop over the bags; the newer one collects them in a sequence."""

    def __init__(self, mode):
        super().__init__()
        self.bag = torch.nn.EmbeddingBag(5, 3, mode=mode)

    def forward(self, ids, offsets):
        return (self.bag(ids, offsets) ** 2).sum()


def save_bare(model, path):
    """Saves a model without its exporter's notes about the machine."""
    del model.metadata_props[:], model.graph.metadata_props[:]
    graphs = [model.graph]
    for graph in graphs:
        del graph.value_info[:]
        graph.doc_string = ""
        for item in [*graph.node, *graph.input, *graph.output, *graph.initializer]:
            item.doc_string = ""
            del item.metadata_props[:]
        graphs += [a.g for n in graph.node for a in n.attribute if a.HasField("g")]
    onnx.save(model, path)


for mode, dynamo in (("sum", True), ("max", True), ("mean", False)):
    torch.manual_seed(0)
    name, bag = f"embedding_bag_{mode}", Bag(mode)
    ids, offsets = torch.tensor([0, 3, 3, 4, 1, 2]), torch.tensor([0, 2, 5])
    kind = {"dynamo": True, "external_data": False} if dynamo else {"dynamo": False}
    torch.onnx.export(bag, (ids, offsets), str(OUT / f"{name}.onnx"), opset_version=20 if dynamo else 17,
                      input_names=["ids", "offsets"], output_names=["loss"], verbose=False, **kind)
    save_bare(onnx.load(OUT / f"{name}.onnx"), OUT / f"{name}.onnx")
    loss = bag(ids, offsets)
    loss.backward()
    GOLDEN[name] = {"ids": ids.tolist(), "offsets": offsets.tolist(), "loss": loss.item(),
                    "gradients": {"bag.weight": bag.bag.weight.grad.flatten().tolist()}}
(OUT / "gradients.json").write_text(json.dumps(GOLDEN, indent=1) + "\n")
