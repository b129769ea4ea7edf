"""Networks as large as people fine-tune, with random weights, the same in every process.

`python exported_networks.py NAME FILE` writes the ONNX file of one, as PyTorch exports it."""

import sys

import torch


class Scores(torch.nn.Module):
    """The scores of a sequence classifier of transformers, from tokens [N, T]."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(input_ids=x, attention_mask=torch.ones_like(x), return_dict=False)[0]


def distilbert():
    """DistilBERT of the published size with a classifier of two classes; without dropout."""
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    return Scores(DistilBertForSequenceClassification(DistilBertConfig())).eval(), torch.ones(8, 128, dtype=torch.int64)


def resnet18():
    """torchvision's ResNet-18 of 1000 classes, whose batch normalizations use the statistics of the batch."""
    from torchvision.models import resnet18

    return resnet18(weights=None), torch.zeros(8, 3, 224, 224)


NETWORKS = {"distilbert": distilbert, "resnet18": resnet18}


def build(name):
    """Returns a network, and an example of its input."""
    torch.manual_seed(1)
    network, x = NETWORKS[name]()
    with torch.no_grad():
        for parameter in network.parameters():
            # An exporter writes equal tensors once, and these would be trained as one. Trained ones are not equal.
            if (parameter == parameter.flatten()[0]).all():
                parameter += 0.02 * torch.randn_like(parameter)
    return network, x


def export(name, file):
    """Writes the network to a file, as PyTorch exports it to somebody who asks for nothing in particular."""
    network, x = build(name)
    # The exporter would fold batch normalizations into convolutions, and nothing of them would be left to train.
    optimize = name != "resnet18"
    options = {"dynamo": True, "optimize": optimize, "external_data": False, "verbose": False}
    torch.onnx.export(network.eval(), (x,), file, input_names=["x"], output_names=["y"], **options)


if __name__ == "__main__":
    export(*sys.argv[1:])
