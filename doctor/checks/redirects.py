"""Check the parts that only redirects have: delivery's origin, and that the generator keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doctor.checks import parts
from doctor.checks.distributions import is_none, key_is_the_path, ttls
from doctor.facts import Facts, known
from doctor.findings import Check, Observation
from doctor.loop.website import website_hosts


def _delivery_goes_by_the_path(facts: Facts) -> Iterator[Observation]:
    delivery = parts.delivery(facts)
    yield from key_is_the_path(delivery)
    if delivery.behavior.origin_request_policy is not None:
        passed = known(delivery.behavior.origin_request_policy, "the origin request policy of delivery")
        for what, chosen in (
            ("headers", passed.headers),
            ("query", passed.query_strings),
            ("cookies", passed.cookies),
        ):
            yield from is_none(chosen, f"{what} forwarded")


def _delivery_asks_the_website(facts: Facts) -> Iterator[Observation]:
    origin = parts.origin(parts.delivery(facts))
    hosts = website_hosts(facts.names.derivatives_bucket, facts.names.region)
    yield origin.domain_name in hosts, origin.domain_name
    yield origin.protocol_policy == "http-only", origin.protocol_policy or "as a bucket"
    yield origin.http_port == 80, f"port {origin.http_port}"
    if origin.path:
        yield False, f"below {origin.path}"
    if parts.delivery(facts).secondary:
        yield False, "a group of origins"


def _generator_keeps_nothing(facts: Facts) -> Iterator[Observation]:
    yield from ttls(parts.generator(facts), (0, 0, 0))


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="Delivery uses the path alone",
        rule=3,
        look=_delivery_goes_by_the_path,
        expected="no header, query or cookie in the key, none forwarded",
        why="Everything in the key multiplies requests. S3 does not find the bucket by the viewer's Host.",
    ),
    Check(
        title="Delivery asks the website of the bucket of derivatives",
        rule=9,
        look=_delivery_asks_the_website,
        expected="the bucket's website endpoint, http-only, port 80, no path",
        why="Only this endpoint has the rules, and only with http. Elsewhere no derivative is found.",
    ),
    Check(
        title="The generator keeps nothing",
        rule=5,
        look=_generator_keeps_nothing,
        expected="TTLs 0/0/0",
        why="A kept redirect may lead to a deleted derivative.",
    ),
)
