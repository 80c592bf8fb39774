"""How a worker writes its log: lines of text, or of JSON with the ids of what it works on."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mu2net_sidecar.wire import messages

FORMATS = ("text", "json")
FORMAT_VARIABLE = "MU2NET_LOG_FORMAT"
_LEVELS = {"WARNING": "warn", "CRITICAL": "error"}
"""Levels that the controller calls otherwise."""


class JsonLines(logging.Formatter):
    """Writes each record as a JSON object on one line.

    Every line has `time`, `level`, `worker` and `message`. While a lease is executed, it also has
    `lease`, `attempt`, `request`, `task` and, if the controller told it, `run`. A line about a
    child has `child`, the id of its path.

    Args:
        worker: name of this worker.
    """

    def __init__(self, worker: str) -> None:
        super().__init__()
        self._worker = worker
        self._work: dict[str, Any] = {}

    def begin(self, lease: messages.Lease, context: messages.Context | None) -> None:
        """Names a lease in the lines from now on; one is executed at a time."""
        task = getattr(lease.request, "task", None)
        self._work = {
            "run": None if context is None else context.run,
            "lease": lease.lease,
            "attempt": lease.attempt,
            "request": lease.request.__struct_config__.tag,
            "task": None if task is None else task.name,
        }

    def end(self) -> None:
        """Names no lease any more."""
        self._work = {}

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line of a record."""
        child = getattr(record, "child", None)
        line = {
            "time": _time_text(record.created),
            "level": _LEVELS.get(record.levelname, record.levelname.lower()),
            "worker": self._worker,
            **self._work,
            **({} if child is None else {"child": child}),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["detail"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start_log(form: str, worker: str) -> JsonLines | None:
    """Starts the log on stderr; returns what writes JSON, if that is the format.

    Other packages only warn, because JAX reports each kind of device that is not there.
    """
    lines = JsonLines(worker) if form == "json" else None
    handler = logging.StreamHandler()
    handler.setFormatter(lines or logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(handlers=[handler])
    logging.getLogger("mu2net_sidecar").setLevel(logging.INFO)
    return lines


def default_format() -> str:
    """Returns the format that the environment asks for."""
    form = os.environ.get(FORMAT_VARIABLE) or "text"
    return form if form in FORMATS else "text"


def _time_text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
