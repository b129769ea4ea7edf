"""MAT-files of version 5 for tests/data/mat_test.ts and svhn_test.ts, written by SciPy.

Run from the repository's root: python tools/golden/mat.py
"""

from pathlib import Path

import numpy as np
from scipy.io import savemat

FOLDER = Path("tests/golden/mat")


def svhn(count):
    """Returns images and labels: pixel [r, c, channel, n] is (7 r + 13 c + 50 channel + 101 n) modulo 256."""
    r, c, channel, n = np.indices((32, 32, 3, count))
    images = ((7 * r + 13 * c + 50 * channel + 101 * n) % 256).astype(np.uint8)
    labels = (np.arange(count)[:, None] + 7) % 10 + 1
    return {"X": images, "y": labels.astype(np.uint8)}


def main():
    savemat(FOLDER / "svhn.mat", svhn(6), do_compression=True)
    savemat(FOLDER / "svhn_plain.mat", svhn(1), do_compression=False)
    numbers = {
        "double": np.array([[1.5, -2, 1e300], [0, np.inf, 3]]),
        "single": np.array([[0.1, 2]], np.float32),
        "i1": np.array([[-128], [127]], np.int8),
        "i2": np.array([[-32768, 5, 6]], np.int16),
        "u2": np.array([[65535]], np.uint16),
        "i4": np.array([[-(2**31), 7]], np.int32),
        "u4": np.array([[2**32 - 1]], np.uint32),
        "cube": np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
        "empty": np.zeros((0, 3)),
    }
    savemat(FOLDER / "numbers.mat", numbers, do_compression=False)
    savemat(FOLDER / "numbers_compressed.mat", numbers, do_compression=True)
    refused = {
        "cell": np.array(["a", 1], dtype=object),
        "struct": {"field": 1},
        "text": "abc",
        "complex": np.array([1 + 2j]),
        "int64": np.array([1], np.int64),
    }
    for name, value in refused.items():
        savemat(FOLDER / f"refused_{name}.mat", {"value": value}, do_compression=False)
    for file in sorted(FOLDER.glob("*.mat")):
        # SciPy writes the time into the header; a fixed text keeps the files the same.
        data = bytearray(file.read_bytes())
        data[:116] = b"MATLAB 5.0 MAT-file, SciPy".ljust(116)
        file.write_bytes(data)
        print(file.name, len(data))


if __name__ == "__main__":
    main()
