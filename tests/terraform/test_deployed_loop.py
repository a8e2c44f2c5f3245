"""The loop that Terraform made, read back from AWS and walked: all tests of the loop, on what is deployed.

The emulated loop is made of what AWS says and of nothing else, so what is wrong in Terraform is wrong in it.
Whether it would be seen, the second half tries: one setting after the other is broken where it is deployed.
"""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

import tests.local_loop.test_loop
import tests.local_loop.test_loop_delivery
import tests.local_loop.test_loop_generator
from doctor.checks import check
from doctor.facts import Facts, NotRead, NotThere
from doctor.findings import Status
from doctor.loop import Run
from doctor.policies import NotUnderstood
from tests.local_loop.conftest import pictures as pictures
from tests.local_loop.conftest import world as world
from tests.local_loop.test_loop import *  # noqa: F403  each of its tests, with the base below
from tests.local_loop.test_loop_delivery import *  # noqa: F403
from tests.local_loop.test_loop_generator import *  # noqa: F403
from tests.local_loop.test_whatever_state import machine
from tests.local_loop.views import statuses
from tests.local_loop.world import Base, World
from tests.terraform.conftest import Applied
from tests.terraform.deployed import base_of, edge, facts_of


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """What runs code at the edge."""
    with edge() as running:
        yield running


@pytest.fixture(scope="session")
def base(minimal: Applied, run: Run) -> Base:
    """What the tests of the loop start from, here."""
    return base_of(facts_of(minimal), run)


def test_f_auto_is_answered_at_the_edge_and_from_the_cache(base: Base, pictures: dict[str, bytes]) -> None:
    world = World.over(base, pictures)
    walks = [world.view("/8x_f-auto/red.png", accept="image/avif,*/*") for _ in range(2)]
    assert [statuses(walk) for walk in walks] == [[307, 302, 200], [200]]
    assert walks[1].response.headers["content-type"] == "image/avif"
    assert walks[1].response.headers["vary"] == "Accept"
    assert world.stored() == {"8x_f-avif/red.png"}


def test_the_loop_ends_whatever_its_state(base: Base) -> None:
    run_state_machine_as_test(machine(base, examples=40))


# Would it be seen?

Client = Callable[[str], Any]


@contextmanager
def clients(applied: Applied) -> Iterator[Client]:
    """boto3 clients of the account, closed at the end."""
    with ExitStack() as opened:

        def client(service: str) -> Any:
            return opened.enter_context(applied.ministack.client(service))

        yield client


Break = Callable[[Client, Mapping[str, str]], Callable[[], object]]
"""Breaks one setting of a stack, and gives what mends it again."""


def rules(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Break:
    """Another list of routing rules."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        s3, bucket = client("s3"), stack["derivatives_bucket"]
        found = s3.get_bucket_website(Bucket=bucket)
        website = {name: found[name] for name in ("IndexDocument", "RoutingRules")}
        broken = {**website, "RoutingRules": change(json.loads(json.dumps(website["RoutingRules"])))}
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=broken)
        return lambda: s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)

    return break_it


def redirected(**changes: str) -> Break:
    """Each routing rule redirects in another way."""
    return rules(lambda found: [{**rule, "Redirect": {**rule["Redirect"], **changes}} for rule in found])


def on_403_too(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    on_403 = {"HttpErrorCodeReturnedEquals": "403"}
    return [*found, *({**rule, "Condition": {**rule["Condition"], **on_403}} for rule in found)]


def of_any_key(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**found[0], "Condition": {"HttpErrorCodeReturnedEquals": "404"}}]


def policy(change: Callable[[str], str]) -> Break:
    """Another bucket policy."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        s3, bucket = client("s3"), stack["derivatives_bucket"]
        found = s3.get_bucket_policy(Bucket=bucket)["Policy"]
        assert change(found) != found
        s3.put_bucket_policy(Bucket=bucket, Policy=change(found))
        return lambda: s3.put_bucket_policy(Bucket=bucket, Policy=found)

    return break_it


def with_another_referer(found: str) -> str:
    document = json.loads(found)
    document["Statement"][0]["Condition"]["StringEquals"]["aws:Referer"] = "another" * 8
    return json.dumps(document)


def no_public_policy(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    s3, bucket = client("s3"), stack["derivatives_bucket"]
    found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={**found, "RestrictPublicBuckets": True}
    )
    return lambda: s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=found)


