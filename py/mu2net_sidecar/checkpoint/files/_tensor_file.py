"""Named tensors in npz and safetensors files, read one by one."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from safetensors import SafetensorError, safe_open

from mu2net_sidecar.errors import SidecarError

if TYPE_CHECKING:
    from jaxtyping import Float32


_PICKLE = (
    "it is a pickle of PyTorch, which may run any program when it is read; convert it with "
    "safetensors.torch.save_file(torch.load(file, weights_only=True), 'model.safetensors')"
)
_ADVICE = "; the file must be a complete .npz or .safetensors file: download it again"
_PICKLE_PROTOCOLS = (b"\x02", b"\x03", b"\x04", b"\x05")


class _UnreadableError(ValueError):
    """A whole file that cannot be read, with what to do."""


@runtime_checkable
class TensorFile(Protocol):
    """The tensors of an open file."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of every tensor, by name."""
        ...

    def read(self, name: str) -> Float32[np.ndarray, "*shape"]:
        """Reads a tensor and converts it to float32."""
        ...


class _Npz:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = archive.namelist()
        if any(name.endswith("data.pkl") for name in names):
            raise _UnreadableError(_PICKLE)
        members = [member for member in names if member.endswith(".npy")]
        self.shapes = {member.removesuffix(".npy"): self._shape_of(member) for member in members}

    def _shape_of(self, member: str) -> tuple[int, ...]:
        with self._archive.open(member) as stream:
            version = np.lib.format.read_magic(stream)
            read_header = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            return read_header(stream)[0]

    def read(self, name: str) -> Float32[np.ndarray, "*shape"]:
        with self._archive.open(f"{name}.npy") as stream:
            array = np.lib.format.read_array(stream, allow_pickle=False)
        if array.dtype.kind not in "fiu":
            # NumPy writes bfloat16, which it does not know, as bytes without a meaning.
            raise _UnreadableError(
                f"{name} has the type {array.dtype}, which an npz file cannot describe; write it "
                "as float32 or float16, or bfloat16 as safetensors"
            )
        return array.astype(np.float32, copy=False)


class _Safetensors:
    def __init__(self, opened: safe_open) -> None:
        self._opened = opened
        self.shapes = {
            name: tuple(opened.get_slice(name).get_shape()) for name in list(opened.keys())
        }

    def read(self, name: str) -> Float32[np.ndarray, "*shape"]:
        return self._opened.get_tensor(name).astype(np.float32, copy=False)


@contextmanager
def open_tensor_file(path: Path, shown: str) -> Iterator[TensorFile]:
    """Opens an npz or safetensors file. Its first bytes tell which of the two it is.

    Args:
        path: the file, on this machine.
        shown: name of the file in errors.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when the file has neither format or is damaged. Reading
            a tensor while the file is open may raise it too.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(2)
        is_zip = start == b"PK"
        if start[:1] == b"\x80" and start[1:] in _PICKLE_PROTOCOLS:
            raise _UnreadableError(_PICKLE)
        if is_zip:
            with zipfile.ZipFile(path) as archive:
                yield _Npz(archive)
        else:
            with safe_open(path, framework="numpy") as opened:
                yield _Safetensors(opened)
    # The last one tells of a compression that is not known, or of a password.
    except (
        zipfile.BadZipFile,
        zlib.error,
        SafetensorError,
        ValueError,
        OverflowError,
        EOFError,
        RuntimeError,
    ) as error:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"cannot read tensors of {shown}: {error}"
            + ("" if isinstance(error, _UnreadableError) else _ADVICE),
        ) from error
