"""Trajectories of authors' own code for the stored gradients: packages of PyPI, and files of two public repositories.

The repositories are read by `git show` from clones in the folder that the environment names:
AUTHORS_CODE/ACProp-Optimizer (github.com/juntang-zhuang) and AUTHORS_CODE/adahessian (github.com/amirgholami).
"""

import importlib.metadata
import math
import os
import subprocess
from pathlib import Path

import dadaptation
import madgrad
import mechanic_pytorch
import momo
import torch

from golden_authors import ALL, case, hyper
from shared import KEPT, flat, sequence

torch.set_default_dtype(torch.float64)

PACKAGES = ("madgrad", "momo-opt", "dadaptation", "mechanic-pytorch")
COMMITS = {
    "ACProp-Optimizer": "a880843025e6c56aa24176662f534fcfe7d556ee",
    "adahessian": "85ebc00ce873c8497a64ca80bbfa5d996109efea",
}
# The authors' AdaHessian takes tensors of one, two and four dimensions.
UP_TO_TWO = ("scalar", "vector", "matrix")

MADGRAD = [
    ("defaults", {}),
    ("weight decay, epsilon", {"lr": 0.05, "momentum": 0.7, "eps": 1e-3, "weight_decay": 0.1}),
    ("decoupled decay", {"lr": 0.05, "weight_decay": 0.1, "decouple_decay": True}),
    ("no momentum", {"lr": 0.1, "momentum": 0.0}),
    ("no momentum, decoupled decay", {"lr": 0.1, "momentum": 0.0, "weight_decay": 0.1, "decouple_decay": True}),
    ("no epsilon", {"lr": 0.05, "eps": 0.0}),
]
MOMO = [
    ("defaults", {}),
    ("rate, beta", {"lr": 1e-3, "beta": 0.7}),
    ("weight decay", {"lr": 0.01, "weight_decay": 0.1}),
    ("lower bound", {"lr": 0.1, "lb": 0.4}),
    ("bias correction", {"lr": 1e-4, "bias_correction": True, "weight_decay": 0.05}),
    ("estimated bound", {"lr": 1e-3, "use_fstar": True, "weight_decay": 0.1}),
    ("estimated bound, bias correction", {"lr": 0.01, "lb": -1.0, "use_fstar": True, "bias_correction": True}),
]
MOMO_ADAM = [
    ("defaults", {}),
    ("betas, epsilon", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3}),
    ("weight decay", {"lr": 0.05, "weight_decay": 0.1}),
    ("weight decay of AdamW", {"lr": 0.05, "weight_decay": 0.1, "divide": False}),
    ("estimated bound", {"lr": 0.05, "use_fstar": True, "weight_decay": 0.1}),
    ("lower bound", {"lr": 1.0, "lb": 0.4}),
]
DADAPT_ADAM = [
    ("defaults", {}),
    ("estimate, betas", {"d0": 1e-2, "betas": (0.8, 0.95), "eps": 1e-3}),
    ("bias correction, rate", {"d0": 1e-2, "use_bias_correction": True, "lr": 0.5}),
    ("weight decay", {"d0": 1e-2, "weight_decay": 0.1}),
    ("decoupled decay, growth", {"d0": 1e-3, "weight_decay": 0.1, "decouple": True, "growth_rate": 1.02}),
]
DADAPT_SGD = [
    ("defaults", {}),
    ("momentum, rate", {"d0": 0.1, "momentum": 0.9, "lr": 0.5}),
    ("weight decay, growth", {"d0": 0.1, "weight_decay": 0.1, "growth_rate": 1.02}),
]
DADAPT_ADAGRAD = [
    ("defaults", {}),
    ("momentum, rate", {"d0": 0.1, "momentum": 0.9, "lr": 0.5, "eps": 1e-3}),
    ("an estimate that grows", {"d0": 0.01, "lr": 10.0}),
    ("weight decay, growth", {"d0": 0.01, "lr": 10.0, "weight_decay": 0.1, "growth_rate": 1.02}),
]
# The rule inside, its settings, and those of mechanize.
MECHANIC = [
    ("sgd", torch.optim.SGD, {"lr": 1.0}, {}),
    ("adam, scale", torch.optim.Adam, {"lr": 1.0}, {"s_init": 1e-3}),
    ("momentum, decay", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}, {"s_init": 1e-2, "s_decay": 0.1}),
    ("betas, epsilon", torch.optim.SGD, {"lr": 0.1}, {"betas": (0.5, 0.9), "eps": 1e-3, "s_init": 1e-2}),
    ("stored sum", torch.optim.Adam, {"lr": 1.0}, {"s_init": 1e-4, "store_delta": True}),
]
ACPROP = [
    ("no rectification", {"lr": 0.05, "rectify": False}),
    ("betas, epsilon", {"lr": 0.05, "rectify": False, "betas": (0.8, 0.95), "eps": 1e-3}),
    ("decoupled decay", {"lr": 0.05, "rectify": False, "weight_decay": 0.1}),
    ("weight decay", {"lr": 0.05, "rectify": False, "weight_decay": 0.1, "weight_decouple": False}),
]
ADAHESSIAN = [
    ("defaults", {}),
    ("betas, epsilon, power", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-2, "hessian_power": 0.5}),
    ("weight decay", {"lr": 0.05, "weight_decay": 0.1}),
]


