"""The emulated loop of what was deployed: of a right stack it ends, of a wrong one it shows what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from doctor.facts import (
    Chosen,
    Facts,
    PublicAccessBlock,
    RoutingRule,
    Throttle,
    Unread,
)
from doctor.loop import emulated
from local_loop.distribution import AddedHeader
from local_loop.stack import LoopConfiguration
from tests.doctor.deployed import Deployed
from tests.doctor.stack import (
    CALLING,
    ENVIRONMENT,
    READING,
    standard_facts,
    with_api,
    with_bucket,
    with_cache_policy,
    with_distribution,
    with_environment,
    with_forwarded,
    with_function,
    with_integration,
    with_origin,
    with_routes,
    with_rules,
    with_stage,
    with_vary,
    with_website,
)

FACTS = standard_facts()
PATH = "/8x4_f-png/pictures/red.png"
RESTRICTED = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=False, restrict_public_buckets=True
)
HOST = Chosen(behavior="whitelist", names=("accept", "host"))


def redirect(facts: Facts) -> LoopConfiguration:
    configuration, _ = emulated(facts)
    assert isinstance(configuration, LoopConfiguration)
    return configuration


def statuses(facts: Facts, path: str = PATH) -> list[int]:
    return [hop.response.status for hop in Deployed(facts).view(path).hops]


def test_a_first_view_has_two_redirects_and_the_second_none() -> None:
    deployed = Deployed(FACTS)
    first, second = deployed.view(PATH), deployed.view(PATH)
    assert [hop.response.status for hop in first.hops] == [307, 302, 200]
    assert [hop.response.status for hop in second.hops] == [200]
    assert second.response.headers["x-cache"] == "Hit from cloudfront"


def test_the_function_runs_in_the_environment_that_was_deployed() -> None:
    assert emulated(FACTS)[1] == ENVIRONMENT


def test_what_distributions_add_and_keep_is_theirs() -> None:
    delivery = emulated(FACTS)[0].delivery
    assert delivery.response_headers["x-content-type-options"] == AddedHeader("nosniff", override=True)
    assert (delivery.error_caching_min_ttl[404], delivery.error_caching_min_ttl[503]) == (10, 1)
    assert delivery.cache_policy.max_ttl == 31_536_000


def test_what_it_adds_on_some_paths_is_theirs_alone() -> None:
    deployed = Deployed(with_vary(FACTS, ("/8x8*", True), ("/8*", False)))
    assert deployed.view("/8x8/pictures/red.png").hops[0].response.headers["vary"] == "Accept"
    assert "vary" not in deployed.view("/88x8/pictures/red.png").hops[0].response.headers


def test_the_website_is_found_in_both_spellings_of_its_host() -> None:
    facts = with_origin(FACTS, "delivery", domain_name="img-derivatives.s3-website.eu-west-1.amazonaws.com")
    assert statuses(facts) == [307, 302, 200]


def test_viewers_may_use_every_name_of_delivery() -> None:
    facts = with_environment(FACTS, RESIZER_BASE_URL="https://ddelivery.cloudfront.net")
    assert statuses(facts) == [307, 302, 200]


def test_a_star_is_no_host_to_begin_at() -> None:
    configuration, _ = emulated(with_distribution(FACTS, "delivery", aliases=("*.example.com",)))
    assert (configuration.delivery_host, configuration.delivery_aliases) == ("ddelivery.cloudfront.net", ())


#: What viewers meet when one thing is wrong.
FAULTS: dict[str, tuple[Callable[[], Facts], list[int]]] = {
    "a rule is lost": (lambda: with_website(FACTS, routing_rules=()), [404]),
    "another bucket's website": (
        lambda: with_origin(FACTS, "delivery", domain_name="other.s3-website-eu-west-1.amazonaws.com"),
        [502],
    ),
    "another region's website": (
        lambda: with_origin(
            FACTS, "delivery", domain_name="img-derivatives.s3-website-us-east-1.amazonaws.com"
        ),
        [502],
    ),
    "https to the website": (lambda: with_origin(FACTS, "delivery", protocol_policy="https-only"), [502]),
    "the viewer's protocol to the website": (
        lambda: with_origin(FACTS, "delivery", protocol_policy="match-viewer"),
        [502],
    ),
    "another port of the website": (lambda: with_origin(FACTS, "delivery", http_port=8080), [502]),
    "another Referer": (lambda: with_origin(FACTS, "delivery", custom_headers={"referer": "other"}), [403]),
    "no policy": (lambda: with_bucket(FACTS, policy=None), [403]),
    "the bucket's block": (lambda: with_bucket(FACTS, access_block=RESTRICTED), [403]),
    "the account's block": (lambda: replace(FACTS, account_access_block=RESTRICTED), [403]),
    "KMS": (lambda: with_bucket(FACTS, encryption="aws:kms"), [403]),
    "the viewer's Host to the website": (
        lambda: with_forwarded(FACTS, "delivery", headers=Chosen(behavior="allViewer")),
        [404],
    ),
    "the viewer's Host to the API": (lambda: with_forwarded(FACTS, "generator", headers=HOST), [307, 403]),
    "another API": (lambda: with_origin(FACTS, "generator", domain_name="api2.example.com"), [307, 502]),
    "http to the API": (lambda: with_origin(FACTS, "generator", protocol_policy="http-only"), [307, 502]),
    "a stage that is not there": (lambda: with_origin(FACTS, "generator", path="/prod"), [307, 404]),
    "another stage alone": (lambda: with_stage(FACTS, name="prod"), [307, 404]),
    "no route": (lambda: with_api(FACTS, routes=()), [307, 404]),
    "a throttle of 0": (
        lambda: with_stage(FACTS, throttle=Throttle(rate_limit=0.0, burst_limit=10)),
        [307, 429],
    ),
    "half a throttle": (lambda: with_stage(FACTS, throttle=Throttle(burst_limit=10)), [307, 429]),
    "a throttle of one route": (
        lambda: with_stage(FACTS, routes={"GET /{key+}": Throttle(rate_limit=0.0)}),
        [307, 429],
    ),
    "another function": (lambda: with_integration(FACTS, uri="arn:aws:lambda:other"), [307, 500]),
    "no permission": (lambda: with_function(FACTS, policy=None), [307, 500]),
    "permission for another stage": (
        lambda: with_function(
            FACTS,
            policy=(
                {
                    **CALLING,
                    "Condition": {
                        "ArnLike": {
                            "AWS:SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:api1/prod/*/{key+}"
                        }
                    },
                },
            ),
        ),
        [307, 500],
    ),
    "no concurrency": (lambda: with_function(FACTS, reserved_concurrency=0), [307, 500]),
    "a function that failed": (lambda: with_function(FACTS, state="Failed"), [307, 500]),
    "another secret": (
        lambda: with_origin(FACTS, "generator", custom_headers={"x-resizer-secret": "other"}),
        [307, 403],
    ),
    "no secret": (lambda: with_origin(FACTS, "generator", custom_headers={}), [307, 403]),
    "a base URL that leads elsewhere": (
        lambda: with_environment(FACTS, RESIZER_BASE_URL="https://other.example.com"),
        [307, 302],
    ),
    "rules that lead elsewhere": (lambda: with_rules(FACTS, host_name="other.example.com"), [307]),
    "a redirect that is kept": (
        lambda: with_cache_policy(
            with_rules(FACTS, http_redirect_code="302"), "delivery", default_ttl=86_400
        ),
        [302, 302, 302, 200],
    ),
}


@pytest.mark.parametrize(("facts", "expected"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_shows_to_viewers(facts: Callable[[], Facts], expected: list[int]) -> None:
    assert statuses(facts()) == expected


def test_the_function_takes_off_a_stage_that_is_asked_for() -> None:
    facts = with_origin(with_stage(FACTS, name="prod"), "generator", path="/prod")
    assert statuses(facts) == [307, 302, 200]


def test_what_is_stored_elsewhere_is_never_found() -> None:
    deployed = Deployed(with_environment(FACTS, RESIZER_DERIVATIVES="s3://elsewhere"))
    for _ in range(2):
        assert [hop.response.status for hop in deployed.view(PATH).hops][-2:] == [307, 200]


def test_a_redirect_out_of_the_loop_is_seen() -> None:
    walk = Deployed(with_environment(FACTS, RESIZER_BASE_URL="https://other.example.com")).view(PATH)
    assert walk.left_for == f"https://other.example.com{PATH}"


def test_a_policy_for_everybody_asks_for_no_referer() -> None:
    facts = with_bucket(FACTS, policy=({**READING, "Condition": {}}, READING))
    website = redirect(facts).website
    assert (website.readable, website.referers) == (True, ())


def test_a_block_of_the_account_that_could_not_be_read_counts_as_none() -> None:
    assert redirect(replace(FACTS, account_access_block=Unread("refused"))).website.readable


def test_defaults_of_s3_are_kept() -> None:
    rule = RoutingRule(key_prefix_equals="3")
    made = redirect(with_website(FACTS, routing_rules=(rule,))).website.routing_rules[0]
    assert (made.http_error_code, made.protocol, made.http_redirect_code) == (None, "http", 301)


FORWARDED: dict[str, tuple[Chosen, tuple[str, ...], bool, bool]] = {
    "none": (Chosen(behavior="none"), (), False, False),
    "some": (Chosen(behavior="whitelist", names=("accept",)), ("accept",), False, False),
    "Host among them": (HOST, ("accept",), False, True),
    "all": (Chosen(behavior="allViewer"), (), True, True),
    "all but Host": (Chosen(behavior="allExcept", names=("host",)), (), True, False),
}


@pytest.mark.parametrize(("chosen", "names", "all_headers", "host"), FORWARDED.values(), ids=FORWARDED)
def test_headers_are_forwarded_as_the_policy_has_it(
    chosen: Chosen, names: tuple[str, ...], all_headers: bool, host: bool
) -> None:
    made = redirect(with_forwarded(FACTS, "generator", headers=chosen)).generator
    assert (made.forwarded_headers, made.forwards_headers, made.forwards_host) == (names, all_headers, host)


def test_what_is_in_the_key_is_in_the_emulated_key() -> None:
    chosen = Chosen(behavior="all")
    facts = with_cache_policy(
        FACTS,
        "delivery",
        headers=Chosen(behavior="whitelist", names=("accept",)),
        query_strings=chosen,
        cookies=chosen,
        accept_encoding_gzip=True,
    )
    policy = emulated(facts)[0].delivery.cache_policy
    assert policy.key_headers == ("accept", "accept-encoding")
    assert (policy.key_query, policy.key_cookies) == (True, True)


def test_every_method_of_a_route_is_routed() -> None:
    assert "POST" in emulated(with_routes(FACTS, key="ANY /{proxy+}"))[0].api.routed_methods
    assert "GET" in emulated(with_routes(FACTS, key="$default"))[0].api.routed_methods
    assert emulated(FACTS)[0].api.routed_methods == ("GET", "HEAD")
