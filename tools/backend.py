"""Runs all node cases of the `onnx` package's backend tests through Descent, and counts those that pass.

    python tools/backend.py                  # all of them: a table, and the failed and refused cases
    python tools/backend.py attention sce    # those whose names contain one of the words; prints each
    python tools/backend.py --write          # all of them, and stores the counts in docs/backend.json

It needs `onnx` and `torch` from PyPI (any recent versions; the counts name those they were made with), and `deno` on PATH.
A case *passes* if the outputs are those stored with it and the gradients are right. The gradients are those of the outputs'
projection on random cotangents with respect to every float input. Right is PyTorch's in float64 (`backend_torch.py`), where
that has the operators and computes the stored outputs, and otherwise central differences of the package's own
reference evaluator along random directions. A case is *refused* if Descent, or ONNX Runtime when it opens the model,
says by name what it does not take. `runtime` stands for cases where ONNX Runtime itself, given the model as it is, stops or
computes something else than is stored. All else *fails*.

What is counted how:
- Outputs alone are compared where no float output depends on a float input, and for operators that draw random numbers,
  neither are compared.
- Inputs that only set how an operator works (sizes of Resize, the ratio of Dropout) get no gradient: SETTINGS.
- Where the central differences from left and right differ, the case stands at a kink, and its gradient is not judged
  unless PyTorch has one: such cases pass as *outputs only*, and are listed.
- ONNX Runtime 1.30 takes operator sets to 26: cases of newer ones are refused, and are run a second time as if they were of 26
  (`NAME@26`, counted apart), since most operators have not changed in a way that matters.
"""
import argparse
import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections import Counter

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

import backend_torch

warnings.simplefilter("ignore")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COUNTS = os.path.join(ROOT, "docs", "backend.json")

FLOATS = ("float16", "bfloat16", "float32", "float64")
CODES = {TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.FLOAT, TensorProto.DOUBLE}
# The newest operator set of `ai.onnx` that ONNX Runtime 1.30 supports.
RUNTIME_OPSET = 26
RANDOM = {"Bernoulli", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial"}
# Inputs by operator that set how it works; training changes none of them, and PyTorch uses plain numbers instead.
SETTINGS = {"Resize": (1, 2), "Upsample": (1,), "Dropout": (1,), "Range": (1,), "QuantizeLinear": (1,), "RoiAlign": (),
            "CenterCropPad": ()}
# Errors relative to the largest number of a tensor, or to FLOOR if that is larger: operands and cotangents are around 1, and 80
# roundings of such numbers to float32 add up to 5e-6.
FLOOR = 0.05
TOLERANCE = {"float64": 1e-6, "float32": 1e-4, "float16": 2e-2, "bfloat16": 1e-1}


def array_of(value):
    """Returns a case's tensor as an array, or None if it is something else."""
    if isinstance(value, onnx.TensorProto):
        try:
            return numpy_helper.to_array(value)
        except Exception:
            return None
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value)
    return None


def is_random(model):
    def of(node):
        training = node.op_type == "Dropout" and len(node.input) > 2 and node.input[2]
        return node.op_type in RANDOM or training
    return any(of(n) for n in model.graph.node) and "zero_ratio" not in model.graph.name


def packed(array):
    """Returns the bytes of a tensor; types under 8 bits are packed as in ONNX."""
    bits = {"int4": 4, "uint4": 4, "int2": 2, "uint2": 2}.get(array.dtype.name, 4 if array.dtype.name.startswith("float4") else None)
    data = np.ascontiguousarray(array).tobytes()
    if bits is None:
        return data
    per, mask = 8 // bits, (1 << bits) - 1
    return bytes(sum((b & mask) << (bits * i) for i, b in enumerate(data[k:k + per])) for k in range(0, len(data), per))


