"""Model everything that can be under way: originals, derivatives, a cache, a queue, and the follower."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

import resizer_core as core
from freshness.changes import originals_by_place, read_message
from freshness.following import Follower, Outcome
from freshness.invalidation import Invalidations
from freshness.settings import Cdn
from local_loop.distribution import CachePolicy, Distribution, DistributionConfiguration
from local_loop.http import Request, Response
from resizer_core.urls.paths import key_variants
from tests.freshness.events import BUCKET, event
from tests.local_loop.doubles import SetClock

#: Seconds: for a run of the generator, for a fetch of the CDN, and from the first look to the second.
LONGEST_RUN, LONGEST_FETCH, DELAY = 30.0, 30.0, 61.0
NFC, NFD = (unicodedata.normalize(form, "é.png") for form in ("NFC", "NFD"))
NAMES = ("a b.png", "a+b.png", NFC, NFD)
PLACES = originals_by_place(f"s3://{BUCKET}")


class Broken(Exception):
    """Report that a service failed because the test said so."""


@dataclass
class UnderWay:
    """Hold work that ends later, with what it saw when it began."""

    until: float
    end: Callable[[], None]


@dataclass
class World:
    """Run all of it on one clock."""

    cdn: Cdn = Cdn.PATHS
    indexed: bool = False
    clock: SetClock = field(default_factory=SetClock)
    queue: list[tuple[float, str]] = field(default_factory=list)
    under_way: list[UnderWay] = field(default_factory=list)
    fails: set[str] = field(default_factory=set)
    told: list[list[str]] = field(default_factory=list)
    written: int = 0

    def __post_init__(self) -> None:
        self.originals, self.derivatives, self.index = (core.open_store("memory:") for _ in range(3))
        specs = (
            core.IndexedSpecs(self.index)
            if self.indexed
            else core.ListedSpecs(self.derivatives, clock=self.clock)
        )
        self.upkeep = core.Upkeep(self.originals, self.derivatives, specs=specs)
        self.fetched: Response | None = None
        configuration = DistributionConfiguration(
            origin_host="origin.test", cache_policy=CachePolicy(min_ttl=0, default_ttl=0, max_ttl=1e9)
        )
        self.cache = Distribution(configuration, self._origin, clock=self.clock)
        invalidations = Invalidations(self.cdn, self.invalidate, clock=self.clock)
        self.follower = Follower(self.upkeep, self, invalidations, delay=DELAY)

    # -- what people do

    def write(self, key: str) -> None:
        self.written += 1
        self.originals.delete(key)
        self.originals.put(key, str(self.written).encode(), media_type="image/png")
        self.queue.append((self.clock.now, event(key)))

    def delete_original(self, key: str) -> None:
        if self.originals.delete(key):
            self.queue.append((self.clock.now, event(key, kind="Object Deleted")))

    # -- what is under way

    def begin_run(self, spec: str, name: str) -> None:
        """Read the original now, and store its derivative later."""
        original = self.original(name)
        if original is None:
            return

        def store() -> None:
            metadata = {"original": original.etag, "pixels": "1", "tags": core.cache_tag(original.key)}
            if self.indexed:
                self.index.put(core.index_key(spec, name), b"", media_type="text/plain")
            self.derivatives.put(f"{spec}/{name}", b"1", media_type="image/png", metadata=metadata)

        self.under_way.append(UnderWay(self.clock.now + LONGEST_RUN, store))

    def begin_fetch(self, spec: str, name: str) -> None:
        """Read the derivative now, and keep it in the cache later."""
        request = Request.to(core.DerivativeKey(core.parse_spec(spec), name).path)
        response = self._stored(request)

        def keep() -> None:
            self.fetched = response
            self.cache(request)

        self.under_way.append(UnderWay(self.clock.now + LONGEST_FETCH, keep))

    def end(self, one: UnderWay) -> None:
        self.under_way.remove(one)
        one.end()

    def pass_seconds(self, seconds: float) -> None:
        later = self.clock.now + seconds
        for one in sorted(self.under_way, key=lambda one: one.until):
            if one.until <= later:
                self.end(one)
        self.clock.now = later

    # -- who follows

    def deliver(self, numbers: Sequence[int]) -> Outcome:
        """Hand over these messages, in this order. Only those that fail stay in the queue."""
        due = [message for message in self.queue if message[0] <= self.clock.now]
        batch = [due[number % len(due)] for number in numbers] if due else []
        read = [(message, read_message(message[1], PLACES)) for message in batch]
        outcome = self.follower.follow([change for _, changes in read for change in changes])
        for message, changes in read:
            if message in self.queue and not any(change.key in outcome.failed for change in changes):
                self.queue.remove(message)
        return outcome

    def settle(self) -> None:
        """Let all work end, and the queue become empty."""
        self.fails.clear()
        for _ in range(100):
            self.pass_seconds(DELAY)
            if not self.queue:
                return
            self.deliver(range(len(self.queue)))
        raise AssertionError(f"the queue never ends: {self.queue}")

    # -- the services

    def delete(self, stale: Sequence[core.Stale]) -> Mapping[str, str]:
        self._fail("delete")
        for one in stale:
            found = self.derivatives.head(one.key)
            if found and found.etag == one.etag:
                original = self.original(one.key.partition("/")[2])
                made_of = found.metadata["original"]
                assert original is None or original.etag != made_of, f"{one.key} is fresh, and was deleted"
        if "half" in self.fails:
            self.fails.discard("half")
            self.upkeep.remove(stale[1:])
            return {stale[0].key: "InternalError"}
        self.upkeep.remove(stale)
        return {}

    def look_again(self, messages: Mapping[str, str], delay: float) -> Mapping[str, str]:
        self._fail("send")
        self.queue += [(self.clock.now + delay, body) for body in messages.values()]
        return {}

    def warm(self, keys: Sequence[str]) -> Mapping[str, str]:
        raise AssertionError(f"nothing is eager here: {keys}")

    def invalidate(self, items: Sequence[str], reference: str) -> None:
        self._fail("invalidate")
        assert reference
        self.told.append(list(items))
        self.cache.invalidate(items)

    def _fail(self, service: str) -> None:
        if service in self.fails:
            self.fails.discard(service)
            raise Broken(service)

    # -- what there is

    def original(self, name: str) -> core.StoredObject | None:
        found = (self.originals.head(spelling) for spelling in key_variants(name))
        return next((one for one in found if one), None)

    def wrong(self) -> list[str]:
        """List the stored or cached derivatives that were made of another version of their original."""
        return [
            f"{place}: {key}, made of {made_of}"
            for place, key, made_of in self._kept()
            for original in [self.original(key.partition("/")[2])]
            if original is None or original.etag != made_of
        ]

    def _kept(self) -> Iterator[tuple[str, str, str]]:
        for found in self.derivatives.list():
            stored = self.derivatives.head(found.key)
            assert stored
            yield "stored", found.key, stored.metadata["original"]
            for name in NAMES:
                spec = found.key.partition("/")[0]
                yield from self._cached(f"{spec}/{name}")
        for key in ("20x/" + name for name in NAMES):
            yield from self._cached(key)

    def _cached(self, key: str) -> Iterator[tuple[str, str, str]]:
        spec, _, name = key.partition("/")
        self.fetched = Response(status=404, headers={"cache-control": "no-store"})
        answer = self.cache(Request.to(core.DerivativeKey(core.parse_spec(spec), name).path))
        if answer.status == 200:
            yield "cached", key, answer.headers["x-amz-meta-original"]

    def _origin(self, request: Request) -> Response:
        fetched, self.fetched = self.fetched, None
        assert fetched, f"nothing was fetched for {request.path}"
        return fetched

    def _stored(self, request: Request) -> Response:
        found = self.derivatives.head(str(core.parse_path(unquote(request.path))))
        if found is None:
            return Response(status=404, headers={"cache-control": "no-store"})
        metadata = {f"x-amz-meta-{name}": value for name, value in found.metadata.items()}
        return Response(status=200, headers={"cache-control": "max-age=100000000", **metadata}, body=b"1")
