"""Writes tests/golden/optuna: what Optuna proposes, prunes and finds important, for the tests of sweeps.

python tools/golden/optuna_sweeps.py (PyPI's optuna 5.0.0, numpy 2.4.6, mpmath 1.3.0). Optuna's default samplers, pruners and evaluators are
called as they are, with one exception: numpy.argsort is made stable, because the order of equal values in NumPy's default
sort depends on the processor.
"""

import json
import pathlib
import warnings

import mpmath
import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.pruners import MedianPruner
from optuna.samplers import TPESampler
from optuna.samplers._tpe.probability_distributions import _BatchedCategoricalDistributions
from optuna.samplers._tpe.sampler import _split_trials
from optuna.trial import TrialState, create_trial

OUT = pathlib.Path(__file__).parents[2] / "tests/golden/optuna"
STATES = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "running": TrialState.RUNNING}

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")
unstable = np.argsort
np.argsort = lambda a, *args, **options: unstable(a, *args, **{**options, "kind": "stable"})


def write(name, cases):
    head = json.dumps({"framework": "optuna", "version": optuna.__version__})[:-1]
    lines = ",\n".join(json.dumps(case, allow_nan=False) for case in cases)
    (OUT / f"{name}.json").write_text(f'{head}, "cases": [\n{lines}\n]}}\n')


def number(low, high, *, log=False, integer=False):
    return {"kind": "number", "low": low, "high": high, "log": log, "integer": integer}


def choice(count):
    return {"kind": "choice", "count": count}


def distribution(dimension):
    if dimension["kind"] == "choice":
        return CategoricalDistribution(list(range(dimension["count"])))
    kind = IntDistribution if dimension["integer"] else FloatDistribution
    return kind(dimension["low"], dimension["high"], log=dimension["log"])


def drawn(rng, dimension):
    if dimension["kind"] == "choice":
        return int(rng.integers(dimension["count"]))
    low, high = dimension["low"], dimension["high"]
    if dimension["log"]:
        value = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    else:
        value = float(rng.uniform(low, high))
    return min(high, max(low, round(value))) if dimension["integer"] else value


def names(dimensions):
    return [f"x{i}" for i in range(len(dimensions))]


def study_of(dimensions, history, goal):
    study = optuna.create_study(direction={"min": "minimize", "max": "maximize"}[goal])
    space = {name: distribution(d) for name, d in zip(names(dimensions), dimensions)}
    for tried in history:
        state = STATES[tried["state"]]
        value = tried.get("value")
        study.add_trial(
            create_trial(
                state=state,
                value=value if state == TrialState.COMPLETE else None,
                params=dict(zip(space, tried["point"])),
                distributions=space,
                intermediate_values={tried["step"]: value} if state == TrialState.PRUNED else {},
            )
        )
    return study, space


def component(d):
    if isinstance(d, _BatchedCategoricalDistributions):
        return {"kind": "choice", "probabilities": d.weights.tolist()}
    return {"kind": "number", "mu": d.mu.tolist(), "sigma": d.sigma.tolist()}


def mixture(estimator):
    of = estimator._mixture_distribution
    return {"weights": of.weights.tolist(), "parts": [component(d) for d in of.distributions]}


