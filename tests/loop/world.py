"""One loop with all that a test may reach: the stores, the clock, and how often the function ran."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from handler import Function, Settings
from local_loop.distribution import DistributionConfiguration
from local_loop.http_api import HttpApiConfiguration, LambdaFunction
from local_loop.server import LoopServer
from local_loop.stack import Loop, LoopConfiguration, standard
from local_loop.viewer import Walk
from local_loop.website import WebsiteConfiguration
from resizer_core import ObjectStore, open_store
from tests.loop.doubles import SetClock

SECRET = "0123456789abcdef0123456789abcdef"
REFERER = "fedcba9876543210fedcba9876543210"
STANDARD = standard(delivery_host="img.test", generator_host="gen.test", referer=REFERER, secret=SECRET)


@dataclass
class Counted:
    """The function, and how often it ran."""

    function: LambdaFunction
    runs: int = 0

    def __call__(self, event: dict[str, Any], context: object = None) -> Mapping[str, Any]:
        self.runs += 1
        return self.function(event, context)


def function_over(
    originals: ObjectStore, derivatives: ObjectStore, *, base_url: str, log: list[str]
) -> Function:
    """The real function, on these stores. What it logs goes to the end of ``log``."""
    settings = Settings.from_environment(
        {
            "RESIZER_ORIGINALS": "s3://originals",
            "RESIZER_DERIVATIVES": "s3://derivatives",
            "RESIZER_BASE_URL": base_url,
            "RESIZER_ORIGIN_SECRETS": SECRET,
        }
    )
    return Function(settings, originals=originals, derivatives=derivatives, write=log.append)


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
        function = function_over(originals, derivatives, base_url=f"http://{delivery_host}", log=[])
        return Loop(configuration, derivatives=derivatives, function=function)

    return LoopServer(build, originals=originals)


@dataclass
class World:
    """A loop over two stores in memory. Its configuration can be replaced while the caches are full."""

    configuration: LoopConfiguration
    originals: ObjectStore
    derivatives: ObjectStore
    function: Counted
    log: list[str]
    clock: SetClock = field(default_factory=SetClock)
    loop: Loop = field(init=False)

    def __post_init__(self) -> None:
        self.loop = Loop(
            self.configuration, derivatives=self.derivatives, function=self.function, clock=self.clock
        )

    @classmethod
    def over(
        cls,
        originals: Mapping[str, bytes],
        configuration: LoopConfiguration = STANDARD,
        *,
        derivatives: ObjectStore | None = None,
    ) -> Self:
        """A world with these originals, by key, and no derivative yet."""
        store, derivatives = open_store("memory:"), derivatives or open_store("memory:")
        for key, body in originals.items():
            store.put(key, body, media_type="application/octet-stream")
        log: list[str] = []
        base_url = f"http://{configuration.delivery_host}"
        function = function_over(store, derivatives, base_url=base_url, log=log)
        return cls(
            configuration=configuration,
            originals=store,
            derivatives=derivatives,
            function=Counted(function),
            log=log,
        )

    def view(self, path: str, **headers: str) -> Walk:
        """One view by a new browser."""
        return self.loop.walk(path, headers=headers)

    def reconfigure(self, configuration: LoopConfiguration) -> None:
        """Deploy another configuration. The caches stay as full as they are."""
        self.loop.delivery_cache.configuration = configuration.delivery
        self.loop.generator_cache.configuration = configuration.generator
        self.loop.website.configuration = configuration.website

    def stored(self) -> set[str]:
        """The keys of all derivatives."""
        return {found.key for found in self.derivatives.list()}

    def outcomes(self) -> list[str]:
        """How each run of the function ended, as it logged it."""
        return [json.loads(line)["outcome"] for line in self.log]


def with_delivery(configuration: LoopConfiguration = STANDARD, **changes: Any) -> LoopConfiguration:
    """The loop with another delivery cache. A change is a field of `DistributionConfiguration`."""
    changed: DistributionConfiguration = replace(configuration.delivery, **changes)
    return replace(configuration, delivery=changed)


def with_generator(configuration: LoopConfiguration = STANDARD, **changes: Any) -> LoopConfiguration:
    """The loop with another generator cache."""
    changed: DistributionConfiguration = replace(configuration.generator, **changes)
    return replace(configuration, generator=changed)


def with_website(configuration: LoopConfiguration = STANDARD, **changes: Any) -> LoopConfiguration:
    """The loop with another website. A change is a field of `WebsiteConfiguration`."""
    changed: WebsiteConfiguration = replace(configuration.website, **changes)
    return replace(configuration, website=changed)


def with_rules(configuration: LoopConfiguration = STANDARD, **changes: Any) -> LoopConfiguration:
    """The loop with each routing rule changed. A change is a field of `RoutingRule`."""
    rules = tuple(replace(rule, **changes) for rule in configuration.website.routing_rules)
    return with_website(configuration, routing_rules=rules)


def with_api(configuration: LoopConfiguration = STANDARD, **changes: Any) -> LoopConfiguration:
    """The loop with another API."""
    changed: HttpApiConfiguration = replace(configuration.api, **changes)
    return replace(configuration, api=changed)
