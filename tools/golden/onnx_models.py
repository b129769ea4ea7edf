"""Writes small models by Python's onnx package, and the contents that it reads from them: python tools/golden/onnx_models.py"""

import json

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from shared import ROOT, text

FOLDER = ROOT / "onnx"
F = TensorProto.FLOAT

# Descent's names of the types, by their code; without float6.
NAMES = {
    "FLOAT": "float32", "UINT8": "uint8", "INT8": "int8", "UINT16": "uint16", "INT16": "int16", "INT32": "int32",
    "INT64": "int64", "STRING": "string", "BOOL": "bool", "FLOAT16": "float16", "DOUBLE": "float64",
    "UINT32": "uint32", "UINT64": "uint64", "COMPLEX64": "complex64", "COMPLEX128": "complex128",
    "BFLOAT16": "bfloat16", "FLOAT8E4M3FN": "float8e4m3fn", "FLOAT8E4M3FNUZ": "float8e4m3fnuz",
    "FLOAT8E5M2": "float8e5m2", "FLOAT8E5M2FNUZ": "float8e5m2fnuz", "UINT4": "uint4", "INT4": "int4",
    "FLOAT4E2M1": "float4e2m1", "FLOAT8E8M0": "float8e8m0", "UINT2": "uint2", "INT2": "int2",
}
BITS = {"uint4": 4, "int4": 4, "float4e2m1": 4, "uint2": 2, "int2": 2}
STRINGS = ["", "plain", "größer → 10²", "\ufeffmark", "\U0001f600", "a\u0000b"]


def samples(name):
    """Returns values with signs, extremes and special values; an odd number of them, so packed types end with padding."""
    dtype = helper.tensor_dtype_to_np_dtype(TensorProto.DataType.Value(name))
    if dtype == np.bool_:
        return np.array([True, False, True])
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return np.array([info.min, info.max, 0, 1, info.max - 1], dtype)
    if dtype.kind == "c":
        return np.array([1 + 2j, -3.5j, complex(np.inf, -0.0)], dtype)
    if name in ("UINT4", "INT4", "UINT2", "INT2"):
        info = ml_dtypes.iinfo(dtype)
        return np.array([info.min, info.max, 0, 1, info.max], np.int32).astype(dtype)
    if name == "FLOAT4E2M1":
        return np.array([0.5, -6, 1.5, -0.0, 3], np.float32).astype(dtype)
    if name == "FLOAT8E8M0":
        return np.array([1, 2.0**-127, 2.0**127, np.nan, 0.5], np.float32).astype(dtype)
    return np.array([1.5, -2, 0.1, -0.0, 1e-3, 448, np.nan], np.float64).astype(dtype)


def plain(value):
    """Returns a number that JSON and JavaScript preserve, or a text for one that they would change."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) < 2**53 else str(int(value))
    value = float(value)
    if np.isnan(value) or np.isinf(value) or (value == 0 and np.signbit(value)):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN" if np.isnan(value) else "-0")
    return value


def packed(a, bits):
    """Returns the bytes of the elements in order, the first in the lowest bits."""
    codes = [int(c) & (2**bits - 1) for c in a.reshape(-1).view(np.uint8)]
    each = 8 // bits
    groups = [codes[i : i + each] for i in range(0, len(codes), each)]
    return [sum(c << (bits * i) for i, c in enumerate(g)) for g in groups]


def expected(tensor):
    """Returns the expected result of Descent's decodeTensor: numbers, or bits for types without an array, with their numbers."""
    name = NAMES[TensorProto.DataType.Name(tensor.data_type)]
    a = np.asarray(numpy_helper.to_array(tensor))
    row = {"dtype": name, "shape": list(tensor.dims)}
    flat = a.reshape(-1)
    if name == "string":
        return {**row, "data": [str(s) for s in flat]}
    if name in BITS:
        return {**row, "data": packed(flat, BITS[name])}
    if name == "bfloat16":
        return {**row, "data": flat.view(np.uint16).tolist(), "numbers": [plain(v) for v in flat.astype(np.float64)]}
    if name.startswith("float8"):
        return {**row, "data": flat.view(np.uint8).tolist()}
    if name.startswith("complex"):
        return {**row, "data": [plain(p) for v in flat for p in (v.real, v.imag)]}
    return {**row, "data": [plain(v) for v in flat]}


