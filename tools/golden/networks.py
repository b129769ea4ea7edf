"""The networks whose exports are tested: the architectures of the papers, a few channels wide."""

import torch
from torch import nn
from torch.nn import functional as F


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 5))

    def forward(self, x):
        return self.layers(x)


class LeNet(nn.Module):
    """LeNet-5 for images of 28x28."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 4, 5, padding=2), nn.Conv2d(4, 8, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(200, 30), nn.Linear(30, 20), nn.Linear(20, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class Basic(nn.Module):
    """The basic block of ResNets; its shortcut is a projection, or, as in ResNets for CIFAR, a slice padded with zeros."""

    def __init__(self, inputs, outputs, stride, projection):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride, self.grow = stride, outputs - inputs
        self.down = None
        if projection and (stride > 1 or self.grow > 0):
            self.down = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.down is not None:
            x = self.down(x)
        elif self.grow > 0:
            half = self.grow // 2
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, self.grow - half))
        return F.relu(y + x)


class ResNet(nn.Module):
    """ResNet-18 (stem 7x7 and pooling, four stages of two blocks) and ResNet-32 for CIFAR (three stages of five)."""

    def __init__(self, stem, stages, widths, projection):
        super().__init__()
        layers = [nn.Conv2d(3, widths[0], stem, 1 if stem == 3 else 2, stem // 2, bias=False)]
        layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
        if stem == 7:
            layers.append(nn.MaxPool2d(3, 2, 1))
        self.stem = nn.Sequential(*layers)
        blocks, inputs = [], widths[0]
        for i, (count, width) in enumerate(zip(stages, widths)):
            for j in range(count):
                blocks.append(Basic(inputs, width, 2 if i > 0 and j == 0 else 1, projection))
                inputs = width
        self.blocks = nn.Sequential(*blocks)
        self.pool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(inputs, 10)

    def forward(self, x):
        return self.fc(torch.flatten(self.pool(self.blocks(self.stem(x))), 1))


class Vgg(nn.Module):
    """VGG for CIFAR: batch normalization, and dropout except before pooling."""

    def __init__(self, rate=0.3):
        super().__init__()
        layers, inputs = [], 3
        for width in (4, 4, "pool", 8, 8, "pool", 8, 8, 8, "pool"):
            if width == "pool":
                layers[-1] = nn.MaxPool2d(2, 2)
                continue
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.Dropout(rate)]
            inputs = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Dropout(rate), nn.Linear(8 * 4 * 4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(rate), nn.Linear(16, 10)
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, 4 * growth, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(4 * growth), nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x):
        y = self.conv2(F.relu(self.bn2(self.conv1(F.relu(self.bn1(x))))))
        return torch.cat([x, y], 1)


class DenseNet(nn.Module):
    """DenseNet-BC: bottleneck layers, and transitions that halve the channels."""

    def __init__(self, growth=4, blocks=(3, 3, 3)):
        super().__init__()
        channels = 2 * growth
        layers = [nn.Conv2d(3, channels, 3, padding=1, bias=False)]
        for i, count in enumerate(blocks):
            for _ in range(count):
                layers.append(DenseLayer(channels, growth))
                channels += growth
            layers += [nn.BatchNorm2d(channels), nn.ReLU()]
            if i < len(blocks) - 1:
                layers += [nn.Conv2d(channels, channels // 2, 1, bias=False), nn.AvgPool2d(2)]
                channels //= 2
        self.features, self.fc = nn.Sequential(*layers), nn.Linear(channels, 10)

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


class Inverted(nn.Module):
    """The inverted residual block: wider, depthwise, narrow again."""

    def __init__(self, inputs, outputs, stride, expand):
        super().__init__()
        hidden = inputs * expand
        layers = []
        if expand > 1:
            layers += [nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6()]
        layers += [nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6()]
        layers += [nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.layers, self.residual = nn.Sequential(*layers), stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.layers(x) if self.residual else self.layers(x)


class MobileNetV2(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
            Inverted(8, 4, 1, 1), Inverted(4, 6, 2, 4), Inverted(6, 6, 1, 4), Inverted(6, 8, 2, 4), Inverted(8, 8, 1, 4),
            nn.Conv2d(8, 24, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU6(),
        )
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(24, 10))

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), 1).flatten(1))


class LanguageModel(nn.Module):
    """Embedding, two recurrent layers, scores of the next word; `[B, T]` words in, `[B, V, T]` scores out."""

    def __init__(self, cell, words=32, width=12):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.rnn = cell(width, width, num_layers=2, batch_first=True)
        self.out = nn.Linear(width, words)

    def forward(self, x):
        y, _ = self.rnn(self.embedding(x))
        return self.out(y).transpose(1, 2)


class Tagger(nn.Module):
    """A recurrent layer in both directions from a given state; `[T, B]` words in, `[T * B, 4]` scores out."""

    def __init__(self, cell, words=16, width=6):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.rnn = cell(width, width, bidirectional=True)
        self.out = nn.Linear(2 * width, 4)

    def forward(self, x, h):
        y, _ = self.rnn(self.embedding(x), h)
        return self.out(y).flatten(0, 1)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.qkv, self.out, self.heads = nn.Linear(width, 3 * width), nn.Linear(width, width), heads

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (s.view(b, t, self.heads, c // self.heads).transpose(1, 2) for s in self.qkv(x).split(c, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(b, t, c))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.ln1, self.attention, self.ln2 = nn.LayerNorm(width), Attention(width, heads), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class Gpt(nn.Module):
    """GPT-2: causal attention, normalization first, the embedding also as the output layer; `[B, V, T]` scores."""

    def __init__(self, words=32, width=16, heads=2, depth=2, length=12):
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Embedding(length, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(depth)))
        self.ln, self.head = nn.LayerNorm(width), nn.Linear(width, words, bias=False)
        self.head.weight = self.words.weight

    def forward(self, x):
        places = torch.arange(x.shape[1], device=x.device)
        y = self.blocks(self.words(x) + self.places(places))
        return self.head(self.ln(y)).transpose(1, 2)


class Vit(nn.Module):
    """ViT: patches by a convolution, a class token, PyTorch's own encoder layers."""

    def __init__(self, width=16, heads=2, depth=2):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, width) * 0.1)
        self.places = nn.Parameter(torch.randn(1, 17, width) * 0.1)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(width, heads, 2 * width, 0.1, "gelu", batch_first=True, norm_first=True)
            for _ in range(depth)
        )
        self.ln, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places
        for layer in self.layers:
            x = layer(x)
        return self.head(self.ln(x[:, 0]))


