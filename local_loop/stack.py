"""The whole loop of redirects as one value, and its wiring; the other way of delivery is in ``failover.py``.

`standard` is the loop as it is meant to be deployed; a test replaces one field of it to put a fault in.

Emulated between the pieces: a distribution finds its origin by the name that it is configured with, and one
that finds none answers 502, as CloudFront does. S3 and API Gateway tell their customers apart by Host: to one
that they do not know S3 answers 404 (NoSuchBucket) and API Gateway 403. Left out: protocols, certificates,
and the path of an origin.
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

#: How a SPEC may begin: a size or a percentage, a height, the original's size, a preset.
SPEC_BEGINNINGS = (*"123456789", "x", "orig", "p-")

#: Seconds. What failed by accident is tried again soon.
ERROR_TTLS = dict.fromkeys((400, 403, 404, 405, 414), 10.0) | dict.fromkeys((500, 502, 503, 504), 1.0)

#: Rule 22. All but the last are on every hop; the function says them itself.
RESPONSE_HEADERS = {
    "access-control-allow-origin": AddedHeader("*", override=False),
    "cross-origin-resource-policy": AddedHeader("cross-origin", override=True),
    "timing-allow-origin": AddedHeader("*", override=True),
    "x-content-type-options": AddedHeader("nosniff", override=True),
    "content-security-policy": AddedHeader(
        "default-src 'none'; style-src 'unsafe-inline'; sandbox", override=True
    ),
}
#: Where f-auto is answered at the edge, one address has several pictures: caches behind ours have to know.
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
    """Every piece's configuration, the two hosts that viewers see, and the one where the website answers.

    ``delivery_aliases`` are other names of the delivery distribution that viewers may use. Where the API
    answers is its ``domain_name``.
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
    """The loop as it is meant to be.

    The delivery cache keeps a derivative as long as it says, and S3's redirect, which says nothing, not at
    all. S3 redirects only a missing object whose key begins like a SPEC, by 307, with the key kept whole.
    The generator cache keeps nothing but errors. Both add the headers of rule 22.

    ``referer`` opens the website to the delivery distribution, ``secret`` the function to the generator's.
    ``edge`` negotiates ``f-auto`` before the delivery cache, also where one of ``presets`` stands for it;
    without it the function does.
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
    """List what delivery adds where ``f-auto`` is negotiated at its edge, by patterns of paths."""
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
    """Hold what viewers can reach of a loop, whichever way it delivers.

    ``delivery`` answers first, by each name in ``delivery_hosts``. Redirects may lead to ``others``, which
    are by their hosts.
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
        """A new browser, which has kept nothing yet."""
        return Viewer(self.hosts)

    def walk(self, path: str, *, headers: Mapping[str, str] | None = None) -> Walk:
        """One view of a path (percent-encoded, with its leading slash) by a new browser."""
        return self.viewer().walk(self._url + path, headers=headers)


class Loop(Wired):
    """The pieces, wired. ``delivery`` and ``generator`` are what viewers can reach.

    ``buckets`` are stores by the names of their buckets. The one that the website serves is among them.
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
    """The piece; asked for under another host it answers ``stranger``."""
    return lambda request: piece(request) if request.headers.get("host") == host else stranger


def unreachable(_request: Request) -> Response:
    """Answer as a distribution does whose origin is not there."""
    return _UNREACHABLE
