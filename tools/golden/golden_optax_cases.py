"""Which Optax optimizers run over the stored gradients, and with which hyper-parameters."""

import inspect

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import optax
from optax import contrib


ALL = ("scalar", "vector", "matrix", "cube")
# Optax's SM3 reads one accumulator per dimension, and a scalar has no dimension.
# A Muon of the link alone takes matrices.
TENSORS = {
    "sm3": ("vector", "matrix", "cube"),
    "scale_by_sm3": ("vector", "matrix", "cube"),
    "scale_by_muon": ("matrix",),
}
LR = "learning_rate"


def simple(make, *cases):
    return [(name, options, make(**options), hyper(make, options)) for name, options in cases]


def hyper(make, options):
    """Returns every hyper-parameter that affects the result, including the defaults."""
    values = {k: p.default for k, p in inspect.signature(make).parameters.items() if p.default is not p.empty}
    values.pop("hessian_diagonal_fn", None)
    plain = {k: v for k, v in values.items() if v is None or isinstance(v, (bool, int, float, str, tuple))}
    return {**plain, **options}


def f64(**options):
    return {LR: 0.05, **options}


class stored_hessians:
    """Sophia's estimator of the Hessian's diagonal, replaced by the stored sequence."""

    def __new__(cls):
        def update(updates, state, params=None, **extra):
            return extra["hessians"], state

        return optax.GradientTransformationExtraArgs(lambda params: optax.EmptyState(), update)


def left_out(name, make, nan_at, options):
    """A rule whose gradients are NaN at some steps, which must leave no trace in it."""
    transform = optax.apply_if_finite(make(**options), max_consecutive_errors=5)
    return (name, options, transform, {**hyper(make, options), "inner": name, "nan_at": list(nan_at)})


def sophia_cases():
    cases = [
        ("defaults", {LR: 0.05}),
        ("clip, gamma, interval", {LR: 0.05, "clip_threshold": 0.3, "gamma": 0.2, "update_interval": 4}),
        ("betas, weight decay", {LR: 0.05, "b1": 0.8, "b2": 0.9, "weight_decay": 0.1, "update_interval": 1}),
        ("no clipping", {LR: 1e-3, "clip_threshold": None, "gamma": 1.0, "update_interval": 3}),
    ]
    return [
        (name, o, contrib.sophia(**o, hessian_diagonal_fn=stored_hessians()), hyper(contrib.sophia, o))
        for name, o in cases
    ]


def sam_cases():
    def case(name, opt, adv, settings, described):
        return (name, {}, contrib.sam(opt, adv, **settings), {**described, **settings})

    normal = lambda rho: optax.chain(contrib.normalize(), optax.sgd(rho))
    return [
        case(
            "sgd, normalized",
            optax.sgd(0.1),
            normal(0.05),
            {"sync_period": 2},
            {"optimizer": "sgd", LR: 0.1, "rho": 0.05, "adv": "normalize, sgd"},
        ),
        case(
            "adam, plain ascent",
            optax.adam(0.05),
            optax.sgd(0.01),
            {"sync_period": 2},
            {"optimizer": "adam", LR: 0.05, "rho": 0.01, "adv": "sgd"},
        ),
        case(
            "momentum, three steps",
            optax.sgd(0.1, momentum=0.9),
            normal(0.1),
            {"sync_period": 3},
            {"optimizer": "sgd", LR: 0.1, "momentum": 0.9, "rho": 0.1, "adv": "normalize, sgd"},
        ),
    ]


def lookahead_cases():
    def case(name, inner, settings, described):
        return (name, {}, optax.lookahead(inner, **settings), {**described, **settings})

    sgd = {"optimizer": "sgd", LR: 0.1}
    return [
        case("sgd", optax.sgd(0.1), {"sync_period": 5, "slow_step_size": 0.5, "reset_state": False}, sgd),
        case(
            "adam",
            optax.adam(0.05),
            {"sync_period": 6, "slow_step_size": 0.8, "reset_state": False},
            {"optimizer": "adam", LR: 0.05},
        ),
        case(
            "momentum, reset",
            optax.sgd(0.1, momentum=0.9),
            {"sync_period": 4, "slow_step_size": 0.5, "reset_state": True},
            {**sgd, "momentum": 0.9},
        ),
    ]