class Written:
    """Tensors, one after the other in a file."""

    def __init__(self):
        self.parts, self.length = [], 0

    def add(self, name, array):
        data = packed(array)
        entry = dict(name=name, dtype=array.dtype.name, shape=list(array.shape), offset=self.length, bytes=len(data))
        self.parts.append(data)
        self.length += len(data)
        return entry


def read(data, e):
    dtype = e["dtype"]
    if dtype == "bfloat16":
        import ml_dtypes

        dtype = ml_dtypes.bfloat16
    return np.frombuffer(data[e["offset"]:e["offset"] + e["bytes"]], dtype=dtype).reshape(e["shape"])


def settings_of(model):
    names = []
    for node in model.graph.node:
        names += [node.input[i] for i in SETTINGS.get(node.op_type, ()) if i < len(node.input)]
    return names


def write_case(folder, case):
    """Writes one case for the worker. Returns the inputs and the cotangents, or the reason why there are no inputs."""
    model = case.model
    inputs, outputs = case.data_sets[0]
    fed = [i.name for i in model.graph.input]
    feeds, written, entries = {}, Written(), []
    for name, value in zip(fed, inputs):
        array = array_of(value)
        if array is None:
            return None, f"the input '{name}' is a sequence, an optional or of no NumPy type"
        if array.dtype == object or array.dtype.kind in "USO":
            return None, f"the input '{name}' is text"
        feeds[name] = array
        entries.append(written.add(name, array))
    random = is_random(model)
    rng = np.random.default_rng(1)
    cotangents = []
    for info, value in zip(model.graph.output, outputs):
        array = array_of(value)
        if array is None or array.dtype.name not in FLOATS or random:
            continue
        c = np.asarray(rng.uniform(0.5, 1.5, array.shape) * rng.choice([-1, 1], array.shape))
        cotangents.append((info.name, np.asarray(c).astype(array.dtype)))
    has_floats = any(a.dtype.name in FLOATS for a in feeds.values())
    stored = [written.add(n, c) for n, c in cotangents] if has_floats else []
    with open(f"{folder}/{case.name}.onnx", "wb") as f:
        f.write(model.SerializeToString())
    with open(f"{folder}/{case.name}.bin", "wb") as f:
        f.write(b"".join(written.parts))
    return dict(name=case.name, inputs=entries, cotangents=stored, settings=settings_of(model)), feeds


def worst(got, wanted, floor=1e-6):
    """Returns the largest error divided by the largest number or `floor`; infinities and NaN must be the same."""
    g, w = np.asarray(got).astype(np.float64), np.asarray(wanted).astype(np.float64)
    if g.shape != w.shape:
        return np.inf
    bad = ~np.isfinite(w)
    if bad.any() and not np.array_equal(g[bad], w[bad], equal_nan=True):
        return np.inf
    g, w = g[~bad], w[~bad]
    if g.size == 0:
        return 0.0
    if not np.isfinite(g).all():
        return np.inf
    return float(np.abs(g - w).max() / max(np.abs(w).max(), floor))


