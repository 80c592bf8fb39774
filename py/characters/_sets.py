"""The two data sets: the root's classes, and the tasks of the benchmark."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from characters._distort import distort
from characters._fonts import Fonts, draw, place
from characters._scripts import BENCHMARK, ROOT, Script

SIDE = 28
ROOT_INK, ROOT_IMAGES = 22, 6
ROOT_STYLES = ("Regular", "Bold", "Light", "Black", "CondensedMedium")
VALIDATION_STYLES = ("Medium", "SemiBold", "CondensedLight", "ExtraLight")
"""Styles of the root's validation; classes whose fonts have none of them are not validated."""

CANVAS, INK = 84, 60
LEARNING_STYLES = ("Regular", "Bold", "CondensedLight", "Light", "ExtraCondensedBold")
TEST_STYLES = ("Medium", "Black", "SemiCondensed", "CondensedSemiBold")
EXAMPLES = {"train": 800, "validation": 200, "test": 500}


@dataclass(frozen=True)
class Split:
    """Images and labels of a split."""

    images: np.ndarray
    labels: np.ndarray


def root_set(fonts: Fonts) -> tuple[dict[str, Split], list[str]]:
    """Returns the splits of the root's data, without distortion, and the classes' characters.

    Each class has as many images as any other: where fonts are few, each draws several of them,
    and the training distorts each time in another way.
    """
    classes: list[str] = []
    splits: dict[str, list[tuple[np.ndarray, int]]] = {"train": [], "validation": []}
    for script in ROOT:
        learning = _glyphs(script, fonts, ROOT_STYLES)
        others = _glyphs(script, fonts, VALIDATION_STYLES)
        for character in _thin([each for each in learning if learning[each]], script.most):
            for nth in range(ROOT_IMAGES):
                glyph = learning[character][nth % len(learning[character])]
                splits["train"].append((place(glyph, SIDE, ROOT_INK), len(classes)))
            for glyph in others[character][:1]:
                splits["validation"].append((place(glyph, SIDE, ROOT_INK), len(classes)))
            classes.append(character)
    return {name: _mix(images, name) for name, images in splits.items()}, classes


def _mix(images: list[tuple[np.ndarray, int]], split: str) -> Split:
    """Puts the images of a split in mixed order."""
    random = np.random.Generator(np.random.Philox(key=zlib.crc32(split.encode())))
    order = np.argsort(random.random(len(images)))
    pixels, labels = zip(*(images[each] for each in order), strict=True)
    return Split(np.stack(pixels), np.array(labels, np.int32))


def benchmark_sets(fonts: Fonts) -> Iterator[tuple[str, dict[str, Split], list[str]]]:
    """Yields name, splits and classes of each task of the benchmark."""
    for script in BENCHMARK:
        learning, test = (_glyphs(script, fonts, each) for each in (LEARNING_STYLES, TEST_STYLES))
        classes = [each for each in script.characters if learning[each] and test[each]]
        splits = {
            name: _draw_split(
                script.name, name, [(test if name == "test" else learning)[c] for c in classes]
            )
            for name in EXAMPLES
        }
        yield script.name, splits, classes


def _draw_split(script: str, split: str, glyphs: list[list[np.ndarray]]) -> Split:
    """Draws the images of a split: the classes in turn, in mixed order, each in a random font."""
    count = EXAMPLES[split]
    random = np.random.Generator(np.random.Philox(key=zlib.crc32(f"{script} {split}".encode())))
    labels = np.argsort(random.random(count)) % len(glyphs)
    images = []
    for label in labels:
        glyph = glyphs[label][random.integers(len(glyphs[label]))]
        images.append(distort(place(glyph, CANVAS, INK), random, SIDE))
    return Split(np.stack(images), labels.astype(np.uint8))


def _glyphs(script: Script, fonts: Fonts, styles: tuple[str, ...]) -> dict[str, list[np.ndarray]]:
    """Returns each character as every font of the script draws it in these styles."""
    files: list[Path] = []
    for family in script.families:
        try:
            files.extend(fonts.of(family, styles))
        except FileNotFoundError:
            continue
    glyphs: dict[str, list[np.ndarray]] = {}
    for character in _thin(script.characters, 2 * script.most):
        drawn = [glyph for file in files if (glyph := draw(file, character)) is not None]
        glyphs[character] = drawn
    return glyphs


def _thin(characters: Sequence[str], most: int) -> list[str]:
    """Returns every n-th of the characters, so that there are at most `most`."""
    if len(characters) <= most:
        return list(characters)
    return [characters[each * len(characters) // most] for each in range(most)]
