"""The API between the generator distribution and the function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from doctor.checks import parts
from doctor.facts import Facts, known
from doctor.findings import Check, Observation
from doctor.loop.http_api import DEFAULT_STAGE, integrates, lets_nothing_through, source_arn
from doctor.policies import lets_call

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


def _generator_waits(facts: Facts) -> Iterator[Observation]:
    origin = parts.origin(parts.generator(facts))
    yield origin.attempts == 1, f"{origin.attempts} attempts"
    yield origin.read_timeout > _PATIENCE, f"{origin.read_timeout} s"


def _log_has_no_path(facts: Facts) -> Iterator[Observation]:
    stage = known(parts.stages(facts).get(DEFAULT_STAGE), f"the stage {DEFAULT_STAGE}")
    paths = _PATH.findall(stage.access_log_format)
    yield not paths, ", ".join(paths) or "no path"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="The API has two routes, to the function",
        rule=16,
        look=_routes_are_two,
        expected="GET and HEAD of every path, open, to the function",
        why="Without its route a method is 404; another route is another way in.",
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
        why="The generator names no stage when it asks: without $default the API answers 404.",
    ),
    Check(
        title="The API's payload is 2.0",
        rule=12,
        look=_payload_is_2,
        expected="2.0",
        why="In the other the path stands elsewhere; the whole loop is tested with this one.",
    ),
    Check(
        title="The API's throttle is set, and not 0",
        rule=25,
        look=_throttle_is_set,
        expected="a rate and a burst above 0",
        why="With one of them missing or 0 every call is 429; without both the whole account's limit holds.",
    ),
    Check(
        title="The generator asks once, and waits longer than the API does",
        rule=17,
        look=_generator_waits,
        expected=f"1 attempt, and more than {_PATIENCE} s",
        why="Otherwise viewers get 504 for what the function makes, and each attempt is one more run of it.",
    ),
    Check(
        title="The API's log has no path",
        rule=28,
        look=_log_has_no_path,
        expected="an access log without the path of a request",
        why="Signatures stand in the path: whoever reads the log could ask for what they sign.",
    ),
)
