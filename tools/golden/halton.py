"""Writes tests/golden/search/halton.json: points of Halton's sequence by SciPy, plain and with given permutations of the digits.

python tools/golden/halton.py (scipy 1.17, numpy 2.4)
"""
import json
import math
import pathlib

import numpy as np
import scipy
from scipy.stats import _qmc, qmc

OUT = pathlib.Path(__file__).parents[2] / "tests/golden/search/halton.json"
BASES = [2, 3, 5, 13, 31]


def permuted(base, n=20):
    """Returns the numbers of one base, and the permutations of their digits, one for each place."""
    rng = np.random.default_rng(base)
    places = math.ceil(54 / math.log2(base)) - 1
    digits = np.array([rng.permutation(base) for _ in range(places)])
    values = _qmc.van_der_corput(n, base, scramble=True, permutations=digits)
    return {"base": base, "digits": digits.tolist(), "values": list(values)}


golden = {
    "version": scipy.__version__,
    "plain": qmc.Halton(d=12, scramble=False).random(40).tolist(),
    "permuted": [permuted(base) for base in BASES],
}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden) + "\n")
