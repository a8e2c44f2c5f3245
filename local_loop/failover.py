"""Wire the second way of delivery from one value: a private bucket, no redirect, one distribution.

`failover` is the right configuration. A test replaces one field of it to make a fault. ``stack.py`` says what
is emulated between the pieces. The function behind it answers with the picture itself
(``RESIZER_DELIVERY=failover``).
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

#: The answer of failover.js in Terraform's module cdn, without the distribution's headers.
_NOT_FOUND = Response(
    status=404,
    headers={"cache-control": "public, max-age=10", "content-type": "application/json"},
    body=b'{"error": "InvalidSpec", "message": "expected /SPEC/KEY"}',
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverConfiguration:
    """Hold every piece's configuration, the host that viewers see, and the host of the bucket.

    ``delivery_aliases`` are other names of the distribution. The host of the API is its ``domain_name``.
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
    """Configure this way of delivery correctly.

    The distribution asks the bucket. On 404, and on no other code, it asks the API, with the secret for the
    function. It keeps each answer as long as the answer says, and keeps no answer that says nothing.
    ``edge`` negotiates ``f-auto``, also in ``presets``, and answers 404 to a path that begins with no SPEC.
    Without ``edge``, `only_specs` gives that 404, and the function negotiates.
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
    """Answer 404 to a path that begins with no SPEC, like the function at the edge."""
    return request if request.path[1:].startswith(SPEC_BEGINNINGS) else _NOT_FOUND


class FailoverLoop(Wired):
    """Hold the wired pieces. Viewers can reach ``delivery``.

    ``buckets`` are stores by the names of their buckets, including the one that the distribution reads.
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
