"""Stop libvips when a picture takes too long. The loops of libvips check a flag on their images."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from time import monotonic
from types import TracebackType
from typing import Self

from resizer_core.errors import CorruptImage, LimitExceeded, RenderError
from resizer_core.forks import check_process
from resizer_core.rendering.libvips import pyvips

_current: ContextVar[Watch | None] = ContextVar("watch", default=None)


class Watch:
    """Stop the work on the images that are ``watched`` in the ``with`` block, after ``seconds``.

    An encoder that holds a whole picture cannot be stopped. ``planning.cost`` bounds its time.

    Raises:
        RuntimeError: libvips was used before this process was forked.
        LimitExceeded: raised at the end of the block if libvips was stopped. A small picture may be finished
            all the same.
    """

    def __init__(self, seconds: float) -> None:
        check_process("libvips")
        self._seconds = seconds
        self.end = monotonic() + seconds
        # The original and the last copy in memory. All work depends on one of them, so the copies in between
        # can be freed.
        self._original: pyvips.Image | None = None
        self._latest: pyvips.Image | None = None

    def __enter__(self) -> Self:
        _clock.add(self)
        self._before = _current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _clock.remove(self)
        # A caller may keep the watch, or an error that holds it. Free the pictures now.
        self._original = self._latest = None
        _current.reset(self._before)
        if isinstance(error, CorruptImage | RenderError) and self._is_over:
            raise self._refusal() from error

    def over(self, image: pyvips.Image) -> None:
        """Watch one image, and every image that is made from it without a copy in memory.

        Raises:
            LimitExceeded: the time is over.
        """
        image.set_progress(True)  # links the images that are made from it, so that one flag stops them all
        if self._original is None:
            self._original = image
        self._latest = image
        if self._is_over:
            raise self._refusal()

    def stop(self) -> None:
        """Stop the work on the images that are watched now."""
        for image in (self._original, self._latest):
            if image is not None:
                image.set_kill(True)

    @property
    def _is_over(self) -> bool:
        return monotonic() >= self.end

    def _refusal(self) -> LimitExceeded:
        return LimitExceeded(
            f"expected a picture that is made within {self._seconds:.0f} s: it was stopped then"
        )


class _Clock:
    """Stop each watch at its end, in one thread for all of them. To start a thread for each costs more.

    The thread begins with a watch, and ends when it wakes and none is left.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._wakes: float | None = None  # None while there is no thread

    def add(self, watch: Watch) -> None:
        with self._changed:
            if self._wakes is None:
                threading.Thread(target=self._run, name="watch", daemon=True).start()
                self._wakes = watch.end
            elif watch.end < self._wakes:
                self._changed.notify()
            self._watches.add(watch)

    def remove(self, watch: Watch) -> None:
        with self._changed:
            self._watches.discard(watch)

    def _run(self) -> None:
        with self._changed:
            while self._watches:
                now = monotonic()
                for watch in [watch for watch in self._watches if watch.end <= now]:
                    watch.stop()
                    self._watches.remove(watch)
                self._wakes = min((watch.end for watch in self._watches), default=now)
                self._changed.wait(min(self._wakes - now, threading.TIMEOUT_MAX))
            self._wakes = None


_clock = _Clock()


def watched(image: pyvips.Image) -> pyvips.Image:
    """Watch ``image`` if a ``Watch`` is running, and return it."""
    if (watch := _current.get()) is not None:
        watch.over(image)
    return image
