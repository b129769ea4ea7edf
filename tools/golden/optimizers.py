"""Writes tests/golden/optim/: the trajectories of PyTorch's and Optax's optimizers for one stored sequence of gradients.

Needs PyPI's torch 2.15.0, optax 0.2.8, jax 0.10.2, schedulefree 1.4.1, adabound 0.0.5, madgrad 1.3, momo-opt 0.1.0, dadaptation
3.2, mechanic-pytorch 0.0.1 and numpy 2.4.6 (CPU), and the folders that golden_authors_rules.py, golden_matrices.py and golden_galore.py name.  Run:  python tools/golden/optimizers.py
Everything is float64; the same versions write the same bytes. The gradients do not depend on the parameters, so a test
needs no model. `README.md` beside the files describes the format.
"""

from golden_authors import authors_files
from golden_galore import galore_files
from golden_matrices import matrices_files
from golden_authors_rules import authors_rules_files
from golden_optax import optax_files
from golden_torch import torch_files
from golden_torch_scheduled import scheduled_files
from shared import KEPT, ROOT, SEED, SHAPES, STEPS, flat, sequence, write


def main():
    folder = ROOT / "optim"
    params, steps = sequence()
    head = {
        "seed": SEED,
        "steps": STEPS,
        "kept": list(KEPT),
        "shapes": {name: list(shape) for name, shape in SHAPES.items()},
        "params": flat(params),
    }
    rows = [
        {"step": i + 1, "value": s["value"], "grads": flat(s["grads"]), "hessians": flat(s["hessians"])}
        for i, s in enumerate(steps)
    ]
    write(folder / "grads.json", head, "sequence", rows)
    makers = (torch_files, scheduled_files, optax_files, authors_files, authors_rules_files, galore_files)
    for framework, version, files in [*(make() for make in makers), *matrices_files()]:
        for name, cases in files.items():
            head = {"framework": framework, "version": version, "optimizer": name}
            write(folder / framework / f"{name}.json", head, "cases", cases)


if __name__ == "__main__":
    main()