def proposal(name, dimensions, history, *, goal="min", candidates=24, gamma=0.1, seed=0):
    study, space = study_of(dimensions, history, goal)
    count = lambda n: min(int(np.ceil(gamma * n)), 25)
    # The default is left to Optuna.
    options = {} if gamma == 0.1 else {"gamma": count}
    sampler = TPESampler(seed=seed, n_ei_candidates=candidates, **options)
    new = study._storage.get_trial(study._storage.create_new_trial(study._study_id))
    chosen = sampler._sample(study, new, space)
    again = TPESampler(seed=seed, n_ei_candidates=candidates, **options)
    trials = [t for t in study.get_trials(deepcopy=False) if t.number != new.number]
    ended = sum(t.state != TrialState.RUNNING for t in trials)
    below, above = _split_trials(study, trials, sampler._gamma(ended))
    good = again._build_parzen_estimator(study, space, below, handle_below=True)
    others = again._build_parzen_estimator(study, space, above, handle_below=False)
    points = good.sample(again._rng.rng, candidates)
    table = np.array([points[n] for n in space]).T
    scores = again._compute_acquisition_func(points, good, others)
    if ended >= 10:
        # The way that users go: a study with its default sampler asks for the next trial.
        asking, _ = study_of(dimensions, history, goal)
        asking.sampler = TPESampler(seed=seed, n_ei_candidates=candidates, **options)
        assert asking.ask(space).params == chosen, name
    draws = np.random.RandomState(seed).random_sample(candidates * (1 + len(dimensions)))
    return {
        "name": name,
        "dimensions": dimensions,
        "goal": goal,
        "count": candidates,
        "gamma": gamma,
        "history": history,
        "draws": draws.tolist(),
        "good": [t.number for t in below],
        "goodMixture": mixture(good),
        "otherMixture": mixture(others),
        "candidates": table.tolist(),
        "goodLogDensities": good.log_pdf(points).tolist(),
        "otherLogDensities": others.log_pdf(points).tolist(),
        "scores": scores.tolist(),
        "proposal": [float(chosen[n]) for n in space],
    }


def complete(rng, dimensions, n, *, digits=None, spread=1.0):
    """Returns complete trials near a random optimum; with `digits`, values that tie."""
    points = [[drawn(rng, d) for d in dimensions] for _ in range(n)]
    values = [float(rng.normal() * spread) for _ in points]
    return [
        {"state": "complete", "point": p, "value": v if digits is None else round(v, digits)}
        for p, v in zip(points, values)
    ]


MIXED = [
    number(1e-5, 1e-1, log=True),
    number(-2.0, 3.0),
    number(1, 8, integer=True),
    number(16, 512, log=True, integer=True),
    choice(3),
]


def mixed_states(rng, n):
    trials = complete(rng, MIXED, n)
    for i, t in enumerate(trials):
        if i % 3 == 1:
            t.update(state="pruned", step=int(rng.integers(1, 6)))
    for t in trials[-3:]:
        t["state"] = "running"
        t.pop("value", None)
        t.pop("step", None)
    return trials


def tpe():
    rng = np.random.default_rng(17)
    linear, log = [number(-5.0, 10.0)], [number(1e-5, 1.0, log=True)]
    integer, log_integer = [number(1, 9, integer=True)], [number(1, 1000, log=True, integer=True)]
    near = [{"state": "complete", "point": [1 + 1e-3 * i], "value": float(i)} for i in range(60)]
    cases = [
        proposal("no trials", MIXED, [], seed=1),
        proposal("one trial", MIXED, complete(rng, MIXED, 1), seed=2),
        proposal("two trials", MIXED, complete(rng, MIXED, 2), seed=3),
        proposal("linear", linear, complete(rng, linear, 12), seed=4),
        proposal("logarithmic, maximized", log, complete(rng, log, 26), goal="max", seed=5),
        proposal("integers", integer, complete(rng, integer, 30), seed=6),
        proposal("integers on a logarithmic scale", log_integer, complete(rng, log_integer, 40), seed=7),
        proposal("choices", [choice(4)], complete(rng, [choice(4)], 20), goal="max", seed=8),
        proposal("equal values", MIXED, complete(rng, MIXED, 50, digits=0), seed=9),
        proposal("equal values, maximized", MIXED, complete(rng, MIXED, 50, digits=0), goal="max", seed=10),
        proposal("many trials", MIXED, complete(rng, MIXED, 300), seed=11, candidates=48),
        proposal("pruned and running trials", MIXED, mixed_states(rng, 40), seed=12),
        proposal("pruned and running, maximized", MIXED, mixed_states(rng, 40), goal="max", seed=13),
        proposal(
            "only pruned trials",
            linear,
            [
                {"state": "pruned", "point": [float(i)], "value": float(i % 4), "step": i % 3}
                for i in range(10)
            ],
            seed=14,
        ),
        proposal("a larger share of good trials", MIXED, complete(rng, MIXED, 30), gamma=0.25, seed=15),
        proposal("all trials at one end", [number(1.0, 1e4, log=True)], near, seed=16),
    ]
    write("tpe", cases)


