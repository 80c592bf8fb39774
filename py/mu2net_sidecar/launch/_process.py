"""Keeps one worker process alive on the machine of this process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TypedDict

GRACE_SECONDS = 10.0
"""How long a worker has to leave before it is killed."""
LONGEST_PAUSE_SECONDS = 30.0
"""Longest time between two starts of a worker that ends at once."""
KEPT_LINES = 2_000


class ProcessState(TypedDict):
    """A worker process: whether it runs, its id, and the last line of its log."""

    running: bool
    pid: int
    last: str


class WorkerProcess:
    """A worker that is started again whenever it ends.

    Args:
        words: Arguments of the worker's command line.
        environment: Variables beside those of this process.
    """

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._words = [sys.executable, "-m", "mu2net_sidecar", "--exit-with-parent", *words]
        self._environment = {**os.environ, **environment}
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._written = 0
        self._closing = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._keep_alive, name="worker", daemon=True)
        self._thread.start()

    def state(self) -> ProcessState:
        """Tells how the process is."""
        process = self._process
        return {
            "running": process is not None and process.poll() is None,
            "pid": 0 if process is None else process.pid,
            "last": self._lines[-1] if self._lines else "",
        }

    def lines_after(self, count: int) -> tuple[int, list[str]]:
        """Returns how many lines were written until now, and those after the first `count`."""
        lines, written = list(self._lines), self._written
        new = min(written - count, len(lines))
        return written, lines[len(lines) - new :] if new > 0 else []

    def close(self) -> None:
        """Asks the worker to leave, and kills it if it does not."""
        self._closing.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join(GRACE_SECONDS)

    def _keep_alive(self) -> None:
        pause = 0.5
        while not self._closing.is_set():
            started = time.monotonic()
            self._run_once()
            if time.monotonic() - started > LONGEST_PAUSE_SECONDS:
                pause = 0.5
            self._closing.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _run_once(self) -> None:
        with subprocess.Popen(
            self._words,
            stdin=subprocess.PIPE,  # Its end is that of this process.
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=self._environment,
        ) as process:
            self._process = process
            if self._closing.is_set():
                process.terminate()
            if process.stdout is not None:
                for line in process.stdout:
                    self._lines.append(line.rstrip("\n"))
                    self._written += 1
