"""Record which piece gave which answer, while somebody listens.

The list is in a context variable, so walks in several threads do not see each other's steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

from local_loop.http import Piece, Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Hold one answer of one piece. ``milliseconds`` includes the pieces behind it. ``size`` is in bytes.

    ``path`` is the requested path. ``asked`` and ``answered`` are the headers of request and answer.
    """

    who: str
    path: str
    status: int
    cache: str
    milliseconds: float
    size: int
    asked: Mapping[str, str]
    answered: Mapping[str, str]


_steps: ContextVar[list[Step] | None] = ContextVar("_steps", default=None)


@contextmanager
def recording() -> Iterator[list[Step]]:
    """Collect the steps inside the block, the outermost piece first."""
    steps: list[Step] = []
    token = _steps.set(steps)
    try:
        yield steps
    finally:
        _steps.reset(token)


def watched(who: str, piece: Piece) -> Piece:
    """Wrap a piece so that it reports each answer under the name ``who``."""

    def watching(request: Request) -> Response:
        steps = _steps.get()
        if steps is None:
            return piece(request)
        before = len(steps)
        start = perf_counter()
        response = piece(request)
        step = Step(
            who=who,
            path=request.path,
            status=response.status,
            cache=response.headers.get("x-cache", "").partition(" ")[0].lower(),
            milliseconds=(perf_counter() - start) * 1000,
            size=len(response.body),
            asked=request.headers,
            answered=response.headers,
        )
        steps.insert(before, step)
        return response

    return watching
