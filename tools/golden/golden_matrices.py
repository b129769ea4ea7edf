"""Trajectories of SOAP and Shampoo for the stored gradients, by their authors' public code.

SOAP_FILE names soap.py of github.com/nikhilvyas/SOAP at commit a1e5535. Its factorizations are cast to float32 there;
here they stay float64. SHAMPOO_ROOT names the folder with distributed_shampoo of github.com/facebookresearch/optimizers
at commit f606606. Cases whose first gradient leaves two directions of a basis open, such as those of vectors, are not
among SOAP's: LAPACK's choice decides there.
"""

import inspect
import math
import os
import sys
from pathlib import Path

import torch

from shared import KEPT, flat, sequence

torch.set_default_dtype(torch.float64)
ALL = ("scalar", "vector", "matrix", "cube")
SOAP_COMMIT = "a1e5535"

SOAP = [
    ("defaults", {}),
    ("interval 1", {"precondition_frequency": 1, "lr": 0.01}),
    ("interval 3, betas, no decay", {"precondition_frequency": 3, "betas": (0.8, 0.9), "weight_decay": 0.0}),
    ("shampoo_beta", {"precondition_frequency": 4, "shampoo_beta": 0.7}),
    ("an axis left out", {"precondition_frequency": 2, "max_precond_dim": 3, "lr": 0.02}),
    ("normalized, not corrected", {"normalize_grads": True, "correct_bias": False, "eps": 1e-4}),
]

SHAMPOO_COMMIT = "f606606"

SHAMPOO = [
    ("interval 1", {"precondition_frequency": 1}),
    ("interval 3, start 7", {"precondition_frequency": 3, "start_preconditioning_step": 7}),
    ("beta2 0.9", {"betas": (0.8, 0.9), "precondition_frequency": 2}),
    ("beta3, not corrected", {"betas": (0.8, 0.95), "beta3": 0.5, "use_bias_correction": False}),
    ("no average, decoupled decay", {"betas": (0.0, 1.0), "weight_decay": 0.1}),
    ("L2 penalty, beta2 0.9", {"betas": (0.9, 0.9), "weight_decay": 0.1, "weight_decay_type": "L2"}),
    ("grafting SGD", {"grafting": "sgd", "betas": (0.9, 0.99), "precondition_frequency": 2}),
    ("grafting AdaGrad", {"grafting": "adagrad", "precondition_frequency": 4}),
    ("grafting RMSprop", {"grafting": "rmsprop", "graftingBeta2": 0.9, "betas": (0.9, 0.95)}),
    (
        "grafting Adam, blocks",
        {"grafting": "adam", "graftingBeta2": 0.99, "betas": (0.9, 0.99), "max_preconditioner_dim": 2},
    ),
    ("axes not merged", {"merge": False, "precondition_frequency": 2}),
    ("blocks, axes not merged", {"merge": False, "max_preconditioner_dim": 2, "betas": (0.9, 0.9)}),
    ("root 2", {"root": 2, "merge": False}),
    ("momentum", {"momentum": 0.7, "dampening": 0.2, "weight_decay": 0.05}),
    ("Nesterov", {"momentum": 0.7, "dampening": 0.2, "nesterov": True, "betas": (0.9, 0.95)}),
]


def soap_class():
    text = Path(os.environ["SOAP_FILE"]).read_text()
    for old, new, times in (
        (".data.float()", ".data.double()", 5),
        ("m.data.dtype != torch.float:", "m.data.dtype != torch.double:", 2),
    ):
        assert text.count(old) == times, (old, text.count(old))
        text = text.replace(old, new)
    scope = {}
    exec(compile(text, "soap.py", "exec"), scope)
    return scope["SOAP"]


def run(make):
    start, steps = sequence()
    params = {n: torch.tensor(start[n]).requires_grad_() for n in ALL}
    opt = make(list(params.values()))
    kept = {}
    for i, step in enumerate(steps, 1):
        for n, p in params.items():
            p.grad = torch.tensor(step["grads"][n])
        opt.step()
        if i in KEPT:
            kept[str(i)] = flat({n: p.detach() for n, p in params.items()})
    return {"params": kept}


def case(make, name, options):
    defaults = {
        k: p.default for k, p in inspect.signature(make).parameters.items() if p.default is not p.empty
    }
    result = run(lambda p: make(p, **options))
    assert math.isfinite(sum(sum(v) for v in result["params"]["30"].values()))
    return {"name": name, "hyper": {**defaults, **options}, "tensors": list(ALL), **result}


def shampoo(params, grafting="none", graftingBeta2=None, merge=True, root=None, momentum=0.0, **options):
    """Returns Meta's optimizer; the named options are those of its configurations."""
    import distributed_shampoo.shampoo_types as types
    from distributed_shampoo import DistributedShampoo
    from distributed_shampoo.preconditioner.matrix_functions_types import CoupledHigherOrderConfig

    beta2 = {} if graftingBeta2 is None else {"beta2": graftingBeta2}
    grafts = {
        "none": lambda: None,
        "sgd": types.SGDPreconditionerConfig,
        "adagrad": types.AdaGradPreconditionerConfig,
        "rmsprop": lambda: types.RMSpropPreconditionerConfig(**beta2),
        "adam": lambda: types.AdamPreconditionerConfig(**beta2),
    }
    options = dict(options)
    if "weight_decay_type" in options:
        options["weight_decay_type"] = types.WeightDecayType[options["weight_decay_type"]]
    if momentum:
        options["iterate_averaging_config"] = types.ClassicMomentumConfig(
            momentum=momentum,
            dampening=options.pop("dampening", 0.0),
            use_nesterov=options.pop("nesterov", False),
        )
    if not merge:
        options["distributed_config"] = types.SingleDeviceDistributedConfig(
            target_parameter_dimensionality=math.inf
        )
    override = {} if root is None else {
        "inverse_exponent_override": {order: 1 / root for order in range(4)}
    }
    return DistributedShampoo(
        params,
        grafting_config=grafts[grafting](),
        preconditioner_config=types.RootInvShampooPreconditionerConfig(
            factor_matrix_dtype=torch.float64,
            inv_factor_matrix_dtype=torch.float64,
            amortized_computation_config=CoupledHigherOrderConfig(
                rel_epsilon=1e-5, abs_epsilon=1e-12, tolerance=1e-20
            ),
            **override,
        ),
        **options,
    )


def shampoo_case(name, options):
    result = run(lambda p: shampoo(p, **options))
    assert math.isfinite(sum(sum(v) for v in result["params"]["30"].values()))
    return {"name": name, "hyper": options, "tensors": list(ALL), "precision": "condition 1e5", **result}


def matrices_files():
    soap = soap_class()
    yield "authors", f"SOAP {SOAP_COMMIT}", {"soap": [case(soap, n, o) for n, o in SOAP]}
    sys.path.insert(0, os.environ["SHAMPOO_ROOT"])
    version = f"DistributedShampoo {SHAMPOO_COMMIT}"
    yield "authors", version, {"shampoo": [shampoo_case(n, o) for n, o in SHAMPOO]}
