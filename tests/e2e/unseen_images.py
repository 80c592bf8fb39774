"""Writes three folders of images that the guide's recipe was not made for, and rates other methods.

usage: unseen_images.py <folder>; writes <folder>/{clothes,photos,solids}/{train,validation,test}/…,
and prints how many test images an SVC and a nearest neighbour on raw pixels tell apart. The clothes
are Fashion-MNIST's, from Debian's package dataset-fashion-mnist; they are left out without it.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

FASHION = Path("/usr/share/datasets/fashion-mnist")
CLOTHES = {0: "tshirt", 2: "pullover", 3: "dress", 4: "coat", 6: "shirt", 9: "boot"}
# Parts of scikit-learn's two photographs: top, left, bottom, right.
PLACES = {
    "roof": ("china.jpg", (0, 0, 180, 640)),
    "trees": ("china.jpg", (180, 0, 427, 640)),
    "petals": ("flower.jpg", (100, 180, 330, 470)),
    "leaves": ("flower.jpg", (0, 0, 427, 150)),
}
SOLIDS = ("sphere", "cube", "cylinder", "torus")
IMAGES = 110
"""Images per class: 48 to learn from, 12 to validate, 50 to test."""


def split_of(number):
    return "train" if number < 48 else "validation" if number < 60 else "test"


def clothes():
    """Yields garments: class, number and pixels."""

    def read(name, start):
        data = next(FASHION.rglob(f"{name}*")).read_bytes()
        unpacked = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        return np.frombuffer(unpacked, np.uint8, offset=start)

    images = read("train-images", 16).reshape(-1, 28, 28)
    labels = read("train-labels", 8)
    for label, name in CLOTHES.items():
        for number, index in enumerate(np.flatnonzero(labels == label)[:IMAGES]):
            yield name, number, images[index]


def photos(random):
    """Yields patches of photographs."""
    side = 56
    for name, (file, (top, left, bottom, right)) in PLACES.items():
        photo = load_sample_image(file)
        for number in range(IMAGES):
            y = random.integers(top, bottom - side)
            x = random.integers(left, right - side)
            yield name, number, photo[y : y + side, x : x + side]


def distance(solid, p):
    """Returns the signed distance of points (…, 3) from a solid."""

    def length(v):
        return np.linalg.norm(v, axis=-1)

    if solid == "sphere":
        return length(p) - 0.8
    if solid == "torus":
        return np.hypot(np.hypot(p[..., 0], p[..., 2]) - 0.65, p[..., 1]) - 0.25
    if solid == "cube":
        beyond = np.abs(p) - 0.6
    else:
        axis = np.hypot(p[..., 0], p[..., 2])
        beyond = np.stack([axis - 0.5, np.abs(p[..., 1]) - 0.8], -1)
    return length(np.maximum(beyond, 0)) + np.minimum(beyond.max(-1), 0)


def solids(random):
    """Yields ray-traced solids of any turn, size, place, colour and light, with noise."""
    side, step = 40, 1e-3
    for name in SOLIDS:
        for number in range(IMAGES):
            turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
            grid = np.mgrid[:side, :side].transpose(1, 2, 0) / side - 0.5
            grid = grid * random.uniform(2.4, 3.6) + random.uniform(-0.3, 0.3, 2)
            origin = np.concatenate([grid, np.full((side, side, 1), -3.0)], -1)
            depth = np.zeros((side, side))

            def at(depth, origin=origin, turn=turn):
                return (origin + depth[..., None] * [0, 0, 1]) @ turn

            for _ in range(40):
                depth += np.clip(distance(name, at(depth)), -0.5, 0.5)
            points = at(depth)
            normal = np.stack(
                [
                    distance(name, points + step * axis) - distance(name, points - step * axis)
                    for axis in np.eye(3)
                ],
                -1,
            )
            normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-9
            light = random.normal(size=3)
            light[2] = -abs(light[2])
            shade = 0.25 + 0.75 * np.maximum(0, normal @ ((light / np.linalg.norm(light)) @ turn))
            colour, ground = random.uniform(80, 255, 3), random.uniform(0, 255, 3)
            image = np.where((depth < 5)[..., None], shade[..., None] * colour, ground)
            image = image + random.normal(0, 6, (side, side, 3))
            yield name, number, image.clip(0, 255).astype(np.uint8)


def rate(images):
    """Returns the share of the test images that other methods tell, in per cent."""
    learned, tested = ([], []), ([], [])
    for name, number, pixels in images:
        small = Image.fromarray(pixels).convert("RGB").resize((28, 28), Image.Resampling.BILINEAR)
        x, y = tested if split_of(number) == "test" else learned
        x.append(np.asarray(small, float).ravel() / 255)
        y.append(name)
    models = {"svc": SVC(C=10), "neighbour": KNeighborsClassifier(1)}
    return {name: 100 * model.fit(*learned).score(*tested) for name, model in models.items()}


def main(folder):
    random = np.random.default_rng(5)
    sets = {"clothes": list(clothes())} if FASHION.exists() else {}
    sets |= {"photos": list(photos(random)), "solids": list(solids(random))}
    for task, images in sets.items():
        for name, number, pixels in images:
            place = folder / task / split_of(number) / name
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(place / f"{number}.png")
    print(json.dumps({task: rate(images) for task, images in sets.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
