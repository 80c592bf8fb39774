"""Named tensors in npz and safetensors files, read one by one."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from safetensors import SafetensorError, safe_open

from mu2net_sidecar.errors import SidecarError


@runtime_checkable
class TensorFile(Protocol):
    """The tensors of an open file."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of every tensor, by name."""
        ...

    def read(self, name: str) -> np.ndarray:
        """The tensor as float32."""
        ...


class _Npz:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = [name for name in archive.namelist() if name.endswith(".npy")]
        self.shapes = {name.removesuffix(".npy"): self._shape(name) for name in names}

    def _shape(self, member: str) -> tuple[int, ...]:
        with self._archive.open(member) as stream:
            version = np.lib.format.read_magic(stream)
            header = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            return header(stream)[0]

    def read(self, name: str) -> np.ndarray:
        with self._archive.open(f"{name}.npy") as stream:
            array = np.lib.format.read_array(stream, allow_pickle=False)
        return array.astype(np.float32, copy=False)


class _Safetensors:
    def __init__(self, opened: safe_open) -> None:
        self._opened = opened
        self.shapes = {
            name: tuple(opened.get_slice(name).get_shape()) for name in list(opened.keys())
        }

    def read(self, name: str) -> np.ndarray:
        return self._opened.get_tensor(name).astype(np.float32, copy=False)


@contextmanager
def open_tensors(path: Path, shown: str) -> Iterator[TensorFile]:
    """Opens an npz or safetensors file, told apart by what they begin with.

    Args:
        path: the file on this machine.
        shown: what to call it in errors.

    Raises:
        SidecarError: `CHECKPOINT_INVALID`, when the file is of neither format, or broken; while
            it is open as well.
    """
    try:
        with path.open("rb") as stream:
            zipped = stream.read(2) == b"PK"
        if zipped:
            with zipfile.ZipFile(path) as archive:
                yield _Npz(archive)
        else:
            with safe_open(path, framework="numpy") as opened:
                yield _Safetensors(opened)
    except (zipfile.BadZipFile, SafetensorError, ValueError, EOFError) as error:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"cannot read tensors of {shown}: {error}; it has to be a whole .npz or .safetensors "
            "file: fetch it again",
        ) from error
