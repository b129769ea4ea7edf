"""Trajectories of torch.optim.LBFGS and optax.lbfgs in float64: `python tools/golden/lbfgs.py`.

Needs torch, optax, jax and scikit-learn. Writes the files of tests/golden/lbfgs.
"""

import json
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import optax
import sklearn
import torch
import torch.optim.lbfgs as torch_lbfgs
from sklearn.datasets import load_breast_cancer

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "lbfgs"
ITERATIONS = 30
PENALTY = 1e-3


def standardized():
    """Returns the breast cancer data in float32, as tables store it, with mean 0 and deviation 1 in float64; signs."""
    data = load_breast_cancer()
    x = data.data.astype(np.float32).astype(np.float64)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    return x, 2.0 * data.target - 1.0


X, SIGNS = standardized()

# Each problem: the start, and the function for torch and for jax. Parameters are dictionaries.


def rosenbrock(_lib, p):
    x = p["x"]
    return (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum()


def logistic(lib, p):
    x, signs = (torch.from_numpy(X), torch.from_numpy(SIGNS)) if lib is torch else (X, SIGNS)
    margins = signs * (x @ p["weight"] + p["bias"])
    # log(1 + e^-m), which overflows for no m.
    losses = -torch.nn.functional.logsigmoid(margins) if lib is torch else jax.nn.softplus(-margins)
    return losses.mean() + 0.5 * PENALTY * (p["weight"] ** 2).sum()


def steep(lib, p):
    """Overflows to infinity for |x| above 26.6."""
    return (lib.exp(p["x"] ** 2) - p["x"]).sum()


def domain(lib, p):
    """Is NaN for negative x."""
    return (p["x"] - lib.log(p["x"])).sum()


PROBLEMS = {
    "rosenbrock2": (rosenbrock, {"x": [-1.2, 1.0]}),
    "rosenbrock10": (rosenbrock, {"x": [-1.2, 1.0] * 5}),
    "logistic": (logistic, {"weight": [0.0] * 30, "bias": [0.0]}),
    "steep": (steep, {"x": [0.1, -0.2]}),
    "domain": (domain, {"x": [3.0, 5.0]}),
}


def number(v):
    """JSON has no NaN and no infinity: their names stand for them."""
    v = float(v)
    return v if np.isfinite(v) else str(v)


def flat(tensors):
    return {n: [number(v) for v in np.ravel(np.asarray(t))] for n, t in tensors.items()}


class Torch:
    def __init__(self, problem, options):
        self.function, start = PROBLEMS[problem]
        self.params = {n: torch.tensor(v, dtype=torch.float64, requires_grad=True) for n, v in start.items()}
        self.optimizer = torch.optim.LBFGS(list(self.params.values()), **options)
        self.calls = 0

    def closure(self):
        self.calls += 1
        self.optimizer.zero_grad()
        value = self.function(torch, self.params)
        value.backward()
        return value

    def now(self):
        with torch.no_grad():
            value = self.function(torch, self.params)
        return {"value": number(value), "params": flat({n: p.detach() for n, p in self.params.items()})}


def torch_steps(problem, name, iterations=ITERATIONS, **options):
    """One iteration a call: the search may take 25 evaluations besides the one that a call begins with."""
    run = Torch(problem, {"max_iter": 1, "max_eval": 26, "tolerance_grad": 0, "tolerance_change": 0, **options})
    rows = []
    for _ in range(iterations):
        run.calls = 0
        run.optimizer.step(run.closure)
        # The first evaluation repeats the last one of the call before.
        rows.append({**run.now(), "evaluations": run.calls - 1})
    return {"name": name, "problem": problem, "options": options, "rows": rows}


def torch_whole(problem, name, **options):
    """All iterations in one call, with PyTorch's rules to end."""
    run = Torch(problem, options)
    run.optimizer.step(run.closure)
    state = next(iter(run.optimizer.state.values()))
    whole = {"iterations": state["n_iter"], "evaluations": state["func_evals"], **run.now()}
    return {"name": name, "problem": problem, "options": options, "whole": whole}


def optax_steps(problem, name, iterations=ITERATIONS, linesearch=True, **options):
    function, start = PROBLEMS[problem]

    def value_of(params):
        return function(jnp, params)

    given = dict(options)
    search = given.pop("search", None)
    if not linesearch:
        given["linesearch"] = None
    elif search is not None:
        defaults = {"max_linesearch_steps": 20, "initial_guess_strategy": "one"}
        given["linesearch"] = optax.scale_by_zoom_linesearch(**{**defaults, **search})
    solver = optax.lbfgs(**given)
    params = {n: jnp.asarray(v, jnp.float64) for n, v in start.items()}
    state = solver.init(params)

    def step(params, state):
        if linesearch:
            value, grad = optax.value_and_grad_from_state(value_of)(params, state=state)
        else:
            value, grad = jax.value_and_grad(value_of)(params)
        updates, state = solver.update(grad, state, params, value=value, grad=grad, value_fn=value_of)
        return optax.apply_updates(params, updates), state

    rows = []
    for _ in range(iterations):
        # One operation at a time: XLA would fuse products and sums, and round once where others round twice.
        with jax.disable_jit():
            params, state = step(params, state)
        row = {"value": number(value_of(params)), "params": flat(params)}
        if linesearch:
            info = optax.tree.get(state, "info")
            row["evaluations"] = int(info.num_linesearch_steps)
            row["rate"] = number(optax.tree.get(state, "learning_rate"))
        rows.append(row)
    return {"name": name, "problem": problem, "options": {"linesearch": linesearch, **options}, "rows": rows}


SEARCHES = 250


def curves(random):
    """Yields coefficients of offset + slope t + square t^2 + sum of a sin(w t + p), all falling at t = 0."""
    while True:
        short = lambda v: float("%.6g" % v)
        scale = 10.0 ** random.uniform(-2, 2)
        offset = short(10.0 ** random.uniform(-1, 9)) if random.random() < 0.3 else 0.0
        waves = [[short(random.uniform(0, 2)), short(scale * random.uniform(0.3, 5)), short(random.uniform(0, 6.3))] for _ in range(3)]
        slope, square = short(scale * random.uniform(-2, 1)), short(scale**2 * random.uniform(0.01, 0.5))
        if slope + sum(a * w * np.cos(p) for a, w, p in waves) < -0.01:
            yield {"offset": offset, "slope": slope, "square": square, "waves": waves}


def curve(lib, c, t):
    total = c["offset"] + c["slope"] * t + c["square"] * t**2
    for a, w, p in c["waves"]:
        total = total + a * lib.sin(w * t + p)
    return total


def torch_searches():
    """Searches along single curves by the line search of torch.optim.LBFGS."""
    random = np.random.default_rng(1)
    cases = []
    for c in curves(random):
        if len(cases) == SEARCHES:
            return cases
        first, most = float("%.4g" % 10.0 ** random.uniform(-2.5, 2.5)), int(random.choice([0, 1, 1, 2, 2, 3, 5, 25]))
        calls = 0

        def at(x, t, d):
            nonlocal calls
            calls += 1
            point = (x + t * d).detach().requires_grad_()
            value = curve(torch, c, point).sum()
            value.backward()
            return float(value.detach()), point.grad

        x, d = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
        value, gradient = at(x, 0.0, d)
        calls = 0
        found = torch_lbfgs._strong_wolfe(at, x, first, d, value, gradient, gradient.dot(d), max_ls=most)
        cases.append({"curve": c, "first": first, "most": most, "t": number(found[2]), "evaluations": calls})


def optax_searches():
    """Searches along single curves by Optax's zoom line search, from 1."""
    random = np.random.default_rng(2)
    cases = []
    for c in curves(random):
        if len(cases) == SEARCHES:
            return cases
        most = int(random.choice([1, 2, 3, 4, 6, 20]))
        max_rate = float("%.4g" % 10.0 ** random.uniform(-1, 2)) if random.random() < 0.2 else None
        approximate = bool(random.random() < 0.7)
        search = optax.scale_by_zoom_linesearch(
            max_linesearch_steps=most,
            max_learning_rate=max_rate,
            approx_dec_rtol=1e-6 if approximate else None,
            initial_guess_strategy="one",
        )
        with jax.disable_jit():
            value_of = lambda x: curve(jnp, c, x)
            x = jnp.asarray(0.0, jnp.float64)
            value, grad = jax.value_and_grad(value_of)(x)
            _, state = search.update(jnp.asarray(1.0, jnp.float64), search.init(x), x, value=value, grad=grad, value_fn=value_of)
        settings = {"most": most, "maxRate": max_rate, "approximate": approximate}
        result = {"t": number(state.learning_rate), "evaluations": int(state.info.num_linesearch_steps)}
        cases.append({"curve": c, **settings, **result})


def write(name, head, cases):
    """Writes one row of a trajectory a line."""
    text = lambda v: json.dumps(v, separators=(",", ":"), allow_nan=False)
    lines = ["{", *(f"{text(k)}:{text(v)}," for k, v in head.items()), '"cases":[']
    for i, case in enumerate(cases):
        parts = [f"{text(k)}:{text(v)}" for k, v in case.items() if k != "rows"]
        if "rows" in case:
            parts.append('"rows":[\n ' + ",\n ".join(text(r) for r in case["rows"]) + "\n]")
        lines.append("{" + ",".join(parts) + "}" + ("," if i + 1 < len(cases) else ""))
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text("\n".join([*lines, "]", "}", ""]))


def main():
    write("torch_searches", {"version": torch.__version__.split("+")[0]}, torch_searches())
    write("optax_searches", {"version": optax.__version__}, optax_searches())
    wolfe = {"line_search_fn": "strong_wolfe"}
    torch_cases = [
        torch_steps("rosenbrock2", "strong Wolfe", **wolfe),
        torch_steps("rosenbrock10", "strong Wolfe", **wolfe),
        torch_steps("logistic", "strong Wolfe", **wolfe),
        torch_steps("rosenbrock10", "strong Wolfe, history of 3", history_size=3, **wolfe),
        torch_steps("rosenbrock2", "strong Wolfe, lr 0.1", lr=0.1, **wolfe),
        torch_steps("logistic", "no line search", lr=0.5),
        torch_steps("steep", "infinity at trial points", lr=50.0, iterations=5, **wolfe),
        torch_steps("steep", "squares that overflow", lr=36.0, iterations=2, **wolfe),
        torch_steps("domain", "NaN at trial points", lr=20.0, iterations=2, **wolfe),
        torch_whole("rosenbrock2", "default rules to end", max_iter=100, **wolfe),
        torch_whole("logistic", "default rules to end", max_iter=200, **wolfe),
        torch_whole("rosenbrock2", "at most 12 evaluations", max_iter=100, max_eval=12, **wolfe),
        torch_whole("rosenbrock2", "a search cut short", max_iter=100, max_eval=20, lr=0.1, **wolfe),
        torch_whole("logistic", "no line search, default rules to end", max_iter=200, lr=0.5),
    ]
    versions = {"torch": torch.__version__.split("+")[0], "scikit-learn": sklearn.__version__, "numpy": np.__version__}
    write("torch", {"versions": versions, "penalty": PENALTY}, torch_cases)
    optax_cases = [
        optax_steps("rosenbrock2", "zoom"),
        optax_steps("rosenbrock10", "zoom"),
        optax_steps("logistic", "zoom"),
        optax_steps("rosenbrock10", "zoom, memory of 3", memory_size=3),
        optax_steps("rosenbrock2", "zoom, unscaled start", scale_init_precond=False),
        optax_steps("rosenbrock2", "zoom, rate 0.1", learning_rate=0.1),
        optax_steps("rosenbrock2", "zoom, no approximate rule", search={"approx_dec_rtol": None}),
        optax_steps("logistic", "zoom, largest rate 0.5", search={"max_learning_rate": 0.5}),
        optax_steps("rosenbrock2", "zoom, 1 evaluation", search={"max_linesearch_steps": 1}),
        optax_steps("rosenbrock2", "zoom, 2 evaluations, rate 0.1", learning_rate=0.1, search={"max_linesearch_steps": 2}),
        optax_steps("logistic", "no line search", linesearch=False, learning_rate=0.5),
        optax_steps("steep", "infinity at trial points", learning_rate=2000.0, iterations=6),
        optax_steps("domain", "NaN at trial points", learning_rate=20.0, iterations=8),
    ]
    versions = {
        "optax": optax.__version__,
        "jax": jax.__version__,
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
    }
    write("optax", {"versions": versions, "penalty": PENALTY}, optax_cases)


if __name__ == "__main__":
    main()
