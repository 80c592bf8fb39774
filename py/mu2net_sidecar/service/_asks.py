"""Questions of this worker to the controller's store, over its connection to the broker."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from mu2net_sidecar.errors import SidecarError
from mu2net_sidecar.store import Part
from mu2net_sidecar.wire import messages, values

_T = TypeVar("_T")


class Asks:
    """The relay of a worker: it asks on behalf of the lease that is being executed.

    Args:
        send: Sends a message to the broker; on any thread.
    """

    def __init__(self, send: Callable[[messages.WorkerMessage], None]) -> None:
        self._send = send
        self._numbers = itertools.count()
        self._waiting: dict[int, Callable[[values.StoreAnswer | SidecarError], None]] = {}
        self._lock = threading.Lock()
        self._lease: messages.Lease | None = None

    def serve(self, lease: messages.Lease) -> None:
        """Asks on behalf of a lease from now on."""
        self._lease = lease

    def read(self, store: str, digest: str, offset: int, length: int) -> Future[Part | None]:
        """Asks for a part of an object; None if the store does not have the object."""
        return self._ask(values.ReadAsk(store, digest, offset, length), _part)

    def write(self, store: str, upload: str, offset: int, data: bytes) -> Future[None]:
        """Sends a part of a new object."""
        return self._ask(values.WriteAsk(store, upload, offset, data), _accepted)

    def commit(self, store: str, upload: str, digest: str) -> Future[None]:
        """Ends an upload."""
        return self._ask(values.CommitAsk(store, upload, digest), _accepted)

    def remove(self, store: str, digest: str) -> Future[bool]:
        """Deletes an object; whether it existed."""

        def take(answer: values.StoreAnswer) -> bool:
            if isinstance(answer, values.MissingAnswer):
                return False
            _accepted(answer)
            return True

        return self._ask(values.RemoveAsk(store, digest), take)

    def data(self) -> Future[list[values.Pack] | None]:
        """Asks for the data of the lease's task; None if the controller does not have them."""

        def take(answer: values.StoreAnswer) -> list[values.Pack] | None:
            match answer:
                case values.DataAnswer(packs):
                    return list(packs)
                case values.MissingAnswer():
                    return None
                case values.DeclinedAnswer(message):
                    raise SidecarError("DATA_MISSING", message)
            raise _unexpected(answer)

        return self._ask(values.DataAsk(), take)

    def read_data(self, digest: str, offset: int, length: int) -> Future[Part | None]:
        """Asks for a part of an object of packed data."""
        return self._ask(values.ReadDataAsk(digest, offset, length), _part)

    def answer(self, reply: messages.Reply) -> None:
        """Takes note of a reply; on the thread of the connection."""
        with self._lock:
            settle = self._waiting.pop(reply.number, None)
        if settle is not None:
            settle(reply.answer)

    def give_up(self) -> None:
        """Fails everything that waits, because its lease is void."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for settle in waiting.values():
            settle(SidecarError("CANCELLED", "the lease ended while an object was on its way"))

    def _ask(self, ask: values.StoreAsk, take: Callable[[values.StoreAnswer], _T]) -> Future[_T]:
        future: Future[_T] = Future()

        def settle(answer: values.StoreAnswer | SidecarError) -> None:
            try:
                if isinstance(answer, SidecarError):
                    raise answer
                future.set_result(take(answer))
            except SidecarError as error:
                future.set_exception(error)

        lease = self._lease
        if lease is None:
            raise SidecarError(
                "SIDECAR_FAILED",
                "this worker asks for an object but holds no lease; report this defect",
            )
        with self._lock:
            number = next(self._numbers) % (1 << 32)
            self._waiting[number] = settle
        self._send(messages.Ask(lease.lease, lease.attempt, number, ask))
        return future


def _part(answer: values.StoreAnswer) -> Part | None:
    match answer:
        case values.PartAnswer(size, data):
            return Part(size, data)
        case values.MissingAnswer():
            return None
    raise _unexpected(answer)


def _accepted(answer: values.StoreAnswer) -> None:
    if not isinstance(answer, values.AcceptedAnswer):
        raise _unexpected(answer)


def _unexpected(answer: values.StoreAnswer) -> SidecarError:
    reason = answer.message if isinstance(answer, values.DeclinedAnswer) else type(answer).__name__
    return SidecarError("SIDECAR_FAILED", f"the controller's store cannot be used: {reason}")
