"""Small versions of torchvision's networks and of transformers' architectures with random weights: name -> (module, inputs)."""

import torch
from torch import nn


def images(*shape):
    return (torch.randn(*(shape or (2, 3, 32, 32))),)


def tokens(limit=50, length=7):
    return (torch.randint(3, limit, (2, length)),)


class First(nn.Module):
    """Returns the first tensor of a transformers model's result."""

    def __init__(self, model, name):
        super().__init__()
        self.model, self.name = model, name

    def forward(self, x, y=None):
        more = {} if y is None else {"decoder_input_ids": y}
        if self.name == "input_ids":
            # Without a mask, transformers looks for packed sequences with an operator that one exporter lacks.
            more["attention_mask"] = torch.ones_like(x)
        out = self.model(**{self.name: x}, return_dict=False, **more)
        return out[0] if isinstance(out, tuple) else out


def vision(name, *shape, **options):
    import torchvision

    network = getattr(torchvision.models, name)(weights=None, num_classes=10, **options)
    return network, images(*shape)


def transformer_vision():
    from torchvision.models import VisionTransformer

    return VisionTransformer(16, 4, 2, 2, 16, 32, num_classes=5), images(2, 3, 16, 16)


def swin():
    from torchvision.models import SwinTransformer

    return SwinTransformer([2, 2], 8, [2, 2], [2, 4], [4, 4], stochastic_depth_prob=0.0, num_classes=5), images()


def maxvit():
    from torchvision.models import MaxVit

    return MaxVit((32, 32), 8, 4, [8, 16], [1, 1], 4, 0.0, num_classes=5), images()


def convnext():
    from torchvision.models.convnext import CNBlockConfig, ConvNeXt

    return ConvNeXt([CNBlockConfig(8, 16, 2), CNBlockConfig(16, None, 2)], num_classes=5), images()


def densenet():
    from torchvision.models import DenseNet

    return DenseNet(4, (2, 2), 8, num_classes=5), images()


def resnet(block="BasicBlock", **options):
    from torchvision.models import resnet as module

    return module.ResNet(getattr(module, block), [1, 1, 1, 1], num_classes=5, **options), images()


def video():
    from torchvision.models.video import r3d_18

    network = r3d_18(weights=None, num_classes=5)
    return network, images(1, 3, 4, 16, 16)


VISION = {
    "resnet18": lambda: vision("resnet18"),
    "resnet-basic": resnet,
    "resnet-bottleneck": lambda: resnet("Bottleneck"),
    "resnext": lambda: resnet("Bottleneck", groups=4, width_per_group=8),
    "mobilenet_v2": lambda: vision("mobilenet_v2", width_mult=0.25),
    "mobilenet_v3_small": lambda: vision("mobilenet_v3_small", width_mult=0.5),
    "shufflenet": lambda: vision("shufflenet_v2_x0_5"),
    "squeezenet": lambda: vision("squeezenet1_1", 2, 3, 48, 48),
    "mnasnet": lambda: vision("mnasnet0_5"),
    "regnet": lambda: vision("regnet_y_400mf"),
    "efficientnet": lambda: vision("efficientnet_b0"),
    "googlenet": lambda: vision("googlenet", aux_logits=False, init_weights=False),
    "vgg11-narrow": lambda: vgg(),
    "vit": transformer_vision,
    "swin": swin,
    "maxvit": maxvit,
    "convnext": convnext,
    "densenet": densenet,
    "alexnet": lambda: alexnet(),
}


def vgg():
    from torchvision.models.vgg import VGG, make_layers

    features = make_layers([8, "M", 16, "M", 16, 16, "M"], batch_norm=True)
    network = VGG(features, num_classes=5)
    network.avgpool = nn.AdaptiveAvgPool2d(2)
    network.classifier = nn.Sequential(nn.Linear(64, 20), nn.ReLU(), nn.Dropout(), nn.Linear(20, 5))
    return network, images()


