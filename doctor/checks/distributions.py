"""Both distributions: who may ask them what, where they ask, and what they keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

from doctor.checks import parts
from doctor.facts import Chosen, Distribution, Facts, known
from doctor.findings import Check, Observation
from doctor.loop.http_api import api_hosts
from doctor.loop.website import website_hosts
from function.events import VIEWER_HEADER

#: Seconds for which an error may be kept, by status: what failed by accident is tried again soon.
_ERROR_TTLS: Final = dict.fromkeys((400, 403, 404, 405, 414), 10) | dict.fromkeys((500, 502, 503, 504), 1)
#: CloudFront developer guide, "Control how long CloudFront caches errors".
_USUAL_ERROR_TTL: Final = 10
_YEAR: Final = 31_536_000

#: The headers of rule 22, and what each has to say.
_WANTED: Final[dict[str, Callable[[str], bool]]] = {
    "access-control-allow-origin": lambda value: value == "*",
    "cross-origin-resource-policy": lambda value: value == "cross-origin",
    "timing-allow-origin": lambda value: value == "*",
    "x-content-type-options": lambda value: value == "nosniff",
    "content-security-policy": lambda value: "sandbox" in re.split("[; ]+", value),
}


def _is_deployed(distribution: Distribution) -> Iterator[Observation]:
    yield distribution.enabled, "enabled" if distribution.enabled else "not enabled"
    # Whatever else it says is on its way there.
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
            # A line for each path, only where one has to be mended.
            if not path or not fits(value):
                yield fits(value), where + (f"{name}: {value}" if name in added else f"no {name}")


def _wants_a_new_tls(distribution: Distribution) -> Iterator[Observation]:
    version = distribution.minimum_protocol_version
    yield (
        not version or version.startswith(("TLSv1.2", "TLSv1.3")),
        version or "CloudFront's own certificate",
    )


def _delivery_keeps_what_says_so(facts: Facts) -> Iterator[Observation]:
    yield from _ttls(parts.delivery(facts), (0, 0, _YEAR))


def _generator_keeps_nothing(facts: Facts) -> Iterator[Observation]:
    yield from _ttls(parts.generator(facts), (0, 0, 0))


def _ttls(distribution: Distribution, expected: tuple[int, int, int]) -> Iterator[Observation]:
    policy = parts.cache_policy(distribution)
    ttls = (policy.min_ttl, policy.default_ttl, policy.max_ttl)
    yield ttls == expected, "/".join(map(str, ttls))


def _delivery_goes_by_the_path(facts: Facts) -> Iterator[Observation]:
    delivery = parts.delivery(facts)
    yield from _key_is_the_path(delivery)
    if delivery.behavior.origin_request_policy is not None:
        passed = known(delivery.behavior.origin_request_policy, "the origin request policy of delivery")
        for what, chosen in (
            ("headers", passed.headers),
            ("query", passed.query_strings),
            ("cookies", passed.cookies),
        ):
            yield from _is_none(chosen, f"{what} forwarded")


def _generator_forwards(facts: Facts) -> Iterator[Observation]:
    generator = parts.generator(facts)
    yield from _key_is_the_path(generator)
    passed = known(generator.behavior.origin_request_policy, "the origin request policy of the generator")
    wanted = Chosen(behavior="whitelist", names=("accept", VIEWER_HEADER))
    yield passed.headers == wanted, f"headers forwarded: {_shown(passed.headers)}"
    yield from _is_none(passed.query_strings, "query forwarded")
    yield from _is_none(passed.cookies, "cookies forwarded")


def _key_is_the_path(distribution: Distribution) -> Iterator[Observation]:
    policy = parts.cache_policy(distribution)
    yield from _is_none(policy.headers, "headers in the key")
    yield from _is_none(policy.query_strings, "query in the key")
    yield from _is_none(policy.cookies, "cookies in the key")
    if policy.accept_encoding_gzip or policy.accept_encoding_brotli:
        yield False, "Accept-Encoding in the key"


def _is_none(chosen: Chosen, what: str) -> Iterator[Observation]:
    nothing = chosen.behavior == "none"
    yield nothing, f"no {what}" if nothing else f"{what}: {_shown(chosen)}"


def _shown(chosen: Chosen) -> str:
    return f"{chosen.behavior} {', '.join(chosen.names)}".rstrip()


def _delivery_asks_the_website(facts: Facts) -> Iterator[Observation]:
    origin = parts.origin(parts.delivery(facts))
    hosts = website_hosts(facts.names.derivatives_bucket, facts.names.region)
    yield origin.domain_name in hosts, origin.domain_name
    yield origin.protocol_policy == "http-only", origin.protocol_policy or "as a bucket"
    yield origin.http_port == 80, f"port {origin.http_port}"
    if origin.path:
        yield False, f"below {origin.path}"


def _generator_asks_the_api(facts: Facts) -> Iterator[Observation]:
    origin = parts.origin(parts.generator(facts))
    yield origin.domain_name in api_hosts(parts.api(facts), facts.names.region), origin.domain_name
    yield origin.protocol_policy == "https-only", origin.protocol_policy or "as a bucket"
    yield origin.https_port == 443, f"port {origin.https_port}"
    if origin.path:
        yield False, f"below {origin.path}"


def _base_url_is_delivery(facts: Facts) -> Iterator[Observation]:
    delivery = parts.delivery(facts)
    for whose, url in (
        ("the stack's", facts.names.base_url),
        ("the function's", parts.settings(facts).base_url),
    ):
        split = urlsplit(url)
        yield split.scheme == "https" and delivery.answers_to(split.netloc), f"{whose}: {url}"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="Both distributions are deployed",
        look=parts.both(_is_deployed),
        expected="Deployed, enabled",
        why="While one is InProgress, some edges still answer as before; it takes minutes.",
    ),
    Check(
        title="Both distributions behave the same on every path",
        rule=3,
        look=parts.both(_behaves_the_same),
        expected="the default behaviour, and others that differ from it in the headers that they add",
        why="The paths of another one go round all that is checked here.",
    ),
    Check(
        title="Both distributions take https alone",
        rule=2,
        look=parts.both(_takes_https_alone),
        expected="https-only",
        why="redirect-to-https answers with a 301, which browsers keep for good.",
    ),
    Check(
        title="Both distributions take GET and HEAD alone",
        rule=16,
        look=parts.both(_takes_get_and_head_alone),
        expected="GET, HEAD",
        why="Other methods reach S3 or the function for nothing.",
    ),
    Check(
        title="Both distributions keep errors for seconds",
        rule=17,
        look=parts.both(_keeps_errors_for_seconds),
        expected="4xx for 10 s or less, 5xx for 1 s or less, none turned into another answer",
        why="A failure that is kept outlasts its cause; one that becomes a 200 is shown as a picture.",
    ),
    Check(
        title="Both distributions add the headers of safety and CORS",
        rule=22,
        look=parts.both(_adds_the_headers),
        expected="nosniff, a Content-Security-Policy with sandbox, Access-Control-Allow-Origin *, "
        "Cross-Origin-Resource-Policy cross-origin, Timing-Allow-Origin *",
        why="After a redirect to another host a browser's origin is null: scripts read pictures by the star. "
        "A page with Cross-Origin-Embedder-Policy shows no picture without the resource policy.",
    ),
    Check(
        title="Both distributions want TLS 1.2 or newer",
        look=parts.both(_wants_a_new_tls),
        expected="TLSv1.2 or TLSv1.3, with a certificate of your own",
        why="Older versions can be broken.",
    ),
    Check(
        title="Delivery keeps what says so, and nothing else",
        rule=3,
        look=_delivery_keeps_what_says_so,
        expected=f"TTLs 0/0/{_YEAR}",
        why="S3's redirect says nothing; with another default it is kept in place of the picture.",
    ),
    Check(
        title="Delivery goes by the path alone",
        rule=3,
        look=_delivery_goes_by_the_path,
        expected="no header, query or cookie in the key, none forwarded",
        why="What is in the key multiplies requests; by the viewer's Host S3 does not find the bucket.",
    ),
    Check(
        title="Delivery asks the website of the bucket of derivatives",
        rule=9,
        look=_delivery_asks_the_website,
        expected="the bucket's website endpoint, http-only, port 80, no path",
        why="Only there are the rules, only with http, and elsewhere nothing that is stored is found.",
    ),
    Check(
        title="The generator keeps nothing",
        rule=5,
        look=_generator_keeps_nothing,
        expected="TTLs 0/0/0",
        why="A redirect that is kept leads to a derivative that may have been deleted.",
    ),
    Check(
        title="The generator forwards Accept, the viewer's address and nothing else",
        rule=5,
        look=_generator_forwards,
        expected="the headers Accept and CloudFront-Viewer-Address, no query, no cookies, nothing in the key",
        why="By the viewer's Host API Gateway does not know its API; without Accept f-auto is always JPEG; "
        "without the address no log says who asks for too much.",
    ),
    Check(
        title="The generator asks the API",
        rule=5,
        look=_generator_asks_the_api,
        expected="the API's host, https-only, port 443, no path",
        why="Elsewhere nothing is made; a path asks for another stage than the one that is checked here.",
    ),
    Check(
        title="Redirects of the function lead to delivery",
        rule=11,
        look=_base_url_is_delivery,
        expected="https and a host of the delivery distribution, for the stack and in RESIZER_BASE_URL",
        why="Every first view ends where RESIZER_BASE_URL leads.",
    ),
)