def to_double(model):
    """Returns the model with float64 in place of every other float type."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)

    def tensor(t):
        if t.data_type in CODES:
            t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(t).astype(np.float64), t.name))

    def graph(g):
        for v in [*g.input, *g.output, *g.value_info]:
            if v.type.tensor_type.elem_type in CODES:
                v.type.tensor_type.elem_type = TensorProto.DOUBLE
        for t in g.initializer:
            tensor(t)
        for n in g.node:
            for a in n.attribute:
                if a.name in ("to", "dtype", "stash_type", "softmax_precision") and a.i in CODES:
                    a.i = TensorProto.DOUBLE
                if a.type == onnx.AttributeProto.TENSOR:
                    tensor(a.t)
                if a.type == onnx.AttributeProto.GRAPH:
                    graph(a.g)
                if n.op_type == "Constant" and a.name in ("value_float", "value_floats"):
                    values = np.asarray(a.f if a.name == "value_float" else list(a.floats), dtype=np.float64)
                    a.CopyFrom(helper.make_attribute("value", numpy_helper.from_array(values)))

    graph(copy.graph)
    return copy


class Kink(Exception):
    """The function has no derivative there."""


def by_differences(case, feeds, cotangents, gradients):
    """Returns the worst relative error of the gradients along random directions, compared with central differences."""
    names = [i.name for i in case.model.graph.input]
    outputs = [o.name for o in case.model.graph.output]
    stored = dict(zip(outputs, case.data_sets[0][1]))

    def evaluator(double):
        runner = ReferenceEvaluator(to_double(case.model) if double else case.model)
        wide = lambda a: a.astype(np.float64) if double and a.dtype.name in FLOATS else a

        def project(moved):
            out = dict(zip(outputs, runner.run(None, {n: wide(moved.get(n, feeds[n])) for n in names if n in feeds})))
            return sum(float((np.asarray(out[n]).astype(np.float64) * c.astype(np.float64)).sum()) for n, c in cotangents)

        out = dict(zip(outputs, runner.run(None, {n: wide(feeds[n]) for n in names if n in feeds})))
        ok = all(worst(out[n], array_of(stored[n])) < (1e-2 if c.dtype.name in ("float16", "bfloat16") else 1e-4)
                 for n, c in cotangents)
        if not ok:
            raise ValueError("the reference evaluator does not give the stored outputs")
        if double and any(np.asarray(out[n]).dtype != np.float64 for n, _ in cotangents):
            raise ValueError("not in double precision")
        return project

    try:
        project, h = evaluator(True), 1e-4
    except Exception:
        project, h = evaluator(False), 1e-2
    rng = np.random.default_rng(2)
    error = 0.0
    base = project({})
    for name, gradient in gradients.items():
        x = feeds[name].astype(np.float64)
        for _ in range(3 if x.size > 1 else 1):
            # Directions that do not change some elements, because kinks hide in sums.
            d = rng.uniform(0.5, 1.5, x.shape) * rng.choice([-1, 1], x.shape)
            with np.errstate(all="ignore"):
                plus, minus = project({name: x + h * d}), project({name: x - h * d})
                plus2, minus2 = project({name: x + h / 2 * d}), project({name: x - h / 2 * d})
            numeric = (4 * (plus2 - minus2) / h - (plus - minus) / (2 * h)) / 3
            scale = max(float(np.abs(gradient.astype(np.float64) * d).max()), abs(numeric), 1e-3)
            right, left = (plus2 - base) / (h / 2), (base - minus2) / (h / 2)
            right2, left2 = (plus - base) / h, (base - minus) / h
            # Away from kinks the two sides differ by O(h) and their difference halves with the step.
            jump = abs(2 * (right - left) - (right2 - left2))
            # At a jump the quotient grows as the step shrinks.
            if abs((plus2 - minus2) / h - (plus - minus) / (2 * h)) > 0.1 * scale:
                raise Kink(f"d{name}")
            if not np.isfinite(numeric) or jump > (1e-6 if h < 1e-3 else 0.1) * scale:
                raise Kink(f"d{name}")
            analytic = float((gradient.astype(np.float64) * d).sum())
            error = max(error, abs(analytic - numeric) / scale if np.isfinite(analytic) else np.inf)
    return error, 1e-4 if h < 1e-3 else 2e-2


def by_runtime(case, feeds):
    """Returns ONNX Runtime's results for the unchanged model by name, or None if it cannot run it."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    try:
        session = onnxruntime.InferenceSession(case.model.SerializeToString(), providers=["CPUExecutionProvider"])
        return dict(zip([o.name for o in session.get_outputs()], session.run(None, feeds)))
    except Exception:
        return None


