"""One loop with all that a test may reach: the stores, the clock, and how often the function ran."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlsplit

from handler import Function
from local_loop.distribution import DistributionConfiguration
from local_loop.dropped import with_dropped
from local_loop.failover import FailoverConfiguration
from local_loop.freshness import Freshness
from local_loop.http_api import HttpApiConfiguration, LambdaFunction
from local_loop.server import LoopServer
from local_loop.stack import Loop, LoopConfiguration, Wired, standard
from local_loop.viewer import Walk
from local_loop.website import WebsiteConfiguration
from resizer_core import Delivery, ObjectStore, Settings, Site, open_store
from tests.local_loop.doubles import SetClock

SECRET = "0123456789abcdef0123456789abcdef"
#: Bytes of pictures in memory beside a store, and of what is made of them.
MOST_DROPPED = 1_000_000
REFERER = "fedcba9876543210fedcba9876543210"

#: Puts a fault, or something harmless, into a loop.
Change = Callable[[LoopConfiguration], LoopConfiguration]

_Configuration = TypeVar("_Configuration", LoopConfiguration, FailoverConfiguration)


@dataclass(frozen=True, slots=True)
class AnyBase(Generic[_Configuration]):
    """The loop that a test starts from. ``environment`` are the function's variables, ``RESIZER_*``."""

    configuration: _Configuration
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        """Where viewers begin: at delivery, by the name that redirects lead to if that is one of its own."""
        base_url = urlsplit(self.environment.get("RESIZER_BASE_URL", "http:"))
        names = (self.configuration.delivery_host, *self.configuration.delivery_aliases)
        return f"{base_url.scheme}://{base_url.netloc if base_url.netloc in names else names[0]}"

    def bucket(self, variable: str) -> str:
        """The name of the bucket that a variable of the environment says."""
        url = urlsplit(self.environment[variable])
        if url.scheme != "s3" or url.path.strip("/"):
            raise ValueError(f"{variable}: expected s3://BUCKET, got {self.environment[variable]!r}")
        return url.netloc


class Base(AnyBase[LoopConfiguration]):
    """A loop of redirects that a test starts from."""


STANDARD = Base(
    standard(delivery_host="img.test", generator_host="gen.test", referer=REFERER, secret=SECRET),
    {
        "RESIZER_ORIGINALS": "s3://originals",
        "RESIZER_DERIVATIVES": "s3://derivatives",
        "RESIZER_BASE_URL": "http://img.test",
        "RESIZER_ORIGIN_SECRETS": SECRET,
    },
)


@dataclass
class Counted:
    """The function, and how often it ran."""

    function: LambdaFunction
    runs: int = 0

    def __call__(self, event: dict[str, Any], context: object = None) -> Mapping[str, Any]:
        self.runs += 1
        return self.function(event, context)


def served(
    originals: ObjectStore, derivatives: ObjectStore, ways: Mapping[Delivery, str] = MappingProxyType({})
) -> LoopServer[Loop]:
    """The loop of redirects over these stores on ports of the operating system's choice, not started yet."""
    pictures, made = with_dropped(originals, derivatives, most=MOST_DROPPED)

    def build(delivery_host: str, generator_host: str) -> Loop:
        configuration = standard(
            delivery_host=delivery_host,
            generator_host=generator_host,
            protocol="http",
            referer=REFERER,
            secret=SECRET,
        )
        environment = {**STANDARD.environment, "RESIZER_BASE_URL": f"http://{delivery_host}"}
        function = made_function(environment, pictures, made)
        return Loop(configuration, buckets={"derivatives": made}, function=function)

    return LoopServer(
        build,
        freshness=Freshness(pictures, made),
        originals=pictures,
        site=Site(),
        ports=(0, 0),
        delivery=Delivery.REDIRECT,
        ways=ways,
    )


def made_function(
    environment: Mapping[str, str], originals: ObjectStore, derivatives: ObjectStore
) -> Function:
    settings = Settings.from_environment(environment)
    return Function(settings, originals=originals, derivatives=derivatives, write=lambda _: None)


