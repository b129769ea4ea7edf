"""Trajectories of optax.scale_by_backtracking_linesearch in float64: `python tools/golden/backtracking.py`.

Needs optax, jax, torch and scikit-learn, as `lbfgs.py`, whose problems it minimizes. Writes
tests/golden/backtracking/optax.json.
"""

import json
import math
from pathlib import Path

import jax
import jax.numpy as jnp
import optax
from lbfgs import PENALTY, PROBLEMS, flat, number

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "backtracking" / "optax.json"
ITERATIONS = 30

RULES = {
    "sgd": lambda **options: optax.sgd(**options),
    "adam": lambda **options: optax.adam(**options),
}


def steps(problem, rule, search, iterations=ITERATIONS, **options):
    function, start = PROBLEMS[problem]

    def value_of(params):
        return function(jnp, params)

    solver = optax.chain(
        RULES[rule](**options), optax.scale_by_backtracking_linesearch(store_grad=True, **search)
    )
    params = {n: jnp.asarray(v, jnp.float64) for n, v in start.items()}
    state = solver.init(params)
    rows = []
    for _ in range(iterations):
        # One operation at a time, as in lbfgs.py.
        with jax.disable_jit():
            value, grad = optax.value_and_grad_from_state(value_of)(params, state=state)
            updates, state = solver.update(grad, state, params, value=value, grad=grad, value_fn=value_of)
            params = optax.apply_updates(params, updates)
            found = state[-1]
            rows.append(
                {
                    "value": number(value_of(params)),
                    "params": flat(params),
                    "rate": number(found.learning_rate),
                    "evaluations": int(found.info.num_linesearch_steps),
                }
            )
    stored = {n: number(v) if math.isinf(v) else v for n, v in search.items()}
    return {"problem": problem, "rule": rule, "options": options, "search": stored, "rows": rows}


def main():
    usual = {"max_backtracking_steps": 15}
    cases = [
        steps("rosenbrock2", "sgd", {"max_backtracking_steps": 40}, learning_rate=1.0),
        steps("logistic", "sgd", usual, learning_rate=1.0),
        steps("logistic", "sgd", {**usual, "max_learning_rate": 20.0, "increase_factor": 3.0}, learning_rate=1.0),
        steps("logistic", "adam", usual, learning_rate=0.3),
        steps(
            "rosenbrock10",
            "sgd",
            {"max_backtracking_steps": 20, "slope_rtol": 0.3, "decrease_factor": 0.5, "increase_factor": math.inf},
            learning_rate=0.5,
            momentum=0.5,
        ),
        # Too few trials: the last one is taken, although the value rises.
        steps("rosenbrock2", "sgd", {"max_backtracking_steps": 2, "decrease_factor": 0.1}, 4, learning_rate=0.3),
        # A tolerance that lets the value rise.
        steps("rosenbrock2", "sgd", {"max_backtracking_steps": 30, "atol": 0.5, "rtol": 0.1}, learning_rate=0.01),
        # Trials that are infinite, or NaN.
        steps("steep", "sgd", {"max_backtracking_steps": 40}, learning_rate=100.0),
        steps("domain", "sgd", {"max_backtracking_steps": 40}, learning_rate=30.0),
    ]
    versions = {"optax": optax.__version__, "jax": jax.__version__}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"versions": versions, "penalty": PENALTY, "cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
