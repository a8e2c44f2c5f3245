"""The whole loop as one value, and its wiring.

`standard` is the loop as it is meant to be deployed; a test replaces one field of it to put a fault in.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from function.events import SECRET_HEADER
from local_loop.distribution import CachePolicy, Clock, Distribution, DistributionConfiguration
from local_loop.http_api import HttpApi, HttpApiConfiguration, LambdaFunction
from local_loop.trace import watched
from local_loop.viewer import Viewer, Walk
from local_loop.website import RoutingRule, Website, WebsiteConfiguration
from resizer_core import ObjectStore

#: How a SPEC may begin: a size or a percentage, a height, the original's size, a preset.
SPEC_BEGINNINGS = (*"123456789", "x", "orig", "p-")

#: Seconds. What failed by accident is tried again soon.
_ERROR_TTLS = dict.fromkeys((400, 403, 404, 405, 414), 10.0) | dict.fromkeys((500, 502, 503, 504), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopConfiguration:
    """Every piece's configuration, and the two hosts that viewers see."""

    delivery_host: str
    generator_host: str
    delivery: DistributionConfiguration
    website: WebsiteConfiguration
    generator: DistributionConfiguration
    api: HttpApiConfiguration


def standard(
    *,
    delivery_host: str,
    generator_host: str,
    referer: str,
    secret: str,
    protocol: str = "https",
) -> LoopConfiguration:
    """The loop as it is meant to be.

    The delivery cache keeps a derivative as long as it says, and S3's redirect, which says nothing, not at
    all. S3 redirects only a missing object whose key begins like a SPEC, by 307, with the key kept whole.
    The generator cache keeps nothing but errors.

    ``referer`` opens the website to the delivery distribution, ``secret`` the function to the generator's.
    """
    website_host, api_host = "derivatives.s3-website.internal", "generator.execute-api.internal"
    return LoopConfiguration(
        delivery_host=delivery_host,
        generator_host=generator_host,
        delivery=DistributionConfiguration(
            origin_host=website_host,
            cache_policy=CachePolicy(min_ttl=0, default_ttl=0, max_ttl=31_536_000),
            error_caching_min_ttl=_ERROR_TTLS,
            origin_headers={"referer": referer},
        ),
        website=WebsiteConfiguration(
            index_suffix="no-such-index-document",
            referers=(referer,),
            routing_rules=tuple(
                RoutingRule(
                    key_prefix=beginning,
                    http_error_code=404,
                    host_name=generator_host,
                    protocol=protocol,
                    http_redirect_code=307,
                )
                for beginning in SPEC_BEGINNINGS
            ),
        ),
        generator=DistributionConfiguration(
            origin_host=api_host,
            cache_policy=CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0),
            error_caching_min_ttl=_ERROR_TTLS,
            forwarded_headers=("accept",),
            origin_headers={SECRET_HEADER: secret},
        ),
        api=HttpApiConfiguration(domain_name=api_host),
    )


class Loop:
    """The pieces, wired. ``delivery`` and ``generator`` are what viewers can reach."""

    def __init__(
        self,
        configuration: LoopConfiguration,
        *,
        derivatives: ObjectStore,
        function: LambdaFunction,
        clock: Clock = time.time,
    ) -> None:
        self.configuration = configuration
        self.website = Website(configuration.website, derivatives, host=configuration.delivery.origin_host)
        api = HttpApi(configuration.api, function, clock=clock)
        self.delivery_cache = Distribution(
            configuration.delivery, watched("website", self.website), clock=clock
        )
        self.generator_cache = Distribution(configuration.generator, watched("api", api), clock=clock)
        self.delivery = watched("delivery", self.delivery_cache)
        self.generator = watched("generator", self.generator_cache)

    def viewer(self) -> Viewer:
        """A new browser, which has kept nothing yet."""
        hosts = {
            self.configuration.delivery_host: self.delivery,
            self.configuration.generator_host: self.generator,
        }
        return Viewer(hosts)

    def walk(self, path: str, *, headers: Mapping[str, str] | None = None) -> Walk:
        """One view of a path (percent-encoded, with its leading slash) by a new browser."""
        return self.viewer().walk(f"http://{self.configuration.delivery_host}{path}", headers=headers)
