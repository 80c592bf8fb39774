"""AugReg checkpoints by query, as the papers' configurations name them (method §7)."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

from mu2net_sidecar.errors import SidecarError

SCHEME = "augreg:"
BUCKET = "gs://vit_models/augreg"
CONDITION = re.compile(r"""\s*(\w+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([\d.]+))\s*""")
EPOCHS = {"i1k": 300, "i21k": 300, "i21k_30": 30}
AUGMENTATIONS = ("none", "light1", "light2", "medium1", "medium2", "strong1", "strong2")


def augreg_source(query: str, architecture: str) -> str:
    """Where the checkpoint lies that a query names.

    Args:
        query: conditions in the syntax of the published configurations, such as
            `ds=="i21k" and aug=="medium2" and wd==0.03 and sd==0.1`.
        architecture: the name that the checkpoint has to have, such as `L/16`.

    Returns:
        Its file in the folder `augreg` of MU2NET_DATA if it is there; otherwise its address.

    Raises:
        SidecarError: `CHECKPOINT_INVALID`: no such query, or it names none or several.
    """
    wanted = {"name": architecture, **_conditions(query)}
    if wanted["name"] != architecture:
        raise _unclear(query, f"its name is {wanted['name']}, and root.architecture {architecture}")
    folder = Path(os.environ.get("MU2NET_DATA", "data")) / "augreg"
    index = folder / "index.csv"
    file = _indexed(index, query, wanted) if index.exists() else _named(query, wanted)
    local = folder / f"{file}.npz"
    return str(local) if local.exists() else f"{BUCKET}/{file}.npz"


def _conditions(query: str) -> dict[str, str]:
    conditions: dict[str, str] = {}
    for part in re.split(r"\band\b", query):
        match = CONDITION.fullmatch(part)
        if match is None:
            raise _unclear(query, f"{part.strip()!r} is no condition")
        conditions[match[1]] = next(value for value in match.groups()[1:] if value is not None)
    return conditions


def _indexed(index: Path, query: str, wanted: dict[str, str]) -> str:
    """The one file name of the rows of index.csv that meet all conditions."""
    with index.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    unknown = [key for key in wanted if not rows or key not in rows[0]]
    if unknown:
        raise _unclear(query, f"{index} has no column {unknown[0]}")
    files = sorted(
        {
            row["filename"]
            for row in rows
            if all(_equal(row[key], value) for key, value in wanted.items())
        }
    )
    if len(files) != 1:
        found = ", ".join(files) or "none"
        raise _unclear(query, f"it has to name one checkpoint of {index} and names {found}")
    return files[0]


def _named(query: str, wanted: dict[str, str]) -> str:
    """The file name by AugReg's rule, for where the index is not at hand.

    All were trained at a learning rate of 0.001; dropout and stochastic depth go together.
    """
    missing = [key for key in ("ds", "aug", "wd", "sd") if key not in wanted]
    if missing:
        raise _unclear(query, f"it does not say {missing[0]}")
    data, augmentation = wanted["ds"], wanted["aug"]
    if data not in EPOCHS:
        raise _unclear(query, f"ds is one of {', '.join(EPOCHS)}")
    if augmentation not in AUGMENTATIONS:
        raise _unclear(query, f"aug is one of {', '.join(AUGMENTATIONS)}")
    decay, drop = float(wanted["wd"]), float(wanted["sd"])
    model = wanted["name"].replace("/", "_")
    return (
        f"{model}-{data}-{EPOCHS[data]}ep-lr_0.001-aug_{augmentation}"
        f"-wd_{decay}-do_{float(wanted.get('do', drop))}-sd_{drop}"
    )


def _equal(cell: str, value: str) -> bool:
    try:
        return float(cell) == float(value)
    except ValueError:
        return cell == value


def _unclear(query: str, why: str) -> SidecarError:
    return SidecarError(
        "CHECKPOINT_INVALID",
        f"root.checkpoint augreg:{query}: {why}; write it like "
        '\'augreg: ds=="i21k" and aug=="medium2" and wd==0.03 and sd==0.1\'',
    )
