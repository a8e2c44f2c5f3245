"""Turn the path of a request into a stored derivative.

This is the only module that knows both the stores and libvips. Each step takes a value and returns a value,
and no step runs twice.
"""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

from resizer_core.attributes import Attributes, attributes, completed
from resizer_core.errors import (
    InvalidKey,
    LimitExceeded,
    ResizerError,
    SourceForbidden,
    SourceNotFound,
    StorageError,
    StorageForbidden,
    UnsupportedFormat,
)
from resizer_core.formats import AUTO, Format
from resizer_core.mistakes import check_store
from resizer_core.outcome import Outcome, ProduceResult
from resizer_core.pipeline import WatermarkPictures, plan_for, unpacked
from resizer_core.planning.accept import negotiate
from resizer_core.planning.limits import check_request
from resizer_core.rendering.libvips import engine
from resizer_core.rendering.render import render
from resizer_core.site import DEFAULT_SITE, Site, check_site
from resizer_core.spec import Spec
from resizer_core.stores.contract import ObjectStore, StoredObject
from resizer_core.stores.deadline import Deadline
from resizer_core.upkeep.specs import index_key
from resizer_core.urls.paths import DerivativeKey, key_variants, parse_path
from resizer_core.urls.signing import check_access, sign
from resizer_core.value import replace
from resizer_core.version import __version__

#: The most bytes of a picture in an answer. A function's answer has at most 6 MB, and base64 adds a third.
MAX_ANSWER_BYTES: Final = 4_500_000
#: The original must arrive within this part of a request's time. The rest is for making and storing.
_READING: Final = 2 / 3
#: The Content-Type of the empty objects in the index.
_NOTE: Final = "application/octet-stream"
#: Values of Content-Encoding that do not explain why an original has no known format.
_DECODED: Final = ("", "identity", "gzip", "x-gzip")
#: The most store calls at once. Calls whose request has ended count too. Further calls wait for their turn.
_CALLS: Final = 32


