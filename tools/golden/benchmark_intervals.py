"""Writes tests/golden/benchmark/intervals.json: intervals of means and medians, tests by swaps and Kendall's W by SciPy.

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


def iqm(values):
    """Returns the interquartile mean."""
    return stats.trim_mean(numpy.asarray(values).ravel(), 0.25)


def swap_case(rng, shape):
    """Returns the scores of two algorithms, [task][run], and the test of their interquartile means over all swaps."""
    a = rng.normal(0.6, 0.2, shape)
    b = rng.normal(0.4, 0.2, shape)
    test = stats.permutation_test(
        (a.ravel(), b.ravel()),
        lambda x, y: iqm(x) - iqm(y),
        permutation_type="samples",
        n_resamples=numpy.inf,
    )
    return {"a": a.tolist(), "b": b.tolist(), "statistic": float(test.statistic), "p": float(test.pvalue)}


def concordance_case(rng, problems, optimizers):
    """Returns losses, [problem][optimizer] with some ties, and their concordance by Friedman's statistic."""
    losses = numpy.round(rng.uniform(0, 1, (problems, optimizers)), 1)
    friedman = stats.friedmanchisquare(*losses.T)
    return {"losses": losses.tolist(), "concordance": float(friedman.statistic / (problems * (optimizers - 1)))}


def main():
    rng = numpy.random.default_rng(SEED)
    document = {
        "framework": f"scipy {scipy.__version__}",
        "seed": SEED,
        "cases": [case(rng, size) for size in SIZES],
        "swaps": [swap_case(rng, shape) for shape in [(1, 6), (2, 4), (3, 4)]],
        "concordance": [concordance_case(rng, m, k) for m, k in [(4, 3), (6, 5), (9, 7)]],
    }
    path = pathlib.Path(__file__).parents[2] / "tests/golden/benchmark/intervals.json"
    path.write_text(json.dumps(document, indent=1) + "\n")


main()
