"""Build one loop with all that a test may reach: the stores, the clock, and the runs of the function."""

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
#: The limit in bytes of the pictures in memory beside a store, and of their derivatives.
MOST_DROPPED = 1_000_000
REFERER = "fedcba9876543210fedcba9876543210"

#: A change of a loop's configuration: a fault, or something harmless.
Change = Callable[[LoopConfiguration], LoopConfiguration]

_Configuration = TypeVar("_Configuration", LoopConfiguration, FailoverConfiguration)


@dataclass(frozen=True, slots=True)
class AnyBase(Generic[_Configuration]):
    """Describe the loop that a test starts from.

    ``environment`` holds the function's variables, ``RESIZER_*``.
    """

    configuration: _Configuration
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        """Return the URL at which viewers begin.

        It is that of delivery. Its name is the one in redirects, if delivery has that name.
        """
        base_url = urlsplit(self.environment.get("RESIZER_BASE_URL", "http:"))
        names = (self.configuration.delivery_host, *self.configuration.delivery_aliases)
        return f"{base_url.scheme}://{base_url.netloc if base_url.netloc in names else names[0]}"

    def bucket(self, variable: str) -> str:
        """Read the name of a bucket from a variable of the environment."""
        url = urlsplit(self.environment[variable])
        if url.scheme != "s3" or url.path.strip("/"):
            raise ValueError(f"{variable}: expected s3://BUCKET, got {self.environment[variable]!r}")
        return url.netloc


class Base(AnyBase[LoopConfiguration]):
    """Describe the loop of redirects that a test starts from."""


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
    """Call the function, and count its runs."""

    function: LambdaFunction
    runs: int = 0

    def __call__(self, event: dict[str, Any], context: object = None) -> Mapping[str, Any]:
        self.runs += 1
        return self.function(event, context)


def served(
    originals: ObjectStore, derivatives: ObjectStore, ways: Mapping[Delivery, str] = MappingProxyType({})
) -> LoopServer[Loop]:
    """Build the loop of redirects over these stores, on free ports. It is not started yet."""
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
    """Hold a loop over buckets in memory. A test can replace its configuration while the caches are full."""

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
        """Build the pieces of this way of delivery."""
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
        """Build a world with these originals, by key, and no derivative yet.

        The function reads and writes the buckets that its environment names. Delivery reads the bucket that
        its configuration names. ``derivatives`` is the store behind the bucket that the function writes.
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
        """Return the bucket that the function reads."""
        return self.buckets[self.base.bucket("RESIZER_ORIGINALS")]

    @property
    def derivatives(self) -> ObjectStore:
        """Return the bucket that the function writes."""
        return self.buckets[self.base.bucket("RESIZER_DERIVATIVES")]

    def view(self, path: str, **headers: str) -> Walk:
        """View a path with a new browser."""
        walk: Walk = self.loop.viewer().walk(self.base.url + path, headers=headers)
        return walk

    def stored(self) -> set[str]:
        """List the keys of all derivatives."""
        return {found.key for found in self.derivatives.list()}

    def outcomes(self) -> list[str]:
        """List the outcome of each run of the function, from its log."""
        return [json.loads(line)["outcome"] for line in self.log]


class World(AnyWorld[LoopConfiguration]):
    """Hold a loop of redirects over buckets in memory."""

    loop: Loop

    @staticmethod
    def read_by_delivery(configuration: LoopConfiguration) -> str:
        return configuration.website.bucket

    def wired(self) -> Loop:
        return Loop(self.configuration, buckets=self.buckets, function=self.function, clock=self.clock)

    def reconfigure(self, change: Change) -> None:
        """Deploy the base with another change. The caches stay full, and the origins stay the same."""
        configuration = change(self.base.configuration)
        self.loop.delivery_cache.configuration = configuration.delivery
        self.loop.generator_cache.configuration = configuration.generator
        self.loop.website.configuration = configuration.website


def with_delivery(**changes: Any) -> Change:
    """Change the delivery cache. Each change is a field of `DistributionConfiguration`."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        changed: DistributionConfiguration = replace(configuration.delivery, **changes)
        return replace(configuration, delivery=changed)

    return change


def with_generator(**changes: Any) -> Change:
    """Change the generator cache."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        changed: DistributionConfiguration = replace(configuration.generator, **changes)
        return replace(configuration, generator=changed)

    return change


def with_website(**changes: Any) -> Change:
    """Change the website. Each change is a field of `WebsiteConfiguration`."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        changed: WebsiteConfiguration = replace(configuration.website, **changes)
        return replace(configuration, website=changed)

    return change


def with_rules(**changes: Any) -> Change:
    """Change each routing rule. Each change is a field of `RoutingRule`."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        rules = tuple(replace(rule, **changes) for rule in configuration.website.routing_rules)
        return with_website(routing_rules=rules)(configuration)

    return change


def with_api(**changes: Any) -> Change:
    """Change the API."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        changed: HttpApiConfiguration = replace(configuration.api, **changes)
        return replace(configuration, api=changed)

    return change


def in_turn(
    *changes: Callable[[_Configuration], _Configuration],
) -> Callable[[_Configuration], _Configuration]:
    """Make several changes, one after the other. Without any, the loop stays as it is."""

    def change(configuration: _Configuration) -> _Configuration:
        for one in changes:
            configuration = one(configuration)
        return configuration

    return change
