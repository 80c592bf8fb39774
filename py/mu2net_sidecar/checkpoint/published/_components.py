"""The components in a checkpoint that a notebook saved.

The checkpoint is flax's msgpack of a dictionary: `<name>:<id>` leads to a component's parameters,
`opt_state:<name>:<id>` to its momentum trace.
"""

from __future__ import annotations

import mmap
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mu2net_sidecar.checkpoint.files import decode_flax_state, flatten_flax_tree
from mu2net_sidecar.checkpoint.layouts import HostParams
from mu2net_sidecar.errors import SidecarError

_TRACE = "opt_state:"
# Modules of an encoder block: the notebooks have newer names of flax, AugReg and the sidecar older.
_MODULES = {
    "MultiHeadDotProductAttention_0": "MultiHeadDotProductAttention_1",
    "LayerNorm_1": "LayerNorm_2",
    "MlpBlock_0": "MlpBlock_3",
}


@dataclass(frozen=True)
class PublishedComponent:
    """A component of a system.

    Attributes:
        id: id in the state; where there are agents, `<agent>:<id>`.
        name: name of the component, such as `encoderblock_3`.
        params: parameters, float32.
        trace: momentum trace, in the dtype in which it was saved; None if it was not saved.
        nbytes: bytes of parameters and trace in the checkpoint.
    """

    id: str
    name: str
    params: HostParams
    trace: HostParams | None
    nbytes: int


def read_components(file: Path, ids: Container[str] | None) -> Iterator[PublishedComponent]:
    """Reads components of a checkpoint one after another.

    Their arrays are views of the file where possible, so that memory holds one component at a
    time, however large the file is. The file must not be shortened in the meantime.

    Args:
        file: the checkpoint.
        ids: ids of the components to read. None: all.

    Raises:
        SidecarError: `CHECKPOINT_INVALID`, naming the file.
    """
    if file.is_dir():
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{file} is a folder, but a msgpack file of flax is expected; save the state with "
            "flax_use_orbax_checkpointing off",
        )
    try:
        with file.open("rb") as opened:
            mapping = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        state = decode_flax_state(memoryview(mapping))
        for key, tree in state.items():
            if key.startswith(_TRACE):
                continue
            name, component_id = _split_key(key)
            if ids is None or component_id in ids:
                trace = state.get(f"{_TRACE}{key}")
                yield _component(component_id, name, tree, trace)
                _release_pages(mapping)
    except (ValueError, OSError, RecursionError) as error:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"cannot read {file}: {error}; it must be a checkpoint that the notebook saved, and "
            "be complete",
        ) from error


def _split_key(key: str) -> tuple[str, str]:
    name, _, component_id = key.partition(":")
    if not component_id.rpartition(":")[2].isdigit():
        raise ValueError(f"{key!r} is not the name and the id of a component")
    return name, component_id


def _component(
    component_id: str, name: str, tree: object, trace: object | None
) -> PublishedComponent:
    params = _flatten(name, tree)
    momentum = None if trace is None else _flatten(name, trace)
    return PublishedComponent(
        id=component_id,
        name=name,
        params={param: np.asarray(array, np.float32) for param, array in params.items()},
        trace=momentum,
        nbytes=sum(array.nbytes for array in (*params.values(), *(momentum or {}).values())),
    )


def _flatten(component: str, tree: object) -> HostParams:
    """Returns the parameters of a component by the names that they have in the sidecar."""
    params = flatten_flax_tree(tree, component)
    if not component.startswith("encoderblock_") or any("LayerNorm_2" in name for name in params):
        return params
    return {
        "/".join(_MODULES.get(part, part) for part in name.split("/", 1)): array
        for name, array in params.items()
    }


def _release_pages(mapping: mmap.mmap) -> None:
    """Frees the memory of pages that were read; a view that is used again reads them again."""
    if hasattr(mapping, "madvise"):  # Windows has no such call.
        mapping.madvise(mmap.MADV_DONTNEED)
