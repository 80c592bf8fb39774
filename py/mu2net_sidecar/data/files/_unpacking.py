"""A bound on what compressed data may unpack to."""

from __future__ import annotations

from mu2net_sidecar.errors import SidecarError

LARGEST_RATIO = 250
"""Bytes that a byte of a file may unpack to. The images of dSprites, all black and white, reach
120; nothing but repetition comes near the 1030 of which the format is capable."""

FREE_BYTES = 256 << 20
"""Bytes that any file may unpack to."""


def check_unpacking(unpacked: int, packed: int, title: str) -> None:
    """Checks that data unpack to no more than images would.

    Args:
        unpacked: Bytes of the data, as their header promises.
        packed: Bytes of the file that holds them.
        title: Name of the data in errors.

    Raises:
        SidecarError: `DATA_CORRUPT` otherwise.
    """
    if unpacked > max(FREE_BYTES, LARGEST_RATIO * packed):
        raise SidecarError(
            "DATA_CORRUPT",
            f"{title} would unpack {packed} bytes to {unpacked}, more than {LARGEST_RATIO} times "
            f"as many and more than {FREE_BYTES >> 20} MiB; if this is intended, store the data "
            "uncompressed",
        )
