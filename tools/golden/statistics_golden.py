"""Writes tests/golden/stats/: statistics by SciPy, statsmodels, lifelines, rliable, and by enumeration.

Needs PyPI's scipy 1.17.1, statsmodels 0.15.0, lifelines 0.30.3, rliable 1.2.0 (arch 7.2.0) and numpy 2.4.6.
Run:  python tools/golden/statistics_golden.py
`README.md` beside the files describes the format; the same versions write the same bytes.
"""

import warnings

from golden_statistics import bootstraps, of_enumeration, of_lifelines, of_rliable, of_scipy, of_statsmodels
from shared import ROOT, SEED, write


def main():
    # SciPy warns of constant samples, whose results are stored as NaN.
    warnings.simplefilter("ignore")
    for make in (of_scipy, of_statsmodels, of_lifelines, of_rliable, of_enumeration):
        head, cases = make()
        write(ROOT / "stats" / f"{head['framework']}.json", {**head, "seed": SEED}, "cases", cases)
    head, cases = bootstraps()
    write(ROOT / "stats" / "scipy_bootstrap.json", {**head, "seed": SEED}, "cases", cases)


if __name__ == "__main__":
    main()
