"""Trajectories of torch.optim over the stored gradients."""

import inspect

import torch

from shared import KEPT, flat, sequence

# Without this, NAdam's running product and ASGD's eta are stored in float32.
torch.set_default_dtype(torch.float64)
ALL = ("scalar", "vector", "matrix", "cube")
IMPLEMENTATION = {"params", "foreach", "fused", "capturable", "differentiable"}

CASES = {
    "SGD": [
        ("lr 0.1", {"lr": 0.1}),
        ("weight decay", {"lr": 0.1, "weight_decay": 0.1}),
        ("momentum", {"lr": 0.1, "momentum": 0.9}),
        ("momentum, dampening", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
        (
            "momentum, dampening, weight decay",
            {"lr": 0.1, "momentum": 0.8, "dampening": 0.5, "weight_decay": 0.05},
        ),
        ("nesterov", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        ("nesterov, weight decay", {"lr": 0.05, "momentum": 0.7, "nesterov": True, "weight_decay": 0.01}),
        ("maximize", {"lr": 0.1, "momentum": 0.9, "maximize": True}),
        ("maximize, weight decay", {"lr": 0.1, "maximize": True, "weight_decay": 0.1}),
    ],
    "Adam": [
        ("defaults", {}),
        ("lr 0.1", {"lr": 0.1}),
        ("betas", {"lr": 0.05, "betas": (0.8, 0.95)}),
        ("epsilon", {"lr": 0.05, "eps": 0.1}),
        ("weight decay", {"lr": 0.05, "weight_decay": 0.1}),
        ("decoupled weight decay", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
        ("amsgrad", {"lr": 0.05, "amsgrad": True}),
        (
            "amsgrad, betas, weight decay",
            {"lr": 0.05, "amsgrad": True, "betas": (0.7, 0.6), "weight_decay": 0.1},
        ),
        ("maximize", {"lr": 0.05, "maximize": True}),
        ("maximize, weight decay", {"lr": 0.05, "maximize": True, "weight_decay": 0.1}),
        ("no momentum", {"lr": 0.05, "betas": (0.0, 0.9)}),
    ],
    "AdamW": [
        ("defaults", {}),
        ("lr 0.1", {"lr": 0.1}),
        ("weight decay, betas", {"lr": 0.05, "weight_decay": 0.3, "betas": (0.85, 0.97)}),
        ("amsgrad", {"lr": 0.05, "amsgrad": True, "betas": (0.9, 0.7)}),
        ("maximize", {"lr": 0.05, "maximize": True, "weight_decay": 0.1}),
        ("epsilon", {"lr": 0.05, "eps": 1e-2}),
    ],
    "Adamax": [
        ("defaults", {}),
        ("betas, epsilon", {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-3}),
        ("weight decay", {"lr": 0.05, "weight_decay": 0.1}),
        ("maximize", {"lr": 0.05, "maximize": True}),
    ],
    "NAdam": [
        ("defaults", {}),
        ("betas", {"lr": 0.05, "betas": (0.8, 0.95)}),
        ("momentum decay", {"lr": 0.05, "momentum_decay": 0.1}),
        ("weight decay", {"lr": 0.05, "weight_decay": 0.1}),
        ("decoupled weight decay", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
        ("maximize", {"lr": 0.05, "maximize": True}),
        ("epsilon", {"lr": 0.05, "eps": 1e-2}),
    ],
    "RAdam": [
        ("defaults", {}),
        ("lr 0.05", {"lr": 0.05}),
        ("betas", {"lr": 0.05, "betas": (0.8, 0.95)}),
        ("weight decay", {"lr": 0.05, "weight_decay": 0.1}),
        ("decoupled weight decay", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
        ("maximize", {"lr": 0.05, "maximize": True}),
        ("epsilon", {"lr": 0.05, "eps": 1e-2}),
    ],
    "Adadelta": [
        ("defaults", {}),
        ("rho, epsilon", {"lr": 0.5, "rho": 0.7, "eps": 1e-3}),
        ("weight decay", {"weight_decay": 0.1}),
        ("maximize", {"maximize": True}),
    ],
    "Adagrad": [
        ("defaults", {}),
        ("lr decay", {"lr": 0.1, "lr_decay": 0.1}),
        ("initial accumulator", {"lr": 0.1, "initial_accumulator_value": 0.1}),
        ("epsilon", {"lr": 0.1, "eps": 1e-2}),
        ("weight decay", {"lr": 0.1, "weight_decay": 0.1}),
        ("maximize", {"lr": 0.1, "maximize": True}),
    ],
    "RMSprop": [
        ("defaults", {}),
        ("alpha, epsilon", {"lr": 0.05, "alpha": 0.9, "eps": 1e-2}),
        ("momentum", {"lr": 0.01, "momentum": 0.9}),
        ("centered", {"lr": 0.01, "centered": True, "alpha": 0.9}),
        ("centered, momentum", {"lr": 0.01, "centered": True, "momentum": 0.8, "alpha": 0.95, "eps": 1e-3}),
        ("weight decay", {"lr": 0.01, "weight_decay": 0.1}),
        ("maximize", {"lr": 0.01, "maximize": True, "momentum": 0.5}),
    ],
    "Rprop": [
        ("defaults", {}),
        ("etas", {"lr": 0.1, "etas": (0.3, 1.5)}),
        ("step sizes", {"lr": 0.1, "step_sizes": (0.05, 0.2)}),
        ("maximize", {"maximize": True}),
    ],
    "ASGD": [
        ("defaults", {}),
        ("averaging from step 5", {"lr": 0.1, "t0": 5.0, "lambd": 0.01, "alpha": 0.6}),
        ("weight decay", {"lr": 0.1, "weight_decay": 0.1, "lambd": 0.05}),
        ("maximize", {"lr": 0.1, "maximize": True}),
    ],
    "Adafactor": [
        ("defaults", {}),
        ("defaults of float32", {"eps": (1.1920928955078125e-07, 1e-3)}),
        ("epsilons, d", {"lr": 0.1, "eps": (1e-6, 1e-2), "d": 1.5}),
        ("beta2 decay", {"lr": 0.1, "beta2_decay": -0.5}),
        ("weight decay", {"lr": 0.1, "weight_decay": 0.1}),
        ("maximize", {"lr": 0.1, "maximize": True}),
    ],
    "Muon": [
        ("defaults", {}),
        ("lr, no weight decay", {"lr": 0.05, "weight_decay": 0.0}),
        ("no nesterov", {"lr": 0.05, "nesterov": False, "momentum": 0.8}),
        ("match_rms_adamw", {"lr": 0.05, "adjust_lr_fn": "match_rms_adamw"}),
        (
            "steps, coefficients",
            {"lr": 0.05, "ns_steps": 3, "ns_coefficients": (2.0, -1.5, 0.5), "eps": 1e-3},
        ),
    ],
}
# Different arguments: no weight decay in Rprop, only matrices in Muon.
TENSORS = {"Muon": ("matrix",)}


def hyper(optimizer, options):
    """Returns every hyper-parameter that affects the result, including the defaults."""
    signature = inspect.signature(optimizer).parameters
    values = {k: p.default for k, p in signature.items() if k not in IMPLEMENTATION}
    return {**values, **options}


def run(optimizer, options, names, track):
    params, steps = sequence()
    tensors = {n: torch.nn.Parameter(torch.tensor(params[n], dtype=torch.float64)) for n in names}
    extra = {"foreach": False} if "foreach" in inspect.signature(optimizer).parameters else {}
    opt = optimizer(list(tensors.values()), **options, **extra)
    kept, averages = {}, {}
    for i, step in enumerate(steps, 1):
        for n in names:
            tensors[n].grad = torch.tensor(step["grads"][n], dtype=torch.float64)
        opt.step()
        if i in KEPT:
            kept[str(i)] = flat({n: t.detach().numpy() for n, t in tensors.items()})
            if track:
                averages[str(i)] = flat({n: opt.state[t][track].numpy() for n, t in tensors.items()})
    for t in tensors.values():
        if t.dtype is not torch.float64:
            raise TypeError("a parameter left float64")
    return {"params": kept, **({"averages": averages} if track else {})}


def with_float64_muon(work):
    """Keeps float64 where torch casts to bfloat16 before the Newton-Schulz iteration."""
    kept = torch.bfloat16
    torch.bfloat16 = torch.float64
    try:
        return work()
    finally:
        torch.bfloat16 = kept


def torch_files():
    files = {}
    for name, cases in CASES.items():
        optimizer = getattr(torch.optim, name)
        names = TENSORS.get(name, ALL)
        track = "ax" if name == "ASGD" else None
        rows = []
        for case, options in cases:
            row = {"name": case, "hyper": hyper(optimizer, options), "tensors": list(names)}
            work = lambda: run(optimizer, options, names, track)
            if name == "Muon":
                rows.append({**row, "precision": "float64", **with_float64_muon(work)})
                rows.append({**row, "name": f"{case}, bfloat16", "precision": "bfloat16", **work()})
            else:
                rows.append({**row, **work()})
        files[name.lower()] = rows
    return "torch", torch.__version__.split("+")[0], files
