"""Trajectories of the authors' own packages for the stored gradients: schedulefree, and adabound with a scheduler."""

import importlib.metadata
import inspect
import math

import schedulefree
import torch

from shared import KEPT, flat, sequence

torch.set_default_dtype(torch.float64)
ALL = ("scalar", "vector", "matrix", "cube")

SCHEDULE_FREE_SGD = [
    ("lr 0.1", {"lr": 0.1}),
    ("warm-up", {"lr": 0.1, "warmup_steps": 7}),
    (
        "warm-up, weight decay, power",
        {"lr": 0.05, "momentum": 0.7, "weight_decay": 0.1, "warmup_steps": 12, "weight_lr_power": 1.5},
    ),
]
SCHEDULE_FREE_ADAMW = [
    ("defaults", {}),
    ("warm-up", {"lr": 0.05, "warmup_steps": 10}),
    (
        "warm-up, betas, weight decay",
        {"lr": 0.02, "betas": (0.7, 0.95), "eps": 1e-3, "weight_decay": 0.1, "warmup_steps": 40},
    ),
]
ADABOUND = [
    ("constant", {"lr": 0.01, "final_lr": 0.1, "gamma": 0.05}, {}),
    ("warm-up", {"lr": 0.01, "final_lr": 0.1, "gamma": 0.05}, {"start_factor": 0.01, "total_iters": 10}),
    (
        "warm-up, amsbound",
        {"lr": 1e-3, "final_lr": 0.2, "gamma": 0.5, "betas": (0.8, 0.95), "amsbound": True},
        {"start_factor": 0.25, "total_iters": 20},
    ),
]


def adabound_class():
    """adabound 0.0.5 with torch's current order of arguments instead of that of 2019."""
    import adabound.adabound as module

    text = inspect.getsource(module)
    for old, new in {
        "grad.add(group['weight_decay'], p.data)": "grad.add(p.data, alpha=group['weight_decay'])",
        "add_(1 - beta1, grad)": "add_(grad, alpha=1 - beta1)",
        "addcmul_(1 - beta2, grad, grad)": "addcmul_(grad, grad, value=1 - beta2)",
    }.items():
        assert old in text
        text = text.replace(old, new)
    scope = {}
    exec(compile(text, module.__file__, "exec"), scope)
    return scope["AdaBound"]


def run(make, scheduler=None, averages=False):
    start, steps = sequence()
    params = {n: torch.tensor(start[n]).requires_grad_() for n in ALL}
    opt = make(list(params.values()))
    schedule = scheduler(opt) if scheduler else None
    kept, also = {}, {}
    if averages:
        opt.train()
    for i, step in enumerate(steps, 1):
        for n, p in params.items():
            p.grad = torch.tensor(step["grads"][n])
        opt.step()
        if schedule:
            schedule.step()
        if i in KEPT:
            kept[str(i)] = flat({n: p.detach() for n, p in params.items()})
            if averages:
                # The package moves the parameters there and back, which rounds, so this uses a copy.
                held = {n: p.detach().clone() for n, p in params.items()}
                opt.eval()
                also[str(i)] = flat({n: p.detach() for n, p in params.items()})
                opt.train()
                with torch.no_grad():
                    for n, p in params.items():
                        p.copy_(held[n])
    return {"params": kept, **({"averages": also} if also else {})}


def hyper(make, options):
    defaults = {
        k: p.default for k, p in inspect.signature(make).parameters.items() if p.default is not p.empty
    }
    return {**{k: v for k, v in defaults.items() if k != "foreach"}, **options}


def case(name, described, result):
    assert math.isfinite(sum(sum(v) for v in result["params"]["30"].values()))
    return {"name": name, "hyper": described, "tensors": list(ALL), **result}


def authors_files():
    sgd, adamw, bound = schedulefree.SGDScheduleFree, schedulefree.AdamWScheduleFree, adabound_class()

    def free(make, cases):
        return [
            case(n, hyper(make, o), run(lambda p: make(p, foreach=False, **o), averages=True))
            for n, o in cases
        ]

    def linear(warm_up):
        return lambda opt: torch.optim.lr_scheduler.LinearLR(opt, **warm_up)

    files = {
        "schedule_free_sgd": free(sgd, SCHEDULE_FREE_SGD),
        "schedule_free_adamw": free(adamw, SCHEDULE_FREE_ADAMW),
        "adabound": [
            case(n, {**hyper(bound, o), **w}, run(lambda p: bound(p, **o), linear(w) if w else None))
            for n, o, w in ADABOUND
        ],
    }
    versions = [f"{p} {importlib.metadata.version(p)}" for p in ("schedulefree", "adabound")]
    return "authors", ", ".join(versions), files
