"""Writes tests/golden/names/peers.json: the public names of Optax and torch.optim, by module, with their kinds.

Needs PyPI's torch 2.15.0 and optax 0.2.8 (CPU).  Run:  python tools/golden/peer_names.py
The same versions write the same bytes. `README.md` beside the file describes the format.
"""

import functools
import importlib
import inspect
import json
import warnings

import optax
import torch

from shared import ROOT

OPTAX = (
    "optax",
    "optax.contrib",
    "optax.schedules",
    "optax.transforms",
    "optax.projections",
    "optax.perturbations",
    "optax.second_order",
    "optax.losses",
    "optax.microbatching",
    "optax.assignment",
    "optax.experimental",
    "optax.tree",
    "optax.tree_utils",
)
TORCH = ("torch.optim", "torch.optim.lr_scheduler", "torch.optim.swa_utils")


def kind(value):
    """Returns what a name stands for; a tuple is a named one, such as a state, a type an alias for annotations."""
    if inspect.ismodule(value):
        return "module"
    if inspect.isclass(value):
        return "tuple" if issubclass(value, tuple) and hasattr(value, "_fields") else "class"
    plain = inspect.isroutine(value) or isinstance(value, functools.partial)
    return "function" if plain or hasattr(value, "__wrapped__") else "type"


def public(module):
    """Returns the public names: those that it declares, or all but what its source imports from elsewhere."""
    if module.__name__.startswith("torch"):
        return module.__all__
    found = [*getattr(module, "__all__", ()), *(name for name in dir(module) if not name.startswith("_"))]
    foreign = [n for n in found if inspect.ismodule(v := getattr(module, n)) and not v.__name__.startswith("optax")]
    return set(found) - set(foreign)


def names(path):
    module = importlib.import_module(path)
    return {name: kind(getattr(module, name)) for name in sorted(public(module))}


def main():
    warnings.simplefilter("ignore", DeprecationWarning)
    peers = {
        "optax": {"version": optax.__version__, "modules": {path: names(path) for path in OPTAX}},
        "torch": {
            "version": torch.__version__.split("+")[0],
            "modules": {path: names(path) for path in TORCH},
        },
    }
    path = ROOT / "names" / "peers.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(peers, indent=1) + "\n")


if __name__ == "__main__":
    main()
