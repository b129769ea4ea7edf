"""Exports networks with equal fresh parameters by PyTorch's exporters, and writes the losses of training them:
python tools/golden/tied_models.py"""

import json
import warnings

import onnx
import torch
from torch import nn
from torch.nn import functional as F

from shared import ROOT

FOLDER = ROOT / "tied"
SEED, STEPS, RATE, EPSILON = 20240229, 20, 0.01, 1e-3
MODULES = "pkg.torch.onnx.name_scopes"


class Block(nn.Module):
    """A block with its own weights, and with fresh biases and scales, which are all equal."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(8, 8), nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)
        nn.init.zeros_(self.first.bias)
        nn.init.zeros_(self.second.bias)

    def forward(self, x):
        return self.norm(x + self.second(F.gelu(self.first(x))))


class Shared(nn.Module):
    """A block that is used twice: the network itself ties its parameters."""

    def __init__(self):
        super().__init__()
        self.block, self.out = Block(), nn.Linear(8, 8)
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        return self.out(self.block(self.block(x)))


def encoder():
    """Layers that are copies of one another."""
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    # The dynamo exporter removes a bias of zeros from Gemm, and nothing can restore it.
    nn.init.normal_(layer.self_attn.out_proj.bias, std=0.1)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


NETWORKS = {
    "blocks": lambda: nn.Sequential(Block(), Block()),
    "encoder": encoder,
    "shared": Shared,
}


def build(name):
    torch.manual_seed(SEED)
    network = NETWORKS[name]()
    x, y = torch.randn(4, 3, 8), torch.randn(4, 3, 8)
    return network, x, y


def trained(name):
    """Returns the losses before each of the steps, in float64."""
    network, x, y = build(name)
    network, x, y = network.double().train(), x.double(), y.double()
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, eps=EPSILON)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.mse_loss(network(x), y)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses, len(list(network.parameters()))


def export(name, dynamo):
    network, x, _ = build(name)
    path = FOLDER / f"{name}-{'dynamo' if dynamo else 'script'}.onnx"
    options = {"dynamo": True, "external_data": False} if dynamo else {"dynamo": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(), (x,), path, input_names=["x"], output_names=["y"], verbose=False, **options
        )
    model = onnx.load(path)
    for message in [model, model.graph, *model.graph.node, *model.graph.value_info]:
        for entry in list(message.metadata_props):
            if "InputSpec.kind" not in entry.key and "folded_from" not in entry.key and entry.key != MODULES:
                message.metadata_props.remove(entry)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    result = {"torch": torch.__version__.split("+")[0], "seed": SEED, "rate": RATE, "epsilon": EPSILON, "networks": {}}
    for name in NETWORKS:
        for dynamo in (True, False):
            export(name, dynamo)
        losses, count = trained(name)
        _, x, y = build(name)
        result["networks"][name] = {
            "parameters": count,
            "losses": losses,
            "x": x.flatten().tolist(),
            "y": y.flatten().tolist(),
        }
    (FOLDER / "golden.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
