"""Which links and wrappers of Optax run over the stored gradients, and with which hyper-parameters."""

import functools

import jax
import jax.numpy as jnp
import optax
from optax import contrib, projections
from optax._src import factorized

RATE = 0.05
LR = "learning_rate"


def linked(name, make, *cases, sign=-1.0):
    """A link before a rate: chain(link, scale(-0.05))."""
    return [
        (
            f"{name}: {case}",
            options,
            optax.chain(make(**options), optax.scale(sign * RATE)),
            {"link": name, **options},
        )
        for case, options in cases
    ]


def projecting(name, **options):
    """A projection after a step: the update that lands the parameters where the projection says."""
    project = functools.partial(getattr(projections, name), **options)
    if name in ("projection_box", "projection_hypercube"):
        # Their limits are trees as the parameters are: one tensor at a time takes numbers.
        one = project
        project = functools.partial(jax.tree.map, one)

    def update(updates, state, params):
        landed = project(optax.apply_updates(params, updates))
        return jax.tree.map(lambda x, w: x - w, landed, params), state

    link = optax.GradientTransformation(lambda params: optax.EmptyState(), update)
    described = {"link": name, **options}
    return (f"{name}: {options}", options, optax.chain(optax.sgd(RATE), link), described)


def wrapped(name, transform, described):
    return (name, {}, transform, described)


def multi_steps(case, described, every, skip=None):
    options = {"use_grad_mean": described.get("mean", True), "accumulator_dtype": jnp.float64}
    if skip is not None:
        options["should_skip_update_fn"] = skip
    inner = optax.sgd(RATE, momentum=0.9)
    transform = optax.MultiSteps(inner, every, **options).gradient_transformation()
    return wrapped(case, transform, described)


def growing(step):
    return 1 + step % 3


def muon(**options):
    """The link alone does not know the axes of a matrix. It lacks the factor for the shape, which is 1 for 4 by 3."""
    axes = functools.partial(jax.tree.map, lambda w: contrib.MuonDimensionNumbers())
    return contrib.scale_by_muon(weight_dimension_numbers=axes, **options)


def scale_by():
    o, c = optax, contrib
    none = ("defaults", {})
    return (
        linked("scale_by_adam", o.scale_by_adam, none, ("nesterov", {"nesterov": True, "b1": 0.8}))
        + linked("scale_by_adamax", o.scale_by_adamax, none)
        + linked("scale_by_adadelta", o.scale_by_adadelta, none, ("rho", {"rho": 0.7, "eps": 1e-3}))
        + linked("scale_by_adan", o.scale_by_adan, none)
        + linked("scale_by_ademamix", c.scale_by_ademamix, ("b3", {"b3": 0.99}))
        + linked("scale_by_adopt", c.scale_by_adopt, none)
        + linked("scale_by_amsgrad", o.scale_by_amsgrad, ("b2", {"b2": 0.7}))
        + linked("scale_by_belief", o.scale_by_belief, none)
        + linked(
            "scale_by_factored_rms",
            # Read here, because the generator replaces it by a form that keeps float64.
            factorized.scale_by_factored_rms,
            ("whole", {}),
            ("factored", {"min_dim_size_to_factor": 2, "decay_rate": 0.6, "epsilon": 1e-3}),
        )
        + linked("scale_by_lion", o.scale_by_lion, ("betas", {"b1": 0.7, "b2": 0.95}))
        + linked("scale_by_novograd", o.scale_by_novograd, ("weight decay", {"weight_decay": 0.1}))
        + linked("scale_by_optimistic_gradient", o.scale_by_optimistic_gradient, none, ("both", {"alpha": 2.0, "beta": 0.5}))
        + linked("scale_by_param_block_norm", o.scale_by_param_block_norm, none, ("least", {"min_scale": 2.0}))
        + linked("scale_by_param_block_rms", o.scale_by_param_block_rms, none, ("least", {"min_scale": 1.5}))
        + linked("scale_by_polyak", o.scale_by_polyak, none, ("minimum", {"f_min": 0.5, "eps": 0.1, "variant": "sps+"}))
        + linked("scale_by_radam", o.scale_by_radam, ("b2", {"b2": 0.9}))
        + linked("scale_by_rms", o.scale_by_rms, none, ("outside", {"eps_in_sqrt": False, "initial_scale": 1.0}))
        # Optax's Rprop has its step sizes in the link, and only the sign behind it.
        + linked("scale_by_rprop", o.scale_by_rprop, ("rate", {"learning_rate": 0.3}))
        + linked("scale_by_rss", o.scale_by_rss, none, ("from 0", {"initial_accumulator_value": 0.0, "eps": 1e-2}))
        + linked("scale_by_sign", o.scale_by_sign, none)
        + linked("scale_by_stddev", o.scale_by_stddev, none)
        + linked(
            "scale_by_trust_ratio",
            o.scale_by_trust_ratio,
            none,
            ("all", {"min_norm": 1.0, "trust_coefficient": 0.5, "eps": 0.1}),
        )
        + linked("scale_by_yogi", o.scale_by_yogi, none)
        + linked("normalize_by_update_norm", o.normalize_by_update_norm, none, ("scaled", {"scale_factor": 3.0, "eps": 0.1}))
        + linked("normalize", c.normalize, none)
        + linked("scale_by_galore", c.scale_by_galore, ("rank 2", {"rank": 2, "scale": 0.5}))
        + linked("scale_by_acprop", c.scale_by_acprop, none, ("epsilons", {"b1": 0.7, "eps": 1e-3, "eps_root": 1e-2}))
        # Its updates descend.
        + linked(
            "scale_by_madgrad",
            c.scale_by_madgrad,
            ("rate", {LR: 0.3}),
            ("momentum, epsilon", {LR: 2.0, "momentum": 0.5, "eps": 1e-3}),
            sign=1.0,
        )
        + linked("scale_by_simplified_ademamix", c.scale_by_simplified_ademamix, none, ("alpha", {"alpha": 5.0, "b1": 0.8}))
    )


