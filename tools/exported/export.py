"""Exports networks by both exporters of PyTorch, with PyTorch's results, which compare.ts compares with Descent's.

    python tools/exported/export.py FOLDER [name ...]
    deno run -A tools/exported/compare.ts FOLDER

Needs PyPI's torch, torchvision, transformers, onnx, onnxscript, safetensors (the versions stand in versions.json beside the
results). Each model is exported as a user gets it who asks for nothing in particular; where parameters are not to be found in
the file then (folded into others), as one gets it who asks for a model to train further: `variant` says which. The loss is the
mean squared difference of the first output from random targets, or the output itself where it is one number.

FOLDER/<name>.<exporter>/ holds model.onnx, inputs and targets (data.safetensors), the gradients in float64
(gradients.safetensors) and golden.json: losses of 20 steps of Adam (rate 1e-3, epsilon 1e-3) on the one batch in float64 and
float32, the error of torch's own float32 gradients, and where each parameter lies in the file. A failed export has error.txt.
"""

import copy
import json
import multiprocessing
import os
import sys
import traceback
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from safetensors.numpy import save_file
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from catalog_layers import LAYERS
from catalog_networks import TRANSFORMERS, VISION

CATALOG = LAYERS | VISION | TRANSFORMERS
SEED, STEPS, SECONDS = 20261129, 20, 240
MODES = torch.onnx.TrainingMode
EXPORTS = {
    "dynamo": {
        "default": {"dynamo": True, "external_data": False},
        "plain": {"dynamo": True, "external_data": False, "optimize": False},
    },
    "script": {
        "default": {"dynamo": False},
        "plain": {"dynamo": False, "training": MODES.PRESERVE, "do_constant_folding": False},
    },
}


def build(name):
    """Returns a network in evaluation mode without equal parameters, with running statistics as after training."""
    torch.manual_seed(SEED)
    network, inputs = CATALOG[name]()
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 2)
    seen = set()
    for parameter in network.parameters():
        values = parameter.detach()
        if values.numel() > 1 and values.unique().numel() == 1:
            nn.init.normal_(parameter, float(values.flatten()[0]), 0.2)
        elif values.numpy().tobytes() in seen:
            parameter.data += 0.1 * torch.randn_like(values)
        seen.add(parameter.detach().numpy().tobytes())
    return network.eval(), inputs


def cast(network, inputs, dtype):
    return copy.deepcopy(network).to(dtype), [v.to(dtype) if v.is_floating_point() else v for v in inputs]


def first(out):
    return out[0] if isinstance(out, tuple) else out


def loss_of(network, inputs, target):
    y = first(network(*inputs))
    return y.sum() if target is None else (y - target.to(y.dtype)).square().mean()


def gradients(network, inputs, target, dtype):
    network, inputs = cast(network, inputs, dtype)
    loss = loss_of(network, inputs, target)
    loss.backward()
    return {n: p.grad.double().numpy() for n, p in network.named_parameters() if p.requires_grad and p.grad is not None}


def steps(network, inputs, target, dtype):
    """Returns the losses before each of the steps of Adam, and after the last."""
    network, inputs = cast(network, inputs, dtype)
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], 1e-3, eps=1e-3)
    losses = []
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        loss = loss_of(network, inputs, target)
        losses.append(float(loss.detach()))
        if step < STEPS:
            loss.backward()
            optimizer.step()
    return losses


def pieces(parameter):
    """Returns the parameter, whole and in equal pieces along its first axis, as many as gates or packed projections."""
    for count in (1, 2, 3, 4):
        if count == 1 or (parameter.ndim >= 1 and parameter.shape[0] % count == 0 and parameter.shape[0] > count):
            yield np.split(parameter, count) if count > 1 else [parameter]


def find(piece, initializer):
    """Returns the place of the piece in the initializer, (offset, transposed), or None."""
    if initializer.size < piece.size or initializer.size > 8 * piece.size or initializer.size % piece.size:
        return None
    forms = [(piece, False)] + ([(piece.T, True)] if piece.ndim == 2 and min(piece.shape) > 1 else [])
    for form, transposed in forms:
        if transposed and initializer.size > piece.size:
            # Packed beside others along the last axis: [inputs, pieces of outputs].
            if initializer.ndim != 2 or initializer.shape[0] != form.shape[0]:
                continue
            for column in range(0, initializer.shape[1], form.shape[1]):
                if np.allclose(initializer[:, column : column + form.shape[1]], form, 1e-5, 1e-7):
                    return column, True
            continue
        rows = initializer.reshape(-1, piece.size)
        near = np.isclose(rows, np.ascontiguousarray(form).reshape(-1), 1e-5, 1e-7).all(1)
        if near.any():
            return int(np.flatnonzero(near)[0]) * piece.size, transposed
    return None


