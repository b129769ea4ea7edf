"""Values of torchvision's transforms and of PyTorch's loss, for tests/runtime/augment: the draws come from a transcription of
random/random_bits.ts's layout, so that the values also hold the streams of random numbers in place.

Run from the repository's root: python tools/golden/augment.py
"""

import json
import math

import numpy as np
import scipy.special
import torch
import torch.nn.functional as F
import torchvision
import torchvision.transforms.functional as T

SEED = 2 ** 40 + 3
EXAMPLES, CHANNELS, HEIGHT, WIDTH, CLASSES = 12, 2, 6, 5, 4
BATCH, STEPS = 5, 3
SHIFT = -7
MASK = 2 ** 32 - 1


def threefry(key, counter):
    """Threefry-2x32 with 20 rounds, as in Random123."""
    keys = [*key, 0x1BD11BDA ^ key[0] ^ key[1]]
    a, b = (counter[0] + keys[0]) & MASK, (counter[1] + keys[1]) & MASK
    rotations = [13, 15, 26, 6, 17, 29, 16, 24]
    for i in range(20):
        a = (a + b) & MASK
        r = rotations[i % 8]
        b = ((b << r) | (b >> (32 - r))) & MASK
        b ^= a
        if i % 4 == 3:
            n = i // 4 + 1
            a = (a + keys[n % 3]) & MASK
            b = (b + keys[(n + 1) % 3] + n) & MASK
    return a, b


def words(stream, step):
    """The words of a stream at a step, one after another."""
    h = 0x811C9DC5
    for byte in stream.encode():
        h = ((h ^ byte) * 0x01000193) & MASK
    key = threefry((SEED & MASK, SEED >> 32), (h, 0))
    pair = 0
    while True:
        yield from threefry(key, (pair, step))
        pair += 1


def below(source, bound):
    fair = 2 ** 32 - 2 ** 32 % bound
    while True:
        word = next(source)
        if word < fair:
            return word % bound


def several(stream, step, bound):
    source = words(stream, step)
    return [below(source, bound) for _ in range(BATCH)]


