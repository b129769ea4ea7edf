"""The networks of the works in PyTorch, as functions of the tensors that Descent's models have."""

import torch
import torch.nn.functional as F


def mlp(sizes, tensors):
    def forward(p, x):
        for i in range(len(sizes) - 1):
            if i > 0:
                x = F.relu(x)
            x = F.linear(x, p[f"layers.{i}.weight"], p[f"layers.{i}.bias"])
        return x

    return forward


def lenet(sizes, tensors):
    def forward(p, x):
        x = F.relu(F.conv2d(x, p["conv1.weight"], p["conv1.bias"], padding=2))
        x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, p["conv2.weight"], p["conv2.bias"]))
        x = F.max_pool2d(x, 2).flatten(1)
        x = F.relu(F.linear(x, p["fc1.weight"], p["fc1.bias"]))
        x = F.relu(F.linear(x, p["fc2.weight"], p["fc2.bias"]))
        return F.linear(x, p["fc3.weight"], p["fc3.bias"])

    return forward


def normalize(p, x, name, eps=1e-5):
    mean, var = p[f"{name}.running_mean"], p[f"{name}.running_var"]
    return F.batch_norm(x, mean, var, p[f"{name}.weight"], p[f"{name}.bias"], training=True, eps=eps)


def resnet(sizes, tensors):
    blocks = (sizes[0] - 2) // 6

    def layer(p, x, name, stride):
        x = F.conv2d(x, p[f"{name}.conv.weight"], stride=stride, padding=1)
        return normalize(p, x, f"{name}.norm")

    def forward(p, x):
        x = F.relu(layer(p, x, "stem", 1))
        for s in range(3):
            for b in range(blocks):
                name = f"stage{s + 1}.{b + 1}"
                stride = 2 if s > 0 and b == 0 else 1
                y = layer(p, F.relu(layer(p, x, f"{name}.1", stride)), f"{name}.2", 1)
                if stride == 2:
                    more = y.shape[1] - x.shape[1]
                    x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, more // 2, more - more // 2))
                x = F.relu(y + x)
        return F.linear(x.mean((2, 3)), p["fc.weight"], p["fc.bias"])

    return forward


def depthwise(sizes, tensors):
    def layer(p, x, name, **options):
        x = F.conv2d(x, p[f"{name}.conv.weight"], **options)
        return F.relu(normalize(p, x, f"{name}.norm"))

    def forward(p, x):
        x = layer(p, x, "stem", padding=1)
        for i in range(1, sizes[0] + 1):
            x = layer(p, x, f"pair{i}.depthwise", padding=1, groups=x.shape[1])
            x = layer(p, x, f"pair{i}.pointwise")
        return F.linear(x.mean((2, 3)), p["fc.weight"], p["fc.bias"])

    return forward


def vgg(sizes, tensors):
    def forward(p, x):
        for b, convolutions in enumerate(sizes, 1):
            for c in range(1, convolutions + 1):
                name = f"block{b}.{c}"
                x = F.conv2d(x, p[f"{name}.conv.weight"], p[f"{name}.conv.bias"], padding=1)
                x = F.relu(normalize(p, x, f"{name}.norm", 1e-3))
            x = F.max_pool2d(x, 2)
        x = F.linear(x.flatten(1), p["fc1.weight"], p["fc1.bias"])
        x = F.relu(normalize(p, x, "norm"))
        return F.linear(x, p["fc2.weight"], p["fc2.bias"])

    return forward


def with_module(forward, module):
    """The function with what must be trained and moved to a device besides its tensors."""
    forward.modules = [module]
    forward.parameters = list(module.parameters())
    return forward


def lstm(sizes, tensors):
    """nn.LSTM: its gates stand as input, forget, cell, output; ONNX's as input, output, forget, cell."""
    layers, hidden = sizes
    module = torch.nn.LSTM(hidden, hidden, layers)

    def torchs(t):
        i, o, f, c = t.chunk(4)
        return torch.cat([i, f, c, o]).clone()

    for l in range(layers):
        w, r, b = (torch.from_numpy(tensors.pop(f"lstm.{l}.{k}"))[0] for k in "WRB")
        with torch.no_grad():
            getattr(module, f"weight_ih_l{l}").copy_(torchs(w))
            getattr(module, f"weight_hh_l{l}").copy_(torchs(r))
            getattr(module, f"bias_ih_l{l}").copy_(torchs(b[: 4 * hidden]))
            getattr(module, f"bias_hh_l{l}").copy_(torchs(b[4 * hidden :]))

    def forward(p, x):
        y, _ = module(F.embedding(x, p["embedding.weight"]).transpose(0, 1))
        return F.linear(y.transpose(0, 1), p["decoder.weight"], p["decoder.bias"])

    return with_module(forward, module)


def transformer(sizes, tensors):
    layers, heads = sizes

    def forward(p, x):
        n, t = x.shape
        table = p["embedding.weight"]
        width = table.shape[1]
        x = F.embedding(x, table) + p["positions.weight"][:t]

        def norm(x, name):
            return F.layer_norm(x, (width,), p[f"{name}.weight"], p[f"{name}.bias"])

        def project(x, name):
            return torch.addmm(p[f"{name}.bias"], x.flatten(0, 1), p[f"{name}.weight"]).view(n, t, -1)

        for l in range(layers):
            name = f"blocks.{l}"
            qkv = project(norm(x, f"{name}.norm1"), f"{name}.attention.qkv")
            q, k, v = (z.view(n, t, heads, -1).transpose(1, 2) for z in qkv.chunk(3, -1))
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + project(y.transpose(1, 2).reshape(n, t, width), f"{name}.attention.out")
            h = F.gelu(project(norm(x, f"{name}.norm2"), f"{name}.fc1"))
            x = x + project(h, f"{name}.fc2")
        return F.linear(norm(x, "norm"), table)

    return forward


def exported(kind):
    """A network that Descent reads from a file: its weights are its own, the same as in the file."""

    def network(sizes, tensors):
        from exported_networks import build

        module, _ = build(kind)

        def forward(p, x):
            return module(x)

        return with_module(forward, module)

    return network


NETWORKS = {
    "mlp": mlp,
    "lenet": lenet,
    "resnet": resnet,
    "depthwise": depthwise,
    "vgg": vgg,
    "lstm": lstm,
    "transformer": transformer,
    "distilbert": exported("distilbert"),
    "resnet18": exported("resnet18"),
}