@dataclass
class AnyWorld(Generic[_Configuration]):
    """A loop over buckets in memory. Its configuration can be replaced while the caches are full."""

    base: AnyBase[_Configuration]
    configuration: _Configuration
    buckets: Mapping[str, ObjectStore]
    function: Counted
    log: list[str]
    clock: SetClock = field(default_factory=SetClock)
    loop: Any = field(init=False)

    def __post_init__(self) -> None:
        self.loop = self.wired()

    def wired(self) -> Wired:
        """The pieces of this way of delivery."""
        raise NotImplementedError

    @staticmethod
    def read_by_delivery(configuration: _Configuration) -> str:
        """Name the bucket that delivery reads."""
        raise NotImplementedError

    @classmethod
    def over(
        cls,
        base: AnyBase[_Configuration],
        originals: Mapping[str, bytes],
        *changes: Callable[[_Configuration], _Configuration],
        derivatives: ObjectStore | None = None,
    ) -> Self:
        """A world with these originals, by key, and no derivative yet.

        The function reads and writes the buckets that its environment names, delivery reads the one that its
        configuration names; ``derivatives`` is the store behind the one that the function writes.
        """
        configuration = in_turn(*changes)(base.configuration)
        read, written = base.bucket("RESIZER_ORIGINALS"), base.bucket("RESIZER_DERIVATIVES")
        buckets = {
            name: open_store("memory:") for name in (read, written, cls.read_by_delivery(configuration))
        }
        buckets[written] = derivatives or buckets[written]
        for key, body in originals.items():
            buckets[read].put(key, body, media_type="application/octet-stream")
        log: list[str] = []
        function = Function(
            Settings.from_environment(base.environment),
            originals=buckets[read],
            derivatives=buckets[written],
            write=log.append,
        )
        return cls(
            base=base, configuration=configuration, buckets=buckets, function=Counted(function), log=log
        )

    @property
    def originals(self) -> ObjectStore:
        """What the function reads."""
        return self.buckets[self.base.bucket("RESIZER_ORIGINALS")]

    @property
    def derivatives(self) -> ObjectStore:
        """What the function writes."""
        return self.buckets[self.base.bucket("RESIZER_DERIVATIVES")]

    def view(self, path: str, **headers: str) -> Walk:
        """One view by a new browser."""
        walk: Walk = self.loop.viewer().walk(self.base.url + path, headers=headers)
        return walk

    def stored(self) -> set[str]:
        """The keys of all derivatives."""
        return {found.key for found in self.derivatives.list()}

    def outcomes(self) -> list[str]:
        """How each run of the function ended, as it logged it."""
        return [json.loads(line)["outcome"] for line in self.log]


class World(AnyWorld[LoopConfiguration]):
    """A loop of redirects over buckets in memory."""

    loop: Loop

    @staticmethod
    def read_by_delivery(configuration: LoopConfiguration) -> str:
        return configuration.website.bucket

    def wired(self) -> Loop:
        return Loop(self.configuration, buckets=self.buckets, function=self.function, clock=self.clock)

    def reconfigure(self, change: Change) -> None:
        """Deploy the base with another change. The caches stay as full as they are, the origins the same."""
        configuration = change(self.base.configuration)
        self.loop.delivery_cache.configuration = configuration.delivery
        self.loop.generator_cache.configuration = configuration.generator
        self.loop.website.configuration = configuration.website


def with_delivery(**changes: Any) -> Change:
    """Another delivery cache. A change is a field of `DistributionConfiguration`."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        changed: DistributionConfiguration = replace(configuration.delivery, **changes)
        return replace(configuration, delivery=changed)

    return change


def with_generator(**changes: Any) -> Change:
    """Another generator cache."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        changed: DistributionConfiguration = replace(configuration.generator, **changes)
        return replace(configuration, generator=changed)

    return change


def with_website(**changes: Any) -> Change:
    """Another website. A change is a field of `WebsiteConfiguration`."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        changed: WebsiteConfiguration = replace(configuration.website, **changes)
        return replace(configuration, website=changed)

    return change


def with_rules(**changes: Any) -> Change:
    """Each routing rule changed. A change is a field of `RoutingRule`."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        rules = tuple(replace(rule, **changes) for rule in configuration.website.routing_rules)
        return with_website(routing_rules=rules)(configuration)

    return change


def with_api(**changes: Any) -> Change:
    """Another API."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        changed: HttpApiConfiguration = replace(configuration.api, **changes)
        return replace(configuration, api=changed)

    return change


def in_turn(
    *changes: Callable[[_Configuration], _Configuration],
) -> Callable[[_Configuration], _Configuration]:
    """Several changes, one after the other; without any, the loop as it is."""

    def change(configuration: _Configuration) -> _Configuration:
        for one in changes:
            configuration = one(configuration)
        return configuration

    return change
