"""AugReg checkpoints by query, as the papers' configurations name them."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from pathlib import Path

from mu2net_sidecar.errors import SidecarError

AUGREG_SCHEME = "augreg:"
"""Prefix of a checkpoint that is given by a query."""

_CONDITION = re.compile(r"""\s*(\w+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([\d.]+))\s*""")
_EPOCHS = {"i1k": 300, "i21k": 300, "i21k_30": 30}
_AUGMENTATIONS = ("none", "light1", "light2", "medium1", "medium2", "strong1", "strong2")


def find_augreg_checkpoint(query: str, architecture: str | None) -> str:
    """Returns the path or the name of the checkpoint that a query selects.

    Args:
        query: conditions in the syntax of the published configurations, such as
            `ds=="i21k" and aug=="medium2" and wd==0.03 and sd==0.1`.
        architecture: name that the checkpoint must have, such as `L/16`. None: the query says it.

    Returns:
        The path of the file in the folder `augreg` of MU2NET_DATA if it is there; otherwise its
        name, `augreg:<file>`.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when the query is malformed, or does not select exactly
            one checkpoint.
    """
    conditions = _parse_conditions(query)
    architecture = architecture or conditions.get("name")
    if architecture is None:
        raise _query_error(query, 'it must name the architecture too: name=="L/16"')
    if conditions.setdefault("name", architecture) != architecture:
        reason = f"its name is {conditions['name']}, but root.architecture is {architecture}"
        raise _query_error(query, reason)
    folder = Path(os.environ.get("MU2NET_DATA", "data")) / "augreg"
    index = folder / "index.csv"
    name = (
        _look_up_file(index, query, conditions)
        if index.exists()
        else _compose_file(query, conditions)
    )
    local = folder / f"{name}.npz"
    return str(local) if local.exists() else f"{AUGREG_SCHEME}{name}"


def _parse_conditions(query: str) -> dict[str, str]:
    conditions: dict[str, str] = {}
    for part in re.split(r"\band\b", query):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise _query_error(query, f"{part.strip()!r} is not a condition")
        conditions[match[1]] = next(value for value in match.groups()[1:] if value is not None)
    return conditions


def _look_up_file(index: Path, query: str, conditions: Mapping[str, str]) -> str:
    """Returns the file name of the rows of index.csv that meet all conditions."""
    with index.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    unknown = [key for key in conditions if not rows or key not in rows[0]]
    if unknown:
        raise _query_error(query, f"{index} has no column {unknown[0]}")
    names = sorted(
        {
            row["filename"]
            for row in rows
            if all(_is_equal(row[key], value) for key, value in conditions.items())
        }
    )
    if len(names) != 1:
        selected = ", ".join(names) or "none"
        raise _query_error(query, f"it must select one checkpoint of {index}, not {selected}")
    return names[0]


def _compose_file(query: str, conditions: Mapping[str, str]) -> str:
    """Returns the file name by AugReg's naming scheme, which needs no index.

    Every checkpoint was trained at a learning rate of 0.001, and with equal rates of dropout and
    stochastic depth.
    """
    missing = [key for key in ("ds", "aug", "wd", "sd") if key not in conditions]
    if missing:
        raise _query_error(query, f"it has no condition on {missing[0]}")
    dataset, augmentation = conditions["ds"], conditions["aug"]
    if dataset not in _EPOCHS:
        raise _query_error(query, f"ds must be one of {', '.join(_EPOCHS)}")
    if augmentation not in _AUGMENTATIONS:
        raise _query_error(query, f"aug must be one of {', '.join(_AUGMENTATIONS)}")
    weight_decay, stochastic_depth = float(conditions["wd"]), float(conditions["sd"])
    dropout = float(conditions.get("do", stochastic_depth))
    model = conditions["name"].replace("/", "_")
    return (
        f"{model}-{dataset}-{_EPOCHS[dataset]}ep-lr_0.001-aug_{augmentation}"
        f"-wd_{weight_decay}-do_{dropout}-sd_{stochastic_depth}"
    )


def _is_equal(cell: str, value: str) -> bool:
    try:
        return float(cell) == float(value)
    except ValueError:
        return cell == value


def _query_error(query: str, reason: str) -> SidecarError:
    return SidecarError(
        "CHECKPOINT_INVALID",
        f"root.checkpoint augreg:{query}: {reason}; write it like "
        '\'augreg: ds=="i21k" and aug=="medium2" and wd==0.03 and sd==0.1\'',
    )
