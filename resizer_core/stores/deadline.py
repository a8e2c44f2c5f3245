"""End a request in time, whatever its stores do: nothing that they do is waited for any longer."""

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
    """Run the store calls of one request beside it, and wait for them until ``seconds`` from now.

    What is not waited for any longer goes on by itself, since a store need not know how to stop: it may still
    write a whole derivative, which the next request finds.

    Args:
        seconds: until the end, for all calls together.
        threads: run the calls.
    """

    def __init__(self, seconds: float, threads: Executor) -> None:
        self._end = monotonic() + seconds
        self._threads = threads

    @property
    def left(self) -> float:
        """The seconds that are left, 0 after the end."""
        return max(0.0, self._end - monotonic())

    def begin(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Begin a call in the context of the caller, and do not wait for it."""
        return self._threads.submit(copy_context().run, partial(call, *args, **kwargs))

    def wait(self, call: Future[_T]) -> _T:
        """Give what the call gave, or raise what it raised.

        Raises:
            StorageError: it did not end in time.
        """
        try:
            return call.result(timeout=self.left)
        except TimeoutError as error:
            call.cancel()  # where it has not begun, it never does
            raise StorageError("the store did not answer in time") from error

    def run(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Begin a call and wait for it.

        Raises:
            StorageError: it did not end in time.
        """
        return self.wait(self.begin(call, *args, **kwargs))

    def check(self) -> None:
        """Refuse to begin one more step after the end.

        Raises:
            StorageError: there is no time left.
        """
        if not self.left:
            raise StorageError("the store did not answer in time")
