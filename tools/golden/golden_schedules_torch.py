"""Values of torch.optim.lr_scheduler."""

import inspect
import itertools
import warnings

import torch
from torch.optim import lr_scheduler as s
from torch.optim import swa_utils

torch.set_default_dtype(torch.float64)
warnings.simplefilter("ignore")
STEPS = 80
LR = 0.3

CASES = [
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 10, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [5, 20, 21, 60]}),
    ("MultiStepLR", {"milestones": [30], "gamma": 0.7}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("ExponentialLR", {"gamma": 0.99}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.1, "total_iters": 20}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 1.0, "total_iters": 10}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 60}),
    ("PolynomialLR", {"total_iters": 50, "power": 1.0}),
    ("PolynomialLR", {"total_iters": 60, "power": 2.0}),
    ("PolynomialLR", {"total_iters": 40, "power": 0.5}),
    ("CosineAnnealingLR", {"T_max": 60}),
    ("CosineAnnealingLR", {"T_max": 25, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 10}),
    ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2, "eta_min": 0.02}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 3}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 80}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 80, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 75, "three_phase": True}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 75, "three_phase": True, "anneal_strategy": "linear"}),
    (
        "OneCycleLR",
        {"max_lr": 2.0, "total_steps": 61, "pct_start": 0.45, "div_factor": 10.0, "final_div_factor": 100.0},
    ),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 10}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "step_size_down": 12}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 8, "mode": "triangular2"}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 8, "mode": "exp_range", "gamma": 0.98}),
    (
        "CyclicLR",
        {
            "base_lr": 0.0,
            "max_lr": 0.1,
            "step_size_up": 3,
            "step_size_down": 4,
            "mode": "exp_range",
            "gamma": 0.9,
        },
    ),
]

# Functions are described by their text, which the test has a function for.
FUNCTIONS = {
    "0.5 at every 7th": lambda step: 0.5 if step % 7 == 0 else 1.0,
    "0.9 + 0.2 / step": lambda step: 0.9 + 0.2 / step,
    "1 / (1 + step)": lambda step: 1 / (1 + step),
    "1 / (5 ** (x * 1e-1))": lambda x: 1 / (5 ** (x * 1e-1)),
    "1 / (1.5 ** (x - 1))": lambda x: 1 / (1.5 ** (x - 1)),
}
CYCLE = {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 6}
WITH_FUNCTIONS = [
    ("MultiplicativeLR", {"lr_lambda": "0.5 at every 7th"}),
    ("MultiplicativeLR", {"lr_lambda": "0.9 + 0.2 / step"}),
    ("LambdaLR", {"lr_lambda": "1 / (1 + step)"}),
    ("CyclicLR", {**CYCLE, "scale_fn": "1 / (1.5 ** (x - 1))", "scale_mode": "cycle"}),
    ("CyclicLR", {**CYCLE, "step_size_down": 9, "scale_fn": "1 / (5 ** (x * 1e-1))", "scale_mode": "iterations"}),
    ("SWALR", {"swa_lr": 0.05, "anneal_epochs": 20, "anneal_strategy": "cos"}),
    ("SWALR", {"swa_lr": 0.4, "anneal_epochs": 30, "anneal_strategy": "linear"}),
]


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(()))], lr=LR, momentum=0.9)


def hyper(make, options):
    """Returns every option that affects the values, including the defaults."""
    parameters = inspect.signature(make).parameters
    skipped = {"optimizer", "last_epoch", "scale_fn"}
    values = {k: p.default for k, p in parameters.items() if k not in skipped and p.default is not p.empty}
    return {**values, **options}


def values(schedule, opt, steps):
    out = [float(opt.param_groups[0]["lr"])]
    for _ in range(steps - 1):
        opt.step()
        schedule.step()
        out.append(float(opt.param_groups[0]["lr"]))
    return out