def median():
    """Writes what MedianPruner says of a trial after each of its steps, given earlier trials."""
    rng = np.random.default_rng(5)
    cases = []
    for i in range(60):
        goal = ["min", "max"][i % 2]
        options = {
            "startup": int(rng.integers(0, 7)),
            "warmUp": int(rng.integers(0, 4)),
            "interval": int(rng.integers(1, 4)),
        }
        study = optuna.create_study(direction={"min": "minimize", "max": "maximize"}[goal])
        every = int(rng.integers(1, 3))

        def curve(length):
            values = np.round(rng.normal(size=length), 1)
            values[rng.random(length) < 0.1] = np.nan
            return {int(s): float(v) for s, v in zip(np.arange(length) * every, values)}

        earlier = [curve(int(rng.integers(1, 9))) for _ in range(int(rng.integers(0, 9)))]
        for values in earlier:
            study.add_trial(create_trial(value=0.0, intermediate_values=values))
        # Pruned trials do not count.
        study.add_trial(create_trial(state=TrialState.PRUNED, intermediate_values={0: -9.0}))
        # Worse than the earlier ones, so that some are pruned; a few begin with values that are not numbers.
        shift = 1.5 if goal == "min" else -1.5
        own = {s: float("nan") if s < i % 4 - 1 else v + shift for s, v in curve(8).items()}
        pruner = MedianPruner(options["startup"], options["warmUp"], options["interval"])
        pruned = []
        for n in range(1, len(own) + 1):
            part = dict(list(own.items())[:n])
            trial = create_trial(state=TrialState.RUNNING, intermediate_values=part)
            pruned.append(bool(pruner.prune(study, trial)))
        pairs = lambda values: [[step, None if np.isnan(v) else v] for step, v in values.items()]
        cases.append(
            {
                "goal": goal,
                **options,
                "earlier": [pairs(values) for values in earlier],
                "own": pairs(own),
                "pruned": pruned,
            }
        )
    write("median", cases)


def importance():
    """Writes the importances by PedAnovaImportanceEvaluator of values that depend on the options differently."""
    rng = np.random.default_rng(23)
    spaces = {
        "mixed": MIXED,
        "one dimension": [number(0.0, 1.0)],
        "small integers": [number(1, 3, integer=True), number(0, 200, integer=True), choice(2)],
        "a wide logarithmic integer": [number(1, 10**6, log=True, integer=True), number(1e-8, 1.0, log=True)],
    }
    cases = []
    for name, dimensions in spaces.items():
        for n, goal, digits in [(1, "min", 3), (2, "min", 3), (7, "max", 3), (30, "min", 1), (120, "max", 3)]:
            history = complete(rng, dimensions, n)
            for t in history:
                x = np.array([np.log(v) if d.get("log") else v for v, d in zip(t["point"], dimensions)])
                t["value"] = round(float(np.sum(np.sin(x) / (1 + np.arange(len(x)))) + 0.1 * t["value"]), digits)
            if n == 30:
                history += [{"state": "pruned", "point": history[0]["point"], "value": 9.0, "step": 1}]
            study, _ = study_of(dimensions, history, goal)
            found = get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())
            shares = [float(found[x]) for x in names(dimensions)]
            case = {"name": f"{name}, {n} trials", "dimensions": dimensions, "goal": goal}
            cases.append({**case, "history": history, "importances": shares})
    write("importance", cases)


def normal_tail():
    """Writes logarithms of the normal distribution function, computed by mpmath with 50 digits."""
    mpmath.mp.dps = 50
    at = [-50, -20, -10, -5, -3, -2, -1.5, -1.41, -1, -0.5, -1e-5, 0, 0.1, 1, 3, 6, 8]
    value = lambda x: float(mpmath.log(mpmath.erfc(-mpmath.mpf(x) / mpmath.sqrt(2)) / 2))
    rows = ",\n".join(json.dumps([x, value(x)]) for x in at)
    head = json.dumps({"framework": "mpmath", "version": mpmath.__version__})[:-1]
    (OUT / "normal_tail.json").write_text(f'{head}, "logCdf": [\n{rows}\n]}}\n')


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    tpe()
    median()
    importance()
    normal_tail()