def distribution(part: str, change: Callable[[dict[str, Any]], object]) -> Break:
    """Another configuration of a distribution."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        cloudfront, identity = client("cloudfront"), stack[f"{part}_distribution_id"]
        found = cloudfront.get_distribution_config(Id=identity)
        broken = json.loads(json.dumps(found["DistributionConfig"]))
        change(broken)
        assert broken != found["DistributionConfig"]
        _update(cloudfront, identity, broken)
        return lambda: _update(cloudfront, identity, found["DistributionConfig"])

    return break_it


def _update(cloudfront: Any, identity: str, configuration: dict[str, Any]) -> None:
    etag = cloudfront.get_distribution_config(Id=identity)["ETag"]
    cloudfront.update_distribution(Id=identity, IfMatch=etag, DistributionConfig=configuration)


def another_secret(configuration: dict[str, Any]) -> None:
    configuration["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]["HeaderValue"] = "another" * 8


def a_cache(configuration: dict[str, Any]) -> None:
    # Managed-CachingOptimized: at least a second, a day where nothing is said.
    configuration["DefaultCacheBehavior"]["CachePolicyId"] = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def the_viewers_host(configuration: dict[str, Any]) -> None:
    # Managed-AllViewer
    configuration["DefaultCacheBehavior"]["OriginRequestPolicyId"] = "216adef6-5c7f-47e4-b989-5492eafa07d3"


def no_headers_of_its_own(configuration: dict[str, Any]) -> None:
    del configuration["DefaultCacheBehavior"]["ResponseHeadersPolicyId"]


def errors_for_five_minutes(configuration: dict[str, Any]) -> None:
    for error in configuration["CustomErrorResponses"]["Items"]:
        error["ErrorCachingMinTTL"] = 300


def another_origin(configuration: dict[str, Any]) -> None:
    configuration["Origins"]["Items"][0]["DomainName"] = "another.example.com"


def a_ttl(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    """S3's redirect is kept for a day."""
    cloudfront = client("cloudfront")
    delivery = cloudfront.get_distribution_config(Id=stack["delivery_distribution_id"])["DistributionConfig"]
    identity = delivery["DefaultCacheBehavior"]["CachePolicyId"]
    found = cloudfront.get_cache_policy(Id=identity)["CachePolicy"]["CachePolicyConfig"]

    def put(configuration: dict[str, Any]) -> None:
        etag = cloudfront.get_cache_policy(Id=identity)["ETag"]
        cloudfront.update_cache_policy(Id=identity, IfMatch=etag, CachePolicyConfig=configuration)

    put({**found, "MinTTL": 60, "DefaultTTL": 86_400})
    return lambda: put(found)


