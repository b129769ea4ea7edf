"""Writes tests/golden/weights: a network exported by PyTorch, other weights of it as a state_dict in safetensors (in one file, and
in two with Hugging Face's index), and the outputs of the network with them.

    python tools/golden/weights.py     # PyPI: torch 2.15.0, safetensors 0.8.0; seed 1
"""

import json
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parents[2] / "tests" / "golden" / "weights"


class Network(torch.nn.Module):
    """Linear layers over tokens, which the exporter stores transposed under names of its own."""

    def __init__(self):
        super().__init__()
        self.encoder = torch.nn.ModuleList(torch.nn.Linear(4, 4) for _ in range(2))
        self.norm = torch.nn.LayerNorm(4)
        self.head = torch.nn.Linear(4, 3)

    def forward(self, x):
        for layer in self.encoder:
            x = torch.relu(layer(x))
        return self.head(self.norm(x).mean(1))


def main():
    FOLDER.mkdir(exist_ok=True)
    torch.manual_seed(1)
    x = torch.randn(2, 3, 4)
    torch.onnx.export(Network(), (x,), str(FOLDER / "network.onnx"), dynamo=False, input_names=["x"], output_names=["y"],
                      opset_version=17)
    other = Network()
    with torch.no_grad():
        for p in other.parameters():
            p.copy_(torch.randn_like(p))
    state = {name: t.contiguous() for name, t in other.state_dict().items()}
    save_file(state, str(FOLDER / "state_dict.safetensors"))
    parts = FOLDER / "parts"
    parts.mkdir(exist_ok=True)
    files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    where = {name: files[name.startswith("head")] for name in state}
    for file in files:
        save_file({name: state[name] for name in state if where[name] == file}, str(parts / file))
    index = {"metadata": {"total_size": sum(t.numel() * 4 for t in state.values())}, "weight_map": where}
    (parts / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    outputs = {"x": x.flatten().tolist(), "y": other(x).detach().numpy().astype(np.float64).flatten().tolist()}
    (FOLDER / "outputs.json").write_text(json.dumps(outputs) + "\n")


if __name__ == "__main__":
    main()
