"""One loop with all that a test may reach: the stores, the clock, and how often the function ran."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlsplit

from handler import Function
from local_loop.distribution import DistributionConfiguration
from local_loop.http_api import HttpApiConfiguration, LambdaFunction
from local_loop.server import LoopServer
from local_loop.stack import Loop, LoopConfiguration, standard
from local_loop.viewer import Walk
from local_loop.website import WebsiteConfiguration
from resizer_core import ObjectStore, Settings, Site, open_store
from tests.local_loop.doubles import SetClock

SECRET = "0123456789abcdef0123456789abcdef"
REFERER = "fedcba9876543210fedcba9876543210"

#: Puts a fault, or something harmless, into a loop.
Change = Callable[[LoopConfiguration], LoopConfiguration]


@dataclass(frozen=True, slots=True)
class Base:
    """The loop that a test starts from. ``environment`` are the function's variables, ``RESIZER_*``."""

    configuration: LoopConfiguration
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        """Where viewers begin: at delivery, by the name that redirects lead to if that is one of its own."""
        base_url = urlsplit(self.environment["RESIZER_BASE_URL"])
        names = (self.configuration.delivery_host, *self.configuration.delivery_aliases)
        return f"{base_url.scheme}://{base_url.netloc if base_url.netloc in names else names[0]}"

    def bucket(self, variable: str) -> str:
        """The name of the bucket that a variable of the environment says."""
        url = urlsplit(self.environment[variable])
        if url.scheme != "s3" or url.path.strip("/"):
            raise ValueError(f"{variable}: expected s3://BUCKET, got {self.environment[variable]!r}")
        return url.netloc


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


def served(originals: ObjectStore, derivatives: ObjectStore) -> LoopServer:
    """The loop over these stores on ports of the operating system's choice, not started yet."""

    def build(delivery_host: str, generator_host: str) -> Loop:
        configuration = standard(
            delivery_host=delivery_host,
            generator_host=generator_host,
            protocol="http",
            referer=REFERER,
            secret=SECRET,
        )
        environment = {**STANDARD.environment, "RESIZER_BASE_URL": f"http://{delivery_host}"}
        function = Function(
            Settings.from_environment(environment),
            originals=originals,
            derivatives=derivatives,
            write=lambda _: None,
        )
        return Loop(configuration, buckets={"derivatives": derivatives}, function=function)

    return LoopServer(build, originals=originals, site=Site())


@dataclass
class World:
    """A loop over buckets in memory. Its configuration can be replaced while the caches are full."""

    base: Base
    configuration: LoopConfiguration
    buckets: Mapping[str, ObjectStore]
    function: Counted
    log: list[str]
    clock: SetClock = field(default_factory=SetClock)
    loop: Loop = field(init=False)

    def __post_init__(self) -> None:
        self.loop = Loop(self.configuration, buckets=self.buckets, function=self.function, clock=self.clock)

    @classmethod
    def over(
        cls,
        base: Base,
        originals: Mapping[str, bytes],
        *changes: Change,
        derivatives: ObjectStore | None = None,
    ) -> Self:
        """A world with these originals, by key, and no derivative yet.

        The function reads and writes the buckets that its environment names, the website serves the one that
        its configuration names; ``derivatives`` is the store behind the one that the function writes.
        """
        configuration = in_turn(*changes)(base.configuration)
        read, written = base.bucket("RESIZER_ORIGINALS"), base.bucket("RESIZER_DERIVATIVES")
        buckets = {name: open_store("memory:") for name in (read, written, configuration.website.bucket)}
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
        return self.loop.viewer().walk(self.base.url + path, headers=headers)

    def reconfigure(self, change: Change) -> None:
        """Deploy the base with another change. The caches stay as full as they are, the origins the same."""
        configuration = change(self.base.configuration)
        self.loop.delivery_cache.configuration = configuration.delivery
        self.loop.generator_cache.configuration = configuration.generator
        self.loop.website.configuration = configuration.website

    def stored(self) -> set[str]:
        """The keys of all derivatives."""
        return {found.key for found in self.derivatives.list()}

    def outcomes(self) -> list[str]:
        """How each run of the function ended, as it logged it."""
        return [json.loads(line)["outcome"] for line in self.log]


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


def in_turn(*changes: Change) -> Change:
    """Several changes, one after the other; without any, the loop as it is."""

    def change(configuration: LoopConfiguration) -> LoopConfiguration:
        for one in changes:
            configuration = one(configuration)
        return configuration

    return change