class Resizer:
    """Make derivatives of originals and store them.

    Args:
        originals: the store of the originals. It is only read.
        derivatives: the store of the derivatives. Nothing in it is ever overwritten.
        site: the configuration: it says which requests are answered.
        index: the store in which each derivative is noted before it is stored, so that a purge finds it.
            None notes nothing.
    """

    #: The most seconds of one request. API Gateway gives up after 30 s.
    LONGEST: Final = 28.0

    def __init__(
        self,
        originals: ObjectStore,
        derivatives: ObjectStore,
        *,
        site: Site = DEFAULT_SITE,
        index: ObjectStore | None = None,
    ) -> None:
        check_store(originals, "originals")
        check_store(derivatives, "derivatives")
        if index is not None:
            check_store(index, "index")
        check_site(site)
        self._originals = originals
        self._derivatives = derivatives
        self._index = index
        self._site = site
        self._watermarks = WatermarkPictures(site)
        self._engine = f"resizer_core/{__version__} {engine()}"
        self._beside = ThreadPoolExecutor(max_workers=_CALLS)

    def __repr__(self) -> str:
        return f"<Resizer of {self._originals!r} into {self._derivatives!r}, {self._site!r}>"

    def produce(
        self,
        path: str,
        *,
        accept: str = "",
        seconds: float = LONGEST,
        fallback: str = "",
        largest: int | None = None,
    ) -> ProduceResult:
        """Answer the request for ``path``: make the derivative and store it, unless it is stored already.

        Args:
            path: decoded exactly once, for example ``/300x200_f-webp/photos/cat.jpg``.
            accept: the ``Accept`` header, for ``f-auto``.
            seconds: the time for this request. The stores must have answered by then.
            fallback: the key of the original that replaces a missing one. Empty means no fallback.
            largest: the most bytes that an answer may hold, such as ``MAX_ANSWER_BYTES``. A derivative that
                another call stored is not read if it is larger, and a larger fallback is refused. None means
                no limit.

        Raises:
            InvalidSpec, InvalidKey, NotAllowed: the request is refused. No storage was touched.
            SourceNotFound: there is no such original. The cause is the error of the fallback, if it failed.
            SourceForbidden: the store does not let us read the original.
            LimitExceeded, UnsupportedFormat, CorruptImage: this original cannot become the derivative.
            RenderError: libvips refused a step.
            PluginError: the SPEC needs a plugin that cannot be used.
            StorageError: a store failed or did not answer in time. No part of a derivative is stored.
            ConfigurationError: a watermark is missing or cannot be used.
        """
        key = self.read_path(path)
        if key.spec.resolved.format == AUTO:
            return ProduceResult(key=self.negotiated(key, accept), outcome=Outcome.NEGOTIATED)
        if str(key) != path.removeprefix("/"):
            return ProduceResult(key=key, outcome=Outcome.MOVED)
        return self._stored(key, fallback, _Course(seconds, self._beside, largest))

    def read_path(self, path: str) -> DerivativeKey:
        """Read the path of a request as ``produce`` does, and touch no storage.

        Raises:
            InvalidSpec, InvalidKey, NotAllowed, LimitExceeded: the request is refused.
        """
        key = parse_path(path, self._site)
        check_access(key.spec, self._site)
        check_request(key.spec, self._site)
        return key

    def negotiated(self, key: DerivativeKey, accept: str) -> DerivativeKey:
        """Find the derivative that ``f-auto`` means for this ``Accept`` header. Leave other keys alone."""
        if key.spec.resolved.format != AUTO:
            return key
        spec = replace(key.spec, format=negotiate(accept, self._site.formats).name)
        if spec.signature:
            # A right signature for f-auto is good for each format that f-auto means.
            spec = sign(spec, self._site.keys[0])
        return replace(key, spec=spec)

    def find(self, key: DerivativeKey) -> ProduceResult | None:
        """Read a stored derivative with one call of its store. Return None if it is not stored.

        Raises:
            StorageError: the store failed.
        """
        stored = self._derivatives.get(str(key))
        if stored is None:
            return None
        return _with_body(ProduceResult(key=key, outcome=Outcome.ALREADY_STORED), stored)

    def completed(self, done: ProduceResult) -> ProduceResult:
        """Add the headers of a stored derivative if its store keeps none, such as a folder."""
        return completed(done, self._site)

    def check(self, spec: Spec) -> None:
        """Refuse a SPEC that is impossible for every original, for example when a preset is configured.

        Raises:
            InvalidSpec: an option is not available, or there is no watermark of that name.
            LimitExceeded: the SPEC asks for a size beyond the limits.
        """
        check_request(spec, self._site)

    def _stored(self, key: DerivativeKey, fallback: str, course: _Course) -> ProduceResult:
        arrival = Deadline(course.deadline.left * _READING, self._beside)
        looking = arrival.begin(self._derivatives.head, str(key))
        reading = arrival.begin(self._original, key.source, arrival)
        found = arrival.wait(looking)
        if found:  # serve it, even if its original is gone
            course.lap("read")
            age = (datetime.now(UTC) - found.modified).total_seconds()
            done = ProduceResult(key=key, outcome=Outcome.ALREADY_STORED, size=found.size, age=age)
            return self._read_back(done, course)
        try:
            original = arrival.wait(reading)
        except SourceNotFound as missing:
            if not fallback:
                raise
            try:
                original = arrival.run(self._original, fallback, arrival)
                course.lap("read")
                return self._standing_in(key, original, course)
            except ResizerError as error:
                raise missing from error
        course.lap("read")
        return self._made(key, original, course)

    def _original(self, source: str, deadline: Deadline) -> StoredObject:
        for spelling in key_variants(source):
            deadline.check()
            try:
                found = self._originals.get(spelling, max_bytes=self._site.limits.input_bytes)
            except InvalidKey:
                if spelling == source:
                    raise
                continue  # in NFD a key may be too long for any store, so no original has it
            except StorageForbidden as error:
                raise SourceForbidden("the store does not allow us to read the original") from error
            if found:
                # If nothing had to be unpacked, this is the store's own memory, without a copy.
                return replace(found, body=memoryview(unpacked(found.body, self._site.limits)))
        raise SourceNotFound(f"there is no original {source!r}")

    def _read_back(self, done: ProduceResult, course: _Course) -> ProduceResult:
        """Add the bytes that are stored. Viewers must see these, even if this call made others."""
        try:
            stored = course.deadline.run(self._derivatives.get, str(done.key), max_bytes=course.largest)
        except LimitExceeded:  # too large for an answer, so it goes without the bytes
            return done
        if stored is None:
            raise StorageError("the derivative was deleted while it was read")
        course.lap("answer")
        return replace(_with_body(done, stored), timings=course.laps)

    def _made(self, key: DerivativeKey, original: StoredObject, course: _Course) -> ProduceResult:
        format, body = self._rendered(key.spec, original, course)
        beside = attributes(key, original, format, site=self._site, engine=self._engine)
        written = course.deadline.run(self._put, key, body, beside)
        course.lap("store")
        done = ProduceResult(
            key=key,
            outcome=Outcome.MADE if written else Outcome.LOST_RACE,
            size=len(body),
            original_size=original.size,
            timings=course.laps,
        )
        if not written:
            return self._read_back(done, course)
        return replace(done, body=body, **beside)

    def _standing_in(self, key: DerivativeKey, original: StoredObject, course: _Course) -> ProduceResult:
        """Make the fallback and do not store it: the original may appear at any time."""
        format, body = self._rendered(key.spec, original, course)
        if course.largest is not None and len(body) > course.largest:
            raise LimitExceeded(f"an answer has at most {course.largest} bytes, got {len(body)}")
        return ProduceResult(
            key=key,
            outcome=Outcome.FALLBACK,
            media_type=format.media_type,
            body=body,
            size=len(body),
            original_size=original.size,
            timings=course.laps,
        )

    def _rendered(self, spec: Spec, original: StoredObject, course: _Course) -> tuple[Format, bytes]:
        try:
            plan = plan_for(original.body, spec, site=self._site)
        except UnsupportedFormat as error:
            if original.content_encoding in _DECODED:
                raise
            coded = f"its Content-Encoding is {original.content_encoding!r}, and gzip alone is decoded"
            raise UnsupportedFormat(f"{error}; {coded}") from error
        plan = course.deadline.run(self._watermarks.put_into, plan)  # watermarks come from a store as well
        course.lap("plan")
        try:
            body = render(original.body, plan, seconds=course.deadline.left)
        except LimitExceeded as error:
            if course.deadline.left:
                raise
            raise StorageError("the original came too late for the picture to be made") from error
        course.lap("render")
        return plan.format, body

    def _put(self, key: DerivativeKey, body: bytes, beside: Attributes) -> bool:
        if self._index is not None:  # first: a purge would not find a derivative without a note
            self._index.put(index_key(str(key.spec), key.source), b"", media_type=_NOTE)
        return self._derivatives.put(str(key), body, **beside)


def _with_body(done: ProduceResult, stored: StoredObject) -> ProduceResult:
    return replace(
        done,
        media_type=stored.media_type,
        body=memoryview(stored.body),
        size=stored.size,
        cache_control=stored.cache_control,
        content_disposition=stored.content_disposition,
        metadata=stored.metadata,
        etag=stored.etag,
        modified=stored.modified,
    )


class _Course:
    """Hold the limits of one request, and the milliseconds of each of its phases."""

    def __init__(self, seconds: float, threads: Executor, largest: int | None) -> None:
        self.deadline = Deadline(seconds, threads)
        self.largest = largest
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, phase: str) -> None:
        now = perf_counter()
        self.laps[phase] = round((now - self._last) * 1000, 2)
        self._last = now
