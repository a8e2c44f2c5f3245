"""Wire the whole loop of redirects from one value. ``failover.py`` has the other way of delivery.

`standard` is the right configuration. A test replaces one field of it to make a fault.

Emulated between the pieces: a distribution finds its origin by the configured name. If there is none, it
answers 502, as CloudFront does. S3 and API Gateway find the customer by Host. For an unknown Host S3 answers
404 (NoSuchBucket), and API Gateway 403. Left out: protocols, certificates, and the path of an origin.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from function.events import SECRET_HEADER, VIEWER_HEADER
from local_loop.cloudfront_function import negotiated_paths
from local_loop.distribution import (
    AddedHeader,
    AddedHeaders,
    CachePolicy,
    Clock,
    Distribution,
    DistributionConfiguration,
    Edge,
)
from local_loop.http import Piece, Request, Response
from local_loop.http_api import HttpApi, HttpApiConfiguration, LambdaFunction
from local_loop.trace import watched
from local_loop.viewer import Viewer, Walk
from local_loop.website import RoutingRule, Website, WebsiteConfiguration
from resizer_core import ObjectStore, Spec

#: The beginnings of a SPEC: a size or a percentage, a height, the original's size, a preset.
SPEC_BEGINNINGS = (*"123456789", "x", "orig", "p-")

#: Seconds. An error by accident is tried again soon.
ERROR_TTLS = dict.fromkeys((400, 403, 404, 405, 414), 10.0) | dict.fromkeys((500, 502, 503, 504), 1.0)

#: Rule 22. All except the last are on every hop. The function sends them itself.
RESPONSE_HEADERS = {
    "access-control-allow-origin": AddedHeader("*", override=False),
    "cross-origin-resource-policy": AddedHeader("cross-origin", override=True),
    "timing-allow-origin": AddedHeader("*", override=True),
    "x-content-type-options": AddedHeader("nosniff", override=True),
    "content-security-policy": AddedHeader(
        "default-src 'none'; style-src 'unsafe-inline'; sandbox", override=True
    ),
}
#: If the edge negotiates f-auto, one address has several pictures. Caches behind ours have to know that.
_NEGOTIATED_HEADERS = RESPONSE_HEADERS | {"vary": AddedHeader("Accept", override=True)}

NO_SUCH_BUCKET = Response(
    status=404,
    headers={"content-type": "text/html; charset=utf-8"},
    body=b"<html><body><h1>404 Not Found</h1><p>Code: NoSuchBucket</p></body></html>\n",
)
NO_SUCH_API = Response(
    status=403, headers={"content-type": "application/json"}, body=b'{"message": "Forbidden"}'
)
_UNREACHABLE = Response(
    status=502,
    headers={"content-type": "text/html"},
    body=b"<html><body><h1>502 ERROR</h1><p>The origin could not be reached.</p></body></html>\n",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopConfiguration:
    """Hold every piece's configuration, the two hosts that viewers see, and the host of the website.

    ``delivery_aliases`` are other names of the delivery distribution that viewers may use. The host of the
    API is its ``domain_name``.
    """

    delivery_host: str
    generator_host: str
    website_host: str
    delivery: DistributionConfiguration
    website: WebsiteConfiguration
    generator: DistributionConfiguration
    api: HttpApiConfiguration
    delivery_aliases: tuple[str, ...] = ()


def standard(
    *,
    delivery_host: str,
    generator_host: str,
    referer: str,
    secret: str,
    protocol: str = "https",
    edge: Edge | None = None,
    presets: Mapping[str, Spec] = MappingProxyType({}),
) -> LoopConfiguration:
    """Configure the loop correctly.

    The delivery cache keeps a derivative as long as its Cache-Control says. It does not keep S3's redirect,
    which has no Cache-Control. S3 redirects only if a missing key begins like a SPEC: by 307, with the whole
    key. The generator cache keeps only errors. Both add the headers of rule 22.

    ``referer`` opens the website to the delivery distribution, and ``secret`` the function to the generator
    distribution. ``edge`` negotiates ``f-auto`` before the delivery cache, also in ``presets``. Without it
    the function negotiates.
    """
    website_host, api_host = "derivatives.s3-website.internal", "generator.execute-api.internal"
    return LoopConfiguration(
        delivery_host=delivery_host,
        generator_host=generator_host,
        website_host=website_host,
        delivery=DistributionConfiguration(
            origin_host=website_host,
            cache_policy=CachePolicy(min_ttl=0, default_ttl=0, max_ttl=31_536_000),
            error_caching_min_ttl=ERROR_TTLS,
            origin_headers={"referer": referer},
            response_headers=RESPONSE_HEADERS,
            headers_by_pattern=headers_by_pattern(presets) if edge else (),
            edge=edge,
        ),
        website=_website(generator_host, protocol, referer),
        generator=DistributionConfiguration(
            origin_host=api_host,
            cache_policy=CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0),
            error_caching_min_ttl=ERROR_TTLS,
            forwarded_headers=("accept", VIEWER_HEADER),
            origin_headers={SECRET_HEADER: secret},
            response_headers=RESPONSE_HEADERS,
        ),
        api=HttpApiConfiguration(domain_name=api_host),
    )


def headers_by_pattern(presets: Mapping[str, Spec]) -> tuple[tuple[str, AddedHeaders], ...]:
    """List the headers that delivery adds if its edge negotiates ``f-auto``, by patterns of paths."""
    return tuple(
        (pattern, _NEGOTIATED_HEADERS if varies else RESPONSE_HEADERS)
        for pattern, varies in negotiated_paths(presets)
    )


def _website(generator_host: str, protocol: str, referer: str) -> WebsiteConfiguration:
    """Configure the website to redirect a missing key that begins like a SPEC."""
    rules = (
        RoutingRule(
            key_prefix=beginning,
            http_error_code=404,
            host_name=generator_host,
            protocol=protocol,
            http_redirect_code=307,
        )
        for beginning in SPEC_BEGINNINGS
    )
    return WebsiteConfiguration(
        bucket="derivatives",
        index_suffix="no-such-index-document",
        referers=(referer,),
        routing_rules=tuple(rules),
    )


class Wired:
    """Hold the parts of a loop that viewers can reach, for both ways of delivery.

    ``delivery`` answers first, by each name in ``delivery_hosts``. Redirects may lead to ``others``, by their
    hosts.
    """

    def __init__(
        self, delivery_cache: Distribution, delivery_hosts: tuple[str, ...], others: Mapping[str, Piece]
    ) -> None:
        self.delivery_cache = delivery_cache
        self.delivery = watched("delivery", delivery_cache)
        self.others = others
        self.hosts = {**others, **dict.fromkeys(delivery_hosts, self.delivery)}
        self._url = f"http://{delivery_hosts[0]}"

    def viewer(self) -> Viewer:
        """Make a new browser with an empty cache."""
        return Viewer(self.hosts)

    def walk(self, path: str, *, headers: Mapping[str, str] | None = None) -> Walk:
        """View a path (percent-encoded, with its leading slash) with a new browser."""
        return self.viewer().walk(self._url + path, headers=headers)


class Loop(Wired):
    """Hold the wired pieces. Viewers can reach ``delivery`` and ``generator``.

    ``buckets`` are stores by the names of their buckets, including the one that the website serves.
    """

    def __init__(
        self,
        configuration: LoopConfiguration,
        *,
        buckets: Mapping[str, ObjectStore],
        function: LambdaFunction,
        clock: Clock = time.time,
    ) -> None:
        self.configuration = configuration
        website_host, api_host = configuration.website_host, configuration.api.domain_name
        self.website = Website(
            configuration.website, buckets[configuration.website.bucket], host=website_host
        )
        api = HttpApi(configuration.api, function, clock=clock)
        origins = {
            website_host: watched("website", known_as(website_host, self.website, NO_SUCH_BUCKET)),
            api_host: watched("api", known_as(api_host, api, NO_SUCH_API)),
        }
        delivery_cache, self.generator_cache = (
            Distribution(one, origins.get(one.origin_host, unreachable), clock=clock)
            for one in (configuration.delivery, configuration.generator)
        )
        self.generator = watched("generator", self.generator_cache)
        super().__init__(
            delivery_cache,
            (configuration.delivery_host, *configuration.delivery_aliases),
            {configuration.generator_host: self.generator},
        )


def known_as(host: str, piece: Piece, stranger: Response) -> Piece:
    """Restrict a piece to a host. For other hosts it answers ``stranger``."""
    return lambda request: piece(request) if request.headers.get("host") == host else stranger


def unreachable(_request: Request) -> Response:
    """Answer like a distribution whose origin does not exist."""
    return _UNREACHABLE
