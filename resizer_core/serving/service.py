"""Answer requests for derivatives: what is stored is read, what is missing is made once for all who wait."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from http import HTTPStatus
from time import perf_counter
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from resizer_core.errors import ResizerError
from resizer_core.generator import Generator
from resizer_core.mistakes import check_type
from resizer_core.outcome import Outcome, ProduceResult
from resizer_core.resizer import Resizer
from resizer_core.serving.fixed_answers import METHODS, NOT_FOUND, PREFLIGHT, plain_text
from resizer_core.serving.flights import Flights
from resizer_core.serving.metrics import MEDIA_TYPE, Metrics
from resizer_core.urls.paths import DerivativeKey
from resizer_core.web.answers import Answer, MethodNotAllowed, Overloaded
from resizer_core.web.log_text import error_text, is_for_the_owner, without_signature
from resizer_core.web.secrets import check_origin_secret
from resizer_core.web.settings import Settings
from resizer_core.web.variables import Delivery

_LOG: Final = logging.getLogger("resizer_core.serving")

#: Where derivatives go if the environment names no store.
IN_MEMORY: Final = "memory:?max=256MiB"
#: The header in which a distribution in front of this proves that a request came through it (rule 24).
_SECRET_HEADER: Final = "x-resizer-secret"  # noqa: S105  its name, not its value
#: How the path of a picture begins; anything else costs nothing (rule 6).
_SPEC: Final = re.compile(r"/(?:[1-9x]|orig|p-)")
#: Paths that are kept as they were read: those of the pictures that are asked for most.
_PATHS: Final = 1024
#: Threads that read stored derivatives.
_READERS: Final = 32
_CPUS: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(eq=False, slots=True, kw_only=True)
class View:
    """Follow one request on its way to an answer.

    Attributes:
        method: GET, HEAD, OPTIONS or anything else.
        path: as it was asked for, decoded.
        headers: by names in lower case.
        viewer: the address of who asks; empty if it is not known.
        answered: gives the answer and never an error.
        key: of the derivative that is answered with, once it is known.
        negotiated: whether the ``Accept`` header chose it.
        done: what was made or found; None if nothing was.
        started: when it came, s.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    viewer: str = ""
    answered: Future[Answer] = field(default_factory=Future)
    key: DerivativeKey | None = None
    negotiated: bool = False
    done: ProduceResult | None = None
    started: float = field(default_factory=perf_counter)


