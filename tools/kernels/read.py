"""Writes a table of kernels: every kernel that a provider of ONNX Runtime registers, with its versions and types.

CUDA:   LD_LIBRARY_PATH=STAND_INS python tools/kernels/read.py cuda > lowering/kernels/cuda.json
        with PyPI's onnxruntime-gpu 1.30.0, and CUDA or the stand-ins of cuda_stand_ins.py
WebGPU: python tools/kernels/read.py webgpu > lowering/kernels/webgpu.json
        with PyPI's onnxruntime 1.30 and onnxruntime-ep-webgpu 0.4.0, where ONNX Runtime finds a GPU of any maker
"""

import json
import sys
from importlib.metadata import version

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

DOMAINS = ("", "com.microsoft")
NAMES = {"float": "float32", "double": "float64"}
OPEN = 2**31 - 1


def cuda():
    found = [k for k in runtime.get_all_opkernel_def() if k.provider == "CUDAExecutionProvider"]
    return found, f"the registrations of onnxruntime-gpu {version('onnxruntime-gpu')} (PyPI)"


def webgpu():
    import onnxruntime_ep_webgpu as plugin

    onnxruntime.register_execution_provider_library("webgpu", plugin.get_library_path())
    found = runtime.get_registered_ep_kernel_defs(plugin.get_ep_name())
    return found, f"the registrations of onnxruntime-ep-webgpu {version('onnxruntime-ep-webgpu')} (PyPI)"


def types(kernel):
    """Returns the tensor types that a kernel takes, by the name of a type variable or of an input."""
    names = {k: [t[7:-1] for t in v if t.startswith("tensor(")] for k, v in kernel.type_constraints.items()}
    return {k: frozenset(NAMES.get(t, t) for t in v) for k, v in names.items()}


def joined(kernels):
    """Returns fewer kernels that take the same: two become one where they differ in one constraint."""
    for i, a in enumerate(kernels):
        for j, b in enumerate(kernels[:i]):
            differ = [k for k in a if a[k] != b.get(k)]
            if a.keys() == b.keys() and len(differ) <= 1:
                both = {k: a[k] | b[k] for k in a}
                return joined(kernels[:j] + kernels[j + 1 : i] + kernels[i + 1 :] + [both])
    return kernels


def rows(kernels):
    """Returns `[first version, last version or null, types]` of an operator's kernels."""
    versions = {}
    for k in kernels:
        versions.setdefault(tuple(k.version_range), []).append(types(k))
    for (first, last), group in sorted(versions.items()):
        for kernel in joined(group):
            yield [first, None if last == OPEN else last, {k: " ".join(sorted(v)) for k, v in sorted(kernel.items())}]


def main(provider):
    found, source = {"cuda": cuda, "webgpu": webgpu}[provider]()
    operators = {}
    for k in found:
        if k.domain in DOMAINS:
            operators.setdefault(f"{k.domain}:{k.op_name}".removeprefix(":"), []).append(k)
    lines = [f"    {json.dumps(op)}: {json.dumps(list(rows(operators[op])))}" for op in sorted(operators)]
    head = f'  "made by": "tools/kernels/read.py {provider}",\n  "source": {json.dumps(source)},\n  "operators": {{\n'
    print("{\n" + head + ",\n".join(lines) + "\n  }\n}")


if __name__ == "__main__":
    main(sys.argv[1])