def compositions():
    def sequential(opt):
        parts = [s.LinearLR(opt, 0.1, 1.0, 10), s.CosineAnnealingLR(opt, 40), s.ExponentialLR(opt, 0.9)]
        return s.SequentialLR(opt, parts, [10, 50])

    def constant_then_exponential(opt):
        return s.SequentialLR(opt, [s.ConstantLR(opt, 0.1, 20), s.ExponentialLR(opt, 0.9)], [20])

    def chained(opt):
        return s.ChainedScheduler([s.ConstantLR(opt, 0.1, 20), s.ExponentialLR(opt, 0.9)])

    def chained_three(opt):
        parts = [s.LinearLR(opt, 0.2, 1.0, 15), s.StepLR(opt, 25, 0.5), s.ExponentialLR(opt, 0.97)]
        return s.ChainedScheduler(parts)

    described = [
        (
            "SequentialLR",
            sequential,
            {
                "parts": [
                    ["LinearLR", {"start_factor": 0.1, "end_factor": 1.0, "total_iters": 10}],
                    ["CosineAnnealingLR", {"T_max": 40, "eta_min": 0.0}],
                    ["ExponentialLR", {"gamma": 0.9}],
                ],
                "milestones": [10, 50],
            },
        ),
        (
            "SequentialLR",
            constant_then_exponential,
            {
                "parts": [
                    ["ConstantLR", {"factor": 0.1, "total_iters": 20}],
                    ["ExponentialLR", {"gamma": 0.9}],
                ],
                "milestones": [20],
            },
        ),
        (
            "ChainedScheduler",
            chained,
            {
                "parts": [
                    ["ConstantLR", {"factor": 0.1, "total_iters": 20}],
                    ["ExponentialLR", {"gamma": 0.9}],
                ]
            },
        ),
        (
            "ChainedScheduler",
            chained_three,
            {
                "parts": [
                    ["LinearLR", {"start_factor": 0.2, "end_factor": 1.0, "total_iters": 15}],
                    ["StepLR", {"step_size": 25, "gamma": 0.5}],
                    ["ExponentialLR", {"gamma": 0.97}],
                ]
            },
        ),
    ]
    rows = []
    for name, make, options in described:
        opt = optimizer()
        rows.append({"schedule": name, "lr": LR, "hyper": options, "values": values(make(opt), opt, STEPS)})
    return rows


def plateaus(metrics):
    settings = (
        {"patience": 10},
        {"patience": 0, "factor": 0.9},
        {"patience": 3, "cooldown": 2, "factor": 0.5, "threshold": 0.01},
        {"patience": 2, "cooldown": 4, "factor": 0.5, "threshold": 0.05, "min_lr": 0.01},
        {"patience": 1, "factor": 0.2, "threshold": 0.0, "eps": 1e-3},
    )
    rows = []
    for mode, kind, more in itertools.product(("min", "max"), ("rel", "abs"), settings):
        options = {"mode": mode, "threshold_mode": kind, **more}
        for name, sequence in metrics.items():
            opt = optimizer()
            schedule = s.ReduceLROnPlateau(opt, **options)
            rates = []
            for metric in sequence:
                schedule.step(metric)
                rates.append(float(opt.param_groups[0]["lr"]))
            changes = [[i, v] for i, v in enumerate(rates) if i == 0 or v != rates[i - 1]]
            row = {"schedule": "ReduceLROnPlateau", "lr": LR, "hyper": hyper(s.ReduceLROnPlateau, options)}
            rows.append({**row, "metrics": name, "changes": changes})
    return rows


def torch_schedules(metrics):
    cases = []
    for name, options in CASES:
        make = getattr(s, name)
        opt = optimizer()
        # OneCycleLR refuses a step beyond its total.
        steps = options.get("total_steps", STEPS)
        row = {"schedule": name, "lr": LR, "hyper": hyper(make, options)}
        cases.append({**row, "values": values(make(opt, **options), opt, steps)})
    for name, options in WITH_FUNCTIONS:
        make = swa_utils.SWALR if name == "SWALR" else getattr(s, name)
        opt = optimizer()
        row = {"schedule": name, "lr": LR, "hyper": hyper(make, options)}
        given = {k: FUNCTIONS.get(v, v) if isinstance(v, str) else v for k, v in options.items()}
        cases.append({**row, "values": values(make(opt, **given), opt, STEPS)})
    return "torch", torch.__version__.split("+")[0], cases + compositions(), plateaus(metrics)