class Service:
    """Answer requests for derivatives, whatever server or framework they come through.

    What is stored costs one read of the store. What is missing is made once, however many ask for it at the
    same time, and all of them get the same picture or the same error. Whoever goes disturbs nobody else.

    ``/healthz`` and ``/metrics`` are answered as well: the second with Prometheus' text format. The counts
    are those of this object, so of several worker processes each answers with its own.

    Args:
        resizer: makes and stores the derivatives.
        renders: how many are made at the same time; the number of CPUs if not given.
        queue: how many more may wait to be made; beyond that the answer is 503 with ``Retry-After``.
        fallback: the key of the original that stands in for one that is missing; none if empty.
        seconds: that a request may take; after that it is 503, and what was begun goes on.
        origin_secrets: one of them has to be in the header ``x-resizer-secret`` of a request for a picture;
            none asks for no secret.
        monitoring: whether ``/healthz`` and ``/metrics`` are answered.
        note: is handed each view, its answer, and in one word what became of it.

    Attributes:
        sound: whether every error so far was one of ours. Another one leaves libraries in an unknown state.

    Raises:
        ValueError: a number is out of range.
    """

    def __init__(
        self,
        resizer: Resizer,
        *,
        renders: int = _CPUS,
        queue: int = 64,
        fallback: str = "",
        seconds: float = Resizer.LONGEST,
        origin_secrets: Sequence[str] = (),
        monitoring: bool = True,
        note: Callable[[View, Answer, str], object] | None = None,
    ) -> None:
        instead = "write Resizer(originals, derivatives), or Service.from_settings(settings)"
        check_type(resizer, Resizer, expected="a Resizer", name="resizer", instead=instead)
        if renders < 1:
            raise ValueError(f"expected at least 1 render at once, got {renders}")
        if queue < 0:
            raise ValueError(f"expected a queue of 0 or more pictures, got {queue}")
        if seconds <= 0:
            raise ValueError(f"expected more than 0 seconds for a request, got {seconds}")
        self.seconds = seconds
        self.sound = True
        self._note = note
        self._resizer = resizer
        self._read_path = lru_cache(_PATHS)(resizer.read_path)
        self._fallback = fallback
        self._origin_secrets = origin_secrets
        self._monitoring = monitoring
        self._metrics = Metrics()
        self._flights: Flights[ProduceResult] = Flights(renders, queue)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="resizer-read")

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        renders: int = _CPUS,
        queue: int = 64,
        seconds: float = Resizer.LONGEST,
        monitoring: bool = True,
        note: Callable[[View, Answer, str], object] | None = None,
    ) -> Service:
        """Open the stores that the settings name, and serve them.

        Raises:
            ValueError: a store has no such URL, or a preset could never be made; the variable is named.
        """
        return cls(
            Generator(settings).resizer,
            renders=renders,
            queue=queue,
            fallback=settings.fallback,
            seconds=seconds,
            origin_secrets=settings.origin_secrets,
            monitoring=monitoring,
            note=note,
        )

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], *, prefix: str = "", viewer: str = ""
    ) -> Answer:
        """Answer one request, and wait for it in the thread of the caller. Never raises.

        Args:
            method: such as GET.
            path: decoded exactly once, without the prefix of the mount: ``/300x200_f-webp/cat.jpg``.
            headers: by names in lower case; several of one name are one, with commas.
            prefix: of the mount, decoded: ``/pictures``; redirects stay below it.
            viewer: the address of who asks, for ``note``.
        """
        view = self.begin(method, path, headers, prefix=prefix, viewer=viewer)
        try:
            return view.answered.result(self.seconds)
        except TimeoutError:
            return self.late(view)

    def begin(
        self, method: str, path: str, headers: Mapping[str, str], *, prefix: str = "", viewer: str = ""
    ) -> View:
        """Begin to answer one request, and wait for nothing. Never raises.

        Args:
            method, path, headers, prefix, viewer: as for ``answer``.
        """
        view = View(method=method, path=path, headers=headers, viewer=viewer)
        try:
            at_once = self._at_once(view, path, prefix)
            if at_once is None:
                self._readers.submit(self._look, view)
            else:
                self._finish(view, *at_once)
        except Exception as error:
            self._refuse(view, error)
        return view

    def late(self, view: View) -> Answer:
        """Give up a view that took too long; the answer says so, unless there is one after all."""
        if not view.answered.cancel():
            return view.answered.result()
        error = Overloaded("the picture was not made in time, try again")
        return self._counted(view, Answer.refusal(error), type(error).__name__)

    def leave(self, view: View) -> None:
        """Wait no longer for a view whose client has gone. What nobody waits for is not begun."""
        if view.answered.cancel():
            self._metrics.left()

    def _at_once(self, view: View, path: str, prefix: str) -> tuple[Answer, str] | None:
        """Answer what needs no store; None where one has to be asked."""
        if view.method == "OPTIONS":
            return PREFLIGHT, "options"
        if view.method not in ("GET", "HEAD"):
            raise MethodNotAllowed("expected GET or HEAD")
        if self._monitoring and path == "/healthz":
            return plain_text("ok\n", "text/plain; charset=utf-8"), "health"
        if self._monitoring and path == "/metrics":
            counts = self._metrics.text(running=self._flights.running, waiting=self._flights.waiting)
            return plain_text(counts, MEDIA_TYPE), "metrics"
        check_origin_secret(view.headers.get(_SECRET_HEADER, ""), self._origin_secrets)
        if not _SPEC.match(path):
            return NOT_FOUND, "InvalidSpec"
        key = self._read_path(path)
        if f"/{key}" != path:
            return Answer.redirect(quote(prefix, safe="/-._~") + key.path), Outcome.MOVED
        view.key = self._resizer.negotiated(key, view.headers.get("accept", ""))
        view.negotiated = view.key is not key
        return None

    def _look(self, view: View) -> None:
        """Answer with what is stored, or wait for it to be made."""
        if view.answered.cancelled():
            return
        assert view.key  # noqa: S101  what has none was answered at once
        try:
            done = self._resizer.find(view.key)
            if done is not None:
                self._show(view, self._resizer.completed(done), done.outcome)
                return
            flight, begun = self._flights.join(str(view.key), partial(self._make, view.key))
        except Exception as error:
            self._refuse(view, error)
            return
        view.answered.add_done_callback(lambda answered: answered.cancelled() and flight.cancel())
        flight.add_done_callback(partial(self._land, view, begun=begun))

    def _make(self, key: DerivativeKey) -> ProduceResult:
        done = self._resizer.produce(f"/{key}", seconds=self.seconds, fallback=self._fallback)
        self._metrics.made(read=done.original_size, timings=done.timings)
        done = self._resizer.completed(done)
        if done.etag or done.body is None:
            return done
        # Once for all who wait: Answer.picture would work it out for each of them.
        return replace(done, etag=hashlib.md5(done.body, usedforsecurity=False).hexdigest())

    def _land(self, view: View, flight: Future[ProduceResult], *, begun: bool) -> None:
        if flight.cancelled():
            return
        error = flight.exception()
        if error is None:
            done = flight.result()
            self._show(view, done, done.outcome if begun else "shared")
        else:
            self._refuse(view, error, told=not begun)

    def _show(self, view: View, done: ProduceResult, outcome: str) -> None:
        view.done = done
        fallen = done.outcome is Outcome.FALLBACK
        self._finish(view, Answer.fallback(done) if fallen else Answer.picture(done, view.headers), outcome)

    def _refuse(self, view: View, error: BaseException, *, told: bool = False) -> None:
        """Answer with an error; ``told`` says that it is in the log already."""
        seen = error if isinstance(error, Exception) else RuntimeError(repr(error))
        self.sound = self.sound and isinstance(seen, ResizerError)
        answer = Answer.refusal(seen)
        if isinstance(seen, MethodNotAllowed):
            answer = replace(answer, headers={**answer.headers, "allow": METHODS})
        name = type(seen).__name__ if isinstance(seen, ResizerError) else "InternalError"
        if is_for_the_owner(seen) and not isinstance(seen, Overloaded) and not told:
            subject = without_signature(str(view.key)) if view.key else "a request"
            _LOG.error("%s: %s\n%s", name, subject, error_text(error))
        self._finish(view, answer, name)

    def _finish(self, view: View, answer: Answer, outcome: str) -> None:
        if view.answered.set_running_or_notify_cancel():
            view.answered.set_result(self._counted(view, answer, outcome))

    def _counted(self, view: View, answer: Answer, outcome: str) -> Answer:
        """Add what every answer has, and count it."""
        headers = dict(answer.headers)
        if view.negotiated:
            headers["vary"] = "Accept"
        if answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            headers["content-length"] = str(len(answer.body))
        body = b"" if view.method == "HEAD" else answer.body
        self._metrics.answered(
            status=answer.status,
            outcome=outcome,
            sent=len(body),
            seconds=perf_counter() - view.started,
        )
        sent = Answer(status=answer.status, headers=MappingProxyType(headers), body=body)
        if self._note:
            self._note(view, sent, outcome)
        return sent


def service_from_environment(environ: Mapping[str, str], **options: Any) -> Service:
    """Make the service that the variables of the function describe.

    Derivatives are kept in memory, up to a limit, if ``RESIZER_DERIVATIVES`` names no store.
    ``RESIZER_DELIVERY`` and ``RESIZER_BASE_URL`` say nothing here: pictures are answered with their bytes.

    Args:
        environ: the environment.
        options: of ``Service.from_settings``.

    Raises:
        ValueError: a variable is wrong; the text begins with its name.
    """
    from resizer_core.generator import read_object

    given = {"RESIZER_DERIVATIVES": IN_MEMORY, **environ, "RESIZER_DELIVERY": Delivery.FAILOVER}
    return Service.from_settings(Settings.from_environment(given, read_object=read_object), **options)