def permutation(stream, step):
    source = words(stream, step)
    order = list(range(BATCH))
    for i in range(BATCH - 1, 0, -1):
        j = below(source, i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def beta(stream, step, alpha):
    source = words(stream, step)
    uniform = lambda: (next(source) + 0.5) / 2 ** 32

    def log_gamma(shape):
        if shape < 1:
            return log_gamma(shape + 1) + math.log(uniform()) / shape
        d = shape - 1 / 3
        while True:
            x = scipy.special.ndtri(uniform())
            root = 1 + x / math.sqrt(9 * d)
            if root > 0 and math.log(uniform()) < x * x / 2 + d - d * root ** 3 + d * 3 * math.log(root):
                return math.log(d) + 3 * math.log(root)

    a = log_gamma(alpha)
    b = log_gamma(alpha)
    return 1 / (1 + math.exp(b - a))


def crop(images, stream, step, padding):
    tops, lefts = (several(f"{stream}/{axis}", step, 2 * padding + 1) for axis in ("rows", "columns"))
    padded = T.pad(images, padding)
    return torch.stack([T.crop(x, i, j, HEIGHT, WIDTH) for x, i, j in zip(padded, tops, lefts)])


def flip(images, stream, step, probability):
    source = words(stream, step)
    return torch.stack([T.hflip(x) if next(source) < probability * 2 ** 32 else x for x in images])


def cutout(images, stream, step, size):
    result = []
    rows, columns = several(f"{stream}/rows", step, HEIGHT), several(f"{stream}/columns", step, WIDTH)
    for x, row, column in zip(images, rows, columns):
        top, left = row - size // 2, column - size // 2
        i, j = max(0, top), max(0, left)
        result.append(T.erase(x, i, j, min(HEIGHT, top + size) - i, min(WIDTH, left + size) - j, torch.tensor(0)))
    return torch.stack(result)


def augmented(images, step, augmentations, scale=1.0, shift=SHIFT):
    """Applies augmentations: on bytes up to the first that is not a move, then on the network's numbers."""
    read = lambda x: x.float() * scale + shift
    x, as_bytes = images, True
    for place, (kind, value) in enumerate(augmentations):
        stream = f"augment/x/{place}"
        if kind == "randomCrop":
            # The same as black in the network's numbers, where those have already been taken.
            x = crop(x, stream, step, value) if as_bytes else crop(x - shift, stream, step, value) + shift
        elif kind == "horizontalFlip":
            x = flip(x, stream, step, value)
        elif kind == "cutout":
            x, as_bytes = cutout(read(x) if as_bytes else x, stream, step, value), False
    return read(x) if as_bytes else x


CASES = [
    [("randomCrop", 2)],
    [("horizontalFlip", 0.5)],
    [("horizontalFlip", 0.3)],
    [("randomCrop", 2), ("horizontalFlip", 0.5)],
    [("horizontalFlip", 0.5), ("randomCrop", 7)],
    [("randomCrop", 1), ("randomCrop", 3)],
    [("cutout", 3)],
    [("cutout", 4)],
    [("randomCrop", 1), ("cutout", 2), ("horizontalFlip", 0.5), ("randomCrop", 2), ("cutout", 9)],
]


def training(images, labels, rows):
    """Logistic regression on crops, flips, cutouts and mixtures, with smoothed labels."""
    alpha, smoothing, rate = 0.4, 0.1, 0.05
    moves = [("randomCrop", 1), ("horizontalFlip", 0.5), ("cutout", 3)]
    weight = torch.zeros(CLASSES, CHANNELS * HEIGHT * WIDTH, requires_grad=True)
    result = {"alpha": alpha, "labelSmoothing": smoothing, "learningRate": rate, "losses": [], "shares": [], "partners": []}
    for step in range(STEPS):
        batch = rows[step]
        x = augmented(images[batch], step, moves, 1 / 16, -1.5)
        share = beta("augment/x/3/share", step, alpha)
        partners = permutation("augment/x/3/partners", step)
        x = share * x + (1 - share) * x[partners]
        one_hot = F.one_hot(labels[batch], CLASSES).float()
        target = share * one_hot + (1 - share) * one_hot[partners]
        loss = torch.nn.CrossEntropyLoss(label_smoothing=smoothing)(x.flatten(1) @ weight.T, target)
        (gradient,) = torch.autograd.grad(loss, weight)
        weight = (weight - rate * gradient).detach().requires_grad_()
        result["losses"].append(loss.item())
        result["shares"].append(share)
        result["partners"].append(partners)
    return {**result, "weight": [round(float(v), 7) for v in weight.detach().flatten()]}


def smoothed():
    """Smoothed losses of class numbers, of scores [N, C] and [N, C, d], with their gradients."""
    cases = []
    for shape, smoothing in [((5, 4), 0.1), ((3, 7), 0.5), ((2, 3, 4), 0.2)]:
        scores = (torch.randn(shape) * 2).round(decimals=3).requires_grad_()
        labels = torch.randint(0, shape[1], (shape[0], *shape[2:]))
        loss = torch.nn.CrossEntropyLoss(label_smoothing=smoothing)(scores, labels)
        (gradient,) = torch.autograd.grad(loss, scores)
        cases.append({
            "labelSmoothing": smoothing,
            "shape": list(shape),
            "scores": [round(float(v), 3) for v in scores.detach().flatten()],
            "labels": labels.flatten().tolist(),
            "loss": loss.item(),
            "gradient": [round(float(v), 8) for v in gradient.flatten()],
        })
    return cases


torch.manual_seed(5)
images = torch.randint(0, 32, (EXAMPLES, CHANNELS, HEIGHT, WIDTH), dtype=torch.uint8)
labels = torch.randint(0, CLASSES, (EXAMPLES,))
rows = np.random.RandomState(0).randint(0, EXAMPLES, (STEPS, BATCH)).tolist()
cases = [{
    "augment": [{"kind": kind, "value": value} for kind, value in augmentations],
    "steps": [augmented(images[rows[step]], step, augmentations).int().flatten().tolist() for step in range(2)],
} for augmentations in CASES]
with open("tests/golden/augment/torch.json", "w") as file:
    json.dump({
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "seed": SEED,
        "shift": SHIFT,
        "shape": list(images.shape),
        "images": images.flatten().tolist(),
        "labels": labels.tolist(),
        "rows": rows,
        "cases": cases,
        "training": training(images, labels, rows),
        "smoothed": smoothed(),
    }, file, separators=(",", ":"))
    file.write("\n")
