"""PyTorch: eager, or with the second argument "compile" through torch.compile, with "graph" as a CUDA graph."""

import logging
import os
import sys

import torch
from torch_networks import NETWORKS

from serve import params_of, read_task, rows_of, serve

task = read_task()
torch.set_num_threads(task["threads"])
device = torch.device(task["device"])
mode = sys.argv[2] if len(sys.argv) > 2 else "eager"
torch.backends.cuda.matmul.allow_tf32 = task["tf32"]
torch.backends.cudnn.allow_tf32 = task["tf32"]
batch_size = task["batchSize"]
x = torch.from_numpy(task["tensors"]["data." + task["input"]]).to(device)
target = torch.from_numpy(task["tensors"]["data.target"]).to(device)
examples = x.shape[0]
scale = task["scale"]
tensors = params_of(task)
architecture = task["architecture"]
network = NETWORKS[architecture["kind"]](architecture["sizes"], tensors)
params = {n: torch.from_numpy(t.copy()).to(device) for n, t in tensors.items()}
for module in getattr(network, "modules", []):
    module.to(device)


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


# On a GPU the fused update is the fastest, and the one that a CUDA graph may hold; on a CPU the default is measured.
fused = {"fused": True, "capturable": mode == "graph"} if device.type == "cuda" else {}
trained = [t.requires_grad_() for n, t in params.items() if ".running_" not in n]
trained += getattr(network, "parameters", [])
optimizer = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=1e-3, **fused),
    "adamw": lambda p: torch.optim.AdamW(p, lr=5e-5, weight_decay=0.01, **fused),
    "soap": soap,
    "shampoo": shampoo,
}[task["optimizer"]](trained)


half = task["precision"] == "float16"
# As Descent's loss scale by default, a power of two.
loss_scale = 1024 if half else 1


def loss_of(x, target):
    with torch.autocast(device.type, torch.float16, enabled=half):
        scores = network(params, x)
    return torch.nn.functional.cross_entropy(scores.float().flatten(0, -2), target.flatten())


if mode == "compile":
    loss_of = torch.compile(loss_of)


def step(rows):
    batch = x[rows]
    if scale != 1:
        batch = batch.float().mul_(scale)
    loss = loss_of(batch, target[rows])
    optimizer.zero_grad(set_to_none=True)
    (loss * loss_scale if half else loss).backward()
    if half:
        torch._foreach_div_([p.grad for p in trained], loss_scale)
    optimizer.step()
    return loss


def rows_at(k):
    return torch.from_numpy(rows_of(k, batch_size, examples)).to(device)


def run(first, steps):
    for k in range(steps):
        loss = step(rows_at(first + k))
    return loss.item()


class Captured:
    """A step as a CUDA graph, which is captured after the first run: a graph needs steps before it."""

    graph = None

    def capture(self):
        self.rows = rows_at(0)
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        kept = [t.clone() for t in self.tensors()]
        with torch.cuda.stream(side):
            for _ in range(3):
                step(self.rows)
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        optimizer.zero_grad(set_to_none=True)
        with torch.cuda.graph(self.graph):
            self.loss = step(self.rows)
        # The steps before a graph have trained: training goes on from where it was.
        with torch.no_grad():
            for t, was in zip(self.tensors(), kept):
                t.copy_(was)

    def tensors(self):
        state = [t for s in optimizer.state.values() for t in s.values() if torch.is_tensor(t)]
        return [*params.values(), *getattr(network, "parameters", []), *state]

    def run(self, first, steps):
        if first == 0:
            return run(first, steps)
        if self.graph is None:
            self.capture()
        for k in range(steps):
            self.rows.copy_(rows_at(first + k))
            self.graph.replay()
        return self.loss.item()


serve(Captured().run if mode == "graph" else run)
