"""The keys by which a worker and its broker know each other."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

VARIABLE = "MU2NET_WORKER_KEY"
"""Environment variable with the secret key of the worker."""
PUBLIC, SECRET = "mu2net-public-", "mu2net-secret-"


@dataclass(frozen=True)
class Keys:
    """The keys that a worker needs in order to connect.

    Attributes:
        broker: Public key of the broker; the worker talks to no other.
        secret: Secret key of the worker.
    """

    broker: bytes
    secret: bytes = field(repr=False)


def parse_public_key(text: str) -> bytes:
    """Reads the text of a public key.

    Raises:
        ValueError: It is another text.
    """
    return _parse(PUBLIC, text, "a public key")


def public_key_text(key: bytes) -> str:
    """Returns the text of a public key."""
    return f"{PUBLIC}{key.hex()}"


def take_secret_key(file: Path | None) -> bytes:
    """Reads the worker's secret key from a file, or takes it out of the environment.

    Processes that this one starts do not inherit it.

    Raises:
        ValueError: There is no key, the file cannot be read, or others can read it.
    """
    given = os.environ.pop(VARIABLE, None)
    if file is not None:
        return _parse(SECRET, _read_private(file), f"{file}: its content")
    if given is None:
        raise ValueError(
            f"a worker needs a key: write --key-file, or set {VARIABLE}; "
            "'npx mu2net keys new' makes one"
        )
    return _parse(SECRET, given, f"the value of {VARIABLE}")


def _read_private(file: Path) -> str:
    try:
        if file.stat().st_mode & 0o077:
            raise ValueError(f"{file} can be read by others; run 'chmod 600 {file}'")
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text"
        raise ValueError(f"{file} cannot be read: {reason}") from error


def _parse(prefix: str, text: str, what: str) -> bytes:
    """Reads a key; an error does not show the text, which may be secret."""
    match = re.fullmatch(rf"{prefix}([0-9a-f]{{64}})", text)
    if not match:
        raise ValueError(
            f"{what} is not {prefix}… with 64 hexadecimal digits; copy it as mu2net printed it"
        )
    return bytes.fromhex(match[1])
