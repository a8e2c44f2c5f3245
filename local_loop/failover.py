"""The second way of delivery as one value, and its wiring: a private bucket, no redirect, one distribution.

`failover` is how it is meant to be deployed; a test replaces one field of it to put a fault in. What is
emulated between the pieces is said in ``stack.py``. The function that stands behind it answers with the
picture itself (``RESIZER_DELIVERY=failover``).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from function.events import SECRET_HEADER, VIEWER_HEADER
from local_loop.bucket import Bucket, BucketConfiguration
from local_loop.distribution import (
    CachePolicy,
    Clock,
    Distribution,
    DistributionConfiguration,
    Edge,
    OriginGroup,
)
from local_loop.http import Request, Response
from local_loop.http_api import HttpApi, HttpApiConfiguration, LambdaFunction
from local_loop.stack import (
    ERROR_TTLS,
    NO_SUCH_API,
    NO_SUCH_BUCKET,
    RESPONSE_HEADERS,
    SPEC_BEGINNINGS,
    Wired,
    headers_by_pattern,
    known_as,
    unreachable,
)
from local_loop.trace import watched
from resizer_core import ObjectStore, Spec

#: What failover.js of Terraform's module cdn answers, without what the distribution adds.
_NOT_FOUND = Response(
    status=404,
    headers={"cache-control": "public, max-age=10", "content-type": "application/json"},
    body=b'{"error": "InvalidSpec", "message": "expected /SPEC/KEY"}',
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverConfiguration:
    """Every piece's configuration, the host that viewers see, and the one where the bucket answers.

    ``delivery_aliases`` are other names of the distribution. Where the API answers is its ``domain_name``.
    """

    delivery_host: str
    bucket_host: str
    delivery: DistributionConfiguration
    bucket: BucketConfiguration
    api: HttpApiConfiguration
    delivery_aliases: tuple[str, ...] = ()


def failover(
    *,
    delivery_host: str,
    secret: str,
    edge: Edge | None = None,
    presets: Mapping[str, Spec] = MappingProxyType({}),
) -> FailoverConfiguration:
    """Configure this way of delivery as it is meant to be.

    The distribution asks the bucket, and where that has nothing (404, no other code) the API, with the
    secret that opens the function. It keeps each answer as long as that says, and none that says nothing.

    ``edge`` negotiates ``f-auto``, also where one of ``presets`` stands for it, and answers 404 to what
    begins with no SPEC. Without it `only_specs` does the latter, and the function the former.
    """
    bucket_host, api_host = "derivatives.s3.internal", "generator.execute-api.internal"
    return FailoverConfiguration(
        delivery_host=delivery_host,
        bucket_host=bucket_host,
        delivery=DistributionConfiguration(
            origin_host=bucket_host,
            origin_group=OriginGroup(
                secondary_host=api_host, status_codes=frozenset({404}), headers={SECRET_HEADER: secret}
            ),
            default_root_object="no-such-root-object",
            cache_policy=CachePolicy(min_ttl=0, default_ttl=0, max_ttl=31_536_000),
            error_caching_min_ttl=ERROR_TTLS,
            forwarded_headers=("accept", VIEWER_HEADER),
            response_headers=RESPONSE_HEADERS,
            headers_by_pattern=headers_by_pattern(presets) if edge else (),
            edge=edge or only_specs,
        ),
        bucket=BucketConfiguration(bucket="derivatives"),
        api=HttpApiConfiguration(domain_name=api_host),
    )


def only_specs(request: Request) -> Request | Response:
    """Answer 404 to a path that begins with no SPEC, as the function at the edge does."""
    return request if request.path[1:].startswith(SPEC_BEGINNINGS) else _NOT_FOUND


class FailoverLoop(Wired):
    """The pieces, wired. ``delivery`` is what viewers can reach.

    ``buckets`` are stores by the names of their buckets. The one that the distribution reads is among them.
    """

    def __init__(
        self,
        configuration: FailoverConfiguration,
        *,
        buckets: Mapping[str, ObjectStore],
        function: LambdaFunction,
        clock: Clock = time.time,
    ) -> None:
        self.configuration = configuration
        bucket_host, api_host = configuration.bucket_host, configuration.api.domain_name
        self.bucket = Bucket(configuration.bucket, buckets[configuration.bucket.bucket])
        api = HttpApi(configuration.api, function, clock=clock)
        origins = {
            bucket_host: watched("bucket", known_as(bucket_host, self.bucket, NO_SUCH_BUCKET)),
            api_host: watched("api", known_as(api_host, api, NO_SUCH_API)),
        }
        group = configuration.delivery.origin_group
        delivery_cache = Distribution(
            configuration.delivery,
            origins.get(configuration.delivery.origin_host, unreachable),
            secondary=origins.get(group.secondary_host, unreachable) if group else None,
            clock=clock,
        )
        super().__init__(delivery_cache, (configuration.delivery_host, *configuration.delivery_aliases), {})
