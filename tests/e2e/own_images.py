"""Draws two folders of images, and says how well an SVC and a nearest neighbour tell their classes.

usage: own_images.py <folder>; writes <folder>/{shapes,surfaces}/{train,validation,test}/<class>/
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

SPLITS = {"train": 50, "validation": 10, "test": 30}
SHAPES = {"circle": 48, "square": 4, "triangle": 3}
SURFACES = ("bricks", "grass", "water", "clouds")


def shape(name, random):
    """A filled shape of any size, place, turn and dark colour on a light ground, with noise."""
    side = 48
    ground, colour = random.integers(150, 256, 3), random.integers(0, 110, 3)
    image = Image.new("RGB", (4 * side, 4 * side), tuple(ground.tolist()))
    x, y = random.uniform(0.35, 0.65, 2) * 4 * side
    radius, turn = random.uniform(0.18, 0.34) * 4 * side, random.uniform(0, math.tau)
    corners = [turn + math.tau * each / SHAPES[name] for each in range(SHAPES[name])]
    points = [
        (x + radius * math.cos(each), y + radius * math.sin(each)) for each in corners
    ]
    ImageDraw.Draw(image).polygon(points, tuple(colour.tolist()))
    small = np.asarray(image.resize((side, side), Image.Resampling.BOX), float)
    return Image.fromarray(
        (small + random.normal(0, 10, small.shape)).clip(0, 255).astype("uint8")
    )


def surface(name, random):
    """A surface under uneven light, as if photographed: textured, tinted, blurred."""
    side = 64

    def noise(height, width=None):
        rough = Image.fromarray(
            random.integers(0, 256, (height, width or height)).astype("uint8")
        )
        return np.asarray(rough.resize((side, side), Image.Resampling.BICUBIC)) / 255

    y, x = np.mgrid[:side, :side] / side
    scale, turn = random.uniform(0.6, 1.5), random.uniform(-0.5, 0.5)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    if name == "bricks":
        row = np.floor(v * 6 * scale)
        mortar = ((v * 6 * scale) % 1 < 0.15) | (
            (u * 3 * scale + 0.5 * (row % 2)) % 1 < 0.08
        )
        texture = np.where(mortar, 0.8, 0.4) + 0.15 * noise(16)
    elif name == "grass":
        texture = 0.3 + 0.5 * noise(max(2, int(8 / scale)), side)
    elif name == "water":
        texture = 0.5 + 0.3 * np.sin(v * 20 * scale + 3 * noise(6)) * noise(8)
    else:
        texture = 0.3 + 0.6 * (0.6 * noise(4) + 0.4 * noise(9))
    light = texture * (0.6 + 0.5 * noise(2))
    image = light[..., None] * random.uniform(0.3, 1, 3) * 255
    blurred = Image.fromarray(image.clip(0, 255).astype("uint8"))
    return blurred.filter(ImageFilter.GaussianBlur(random.uniform(0, 0.8)))


def draw(folder, classes, make, suffix):
    """Writes the images; returns pixels and labels of each split."""
    seen = {}
    for nth, (split, count) in enumerate(SPLITS.items()):
        pixels, labels = [], []
        for label, name in enumerate(classes):
            (folder / split / name).mkdir(parents=True)
            for number in range(count):
                image = make(name, np.random.default_rng([nth, label, number]))
                image.save(folder / split / name / f"{number}.{suffix}")
                small = image.resize((28, 28), Image.Resampling.BILINEAR)
                pixels.append(np.asarray(small).ravel() / 255)
                labels.append(label)
        seen[split] = (np.array(pixels), np.array(labels))
    return seen


def baselines(seen):
    """Accuracies of both on the test, after learning from all other images."""
    x, y = (
        np.concatenate([seen[each][part] for each in ("train", "validation")])
        for part in (0, 1)
    )
    models = {"svc": SVC(C=10), "neighbour": KNeighborsClassifier(1)}
    return {
        name: model.fit(x, y).score(*seen["test"]) for name, model in models.items()
    }


out = Path(sys.argv[1])
print(
    json.dumps(
        {
            "shapes": baselines(draw(out / "shapes", SHAPES, shape, "png")),
            "surfaces": baselines(draw(out / "surfaces", SURFACES, surface, "jpg")),
        }
    )
)
