"""A counter of the programs that XLA compiles."""

from __future__ import annotations

from types import TracebackType

from jax import monitoring

BACKEND_COMPILATION = "/jax/core/compile/backend_compile_duration"


class Compilations:
    """Counts, while entered, the XLA compilations of this process."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Compilations:
        monitoring.register_event_duration_secs_listener(self._listen)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        monitoring.unregister_event_duration_listener(self._listen)

    def _listen(self, event: str, duration_secs: float, **details: str | int) -> None:
        del duration_secs, details
        if event == BACKEND_COMPILATION:
            self.count += 1
