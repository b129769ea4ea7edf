"""Exports networks by PyTorch's exporters, with loss and gradients: python tools/golden/exported_models.py [name ...]"""

import json
import sys
import warnings

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

import networks
from shared import ROOT, text

FOLDER = ROOT / "models"
SEED = 20240229
IMAGES, CLASSES = (2, 3, 32, 32), 10


def normal(*shape):
    return torch.randn(*shape)


def integers(limit, *shape):
    return torch.randint(0, limit, shape)


def classified(network, x):
    return network, {"x": x}, integers(CLASSES, x.shape[0])


# The network, its inputs by name, and classes for a cross-entropy, or None if the network computes its own loss.
NETWORKS = {
    "mlp": lambda: (networks.Mlp(), {"x": normal(4, 12)}, integers(5, 4)),
    "lenet": lambda: classified(networks.LeNet(), normal(2, 1, 28, 28)),
    "resnet18": lambda: classified(networks.ResNet(7, (2, 2, 2, 2), (4, 6, 8, 12), True), normal(2, 3, 64, 64)),
    "resnet32": lambda: classified(networks.ResNet(3, (5, 5, 5), (4, 6, 8), False), normal(*IMAGES)),
    "vgg": lambda: classified(networks.Vgg(), normal(6, 3, 32, 32)),
    "densenet": lambda: classified(networks.DenseNet(), normal(*IMAGES)),
    "mobilenetv2": lambda: classified(networks.MobileNetV2(), normal(*IMAGES)),
    "lstm": lambda: (networks.LanguageModel(nn.LSTM), {"x": integers(32, 2, 7)}, integers(32, 2, 7)),
    "gru": lambda: (networks.LanguageModel(nn.GRU), {"x": integers(32, 2, 7)}, integers(32, 2, 7)),
    "tagger": lambda: (networks.Tagger(nn.GRU), {"x": integers(16, 5, 2), "h": normal(2, 2, 6)}, integers(4, 10)),
    "gpt": lambda: (networks.Gpt(), {"x": integers(32, 2, 12)}, integers(32, 2, 12)),
    "vit": lambda: classified(networks.Vit(), normal(2, 3, 16, 16)),
    "vae": lambda: (networks.Vae(), {"x": torch.rand(2, 1, 16, 16), "noise": normal(2, 4)}, None),
    "unet": lambda: (networks.Unet(), {"x": normal(2, 3, 16, 16)}, integers(3, 2, 16, 16)),
}


def script(mode, **options):
    return {"dynamo": False, "training": mode, **options}


MODES = torch.onnx.TrainingMode
# The exporter's default form, and the form for further training.
EXPORTS = {
    "dynamo": {"dynamo": True, "external_data": False},
    "dynamo-plain": {"dynamo": True, "external_data": False, "optimize": False},
    "script": script(MODES.EVAL),
    "script-plain": script(MODES.PRESERVE, do_constant_folding=False),
}
# Batch normalization by the batch's own statistics, which the other exporter does not support.
TRAINING = {"script-train": script(MODES.TRAINING, do_constant_folding=False)}
# For batches of any size.
BATCH = {"dynamo-batch": EXPORTS["dynamo"], "script-batch": EXPORTS["script"]}
HALF = {"dynamo-half": EXPORTS["dynamo"], "script-half": EXPORTS["script"]}


def build(name):
    """Returns a network without equal parameters, with running statistics as after training."""
    torch.manual_seed(SEED)
    network, inputs, target = NETWORKS[name]()
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 2)
    for parameter in network.parameters():
        if parameter.detach().unique().numel() == 1:
            nn.init.normal_(parameter, float(parameter.detach().flatten()[0]), 0.2)
    return network.eval(), inputs, target


def normalizes(network):
    return any(isinstance(m, _BatchNorm) for m in network.modules())


def training(network):
    """Returns the network in training mode, but without dropout, because masks are random."""
    for name, module in list(network.train().named_modules()):
        if isinstance(module, nn.Dropout):
            network.set_submodule(name, nn.Identity())
    return network


def rounded(network):
    """Returns the network with the parameters of its float16 model."""
    return network.half().float()


def fused(network, kinds):
    """Returns the network with each normalization after a layer of these kinds folded into that layer, as exporters do."""
    traced = torch.fx.symbolic_trace(network)
    modules = dict(traced.named_modules())
    for node in list(traced.graph.nodes):
        before = node.args[0] if node.args else None
        if node.op != "call_module" or not isinstance(modules[node.target], _BatchNorm):
            continue
        if before.op != "call_module" or len(before.users) > 1 or not isinstance(modules[before.target], kinds):
            continue
        layer = modules[before.target]
        fuse = fuse_linear_bn_eval if isinstance(layer, nn.Linear) else fuse_conv_bn_eval
        traced.set_submodule(before.target, fuse(layer, modules[node.target]))
        node.replace_all_uses_with(before)
        traced.graph.erase_node(node)
    traced.delete_all_unused_submodules()
    traced.recompile()
    return traced


