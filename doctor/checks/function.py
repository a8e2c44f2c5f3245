"""Check the function: whether it can run, its settings, and its possible cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from doctor.checks import parts
from doctor.checks.shared_secret import LENGTH, compared
from doctor.facts import Facts, Unread, known
from doctor.findings import Check, Observation
from doctor.policies import NotUnderstood
from function.events import SECRET_HEADER

#: Runs that an account must leave unreserved. With no more runs than these, it can reserve none.
#: Source: Lambda developer guide, "Configuring reserved concurrency for a function".
_UNRESERVED: Final = 100
#: Seconds. API Gateway gives up after 30.
_LONGEST: Final = 29
_DIGEST: Final = re.compile(r".+@sha256:[0-9a-f]{64}")
#: States of a change in progress. Every other state that is not right is wrong.
_UNDER_WAY: Final = ("Pending", "Inactive", "InProgress")


def _settings_are_accepted(facts: Facts) -> Iterator[Observation]:
    try:
        parts.settings(facts)
    except NotUnderstood as error:
        yield False, str(error)
    else:
        yield True, "accepted"


def _knows_the_way(facts: Facts) -> Iterator[Observation]:
    way, planned = parts.settings(facts).delivery, facts.names.delivery
    yield way is planned, f"{way}, and the stack has {planned}"


def _stores_where_delivery_reads(facts: Facts) -> Iterator[Observation]:
    url = parts.settings(facts).derivatives.rstrip("/")
    yield url == f"s3://{facts.names.derivatives_bucket}", url


def _buckets_are_two(facts: Facts) -> Iterator[Observation]:
    originals, derivatives = facts.names.originals_bucket, facts.names.derivatives_bucket
    yield originals != derivatives, f"{originals} and {derivatives}"
    urls = parts.settings(facts).originals_by_beginning.values()
    buckets = [urlsplit(url).netloc for url in urls]
    yield originals in buckets and derivatives not in buckets, f"the function reads {', '.join(urls)}"


def _region_is_right(facts: Facts) -> Iterator[Observation]:
    region = known(facts.originals_region, f"the bucket {facts.names.originals_bucket}")
    environment = known(parts.function(facts).environment, "the environment of the function")
    named = f"region={region}" in environment.get("RESIZER_ORIGINALS", "")
    yield named or region == facts.names.region, f"{region}, the function in {facts.names.region}"


def _asks_for_the_secret(facts: Facts) -> Iterator[Observation]:
    yield from compared(
        parts.api_origin(facts).custom_headers.get(SECRET_HEADER),
        parts.settings(facts).origin_secrets,
        sender="CloudFront",
        receiver="the function",
        what="secret",
    )


def _is_active(facts: Facts) -> Iterator[Observation]:
    function = parts.function(facts)
    for wanted, found in (("Active", function.state), ("Successful", function.last_update_status)):
        yield True if found == wanted else None if found in _UNDER_WAY else False, found or f"not {wanted}"


def _ends_before_the_api_does(facts: Facts) -> Iterator[Observation]:
    timeout = parts.function(facts).timeout
    yield timeout <= _LONGEST, f"{timeout} s"
    for route in parts.routes(facts):
        waits = known(route.integration, f"what {route.key} leads to").timeout_ms / 1000
        if waits <= timeout:
            yield False, f"the API waits {waits:g} s for {route.key}"


def _may_run(facts: Facts) -> Iterator[Observation]:
    reserved = _reserved(facts)
    yield reserved != 0, _number(reserved)


def _concurrency_is_bounded(facts: Facts) -> Iterator[Observation]:
    reserved = _reserved(facts)
    if reserved is not None:
        yield True, _number(reserved)
        return
    account = known(facts.account_concurrency, "the concurrency of the account")
    yield account <= _UNRESERVED, f"none is reserved, and the account has {account} that are not"


def _reserved(facts: Facts) -> int | None:
    reserved = parts.function(facts).reserved_concurrency
    return known(reserved, "the reserved concurrency") if isinstance(reserved, Unread) else reserved


def _number(reserved: int | None) -> str:
    return "none is reserved" if reserved is None else str(reserved)


def _image_is_pinned(facts: Facts) -> Iterator[Observation]:
    function = parts.function(facts)
    yield function.package_type == "Image", f"a package of the type {function.package_type}"
    yield bool(_DIGEST.fullmatch(function.image_uri)), function.image_uri or "no image"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="The function accepts its settings",
        look=_settings_are_accepted,
        expected="every RESIZER_ variable right",
        why="A wrong setting stops the function before its first answer.",
    ),
    Check(
        title="The function knows the way of delivery",
        rule=9,
        look=_knows_the_way,
        expected="RESIZER_DELIVERY is the way of the stack",
        why="If the function redirects behind failover, every first view is a redirect to itself. If it "
        "sends pictures behind redirects, they come from the generator, and viewers ask for them again.",
    ),
    Check(
        title="The function stores where delivery reads",
        rule=9,
        look=_stores_where_delivery_reads,
        expected="RESIZER_DERIVATIVES is the bucket that delivery reads, without a prefix",
        why="Delivery never finds derivatives in another place, so the function answers every view itself.",
    ),
    Check(
        title="Originals and derivatives are different buckets",
        rule=18,
        look=_buckets_are_two,
        expected="two buckets, and the function reads that of the originals; if there are several of "
        "originals, the stack names one",
        why="With one bucket for both, originals are public, and derivatives are resized again.",
    ),
    Check(
        title="The function asks for originals in their region",
        rule=9,
        look=_region_is_right,
        expected="the bucket in the region of the function, or its region named in RESIZER_ORIGINALS",
        why="Otherwise S3 answers 301 to the function, and every picture that is not stored is 500.",
    ),
    Check(
        title="The function asks for CloudFront's secret",
        rule=24,
        look=_asks_for_the_secret,
        expected=f"CloudFront sends the API one of RESIZER_ORIGIN_SECRETS, {LENGTH} characters or more",
        why="If they differ, every picture that is not stored yet is 403. Without a secret, clients can "
        "avoid CloudFront.",
    ),
    Check(
        title="The function is active",
        look=_is_active,
        expected="Active, the last update Successful",
        why="An Inactive function fails the call that wakes it. Failed means that the image or access to it "
        "is gone.",
    ),
    Check(
        title="The function ends before the API gives up",
        look=_ends_before_the_api_does,
        expected=f"{_LONGEST} s or less",
        why="The API gives up after 30 s: the viewer gets a 5xx while the function goes on.",
    ),
    Check(
        title="The function may run at all",
        look=_may_run,
        expected="a reserved concurrency that is not 0",
        why="0 is Lambda's way to stop a function.",
    ),
    Check(
        title="Concurrency is bounded",
        rule=25,
        look=_concurrency_is_bounded,
        expected=f"a reservation, or an account that has {_UNRESERVED} runs or fewer and so can reserve none",
        why="It is the only hard limit on the cost of a day.",
    ),
    Check(
        title="The image is pinned by its digest",
        rule=26,
        look=_image_is_pinned,
        expected="...@sha256:...",
        why="A tag can be moved: then nobody knows what runs.",
    ),
)
