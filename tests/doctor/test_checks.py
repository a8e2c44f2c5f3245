"""Each check on a stack that is right, on one that is wrong, and on one that could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from doctor.checks import CHECKS, check
from doctor.facts import (
    Chosen,
    CustomErrorResponse,
    Facts,
    NotRead,
    PublicAccessBlock,
    RoutingRule,
    Throttle,
    Unread,
    known,
)
from doctor.findings import Finding, Status
from tests.doctor.stack import (
    CALLING,
    ENVIRONMENT,
    GENERATOR_HOST,
    KEY,
    NAMES,
    NEGOTIATION,
    NONE,
    READING,
    REFERER,
    SECRET,
    standard_facts,
    with_api,
    with_behavior,
    with_bucket,
    with_cache_policy,
    with_distribution,
    with_environment,
    with_error,
    with_forwarded,
    with_function,
    with_header,
    with_integration,
    with_origin,
    with_routes,
    with_rules,
    with_stage,
    with_website,
)

FACTS = standard_facts()
BLOCK = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=False, restrict_public_buckets=False
)
ALL = Chosen(behavior="all")


def other_rules(*rules: RoutingRule) -> Facts:
    """The planned rules and these."""
    planned = known(known(FACTS.derivatives, "").website, "").routing_rules
    return with_website(FACTS, routing_rules=(*planned, *rules))


#: By the title of the check that has to see it: what is wrong, and a word of what the check finds.
BROKEN: dict[str, dict[str, tuple[Facts, str]]] = {
    "S3 redirects what begins like a SPEC, and nothing else": {
        "a lost rule": (
            with_website(
                FACTS, routing_rules=known(known(FACTS.derivatives, "").website, "").routing_rules[1:]
            ),
            "no rule for 1",
        ),
        "a rule for any key": (
            other_rules(RoutingRule(http_error_code_returned_equals="404")),
            "any key",
        ),
        "a rule for another prefix": (
            other_rules(RoutingRule(key_prefix_equals="wp-", http_error_code_returned_equals="404")),
            "wp-",
        ),
        "everything is redirected": (with_website(FACTS, redirects_all_to="example.com"), "example.com"),
        "no website": (with_bucket(FACTS, website=None), "not there"),
        "no bucket": (replace(FACTS, derivatives=None), "img-derivatives is not there"),
    },
    "S3 redirects what is missing, and nothing that exists": {
        "on 403": (with_rules(FACTS, http_error_code_returned_equals="403"), "12 on 403"),
        "on anything": (with_rules(FACTS, http_error_code_returned_equals=None), "no error"),
        "no rules": (with_website(FACTS, routing_rules=()), "no rules"),
    },
    "S3 redirects by 307": {
        "the default": (with_rules(FACTS, http_redirect_code=None), "301"),
        "302": (with_rules(FACTS, http_redirect_code="302"), "302"),
    },
    "S3 redirects to the generator, with the key whole": {
        "http": (with_rules(FACTS, protocol="http"), "http://"),
        "the protocol of the request": (with_rules(FACTS, protocol=None), "http://"),
        "another host": (with_rules(FACTS, host_name="other.example.com"), "other.example.com"),
        "no host": (with_rules(FACTS, host_name=None), "the website itself"),
        "another key": (with_rules(FACTS, replace_key_with="a"), "changes the key"),
        "another prefix": (with_rules(FACTS, replace_key_prefix_with=""), "changes the key"),
    },
    "The index document has a name that nobody uploads": {
        "index.html": (with_website(FACTS, index_suffix="index.html"), "index.html"),
        "INDEX.HTM": (with_website(FACTS, index_suffix="INDEX.HTM"), "INDEX.HTM"),
    },
    "The website opens to delivery's Referer alone": {
        "another Referer": (
            with_origin(FACTS, "delivery", custom_headers={"referer": REFERER[::-1]}),
            "does not name",
        ),
        "no Referer": (with_origin(FACTS, "delivery", custom_headers={}), "sends no Referer"),
        "a short one": (
            with_bucket(
                with_origin(FACTS, "delivery", custom_headers={"referer": "short"}),
                policy=({**READING, "Condition": {"StringEquals": {"aws:Referer": "short"}}},),
            ),
            "5 characters",
        ),
        "everybody may read": (
            with_bucket(FACTS, policy=({**READING, "Condition": {}},)),
            "everybody may read",
        ),
        "no policy": (with_bucket(FACTS, policy=None), "not there"),
        "no one origin": (with_distribution(FACTS, "delivery", origin=None), "not there"),
    },
    "The bucket policy grants s3:GetObject and nothing else": {
        "a put": (
            with_bucket(FACTS, policy=(READING, {**READING, "Action": "s3:PutObject"})),
            "s3:PutObject",
        ),
        "no statement": (with_bucket(FACTS, policy=()), "statements: 0"),
        "no policy": (with_bucket(FACTS, policy=None), "not there"),
    },
    "Block Public Access of the account lets the bucket policy through": {
        "the policy is blocked": (
            replace(FACTS, account_access_block=replace(BLOCK, block_public_policy=True)),
            "BlockPublicPolicy on",
        ),
        "the bucket is restricted": (
            replace(FACTS, account_access_block=replace(BLOCK, restrict_public_buckets=True)),
            "RestrictPublicBuckets on",
        ),
    },
    "Block Public Access of the bucket lets the policy through, and no ACL": {
        "the policy is blocked": (
            with_bucket(FACTS, access_block=replace(BLOCK, block_public_policy=True)),
            "BlockPublicPolicy on",
        ),
        "the bucket is restricted": (
            with_bucket(FACTS, access_block=replace(BLOCK, restrict_public_buckets=True)),
            "RestrictPublicBuckets on",
        ),
        "ACLs can be put": (
            with_bucket(FACTS, access_block=replace(BLOCK, block_public_acls=False)),
            "BlockPublicAcls off",
        ),
        "ACLs count": (
            with_bucket(FACTS, access_block=replace(BLOCK, ignore_public_acls=False)),
            "IgnorePublicAcls off",
        ),
        "no block": (with_bucket(FACTS, access_block=None), "not there"),
    },
    "Derivatives are encrypted by S3's own keys": {
        "KMS": (with_bucket(FACTS, encryption="aws:kms"), "aws:kms"),
        "none": (with_bucket(FACTS, encryption=None), "not there"),
    },
    "The bucket's owner owns every derivative": {
        "the writer does": (with_bucket(FACTS, ownership="ObjectWriter"), "ObjectWriter"),
        "none is stated": (with_bucket(FACTS, ownership=None), "not there"),
    },
    "Derivatives notify nobody": {
        "a function": (with_bucket(FACTS, notifications=("arn:aws:lambda:x",)), "arn:aws:lambda:x"),
    },
    "Both distributions are deployed": {
        "not enabled": (with_distribution(FACTS, "generator", enabled=False), "generator: not enabled"),
        "not there": (replace(FACTS, delivery=None), "EDELIVERY is not there"),
    },
    "Both distributions have one behaviour": {
        "another": (
            with_distribution(FACTS, "delivery", other_paths=("/raw/*",)),
            "delivery: others for /raw/*",
        ),
    },
    "Both distributions take https alone": {
        "a redirect": (
            with_behavior(FACTS, "delivery", viewer_protocol_policy="redirect-to-https"),
            "delivery: redirect-to-https",
        ),
        "http as well": (with_behavior(FACTS, "generator", viewer_protocol_policy="allow-all"), "allow-all"),
    },
    "Both distributions take GET and HEAD alone": {
        "OPTIONS as well": (
            with_behavior(FACTS, "delivery", allowed_methods=("GET", "HEAD", "OPTIONS")),
            "delivery: GET, HEAD, OPTIONS",
        ),
    },
    "Both distributions keep errors for seconds": {
        "a long 404": (
            with_error(FACTS, "delivery", 404, error_caching_min_ttl=300),
            "404 is kept for 300 s",
        ),
        "a long 502": (with_error(FACTS, "generator", 502, error_caching_min_ttl=2), "502 is kept for 2 s"),
        "another error": (
            with_distribution(
                FACTS,
                "delivery",
                custom_error_responses=(CustomErrorResponse(error_code=416, error_caching_min_ttl=11),),
            ),
            "416 is kept for 11 s",
        ),
        "nothing stated": (
            with_distribution(FACTS, "delivery", custom_error_responses=()),
            "500 is kept for 10 s",
        ),
        "a 200": (with_error(FACTS, "delivery", 404, response_code="200"), "404 becomes 200"),
        "a page": (with_error(FACTS, "delivery", 404, response_page="/404.html"), "404 becomes /404.html"),
    },
    "Both distributions add the headers of safety and CORS": {
        "no star": (
            with_header(FACTS, "generator", "access-control-allow-origin", "https://example.com"),
            "generator: access-control-allow-origin: https://example.com",
        ),
        "no nosniff": (
            with_header(FACTS, "delivery", "x-content-type-options", None),
            "delivery: no x-content-type-options",
        ),
        "no sandbox": (
            with_header(FACTS, "delivery", "content-security-policy", "default-src 'none'"),
            "content-security-policy: default-src 'none'",
        ),
        "none at all": (with_behavior(FACTS, "delivery", response_headers_policy=None), "not there"),
    },
    "Both distributions want TLS 1.2 or newer": {
        "1.1": (
            with_distribution(FACTS, "delivery", minimum_protocol_version="TLSv1.1_2016"),
            "delivery: TLSv1.1_2016",
        ),
    },
    "Delivery keeps what says so, and nothing else": {
        "a day by default": (with_cache_policy(FACTS, "delivery", default_ttl=86_400), "0/86400/31536000"),
        "a minimum": (
            with_cache_policy(FACTS, "delivery", min_ttl=1, default_ttl=1),
            "1/1/31536000",
        ),
        "a short maximum": (with_cache_policy(FACTS, "delivery", max_ttl=60), "0/0/60"),
        "no policy": (with_behavior(FACTS, "delivery", cache_policy=None), "not there"),
    },
    "Delivery goes by the path alone": {
        "the query": (with_cache_policy(FACTS, "delivery", query_strings=ALL), "query in the key: all"),
        "a header": (
            with_cache_policy(FACTS, "delivery", headers=Chosen(behavior="whitelist", names=("accept",))),
            "headers in the key: whitelist accept",
        ),
        "cookies": (with_cache_policy(FACTS, "delivery", cookies=ALL), "cookies in the key: all"),
        "the encoding": (
            with_cache_policy(FACTS, "delivery", accept_encoding_brotli=True),
            "Accept-Encoding",
        ),
        "the viewer's Host": (
            with_forwarded(FACTS, "delivery", headers=Chosen(behavior="allViewer")),
            "headers forwarded: allViewer",
        ),
    },
    "Delivery asks the website of the bucket of derivatives": {
        "the bucket itself": (
            with_origin(
                FACTS,
                "delivery",
                domain_name="img-derivatives.s3.eu-west-1.amazonaws.com",
                protocol_policy="",
            ),
            "as a bucket",
        ),
        "another bucket": (
            with_origin(FACTS, "delivery", domain_name="img-originals.s3-website-eu-west-1.amazonaws.com"),
            "img-originals",
        ),
        "https": (with_origin(FACTS, "delivery", protocol_policy="https-only"), "https-only"),
        "another port": (with_origin(FACTS, "delivery", http_port=8080), "port 8080"),
        "a path": (with_origin(FACTS, "delivery", path="/v1"), "below /v1"),
    },
    "The generator keeps nothing": {
        "a day": (
            with_cache_policy(FACTS, "generator", default_ttl=86_400, max_ttl=86_400),
            "0/86400/86400",
        ),
    },
    "The generator forwards Accept and nothing else": {
        "Host as well": (
            with_forwarded(
                FACTS, "generator", headers=Chosen(behavior="whitelist", names=("accept", "host"))
            ),
            "accept, host",
        ),
        "nothing": (with_behavior(FACTS, "generator", origin_request_policy=None), "not there"),
        "no Accept": (with_forwarded(FACTS, "generator", headers=NONE), "headers forwarded: none"),
        "the query": (with_forwarded(FACTS, "generator", query_strings=ALL), "query forwarded: all"),
        "cookies": (with_forwarded(FACTS, "generator", cookies=ALL), "cookies forwarded: all"),
        "the query in the key": (
            with_cache_policy(FACTS, "generator", query_strings=ALL),
            "query in the key: all",
        ),
    },
    "The generator asks the API": {
        "another API": (
            with_origin(FACTS, "generator", domain_name="api2.execute-api.eu-west-1.amazonaws.com"),
            "api2",
        ),
        "http": (with_origin(FACTS, "generator", protocol_policy="http-only"), "http-only"),
        "a stage": (with_origin(FACTS, "generator", path="/prod"), "below /prod"),
        "another port": (with_origin(FACTS, "generator", https_port=8443), "port 8443"),
    },
    "Redirects of the function lead to delivery": {
        "elsewhere": (
            with_environment(FACTS, RESIZER_BASE_URL="https://other.example.com"),
            "the function's: https://other.example.com",
        ),
        "to the generator": (
            with_environment(FACTS, RESIZER_BASE_URL=f"https://{GENERATOR_HOST}"),
            GENERATOR_HOST,
        ),
        "by http": (
            with_environment(FACTS, RESIZER_BASE_URL="http://img.example.com"),
            "http://img.example.com",
        ),
        "the stack's": (
            replace(FACTS, names=replace(NAMES, base_url="https://other.example.com")),
            "the stack's: https://other.example.com",
        ),
    },
    "What runs at the edge answers f-auto as the function would": {
        "at the generator": (with_behavior(FACTS, "generator", functions=(NEGOTIATION,)), "at the generator"),
        "after the cache": (
            with_behavior(FACTS, "delivery", functions=(replace(NEGOTIATION, event_type="viewer-response"),)),
            "on viewer-response",
        ),
    },
    "The API has two routes, to the function": {
        "one alone": (
            with_api(FACTS, routes=known(known(FACTS.api, "").routes, "")[:1]),
            "no route for HEAD",
        ),
        "any method": (with_routes(FACTS, key="ANY /{key+}"), "a route ANY /{key+}"),
        "another path": (with_routes(FACTS, key="GET /v1/{key+}"), "a route GET /v1/{key+}"),
        "another function": (
            with_integration(FACTS, uri="arn:aws:lambda:eu-west-1:123456789012:function:other"),
            "does not lead to the function",
        ),
        "nowhere": (with_routes(FACTS, integration=None), "does not lead to the function"),
        "a lock": (with_routes(FACTS, authorization_type="AWS_IAM"), "asks for AWS_IAM"),
        "websockets": (with_api(FACTS, protocol_type="WEBSOCKET"), "WEBSOCKET"),
        "no API": (replace(FACTS, api=None), "api1 is not there"),
    },
    "The API may call the function": {
        "nobody may": (with_function(FACTS, policy=None), "not there"),
        "another API": (
            with_function(
                FACTS,
                policy=(
                    {
                        **CALLING,
                        "Condition": {
                            "ArnLike": {
                                "AWS:SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:api2/*/*/{key+}"
                            }
                        },
                    },
                ),
            ),
            "GET /{key+} may not",
        ),
    },
    "The API's stage is $default": {"prod": (with_stage(FACTS, name="prod"), "prod")},
    "The API's payload is 2.0": {"1.0": (with_integration(FACTS, payload_format_version="1.0"), "1.0")},
    "The API's throttle is set, and not 0": {
        "a rate of 0": (with_stage(FACTS, throttle=Throttle(rate_limit=0.0, burst_limit=100)), "rate 0"),
        "no burst": (with_stage(FACTS, throttle=Throttle(rate_limit=50.0)), "no burst"),
        "neither": (with_stage(FACTS, throttle=Throttle()), "no rate"),
        "of one route": (
            with_stage(FACTS, routes={"GET /{key+}": Throttle(rate_limit=50.0)}),
            "nothing gets through GET /{key+}",
        ),
        "another stage": (with_stage(FACTS, name="prod"), "$default is not there"),
    },
    "The function accepts its settings": {
        "a word": (with_environment(FACTS, RESIZER_ACCESS="closed"), "RESIZER_ACCESS: expected"),
        "a missing one": (
            with_function(
                FACTS, environment={k: v for k, v in ENVIRONMENT.items() if k != "RESIZER_ORIGINALS"}
            ),
            "RESIZER_ORIGINALS: expected",
        ),
    },
    "The function stores where delivery reads": {
        "another bucket": (with_environment(FACTS, RESIZER_DERIVATIVES="s3://other"), "s3://other"),
        "a prefix": (
            with_environment(FACTS, RESIZER_DERIVATIVES="s3://img-derivatives/v1"),
            "s3://img-derivatives/v1",
        ),
    },
    "Originals and derivatives are different buckets": {
        "one bucket": (
            replace(FACTS, names=replace(NAMES, originals_bucket="img-derivatives")),
            "img-derivatives and img-derivatives",
        ),
        "the function reads another": (
            with_environment(FACTS, RESIZER_ORIGINALS="s3://other/pictures"),
            "s3://other/pictures",
        ),
    },
    "The function asks for the generator's secret": {
        "another secret": (
            with_origin(FACTS, "generator", custom_headers={"x-resizer-secret": SECRET[::-1]}),
            "does not name",
        ),
        "none is sent": (with_origin(FACTS, "generator", custom_headers={}), "sends no secret"),
        "none is asked for": (with_environment(FACTS, RESIZER_ORIGIN_SECRETS=""), "names 0"),
    },
    "The function is active": {
        "failed": (with_function(FACTS, state="Failed"), "Failed"),
        "a failed update": (with_function(FACTS, last_update_status="Failed"), "Failed"),
    },
    "The function ends before the API gives up": {
        "too late": (with_function(FACTS, timeout=30), "30 s"),
        "an impatient API": (with_integration(FACTS, timeout_ms=5000), "the API waits 5 s"),
    },
    "The function may run at all": {"stopped": (with_function(FACTS, reserved_concurrency=0), "0")},
    "Concurrency is bounded": {
        "none": (
            with_function(FACTS, reserved_concurrency=None),
            "none is reserved, and the account may run 1000 at once",
        ),
    },
    "The image is pinned by its digest": {
        "a tag": (
            with_function(FACTS, image_uri="123456789012.dkr.ecr.eu-west-1.amazonaws.com/img:latest"),
            "img:latest",
        ),
        "no image": (with_function(FACTS, package_type="Zip", image_uri=""), "Zip"),
    },
}
CASES = {
    f"{title}: {case}": (title, facts, word)
    for title, cases in BROKEN.items()
    for case, (facts, word) in cases.items()
}


def found(facts: Facts, title: str) -> Finding:
    return next(finding for finding in check(facts) if finding.title == title)


def test_a_stack_that_is_right_is_right_in_every_respect() -> None:
    assert [finding for finding in check(FACTS) if finding.status is not Status.RIGHT] == []


def test_every_check_is_seen_to_fail() -> None:
    assert [one.title for one in CHECKS] == list(BROKEN)


@pytest.mark.parametrize(("title", "facts", "word"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_seen_by_its_check(title: str, facts: Facts, word: str) -> None:
    finding = found(facts, title)
    assert finding.status is Status.WRONG
    assert word in finding.found


@pytest.mark.parametrize("facts", [facts for _, facts, _ in CASES.values()], ids=CASES)
def test_no_finding_names_a_secret(facts: Facts) -> None:
    for finding in check(with_environment(facts, RESIZER_SIGNING_KEYS=KEY) if facts.function else facts):
        shown = repr(finding)
        assert REFERER not in shown
        assert REFERER[::-1] not in shown
        assert SECRET not in shown
        assert SECRET[::-1] not in shown
        assert KEY not in shown


UNREAD: dict[str, Callable[[], Facts]] = {
    "S3 redirects by 307": lambda: with_bucket(FACTS, website=Unread("AccessDenied")),
    "The website opens to delivery's Referer alone": lambda: with_bucket(
        FACTS, policy=Unread("AccessDenied")
    ),
    "Block Public Access of the account lets the bucket policy through": lambda: replace(
        FACTS, account_access_block=Unread("AccessDenied")
    ),
    "Both distributions take https alone": lambda: replace(FACTS, generator=Unread("AccessDenied")),
    "Delivery keeps what says so, and nothing else": lambda: with_behavior(
        FACTS, "delivery", cache_policy=Unread("AccessDenied")
    ),
    "The API has two routes, to the function": lambda: with_api(FACTS, routes=Unread("AccessDenied")),
    "The function accepts its settings": lambda: with_function(FACTS, environment=Unread("AccessDenied")),
    "Concurrency is bounded": lambda: with_function(FACTS, reserved_concurrency=Unread("AccessDenied")),
}


def test_the_negotiation_of_this_checkout_is_right_at_the_edge() -> None:
    facts = with_behavior(FACTS, "delivery", functions=(NEGOTIATION,))
    assert found(facts, "What runs at the edge answers f-auto as the function would").status is Status.RIGHT


@pytest.mark.parametrize(
    ("code", "presets"),
    [
        ("function handler(event) {}", "{}"),
        (NEGOTIATION.code, '{"any": "300x_f-auto"}'),
        (Unread("no"), "{}"),
    ],
    ids=["another", "that of other presets", "unread"],
)
def test_another_function_at_the_edge_is_not_known(code: str | Unread, presets: str) -> None:
    facts = with_behavior(FACTS, "delivery", functions=(replace(NEGOTIATION, code=code),))
    finding = found(
        with_environment(facts, RESIZER_PRESETS=presets),
        "What runs at the edge answers f-auto as the function would",
    )
    assert finding.status is Status.UNKNOWN


def test_a_new_account_that_can_reserve_nothing_is_bounded_by_its_quota() -> None:
    facts = replace(with_function(FACTS, reserved_concurrency=None), account_concurrency=10)
    assert found(facts, "Concurrency is bounded").status is Status.RIGHT


def test_without_a_reservation_a_quota_that_cannot_be_read_is_not_known() -> None:
    facts = replace(with_function(FACTS, reserved_concurrency=None), account_concurrency=Unread("refused"))
    assert found(facts, "Concurrency is bounded").status is Status.UNKNOWN


@pytest.mark.parametrize("title", UNREAD)
def test_what_could_not_be_read_is_not_known_and_says_why(title: str) -> None:
    finding = found(UNREAD[title](), title)
    assert finding.status is Status.UNKNOWN
    assert "AccessDenied" in finding.found


def test_one_distribution_that_could_not_be_read_hides_nothing_of_the_other() -> None:
    facts = with_behavior(
        replace(FACTS, delivery=Unread("AccessDenied")), "generator", viewer_protocol_policy="allow-all"
    )
    finding = found(facts, "Both distributions take https alone")
    assert (finding.status, finding.found) == (Status.WRONG, "generator: allow-all")


def test_settings_that_are_not_accepted_leave_open_what_depends_on_them() -> None:
    facts = with_environment(FACTS, RESIZER_ACCESS="closed")
    statuses = {finding.title: finding.status for finding in check(facts)}
    assert statuses["The function accepts its settings"] is Status.WRONG
    assert statuses["The function asks for the generator's secret"] is Status.UNKNOWN


def test_what_is_on_its_way_is_not_known() -> None:
    for facts in (
        with_distribution(FACTS, "delivery", status="InProgress"),
        with_function(FACTS, state="Pending"),
        with_function(FACTS, last_update_status="InProgress"),
    ):
        assert {finding.status for finding in check(facts)} == {Status.RIGHT, Status.UNKNOWN}


def test_two_secrets_are_right_while_one_is_being_rotated() -> None:
    facts = with_environment(FACTS, RESIZER_ORIGIN_SECRETS=f"{SECRET[::-1]},{SECRET}")
    condition = {"StringEquals": {"aws:Referer": [REFERER[::-1], REFERER]}}
    facts = with_bucket(facts, policy=({**READING, "Condition": condition},))
    assert {finding.status for finding in check(facts)} == {Status.RIGHT}


def test_the_website_endpoint_is_right_in_both_spellings() -> None:
    facts = with_origin(FACTS, "delivery", domain_name="img-derivatives.s3-website.eu-west-1.amazonaws.com")
    assert {finding.status for finding in check(facts)} == {Status.RIGHT}


def test_an_alias_with_a_star_answers_to_one_label() -> None:
    delivery = known(with_distribution(FACTS, "delivery", aliases=("*.example.com",)).delivery, "")
    assert delivery.answers_to("img.example.com")
    assert not delivery.answers_to("a.img.example.com")
    assert not delivery.answers_to("example.com")


def test_an_unread_fact_has_no_value() -> None:
    with pytest.raises(NotRead, match="the policy could not be read: AccessDenied"):
        known(Unread("AccessDenied"), "the policy")
