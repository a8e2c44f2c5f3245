"""Build one loop that delivers by failover, with all that a test may reach, and change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Self, cast

from local_loop.bucket import BucketConfiguration
from local_loop.distribution import DistributionConfiguration, OriginGroup
from local_loop.dropped import with_dropped
from local_loop.failover import FailoverConfiguration, FailoverLoop, failover
from local_loop.freshness import Freshness
from local_loop.http_api import HttpApiConfiguration
from local_loop.server import LoopServer
from resizer_core import Delivery, ObjectStore, Site, open_store
from tests.local_loop.doubles import LikeS3
from tests.local_loop.world import MOST_DROPPED, SECRET, AnyBase, AnyWorld, made_function

#: A change of such a loop's configuration: a fault, or something harmless.
FailoverChange = Callable[[FailoverConfiguration], FailoverConfiguration]


class FailoverBase(AnyBase[FailoverConfiguration]):
    """Describe the loop with failover that a test starts from."""


FAILOVER = FailoverBase(
    failover(delivery_host="img.test", secret=SECRET),
    {
        "RESIZER_ORIGINALS": "s3://originals",
        "RESIZER_DERIVATIVES": "s3://derivatives",
        "RESIZER_DELIVERY": "failover",
        "RESIZER_ORIGIN_SECRETS": SECRET,
    },
)


def served_by_failover(
    originals: ObjectStore, derivatives: ObjectStore, ways: Mapping[Delivery, str] = MappingProxyType({})
) -> LoopServer[FailoverLoop]:
    """Build the loop with failover over these stores, on a free port. It is not started yet."""
    pictures, made = with_dropped(originals, derivatives, most=MOST_DROPPED)

    def build(delivery_host: str) -> FailoverLoop:
        return FailoverLoop(
            failover(delivery_host=delivery_host, secret=SECRET),
            buckets={"derivatives": made},
            function=made_function(FAILOVER.environment, pictures, made),
        )

    return LoopServer(
        build,
        freshness=Freshness(pictures, made),
        originals=pictures,
        site=Site(),
        ports=(0,),
        delivery=Delivery.FAILOVER,
        ways=ways,
    )


class FailoverWorld(AnyWorld[FailoverConfiguration]):
    """Hold a loop with failover over buckets in memory, with the ETags of S3."""

    loop: FailoverLoop

    @classmethod
    def like_s3(cls, base: FailoverBase, originals: Mapping[str, bytes], *changes: FailoverChange) -> Self:
        """Build a world with these originals, by key, and no derivative yet."""
        derivatives = cast(ObjectStore, LikeS3(open_store("memory:")))
        return cls.over(base, originals, *changes, derivatives=derivatives)

    @staticmethod
    def read_by_delivery(configuration: FailoverConfiguration) -> str:
        return configuration.bucket.bucket

    def wired(self) -> FailoverLoop:
        return FailoverLoop(
            self.configuration, buckets=self.buckets, function=self.function, clock=self.clock
        )

    def reconfigure(self, change: FailoverChange) -> None:
        """Deploy the base with another change. The cache stays full, and the origins stay the same."""
        configuration = change(self.base.configuration)
        self.loop.delivery_cache.configuration = configuration.delivery
        self.loop.bucket.configuration = configuration.bucket


def with_failover(**changes: Any) -> FailoverChange:
    """Change the distribution. Each change is a field of `DistributionConfiguration`."""

    def change(configuration: FailoverConfiguration) -> FailoverConfiguration:
        changed: DistributionConfiguration = replace(configuration.delivery, **changes)
        return replace(configuration, delivery=changed)

    return change


def with_group(**changes: Any) -> FailoverChange:
    """Change the origin group. Each change is a field of `OriginGroup`."""

    def change(configuration: FailoverConfiguration) -> FailoverConfiguration:
        group = configuration.delivery.origin_group
        assert group is not None
        changed: OriginGroup = replace(group, **changes)
        return with_failover(origin_group=changed)(configuration)

    return change


def with_bucket(**changes: Any) -> FailoverChange:
    """Change the private bucket. Each change is a field of `BucketConfiguration`."""

    def change(configuration: FailoverConfiguration) -> FailoverConfiguration:
        changed: BucketConfiguration = replace(configuration.bucket, **changes)
        return replace(configuration, bucket=changed)

    return change


def with_failover_api(**changes: Any) -> FailoverChange:
    """Change the API behind the origin group."""

    def change(configuration: FailoverConfiguration) -> FailoverConfiguration:
        changed: HttpApiConfiguration = replace(configuration.api, **changes)
        return replace(configuration, api=changed)

    return change
