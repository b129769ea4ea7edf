"""Products of Hessians with a vector, of exported networks, by PyTorch: python tools/golden/hvp.py"""

import json

import torch
from safetensors.numpy import save_file
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from exported_models import build, training
from shared import ROOT

FOLDER = ROOT / "hvp"
# The networks, and whether batch normalization takes the batch's own statistics.
CASES = {"mlp": False, "lenet": False, "lstm": False, "gpt": False, "resnet32": True}


def vectors(parameters):
    """Returns a fixed vector, in pieces of the parameters' shapes."""
    at, pieces = 0, []
    for p in parameters:
        places = torch.arange(at, at + p.numel(), dtype=torch.float64)
        pieces.append(torch.sin(1 + 0.37 * places).reshape(p.shape))
        at += p.numel()
    return pieces


def product(name, in_training, dtype):
    """Returns names, and the product of the Hessian with the vector in a precision."""
    network, inputs, target = build(name)
    network = (training(network) if in_training else network).to(dtype).requires_grad_()
    # The quick attention of CPUs has no second derivative.
    with sdpa_kernel(SDPBackend.MATH):
        y = network(**{k: v.to(dtype) if v.is_floating_point() else v for k, v in inputs.items()})
    named = dict(network.named_parameters())
    parameters = list(named.values())
    gradients = torch.autograd.grad(F.cross_entropy(y, target), parameters, create_graph=True)
    v = [p.to(dtype) for p in vectors(parameters)]
    along = sum((g * p).sum() for g, p in zip(gradients, v))
    return list(named), torch.autograd.grad(along, parameters)


def main():
    FOLDER.mkdir(exist_ok=True)
    errors, tensors = {}, {}
    for name, in_training in CASES.items():
        names, exact = product(name, in_training, torch.float64)
        _, single = product(name, in_training, torch.float32)
        flat = lambda parts: torch.cat([p.double().flatten() for p in parts])
        errors[name] = float((flat(single) - flat(exact)).norm() / flat(exact).norm())
        tensors |= {f"{name}/{n}": p.detach().contiguous().numpy() for n, p in zip(names, exact)}
        print(name, len(flat(exact)), float(flat(exact).norm()), errors[name])
    save_file(tensors, FOLDER / "hvp.safetensors")
    golden = {"torch": torch.__version__, "float32Errors": errors}
    (FOLDER / "hvp.json").write_text(json.dumps(golden, indent=2) + "\n")


if __name__ == "__main__":
    main()
