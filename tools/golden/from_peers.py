"""The results of the snippets of docs/from_pytorch.md and docs/from_optax.md: `python tools/golden/from_peers.py`.

Runs the code of the pages as it stands there and stores what it prints. Needs torch, onnx, onnxscript, optax, jax, flax and safetensors.
Writes pytorch.json, optax.json and the exported mlp.onnx of tests/golden/from.
"""

import builtins
import hashlib
import importlib.metadata
import json
import math
import os
import re
import tempfile
from pathlib import Path

import numpy as np
import onnx

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "tests" / "golden" / "from"
PAGES = {"pytorch": ("torch", "safetensors"), "optax": ("optax", "jax", "flax", "safetensors")}


def sections(text):
    """Returns the Python code of each section that has some, by heading."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        title, _, body = section.partition("\n")
        if re.match(r"(Set-up|\d+\. .*|Your own network)$", title):
            found[title] = re.search(r"^```python\n(.*?)^```$", body, re.S | re.M)[1]
    return found


def numbers(value):
    """Returns the numbers of a value in order, and those of a record by name."""
    if hasattr(value, "items"):
        return {name: numbers(v) for name, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [x for v in value for x in numbers(v)]
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    flat = [float(v) for v in np.ravel(np.asarray(value))]
    if not all(map(math.isfinite, flat)):
        raise ValueError("a number is not finite")
    return flat


def printed(code):
    """Runs a program and returns the values that it prints."""
    shown = []
    exec(compile(code, "snippet", "exec"), {"__name__": "__main__", "print": lambda *v: shown.extend(map(numbers, v))})
    return shown


def without_traces(model):
    """Leaves out the places in source files, which name paths of the machine."""
    for node in model.graph.node:
        kept = [entry for entry in node.metadata_props if not entry.key.endswith("stack_trace")]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    return model


def main():
    folder = tempfile.TemporaryDirectory()
    os.symlink(ROOT / "tests", f"{folder.name}/tests")
    os.chdir(folder.name)
    for page, packages in PAGES.items():
        code = sections((ROOT / "docs" / f"from_{page}.md").read_text())
        set_up = code.pop("Set-up")
        lines = []
        for title, own in code.items():
            program = f"{set_up}\n{own}"
            digest = hashlib.sha256(program.encode()).hexdigest()
            lines.append(json.dumps({"title": title, "digest": digest, "shown": printed(program)}))
            builtins.print(page, title)
        versions = json.dumps({name: importlib.metadata.version(name) for name in packages})
        out = f'{{"versions": {versions}, "snippets": [\n' + ",\n".join(lines) + "\n]}\n"
        (OUT / f"{page}.json").write_text(out)
    onnx.save(without_traces(onnx.load("mlp.onnx")), OUT / "mlp.onnx")


if __name__ == "__main__":
    main()
