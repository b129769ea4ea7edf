"""Cases of statistics for statistics.py: samples, and what each package makes of them."""

import importlib.metadata
import itertools
import math
from fractions import Fraction

import lifelines
import numpy as np
import scipy
import statsmodels
from lifelines.utils import restricted_mean_survival_time
from rliable import library, metrics
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

from shared import SEED

SIDES = ("two-sided", "greater", "less")


def generator(offset):
    return np.random.Generator(np.random.Philox(SEED + offset))


def plain(values):
    """Returns values with six significant digits."""
    return [float("%.6g" % v) for v in values]


def number(value):
    """Returns a number for JSON; what JSON lacks is text."""
    value = float(value)
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def case(function, arguments, expected, **options):
    return {
        "function": function,
        "arguments": arguments,
        "options": options,
        "expected": [number(v) for v in expected],
    }


def differences():
    """Returns samples of paired differences: by name."""
    random = generator(10)
    samples = {f"n{n}": plain(random.standard_normal(n) + 0.4) for n in (1, 2, 3, 6, 12, 13, 25, 50, 51, 80)}
    samples["ties"] = [float(v) for v in random.integers(1, 5, 11) * random.choice([-1, 1], 11)]
    samples["zeros"] = [0.0, 0.0, 0.3, -0.1, 0.7, 0.2, 0.0, 0.5, 0.4]
    samples["zeros and ties"] = [0.0, 1.0, 1.0, -1.0, 2.0, 2.0, 0.0, 3.0, -2.0, 1.0, 4.0]
    samples["many ties"] = [float(v) for v in random.integers(-3, 6, 70)]
    samples["all equal"] = [0.5] * 7
    return samples


def sign_flips(samples):
    for name, d in samples.items():
        # SciPy refuses a single difference.
        if not 2 <= len(d) <= 13:
            continue
        for side in SIDES:
            # Rounded, as sums that are equal may differ in their last bits.
            p = stats.permutation_test(
                (np.array(d),),
                lambda x, axis: np.round(np.sum(x, axis=axis), 9),
                permutation_type="samples",
                n_resamples=2**14,
                alternative=side,
                vectorized=True,
            ).pvalue
            yield case("signFlipTest", [d], [p], alternative=side)


def wilcoxon(samples):
    for name, d in samples.items():
        tied = len(set(map(abs, d))) < len(d) or 0.0 in d
        for side, zeros in itertools.product(SIDES, ("wilcox", "pratt")):
            settings = {"alternative": side, "zero_method": zeros}
            for continuity in (False, True):
                # SciPy's statistic on two sides is the smaller sum.
                positive = stats.wilcoxon(
                    d, alternative="greater", zero_method=zeros, method="asymptotic"
                ).statistic
                p = stats.wilcoxon(d, **settings, correction=continuity, method="asymptotic").pvalue
                options = {"alternative": side, "zeros": zeros, "method": "normal", "continuity": continuity}
                yield case("wilcoxonTest", [d], [positive, p], **options)
            if len(d) <= 13:
                p = stats.wilcoxon(d, **settings, method="auto").pvalue
            elif len(d) <= 50 and not tied:
                p = stats.wilcoxon(d, **settings, method="exact").pvalue
            else:
                continue
            yield case("wilcoxonTest", [d], [positive, p], alternative=side, zeros=zeros, method="exact")


def mann_whitney():
    random = generator(11)
    samples = [
        (plain(random.standard_normal(m) + 0.5), plain(random.standard_normal(n)))
        for m, n in ((1, 1), (1, 4), (3, 3), (5, 8), (12, 9), (20, 30), (40, 35))
    ]
    whole = lambda n: [float(v) for v in random.integers(0, 4, n)]
    samples += [(whole(4), whole(5)), (whole(6), whole(6)), (whole(30), whole(40))]
    for a, b in samples:
        tied = len({*a, *b}) < len(a) + len(b)
        for side in SIDES:
            for continuity in (False, True):
                found = stats.mannwhitneyu(
                    a, b, use_continuity=continuity, alternative=side, method="asymptotic"
                )
                options = {"alternative": side, "method": "normal", "continuity": continuity}
                yield case("mannWhitneyTest", [a, b], [found.statistic, found.pvalue], **options)
            if len(a) + len(b) > 50:
                continue
            if tied:
                method = stats.PermutationMethod(n_resamples=10**6)
            else:
                method = "exact"
            found = stats.mannwhitneyu(a, b, alternative=side, method=method)
            yield case(
                "mannWhitneyTest", [a, b], [found.statistic, found.pvalue], alternative=side, method="exact"
            )


