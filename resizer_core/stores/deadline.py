"""End a request in time, however slow its stores are. After the deadline, nobody waits for them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextvars import copy_context
from functools import partial
from time import monotonic
from typing import ParamSpec, TypeVar

from resizer_core.errors import StorageError

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Deadline:
    """Run the store calls of one request in other threads, and wait for them for ``seconds`` at most.

    A call that nobody waits for goes on, since a store need not know how to stop. It may still write a whole
    derivative, which the next request finds.

    Args:
        seconds: the time for all calls together, from now.
        threads: the executor that runs the calls.
    """

    def __init__(self, seconds: float, threads: Executor) -> None:
        self._end = monotonic() + seconds
        self._threads = threads

    @property
    def left(self) -> float:
        """Return how many seconds are left. It is 0 after the end."""
        return max(0.0, self._end - monotonic())

    def begin(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Start a call in the context of the caller, and do not wait for it."""
        return self._threads.submit(copy_context().run, partial(call, *args, **kwargs))

    def wait(self, call: Future[_T]) -> _T:
        """Return the result of the call, or raise its error.

        Raises:
            StorageError: the call did not end in time.
        """
        try:
            return call.result(timeout=self.left)
        except TimeoutError as error:
            call.cancel()  # a call that has not started never does
            raise StorageError("the store did not answer in time") from error

    def run(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Start a call and wait for it.

        Raises:
            StorageError: the call did not end in time.
        """
        return self.wait(self.begin(call, *args, **kwargs))

    def check(self) -> None:
        """Refuse to start another step after the end.

        Raises:
            StorageError: there is no time left.
        """
        if not self.left:
            raise StorageError("the store did not answer in time")
