"""Draws the data: `python -m characters --fonts <folder> --root <folder> --benchmark <folder>`."""

from __future__ import annotations

import argparse
import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import numpy as np

from characters._fonts import Fonts
from characters._sets import Split, benchmark_sets, root_set


def main() -> None:
    """Writes what the command line asks for."""
    parser = argparse.ArgumentParser(prog="characters", description=__doc__)
    parser.add_argument("--fonts", required=True, type=Path, help="folder with the fonts of Noto")
    parser.add_argument("--root", type=Path, help="folder for the root's data")
    parser.add_argument("--benchmark", type=Path, help="folder for the tasks of the benchmark")
    options = parser.parse_args()
    fonts = Fonts(options.fonts)
    if options.root:
        splits, classes = root_set(fonts)
        _write(options.root / "characters.npz", splits)
        (options.root / "classes.json").write_text(json.dumps(classes, ensure_ascii=False) + "\n")
        print(f"{len(classes)} classes, {len(splits['train'].images)} images")
    if options.benchmark:
        classes_of = {}
        for name, splits, classes in benchmark_sets(fonts):
            _write(options.benchmark / f"{name}.npz", splits)
            classes_of[name] = classes
            print(f"{name}: {len(classes)} classes")
        table = json.dumps(classes_of, ensure_ascii=False, indent=2) + "\n"
        (options.benchmark / "classes.json").write_text(table, encoding="utf-8")


def _write(file: Path, splits: Mapping[str, Split]) -> None:
    """Writes splits as an archive of NumPy; equal images make equal bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, split in splits.items():
            for array, values in ((f"x_{name}", split.images), (f"y_{name}", split.labels)):
                data = BytesIO()
                np.save(data, values)
                archive.writestr(
                    zipfile.ZipInfo(f"{array}.npy"), data.getvalue(), zipfile.ZIP_DEFLATED, 9
                )


main()