def types(raw):
    """Writes one initializer of every type, in raw bytes or in the typed fields; strings have only the latter."""
    tensors = []
    for name, ours in NAMES.items():
        if name == "STRING":
            tensors.append(numpy_helper.from_array(np.array(STRINGS, object).reshape(2, 3), ours))
            continue
        a = samples(name)
        t = numpy_helper.from_array(a, ours) if raw else helper.make_tensor(
            ours, TensorProto.DataType.Value(name), a.shape, a
        )
        # The helper always writes some types raw: such a file would test the same thing twice.
        assert t.HasField("raw_data") == raw, (name, raw)
        tensors.append(t)
    return tensors


def corners():
    """Writes scalars, and tensors without elements."""
    tensors = []
    for name in ("FLOAT", "INT64", "BOOL", "BFLOAT16", "COMPLEX64", "INT4"):
        a, code = samples(name), TensorProto.DataType.Value(name)
        tensors += [
            numpy_helper.from_array(a[:1].reshape(()), f"{name}_raw_scalar"),
            helper.make_tensor(f"{name}_typed_scalar", code, (), a[:1]),
            numpy_helper.from_array(a[:0].reshape(2, 0), f"{name}_raw_empty"),
            helper.make_tensor(f"{name}_typed_empty", code, (0, 3), a[:0]),
        ]
    tensors.append(helper.make_tensor("string_scalar", TensorProto.STRING, (), [b"one"]))
    tensors.append(helper.make_tensor("string_empty", TensorProto.STRING, (0,), []))
    return tensors


def model_of(initializers, nodes=None, **options):
    """Returns a model that computes y = -x and contains the tested parts."""
    graph = helper.make_graph(
        nodes or [helper.make_node("Neg", ["x"], ["y"])],
        "golden",
        [helper.make_tensor_value_info("x", F, ["N", 3])],
        [helper.make_tensor_value_info("y", F, ["N", 3])],
        initializers,
    )
    opsets = options.pop("opset_imports", [helper.make_opsetid("", 21)])
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, **options)


def weights(name, *values):
    return numpy_helper.from_array(np.array(values, np.float32), name)


def with_metadata():
    model = model_of(
        [weights("w", 1, 2, 3)],
        [helper.make_node("Add", ["x", "w"], ["y"], name="sum", doc_string="a node's prose")],
        producer_name="onnx_models.py",
        producer_version="1",
        domain="org.example",
        model_version=7,
        doc_string="Prose: größer → 10²",
    )
    helper.set_model_props(model, {"author": "somebody", "empty": "", "größe": "3"})
    graph = model.graph
    graph.doc_string = "a graph's prose"
    helper.set_metadata_props(graph, {"of": "graph"})
    helper.set_metadata_props(graph.node[0], {"of": "node"})
    graph.input[0].doc_string = "an input's prose"
    graph.input[0].type.denotation = "TENSOR"
    graph.input[0].type.tensor_type.shape.dim[0].denotation = "DATA_BATCH"
    graph.initializer[0].doc_string = "weights"
    helper.set_metadata_props(graph.initializer[0], {"of": "tensor"})
    graph.value_info.append(helper.make_tensor_value_info("unused", TensorProto.INT64, None))
    note = graph.quantization_annotation.add(tensor_name="w")
    note.quant_parameter_tensor_names.add(key="SCALE_TENSOR", value="scale")
    return model


def with_functions():
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("local", 1)]
    function = helper.make_function(
        "local",
        "Affine",
        ["x"],
        ["y"],
        [
            helper.make_node("Constant", [], ["c"], value=weights("", 0.5)),
            helper.make_node("Mul", ["x", "c"], ["z"]),
            helper.make_node("LeakyRelu", ["z"], ["y"]),
        ],
        [opsets[0]],
        ["alpha"],
        [helper.make_attribute("beta", 0.25)],
        doc_string="half of it",
    )
    function.node[2].attribute.add(name="alpha", type=onnx.AttributeProto.FLOAT, ref_attr_name="alpha")
    nodes = [helper.make_node("Affine", ["x"], ["y"], domain="local", alpha=0.5)]
    return model_of([], nodes, functions=[function], opset_imports=opsets)


