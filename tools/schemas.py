"""Writes onnx/ir/schemas.json: every version of every ai.onnx operator schema, without its prose.

Run with PyPI's onnx of the version wanted:  python tools/schemas.py > onnx/ir/schemas.json
"""

import json

import onnx
from onnx import defs

KIND = {
    defs.OpSchema.FormalParameterOption.Single: 0,
    defs.OpSchema.FormalParameterOption.Optional: 1,
    defs.OpSchema.FormalParameterOption.Variadic: 2,
}
types, type_index = [], {}


def type_list(allowed):
    key = "|".join(sorted(allowed))
    if key not in type_index:
        type_index[key] = len(types)
        types.append(sorted(allowed))
    return type_index[key]


def params(formals):
    return [[p.name, p.type_str, KIND[p.option], 0 if p.is_homogeneous else 1] for p in formals]


def attribute(a):
    kind = str(a.type).split(".")[1]
    out = {"type": kind}
    if a.required:
        out["required"] = True
    if a.default_value.name:
        v = onnx.helper.get_attribute_value(a.default_value)
        if isinstance(v, bytes):
            v = v.decode()
        if isinstance(v, list):
            v = [x.decode() if isinstance(x, bytes) else x for x in v]
        if kind == "FLOAT":
            v = float("%.9g" % v)
        if kind == "FLOATS":
            v = [float("%.9g" % x) for x in v]
        out["default"] = v
    return out


ops = {}
for s in sorted(defs.get_all_schemas_with_history(), key=lambda s: (s.name, s.since_version)):
    if s.domain != "":
        continue
    entry = {
        "since": s.since_version,
        "in": params(s.inputs),
        "out": params(s.outputs),
        "arity": [s.min_input, min(s.max_input, 2**31 - 1), s.min_output, min(s.max_output, 2**31 - 1)],
        "attributes": {k: attribute(a) for k, a in sorted(s.attributes.items())},
        "types": {c.type_param_str: type_list(c.allowed_type_strs) for c in s.type_constraints},
    }
    if s.deprecated:
        entry["deprecated"] = True
    if s.has_function or s.has_context_dependent_function:
        entry["function"] = True
    ops.setdefault(s.name, []).append(entry)

print(json.dumps({"onnx": onnx.__version__, "opset": defs.onnx_opset_version(), "typeLists": types, "operators": ops},
                 separators=(",", ":")))
