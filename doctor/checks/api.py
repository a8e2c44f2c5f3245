"""Check the API between CloudFront and the function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from doctor.checks import parts
from doctor.checks.distributions import is_none, key_is_the_path, shown
from doctor.facts import Chosen, Facts, known
from doctor.findings import Check, Observation
from doctor.loop.http_api import DEFAULT_STAGE, api_hosts, integrates, lets_nothing_through, source_arn
from doctor.policies import lets_call
from function.events import VIEWER_HEADER

#: Seconds. Source: API Gateway developer guide, quotas of HTTP APIs, "Maximum integration timeout".
_PATIENCE: Final = 30
_PATH: Final = re.compile(r"\$context\.(?:http\.)?path\b")
_ROUTE: Final = re.compile(r"(GET|HEAD) /\{\w+\+\}")


def _routes_are_two(facts: Facts) -> Iterator[Observation]:
    api, function, routes = parts.api(facts), parts.function(facts), parts.routes(facts)
    yield api.protocol_type == "HTTP", f"an API of {api.protocol_type}"
    routed = [match[1] for route in routes if (match := _ROUTE.fullmatch(route.key))]
    for method in ("GET", "HEAD"):
        yield method in routed, f"{'a' if method in routed else 'no'} route for {method} of every path"
    for route in routes:
        if not _ROUTE.fullmatch(route.key):
            yield False, f"a route {route.key}"
        if not integrates(route, function, facts.names.region):
            yield False, f"{route.key} does not lead to the function"
        if route.authorization_type != "NONE":
            yield False, f"{route.key} asks for {route.authorization_type}"


def _api_may_call(facts: Facts) -> Iterator[Observation]:
    api, function = parts.api(facts), parts.function(facts)
    policy = known(function.policy, "the policy of the function")
    for route in parts.routes(facts):
        arn = source_arn(route, api, function, facts.names.region, stage=DEFAULT_STAGE)
        allowed = lets_call(policy, source_arn=arn)
        yield allowed, f"{route.key} {'may' if allowed else 'may not'}"


def _stage_is_default(facts: Facts) -> Iterator[Observation]:
    names = parts.stages(facts)
    yield DEFAULT_STAGE in names, ", ".join(names) or "none"


def _payload_is_2(facts: Facts) -> Iterator[Observation]:
    for route in parts.routes(facts):
        version = known(route.integration, f"what {route.key} leads to").payload_format_version
        yield version == "2.0", f"{route.key}: {version}"


def _throttle_is_set(facts: Facts) -> Iterator[Observation]:
    stage = known(parts.stages(facts).get(DEFAULT_STAGE), f"the stage {DEFAULT_STAGE}")
    for what, limit in (("rate", stage.throttle.rate_limit), ("burst", stage.throttle.burst_limit)):
        yield bool(limit), f"{what} {limit:g}" if limit is not None else f"no {what}"
    for key, throttle in stage.routes.items():
        if lets_nothing_through(throttle):
            yield False, f"nothing gets through {key}"


def _is_waited_for(facts: Facts) -> Iterator[Observation]:
    origin = parts.api_origin(facts)
    yield origin.attempts == 1, f"{origin.attempts} attempts"
    yield origin.read_timeout > _PATIENCE, f"{origin.read_timeout} s"


def _log_has_no_path(facts: Facts) -> Iterator[Observation]:
    stage = known(parts.stages(facts).get(DEFAULT_STAGE), f"the stage {DEFAULT_STAGE}")
    paths = _PATH.findall(stage.access_log_format)
    yield not paths, ", ".join(paths) or "no path"


def _api_is_told(facts: Facts) -> Iterator[Observation]:
    distribution = parts.asker(facts)
    yield from key_is_the_path(distribution)
    passed = known(distribution.behavior.origin_request_policy, "the origin request policy before the API")
    wanted = Chosen(behavior="whitelist", names=("accept", VIEWER_HEADER))
    yield passed.headers == wanted, f"headers forwarded: {shown(passed.headers)}"
    yield from is_none(passed.query_strings, "query forwarded")
    yield from is_none(passed.cookies, "cookies forwarded")


def _is_asked(facts: Facts) -> Iterator[Observation]:
    origin = parts.api_origin(facts)
    yield origin.domain_name in api_hosts(parts.api(facts), facts.names.region), origin.domain_name
    yield origin.protocol_policy == "https-only", origin.protocol_policy or "as a bucket"
    yield origin.https_port == 443, f"port {origin.https_port}"
    if origin.path:
        yield False, f"below {origin.path}"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="CloudFront forwards Accept, the viewer's address and nothing else",
        rule=5,
        look=_api_is_told,
        expected="the headers Accept and CloudFront-Viewer-Address, no query, no cookies, nothing in the key",
        why="API Gateway does not find its API by the viewer's Host. Without Accept, f-auto is always JPEG. "
        "Without the address, no log shows who asks for too much.",
    ),
    Check(
        title="CloudFront asks the API",
        rule=5,
        look=_is_asked,
        expected="the API's host, https-only, port 443, no path",
        why="Another host makes nothing. A path leads to another stage than the one that is checked here.",
    ),
    Check(
        title="The API has two routes, to the function",
        rule=16,
        look=_routes_are_two,
        expected="GET and HEAD of every path, open, to the function",
        why="A method without a route is 404. Another route is another way in.",
    ),
    Check(
        title="The API may call the function",
        look=_api_may_call,
        expected="the function's policy lets every route in",
        why="Otherwise every derivative that is not stored yet is 500.",
    ),
    Check(
        title="The API's stage is $default",
        rule=12,
        look=_stage_is_default,
        expected=DEFAULT_STAGE,
        why="CloudFront names no stage when it asks: without $default the API answers 404.",
    ),
    Check(
        title="The API's payload is 2.0",
        rule=12,
        look=_payload_is_2,
        expected="2.0",
        why="The other format has the path in another place. The whole loop is tested with this one.",
    ),
    Check(
        title="The API's throttle is set, and not 0",
        rule=25,
        look=_throttle_is_set,
        expected="a rate and a burst above 0",
        why="If one of them is missing or 0, every call is 429. Without both, the whole account's limit "
        "holds.",
    ),
    Check(
        title="CloudFront asks the API once, and waits longer than the API does",
        rule=17,
        look=_is_waited_for,
        expected=f"1 attempt, and more than {_PATIENCE} s",
        why="Otherwise viewers get 504 for pictures that take long, and each attempt runs the function "
        "again.",
    ),
    Check(
        title="The API's log has no path",
        rule=28,
        look=_log_has_no_path,
        expected="an access log without the path of a request",
        why="The path holds signatures. A reader of the log could use them.",
    ),
)
