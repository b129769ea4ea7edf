"""PyTorch: eager, or with the second argument "compile" through torch.compile."""

import logging
import os
import sys

import torch
from torch_networks import NETWORKS

from serve import params_of, read_task, rows_of, serve

task = read_task()
torch.set_num_threads(task["threads"])
batch_size = task["batchSize"]
x = torch.from_numpy(task["tensors"]["data." + task["input"]])
target = torch.from_numpy(task["tensors"]["data.target"])
examples = x.shape[0]
scale = task["scale"]
tensors = params_of(task)
architecture = task["architecture"]
network = NETWORKS[architecture["kind"]](architecture["sizes"], tensors)
params = {n: torch.from_numpy(t.copy()) for n, t in tensors.items()}


def soap(p):
    """The authors' SOAP, of github.com/nikhilvyas/SOAP."""
    sys.path.insert(0, os.path.dirname(os.environ["SOAP_FILE"]))
    from soap import SOAP

    return SOAP(p, lr=3e-3)


def shampoo(p):
    """Meta's Shampoo, of github.com/facebookresearch/optimizers, with roots from eigendecompositions, its fastest ones."""
    sys.path.insert(0, os.environ["SHAMPOO_ROOT"])
    logging.disable(logging.CRITICAL)
    from distributed_shampoo import DistributedShampoo
    from distributed_shampoo.shampoo_types import AdamPreconditionerConfig

    grafting = AdamPreconditionerConfig(beta2=0.999)
    options = {"epsilon": 1e-8, "precondition_frequency": 10, "grafting_config": grafting}
    return DistributedShampoo(p, lr=1e-3, betas=(0.9, 0.99), **options)


trained = [t.requires_grad_() for n, t in params.items() if ".running_" not in n]
trained += getattr(network, "parameters", [])
optimizer = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=1e-3),
    "adamw": lambda p: torch.optim.AdamW(p, lr=5e-5, weight_decay=0.01),
    "soap": soap,
    "shampoo": shampoo,
}[task["optimizer"]](trained)


def loss_of(x, target):
    scores = network(params, x)
    return torch.nn.functional.cross_entropy(scores.flatten(0, -2), target.flatten())


if len(sys.argv) > 2 and sys.argv[2] == "compile":
    loss_of = torch.compile(loss_of)


def run(first, steps):
    for k in range(steps):
        rows = torch.from_numpy(rows_of(first + k, batch_size, examples))
        batch = x[rows]
        if scale != 1:
            batch = batch.float().mul_(scale)
        loss = loss_of(batch, target[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return loss.item()


serve(run)