def places(parameters, initializers):
    """Returns for each parameter the initializer of each of its pieces; None and the reason if there is not exactly one."""
    found, used = {}, {}
    for name, parameter in parameters.items():
        for parts in pieces(parameter):
            rows = []
            for part in parts:
                at = [(key, find(part, t)) for key, t in initializers.items()]
                rows.append([{"initializer": k, "offset": a[0], "transposed": a[1]} for k, a in at if a is not None])
            if any(len(r) > 1 for r in rows):
                return None, f"{name} is stored more than once"
            if all(rows):
                found[name] = [r[0] for r in rows]
                for row, part in zip(found[name], parts):
                    used[row["initializer"]] = used.get(row["initializer"], 0) + part.size
                break
        else:
            return None, f"{name} is folded into others"
    for key, size in used.items():
        if initializers[key].size != size:
            return None, f"{key} holds a parameter, and more"
    return found, None


def write(network, inputs, options, path):
    names = [f"x{i}" for i in range(len(inputs))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, tuple(inputs), path, input_names=names, output_names=["y"], verbose=False, **options)
    model = onnx.load(path)
    floats = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer if t.data_type == 1}
    return {i.name for i in model.graph.input}, floats, max(o.version for o in model.opset_import if o.domain == "")


def forward(path, inputs, y):
    """Returns the difference of the file's output in the runtime from PyTorch's: an exporter may write another function."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(["y"], {i.name: inputs[i.name] for i in session.get_inputs()})[0]
    return float(np.abs(found - y.numpy()).max() / max(np.abs(y.numpy()).max(), 1e-6))


def export(name, exporter, folder):
    network, inputs = build(name)
    with torch.no_grad():
        y = first(network(*inputs))
    target = None if y.numel() == 1 else torch.randn(y.shape)
    wide, narrow = (gradients(network, inputs, target, t) for t in (torch.float64, torch.float32))
    parameters = {n: p.detach().numpy() for n, p in network.named_parameters() if n in wide}
    why = None
    for variant, options in EXPORTS[exporter].items():
        path = folder / "model.onnx"
        names, floats, opset = write(build(name)[0], inputs, options, path)
        found, reason = places(parameters, floats)
        why = why or reason
        if found is not None:
            break
    data = {f"x{i}": v.numpy() for i, v in enumerate(inputs) if f"x{i}" in names}
    if target is not None:
        data["target"] = target.numpy()
    save_file({k: np.ascontiguousarray(v) for k, v in data.items()}, folder / "data.safetensors")
    save_file({k: np.ascontiguousarray(v) for k, v in wide.items()}, folder / "gradients.safetensors")
    largest = {n: float(np.abs(g).max()) for n, g in wide.items()}
    own = {n: float(np.abs(narrow[n] - g).max()) for n, g in wide.items()}
    golden = {
        "variant": variant,
        "opset": opset,
        "why": why,
        "forward": forward(path, data, y),
        "places": found,
        "largest": largest,
        "own": own,
        "losses": steps(network, inputs, target, torch.float64),
        "narrow": steps(network, inputs, target, torch.float32),
    }
    (folder / "golden.json").write_text(json.dumps(golden))


def attempt(name, exporter, folder):
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    log = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        export(name, exporter, folder)
    except BaseException:
        (folder / "error.txt").write_text(traceback.format_exc())


def main(folder, names):
    import importlib.metadata
    import tempfile

    import torchvision  # noqa: F401
    import transformers  # noqa: F401

    # Exporters load at their first model: once here, for all the children.
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        for options in EXPORTS.values():
            write(nn.Linear(2, 2), (torch.ones(1, 2),), options["default"], Path(scratch) / "model.onnx")
    Path(folder).mkdir(parents=True, exist_ok=True)
    packages = ("torch", "torchvision", "transformers", "onnx", "onnxscript")
    (Path(folder) / "versions.json").write_text(json.dumps({p: importlib.metadata.version(p) for p in packages}))
    for name in names or CATALOG:
        for exporter in EXPORTS:
            done = Path(folder) / f"{name.replace(' ', '_')}.{exporter}"
            if not names and (done / "golden.json").exists():
                continue
            out = Path(folder) / f"{name.replace(' ', '_')}.{exporter}"
            # A separate process, because an exporter may crash or never end.
            child = multiprocessing.Process(target=attempt, args=(name, exporter, out))
            child.start()
            child.join(SECONDS)
            if child.is_alive():
                child.kill()
                (out / "error.txt").write_text(f"no result after {SECONDS} s")
            error = out / "error.txt"
            print(
                out.name,
                "exported" if not error.exists() else error.read_text().strip().splitlines()[-1][:160],
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
