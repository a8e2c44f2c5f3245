"""Make the emulated HTTP API from the facts: routes, throttles, and the right to call."""

from __future__ import annotations

from typing import Final

from doctor.facts import Function, HttpApi, Route, Throttle, known
from doctor.policies import NotUnderstood, lets_call
from local_loop.http_api import HttpApiConfiguration

_ANY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_DEFAULT_ROUTE = "$default"
#: The stage that answers if a path names none.
DEFAULT_STAGE: Final = "$default"


def emulated_api(
    api: HttpApi, function: Function, region: str, *, host: str, stage: str
) -> HttpApiConfiguration:
    """Configure the API as its stage answers at ``host``."""
    routes = known(api.routes, "the routes of the API")
    stages = {found.name: found for found in known(api.stages, "the stages of the API")}
    for route in routes:
        if route.authorization_type != "NONE":
            raise NotUnderstood(f"the route {route.key} asks for {route.authorization_type}")
    formats = {route.integration.payload_format_version for route in routes if route.integration}
    if len(formats) > 1:
        raise NotUnderstood(f"routes with different payload formats: {', '.join(sorted(formats))}")
    policy = known(function.policy, "the policy of the function") if function.policy is not None else ()
    can_run = function.reserved_concurrency != 0 and function.state in ("Active", "Inactive")
    found = stages.get(stage)
    throttles = (found.throttle, *found.routes.values()) if found else ()
    return HttpApiConfiguration(
        domain_name=host,
        stage=stage,
        # If the requested stage does not exist, the API answers 404 to everything.
        routed_methods=tuple(sorted({method for route in routes for method in _methods(route)}))
        if found
        else (),
        payload_format="".join(formats) or "2.0",
        throttled=any(map(lets_nothing_through, throttles)),
        invokes=can_run
        and all(
            integrates(route, function, region)
            and lets_call(policy, source_arn=source_arn(route, api, function, region, stage=stage))
            for route in routes
        ),
    )


def _methods(route: Route) -> tuple[str, ...]:
    method, _, path = route.key.partition(" ")
    if route.key == _DEFAULT_ROUTE:
        return _ANY_METHOD
    if not (path.startswith("/{") and path.endswith("+}")):
        raise NotUnderstood(f"the route {route.key} is not for every path")
    return _ANY_METHOD if method == "ANY" else (method,)


def api_hosts(api: HttpApi, region: str) -> tuple[str, str]:
    """Name the API's host as it says itself, and as AWS forms it: emulations of AWS differ."""
    return api.host, f"{api.id}.execute-api.{region}.amazonaws.com"


def integrates(route: Route, function: Function, region: str) -> bool:
    """Say whether a route leads to the function, by its ARN or by API Gateway's ARN for it."""
    partition = function.arn.split(":")[1]
    prefix = f"arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"
    return (
        route.integration is not None
        and route.integration.kind == "AWS_PROXY"
        and route.integration.uri in (function.arn, f"{prefix}{function.arn}/invocations")
    )


def source_arn(route: Route, api: HttpApi, function: Function, region: str, *, stage: str) -> str:
    """Give the source ARN with which API Gateway calls the function for a route."""
    _, partition, _, _, account, *_ = function.arn.split(":")
    method, _, path = route.key.partition(" ")
    return f"arn:{partition}:execute-api:{region}:{account}:{api.id}/{stage}/{method}{path}"


def lets_nothing_through(throttle: Throttle) -> bool:
    """Say whether every call gets 429: a limit is 0, or only one of them is set."""
    limits = (throttle.rate_limit, throttle.burst_limit)
    return limits != (None, None) and not all(limits)
