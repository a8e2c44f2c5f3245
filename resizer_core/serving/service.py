"""Answer requests for derivatives. Read stored ones, and make missing ones once for all who wait."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
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
from resizer_core.value import replace
from resizer_core.web.answers import Answer, MethodNotAllowed, Overloaded
from resizer_core.web.log_text import error_text, is_for_the_owner, without_signature
from resizer_core.web.secrets import check_origin_secret
from resizer_core.web.settings import Settings
from resizer_core.web.variables import Delivery

_LOG: Final = logging.getLogger("resizer_core.serving")

#: The store of derivatives if the environment names none.
IN_MEMORY: Final = "memory:?max=256MiB"
#: The header by which a distribution proves that a request came through it (rule 24).
_SECRET_HEADER: Final = "x-resizer-secret"  # noqa: S105  its name, not its value
#: The path of a picture begins like this. Any other path is refused at no cost (rule 6).
_SPEC: Final = re.compile(r"/(?:[1-9x]|orig|p-)")
#: How many parsed paths are kept: those of the latest requests.
_PATHS: Final = 1024
#: How many threads read stored derivatives.
_READERS: Final = 32
_CPUS: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(eq=False, slots=True, kw_only=True)
class View:
    """Follow one request on its way to an answer.

    Attributes:
        method: GET, HEAD, OPTIONS or any other method.
        path: the path of the request, decoded.
        headers: the headers of the request, by names in lower case.
        viewer: the address of the client. It is empty if it is not known.
        answered: a future of the answer. It never has an error, because errors become answers too.
        key: the key of the derivative, once it is known.
        negotiated: whether the ``Accept`` header chose the format.
        done: the derivative that was made or found, or None.
        started: the time when the request came, s.
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
    """Answer requests for derivatives, for any server and any framework.

    A stored derivative costs one read of the store. If several clients ask for a missing one at the same
    time, it is made once. All of them get the same picture or the same error. A client that disconnects
    disturbs no other client.

    ``/healthz`` and ``/metrics`` are answered as well. ``/metrics`` has the text format of Prometheus. The
    counts are those of this object, so each of several worker processes answers with its own.

    Args:
        resizer: makes and stores the derivatives.
        renders: how many derivatives are made at the same time. The default is the number of CPUs.
        queue: how many more may wait to be made. Beyond that the answer is 503 with ``Retry-After``.
        fallback: the key of the original that replaces a missing one. Empty means no fallback.
        seconds: the most seconds of a request. After that the answer is 503. Work that has begun goes on.
        origin_secrets: a request for a picture must have one of them in the header ``x-resizer-secret``. If
            there are none, no secret is needed.
        monitoring: whether ``/healthz`` and ``/metrics`` are answered.
        note: is called with each view, its answer, and its outcome in one word.

    Attributes:
        sound: whether every error so far was a ``ResizerError``. Any other error may leave libraries in an
            unknown state.

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
            ValueError: the URL of a store is wrong, or no derivative of a preset can ever be made. The text
                names the variable.
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
        """Answer one request, and wait for the answer in the thread of the caller. Never raise an error.

        Args:
            method: the method, such as GET.
            path: decoded exactly once, without the prefix of the mount: ``/300x200_f-webp/cat.jpg``.
            headers: by names in lower case. Several values of one name are joined by commas.
            prefix: the prefix of the mount, decoded, such as ``/pictures``. Redirects stay below it.
            viewer: the address of the client, for ``note``.
        """
        view = self.begin(method, path, headers, prefix=prefix, viewer=viewer)
        try:
            return view.answered.result(self.seconds)
        except TimeoutError:
            return self.late(view)

    def begin(
        self, method: str, path: str, headers: Mapping[str, str], *, prefix: str = "", viewer: str = ""
    ) -> View:
        """Begin to answer one request, and wait for nothing. Never raise an error.

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
        """Give up a view that took too long, and answer 503. If it has an answer by now, return that one."""
        if not view.answered.cancel():
            return view.answered.result()
        error = Overloaded("the picture was not made in time, try again")
        return self._counted(view, Answer.refusal(error), type(error).__name__)

    def leave(self, view: View) -> None:
        """Give up a view whose client has disconnected. If nobody waits for its picture, it is not begun."""
        if view.answered.cancel():
            self._metrics.left()

    def _at_once(self, view: View, path: str, prefix: str) -> tuple[Answer, str] | None:
        """Answer a request that needs no store. Return None for any other."""
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
        """Answer with the stored derivative, or wait until it is made."""
        if view.answered.cancelled():
            return
        assert view.key  # noqa: S101  a view without a key was answered at once
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
        # Work out the ETag here, once for all views. Answer.picture would do it for each view.
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
        """Answer with an error. ``told`` says that the log has the error already."""
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
        """Add the headers that every answer has, and count the answer."""
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

    If ``RESIZER_DERIVATIVES`` names no store, derivatives are kept in memory, up to a limit.
    ``RESIZER_DELIVERY`` and ``RESIZER_BASE_URL`` have no effect here: the answers hold the pictures.

    Args:
        environ: the environment.
        options: the options of ``Service.from_settings``.

    Raises:
        ValueError: a variable is wrong. The text begins with its name.
    """
    from resizer_core.generator import read_object

    given = {"RESIZER_DERIVATIVES": IN_MEMORY, **environ, "RESIZER_DELIVERY": Delivery.FAILOVER}
    return Service.from_settings(Settings.from_environment(given, read_object=read_object), **options)