def judge(case, result, feeds, cotangents, data):
    """Returns one of pass, outputs, refused, runtime, fail, and the reason."""
    stage, error = result["stage"], result.get("error")
    if error is not None and stage == "forward":
        if named(error):
            return "refused", error
        return "runtime" if by_runtime(case, feeds) is None else "fail", error
    verdict, why = judge_outputs(case, result, feeds, data)
    if verdict is not None:
        return verdict, why
    if error is not None:
        return "refused" if named(error, "gradient") else "fail", f"gradient: {error}"
    return judge_gradients(case, result, feeds, cotangents, data)


def judge_outputs(case, result, feeds, data):
    outputs = {e["name"]: read(data, e) for e in result["outputs"]}
    random = is_random(case.model)
    half = any(a.dtype.name in ("float16", "bfloat16") for a in feeds.values())
    for info, value in zip(case.model.graph.output, case.data_sets[0][1]):
        wanted = array_of(value)
        if random or wanted is None or info.name not in outputs:
            continue
        got = outputs[info.name]
        if got.shape != wanted.shape or got.dtype.itemsize != wanted.dtype.itemsize:
            return "fail", f"output {info.name} is {got.dtype}{list(got.shape)}, stored {wanted.dtype}{list(wanted.shape)}"
        if wanted.dtype.name in FLOATS:
            close = np.allclose(got.astype(np.float64), wanted.astype(np.float64), equal_nan=True,
                                rtol=max(case.rtol, 1e-2 if half else 0), atol=max(case.atol, 1e-2 if half else 1e-5))
            if not close and worst(got, wanted) > 1e-5:
                theirs = by_runtime(case, feeds)
                if theirs is not None and worst(got, theirs[info.name]) < 1e-5:
                    return "runtime", f"ONNX Runtime's own {info.name} differs from the stored one by {worst(got, wanted):.2g}"
                return "fail", f"output {info.name} differs from the stored one by {worst(got, wanted):.2g}"
        elif got.tobytes() != np.ascontiguousarray(wanted).tobytes():
            return "fail", f"output {info.name} is not the stored one"
    return None, None


def judge_gradients(case, result, feeds, cotangents, data):
    gradients = {e["name"]: read(data, e) for e in result["gradients"]}
    if not gradients or not cotangents:
        return "outputs", "no float input or output"
    kind = max((a.dtype.name for a in feeds.values() if a.dtype.name in FLOATS), key=lambda k: TOLERANCE[k])
    stored = dict(zip([o.name for o in case.model.graph.output], map(array_of, case.data_sets[0][1])))
    try:
        wanted = backend_torch.gradients(case.model, feeds, dict(cotangents), list(gradients), stored)
    except backend_torch.Lacking as lacking:
        try:
            e, bound = by_differences(case, feeds, cotangents, gradients)
        except Kink as kink:
            return "outputs", f"kink at {kink}; torch: {lacking}"
        except Exception as problem:
            return "outputs", f"no oracle: {str(problem)[:100]}; torch: {lacking}"
        ok = e < max(bound, TOLERANCE[kind])
        return ("pass" if ok else "fail"), f"gradient off central differences by {e:.2g} (torch: {lacking})"
    errors = {n: worst(gradients[n], w, FLOOR) for n, w in wanted.items()}
    name = max(errors, key=errors.get)
    if errors[name] >= TOLERANCE[kind]:
        return "fail", (f"gradient of {name} off PyTorch's by {errors[name]:.2g}: "
                        f"{gradients[name].flatten()[:6].tolist()} against {wanted[name].flatten()[:6].tolist()}")
    return "pass", "torch"


def named(error, stage="forward"):
    """Returns whether an error names what Descent does not support. A gradient that the runtime cannot run is not a refusal."""
    if stage == "gradient":
        return bool(re.search(r"MissingRuleError|the gradient (is|of)|its gradient|its training form|is not supported; export|the rank of '.*' is not known", error))
    return bool(re.search(
        r"^ModelError"
        r"|ONNX Runtime refuses the model: .*(NOT_IMPLEMENTED|Could not find an implementation|Failed to find kernel"
        r"|not a registered function/op|Unrecognized|is till opset|Type Error|INVALID_GRAPH|Unsupported data type)"
        r"|Tensor.type is not supported|Non tensor type is temporarily not supported", error))


