"""Checks models that Descent trained with onnx.checker and Python's ONNX Runtime: python tools/golden/check_trained.py FOLDER

The folder is one that tools/golden/trained_models.ts wrote.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

BOUND = {"float32": 1e-5, "float16": 2e-3}


def array(t):
    return np.array(t["data"], t["dtype"]).reshape(t["shape"])


def main(folder):
    worst, failed = 0.0, 0
    models = sorted(Path(folder).glob("*.onnx"))
    for path in models:
        onnx.checker.check_model(onnx.load(path), full_check=True)
        seen = json.loads(path.with_suffix(".json").read_text())
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        names = [o.name for o in session.get_outputs()]
        assert names == list(seen["outputs"]), (path.name, names)
        found = session.run(names, {n: array(t) for n, t in seen["inputs"].items()})
        for name, y in zip(names, found):
            wanted = array(seen["outputs"][name])
            assert (y.dtype, y.shape) == (wanted.dtype, wanted.shape), (path.name, name, y.dtype, y.shape)
            scale = float(np.abs(wanted).max()) or 1.0
            distance = float(np.abs(y.astype(np.float64) - wanted).max()) / scale
            fell = seen["losses"][-1] < seen["losses"][0]
            ok = distance <= BOUND[str(y.dtype)] and fell
            failed += not ok
            if y.dtype == np.float32:
                worst = max(worst, distance)
            print(f"{'ok  ' if ok else 'FAIL'} {path.name}: checked; {name} {y.dtype} differs by {distance:.2e} of its largest element")
    print(f"{len(models)} models, {failed} failed; onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}; float32 differs by {worst:.2e} at most")
    sys.exit(failed > 0 or not models)


if __name__ == "__main__":
    main(sys.argv[1])
