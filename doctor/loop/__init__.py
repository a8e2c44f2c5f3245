"""Make the emulated loop of a deployed stack, only from the facts.

If the stack has a wrong TTL, no routing rule, a different secret or a wrong base URL, the emulated loop has
the same fault. A walk through it shows what viewers would see.

Left out, because the emulation has no such thing: the firewall, certificates, the viewer's protocol,
time-outs, throttles other than 0, the error document of the website, headers that a policy removes.

============== ===================================================
`website`      the S3 website of the derivatives
`bucket`       the private bucket of the derivatives
`distribution` delivery, and the generator
`http_api`     the API, and whether its routes reach the function
============== ===================================================
"""

from __future__ import annotations

from collections.abc import Mapping

from doctor.facts import Distribution, Facts, HttpApi, Origin, known
from doctor.loop.bucket import bucket_host, emulated_bucket
from doctor.loop.distribution import Run, emulated_distribution
from doctor.loop.http_api import DEFAULT_STAGE, api_hosts, emulated_api
from doctor.loop.website import emulated_website, website_hosts
from doctor.policies import NotUnderstood
from local_loop.failover import FailoverConfiguration
from local_loop.http_api import HttpApiConfiguration
from local_loop.stack import LoopConfiguration
from resizer_core import Delivery

__all__ = ["Configuration", "Run", "emulated"]

Configuration = LoopConfiguration | FailoverConfiguration


def emulated(facts: Facts, run: Run | None = None) -> tuple[Configuration, Mapping[str, str]]:
    """Make the configuration of the stack's way of delivery, and the function's environment.

    ``run`` makes a function from the code at delivery's edge. Without ``run`` there must be no such code.

    Viewers begin at the delivery distribution's first alias, or at its own domain name. A redirect to a host
    that is not one of the distributions ends outside the loop.

    Raises:
        NotUnderstood: the emulation cannot do what a fact says.
        NotThere, NotRead: a fact is missing.
    """
    configure = _failover if facts.names.delivery is Delivery.FAILOVER else _redirect
    function = known(facts.function, "the function")
    return configure(facts, run), known(function.environment, "the environment of the function")


def _redirect(facts: Facts, run: Run | None) -> LoopConfiguration:
    delivery = known(facts.delivery, "the delivery distribution")
    generator = known(facts.generator, "the generator distribution")
    bucket = known(facts.derivatives, "the bucket of derivatives")
    api = known(facts.api, "the API")
    origin_of_delivery = _first_origin(delivery)
    origin_of_generator = known(generator.origin, "the origin of the generator")
    if delivery.secondary or generator.secondary:
        raise NotUnderstood("a distribution of redirects has a group of origins")
    if generator.aliases:
        raise NotUnderstood(f"the generator has aliases: {', '.join(generator.aliases)}")

    website_host = _one_of(website_hosts(bucket.name, facts.names.region), origin_of_delivery.domain_name)
    api_host = _one_of(api_hosts(api, facts.names.region), origin_of_generator.domain_name)
    first, *others = _hosts(delivery)
    return LoopConfiguration(
        delivery_host=first,
        delivery_aliases=tuple(others),
        generator_host=generator.domain_name,
        website_host=website_host,
        delivery=emulated_distribution(
            delivery, _reached(origin_of_delivery, website_host, encrypted=False), run=run
        ),
        website=emulated_website(bucket, facts.account_access_block),
        generator=emulated_distribution(
            generator, _reached(origin_of_generator, api_host, encrypted=True), run=None
        ),
        api=_api(facts, api, api_host, origin_of_generator),
    )


def _failover(facts: Facts, run: Run | None) -> FailoverConfiguration:
    delivery = known(facts.delivery, "the delivery distribution")
    bucket = known(facts.derivatives, "the bucket of derivatives")
    api = known(facts.api, "the API")
    primary = _first_origin(delivery)
    secondary = known(delivery.secondary, "the second origin of delivery")

    rest_host = bucket_host(bucket.name, facts.names.region)
    api_host = _one_of(api_hosts(api, facts.names.region), secondary.domain_name)
    first, *others = _hosts(delivery)
    return FailoverConfiguration(
        delivery_host=first,
        delivery_aliases=tuple(others),
        bucket_host=rest_host,
        delivery=emulated_distribution(
            delivery,
            _reached(primary, api_host, encrypted=True),
            secondary_host=_reached(secondary, api_host, encrypted=True),
            run=run,
        ),
        bucket=emulated_bucket(bucket, delivery, rest_host),
        api=_api(facts, api, api_host, secondary),
    )


def _first_origin(delivery: Distribution) -> Origin:
    origin = known(delivery.origin, "the origin of delivery")
    if origin.path:
        raise NotUnderstood(f"delivery asks its origin below {origin.path}")
    return origin


def _api(facts: Facts, api: HttpApi, host: str, origin: Origin) -> HttpApiConfiguration:
    function = known(facts.function, "the function")
    return emulated_api(api, function, facts.names.region, host=host, stage=origin.path[1:] or DEFAULT_STAGE)


def _hosts(delivery: Distribution) -> list[str]:
    return [host for host in delivery.hosts if "*" not in host]


def _one_of(hosts: tuple[str, ...], host: str) -> str:
    return host if host in hosts else hosts[0]


def _reached(origin: Origin, host: str, *, encrypted: bool) -> str:
    """Name the origin's host for requests. A wrong port is added, so that nothing answers there.

    The website speaks only http, the API only https, and the bucket both. Viewers use https.
    """
    speaks_https = origin.protocol_policy in ("https-only", "match-viewer")
    port = origin.https_port if speaks_https else origin.http_port
    if origin.domain_name != host or (speaks_https, port) == (encrypted, 443 if encrypted else 80):
        return origin.domain_name
    return f"{origin.domain_name}:{port}"