def environment(**changes: str) -> Break:
    """Other variables of the function."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        function, name = client("lambda"), stack["function_name"]
        found = function.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

        def put(variables: Mapping[str, str]) -> None:
            function.update_function_configuration(
                FunctionName=name, Environment={"Variables": dict(variables)}
            )

        put({**found, **changes})
        return lambda: put(found)

    return break_it


def no_permission(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    function, name = client("lambda"), stack["function_name"]
    (found,) = json.loads(function.get_policy(FunctionName=name)["Policy"])["Statement"]
    function.remove_permission(FunctionName=name, StatementId=found["Sid"])
    return lambda: function.add_permission(
        FunctionName=name,
        StatementId=found["Sid"],
        Action=found["Action"],
        Principal=found["Principal"]["Service"],
        SourceArn=found["Condition"]["ArnLike"]["AWS:SourceArn"],
    )


def no_call(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    api = client("apigatewayv2")
    stage = {"ApiId": stack["api_id"], "StageName": "$default"}
    found = api.get_stage(**stage)["DefaultRouteSettings"]
    broken = {**found, "ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}
    api.update_stage(**stage, DefaultRouteSettings=broken)
    return lambda: api.update_stage(**stage, DefaultRouteSettings=found)


def no_head(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    api, identity = client("apigatewayv2"), stack["api_id"]
    (found,) = (
        route for route in api.get_routes(ApiId=identity)["Items"] if route["RouteKey"].startswith("HEAD")
    )
    route = {"ApiId": identity, "RouteId": found["RouteId"]}
    # Another method in its place: a route that is made anew would be another one to Terraform.
    api.update_route(**route, RouteKey=found["RouteKey"].replace("HEAD", "PUT"))
    return lambda: api.update_route(**route, RouteKey=found["RouteKey"])


BROKEN: Mapping[str, Break] = {
    "a TTL of delivery": a_ttl,
    "a routing rule is lost": rules(lambda found: found[1:]),
    "the routing rules are 302": redirected(HttpRedirectCode="302"),
    "the routing rules lead elsewhere": redirected(HostName="elsewhere.example.com"),
    "the routing rules replace the key": redirected(ReplaceKeyPrefixWith="derived/"),
    "routing rules on 403": rules(on_403_too),
    "a routing rule for any key": rules(of_any_key),
    "the Referer of the bucket": policy(with_another_referer),
    "the public access block of the bucket": no_public_policy,
    "the Referer of delivery": distribution("delivery", another_secret),
    "the origin of delivery": distribution("delivery", another_origin),
    "the headers of delivery": distribution("delivery", no_headers_of_its_own),
    "how long delivery keeps errors": distribution("delivery", errors_for_five_minutes),
    "the secret of the generator": distribution("generator", another_secret),
    "the origin of the generator": distribution("generator", another_origin),
    "the cache of the generator": distribution("generator", a_cache),
    "what the generator forwards": distribution("generator", the_viewers_host),
    "how long the generator keeps errors": distribution("generator", errors_for_five_minutes),
    "the function's base URL": environment(RESIZER_BASE_URL="https://elsewhere.example.com"),
    "the function's secret": environment(RESIZER_ORIGIN_SECRETS="another" * 8),
    "the function's derivatives": environment(RESIZER_DERIVATIVES="s3://another-bucket"),
    "the permission of the API": no_permission,
    "the throttle of the API": no_call,
    "the route of HEAD": no_head,
}


@pytest.mark.parametrize("break_it", BROKEN.values(), ids=BROKEN)
def test_one_broken_setting_fails_a_test_of_the_loop_and_is_seen_by_the_doctor(
    minimal: Applied, run: Run, pictures: dict[str, bytes], break_it: Break
) -> None:
    with clients(minimal) as client:
        mend = break_it(client, minimal.stack)
        try:
            facts = facts_of(minimal)
        finally:
            mend()
    assert a_failure(facts, run, pictures)
    assert [finding.title for finding in check(facts) if finding.status is Status.WRONG] != []


def test_what_was_broken_was_mended(minimal: Applied, run: Run, base: Base) -> None:
    """Or the tests above would have tried more than one fault at a time."""
    assert base_of(facts_of(minimal), run) == base


def a_failure(facts: Facts, run: Run, pictures: dict[str, bytes]) -> str | None:
    """The first test of the loop that fails on this one; ``None`` when all pass."""
    try:
        base = base_of(facts, run)
    except (NotUnderstood, NotThere, NotRead) as error:
        return f"there is no such loop: {error}"
    for name, test in loop_tests():
        for case in cases(test):
            given = {"base": base, "pictures": pictures, "world": World.over(base, pictures), **case}
            wanted = inspect.signature(test).parameters
            try:
                test(**{parameter: given[parameter] for parameter in wanted})
            except Exception:  # whatever it is, the test failed
                return name
    return None


def loop_tests() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every test of the loop, by its name."""
    for module in (
        tests.local_loop.test_loop,
        tests.local_loop.test_loop_delivery,
        tests.local_loop.test_loop_generator,
    ):
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_"):
                yield name, test


def cases(test: Callable[..., object]) -> Iterator[dict[str, Any]]:
    """The arguments of each case of a test, as pytest makes them of its marks."""
    tables = []
    for mark in getattr(test, "pytestmark", []):
        names, values = mark.args[0], mark.args[1]
        rows = [(value,) if isinstance(names, str) else value for value in values]
        tables.append(
            [dict(zip([names] if isinstance(names, str) else names, row, strict=True)) for row in rows]
        )
    for chosen in itertools.product(*tables):
        yield {name: value for row in chosen for name, value in row.items()}
