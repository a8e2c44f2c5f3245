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
        self._end = monotonic() + seconds
        # The original and the last copy in memory. All work depends on one of them, so the copies in between
        # can be freed.
        self._original: pyvips.Image | None = None
        self._latest: pyvips.Image | None = None
        self._timer = threading.Timer(seconds, self._stop)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._before = _current.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        # The timer and the watch keep each other alive until a garbage collection. Free the pictures now.
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

    @property
    def _is_over(self) -> bool:
        return monotonic() >= self._end

    def _refusal(self) -> LimitExceeded:
        return LimitExceeded(
            f"expected a picture that is made within {self._seconds:.0f} s: it was stopped then"
        )

    def _stop(self) -> None:
        for image in (self._original, self._latest):
            if image is not None:
                image.set_kill(True)


def watched(image: pyvips.Image) -> pyvips.Image:
    """Watch ``image`` if a ``Watch`` is running, and return it."""
    if (watch := _current.get()) is not None:
        watch.over(image)
    return image
