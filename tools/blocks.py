"""Compares training programs in blocks of 8 and 16 channels with the same programs in ai.onnx alone.

    python tools/blocks.py [--cpu MODEL] [--steps N] [NAME...]

Needs deno, PyPI's onnx, onnxruntime 1.30 and numpy, and qemu-x86_64 (Debian's qemu-user). A processor has one size of block:
16 with AVX-512, 8 without. So the programs of the other size run in this Python under qemu-user, whose processor (`max` by
default) has AVX2 but no AVX-512. Every program trains for 20 steps from the same weights. The losses in blocks may be 4 times
as far from those of the plain program as the losses from weights times 1 + 1e-7 z are, and 1e-6 more.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
BATCH, EXAMPLES, RATE = 16, 48, 0.02
DISTURBED, MARGIN = 3, 4
NCHWC = "com.microsoft.nchwc"


def session(model):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def block_of_processor():
    """Returns the channels of a block: those of one ReorderInput's result."""
    import onnx
    from onnx import TensorProto, helper

    def tensor(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    node = helper.make_node("ReorderInput", ["x"], ["y"], domain=NCHWC)
    graph = helper.make_graph([node], "probe", [tensor("x", [1, 4, 1, 1])], [tensor("y", None)])
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(NCHWC, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    return session(model.SerializeToString()).run(None, {"x": np.zeros((1, 4, 1, 1), np.float32)})[0].shape[1]


def inputs_of(folder, name, steps):
    """Returns the inputs of a program: random data, batches, the rate, initial weights and velocities of 0."""
    import onnx
    from onnx import numpy_helper

    def stored(file):
        return onnx.load(folder / file).graph

    weights = {t.name: numpy_helper.to_array(t) for t in stored(f"{name}.net.onnx").initializer}
    random = np.random.default_rng(1)
    inputs = {}
    for value in stored(f"{name}.plain.onnx").input:
        key = value.name
        shape = [d.dim_value for d in value.type.tensor_type.shape.dim]
        if key == "descent.data.x":
            inputs[key] = random.standard_normal([EXAMPLES, *shape[1:]]).astype(np.float32)
        elif key == "descent.data.target":
            inputs[key] = random.integers(0, 10, EXAMPLES)
        elif key == "descent.indices":
            inputs[key] = random.integers(0, EXAMPLES, [steps, BATCH])
        elif key == "descent.coefficient.rate":
            inputs[key] = np.full(steps, RATE, np.float32)
        elif key.startswith("descent.state."):
            inputs[key] = np.zeros(shape, np.float32)
        elif key in weights:
            inputs[key] = weights[key]
        else:
            raise SystemExit(f"{name}: the program has an input '{key}' that this script does not know")
    return inputs


def blocked_nodes(graph):
    """Returns how many nodes of a graph, and of the loop within it, compute in blocks."""
    inner = [a.g for n in graph.node for a in n.attribute if a.HasField("g")]
    return sum(n.domain == NCHWC for n in graph.node) + sum(blocked_nodes(g) for g in inner)


def disturbed(inputs, seed):
    random = np.random.default_rng(seed)
    return {
        k: v if k.startswith("descent.") else (v * (1 + 1e-7 * random.standard_normal(v.shape))).astype(np.float32)
        for k, v in inputs.items()
    }


def train(model, inputs):
    """Returns the losses of all steps."""
    return session(str(model)).run(["descent.report.loss"], inputs)[0].astype(np.float64)


def train_under_qemu(cpu, model, inputs):
    with tempfile.TemporaryDirectory() as scratch:
        np.savez(f"{scratch}/inputs.npz", **inputs)
        worker = [sys.executable, __file__, "--worker", str(model), scratch]
        subprocess.run(["qemu-x86_64", "-cpu", cpu, *worker], check=True)
        result = np.load(f"{scratch}/result.npz")
        return result["losses"], int(result["block"])


def worker(model, scratch):
    with np.load(f"{scratch}/inputs.npz") as inputs:
        losses = train(model, dict(inputs))
    np.savez(f"{scratch}/result.npz", losses=losses, block=block_of_processor())


def distance(plain, losses):
    """Returns for each step the largest distance so far, relative to the first loss."""
    return np.maximum.accumulate(np.abs(losses - plain)) / plain[0]


def compare(folder, name, options):
    """Prints how far the losses in blocks are from the plain ones. Returns whether they are near enough."""
    import onnx

    inputs = inputs_of(folder, name, options.steps)
    plain = train(folder / f"{name}.plain.onnx", inputs)
    moved = [train(folder / f"{name}.plain.onnx", disturbed(inputs, s)) for s in range(DISTURBED)]
    allowed = 1e-6 + MARGIN * np.max([distance(plain, losses) for losses in moved], axis=0)
    print(f"{name}: loss {plain[0]:.4f} to {plain[-1]:.4f}, allowed after the first and last step {allowed[[0, -1]]}")
    own = block_of_processor()
    runs = [("here", own, train(folder / f"{name}.{own}.onnx", inputs), own)] if own in (8, 16) else []
    if own != 8:
        losses, block = train_under_qemu(options.cpu, folder / f"{name}.8.onnx", inputs)
        runs.append((options.cpu, 8, losses, block))
    good = True
    for cpu, size, losses, block in runs:
        nodes = blocked_nodes(onnx.load(folder / f"{name}.{size}.onnx").graph)
        off = distance(plain, losses)
        near = bool((off <= allowed).all())
        print(f"  blocks of {size} ({cpu}), {nodes} nodes: off by {off[0]:.1e}, {off[1]:.1e}, at last {off[-1]:.1e}", end="")
        print("" if near else " TOO FAR", end="")
        print("" if block == size else f", but that processor has blocks of {block}")
        good = good and near and nodes > 0 and block == size
    return good


def main():
    if sys.argv[1:2] == ["--worker"]:
        return worker(*sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cpu", default="max", help="the processor that qemu-x86_64 emulates (default: max)")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("names", nargs="*", metavar="NAME", help="networks (default: all)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        script = str(ROOT / "tools" / "block_programs.ts")
        permissions = ["--quiet", "--no-prompt", "--allow-read", "--allow-write", "--allow-env"]
        subprocess.run(["deno", "run", *permissions, script, scratch], check=True, cwd=ROOT)
        names = options.names or sorted(p.name.removesuffix(".net.onnx") for p in folder.glob("*.net.onnx"))
        good = [compare(folder, name, options) for name in names]
    raise SystemExit(0 if all(good) else 1)


main()