def at_older_opset(case):
    """Returns the case at the newest operator set that the runtime supports; None if it is not of a newer one."""
    version = next((o for o in case.model.opset_import if o.domain in ("", "ai.onnx")), None)
    if version is None or version.version <= RUNTIME_OPSET:
        return None
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    for o in model.opset_import:
        if o.domain in ("", "ai.onnx"):
            o.version = RUNTIME_OPSET
    return dataclasses.replace(case, name=f"{case.name}@{RUNTIME_OPSET}", model=model)


def run_worker(folder, names):
    """Returns the results by name. If the runtime crashes the process, the case at fault fails, and the rest continue."""
    lines = f"{folder}/results.jsonl"
    open(lines, "w").close()
    command = ["deno", "run", "--quiet", "--no-check", "-A", f"{ROOT}/tools/backend_worker.ts", folder]
    while True:
        done = sum(1 for _ in open(lines))
        if done == len(names):
            return {r["name"]: r for r in map(json.loads, open(lines))}
        ended = subprocess.run([*command, str(done)], cwd=ROOT)
        now = sum(1 for _ in open(lines))
        if now < len(names):
            open(f"{folder}/{names[now]}.out", "wb").close()
            crash = dict(name=names[now], stage="forward", error=f"the process ended with {ended.returncode}", outputs=[], gradients=[])
            with open(lines, "a") as f:
                f.write(json.dumps(crash) + "\n")


def verdicts_of(folder, cases):
    """Returns the verdict on each case by name, and the reason."""
    verdicts, asked = {}, {}
    for case in cases:
        entry, feeds = write_case(folder, case)
        if entry is None:
            verdicts[case.name] = ("not fed", feeds)
        else:
            asked[case.name] = (entry, feeds)
    with open(f"{folder}/cases.json", "w") as f:
        json.dump([e for e, _ in asked.values()], f)
    results = run_worker(folder, list(asked))
    for case in cases:
        if case.name not in asked:
            continue
        entry, feeds = asked[case.name]
        data = open(f"{folder}/{case.name}.out", "rb").read()
        stored = open(f"{folder}/{case.name}.bin", "rb").read()
        cotangents = [(e["name"], read(stored, e)) for e in entry["cotangents"]]
        verdicts[case.name] = judge(case, results[case.name], feeds, cotangents, data)
    return verdicts


def main():
    args = argparse.ArgumentParser()
    args.add_argument("words", nargs="*")
    args.add_argument("--write", action="store_true")
    args.add_argument("--keep", help="a folder to work in, which is left as it is")
    args = args.parse_args()
    cases = [c for c in collect_testcases() if not args.words or any(w in c.name for w in args.words)]
    cases += [c for c in map(at_older_opset, cases) if c is not None]
    folder = args.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    verdicts = verdicts_of(folder, cases)
    for name, (verdict, why) in sorted(verdicts.items(), key=lambda v: (v[1][0], v[0])):
        if verdict != "pass" or args.words:
            print(f"{verdict:8} {name}: {why[:400]}")
    counts = Counter(v for n, (v, _) in verdicts.items() if "@" not in n)
    older = Counter(v for n, (v, _) in verdicts.items() if "@" in n)
    print(dict(counts), f"of newer operator sets, read as {RUNTIME_OPSET}:", dict(older))
    if args.write and not args.words:
        with open(COUNTS, "w") as f:
            known = ("pass", "outputs", "refused", "runtime", "not fed", "fail")
            json.dump(dict(onnx=onnx.__version__, torch=torch.__version__.split("+")[0], opset=RUNTIME_OPSET,
                           counts={k: counts[k] for k in known}, older={k: older[k] for k in known}), f, indent=2)
            f.write("\n")
    sys.exit(1 if counts["fail"] or older["fail"] else 0)


if __name__ == "__main__":
    main()
