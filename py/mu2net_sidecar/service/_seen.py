"""How a worker is seen from outside: its log and its traces."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mu2net_sidecar.service._traces import Traces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mu2net_sidecar.service._logs import JsonLines
    from mu2net_sidecar.wire import messages


@dataclass(frozen=True)
class Seen:
    """The log of a worker, if it is JSON, and its traces.

    Attributes:
        lines: the log.
        traces: the traces; by default nobody collects them.
    """

    lines: JsonLines | None = None
    traces: Traces = field(default_factory=Traces)

    @contextlib.contextmanager
    def working(self, lease: messages.Lease, context: messages.Context | None) -> Iterator[None]:
        """Names a lease in the log, and traces it, while it is executed."""
        if self.lines is not None:
            self.lines.begin(lease, context)
        self.traces.begin(lease, context)
        try:
            yield
        finally:
            self.traces.end()
            if self.lines is not None:
                self.lines.end()

    def close(self) -> None:
        """Sends what is recorded."""
        self.traces.close()