def mechanize_cases():
    def case(name, inner, settings, described):
        return (name, {}, contrib.mechanize(inner, **settings), {**hyper(contrib.mechanize, settings), **described})

    return [
        case("sgd", optax.sgd(1.0), {}, {"optimizer": "sgd", LR: 1.0}),
        case("adam, scale", optax.adam(1.0), {"s_init": 1e-3}, {"optimizer": "adam", LR: 1.0}),
        case(
            "momentum, decay, betas",
            optax.sgd(0.1, momentum=0.9),
            {"s_init": 1e-2, "weight_decay": 0.1, "num_betas": 3, "eps": 1e-6},
            {"optimizer": "sgd", LR: 0.1, "momentum": 0.9},
        ),
    ]


def muon_kernel_cases():
    """Muon with the cube as a matrix of its outputs by all else; `outputs` is the axis that stays."""
    plain = {"scalar": None, "vector": None, "matrix": contrib.MuonDimensionNumbers()}
    first = {**plain, "cube": contrib.MuonDimensionNumbers((1, 2), 0)}
    last = {**plain, "cube": contrib.MuonDimensionNumbers((0, 1), 2)}

    def case(name, outputs, settings):
        numbers = first if outputs == "first" else last
        transform = contrib.muon(**settings, muon_weight_dimension_numbers=numbers)
        return (name, {}, transform, {**hyper(contrib.muon, settings), "outputs": outputs})

    return [
        case("outputs last", "last", f64()),
        case("outputs last, weight decay", "last", f64(nesterov=False, weight_decay=0.1)),
        case("outputs first, consistent rms", "first", f64(consistent_rms=0.2)),
    ]


