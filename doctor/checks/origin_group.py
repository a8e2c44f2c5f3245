"""Check delivery's origins with failover: the bucket, and only on 404 the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doctor.checks import parts
from doctor.facts import Facts, known
from doctor.findings import Check, Observation
from doctor.loop.bucket import SIGNED, bucket_host


def _asks_the_bucket_first(facts: Facts) -> Iterator[Observation]:
    origin = parts.origin(parts.delivery(facts))
    host = bucket_host(facts.names.derivatives_bucket, facts.names.region)
    yield origin.domain_name == host, origin.domain_name
    if origin.protocol_policy:
        yield False, f"as a custom origin, {origin.protocol_policy}"
    if origin.path:
        yield False, f"below {origin.path}"


def _signs(facts: Facts) -> Iterator[Observation]:
    found = known(parts.origin(parts.delivery(facts)).access_control, "an Origin Access Control")
    shown = f"{found.origin_type}, {found.signing_behavior}, {found.signing_protocol}"
    yield found == SIGNED, shown


def _tells_the_bucket_nothing(facts: Facts) -> Iterator[Observation]:
    headers = sorted(parts.origin(parts.delivery(facts)).custom_headers)
    yield not headers, ", ".join(headers) or "no headers"


def _fails_over_on_404(facts: Facts) -> Iterator[Observation]:
    codes = parts.delivery(facts).failover_codes
    yield codes == (404,), f"on {', '.join(map(str, codes)) or 'nothing'}"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="Delivery asks the bucket of derivatives first",
        rule=9,
        look=_asks_the_bucket_first,
        expected="the bucket's own host as the first of the group's origins, no path",
        why="Delivery finds no derivatives in another place, so every view runs the function. If two "
        "origins have changed places, `terraform apply` puts them back.",
    ),
    Check(
        title="Delivery signs its requests to the bucket",
        rule=31,
        look=_signs,
        expected="an Origin Access Control: s3, always, sigv4",
        why="Without a signature S3 does not know delivery: 403 for every picture.",
    ),
    Check(
        title="The secret goes to the API alone",
        rule=24,
        look=_tells_the_bucket_nothing,
        expected="no headers for the bucket",
        why="The secret opens the API, and no other origin should get it. Remove the header from the first "
        "origin.",
    ),
    Check(
        title="Delivery asks the API on 404 alone",
        rule=30,
        look=_fails_over_on_404,
        expected="on 404",
        why="With 403 a wrong policy sends every view to the function, and nobody notices. With 5xx an "
        "outage of S3 does the same. Without 404 nothing is ever made.",
    ),
)
