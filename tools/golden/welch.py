"""Writes tests/golden/stats/welch.json: Welch's test and interval by SciPy.

Needs PyPI's scipy 1.17.1 and numpy 2.4.6. Run:  python tools/golden/welch.py
The format is that of the files beside it: `README.md` there. The same versions write the same bytes.
"""

import numpy as np
import scipy
from scipy import stats

from shared import ROOT, SEED, write

# Sizes of both samples, and their standard deviations.
SAMPLES = [
    ((2, 2), (1, 1)),
    ((3, 5), (1, 1)),
    ((5, 3), (1, 10)),
    ((10, 3), (0.01, 2)),
    ((7, 6), (3, 0.001)),
    ((40, 25), (1, 4)),
]


def cases():
    random = np.random.Generator(np.random.Philox(SEED + 70))
    for (na, nb), (sa, sb) in SAMPLES:
        for shift in (0, 1.5):
            a = [float("%.6g" % v) for v in random.normal(80 + shift, sa, na)]
            b = [float("%.6g" % v) for v in random.normal(80, sb, nb)]
            result = stats.ttest_ind(a, b, equal_var=False)
            for confidence in (0.95, 0.5):
                low, high = result.confidence_interval(confidence)
                expected = [np.mean(a) - np.mean(b), low, high, result.pvalue, result.df]
                yield {
                    "function": "welch",
                    "arguments": [a],
                    "options": {"with": b, "confidence": confidence},
                    "expected": [float(v) for v in expected],
                }


if __name__ == "__main__":
    head = {"framework": "scipy", "version": scipy.__version__, "seed": SEED}
    write(ROOT / "stats" / "welch.json", head, "cases", list(cases()))
