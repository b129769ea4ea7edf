"""Writes tests/golden/benchmark/intervals.json: intervals of means and medians by SciPy, in float64.

Run: python tools/golden/benchmark_intervals.py (scipy 1.17.1, numpy 2.4.6)
"""

import json
import pathlib

import numpy
import scipy
from scipy import stats

SEED = 20240229
SIZES = [2, 3, 5, 6, 7, 9, 10, 12, 17, 20, 33]


def bound(value):
    """Returns a number, or None for a bound that does not exist."""
    return float(value) if numpy.isfinite(value) else None


def case(rng, size):
    """Returns a sample with its intervals."""
    values = rng.normal(3, 2, size).tolist()
    mean = stats.t.interval(0.95, size - 1, loc=numpy.mean(values), scale=stats.sem(values))
    test = stats.quantile_test(values, q=numpy.median(values), p=0.5, alternative="two-sided")
    median = test.confidence_interval(confidence_level=0.95)
    return {
        "values": values,
        "mean": [float(numpy.mean(values)), float(mean[0]), float(mean[1])],
        # One bound alone is not an interval of 95 %.
        "median": [bound(median.low), bound(median.high)],
    }


def main():
    rng = numpy.random.default_rng(SEED)
    document = {
        "framework": f"scipy {scipy.__version__}",
        "seed": SEED,
        "cases": [case(rng, size) for size in SIZES],
    }
    path = pathlib.Path(__file__).parents[2] / "tests/golden/benchmark/intervals.json"
    path.write_text(json.dumps(document, indent=1) + "\n")


main()