def alexnet():
    network = nn.Sequential(
        nn.Conv2d(3, 8, 11, 4, 2),
        nn.ReLU(),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(8, 12, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(3, 2),
        nn.AdaptiveAvgPool2d(3),
        nn.Flatten(),
        nn.Dropout(),
        nn.Linear(108, 20),
        nn.ReLU(),
        nn.Linear(20, 5),
    )
    return network, images(2, 3, 63, 63)


SIZE = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24, "vocab_size": 50}
KEYS = {"max_position_embeddings": 32}


def text(kind, inputs=None, name="input_ids", **options):
    """Returns a transformers model by the names of its configuration and class, `Bert` or `Bert/ForMaskedLM`."""
    import transformers

    family, _, head = kind.partition("/")
    config = getattr(transformers, f"{family}Config")(**options)
    for key, value in {"hidden_dropout_prob": 0.0, "attention_dropout": 0.0, "use_cache": False}.items():
        if hasattr(config, key):
            setattr(config, key, value)
    model = getattr(transformers, f"{family}{head or 'Model'}")(config)
    return First(model, name), inputs or tokens()


def sized(kind, **options):
    return lambda: text(kind, **(SIZE | KEYS | options))


def pixels(kind, shape=(2, 3, 32, 32), **options):
    return lambda: text(kind, images(*shape), "pixel_values", **options)


SMALL_VISION = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "image_size": 32,
    "patch_size": 8,
}
LLAMA = {"num_key_value_heads": 1, "head_dim": 8, "pad_token_id": 0}