def with_attributes():
    """Writes an attribute of every kind, on a node of an unknown operator."""
    graph = helper.make_graph([], "inner", [], [helper.make_tensor_value_info("x", F, None)])
    sparse = helper.make_sparse_tensor(weights("", 5.0), numpy_helper.from_array(np.array([1])), [3])
    kinds = {
        "f": 1.5, "i": -7, "s": "größer", "floats": [0.5, -0.0], "ints": [-1, 2**62], "strings": ["a", ""],
        "t": weights("", 1, 2), "tensors": [weights("a", 1), weights("b", 2)], "g": graph, "graphs": [graph, graph],
        "sparse": sparse, "sparses": [sparse], "type": helper.make_tensor_type_proto(F, [1, "N"]),
    }
    nodes = [helper.make_node("Unknown", ["x", ""], ["y"], domain="local", **kinds)]
    return model_of([], nodes, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("local", 1)])


def with_training():
    """Writes training information; its step is never run."""
    start = helper.make_graph(
        [helper.make_node("Constant", [], ["w0"], value=weights("", 0, 0, 0))], "start", [],
        [helper.make_tensor_value_info("w0", F, [3])],
    )
    step = helper.make_graph(
        [helper.make_node("Neg", ["w"], ["w_new"])], "step", [], [helper.make_tensor_value_info("w_new", F, [3])]
    )
    model = model_of([weights("w", 1, 2, 3)], [helper.make_node("Mul", ["x", "w"], ["y"])])
    model.training_info.append(helper.make_training_info(step, [("w", "w_new")], start, [("w", "w0")]))
    return model


def with_if():
    def branch(name, scale):
        return helper.make_graph(
            [helper.make_node("Mul", ["x", f"{name}_w"], [f"{name}_y"])], name, [],
            [helper.make_tensor_value_info(f"{name}_y", F, ["N", 3])], [weights(f"{name}_w", scale, scale, -scale)],
        )

    flag = numpy_helper.from_array(np.array(True), "flag")
    nodes = [helper.make_node("If", ["flag"], ["y"], then_branch=branch("then", 2), else_branch=branch("else", 3))]
    return model_of([flag], nodes)


def with_sparse():
    model = model_of([weights("w", 1, 2, 3)])
    model.graph.sparse_initializer.append(
        helper.make_sparse_tensor(weights("s", 5, 6), numpy_helper.from_array(np.array([0, 2])), [3])
    )
    return model


def field(number, wire, payload):
    """Returns a protobuf field, encoded by hand."""
    tag, out = number << 3 | wire, b""
    while tag > 127:
        out, tag = out + bytes([tag & 127 | 128]), tag >> 7
    return out + bytes([tag]) + payload


EXTRA = field(999, 0, b"\x96\x01") + field(999, 2, b"\x03abc") + field(998, 5, bytes(4)) + field(997, 1, bytes(8))


def with_unknown():
    """Writes fields of every wire type that no version of ONNX has, in a tensor and in the model."""
    model = model_of([])
    model.graph.initializer.append(TensorProto.FromString(weights("w", 1, 2, 3).SerializeToString() + EXTRA))
    return model.SerializeToString() + EXTRA


def main():
    models = {
        "typed": model_of(types(raw=False)),
        "raw": model_of(types(raw=True)),
        "corners": model_of(corners()),
        "metadata": with_metadata(),
        "functions": with_functions(),
        "attributes": with_attributes(),
        "training": with_training(),
        "if": with_if(),
        "sparse": with_sparse(),
        "unknown": with_unknown(),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = {}
    for name, model in models.items():
        data = model if isinstance(model, bytes) else model.SerializeToString()
        assert len(data) < 4096, (name, len(data))
        (FOLDER / f"{name}.onnx").write_bytes(data)
        initializers = onnx.ModelProto.FromString(data).graph.initializer
        rows[name] = {t.name: expected(t) for t in initializers}
    lines = [
        f"{json.dumps(m)}:{{\n" + ",\n".join(f" {json.dumps(n)}:{text(r)}" for n, r in row.items()) + "\n}"
        for m, row in rows.items()
    ]
    head = f'{{\n"package":"onnx",\n"version":{json.dumps(onnx.__version__)},\n"initializers":{{\n'
    (FOLDER / "expected.json").write_text(head + ",\n".join(lines) + "\n}\n}\n")


if __name__ == "__main__":
    main()
