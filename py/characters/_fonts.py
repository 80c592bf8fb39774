"""Fonts in a folder, and whether they have a character."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

GLYPH_PIXELS = 64
_MISSING = "\U0010fffe"


class Fonts:
    """The fonts below a folder, by family.

    Args:
        folder: searched with all that it contains.
    """

    def __init__(self, folder: Path) -> None:
        files = (
            path for path in folder.rglob("Noto*-*") if path.suffix in (".ttf", ".otf", ".ttc")
        )
        self._families: dict[str, dict[str, Path]] = {}
        for path in files:
            family, _, style = path.stem.partition("-")
            self._families.setdefault(family, {})[style] = path

    def of(self, family: str, styles: tuple[str, ...]) -> list[Path]:
        """Returns the fonts of a family in these styles, as far as it has them, in order.

        Raises:
            FileNotFoundError: it has none of them.
        """
        known = self._families.get(family, {})
        found = [known[style] for style in styles if style in known]
        if not found:
            raise FileNotFoundError(f"no font of {family} in the styles {', '.join(styles)}")
        return found


def draw(font: Path, character: str) -> np.ndarray | None:
    """Returns a character in white on black, cut to its ink; None if the font does not have it."""
    glyph = _draw(font, character)
    missing = _draw(font, _MISSING)
    if glyph is None or (missing is not None and np.array_equal(glyph, missing)):
        return None
    return glyph


@cache
def _open(font: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, GLYPH_PIXELS, layout_engine=ImageFont.Layout.BASIC)


def _draw(font: Path, character: str) -> np.ndarray | None:
    canvas = Image.new("L", (4 * GLYPH_PIXELS, 4 * GLYPH_PIXELS))
    ImageDraw.Draw(canvas).text((GLYPH_PIXELS, GLYPH_PIXELS), character, 255, _open(font))
    box = canvas.getbbox()
    return None if box is None else np.asarray(canvas.crop(box))


def place(glyph: np.ndarray, side: int, ink: int) -> np.ndarray:
    """Returns a glyph in the middle of a square, its longer side scaled to `ink` pixels."""
    height, width = glyph.shape
    scale = ink / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    scaled = np.asarray(
        Image.fromarray(glyph).resize(
            size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
        )
    )
    square = np.zeros((side, side), np.uint8)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = scaled
    return square
