"""A view of a picture by way of CloudFront, API Gateway and S3 as others emulate them.

While these tests last, three things are not as they were deployed. ministack does not dial AWS's hosts, so
the generator's origin is the address at which ministack itself has the API. It wants Docker for an image, so
it hands events to the function of this checkout, which runs under Lambda's emulator with the variables that
Terraform set. And it serves no websites, so that of the derivatives is s3rver's, with its configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from local_loop.http import Request
from local_loop.lambda_runtime import FunctionFailed, find_emulator, of_checkout
from local_loop.stack import SPEC_BEGINNINGS
from local_loop.viewer import Viewer
from tests.terraform.conftest import Applied
from tests.terraform.loopback import ask
from tests.terraform.ministack import set_variables
from tests.terraform.s3rver import S3rver
from tests.terraform.terraform import ROOT

PICTURE = (ROOT / "examples" / "originals" / "cat.jpg").read_bytes()
KEYS = ("cat.jpg", "a b.jpg")


@pytest.fixture(scope="module")
def emulator() -> Path:
    try:
        return find_emulator()
    except FunctionFailed as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def stack(minimal: Applied, emulator: Path) -> Iterator[Applied]:
    """The applied example while ministack can carry requests, with originals."""
    with minimal.ministack.client("s3") as s3:
        for key in KEYS:
            s3.put_object(Bucket=minimal.stack["originals_bucket"], Key=key, Body=PICTURE)
        with function_runs(minimal, emulator), generator_finds_the_api(minimal):
            yield minimal
        for bucket in (minimal.stack["originals_bucket"], minimal.stack["derivatives_bucket"]):
            for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=found["Key"])


@pytest.fixture(scope="module")
def generator(stack: Applied) -> str:
    """The host of the generator."""
    with stack.ministack.client("cloudfront") as cloudfront:
        found = cloudfront.get_distribution(Id=stack.stack["generator_distribution_id"])
    return str(found["Distribution"]["DomainName"])


@pytest.fixture
def website(stack: Applied, s3rver: S3rver) -> S3rver:
    """s3rver, with the website that Terraform gave the bucket of derivatives."""
    bucket = stack.stack["derivatives_bucket"]
    with stack.ministack.client("s3") as s3:
        s3rver.serve(bucket, s3.get_bucket_website(Bucket=bucket))
    return s3rver


def test_a_picture_is_made_and_stored_then_redirected_to_and_then_answered(
    stack: Applied, generator: str
) -> None:
    path = "/300x200_f-webp/cat.jpg"
    request = Request(path=path, headers={"host": generator})
    first = stack.ministack.edge(request)
    assert (first.status, first.headers["location"]) == (302, f"{stack.stack['base_url']}{path}")
    assert first.headers["cache-control"] == "no-store"
    stored, attributes = derivative(stack, path)
    assert attributes["ContentType"] == "image/webp"
    assert attributes["CacheControl"] == "public, max-age=86400, s-maxage=31536000"
    second = stack.ministack.edge(request)
    assert (second.status, second.headers["content-type"]) == (200, "image/webp")
    assert second.body == stored


def test_what_the_viewer_accepts_reaches_the_function(stack: Applied, generator: str) -> None:
    request = Request(path="/90x_f-auto/cat.jpg", headers={"host": generator, "accept": "image/avif"})
    answer = stack.ministack.edge(request)
    assert (answer.status, answer.headers["location"]) == (
        302,
        f"{stack.stack['base_url']}/90x_f-avif/cat.jpg",
    )


def test_every_answer_is_for_every_page_and_nothing_in_it_runs(stack: Applied, generator: str) -> None:
    for path in ("/300x201/cat.jpg", "/300x201/missing.jpg"):
        headers = stack.ministack.edge(Request(path=path, headers={"host": generator})).headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert headers["timing-allow-origin"] == "*"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].endswith("sandbox")


def test_the_function_refuses_who_does_not_come_through_the_generator(stack: Applied) -> None:
    path = f"/_aws/execute-api/{stack.stack['api_id']}/$default/300x202/cat.jpg"
    answer = ask(stack.ministack.port, Request(path=path), headers={"x-resizer-secret": "x" * 64})
    assert answer.status == 403
    assert b"NotAllowed" in answer.body


def test_a_viewer_without_https_is_refused(stack: Applied, generator: str) -> None:
    answer = ask(stack.ministack.port, Request(path="/300x203/cat.jpg"), headers={"host": generator})
    assert answer.status == 403
    assert b"HTTPS" in answer.body


def test_the_website_redirects_what_begins_like_a_spec_and_nothing_else(
    website: S3rver, generator: str
) -> None:
    for beginning in SPEC_BEGINNINGS:
        answer = website.website(Request(path=f"/{beginning}/cat.jpg"))
        assert (answer.status, answer.headers["location"]) == (
            307,
            f"https://{generator}/{beginning}/cat.jpg",
        )
    for path in ("/", "/favicon.ico", "/0x200/cat.jpg", "/wp-login.php", "/X400/cat.jpg"):
        assert website.website(Request(path=path)).status == 404


@pytest.mark.parametrize("key", KEYS)
def test_the_redirect_of_the_website_is_accepted(
    stack: Applied, website: S3rver, generator: str, key: str
) -> None:
    """Until it is copied, s3rver has nothing of what the function stores: rule 9 ends the chain."""
    base_url = stack.stack["base_url"]
    hosts = {base_url.removeprefix("https://"): website.website, generator: stack.ministack.edge}
    path = f"/80x80_fit-cover_f-png/{quote(key)}"
    lost = Viewer(hosts).walk(f"{base_url}{path}")
    assert [hop.response.status for hop in lost.hops] == [307, 302, 307, 200]
    stored, _ = derivative(stack, f"/80x80_fit-cover_f-png/{key}")
    assert lost.response.body == stored
    website.put(f"80x80_fit-cover_f-png/{key}", stored)
    found = Viewer(hosts).walk(f"{base_url}{path}")
    assert [hop.response.status for hop in found.hops] == [200]
    assert found.response.body == stored


def derivative(stack: Applied, path: str) -> tuple[bytes, dict[str, str]]:
    """What is stored for a path, and with what."""
    with stack.ministack.client("s3") as s3:
        found = s3.get_object(Bucket=stack.stack["derivatives_bucket"], Key=path.removeprefix("/"))
        with found["Body"] as body:
            return body.read(), found


@contextmanager
def function_runs(minimal: Applied, emulator: Path) -> Iterator[None]:
    """ministack posts events to where a variable of the function says; this is the emulator's address."""
    name = minimal.stack["function_name"]
    with minimal.ministack.client("lambda") as functions:
        deployed = functions.get_function_configuration(FunctionName=name)
        variables = deployed["Environment"]["Variables"]
        of_lambda = {
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployed["MemorySize"]),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(deployed["Timeout"]),
        }
        with of_checkout({**minimal.environment, **of_lambda, **variables}, emulator=emulator) as function:
            elsewhere = {**variables, "MINISTACK_LAMBDA_PROXY_URL": function.url}
            set_variables(functions, name, elsewhere)
            try:
                yield
            finally:
                set_variables(functions, name, variables)


@contextmanager
def generator_finds_the_api(minimal: Applied) -> Iterator[None]:
    """Where ministack has the API: its own address, and a path instead of the host."""
    id = minimal.stack["generator_distribution_id"]
    with minimal.ministack.client("cloudfront") as cloudfront:
        deployed = cloudfront.get_distribution_config(Id=id)
        (origin,) = deployed["DistributionConfig"]["Origins"]["Items"]
        there = {
            "DomainName": "127.0.0.1",
            "OriginPath": f"/_aws/execute-api/{minimal.stack['api_id']}/$default",
            "CustomOriginConfig": {
                **origin["CustomOriginConfig"],
                "HTTPPort": minimal.ministack.port,
                "OriginProtocolPolicy": "http-only",
            },
        }
        origins = {"Quantity": 1, "Items": [{**origin, **there}]}
        elsewhere = {**deployed["DistributionConfig"], "Origins": origins}
        changed = cloudfront.update_distribution(
            Id=id, IfMatch=deployed["ETag"], DistributionConfig=elsewhere
        )
        try:
            yield
        finally:
            cloudfront.update_distribution(
                Id=id, IfMatch=changed["ETag"], DistributionConfig=deployed["DistributionConfig"]
            )
