"""The state directories of the papers' notebook `mu2Net.ipynb`.

A state `state_<loop>_<generation>` holds `population.csv`, the living paths; `paths.csv`, every
path there was; and `checkpoint_<loop>_<generation>`, flax's msgpack of `<name>:<id>` to parameters
and `opt_state:<name>:<id>` to momentum traces. `config.json` lies beside the states.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mu2net_sidecar.checkpoint.flax_state import Tree, flat, read_state
from mu2net_sidecar.checkpoint.layout import HostParams
from mu2net_sidecar.errors import SidecarError

Row = dict[str, str]
STATE = re.compile(r"state_(\d+)_(\d+)")
# Flax's newer names, by which the notebook has the parts of an encoder block, and AugReg's.
RENAMED = {
    "MultiHeadDotProductAttention_0": "MultiHeadDotProductAttention_1",
    "LayerNorm_1": "LayerNorm_2",
    "MlpBlock_0": "MlpBlock_3",
}


@dataclass(frozen=True)
class PublishedComponent:
    """A component of a state: its number, parameters f32 and momentum trace as stored."""

    id: int
    name: str
    params: HostParams
    trace: HostParams | None


@dataclass(frozen=True)
class PublishedState:
    """A state: the folder of its experiment, its components, and its tables row by row."""

    folder: Path
    components: list[PublishedComponent]
    population: list[Row]
    paths: list[Row]


def read_published(directory: Path) -> PublishedState:
    """Reads a state, or the latest one of an experiment's folder.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` or `CHECKPOINT_INVALID`, naming the file.
    """
    state = _state_in(directory)
    found = sorted(state.glob("checkpoint_*"))
    if not found:
        raise _missing(state, "checkpoint_<loop>_<generation>")
    file = found[-1]
    if file.is_dir():
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{file} is a folder, and flax's msgpack file is expected; save the state with "
            "flax_use_orbax_checkpointing off",
        )
    try:
        tensors = read_state(file.read_bytes())
        components = [
            _component(key, tree, tensors.get(f"opt_state:{key}"))
            for key, tree in tensors.items()
            if not key.startswith("opt_state:")
        ]
    except (ValueError, OSError) as error:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"cannot read {file}: {error}; it has to be the checkpoint that mu2Net.ipynb saved",
        ) from error
    return PublishedState(
        state.parent, components, _table(state, "population"), _table(state, "paths")
    )


def _state_in(directory: Path) -> Path:
    if (directory / "population.csv").exists():
        return directory
    states = [
        (int(match[1]), int(match[2]), entry)
        for entry in (directory.iterdir() if directory.is_dir() else [])
        if (match := STATE.fullmatch(entry.name)) and (entry / "population.csv").exists()
    ]
    if not states:
        raise _missing(directory, "population.csv, nor in a folder state_<loop>_<generation>")
    return max(states)[2]


def _table(state: Path, name: str) -> list[Row]:
    file = state / f"{name}.csv"
    if not file.exists():
        raise _missing(state, file.name)
    with file.open(newline="", encoding="utf-8") as lines:
        return [dict(row) for row in csv.DictReader(lines)]


def _component(key: str, tree: Tree, trace: Tree | None) -> PublishedComponent:
    name, _, number = key.partition(":")
    if not number.isdigit():
        raise ValueError(f"{key!r} is no name and number of a component")
    params = {each: np.asarray(array, np.float32) for each, array in _named(name, tree).items()}
    return PublishedComponent(
        int(number), name, params, None if trace is None else _named(name, trace)
    )


def _named(component: str, tree: Tree) -> HostParams:
    params = flat(tree, component)
    if not component.startswith("encoderblock_") or any("LayerNorm_2" in name for name in params):
        return params
    return {
        "/".join(RENAMED.get(part, part) for part in name.split("/", 1)): array
        for name, array in params.items()
    }


def _missing(folder: Path, what: str) -> SidecarError:
    return SidecarError(
        "CHECKPOINT_MISSING",
        f"{folder} has no {what}; name the folder of an experiment of mu2Net.ipynb, or one of "
        "its states",
    )
