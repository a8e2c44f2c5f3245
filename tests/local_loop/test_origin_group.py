"""Test a distribution with two origins: when it asks the second one, with what, and what it keeps of that."""

from __future__ import annotations

from typing import Any

import pytest

from local_loop.distribution import CachePolicy, Distribution, DistributionConfiguration, OriginGroup
from local_loop.http import Request, Response
from tests.local_loop.distributions import ZERO
from tests.local_loop.doubles import ScriptedOrigin, SetClock

MISSING = Response(status=404, headers={"content-type": "application/xml"})
MADE = Response(status=200, headers={"cache-control": "max-age=60", "etag": '"1"'}, body=b"0123456789")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH")


def group(
    first: ScriptedOrigin,
    second: ScriptedOrigin,
    *,
    codes: frozenset[int] = frozenset({404}),
    clock: SetClock | None = None,
    cache_policy: CachePolicy = ZERO,
    **changes: Any,
) -> Distribution:
    configuration = DistributionConfiguration(
        origin_host="first.test",
        origin_headers={"x-first": "1"},
        origin_group=OriginGroup(secondary_host="second.test", status_codes=codes, headers={"x-second": "2"}),
        cache_policy=cache_policy,
        allowed_methods=METHODS,
        **changes,
    )
    return Distribution(configuration, first, secondary=second, clock=clock or SetClock())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [200, 301, 302, 307, 400, 403, 404, 500, 502, 503])
def test_the_second_origin_is_asked_for_the_chosen_codes_and_three_methods(method: str, status: int) -> None:
    first, second = ScriptedOrigin(Response(status=status)), ScriptedOrigin(MADE)
    answer = group(first, second, codes=frozenset({404, 500}))(Request(method=method, path="/a"))
    fails_over = status in (404, 500) and method in ("GET", "HEAD", "OPTIONS")
    assert (len(first.asked), len(second.asked)) == (1, int(fails_over))
    assert answer.status == (200 if fails_over else status)


def test_both_get_the_same_but_for_host_and_their_own_headers() -> None:
    first, second = ScriptedOrigin(MISSING), ScriptedOrigin(MADE)
    asked = {"accept": "image/webp", "cookie": "a=b", "range": "bytes=0-3", "x-second": "forged"}
    group(first, second, forwarded_headers=("accept",))(Request(path="/a", query="b=c", headers=asked))
    common = {"accept": "image/webp", "range": "bytes=0-3", "user-agent": "Amazon CloudFront"}
    assert first.asked == [Request(path="/a", headers={**common, "host": "first.test", "x-first": "1"})]
    assert second.asked == [Request(path="/a", headers={**common, "host": "second.test", "x-second": "2"})]


def test_what_the_second_one_answers_is_kept_by_its_own_headers() -> None:
    clock = SetClock()
    first, second = ScriptedOrigin(MISSING), ScriptedOrigin(MADE)
    distribution = group(first, second, clock=clock)
    views = [distribution(Request(path="/a")).headers["x-cache"] for _ in range(2)]
    clock.pass_seconds(60)
    views.append(distribution(Request(path="/a")).headers["x-cache"])
    assert views == ["Miss from cloudfront", "Hit from cloudfront", "Miss from cloudfront"]
    assert (len(first.asked), len(second.asked)) == (2, 2), "the first one is asked again"


def test_an_error_of_the_second_one_is_the_answer_and_kept_like_any_error() -> None:
    first, second = ScriptedOrigin(MISSING), ScriptedOrigin(Response(status=422))
    distribution = group(first, second, error_caching_min_ttl={422: 5.0})
    assert [distribution(Request(path="/a")).status for _ in range(2)] == [422, 422]
    assert len(second.asked) == 1


def test_a_redirect_of_the_second_one_is_passed_on_and_kept_if_it_says_so() -> None:
    location = {"location": "/b", "cache-control": "no-store"}
    first, second = ScriptedOrigin(MISSING), ScriptedOrigin(Response(status=302, headers=location))
    distribution = group(first, second)
    for _ in range(2):
        assert distribution(Request(path="/a")).headers["location"] == "/b"
    assert len(second.asked) == 2


@pytest.mark.parametrize("codes", [frozenset(), frozenset({200}), frozenset({404, 302})])
def test_a_group_fails_over_on_errors_alone(codes: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="at least one error"):
        OriginGroup(secondary_host="second.test", status_codes=codes)


def test_a_group_has_two_origins_and_no_group_has_one() -> None:
    second, clock = ScriptedOrigin(MADE), SetClock()
    alone = DistributionConfiguration(origin_host="first.test")
    with pytest.raises(ValueError, match="second origin"):
        Distribution(alone, second, secondary=second, clock=clock)
    grouped = group(second, second).configuration
    with pytest.raises(ValueError, match="second origin"):
        Distribution(grouped, second, clock=clock)


# Parts and conditions


def test_what_is_kept_is_cut_and_compared_at_the_edge() -> None:
    first, second = ScriptedOrigin(MISSING), ScriptedOrigin(MADE)
    distribution = group(first, second)
    distribution(Request(path="/a"))
    part = distribution(Request(path="/a", headers={"range": "bytes=2-4"}))
    known = distribution(Request(path="/a", headers={"if-none-match": '"1"'}))
    head = distribution(Request(method="HEAD", path="/a"))
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert (known.status, known.body) == (304, b"")
    assert (head.status, head.headers["content-length"]) == (200, "10")
    assert len(first.asked) == 1


@pytest.mark.parametrize("status", [206, 304])
def test_a_part_that_an_origin_gives_is_kept_for_nobody(status: int) -> None:
    answer = Response(status=status, headers={"cache-control": "max-age=60"}, body=b"234")
    first, second = ScriptedOrigin(MISSING), ScriptedOrigin(answer)
    distribution = group(first, second)
    distribution(Request(path="/a", headers={"range": "bytes=2-4"}))
    distribution(Request(path="/a"))
    assert len(first.asked) == len(second.asked) == 2


# At the edge


def test_an_answer_of_the_function_at_the_edge_asks_no_origin_and_is_not_kept() -> None:
    first, second = ScriptedOrigin(MISSING), ScriptedOrigin(MADE)
    answers = [Response(status=404), Response(status=410)]
    distribution = group(first, second, edge=lambda _: answers.pop(0))
    views = [distribution(Request(path="/a")) for _ in range(2)]
    assert [view.status for view in views] == [404, 410]
    assert views[0].headers["x-cache"] == "FunctionGeneratedResponse from cloudfront"
    assert first.asked == second.asked == []


def test_the_root_is_the_default_root_object() -> None:
    first, second = ScriptedOrigin(MADE), ScriptedOrigin(MADE)
    distribution = group(first, second, default_root_object="index")
    distribution(Request(path="/"))
    distribution(Request(path="/a/"))
    assert [request.path for request in first.asked] == ["/index", "/a/"]
