"""Test what is read from the environment: region, endpoint and credentials."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from resizer_core.stores.opening import open_store
from tests.stores.scripted import OK, Answer, ScriptedS3


def signature(server: ScriptedS3) -> str:
    """The Authorization header of the last request."""
    return next(value for name, value in server.requests[-1][2].items() if name.lower() == "authorization")


REGIONS = {
    "region": ({"AWS_REGION": "eu-north-1"}, "eu-north-1"),
    "default-region": ({"AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
    "both": ({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "us-west-2"}, "eu-north-1"),
    "neither": ({}, "us-east-1"),
}


@pytest.mark.parametrize(("variables", "region"), REGIONS.values(), ids=REGIONS)
def test_the_region_is_that_of_the_environment(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch, variables: Mapping[str, str], region: str
) -> None:
    aws_environment.delenv("AWS_REGION")
    aws_environment.setenv("AWS_ENDPOINT_URL", server.url)
    for name, value in variables.items():
        aws_environment.setenv(name, value)
    server.script = [OK]
    open_store("s3://bucket").head("a")
    assert f"/{region}/s3/" in signature(server)


@pytest.mark.parametrize("address", ["bucket", "bucket/", "bucket/a prefix"])
def test_the_region_of_the_url_wins(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch, address: str
) -> None:
    aws_environment.setenv("AWS_ENDPOINT_URL", server.url)
    server.script = [OK]
    open_store(f"s3://{address}?region=ap-south-1").head("a")
    assert "/ap-south-1/s3/" in signature(server)
    assert server.requests[-1][1] == f"/{address.removesuffix('/').replace(' ', '%20')}/a"
    open_store(f"s3://{address}").head("a")
    assert "/eu-west-1/s3/" in signature(server)


ENDPOINTS = {
    "for-s3": ({"AWS_ENDPOINT_URL_S3": "{url}"}),
    "for-everything": ({"AWS_ENDPOINT_URL": "{url}"}),
    "for-s3-wins": ({"AWS_ENDPOINT_URL_S3": "{url}", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}),
    "for-s3-empty": ({"AWS_ENDPOINT_URL_S3": "", "AWS_ENDPOINT_URL": "{url}"}),
    "slash": ({"AWS_ENDPOINT_URL_S3": "{url}/"}),
    "virtual-hosts": ({"AWS_ENDPOINT_URL": "{url}", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true"}),
}


@pytest.mark.parametrize("variables", ENDPOINTS.values(), ids=ENDPOINTS)
def test_an_endpoint_is_asked_in_path_style(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch, variables: Mapping[str, str]
) -> None:
    for name, value in variables.items():
        aws_environment.setenv(name, value.format(url=server.url))
    server.script = [OK]
    assert open_store("s3://bucket/a b").head("c%20d") is not None
    assert server.requests[0][1] == "/bucket/a%20b/c%2520d"


def test_temporary_credentials_send_their_token(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch
) -> None:
    aws_environment.setenv("AWS_ENDPOINT_URL_S3", server.url)
    aws_environment.setenv("AWS_SESSION_TOKEN", "a-token")
    server.script = [OK]
    open_store("s3://bucket").head("a")
    assert "a-token" in server.requests[0][2].values()


def test_credentials_of_a_container_are_fetched(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("container-token")
    aws_environment.delenv("AWS_ACCESS_KEY_ID")
    aws_environment.delenv("AWS_SECRET_ACCESS_KEY")
    aws_environment.setenv("AWS_ENDPOINT_URL_S3", server.url)
    aws_environment.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/credentials")
    aws_environment.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    credentials = (
        b'{"AccessKeyId": "FROMCONTAINER", "SecretAccessKey": "s", "Token": "t",'
        b' "Expiration": "2199-01-01T00:00:00Z"}'
    )
    server.script = [Answer(status=200, body=credentials), OK]
    open_store("s3://bucket").head("a")
    assert [path for _, path, _ in server.requests] == ["/credentials", "/bucket/a"]
    assert "container-token" in server.requests[0][2].values()
    assert "Credential=FROMCONTAINER/" in signature(server)