TRANSFORMERS = {
    "bert": sized("Bert"),
    "bert-mlm": sized("Bert/ForMaskedLM"),
    "roberta": sized("Roberta"),
    "electra": sized("Electra", embedding_size=12),
    "distilbert": lambda: text(
        "DistilBert", dim=16, n_layers=2, n_heads=2, hidden_dim=24, vocab_size=50, max_position_embeddings=32
    ),
    "distilbert-classifier": lambda: text(
        "DistilBert/ForSequenceClassification",
        dim=16,
        n_layers=2,
        n_heads=2,
        hidden_dim=24,
        vocab_size=50,
        max_position_embeddings=32,
    ),
    "albert": sized("Albert", embedding_size=12),
    "squeezebert": sized("SqueezeBert", embedding_size=16),
    "mobilebert": sized("MobileBert", embedding_size=12, intra_bottleneck_size=16, true_hidden_size=16),
    "deberta-v2": sized("DebertaV2"),
    "ernie": sized("Ernie"),
    "layoutlm": sized("LayoutLM"),
    "mpnet": sized("MPNet"),
    "camembert": sized("Camembert"),
    "gpt2": lambda: text("GPT2/LMHeadModel", n_embd=16, n_layer=2, n_head=2, vocab_size=50, n_positions=32),
    "gpt2-untied": lambda: text("GPT2", n_embd=16, n_layer=2, n_head=2, vocab_size=50, n_positions=32),
    "gpt-neo": lambda: text(
        "GPTNeo",
        hidden_size=16,
        num_layers=2,
        num_heads=2,
        attention_types=[[["global", "local"], 1]],
        vocab_size=50,
        max_position_embeddings=32,
    ),
    "gptj": lambda: text("GPTJ", n_embd=16, n_layer=2, n_head=2, rotary_dim=4, vocab_size=50, n_positions=32),
    "gpt-neox": sized("GPTNeoX"),
    "opt": lambda: text(
        "OPT",
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        ffn_dim=24,
        vocab_size=50,
        max_position_embeddings=32,
        word_embed_proj_dim=16,
    ),
    "bloom": lambda: text("Bloom", hidden_size=16, n_layer=2, n_head=2, vocab_size=50),
    "llama": sized("Llama", **LLAMA),
    "llama-lm": sized("Llama/ForCausalLM", **LLAMA),
    "mistral": sized("Mistral", **LLAMA),
    "qwen2": sized("Qwen2", **LLAMA),
    "qwen3": sized("Qwen3", **LLAMA),
    "gemma": sized("Gemma", **LLAMA),
    "gemma2": sized("Gemma2", **LLAMA),
    "phi": sized("Phi"),
    "phi3": sized("Phi3", pad_token_id=0),
    "olmo": sized("Olmo", pad_token_id=0),
    "olmo2": sized("Olmo2", pad_token_id=0),
    "stablelm": sized("StableLm", num_key_value_heads=2),
    "falcon": lambda: text("Falcon", hidden_size=16, num_hidden_layers=2, num_attention_heads=2, vocab_size=50),
    "starcoder2": sized("Starcoder2", **LLAMA),
    "cohere": sized("Cohere", pad_token_id=0),
    "granite": sized("Granite", pad_token_id=0),
    "glm": sized("Glm", **LLAMA),
    "mamba": lambda: text("Mamba", hidden_size=16, num_hidden_layers=2, vocab_size=50, state_size=4),
    "t5-encoder": lambda: text(
        "T5/EncoderModel", d_model=16, d_kv=8, d_ff=24, num_layers=2, num_heads=2, vocab_size=50
    ),
    "bart": lambda: text(
        "Bart",
        (*tokens(), *tokens(length=5)),
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=24,
        decoder_ffn_dim=24,
        vocab_size=50,
        max_position_embeddings=32,
    ),
    "t5": lambda: text(
        "T5", (*tokens(), *tokens(length=5)), d_model=16, d_kv=8, d_ff=24, num_layers=1, num_heads=2, vocab_size=50
    ),
    "vit-hf": pixels("ViT", **SMALL_VISION),
    "deit": pixels("DeiT", **SMALL_VISION),
    "beit": pixels("Beit", **SMALL_VISION),
    "dinov2": pixels("Dinov2", **SMALL_VISION, mlp_ratio=2),
    "convnext-hf": pixels("ConvNext", hidden_sizes=[8, 12], depths=[1, 1], num_stages=2, patch_size=4),
    "convnextv2": pixels("ConvNextV2", hidden_sizes=[8, 12], depths=[1, 1], num_stages=2, patch_size=4),
    "segformer": pixels(
        "Segformer",
        hidden_sizes=[8, 16],
        depths=[1, 1],
        num_encoder_blocks=2,
        num_attention_heads=[1, 2],
        sr_ratios=[2, 1],
        patch_sizes=[7, 3],
        strides=[4, 2],
        mlp_ratios=[2, 2],
    ),
    "resnet-hf": pixels("ResNet", embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1]),
    "poolformer": pixels(
        "PoolFormer",
        hidden_sizes=[8, 16],
        depths=[1, 1],
        num_encoder_blocks=2,
        patch_sizes=[7, 3],
        strides=[4, 2],
        padding=[2, 1],
        mlp_ratio=2.0,
    ),
    "mobilevit": pixels(
        "MobileViT",
        (2, 3, 64, 64),
        image_size=64,
        hidden_sizes=[16, 20, 24],
        neck_hidden_sizes=[8, 8, 12, 16, 20, 24, 32],
        num_attention_heads=2,
    ),
    "swin-hf": pixels("Swin", image_size=32, patch_size=4, embed_dim=8, depths=[1, 1], num_heads=[2, 2], window_size=4),
    "clip-vision": lambda: clip(
        "CLIPVisionModel", "CLIPVisionConfig", images(), "pixel_values", **{k: v for k, v in SMALL_VISION.items()}
    ),
    "clip-text": lambda: clip("CLIPTextModel", "CLIPTextConfig", tokens(), "input_ids", **(SIZE | KEYS)),
    "wav2vec2": lambda: text(
        "Wav2Vec2",
        (torch.randn(2, 400),),
        "input_values",
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=24,
        conv_dim=[8, 8],
        conv_kernel=[10, 3],
        conv_stride=[5, 2],
        num_feat_extract_layers=2,
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
    ),
}


def clip(model, config, inputs, name, **options):
    import transformers

    return First(getattr(transformers, model)(getattr(transformers, config)(**options)), name), inputs
