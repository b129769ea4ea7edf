"""Trajectories of torch.optim whose hyper-parameters change at each step: by the scheduler, or set in the group."""

import inspect
import math

import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import AveragedModel

from golden_torch import ALL, TENSORS, hyper, with_float64_muon
from shared import KEPT, STEPS, flat, sequence

torch.set_default_dtype(torch.float64)


def wave(low, high, period=7):
    """Returns a value for each step, between two bounds, written with few digits."""
    share = [(1 - math.cos(2 * math.pi * k / period)) / 2 for k in range(STEPS)]
    return [float("%.6g" % (low + (high - low) * s)) for s in share]


def line(first, last):
    return [float("%.6g" % (first + (last - first) * k / (STEPS - 1))) for k in range(STEPS)]


CYCLE = {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4}
LISTS = {
    "SGD": [
        ("momentum", {"lr": 0.1, "momentum": 0.9}, {"momentum": wave(0.5, 0.95)}),
        ("momentum, nesterov", {"lr": 0.1, "momentum": 0.9, "nesterov": True}, {"momentum": wave(0.5, 0.95)}),
        ("dampening", {"lr": 0.1, "momentum": 0.8, "dampening": 0.1}, {"dampening": line(0.9, 0.1)}),
        ("weight decay", {"lr": 0.1, "weight_decay": 0.1}, {"weight_decay": line(0.5, 0.01)}),
        (
            "lr, momentum, weight decay",
            {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1},
            {"lr": line(0.2, 0.01), "momentum": line(0.5, 0.9), "weight_decay": wave(0.01, 0.2)},
        ),
    ],
    "Adam": [
        ("beta1", {"lr": 0.05}, {"beta1": wave(0.5, 0.95)}),
        ("beta2", {"lr": 0.05}, {"beta2": line(0.9, 0.999)}),
        ("both betas, epsilon", {"lr": 0.05}, {"beta1": line(0.95, 0.6), "beta2": wave(0.8, 0.99), "eps": line(0.1, 1e-4)}),
        ("amsgrad", {"lr": 0.05, "amsgrad": True}, {"beta1": wave(0.5, 0.95), "beta2": wave(0.6, 0.9)}),
        ("weight decay", {"lr": 0.05, "weight_decay": 0.1}, {"weight_decay": line(0.3, 0.01)}),
        ("beta1 from 0", {"lr": 0.05}, {"beta1": line(0.0, 0.9)}),
    ],
    "AdamW": [
        ("beta1", {"lr": 0.05}, {"beta1": wave(0.5, 0.95)}),
        ("weight decay", {"lr": 0.05}, {"weight_decay": line(0.5, 0.01)}),
        ("lr, weight decay", {"lr": 0.05}, {"lr": line(0.1, 0.01), "weight_decay": wave(0.01, 0.3)}),
        ("amsgrad", {"lr": 0.05, "amsgrad": True}, {"beta1": wave(0.5, 0.95), "beta2": wave(0.6, 0.9)}),
    ],
    "Adamax": [("betas, epsilon", {"lr": 0.05}, {"beta1": wave(0.5, 0.95), "beta2": wave(0.8, 0.99), "eps": line(0.1, 1e-4)})],
    "NAdam": [
        ("betas", {"lr": 0.05}, {"beta1": wave(0.5, 0.95), "beta2": wave(0.8, 0.99)}),
        ("momentum decay", {"lr": 0.05}, {"momentum_decay": line(0.1, 0.001)}),
        (
            "decoupled weight decay",
            {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True},
            {"weight_decay": line(0.3, 0.01), "eps": line(0.1, 1e-4)},
        ),
    ],
    "RAdam": [("betas, epsilon", {"lr": 0.05}, {"beta1": wave(0.5, 0.95), "beta2": wave(0.8, 0.99), "eps": line(0.1, 1e-4)})],
    "Adadelta": [("rho, epsilon", {"lr": 0.5}, {"rho": wave(0.5, 0.95), "eps": line(1e-2, 1e-6)})],
    "Adagrad": [("epsilon, lr decay", {"lr": 0.1, "lr_decay": 0.1}, {"eps": line(0.1, 1e-6), "lr_decay": line(0.3, 0.0)})],
    "RMSprop": [
        ("alpha, epsilon", {"lr": 0.05}, {"alpha": wave(0.8, 0.99), "eps": line(0.1, 1e-4)}),
        (
            "centered, momentum",
            {"lr": 0.01, "centered": True, "momentum": 0.5, "alpha": 0.9},
            {"momentum": wave(0.5, 0.9), "alpha": wave(0.8, 0.95)},
        ),
    ],
    "Muon": [("momentum, weight decay", {"lr": 0.05}, {"momentum": wave(0.5, 0.95), "weight_decay": line(0.5, 0.01)})],
}
SCHEDULERS = {
    "SGD": [
        ("OneCycleLR", {"max_lr": 0.2, "total_steps": 31}, {"lr": 0.1, "momentum": 0.9}),
        (
            "OneCycleLR",
            {"max_lr": 0.2, "total_steps": 40, "three_phase": True, "anneal_strategy": "linear", "base_momentum": 0.7},
            {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        ),
        ("CyclicLR", CYCLE, {"lr": 0.1, "momentum": 0.9}),
        ("CyclicLR", {**CYCLE, "mode": "triangular2", "max_momentum": 0.95}, {"lr": 0.1, "momentum": 0.9}),
    ],
    "AdamW": [
        ("OneCycleLR", {"max_lr": 0.05, "total_steps": 31}, {"lr": 0.1}),
        ("CyclicLR", {**CYCLE, "mode": "exp_range", "gamma": 0.97}, {"lr": 0.1, "weight_decay": 0.1}),
    ],
}


def set_group(group, values):
    """Sets the hyper-parameters of one step in a group of parameters."""
    beta1, beta2 = group.get("betas", (None, None))
    if "beta1" in values or "beta2" in values:
        group["betas"] = (values.get("beta1", beta1), values.get("beta2", beta2))
    group.update({k: v for k, v in values.items() if k not in ("beta1", "beta2")})


def run(make, options, names, before_step, after_step, average=None):
    params, steps = sequence()
    tensors = {n: torch.nn.Parameter(torch.tensor(params[n], dtype=torch.float64)) for n in names}
    extra = {"foreach": False} if "foreach" in inspect.signature(make).parameters else {}
    opt = make(list(tensors.values()), **options, **extra)
    scheduler = after_step(opt) if after_step else None
    model = torch.nn.ParameterDict(tensors)
    ema = AveragedModel(model, avg_fn=average) if average else None
    kept, averages = {}, {}
    for i, step in enumerate(steps, 1):
        before_step(opt.param_groups[0], i - 1)
        for n in names:
            tensors[n].grad = torch.tensor(step["grads"][n], dtype=torch.float64)
        opt.step()
        if scheduler:
            scheduler.step()
        if ema:
            ema.update_parameters(model)
        if i in KEPT:
            kept[str(i)] = flat({n: t.detach().numpy() for n, t in tensors.items()})
            if ema:
                averages[str(i)] = flat({n: ema.module[n].detach().numpy() for n in names})
    return {"params": kept, **({"averages": averages} if ema else {})}


def listed(name, options, lists):
    make, names = getattr(torch.optim, name), TENSORS.get(name, ALL)
    values = lambda group, k: set_group(group, {key: value[k] for key, value in lists.items()})
    return names, lambda: run(make, options, names, values, None)


def ema_cases():
    """Averages of the parameters of SGD, whose decay changes; the first step copies the parameters."""
    decay, now = line(0.5, 0.95), {}
    note = lambda _, k: now.update(decay=decay[k])
    average = lambda kept, fresh, count: now["decay"] * kept + (1 - now["decay"]) * fresh
    made = run(torch.optim.SGD, {"lr": 0.1}, ALL, note, None, average)
    return [{"name": "decay", "hyper": {"lr": 0.1, "scheduled": {"decay": decay}}, "tensors": list(ALL), **made}]


def scheduled_files():
    files = {}
    for name, cases in LISTS.items():
        for case, options, lists in cases:
            names, work = listed(name, options, lists)
            made = with_float64_muon(work) if name == "Muon" else work()
            described = {**hyper(getattr(torch.optim, name), options), "scheduled": lists}
            row = {"name": case, "hyper": described, "tensors": list(names), **made}
            files.setdefault(name.lower(), []).append(row)
    for name, cases in SCHEDULERS.items():
        for case, arguments, options in cases:
            make, scheduler = getattr(torch.optim, name), getattr(lr_scheduler, case)
            made = run(make, options, ALL, lambda *_: None, lambda opt: scheduler(opt, **arguments))
            described = {**hyper(make, options), "scheduler": case, "arguments": hyper_of(scheduler, arguments)}
            row = {"name": f"{case} {len(files[name.lower()])}", "hyper": described, "tensors": list(ALL), **made}
            files[name.lower()].append(row)
    files["averaged"] = ema_cases()
    return "torch_scheduled", torch.__version__.split("+")[0], files


def hyper_of(scheduler, arguments):
    """Returns the arguments of a scheduler, the defaults included."""
    parameters = inspect.signature(scheduler).parameters
    skipped = {"optimizer", "last_epoch", "scale_fn"}
    values = {k: p.default for k, p in parameters.items() if k not in skipped and p.default is not p.empty}
    return {**values, **arguments}
