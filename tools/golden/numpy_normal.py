"""Writes tests/golden/random/numpy.json: numbers of NumPy's RandomState, for random/mt19937.ts and random/numpy_normal.ts.

python tools/golden/numpy_normal.py (numpy 2.4)
"""
import hashlib
import json
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).parents[2] / "tests/golden/random/numpy.json"
SEEDS = [0, 42, 5489, 2**32 - 1]
# The data of quadratic_deep and of the two-dimensional functions, and an odd number.
DRAWS = [(42, 0.6, 100_000), (43, 0.6, 100_000), (44, 0.6, 100_000), (42, 1.0, 20_000), (2**32 - 1, 2.5, 999)]


def drawn(seed, std, count):
    """Returns the first numbers of a draw, rounded to float32, and the digest of all of them."""
    values = np.random.RandomState(seed).normal(0, std, count).astype("<f4")
    digest = hashlib.sha256(values.tobytes()).hexdigest()
    return {"seed": seed, "std": std, "count": count, "first": values[:5].tolist(), "sha256": digest}


def words(seed):
    """Returns words of MT19937 from two runs of its recurrence."""
    state = np.random.RandomState(seed)
    drawn = state.randint(0, 2**32, 1300, dtype=np.uint64)
    return {"seed": seed, "first": drawn[:4].tolist(), "last": drawn[-4:].tolist()}


golden = {"version": np.__version__, "words": [words(s) for s in SEEDS], "normal": [drawn(*d) for d in DRAWS]}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden) + "\n")