def references(name):
    """Returns the network itself and, if it normalizes batches, the forms that exporters give it."""
    network, _, _ = build(name)
    yield "network", network
    if name == "lenet":
        yield "half", rounded(build(name)[0])
    if normalizes(network):
        yield "training", training(build(name)[0])
        yield "fused", fused(build(name)[0].double(), (nn.Conv2d,))
        yield "fused-linear", fused(build(name)[0].double(), (nn.Conv2d, nn.Linear))


def gradients(network, inputs, target):
    """Returns loss and gradients by autograd in float64, which float32 approximates."""
    network = network.double().requires_grad_()
    double = {k: v.double() if v.is_floating_point() else v for k, v in inputs.items()}
    y = network(**double)
    loss = y if target is None else F.cross_entropy(y, target)
    loss.backward()
    return float(loss.detach()), {n: p.grad.float().numpy() for n, p in network.named_parameters()}


def blocks(parameter, initializer):
    """Returns the place of a parameter in an initializer: whole, or in three or four pieces, like the gates of recurrent layers."""
    for count in (1, 3, 4):
        size = parameter.size // count
        if size * count != parameter.size or initializer.size % size or initializer.size < parameter.size:
            continue
        rows = initializer.reshape(-1, size)
        near = [np.isclose(rows, piece, 1e-4, 1e-6).all(1) for piece in parameter.reshape(count, size)]
        if count == 1 and near[0].any():
            return [[int(i) * size] for i in np.flatnonzero(near[0])]
        if count > 1 and all(n.sum() == 1 for n in near):
            return [[int(np.flatnonzero(n)[0]) * size for n in near]]
    return []


def places(parameters, initializers):
    """Returns for each parameter the initializers with it: an exporter may transpose it, pack it with others, or duplicate it."""
    found = {}
    for name, parameter in parameters.items():
        rows = []
        for key, t in initializers.items():
            rows += [{"initializer": key, "offsets": o} for o in blocks(parameter, t)]
            if parameter.ndim == 2 and t.shape == parameter.shape[::-1] and np.allclose(parameter.T, t, 1e-4, 1e-6):
                rows.append({"initializer": key, "transposed": True})
        if not rows:
            return None
        found[name] = rows
    return found


def export(name, path, options):
    network, inputs, _ = build(name)
    if "train" in path.stem:
        network = training(network)
    if "half" in path.stem:
        network, inputs = network.half(), {k: v.half() for k, v in inputs.items()}
    if "batch" in path.stem:
        axes = {k: {1 if name == "tagger" else 0: "batch"} for k in inputs}
        options = options | ({"dynamic_shapes": axes} if options["dynamo"] else {"dynamic_axes": axes})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, tuple(inputs.values()), path, input_names=list(inputs), output_names=["y"], verbose=False, **options
        )
    model = onnx.load(path)
    # Removes the source locations of nodes, which name folders.
    def clean(message):
        for entry in list(message.metadata_props):
            if "stack_trace" in entry.key:
                message.metadata_props.remove(entry)
    for message in [model, model.graph, *model.graph.node, *model.graph.initializer, *model.graph.value_info]:
        clean(message)
    for function in model.functions:
        for node in [function, *function.node]:
            clean(node)
    assert b"/networks.py" not in model.SerializeToString()
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())
    return model


def golden(name):
    _, inputs, target = build(name)
    tensors = {f"input/{k}": v.numpy() for k, v in inputs.items()}
    if target is not None:
        tensors["target"] = target.numpy()
    losses, parameters = {}, {}
    for reference, network in references(name):
        parameters[reference] = {n: p.detach().float().numpy() for n, p in network.named_parameters()}
        losses[reference], grads = gradients(network, inputs, target)
        tensors |= {f"{reference}/{n}": g for n, g in grads.items()}
    files, used = {}, set()
    variants = EXPORTS | BATCH | (TRAINING if normalizes(build(name)[0]) else {}) | (HALF if name == "lenet" else {})
    for variant, options in variants.items():
        path = FOLDER / f"{name}-{variant}.onnx"
        model = export(name, path, options)
        initializers = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer if t.data_type in (1, 10)}
        kind = next((k for k in ("training", "half") if k[:5] in variant), None)
        for reference, values in parameters.items():
            if kind != (reference if reference in ("training", "half") else None):
                continue
            found = places(values, initializers)
            if found is not None:
                files[path.name] = {"reference": reference, "parameters": found}
                used.add(reference)
                break
        else:
            raise ValueError(f"{path.name}: a parameter is not to be found")
    kept = {k: v for k, v in tensors.items() if k.split("/")[0] not in parameters or k.split("/")[0] in used}
    save_file(kept, FOLDER / f"{name}.safetensors")
    return {"losses": {k: losses[k] for k in losses if k in used}, "files": files}


def main(names):
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = {name: golden(name) for name in names}
    head = {"torch": torch.__version__.split("+")[0], "onnx": onnx.__version__, "seed": SEED}
    lines = []
    for name, row in rows.items():
        files = ",\n".join(f"  {text(f)}:{text(r)}" for f, r in row["files"].items())
        lines.append(f' {text(name)}:{{"losses":{text(row["losses"])},"files":{{\n{files}\n }}}}')
    (FOLDER / "golden.json").write_text(
        text(head)[:-1] + ',"networks":{\n' + ",\n".join(lines) + "\n}}\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:] or list(NETWORKS))
