"""The networks of the works in PyTorch, as functions of the parameters that Descent's models have."""

import torch.nn.functional as F


def mlp(sizes):
    def forward(p, x):
        for i in range(len(sizes) - 1):
            if i > 0:
                x = F.relu(x)
            x = F.linear(x, p[f"layers.{i}.weight"], p[f"layers.{i}.bias"])
        return x

    return forward


NETWORKS = {"mlp": mlp}
