"""Read the function from Lambda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doctor.facts import Function, Unread
from doctor.reading.answers import read_if_there
from doctor.reading.statements import statements

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def read_function(client: LambdaClient, name: str) -> Function | Unread | None:
    """Read the function, its environment and who may call it."""
    given = read_if_there(lambda: client.get_function(FunctionName=name), "ResourceNotFoundException")
    if given is None or isinstance(given, Unread):
        return given
    config, environment = given["Configuration"], given["Configuration"].get("Environment", {})
    error = environment.get("Error", {})
    return Function(
        arn=config["FunctionArn"],
        environment=Unread(f"{error.get('ErrorCode', '')}: {error.get('Message', '')}")
        if error
        else environment.get("Variables", {}),
        memory=config["MemorySize"],
        timeout=config["Timeout"],
        reserved_concurrency=given.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        package_type=config.get("PackageType", "Zip"),
        image_uri=given.get("Code", {}).get("ImageUri", ""),
        code_sha256=config["CodeSha256"],
        state=config.get("State", ""),
        last_update_status=config.get("LastUpdateStatus", ""),
        architectures=tuple(config.get("Architectures", [])),
        policy=read_if_there(
            lambda: statements(client.get_policy(FunctionName=name)["Policy"]), "ResourceNotFoundException"
        ),
    )