def files():
    o, c = optax, contrib
    wd = {"weight_decay": 0.1}
    return {
        "sgd": simple(
            o.sgd,
            ("plain", {LR: 0.1}),
            ("momentum", {LR: 0.1, "momentum": 0.9}),
            ("nesterov", {LR: 0.1, "momentum": 0.9, "nesterov": True}),
        ),
        "adam": simple(
            o.adam,
            ("lr 1e-3", {LR: 1e-3}),
            ("lr 0.05", f64()),
            ("betas", f64(b1=0.8, b2=0.95)),
            ("epsilon", f64(eps=0.1)),
            ("epsilon in the root", f64(eps=0.0, eps_root=1e-8)),
            ("both epsilons", f64(eps=1e-3, eps_root=1e-2)),
            ("nesterov", f64(nesterov=True)),
        ),
        "adamw": simple(
            o.adamw,
            ("lr 0.05", f64()),
            ("weight decay, betas", f64(weight_decay=0.3, b1=0.85, b2=0.97)),
            ("nesterov", f64(nesterov=True, weight_decay=0.1)),
            ("epsilon", f64(eps=1e-2, eps_root=1e-3)),
        ),
        "amsgrad": simple(
            o.amsgrad,
            ("lr 0.05", f64()),
            ("betas", f64(b1=0.8, b2=0.6)),
            ("epsilons", f64(b2=0.7, eps=1e-3, eps_root=1e-2)),
            ("as in the paper", f64(b2=0.7, bias_correction_mu=False, bias_correction_nu=False)),
            ("first moment alone corrected", f64(b2=0.7, bias_correction_nu=False)),
        ),
        "adamax": simple(o.adamax, ("lr 0.05", f64()), ("betas, epsilon", f64(b1=0.8, b2=0.9, eps=1e-3))),
        "adamaxw": simple(o.adamaxw, ("lr 0.05", f64()), ("weight decay", f64(b1=0.8, b2=0.9, **wd))),
        "nadam": simple(
            o.nadam,
            ("lr 0.05", f64()),
            ("betas, epsilon", f64(b1=0.8, b2=0.95, eps=1e-3)),
            ("epsilon in the root", f64(eps_root=1e-2)),
        ),
        "nadamw": simple(o.nadamw, ("lr 0.05", f64()), ("weight decay", f64(b1=0.8, b2=0.95, **wd))),
        "radam": simple(
            o.radam,
            ("lr 0.05", f64()),
            ("betas", f64(b1=0.8, b2=0.95)),
            ("threshold 4", f64(threshold=4.0)),
            ("epsilons", f64(b2=0.9, eps=1e-2, eps_root=1e-3)),
            ("nesterov", f64(nesterov=True, b2=0.95)),
        ),
        "adabelief": simple(
            o.adabelief,
            ("lr 0.05", f64()),
            ("betas", f64(b1=0.8, b2=0.95)),
            ("epsilons", f64(eps=1e-3, eps_root=1e-4)),
            ("nesterov", f64(nesterov=True)),
        ),
        "yogi": simple(o.yogi, ("lr 0.05", f64()), ("betas, epsilon", f64(b1=0.8, b2=0.95, eps=1e-2))),
        "lion": simple(
            o.lion,
            ("lr 0.05", f64()),
            ("betas", f64(b1=0.7, b2=0.95)),
            ("weight decay", f64(**wd)),
            ("no weight decay", f64(weight_decay=0.0)),
        ),
        "lamb": simple(
            o.lamb,
            ("lr 0.05", f64()),
            ("weight decay", f64(**wd)),
            ("betas, epsilons", f64(b1=0.8, b2=0.95, eps=1e-3, eps_root=1e-2)),
        ),
        "lars": simple(
            o.lars,
            ("lr 1", {LR: 1.0}),
            ("weight decay", {LR: 1.0, "weight_decay": 0.1, "trust_coefficient": 0.02}),
            (
                "nesterov, epsilon",
                {LR: 1.0, "nesterov": True, "momentum": 0.8, "eps": 0.1, "trust_coefficient": 0.05},
            ),
            ("no momentum", {LR: 1.0, "momentum": 0.0, "trust_coefficient": 0.05}),
        ),
        "novograd": simple(
            o.novograd,
            ("lr 0.05", f64()),
            ("weight decay", f64(**wd)),
            ("betas, epsilons", f64(b1=0.7, b2=0.9, eps=1e-3, eps_root=1e-2)),
        ),
        "adafactor": simple(
            o.adafactor,
            ("no learning rate", {}),
            ("lr 0.1, not factored", {LR: 0.1}),
            ("factored", {LR: 0.1, "min_dim_size_to_factor": 2}),
            ("factored from 3", {LR: 0.1, "min_dim_size_to_factor": 3}),
            (
                "no parameter scale, no clipping",
                {
                    LR: 0.1,
                    "min_dim_size_to_factor": 2,
                    "multiply_by_parameter_scale": False,
                    "clipping_threshold": None,
                },
            ),
            (
                "decay, offset, epsilon",
                {
                    LR: 0.1,
                    "min_dim_size_to_factor": 2,
                    "decay_rate": 0.5,
                    "eps": 1e-3,
                    "clipping_threshold": 0.5,
                },
            ),
            ("weight decay", {LR: 0.1, "min_dim_size_to_factor": 2, "weight_decay_rate": 0.01}),
        )
        + [
            (
                "momentum",
                {},
                o.adafactor(0.1, min_dim_size_to_factor=2, momentum=0.9, dtype_momentum=jnp.float64),
                hyper(o.adafactor, {LR: 0.1, "min_dim_size_to_factor": 2, "momentum": 0.9}),
            )
        ],
        "sm3": simple(
            o.sm3,
            ("lr 0.1", {LR: 0.1}),
            ("momentum 0", {LR: 0.1, "momentum": 0.0}),
            ("momentum 0.5", {LR: 0.1, "momentum": 0.5}),
        ),
        "rprop": simple(
            o.rprop,
            ("lr 0.01", {LR: 0.01}),
            ("etas", {LR: 0.1, "eta_minus": 0.3, "eta_plus": 1.5}),
            ("step sizes", {LR: 0.1, "min_step_size": 0.05, "max_step_size": 0.2}),
        ),
        "sign_sgd": simple(o.sign_sgd, ("lr 0.1", {LR: 0.1})),
        "signum": simple(o.signum, ("lr 0.1", {LR: 0.1}), ("beta", {LR: 0.1, "beta": 0.5})),
        "adan": simple(
            o.adan,
            ("lr 0.05", f64()),
            ("betas, epsilons", f64(b1=0.9, b2=0.8, b3=0.95, eps=1e-3, eps_root=0.0)),
            ("weight decay", f64(**wd)),
        ),
        "adadelta": simple(
            o.adadelta,
            ("lr 1", {LR: 1.0}),
            ("rho, epsilon", {LR: 0.5, "rho": 0.7, "eps": 1e-3}),
            ("weight decay", {LR: 1.0, **wd}),
        ),
        "adagrad": simple(
            o.adagrad,
            ("lr 0.1", {LR: 0.1}),
            ("initial accumulator 0", {LR: 0.1, "initial_accumulator_value": 0.0}),
            ("epsilon", {LR: 0.1, "eps": 1e-2}),
        ),
        "rmsprop": simple(
            o.rmsprop,
            ("lr 0.01", {LR: 0.01}),
            ("epsilon outside", {LR: 0.01, "eps_in_sqrt": False, "eps": 1e-3}),
            ("centered", {LR: 0.01, "centered": True}),
            ("momentum", {LR: 0.01, "momentum": 0.9}),
            ("nesterov", {LR: 0.01, "momentum": 0.9, "nesterov": True}),
            ("initial scale", {LR: 0.01, "initial_scale": 1.0}),
            ("bias correction", {LR: 0.05, "bias_correction": True, "eps_in_sqrt": False}),
            (
                "centered, momentum, bias correction",
                {
                    LR: 0.01,
                    "centered": True,
                    "momentum": 0.8,
                    "bias_correction": True,
                    "decay": 0.95,
                    "eps": 1e-3,
                },
            ),
        ),
        "fromage": simple(o.fromage, ("lr 0.05", f64()), ("minimum norm", {LR: 0.1, "min_norm": 0.5})),
        "polyak_sgd": simple(
            o.polyak_sgd,
            ("defaults", {}),
            ("limit, minimum", {"max_learning_rate": 1e-6, "f_min": 0.1, "eps": 0.1}),
            ("sps+", {"variant": "sps+", "f_min": 1.0, "scaling": 0.5}),
            ("sps below the minimum", {"f_min": 1.0}),
        ),
        "adopt": simple(
            c.adopt,
            ("lr 0.05", f64()),
            ("no clipping", f64(use_clipping=False)),
            ("betas, epsilon", f64(b1=0.8, b2=0.95, eps=1e-3)),
            ("nesterov", f64(nesterov=True)),
        ),
        "ademamix": simple(
            c.ademamix,
            ("lr 0.05", f64()),
            ("betas, alpha", f64(b1=0.8, b2=0.95, b3=0.99, alpha=2.0)),
            ("weight decay, epsilons", f64(eps=1e-3, eps_root=1e-2, **wd)),
        ),
        "schedule_free_sgd": simple(
            c.schedule_free_sgd,
            ("lr 0.1", {LR: 0.1}),
            ("weight decay, warm-up", {LR: 0.1, "weight_decay": 0.1, "warmup_steps": 8}),
            ("b1, power", {LR: 0.1, "b1": 0.7, "weight_lr_power": 1.0}),
        ),
        "schedule_free_adamw": simple(
            c.schedule_free_adamw,
            ("defaults", {}),
            ("weight decay, warm-up", f64(weight_decay=0.1, warmup_steps=8)),
            ("betas, epsilon", f64(b1=0.7, b2=0.95, eps=1e-3)),
        ),
        "apply_if_finite": [
            left_out("adam", o.adam, (1, 4, 5), f64()),
            left_out("adan", o.adan, (1, 2), f64()),
            left_out("adopt", c.adopt, (1, 3), f64()),
            left_out("dog", c.dog, (1, 10), {"init_step": ("learning_rate", 1e-3)}),
            left_out("novograd", o.novograd, (1, 7), f64()),
            left_out("radam", o.radam, (1, 3, 9), f64()),
            left_out("adamw", o.adamw, (2, 6, 7, 8), f64(weight_decay=0.1)),
        ],
        "prodigy": simple(
            c.prodigy,
            ("defaults", {}),
            ("estimate, coefficient", {"estim_lr0": 1e-3, "estim_lr_coef": 2.0, "betas": (0.8, 0.95)}),
            ("weight decay", {"estim_lr0": 1e-2, "weight_decay": 0.1}),
            ("safeguard", {"estim_lr0": 1e-2, "safeguard_warmup": True, LR: 0.5}),
            ("beta3", {"estim_lr0": 1e-2, "beta3": 0.9}),
        ),
        "dog": simple(
            c.dog,
            ("defaults", {}),
            ("distance", {"init_step": ("distance", 0.1)}),
            ("learning rate", {"init_step": ("learning_rate", 1e-3)}),
            ("weight decay, epsilon", {"init_step": ("heuristic", 0.01), "weight_decay": 0.1, "eps": 1e-2}),
        ),
        "dowg": simple(
            c.dowg,
            ("defaults", {}),
            ("distance, epsilon", {"init_estim_sq_dist": 0.5, "eps": 1e-2}),
            ("weight decay", {"weight_decay": 0.1}),
        ),
        "muon": simple(
            c.muon,
            ("lr 0.05", f64()),
            ("no nesterov, weight decay", f64(nesterov=False, beta=0.8, **wd)),
            ("adaptive", f64(adaptive=True)),
            ("steps, coefficients", f64(ns_steps=3, ns_coeffs=(2.0, -1.5, 0.5))),
            ("consistent rms", f64(consistent_rms=0.2)),
        ),
        "madgrad": simple(
            c.madgrad,
            ("lr 0.01", {LR: 0.01}),
            ("weight decay, epsilon", {LR: 0.05, "momentum": 0.7, "eps": 1e-3, "weight_decay": 0.1}),
        ),
        "simplified_ademamix": simple(
            c.simplified_ademamix,
            ("lr 1e-3", {LR: 1e-3}),
            ("betas, alpha", {LR: 1e-3, "b1": 0.9, "b2": 0.8, "alpha": 10.0}),
            ("weight decay, epsilons", {LR: 1e-3, "eps": 1e-3, "eps_root": 1e-2, "alpha": 2.0, **wd}),
        ),
        # One refresh only: from the second on the signs that the SVD chooses matter.
        "galore": simple(
            c.galore,
            ("rank 1", {LR: 0.05, "rank": 1}),
            ("scale, weight decay", {LR: 0.05, "rank": 2, "scale": 0.5, **wd}),
        ),
        "acprop": simple(
            c.acprop,
            ("lr 0.05", f64()),
            ("betas, epsilons", f64(b1=0.8, b2=0.95, eps=1e-3, eps_root=1e-2)),
            ("weight decay", f64(**wd)),
        ),
        "optimistic_gradient_descent": simple(
            o.optimistic_gradient_descent,
            ("lr 0.1", {LR: 0.1}),
            ("alpha, beta", {LR: 0.1, "alpha": 0.7, "beta": 0.4}),
        ),
        "optimistic_adam": simple(
            o.optimistic_adam,
            ("lr 0.05", f64()),
            ("optimism, betas", f64(optimism=0.2, b1=0.8, b2=0.95, nesterov=False)),
        ),
        "optimistic_adam_v2": simple(
            o.optimistic_adam_v2,
            ("lr 0.05", f64()),
            ("no nesterov", f64(nesterov=False)),
            ("alpha, beta, epsilons", f64(alpha=0.7, beta=0.4, eps=1e-3, eps_root=1e-2)),
        ),
        "momo": simple(
            c.momo,
            ("defaults", {}),
            ("rate, beta, bound", {LR: 1e-3, "beta": 0.7, "lower_bound": 0.4}),
            ("estimated bound", {LR: 1e-2, "adapt_lower_bound": True}),
            ("weight decay", {LR: 1e-2, "weight_decay": 0.1}),
        ),
        "momo_adam": simple(
            c.momo_adam,
            ("defaults", {}),
            ("betas, epsilon, bound", {LR: 0.1, "b1": 0.8, "b2": 0.95, "eps": 1e-3, "lower_bound": 0.4}),
            ("estimated bound", {LR: 0.05, "adapt_lower_bound": True}),
            ("weight decay", {LR: 0.05, "weight_decay": 0.1}),
        ),
        "dadapt_adamw": simple(
            c.dadapt_adamw,
            ("defaults", {}),
            ("estimate, betas, epsilon", {"estim_lr0": 1e-2, "betas": (0.8, 0.95), "eps": 1e-3, LR: 0.5}),
            ("weight decay", {"estim_lr0": 1e-2, "weight_decay": 0.1}),
        ),
        "mechanize": mechanize_cases(),
        "cocob": simple(
            c.cocob,
            ("defaults", {}),
            ("alpha, epsilon", {"alpha": 5.0, "eps": 1e-2}),
            ("rate, weight decay", {LR: 0.3, "alpha": 10.0, "weight_decay": 0.1}),
        ),
        "muon_kernels": muon_kernel_cases(),
        "sophia": sophia_cases(),
        "sam": sam_cases(),
        "lookahead": lookahead_cases(),
    }