def class_of(repository, path, name):
    """Returns a class from a file of a clone, as it was at the commit."""
    clone = Path(os.environ["AUTHORS_CODE"]) / repository
    command = ["git", "-C", str(clone), "show", f"{COMMITS[repository]}:{path}"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # ACProp imports what only prints tables.
    text = "".join(line for line in text.splitlines(True) if not line.startswith(("from tabulate", "from colorama")))
    scope = {}
    exec(compile(text, path, "exec"), scope)
    return scope[name]


def run(make, step, names=ALL):
    """Returns the parameters after the steps to keep; `step` gets the optimizer, the parameters and what is stored."""
    start, steps = sequence()
    params = {n: torch.tensor(start[n]).requires_grad_() for n in names}
    opt = make(list(params.values()))
    kept = {}
    for i, stored in enumerate(steps, 1):
        for n, p in params.items():
            p.grad = torch.tensor(stored["grads"][n])
        step(opt, params, stored)
        if i in KEPT:
            kept[str(i)] = flat({n: p.detach() for n, p in params.items()})
    return {"params": kept}


def plain(opt, _params, _stored):
    opt.step()


def with_loss(opt, _params, stored):
    opt.step(loss=torch.tensor(stored["value"]))


def with_diagonal(opt, params, stored):
    # In the place of the authors' product with a random vector.
    opt.get_trace = lambda _params, _grads: [torch.tensor(stored["hessians"][n]).abs() for n in params]
    opt.step()


def rows(make, cases, step=plain, names=ALL):
    return [
        {**case(n, hyper(make, o), run(lambda p: make(p, **o), step, names)), "tensors": list(names)}
        for n, o in cases
    ]


def mechanic_rows():
    out = []
    for name, inner, settings, options in MECHANIC:
        described = {**hyper(mechanic_pytorch.mechanize, options), "inner": inner.__name__, "of_inner": settings}
        described.pop("log_func", None)
        make = mechanic_pytorch.mechanize(inner, **options)
        out.append(case(name, described, run(lambda p: make(p, **settings), plain)))
    return out


def finite(rows_by_name):
    """JSON has no infinity; a limit that is absent is none."""
    for cases in rows_by_name.values():
        for c in cases:
            c["hyper"] = {k: v for k, v in c["hyper"].items() if not (isinstance(v, float) and math.isinf(v))}
    return rows_by_name


def authors_rules_files():
    acprop = class_of("ACProp-Optimizer", "optimizers/ACProp.py", "ACProp")
    adahessian = class_of("adahessian", "image_classification/optim_adahessian.py", "Adahessian")
    files = {
        "madgrad": rows(madgrad.MADGRAD, MADGRAD),
        "momo": rows(momo.Momo, MOMO, with_loss),
        "momo_adam": rows(momo.MomoAdam, MOMO_ADAM, with_loss),
        "dadapt_adam": rows(dadaptation.DAdaptAdam, DADAPT_ADAM),
        "dadapt_sgd": rows(dadaptation.DAdaptSGD, DADAPT_SGD),
        "dadapt_adagrad": rows(dadaptation.DAdaptAdaGrad, DADAPT_ADAGRAD),
        "mechanic": mechanic_rows(),
        "acprop": rows(acprop, ACPROP),
        "adahessian": rows(adahessian, ADAHESSIAN, with_diagonal, UP_TO_TWO),
    }
    versions = [f"{p} {importlib.metadata.version(p)}" for p in PACKAGES]
    commits = [f"{name} {commit[:7]}" for name, commit in COMMITS.items()]
    return "authors", ", ".join([*versions, *commits]), finite(files)
