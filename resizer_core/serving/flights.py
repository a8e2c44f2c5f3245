"""Make each thing once for all callers. Limit how many are made at once, and how many may wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from resizer_core.web.answers import Overloaded

_T = TypeVar("_T")


@dataclass(eq=False, slots=True)
class _Flight(Generic[_T]):
    """Hold one thing that is being made or waits to be made, and the callers who wait for it."""

    waiters: list[Future[_T]] = field(default_factory=list)
    work: Future[None] | None = None


class Flights(Generic[_T]):
    """Make things in threads. If several callers want the same thing, it is made once.

    Args:
        at_once: how many things are made at the same time.
        queue: how many more may wait to be made.
    """

    def __init__(self, at_once: int, queue: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="resizer-render")
        self._most = at_once + queue
        self._lock = Lock()
        self._flights: dict[str, _Flight[_T]] = {}
        self._running = 0

    @property
    def running(self) -> int:
        """Count the things that are being made."""
        return self._running

    @property
    def waiting(self) -> int:
        """Count the things that wait to be made."""
        return max(0, len(self._flights) - self._running)

    def join(self, key: str, make: Callable[[], _T]) -> tuple[Future[_T], bool]:
        """Wait for the thing of this key. Begin to make it, unless somebody else has begun already.

        A caller who cancels the future waits no longer. If nobody waits for a thing any more, it is not
        begun. If it has begun, it goes on.

        Returns:
            a future of the thing, or of the error that ended its making; and whether this call began it.

        Raises:
            Overloaded: too many things wait already.
        """
        waiter: Future[_T] = Future()
        with self._lock:
            flight = self._flights.get(key)
            begun = flight is None
            if flight is None:
                if len(self._flights) >= self._most:
                    raise Overloaded("too many pictures are being made, try again")
                flight = self._flights[key] = _Flight()
                flight.work = self._threads.submit(self._fly, key, flight, make)
            flight.waiters.append(waiter)
        waiter.add_done_callback(lambda waiter: self._leave(key, flight, waiter))
        return waiter, begun

    def _fly(self, key: str, flight: _Flight[_T], make: Callable[[], _T]) -> None:
        with self._lock:
            self._running += 1
        made: _T | None = None
        error: BaseException | None = None
        try:
            made = make()
        except BaseException as caught:  # every error, because otherwise the waiters would wait for ever
            error = caught
        with self._lock:
            self._running -= 1
            del self._flights[key]  # a caller who comes now finds it stored
        for waiter in flight.waiters:
            if not waiter.set_running_or_notify_cancel():
                continue
            if error is None:
                waiter.set_result(made)  # type: ignore[arg-type]  # it is None only if make() returned None
            else:
                waiter.set_exception(error)

    def _leave(self, key: str, flight: _Flight[_T], waiter: Future[_T]) -> None:
        if not waiter.cancelled():
            return
        with self._lock:
            everybody_left = all(other.cancelled() for other in flight.waiters)
            if everybody_left and flight.work and flight.work.cancel():
                del self._flights[key]
