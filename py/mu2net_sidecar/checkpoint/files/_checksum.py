"""The check of a checkpoint's hash."""

from __future__ import annotations

from mu2net_sidecar.errors import SidecarError


def check_sha256(source: str, actual: str, expected: str | None) -> None:
    """Checks that a checkpoint has the expected sha256.

    Args:
        source: the checkpoint, as the configuration names it.
        actual: sha256 of its bytes, in hexadecimal digits.
        expected: the sha256 that it must have. None: any.

    Raises:
        SidecarError: `CHECKPOINT_INVALID` when the two differ.
    """
    if expected is not None and actual != expected:
        raise SidecarError(
            "CHECKPOINT_INVALID",
            f"{source} has changed: its sha256 is {actual}, but root.sha256 is {expected}; "
            "restore the file, or set root.sha256 to null",
        )
