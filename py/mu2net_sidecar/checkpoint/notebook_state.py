"""What the papers' notebooks have in common: the folder of a state, its tables and its checkpoint.

A state is a folder `state_<round>_<generation>` of CSV tables and of a file
`checkpoint_<round>_<generation>`, flax's msgpack of `<name>:<id>` to a component's parameters and
`opt_state:<name>:<id>` to its momentum trace.
"""

from __future__ import annotations

import csv
import mmap
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mu2net_sidecar.checkpoint.flax_state import Tree, flat, read_state
from mu2net_sidecar.checkpoint.layout import HostParams
from mu2net_sidecar.errors import SidecarError

Row = dict[str, str]
_STATE = re.compile(r"state_(\d+)_(\d+)")
_CHECKPOINT = re.compile(r"checkpoint_\d+_\d+")
_TRACE = "opt_state:"
# Flax's newer names, by which the notebooks have the parts of an encoder block, and AugReg's.
_RENAMED = {
    "MultiHeadDotProductAttention_0": "MultiHeadDotProductAttention_1",
    "LayerNorm_1": "LayerNorm_2",
    "MlpBlock_0": "MlpBlock_3",
}


@dataclass(frozen=True)
class PublishedComponent:
    """A component of a state.

    Attributes:
        id: In the state.
        params: Parameters, f32.
        trace: Momentum trace as it was saved, if one was.
        size: Bytes that both have in the checkpoint.
    """

    id: str
    name: str
    params: HostParams
    trace: HostParams | None
    size: int


def states_in(folder: Path) -> list[tuple[int, int, Path]]:
    """Round, generation and folder of each state in a folder, in their order."""
    return sorted(
        (int(match[1]), int(match[2]), entry)
        for entry in (folder.iterdir() if folder.is_dir() else ())
        if (match := _STATE.fullmatch(entry.name)) and entry.is_dir()
    )


def read_table(state: Path, name: str) -> list[Row]:
    """The rows of a table.

    Raises:
        SidecarError: `CHECKPOINT_MISSING` when there is none.
    """
    file = state / f"{name}.csv"
    if not file.exists():
        raise missing(state, file.name)
    with file.open(newline="", encoding="utf-8") as lines:
        return [dict(row) for row in csv.DictReader(lines)]


def checkpoint_in(state: Path) -> Path | None:
    """The checkpoint of a state; None when it was not written to its end."""
    found = [entry for entry in state.glob("checkpoint_*") if _CHECKPOINT.fullmatch(entry.name)]
    return max(found, default=None)


def read_components(
    file: Path, wanted: Container[str] | None = None
) -> Iterator[PublishedComponent]:
    """The components of a checkpoint whose ids are wanted; None: all.

    Their arrays are views of the file, as far as they can be, so memory holds a component at a time
    however large the file is. It must not be shortened meanwhile.

    Raises:
        SidecarError: `CHECKPOINT_INVALID`, naming the file.
    """
    if file.is_dir():
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{file} is a folder, and flax's msgpack file is expected; save the state with "
            "flax_use_orbax_checkpointing off",
        )
    try:
        with file.open("rb") as opened:
            mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        tensors = read_state(memoryview(mapped))
        for key, tree in tensors.items():
            if key.startswith(_TRACE):
                continue
            name, _, number = key.partition(":")
            if not number.rpartition(":")[2].isdigit():
                raise ValueError(f"{key!r} is no name and id of a component")
            if wanted is None or number in wanted:
                yield _component(number, name, tree, tensors.get(f"{_TRACE}{key}"))
                _release(mapped)
    except (ValueError, OSError, RecursionError) as error:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"cannot read {file}: {error}; it has to be a checkpoint that the notebook saved, and "
            "all of it",
        ) from error


def missing(folder: Path, what: str) -> SidecarError:
    """The error of a state that is not whole."""
    return SidecarError(
        "CHECKPOINT_MISSING", f"{folder} has no {what}; copy the whole folder of the experiment"
    )


def _component(number: str, name: str, tree: Tree, trace: Tree | None) -> PublishedComponent:
    saved = _named(name, tree)
    params = {each: np.asarray(array, np.float32) for each, array in saved.items()}
    momentum = None if trace is None else _named(name, trace)
    size = sum(array.nbytes for array in (*saved.values(), *(momentum or {}).values()))
    return PublishedComponent(number, name, params, momentum, size)


def _release(mapped: mmap.mmap) -> None:
    """Gives back the memory of pages that were read; views read them again when they are used."""
    if hasattr(mapped, "madvise"):  # Windows has no such call.
        mapped.madvise(mmap.MADV_DONTNEED)


def _named(component: str, tree: Tree) -> HostParams:
    params = flat(tree, component)
    if not component.startswith("encoderblock_") or any("LayerNorm_2" in name for name in params):
        return params
    return {
        "/".join(_RENAMED.get(part, part) for part in name.split("/", 1)): array
        for name, array in params.items()
    }
