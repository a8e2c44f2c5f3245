"""Turn the path of a request into a stored derivative.

The only module that knows both the stores and libvips. Every step is handed a value, gives a value back,
and is not visited again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Final, TypedDict

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
from resizer_core.outcome import Outcome, ProduceResult
from resizer_core.pipeline import WatermarkPictures, plan_for, unpacked
from resizer_core.planning.accept import negotiate
from resizer_core.planning.limits import check_request
from resizer_core.rendering.libvips import engine
from resizer_core.rendering.render import render
from resizer_core.site import DEFAULT_SITE, Site
from resizer_core.spec import Spec
from resizer_core.stores.contract import ObjectStore, StoredObject
from resizer_core.stores.deadline import Deadline
from resizer_core.upkeep.specs import index_key
from resizer_core.urls.paths import DerivativeKey, attachment, cache_tag, key_variants, parse_path
from resizer_core.urls.signing import check_access, sign
from resizer_core.version import PIXELS, __version__

#: For a SPEC with ``v-``: its picture never changes.
IMMUTABLE: Final = "public, max-age=31536000, immutable"
#: The largest picture that is answered with its bytes: 6 MB of a function's answer, less base64.
MAX_ANSWER_BYTES: Final = 4_500_000
#: The part of a request's time in which its original has to arrive; the rest is for making and storing.
_READING: Final = 2 / 3
#: The Content-Type of what is empty, in the index.
_NOTE: Final = "application/octet-stream"
#: Values of Content-Encoding that say nothing about an original that is of no known format.
_DECODED: Final = ("", "identity", "gzip", "x-gzip")
#: Store calls at once, those among them that nobody waits for any longer; more of them wait for their turn.
_CALLS: Final = 32


class _Attributes(TypedDict):
    """Name what both a store and ``ProduceResult`` take beside the bytes."""

    media_type: str
    cache_control: str
    content_disposition: str
    metadata: dict[str, str]


class Resizer:
    """Makes derivatives of originals and stores them.

    Args:
        originals: where the originals are; only read.
        derivatives: where the derivatives go; nothing is ever overwritten.
        site: what may be asked for.
        index: where each derivative is noted before it is stored, for whoever purges; nowhere if None.
    """

    #: How long the stores are waited for in one request, s: API Gateway gives up after 30 s.
    LONGEST: Final = 28.0

    def __init__(
        self,
        originals: ObjectStore,
        derivatives: ObjectStore,
        *,
        site: Site = DEFAULT_SITE,
        index: ObjectStore | None = None,
    ) -> None:
        self._originals = originals
        self._derivatives = derivatives
        self._index = index
        self._site = site
        self._watermarks = WatermarkPictures(site)
        self._engine = f"resizer_core/{__version__} {engine()}"
        self._beside = ThreadPoolExecutor(max_workers=_CALLS)

    def produce(
        self, path: str, *, accept: str = "", seconds: float = LONGEST, fallback: str = ""
    ) -> ProduceResult:
        """Answer the request for ``path``: make the derivative and store it, unless it is there.

        Args:
            path: decoded exactly once, for example ``/300x200_f-webp/photos/cat.jpg``.
            accept: the ``Accept`` header, for ``f-auto``.
            seconds: from now on, in which the stores have to have answered.
            fallback: the key of the original that stands in for one that is missing; none if empty.

        Raises:
            InvalidSpec, InvalidKey, NotAllowed: refused before any storage is touched.
            SourceNotFound: there is no such original; its cause is what was wrong with the fallback.
            SourceForbidden: its store does not let it be read.
            LimitExceeded, UnsupportedFormat, CorruptImage: of this original nothing can be made.
            RenderError: libvips refused a step of ours.
            PluginError: a plugin that is asked for cannot be used.
            StorageError: a store failed, or did not answer in time; nothing half-written is stored.
            ConfigurationError: a watermark is not there or cannot be used.
        """
        key = parse_path(path, self._site)
        check_access(key.spec, self._site)
        check_request(key.spec, self._site)
        if key.spec.resolved.format == AUTO:
            return ProduceResult(key=self._negotiated(key, accept), outcome=Outcome.NEGOTIATED)
        if str(key) != path.removeprefix("/"):
            return ProduceResult(key=key, outcome=Outcome.MOVED)
        return self._stored(key, seconds, fallback)

    def check(self, spec: Spec) -> None:
        """Refuse what no original could make possible: for what is known beforehand, such as presets.

        Raises:
            InvalidSpec: an option is not available, or there is no watermark of that name.
            LimitExceeded: the size that is asked for is beyond the limits.
        """
        check_request(spec, self._site)

    def _negotiated(self, key: DerivativeKey, accept: str) -> DerivativeKey:
        spec = replace(key.spec, format=negotiate(accept, self._site.formats).name)
        if spec.signature:
            # The right to ask for f-auto is the right to ask for what it stands for.
            spec = sign(spec, self._site.keys[0])
        return replace(key, spec=spec)

    def _stored(self, key: DerivativeKey, seconds: float, fallback: str) -> ProduceResult:
        watch = _Stopwatch()
        deadline = Deadline(seconds, self._beside)
        arrival = Deadline(seconds * _READING, self._beside)
        looking = arrival.begin(self._derivatives.head, str(key))
        reading = arrival.begin(self._original, key.source, arrival)
        found = arrival.wait(looking)
        if found:  # what is stored is served, whatever became of its original
            watch.lap("read")
            age = (datetime.now(UTC) - found.modified).total_seconds()
            done = ProduceResult(key=key, outcome=Outcome.ALREADY_STORED, size=found.size, age=age)
            return self._read_back(done, watch, deadline)
        try:
            original = arrival.wait(reading)
        except SourceNotFound as missing:
            if not fallback:
                raise
            try:
                original = arrival.run(self._original, fallback, arrival)
                watch.lap("read")
                return self._standing_in(key, original, watch, deadline)
            except ResizerError as error:
                raise missing from error
        watch.lap("read")
        return self._made(key, original, watch, deadline)

    def _original(self, source: str, deadline: Deadline) -> StoredObject:
        for spelling in key_variants(source):
            deadline.check()
            try:
                found = self._originals.get(spelling, max_bytes=self._site.limits.input_bytes)
            except InvalidKey:
                if spelling == source:
                    raise
                continue  # decomposed, a key may be too long for any store: there is no such original
            except StorageForbidden as error:
                raise SourceForbidden("the store does not allow to read the original") from error
            if found:
                # The store's own memory, unless it is unpacked: nothing is copied.
                return replace(found, body=memoryview(unpacked(found.body, self._site.limits)))
        raise SourceNotFound(f"there is no original {source!r}")

    def _read_back(self, done: ProduceResult, watch: _Stopwatch, deadline: Deadline) -> ProduceResult:
        """Add what another call stored, which is what a viewer has to see, whatever this call made."""
        try:
            stored = deadline.run(self._derivatives.get, str(done.key), max_bytes=MAX_ANSWER_BYTES)
        except LimitExceeded:  # of an answer; nothing that was asked for is beyond the limits
            return done
        if stored is None:
            raise StorageError("the derivative was deleted while it was read")
        watch.lap("answer")
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
            timings=watch.laps,
        )

    def _made(
        self, key: DerivativeKey, original: StoredObject, watch: _Stopwatch, deadline: Deadline
    ) -> ProduceResult:
        format, body = self._rendered(key.spec, original, watch, deadline)
        attributes = self._attributes(key, original, format)
        written = deadline.run(self._put, key, body, attributes)
        watch.lap("store")
        done = ProduceResult(
            key=key,
            outcome=Outcome.MADE if written else Outcome.LOST_RACE,
            size=len(body),
            original_size=original.size,
            timings=watch.laps,
        )
        if not written:
            return self._read_back(done, watch, deadline)
        return replace(done, body=body, **attributes)

    def _standing_in(
        self, key: DerivativeKey, original: StoredObject, watch: _Stopwatch, deadline: Deadline
    ) -> ProduceResult:
        """Make the fallback and do not store it: the original may come at any time."""
        format, body = self._rendered(key.spec, original, watch, deadline)
        if len(body) > MAX_ANSWER_BYTES:
            raise LimitExceeded(f"an answer has at most {MAX_ANSWER_BYTES} bytes, got {len(body)}")
        return ProduceResult(
            key=key,
            outcome=Outcome.FALLBACK,
            media_type=format.media_type,
            body=body,
            size=len(body),
            original_size=original.size,
            timings=watch.laps,
        )

    def _rendered(
        self, spec: Spec, original: StoredObject, watch: _Stopwatch, deadline: Deadline
    ) -> tuple[Format, bytes]:
        try:
            plan = plan_for(original.body, spec, site=self._site)
        except UnsupportedFormat as error:
            if original.content_encoding in _DECODED:
                raise
            coded = f"its Content-Encoding is {original.content_encoding!r}, and gzip alone is decoded"
            raise UnsupportedFormat(f"{error}; {coded}") from error
        plan = deadline.run(self._watermarks.put_into, plan)  # they come from a store as well
        watch.lap("plan")
        try:
            body = render(original.body, plan, seconds=deadline.left)
        except LimitExceeded as error:
            if deadline.left:
                raise
            raise StorageError("the original came too late for the picture to be made") from error
        watch.lap("render")
        return plan.format, body

    def _put(self, key: DerivativeKey, body: bytes, attributes: _Attributes) -> bool:
        if self._index is not None:  # before: what is stored and not noted could not be purged
            self._index.put(index_key(str(key.spec), key.source), b"", media_type=_NOTE)
        return self._derivatives.put(str(key), body, **attributes)

    def _attributes(self, key: DerivativeKey, original: StoredObject, format: Format) -> _Attributes:
        """Say what is stored beside the bytes."""
        spec = key.spec.resolved
        return {
            "media_type": format.media_type,
            "cache_control": IMMUTABLE if spec.version else self._site.cache_control,
            "content_disposition": attachment(key.source, format.suffix) if spec.download else "",
            # Names without a dash, which Azure refuses (rule 19).
            "metadata": {
                "original": original.etag,
                "spec": str(key.spec),
                "engine": self._engine,
                "pixels": str(PIXELS),
                "tags": cache_tag(original.key),
            },
        }


class _Stopwatch:
    """Milliseconds by phase."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, phase: str) -> None:
        now = perf_counter()
        self.laps[phase] = round((now - self._last) * 1000, 2)
        self._last = now