class Vae(nn.Module):
    """A variational autoencoder with its loss: the noise is an input, so the result is a function of the inputs."""

    def __init__(self, latent=4):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 4, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(4, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Flatten()
        )
        self.mean, self.log_variance = nn.Linear(8 * 16, latent), nn.Linear(8 * 16, latent)
        self.start = nn.Linear(latent, 8 * 16)
        self.decoder = nn.Sequential(
            nn.ELU(), nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.SiLU(),
            nn.ConvTranspose2d(4, 1, 3, 2, 1, output_padding=1),
        )

    def forward(self, x, noise):
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * noise
        logits = self.decoder(self.start(z).view(-1, 8, 4, 4))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / x.shape[0]
        divergence = -0.5 * torch.mean(torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp(), dim=1))
        return reconstruction + divergence


class Unet(nn.Module):
    """A U-Net: two levels down, and up by interpolation, group normalization, a score vector for each pixel."""

    def __init__(self):
        super().__init__()

        def double(inputs, outputs):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, padding=1), nn.GroupNorm(2, outputs), nn.SiLU(),
                nn.Conv2d(outputs, outputs, 3, padding=1), nn.GroupNorm(2, outputs), nn.SiLU(),
            )

        self.down1, self.down2, self.bottom = double(3, 4), double(4, 8), double(8, 8)
        self.up2, self.up1 = double(16, 8), double(12, 4)
        self.bilinear = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        self.nearest = nn.Upsample(scale_factor=2, mode="nearest")
        self.out = nn.Conv2d(4, 3, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.bottom(F.max_pool2d(b, 2))
        c = self.up2(torch.cat([b, self.bilinear(c)], 1))
        return self.out(self.up1(torch.cat([a, self.nearest(c)], 1)))
