"""Values of Optax's schedules."""

import inspect
import itertools

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import optax
from optax import contrib

STEPS = 80
SCALES = {"init_value": 0.3, "boundaries_and_scales": {10: 2.0, 30: 0.1, 50: 4.0}}
DELAYED = {
    "init_value": 0.3,
    "transition_steps": 7,
    "decay_rate": 0.6,
    "transition_begin": 12,
    "end_value": 0.02,
}
RISE = {"init_value": 0.0, "peak_value": 0.3, "warmup_steps": 10}

CASES = [
    ("constant_schedule", {"value": 0.3}),
    ("linear_schedule", {"init_value": 0.3, "end_value": 0.0, "transition_steps": 60}),
    (
        "linear_schedule",
        {"init_value": 0.01, "end_value": 0.3, "transition_steps": 20, "transition_begin": 5},
    ),
    ("polynomial_schedule", {"init_value": 0.3, "end_value": 0.01, "power": 2.0, "transition_steps": 50}),
    (
        "polynomial_schedule",
        {"init_value": 0.3, "end_value": 0.5, "power": 0.5, "transition_steps": 40, "transition_begin": 10},
    ),
    ("exponential_decay", {"init_value": 0.3, "transition_steps": 10, "decay_rate": 0.5}),
    ("exponential_decay", {"init_value": 0.3, "transition_steps": 10, "decay_rate": 0.5, "staircase": True}),
    ("exponential_decay", DELAYED),
    ("exponential_decay", {**DELAYED, "staircase": True}),
    ("cosine_decay_schedule", {"init_value": 0.3, "decay_steps": 60}),
    ("cosine_decay_schedule", {"init_value": 0.3, "decay_steps": 50, "alpha": 0.1}),
    ("cosine_decay_schedule", {"init_value": 0.3, "decay_steps": 50, "alpha": 0.1, "exponent": 2.0}),
    (
        "piecewise_constant_schedule",
        {"init_value": 0.3, "boundaries_and_scales": {10: 0.5, 30: 0.1, 50: 4.0}},
    ),
    ("piecewise_interpolate_schedule", {"interpolate_type": "linear", **SCALES}),
    ("piecewise_interpolate_schedule", {"interpolate_type": "cosine", **SCALES}),
    ("linear_onecycle_schedule", {"transition_steps": 70, "peak_value": 1.0}),
    (
        "linear_onecycle_schedule",
        {
            "transition_steps": 61,
            "peak_value": 2.0,
            "pct_start": 0.2,
            "pct_final": 0.7,
            "div_factor": 10.0,
            "final_div_factor": 100.0,
        },
    ),
    ("cosine_onecycle_schedule", {"transition_steps": 70, "peak_value": 1.0}),
    (
        "cosine_onecycle_schedule",
        {
            "transition_steps": 61,
            "peak_value": 2.0,
            "pct_start": 0.45,
            "div_factor": 10.0,
            "final_div_factor": 100.0,
        },
    ),
    ("warmup_constant_schedule", {"init_value": 0.0, "peak_value": 0.3, "warmup_steps": 12}),
    ("warmup_cosine_decay_schedule", {**RISE, "decay_steps": 70}),
    (
        "warmup_cosine_decay_schedule",
        {
            **RISE,
            "init_value": 0.05,
            "warmup_steps": 15,
            "decay_steps": 60,
            "end_value": 0.03,
            "exponent": 1.5,
        },
    ),
    ("warmup_exponential_decay_schedule", {**RISE, "transition_steps": 8, "decay_rate": 0.7}),
    (
        "warmup_exponential_decay_schedule",
        {
            **RISE,
            "init_value": 0.06,
            "transition_steps": 8,
            "decay_rate": 0.7,
            "transition_begin": 5,
            "staircase": True,
            "end_value": 0.05,
        },
    ),
    (
        "sgdr_schedule",
        {
            "cosine_kwargs": [
                {
                    "init_value": 0.0,
                    "peak_value": 0.3,
                    "warmup_steps": 3,
                    "decay_steps": 20,
                    "end_value": 0.0,
                },
                {
                    "init_value": 0.1,
                    "peak_value": 0.2,
                    "warmup_steps": 5,
                    "decay_steps": 40,
                    "end_value": 0.01,
                },
            ]
        },
    ),
]


def hyper(make, options):
    """Returns every option that affects the values, including the defaults."""
    parameters = inspect.signature(make).parameters
    values = {k: p.default for k, p in parameters.items() if p.default is not p.empty}
    return {**values, **options}


def compositions():
    """Returns rows made of other schedules: joined ones, and SGDR's as in the paper, without a warm-up."""
    parts = [
        ("linear_schedule", {"init_value": 0.0, "end_value": 0.3, "transition_steps": 10}),
        ("constant_schedule", {"value": 0.3}),
        ("cosine_decay_schedule", {"init_value": 0.3, "decay_steps": 25, "alpha": 0.1}),
    ]
    restarts = [
        ("cosine_decay_schedule", {"init_value": 0.3, "decay_steps": n, "alpha": 0.05}) for n in (10, 20, 50)
    ]
    for described, boundaries in ((parts, [10, 50]), (restarts, [10, 30])):
        made = [getattr(optax, name)(**options) for name, options in described]
        options = {"parts": [list(part) for part in described], "boundaries": boundaries}
        yield "join_schedules", options, optax.join_schedules(made, boundaries)


def plateaus(metrics):
    settings = [
        {"patience": 10},
        {"patience": 1, "factor": 0.9},
        {"patience": 3, "cooldown": 2, "factor": 0.5, "rtol": 0.01},
        {"patience": 2, "cooldown": 4, "factor": 0.5, "rtol": 0.05, "min_scale": 0.01},
        {"patience": 3, "cooldown": 1, "factor": 0.5, "rtol": 0.0, "atol": 0.02},
        {"patience": 2, "factor": 0.5, "accumulation_size": 3, "rtol": 1e-3},
        {"patience": 1, "cooldown": 2, "factor": 0.5, "accumulation_size": 4, "rtol": 0.02, "min_scale": 0.1},
    ]
    rows = []
    zero = jnp.zeros(())
    for options, (name, sequence) in itertools.product(settings, metrics.items()):
        transform = contrib.reduce_on_plateau(**options)
        update = jax.jit(lambda state, value: transform.update(zero, state, value=value)[1])
        state, scales = transform.init(zero), []
        for metric in sequence:
            state = update(state, jnp.asarray(metric))
            if state.scale.dtype != jnp.float64 or state.avg_value.dtype != jnp.float64:
                raise TypeError("the scale left float64")
            scales.append(float(state.scale))
        changes = [[i, v] for i, v in enumerate(scales) if i == 0 or v != scales[i - 1]]
        row = {"schedule": "reduce_on_plateau", "hyper": hyper(contrib.reduce_on_plateau, options)}
        rows.append({**row, "metrics": name, "changes": changes})
    return rows


def optax_schedules(metrics):
    singles = [(name, hyper(getattr(optax, name), o), getattr(optax, name)(**o)) for name, o in CASES]
    cases = []
    for name, described, schedule in [*singles, *compositions()]:
        values = [jnp.asarray(schedule(jnp.asarray(step))) for step in range(STEPS)]
        if any(v.dtype != jnp.float64 for v in values):
            raise TypeError(f"{name} left float64")
        cases.append({"schedule": name, "hyper": described, "values": [float(v) for v in values]})
    return "optax", optax.__version__, cases, plateaus(metrics)
