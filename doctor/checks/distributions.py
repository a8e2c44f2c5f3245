"""Check every distribution, for both ways of delivery: the requests that it takes, and what it keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

from doctor.checks import parts
from doctor.facts import Chosen, Distribution, Facts, known
from doctor.findings import Check, Observation
from doctor.loop.bucket import bucket_host
from doctor.loop.http_api import api_hosts
from doctor.loop.website import website_hosts

#: Most seconds in the cache for an error, by status. An error by accident is tried again soon.
_ERROR_TTLS: Final = dict.fromkeys((400, 403, 404, 405, 414), 10) | dict.fromkeys((500, 502, 503, 504), 1)
#: CloudFront developer guide, "Control how long CloudFront caches errors".
_USUAL_ERROR_TTL: Final = 10
_YEAR: Final = 31_536_000

#: The headers of rule 22, and the right value of each.
_WANTED: Final[dict[str, Callable[[str], bool]]] = {
    "access-control-allow-origin": lambda value: value == "*",
    "cross-origin-resource-policy": lambda value: value == "cross-origin",
    "timing-allow-origin": lambda value: value == "*",
    "x-content-type-options": lambda value: value == "nosniff",
    "content-security-policy": lambda value: "sandbox" in re.split("[; ]+", value),
}


def _is_deployed(distribution: Distribution) -> Iterator[Observation]:
    yield distribution.enabled, "enabled" if distribution.enabled else "not enabled"
    # Every other status means that a change is on its way.
    yield distribution.status == "Deployed" or None, distribution.status


def _behaves_the_same(distribution: Distribution) -> Iterator[Observation]:
    faults = [
        f"{path} has another {' and '.join(different)}"
        for path, other in distribution.others
        if (different := distribution.behavior.apart(other))
    ]
    yield not faults, ", ".join(faults) or "the same on every path"


def _takes_https_alone(distribution: Distribution) -> Iterator[Observation]:
    policy = distribution.behavior.viewer_protocol_policy
    yield policy == "https-only", policy


def _takes_get_and_head_alone(distribution: Distribution) -> Iterator[Observation]:
    methods = sorted(distribution.behavior.allowed_methods)
    yield methods == ["GET", "HEAD"], ", ".join(methods) or "none"


def _keeps_errors_for_seconds(distribution: Distribution) -> Iterator[Observation]:
    stated = {error.error_code: error for error in distribution.custom_error_responses}
    faults = []
    for code in sorted(_ERROR_TTLS.keys() | stated.keys()):
        error = stated.get(code)
        if error and (error.response_code or error.response_page):
            faults.append(f"{code} becomes {error.response_code or error.response_page}")
        kept = error.error_caching_min_ttl if error else None
        seconds = _USUAL_ERROR_TTL if kept is None else kept
        if seconds > _ERROR_TTLS.get(code, 10 if code < 500 else 1):
            faults.append(f"{code} is kept for {seconds} s")
    yield not faults, ", ".join(faults) or "as expected"


def _adds_the_headers(distribution: Distribution) -> Iterator[Observation]:
    for path, behavior in (("", distribution.behavior), *distribution.others):
        added = parts.added(behavior)
        where = f"{path}: " if path else ""
        for name, fits in _WANTED.items():
            value = added[name].value if name in added else ""
            # One line for each path, but only if one must be mended.
            if not path or not fits(value):
                yield fits(value), where + (f"{name}: {value}" if name in added else f"no {name}")


def _wants_a_new_tls(distribution: Distribution) -> Iterator[Observation]:
    version = distribution.minimum_protocol_version
    yield (
        not version or version.startswith(("TLSv1.2", "TLSv1.3")),
        version or "CloudFront's own certificate",
    )


def _delivery_keeps_what_says_so(facts: Facts) -> Iterator[Observation]:
    yield from ttls(parts.delivery(facts), (0, 0, _YEAR))


def ttls(distribution: Distribution, expected: tuple[int, int, int]) -> Iterator[Observation]:
    """Look at the TTLs of a cache policy: the minimum, the default and the maximum."""
    policy = parts.cache_policy(distribution)
    ttls = (policy.min_ttl, policy.default_ttl, policy.max_ttl)
    yield ttls == expected, "/".join(map(str, ttls))


def key_is_the_path(distribution: Distribution) -> Iterator[Observation]:
    """Look for anything besides the path in the cache key."""
    policy = parts.cache_policy(distribution)
    yield from is_none(policy.headers, "headers in the key")
    yield from is_none(policy.query_strings, "query in the key")
    yield from is_none(policy.cookies, "cookies in the key")
    if policy.accept_encoding_gzip or policy.accept_encoding_brotli:
        yield False, "Accept-Encoding in the key"


def is_none(chosen: Chosen, what: str) -> Iterator[Observation]:
    """Look for any choice other than none."""
    nothing = chosen.behavior == "none"
    yield nothing, f"no {what}" if nothing else f"{what}: {shown(chosen)}"


def shown(chosen: Chosen) -> str:
    """Write the choice as text."""
    return f"{chosen.behavior} {', '.join(chosen.names)}".rstrip()


def _base_url_is_delivery(facts: Facts) -> Iterator[Observation]:
    delivery, own = parts.delivery(facts), parts.settings(facts).base_url
    for whose, url in (("the stack's", facts.names.base_url), ("the function's", own)):
        split = urlsplit(url)
        leads_to_delivery = split.scheme == "https" and delivery.answers_to(split.netloc)
        # Without a base URL, as only failover allows, redirects stay on the host that was asked.
        yield not url or leads_to_delivery, f"{whose}: {url or 'the path alone'}"


def _nobody_else_asks(facts: Facts) -> Iterator[Observation]:
    names = facts.names
    hosts = {
        *api_hosts(parts.api(facts), names.region),
        *website_hosts(names.derivatives_bucket, names.region),
        bucket_host(names.derivatives_bucket, names.region),
    }
    known_ids = (names.delivery_distribution_id, names.generator_distribution_id)
    asked = known(facts.origins, "the distributions of the account")
    others = [id for id, origins in asked.items() if id not in known_ids and hosts & {*origins}]
    yield not others, ", ".join(others) or "none"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="Every distribution is deployed",
        look=parts.each(_is_deployed),
        expected="Deployed, enabled",
        why="While one is InProgress, some edges still answer as before; it takes minutes.",
    ),
    Check(
        title="Every distribution behaves the same on every path",
        rule=3,
        look=parts.each(_behaves_the_same),
        expected="the default behaviour, and others that differ from it in the headers that they add",
        why="Paths with another behaviour avoid everything that is checked here.",
    ),
    Check(
        title="Every distribution takes https alone",
        rule=2,
        look=parts.each(_takes_https_alone),
        expected="https-only",
        why="redirect-to-https answers with a 301, which browsers keep for good.",
    ),
    Check(
        title="Every distribution takes GET and HEAD alone",
        rule=16,
        look=parts.each(_takes_get_and_head_alone),
        expected="GET, HEAD",
        why="Other methods only cost requests to S3 or the function.",
    ),
    Check(
        title="Every distribution keeps errors for seconds",
        rule=17,
        look=parts.each(_keeps_errors_for_seconds),
        expected="4xx for 10 s or less, 5xx for 1 s or less, none turned into another answer",
        why="A failure that is kept outlasts its cause. A failure that becomes a 200 is shown as a picture.",
    ),
    Check(
        title="Every distribution adds the headers for security and CORS",
        rule=22,
        look=parts.each(_adds_the_headers),
        expected="nosniff, a Content-Security-Policy with sandbox, Access-Control-Allow-Origin *, "
        "Cross-Origin-Resource-Policy cross-origin, Timing-Allow-Origin *",
        why="After a redirect to another host a browser's origin is null, so scripts need the * to read "
        "pictures. A page with Cross-Origin-Embedder-Policy shows no picture without the resource "
        "policy.",
    ),
    Check(
        title="Every distribution requires TLS 1.2 or newer",
        look=parts.each(_wants_a_new_tls),
        expected="TLSv1.2 or TLSv1.3, with a certificate of your own",
        why="Older versions can be broken.",
    ),
    Check(
        title="Delivery keeps only answers that allow it",
        rule=3,
        look=_delivery_keeps_what_says_so,
        expected=f"TTLs 0/0/{_YEAR}",
        why="An answer without Cache-Control, such as a redirect of S3, must not be kept. Otherwise viewers "
        "get a redirect or an error instead of the picture.",
    ),
    Check(
        title="Redirects of the function lead to delivery",
        rule=11,
        look=_base_url_is_delivery,
        expected="https and a host of the delivery distribution, for the stack and in RESIZER_BASE_URL",
        why="Every redirect of the function leads there. In the way of redirects that is every first view.",
    ),
    Check(
        title="No other distribution asks the API or the bucket of derivatives",
        rule=24,
        look=_nobody_else_asks,
        expected="the distributions that the stack names, and no other of the account",
        why="A distribution that is left over from the other way of delivery avoids the firewall of this "
        "one. `terraform apply` deletes its own. Delete others by hand.",
    ),
)
