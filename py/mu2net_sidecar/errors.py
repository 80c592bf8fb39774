"""The one error that leaves the sidecar: a stable code and one line a person can act on."""

from __future__ import annotations


class SidecarError(Exception):
    """An error for the user: what is wrong, where, and what to do, in one line.

    Attributes:
        code: Stable code of the error; one of the wire error codes of the protocol.
        message: The line shown to the user.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        line = " ".join(message.splitlines())
        # Names from files may contain control characters, which a terminal would obey.
        self.message = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)
        super().__init__(self.message)

    def __reduce__(self) -> tuple[type[SidecarError], tuple[str, str]]:
        """Pickled with its code, which `Exception` alone would lose."""
        return (type(self), (self.code, self.message))
