"""Trajectories of Optax over the stored gradients."""

import functools

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import optax
from optax import contrib
from optax._src import factorized
from optax.contrib import _galore, _madgrad
from optax.schedules import _schedule

from golden_optax_cases import ALL, TENSORS, files
from golden_optax_links import link_files
from shared import KEPT, flat, sequence


def widen():
    """Keeps float64 in the places where Optax converts to float32, whatever the type of the parameters."""
    factored = factorized.scale_by_factored_rms

    def decay_rate(step, exponent):
        return 1.0 - jnp.asarray(step + 1, jnp.float64) ** (-exponent)

    factorized.scale_by_factored_rms = functools.partial(factored, decay_rate_fn=decay_rate)
    warm_up = _schedule.warmup_constant_schedule

    def wide_warm_up(*args, **options):
        # An int32 count divided by a Python number is float32, an int64 one float64.
        schedule = warm_up(*args, **options)
        return lambda count: schedule(jnp.asarray(count, jnp.int64))

    _schedule.warmup_constant_schedule = wide_warm_up

    class WideRoot:
        """MADGRAD takes the root of an int32 count, which is float32."""

        def __getattr__(self, name):
            return getattr(jnp, name)

        def sqrt(self, x):
            return jnp.sqrt(jnp.asarray(x, jnp.float64))

    _madgrad.jnp = WideRoot()

    class WideSvd:
        """GaLore casts what it factors to float32."""

        float32 = jnp.float64

        def __getattr__(self, name):
            return getattr(jnp, name)

    _galore.jnp = WideSvd()


def require_float64(name, work, arguments):
    """Refuses values that passed through float32: they would be inexact, even if converted to float64 again."""
    program = str(jax.make_jaxpr(work)(*arguments))
    if "f32" in program:
        raise TypeError(f"{name} leaves float64:\n{program}")


def run(name, transform, names, nan_at=()):
    def arrays(tensors):
        return {n: jnp.asarray(tensors[n], dtype=jnp.float64) for n in names}

    start, steps = sequence()
    params = arrays(start)
    look = name == "lookahead"
    if look:
        params = optax.LookaheadParams.init_synced(params)
    state = transform.init(params)
    transform = optax.with_extra_args_support(transform) if not look else transform
    kept, also = {}, {}
    for i, step in enumerate(steps, 1):
        grads = arrays(step["grads"])
        if i in nan_at:
            # The reason why such a gradient is left out; any one element is enough.
            grads["matrix"] = grads["matrix"].at[0, 0].set(jnp.nan)
        extra = {"value": step["value"], "hessians": arrays(step["hessians"])}
        if look or name == "sam":
            extra = {}
        if i == 1:
            require_float64(name, lambda *a: transform.update(*a, **extra), (grads, state, params))
        updates, state = transform.update(grads, state, params, **extra)
        params = optax.apply_updates(params, updates)
        if i in KEPT:
            kept[str(i)] = flat(params.fast if look else params)
            if look:
                also[str(i)] = flat(params.slow)
            if name.startswith("schedule_free"):
                also[str(i)] = flat(contrib.schedule_free_eval_params(state, params))
    return {"params": kept, **({"averages": also} if also else {})}


def optax_files():
    widen()
    out = {}
    for name, cases in {**files(), **link_files()}.items():
        names = TENSORS.get(name, ALL)
        out[name] = [
            {"name": case, "hyper": described, "tensors": list(names), **run(name, transform, names, described.get("nan_at", ()))}
            for case, _, transform, described in cases
        ]
    return "optax", optax.__version__, out
