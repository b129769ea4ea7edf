"""Exports a language model over bytes whose scores are [batch, tokens, 256] by PyTorch's exporter, with its loss on a text:
python tools/golden/own_models.py"""

import json
import warnings

import torch
from torch import nn
from torch.nn import functional as F

from shared import ROOT

FOLDER = ROOT / "own"
SEED, WIDTH, HEADS, CONTEXT = 20261129, 16, 2, 16
TEXT = "so much depends upon a red wheel barrow glazed with rain water beside the white chickens\n" * 8


class Bytes(nn.Module):
    """A causal transformer of one block over bytes."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(256, WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, 256)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions(torch.arange(CONTEXT))
        q, k, v = self.qkv(self.norm(x)).chunk(3, -1)
        split = lambda t: t.unflatten(-1, (HEADS, -1)).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(split(q), split(k), split(v), is_causal=True)
        return self.head(x + self.out(mixed.transpose(1, 2).flatten(2)))


def cleaned(model):
    """Removes the metadata of nodes, which name folders of this machine."""
    for message in [model, model.graph, *model.graph.node, *model.graph.value_info]:
        del message.metadata_props[:]
    del model.functions[:]
    return model


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    torch.manual_seed(SEED)
    network = Bytes().eval()
    warnings.simplefilter("ignore")
    ids = torch.tensor(list(TEXT.encode()))
    count = (len(ids) - 1) // CONTEXT
    x = ids[: count * CONTEXT].reshape(count, CONTEXT)
    y = ids[1 : count * CONTEXT + 1].reshape(count, CONTEXT)
    loss = F.cross_entropy(network.double()(x).flatten(0, 1), y.flatten()).item()
    program = torch.onnx.export(
        network.float(), (x[:2],), dynamo=True, input_names=["ids"], output_names=["scores"],
        dynamic_shapes={"ids": {0: torch.export.Dim("batch")}}, external_data=False, verbose=False,
    )
    (FOLDER / "bytes.onnx").write_bytes(cleaned(program.model_proto).SerializeToString())
    golden = {"torch": torch.__version__, "text": TEXT, "context": CONTEXT, "examples": count, "loss": loss}
    (FOLDER / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