def t_tests(samples):
    for name, d in samples.items():
        if len(d) > 1 and name != "all equal":
            for side in SIDES:
                found = stats.ttest_1samp(d, 0, alternative=side)
                yield case("pairedTTest", [d], [found.statistic, found.pvalue], alternative=side)


def correlations():
    random = generator(12)
    pairs = []
    for n in (2, 3, 4, 7, 12, 33, 34, 60):
        a = random.standard_normal(n)
        pairs.append((plain(a), plain(0.5 * a + random.standard_normal(n))))
    pairs.append(([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 3.0, 5.0, 8.0, 9.0]))
    pairs.append(([1.0, 2.0, 3.0, 4.0, 5.0], [9.0, 7.0, 5.0, 3.0, 1.0]))
    whole = lambda n: [float(v) for v in random.integers(0, 4, n)]
    pairs += [(whole(5), whole(5)), (whole(20), whole(20)), (whole(20), plain(random.standard_normal(20)))]
    pairs.append(([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))
    for (a, b), side in itertools.product(pairs, SIDES):
        found = stats.kendalltau(a, b, alternative=side)
        yield case("kendall", [a, b], [found.statistic, found.pvalue], alternative=side)
        if len(a) > 2:
            found = stats.spearmanr(a, b, alternative=side)
            yield case("spearman", [a, b], [found.statistic, found.pvalue], alternative=side)


def distributions():
    for z in np.linspace(-8, 30, 77):
        yield case("normalTail", [float(z)], [stats.norm.sf(z)])
    for degrees in (1, 2, 3, 4, 7, 10, 19, 50, 200, 1000, 100_000):
        for t in (-20, -3, -1, -0.1, 0, 0.1, 0.5, 1, 2, 3, 5, 10, 20, 100):
            if stats.t.sf(t, degrees) > 1e-250:
                yield case("studentTail", [t], [stats.t.sf(t, degrees)], degrees=degrees)
        for p in (0.4, 0.05, 0.025, 0.025 / 3, 1e-3, 1e-8):
            yield case("studentQuantile", [p], [stats.t.isf(p, degrees)], degrees=degrees)


def trimmed():
    random = generator(13)
    for n in (1, 2, 3, 4, 5, 7, 8, 23, 60):
        values = plain(random.standard_normal(n))
        yield case("interquartileMean", [values], [stats.trim_mean(values, 0.25)])


STATISTICS = {
    "mean": (lambda x, axis: np.mean(x, axis=axis), 1, False),
    "deviation": (lambda x, axis: np.std(x, axis=axis, ddof=1), 1, False),
    "difference": (lambda x, y, axis: np.mean(x, axis=axis) - np.mean(y, axis=axis), 2, False),
    "paired ratio": (lambda x, y, axis: np.mean(x, axis=axis) / np.mean(y, axis=axis), 2, True),
}


def bootstraps():
    """Returns the bounds from few resamples, which are stored, and those from 100,000."""
    random = generator(14)
    rows = []
    for name, (statistic, samples, paired) in STATISTICS.items():
        data = [plain(random.gamma(2.0, 1.0, 12) + 0.3 * k) for k in range(samples)]
        if not paired and samples == 2:
            data[1] = data[1][:9]
        for interval, confidence in itertools.product(("percentile", "bca"), (0.9, 0.95)):
            settings = {
                "paired": paired,
                "confidence_level": confidence,
                "method": interval,
                "vectorized": True,
            }
            few = stats.bootstrap(data, statistic, **settings, n_resamples=200, rng=generator(15))
            many = stats.bootstrap(
                data, statistic, **settings, n_resamples=100_000, rng=generator(16), batch=10_000
            )
            rows.append(
                {
                    "statistic": name,
                    "paired": paired,
                    "interval": interval,
                    "confidence": confidence,
                    "samples": data,
                    "value": float(statistic(*map(np.array, data), axis=-1)),
                    "resampled": [float(v) for v in few.bootstrap_distribution],
                    "few": [float(v) for v in few.confidence_interval],
                    "many": [float(v) for v in many.confidence_interval],
                }
            )
    return {"framework": "scipy", "version": scipy.__version__}, rows


def of_scipy():
    samples = differences()
    parts = (
        sign_flips(samples),
        wilcoxon(samples),
        mann_whitney(),
        t_tests(samples),
        correlations(),
        distributions(),
        trimmed(),
    )
    return {"framework": "scipy", "version": scipy.__version__}, [c for part in parts for c in part]


def adjusted():
    random = generator(17)
    lists = [[0.01], [0.04, 0.01, 0.03], [0.5, 0.5, 0.02, 0.02], [1.0, 0.0, 0.3]]
    lists.append(plain(random.random(12) ** 3))
    for p in lists:
        for function, method in (("holm", "holm"), ("benjaminiHochberg", "fdr_bh")):
            yield case(function, [p], multipletests(p, method=method)[1])


def powers():
    sides = {"two-sided": "two-sided", "greater": "larger"}
    for pairs, effect, level, side in itertools.product(
        (2, 5, 6, 12, 30, 200), (0.05, 0.3, 0.8, 2.0), (0.05, 0.01), sides
    ):
        p = TTestPower().power(effect, pairs, level, alternative=sides[side])
        # SciPy's noncentral t distribution has no value far out.
        if not math.isnan(p):
            options = {"pairs": pairs, "effect": effect, "deviation": 1, "level": level, "alternative": side}
            yield case("pairedPower", [], [p], **options)
    for effect, deviation, level, power in (
        (0.5, 1, 0.05, 0.8),
        (0.5, 1, 0.05 / 3, 0.8),
        (0.2, 0.5, 0.05, 0.9),
        (0.1, 1, 0.01, 0.8),
        (0.01, 1, 0.05, 0.8),
        (0.5, 0.75, 0.05, 0.8),
    ):
        for side in sides:
            pairs = TTestPower().solve_power(effect / deviation, None, level, power, alternative=sides[side])
            options = {
                "effect": effect,
                "deviation": deviation,
                "level": level,
                "power": power,
                "alternative": side,
            }
            yield case("pairsForPower", [], [math.ceil(pairs)], **options)


def survival_samples():
    random = generator(18)
    samples = []
    for n, late in ((1, 0.0), (5, 0.0), (8, 0.3), (20, 0.5), (40, 0.2)):
        times = [float(v) for v in random.integers(1, 25, n)]
        samples.append([{"time": t, "reached": bool(random.random() >= late)} for t in times])
    samples.append([{"time": 5.0, "reached": False}, {"time": 9.0, "reached": False}])
    return samples


def survival():
    for sample in survival_samples():
        times, reached = [s["time"] for s in sample], [s["reached"] for s in sample]
        if any(reached):
            found = SurvfuncRight(times, reached)
            steps = [v for pair in zip(found.surv_times, found.surv_prob) for v in pair]
        else:
            steps = []
        yield case("kaplanMeier", [sample], steps)


def of_statsmodels():
    parts = (adjusted(), powers(), survival())
    return {"framework": "statsmodels", "version": statsmodels.__version__}, [
        c for part in parts for c in part
    ]


def of_lifelines():
    cases = []
    for sample in survival_samples():
        times, reached = [s["time"] for s in sample], [s["reached"] for s in sample]
        fitter = lifelines.KaplanMeierFitter().fit(times, reached)
        for horizon in sorted({1.5, max(times) / 2, max(times)}):
            mean = restricted_mean_survival_time(fitter, t=horizon)
            expected = [fitter.median_survival_time_, mean]
            cases.append(case("timeToTarget", [sample], expected, horizon=horizon))
    return {"framework": "lifelines", "version": lifelines.__version__}, cases


def of_rliable():
    """Returns metrics of scores [task][run], and their percentile intervals from 50,000 resamples."""
    random = generator(19)
    shapes = {"few": (3, 4, 4), "many": (10, 5, 7), "one task": (1, 6, 6), "ties": (4, 8, 3)}
    cases, thresholds = [], [-1.0, 0.0, 0.25, 0.5, 1.0, 2.0]
    for name, (tasks, m, n) in shapes.items():
        x = random.standard_normal((tasks, m)) + 0.5 + np.linspace(0, 1, tasks)[:, None]
        y = random.standard_normal((tasks, n)) + np.linspace(0, 1, tasks)[:, None]
        if name == "ties":
            x, y = np.round(x), np.round(y)
        x, y = ([plain(row) for row in scores] for scores in (x, y))
        # rliable has the runs first.
        a, b = np.array(x).T, np.array(y).T
        flat = [v for row in x for v in row]
        measures = {
            "interquartileMean": (lambda s: metrics.aggregate_iqm(s), [a]),
            "optimalityGap": (lambda s: metrics.aggregate_optimality_gap(s, 1.0), [a]),
            "probabilityOfImprovement": (lambda s, t: metrics.probability_of_improvement(s, t), [a, b]),
        }
        cases.append(
            case("scoreDistribution", [flat, thresholds], library.score_distributions(a, thresholds))
        )
        for function, (measure, scores) in measures.items():
            # Its bootstrap draws from NumPy's global generator, whatever random_state it is given.
            np.random.seed(SEED)
            wrapped = lambda *s, measure=measure: np.array([measure(*s)])
            given = {name: scores if len(scores) > 1 else scores[0]}
            reps = 50_000 if function != "probabilityOfImprovement" else 5000
            values, bounds = library.get_interval_estimates(given, wrapped, reps=reps)
            row = case(function, [x, y] if len(scores) > 1 else [flat], [values[name][0]])
            row["scores"] = [x, y] if len(scores) > 1 else [x]
            row["interval"] = [float(v) for v in bounds[name].ravel()]
            row["reps"] = reps
            cases.append(row)
    return {"framework": "rliable", "version": importlib.metadata.version("rliable")}, cases


def of_enumeration():
    """Returns the expected best over all draws, and performance profiles by their definition."""
    cases = []
    for values in ([3.0], [0.5, 0.75], [4.0, 1.0, 2.5], [1.0, 1.0, 2.0, 7.0, 3.0]):
        exact = [Fraction(v) for v in values]
        for trials, best in itertools.product(range(1, 6), (max, min)):
            options = {"trials": trials, "best": "greatest" if best is max else "least"}
            again = [best(c) for c in itertools.product(exact, repeat=trials)]
            expected = sum(again) / len(again)
            cases.append(case("expectedBest", [values], [expected], **options, replacement=True))
            if trials <= len(values):
                once = [best(c) for c in itertools.combinations(exact, trials)]
                cases.append(case("expectedBest", [values], [sum(once) / len(once)], **options))
    random = generator(20)
    factors = [1, 1.5, 2, 4, 10, 100]
    for solvers, problems in ((1, 1), (2, 5), (4, 12)):
        costs = {f"s{s}": plain(random.gamma(1.0, 3.0, problems) + 0.1) for s in range(solvers)}
        failed = {s: [bool(random.random() < 0.2) for _ in c] for s, c in costs.items()}
        shares = []
        for s in costs:
            for factor in factors:
                solved = 0
                for i in range(problems):
                    others = [costs[o][i] for o in costs if not failed[o][i]]
                    solved += not failed[s][i] and costs[s][i] / min(others) <= factor
                shares.append(solved / problems)
        given = {s: ["Infinity" if f else v for v, f in zip(costs[s], failed[s])] for s in costs}
        cases.append(case("performanceProfiles", [given, factors], shares))
    return {"framework": "enumeration", "version": "1"}, cases
