"""Read the HTTP API from API Gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from doctor.facts import HttpApi, Integration, Route, Stage, Throttle, Unread
from doctor.reading.answers import read_fact, read_if_there

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_apigatewayv2.type_defs import RouteSettingsTypeDef


def read_http_api(gateway: ApiGatewayV2Client, id: str) -> HttpApi | Unread | None:
    """Read the API with its routes and stages."""
    given = read_if_there(lambda: gateway.get_api(ApiId=id), "NotFoundException")
    if given is None or isinstance(given, Unread):
        return given
    return HttpApi(
        id=given["ApiId"],
        endpoint=given["ApiEndpoint"],
        protocol_type=given["ProtocolType"],
        routes=read_fact(lambda: tuple(_routes(gateway, id))),
        stages=read_fact(lambda: tuple(_stages(gateway, id))),
    )


def _routes(gateway: ApiGatewayV2Client, id: str) -> Iterator[Route]:
    integrations = {
        f"integrations/{given['IntegrationId']}": Integration(
            uri=given.get("IntegrationUri", ""),
            kind=given.get("IntegrationType", ""),
            payload_format_version=given.get("PayloadFormatVersion", ""),
            timeout_ms=given.get("TimeoutInMillis", 30_000),
        )
        for page in gateway.get_paginator("get_integrations").paginate(ApiId=id)
        for given in page["Items"]
    }
    for page in gateway.get_paginator("get_routes").paginate(ApiId=id):
        for route in page["Items"]:
            yield Route(
                key=route["RouteKey"],
                authorization_type=route.get("AuthorizationType", "NONE"),
                integration=integrations.get(route.get("Target", "")),
            )


def _stages(gateway: ApiGatewayV2Client, id: str) -> Iterator[Stage]:
    for page in gateway.get_paginator("get_stages").paginate(ApiId=id):
        for stage in page["Items"]:
            yield Stage(
                # The API's answer may hold the name percent-encoded, as in a path.
                name=unquote(stage["StageName"]),
                throttle=_throttle(stage.get("DefaultRouteSettings", {})),
                routes={key: _throttle(route) for key, route in stage.get("RouteSettings", {}).items()},
                access_log=stage.get("AccessLogSettings", {}).get("DestinationArn", ""),
                access_log_format=stage.get("AccessLogSettings", {}).get("Format", ""),
            )


def _throttle(given: RouteSettingsTypeDef) -> Throttle:
    return Throttle(
        rate_limit=given.get("ThrottlingRateLimit"), burst_limit=given.get("ThrottlingBurstLimit")
    )
