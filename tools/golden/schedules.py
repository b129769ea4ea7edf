"""Writes tests/golden/schedules/: the values of PyTorch's and Optax's learning-rate schedules at each step.

Needs PyPI's torch 2.15.0, optax 0.2.8, jax 0.10.2 and numpy 2.4.6 (CPU).  Run:  python tools/golden/schedules.py
Everything is float64; the same versions write the same bytes. `README.md` beside the files describes the format.
"""

import numpy as np

from golden_schedules_optax import optax_schedules
from golden_schedules_torch import torch_schedules
from shared import ROOT, SEED, write


def metrics():
    """Returns sequences for plateau annealing: falling, rising, noisy, flat, around 0, and with a setback."""
    random = np.random.Generator(np.random.Philox(SEED + 1))
    t = np.arange(80)
    noise = random.standard_normal(80)
    lists = {
        "falling": 2.0 * np.exp(-t / 12) + 0.3,
        "noisy": 2.0 * np.exp(-t / 15) + 0.3 + 0.05 * noise,
        "rising": 0.9 - 0.6 * np.exp(-t / 10) + 0.01 * noise,
        "steps": np.floor(10 - t / 9) / 4,
        "negative": -1 + np.exp(-t / 10) * 1.5 + 0.02 * noise,
        "worsening": 1 + 0.01 * t,
    }
    return {name: [float("%.6g" % v) for v in values] for name, values in lists.items()}


def main():
    folder, sequences = ROOT / "schedules", metrics()
    for make in (torch_schedules, optax_schedules):
        framework, version, cases, plateaus = make(sequences)
        head = {"framework": framework, "version": version}
        write(folder / f"{framework}.json", head, "cases", cases)
        head = {**head, "metrics": sequences}
        write(folder / f"{framework}_plateau.json", head, "cases", plateaus)


if __name__ == "__main__":
    main()
