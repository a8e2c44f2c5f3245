"""Test the cache of a distribution: what is kept, how long, under which key. The module names its sources."""

from __future__ import annotations

import pytest

from local_loop.distribution import DistributionConfiguration
from local_loop.http import Request, Response
from local_loop.ttl import CachePolicy, kept_for
from tests.local_loop.distributions import DAY, FLOOR, ZERO, distribution
from tests.local_loop.doubles import ScriptedOrigin, SetClock

NOW = 1_800_000_000.0


KEPT = {
    "a success without a word, default ttl": (DAY, 200, {}, 86_400),
    "a success without a word, no default ttl": (ZERO, 200, {}, 0),
    "a success with max-age": (ZERO, 200, {"cache-control": "public, max-age=300"}, 300),
    "s-maxage before max-age": (ZERO, 200, {"cache-control": "max-age=300, s-maxage=900"}, 900),
    "max-age before expires": (
        ZERO,
        200,
        {"cache-control": "max-age=5", "expires": "Fri, 15 Jan 2027 09:00:00 GMT"},
        5,
    ),
    "expires": (ZERO, 200, {"expires": "Fri, 15 Jan 2027 09:00:00 GMT"}, 3600),
    "expires in the past": (DAY, 200, {"expires": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0),
    "expires that is no date": (DAY, 200, {"expires": "0"}, 0),
    "cache-control without a time": (DAY, 200, {"cache-control": "public, immutable"}, 86_400),
    "no more than max ttl": (CachePolicy(max_ttl=86_400), 200, {"cache-control": "max-age=999999"}, 86_400),
    "no less than min ttl": (FLOOR, 200, {"cache-control": "max-age=1"}, 60),
    "no-store": (DAY, 200, {"cache-control": "no-store"}, 0),
    "private, although it has a max-age": (DAY, 200, {"cache-control": "private, max-age=300"}, 0),
    "min ttl overrides no-store": (FLOOR, 302, {"cache-control": "no-store"}, 60),
    "301 without a word is kept like a success": (DAY, 301, {}, 86_400),
    "302 without a word is kept like a success": (DAY, 302, {}, 86_400),
    "307 without a word is not kept": (DAY, 307, {}, 0),
    "307 without a word is not kept, min ttl or not": (FLOOR, 307, {}, 0),
    "308 without a word is not kept": (DAY, 308, {}, 0),
    "307 with cache-control is kept": (ZERO, 307, {"cache-control": "max-age=300"}, 300),
    "308 with cache-control is kept": (ZERO, 308, {"cache-control": "max-age=300"}, 300),
    "307 with expires is kept": (ZERO, 307, {"expires": "Fri, 15 Jan 2027 09:00:00 GMT"}, 3600),
    "303 is not kept": (DAY, 303, {"cache-control": "max-age=300"}, 0),
    "an error": (ZERO, 404, {}, 10),
    "an error with a shorter max-age": (ZERO, 404, {"cache-control": "max-age=3"}, 10),
    "an error with a longer max-age": (ZERO, 404, {"cache-control": "max-age=60"}, 60),
    "an error's max-age, no more than max ttl": (
        CachePolicy(default_ttl=0, max_ttl=0),
        400,
        {"cache-control": "max-age=60"},
        10,
    ),
    "404 obeys no-store": (ZERO, 404, {"cache-control": "no-store"}, 0),
    "503 does not obey no-store": (ZERO, 503, {"cache-control": "no-store"}, 10),
    "416 is never kept": (ZERO, 416, {"cache-control": "max-age=60"}, 0),
}


@pytest.mark.parametrize(("policy", "status", "headers", "seconds"), KEPT.values(), ids=KEPT)
def test_an_answer_is_kept_for(
    policy: CachePolicy, status: int, headers: dict[str, str], seconds: float
) -> None:
    assert kept_for(Response(status=status, headers=headers), policy, {}, now=NOW) == seconds


def test_an_error_is_kept_for_its_own_minimum() -> None:
    assert kept_for(Response(status=503), CachePolicy(), {503: 1.0}, now=NOW) == 1
    assert kept_for(Response(status=500), CachePolicy(), {503: 1.0}, now=NOW) == 10


def test_the_second_request_is_a_hit_and_does_not_reach_the_origin() -> None:
    clock = SetClock()
    origin = ScriptedOrigin(Response(status=200, body=b"picture"))
    edge = distribution(origin, clock)
    first = edge(Request(path="/a"))
    clock.pass_seconds(7.5)
    second = edge(Request(path="/a"))
    assert first.headers["x-cache"] == "Miss from cloudfront"
    assert (second.headers["x-cache"], second.headers["age"]) == ("Hit from cloudfront", "7")
    assert second.body == b"picture"
    assert len(origin.asked) == 1


def test_what_has_expired_is_asked_for_again() -> None:
    clock = SetClock()
    origin = ScriptedOrigin(Response(status=200, headers={"cache-control": "max-age=60"}))
    edge = distribution(origin, clock)
    edge(Request(path="/a"))
    clock.pass_seconds(59)
    assert edge(Request(path="/a")).headers["x-cache"] == "Hit from cloudfront"
    clock.pass_seconds(1)
    assert edge(Request(path="/a")).headers["x-cache"] == "Miss from cloudfront"


def test_query_headers_and_cookies_do_not_tell_answers_apart() -> None:
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(origin)
    edge(Request(path="/a"))
    edge(Request(path="/a", query="bust=1"))
    edge(Request(path="/a", headers={"accept": "image/webp", "cookie": "a=b"}))
    assert len(origin.asked) == 1


POLICIES_WITH_A_LONGER_KEY = {
    "query": CachePolicy(key_query=True),
    "header": CachePolicy(key_headers=("accept",)),
    "cookies": CachePolicy(key_cookies=True),
}


@pytest.mark.parametrize("policy", POLICIES_WITH_A_LONGER_KEY.values(), ids=POLICIES_WITH_A_LONGER_KEY)
def test_what_the_policy_puts_into_the_key_does(policy: CachePolicy) -> None:
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(origin, cache_policy=policy)
    edge(Request(path="/a"))
    edge(Request(path="/a", query="q=1", headers={"accept": "image/webp", "cookie": "a=b"}))
    assert len(origin.asked) == 2


def test_paths_are_told_apart_as_they_are_spelt() -> None:
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(origin)
    edge(Request(path="/a%20b"))
    edge(Request(path="/a+b"))
    assert [request.path for request in origin.asked] == ["/a%20b", "/a+b"]


def test_a_head_is_answered_from_what_a_get_left() -> None:
    origin = ScriptedOrigin(Response(status=200, body=b"picture"))
    edge = distribution(origin)
    edge(Request(path="/a"))
    head = edge(Request(method="HEAD", path="/a"))
    assert (head.body, head.headers["content-length"]) == (b"", "7")
    assert len(origin.asked) == 1


def test_a_get_is_not_answered_from_what_a_head_left() -> None:
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(origin)
    edge(Request(method="HEAD", path="/a"))
    edge(Request(path="/a"))
    assert [request.method for request in origin.asked] == ["HEAD", "GET"]


INVALIDATED = {
    "a path": (["/300x/a"], ["/300x/a"]),
    "two paths": (["/300x/a", "/400x/a"], ["/300x/a", "/400x/a"]),
    "a path that nobody asked for": (["/300x/"], []),
    "what begins alike": (["/300x/*"], ["/300x/a", "/300x/ab"]),
    "what begins alike, the path itself as well": (["/300x/a*"], ["/300x/a", "/300x/ab"]),
    "everything": (["/*"], ["/300x/a", "/300x/ab", "/400x/a"]),
    "a tag": (["#k-1"], ["/300x/a", "/400x/a"]),
    "a tag in another case": (["#K-2"], ["/400x/a"]),
    "what only begins like a tag": (["#k-"], []),
}


@pytest.mark.parametrize(("items", "forgotten"), INVALIDATED.values(), ids=INVALIDATED)
def test_an_invalidation_forgets_what_it_names(items: list[str], forgotten: list[str]) -> None:
    tags = {"/300x/a": "k-1", "/400x/a": "k-1, K-2", "/300x/ab": ""}
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(origin)
    for path, named in tags.items():
        origin.response = Response(status=200, headers={"x-amz-meta-tags": named})
        edge(Request(path=path))
    edge.invalidate(items)
    answers = {path: edge(Request(path=path)).headers["x-cache"] for path in sorted(tags)}
    assert [path for path, said in answers.items() if said == "Miss from cloudfront"] == forgotten


def test_a_full_cache_forgets_what_came_first() -> None:
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(origin, capacity=2)
    for path in ("/a", "/b", "/c"):
        edge(Request(path=path))
    assert edge(Request(path="/c")).headers["x-cache"] == "Hit from cloudfront"
    assert edge(Request(path="/a")).headers["x-cache"] == "Miss from cloudfront"


WRONG_TTLS = {"default below min": (10, 5, 20), "max below default": (0, 30, 20), "negative": (-1, 0, 0)}


@pytest.mark.parametrize(("minimum", "default", "maximum"), WRONG_TTLS.values(), ids=WRONG_TTLS)
def test_ttls_are_in_order(minimum: float, default: float, maximum: float) -> None:
    with pytest.raises(ValueError, match="min_ttl <= default_ttl <= max_ttl"):
        CachePolicy(min_ttl=minimum, default_ttl=default, max_ttl=maximum)


def test_a_cache_has_room() -> None:
    with pytest.raises(ValueError, match="at least one"):
        DistributionConfiguration(origin_host="origin.test", capacity=0)
