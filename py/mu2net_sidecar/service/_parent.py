"""Ends this process when the one that started it does, however that ends."""

from __future__ import annotations

import os
import signal
import threading
import time

GRACE_SECONDS = 10.0
"""How long the process may take to leave by itself."""
EXIT_ORPHANED = 6


def end_with_parent(source: int = 0, grace_seconds: float = GRACE_SECONDS) -> None:
    """Asks this process to leave when its input ends, and ends it if it does not.

    Args:
        source: file descriptor of a pipe that the parent alone holds open. The system closes it
            with the parent, also after SIGKILL.
        grace_seconds: time from the question to the end.
    """
    thread = threading.Thread(target=_watch, args=(source, grace_seconds), daemon=True)
    thread.start()


def _watch(source: int, grace_seconds: float) -> None:
    while os.read(source, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    os._exit(EXIT_ORPHANED)