def links_after():
    nonnegative = optax.chain(optax.sgd(RATE), optax.keep_params_nonnegative())
    not_numbers = optax.chain(optax.zero_nans(), optax.sgd(RATE, momentum=0.9))
    return [
        wrapped("keep_params_nonnegative", nonnegative, {"link": "keep_params_nonnegative"}),
        wrapped("zero_nans", not_numbers, {"link": "zero_nans", "nan_at": [1, 4, 5]}),
        projecting("projection_non_negative"),
        projecting("projection_box", lower=-0.5, upper=0.7),
        projecting("projection_hypercube", scale=0.8),
        projecting("projection_linf_ball", scale=0.6),
        projecting("projection_l2_ball", scale=1.5),
        projecting("projection_l2_sphere", scale=1.5),
        projecting("projection_l1_ball", scale=4.0),
        projecting("projection_l1_sphere", scale=4.0),
        projecting("projection_simplex", scale=2.0),
    ]


def wrappers():
    momentum = {LR: RATE, "momentum": 0.9}
    every_other = optax.conditionally_mask(optax.adam(RATE), lambda step: step % 2 == 0)
    traced = optax.conditionally_transform(optax.trace(0.5), lambda step: step % 3 != 1)
    large = functools.partial(optax.skip_large_updates, max_squared_norm=1e5)
    return [
        multi_steps("multi_steps: 4", {"every": 4, **momentum}, 4),
        multi_steps("multi_steps: sum", {"every": 3, "mean": False, **momentum}, 3),
        multi_steps("multi_steps: growing", {"every": "1 + count % 3", **momentum}, growing),
        multi_steps(
            "multi_steps: skip large", {"every": "1 + count % 3", "max_squared_norm": 1e5, **momentum}, growing, large
        ),
        multi_steps(
            "multi_steps: skip not finite",
            {"every": "1 + count % 3", "finite": True, "nan_at": [1, 3, 4, 10], **momentum},
            growing,
            optax.skip_not_finite,
        ),
        wrapped("conditionally_mask: adam at even counts", every_other, {"wrapper": "mask"}),
        wrapped(
            "conditionally_transform: trace at two of three",
            optax.chain(traced, optax.scale(-RATE)),
            {"wrapper": "transform"},
        ),
    ]


def link_files():
    return {
        "scale_by": scale_by(),
        "scale_by_sm3": linked("scale_by_sm3", optax.scale_by_sm3, ("defaults", {}), ("b1", {"b1": 0.5})),
        "scale_by_muon": linked(
            "scale_by_muon", muon, ("defaults", {}), ("plain", {"nesterov": False, "beta": 0.8})
        ),
        "links": links_after(),
        "wrappers": wrappers(),
    }
