"""Test the headers that reach the origin of a distribution, and those that its answers get."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from local_loop.distribution import (
    AddedHeader,
    CachePolicy,
)
from local_loop.http import Request, Response
from tests.local_loop.distributions import distribution
from tests.local_loop.doubles import ScriptedOrigin


def test_the_origin_sees_neither_query_nor_headers_of_the_viewer() -> None:
    origin = ScriptedOrigin(Response(status=200))
    viewer = {"host": "img.test", "accept": "image/webp", "cookie": "a=b", "referer": "https://blog.test/"}
    distribution(origin)(Request(path="/a", query="q=1", headers=viewer))
    (asked,) = origin.asked
    assert asked.query == ""
    assert asked.headers == {"host": "origin.test", "user-agent": "Amazon CloudFront"}


def test_the_origin_sees_what_is_forwarded_without_it_being_part_of_the_key() -> None:
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(origin, forwarded_headers=("accept",))
    edge(Request(path="/a", headers={"accept": "image/webp"}))
    edge(Request(path="/a", headers={"accept": "image/avif"}))
    assert [request.headers["accept"] for request in origin.asked] == ["image/webp"]


FORGED = {"cloudfront-viewer-address": "203.0.113.9:1"}
VIEWER = {
    "host": "img.test",
    "accept": "image/webp",
    "cookie": "a=b",
    "user-agent": "Viewer/1.0",
}
SENT = {"host": "origin.test", "user-agent": "Amazon CloudFront"}
FORWARDED: dict[str, tuple[dict[str, Any], str, dict[str, str]]] = {
    "the query": ({"forwards_query": True}, "q=1", SENT),
    "cookies": ({"forwards_cookies": True}, "", {**SENT, "cookie": "a=b"}),
    "host": ({"forwards_host": True}, "", {**SENT, "host": "img.test"}),
    "one header by its name": (
        {"forwarded_headers": ("user-agent",)},
        "",
        {**SENT, "user-agent": "Viewer/1.0"},
    ),
    "the viewer's address": (
        {"forwarded_headers": ("cloudfront-viewer-address",)},
        "",
        {**SENT, "cloudfront-viewer-address": "198.51.100.10:46532"},
    ),
    "all headers but host and cookies": (
        {"forwards_headers": True},
        "",
        {"host": "origin.test", "accept": "image/webp", "user-agent": "Viewer/1.0"},
    ),
    "everything": (
        {"forwards_headers": True, "forwards_query": True, "forwards_cookies": True, "forwards_host": True},
        "q=1",
        VIEWER,
    ),
    "host as part of the key": (
        {"cache_policy": CachePolicy(key_headers=("host",))},
        "",
        {**SENT, "host": "img.test"},
    ),
}


@pytest.mark.parametrize(("changes", "query", "headers"), FORWARDED.values(), ids=FORWARDED)
def test_what_reaches_the_origin_is(changes: dict[str, Any], query: str, headers: dict[str, str]) -> None:
    origin = ScriptedOrigin(Response(status=200))
    request = Request(path="/a", query="q=1", headers=VIEWER | FORGED, viewer="198.51.100.10:46532")
    distribution(origin, **changes)(request)
    (asked,) = origin.asked
    assert (asked.query, asked.headers) == (query, headers)


def test_nothing_that_an_origin_request_policy_forwards_tells_answers_apart() -> None:
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(
        origin, forwards_headers=True, forwards_query=True, forwards_cookies=True, forwards_host=True
    )
    edge(Request(path="/a"))
    edge(Request(path="/a", query="q=1", headers=VIEWER))
    assert len(origin.asked) == 1


def test_the_origins_own_headers_replace_the_viewers() -> None:
    origin = ScriptedOrigin(Response(status=200))
    edge = distribution(origin, forwarded_headers=("referer",), origin_headers={"referer": "secret"})
    edge(Request(path="/a", headers={"referer": "forged"}))
    assert origin.asked[0].headers["referer"] == "secret"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_another_method_is_405_and_does_not_reach_the_origin(method: str) -> None:
    origin = ScriptedOrigin(Response(status=200))
    response = distribution(origin)(Request(method=method, path="/a"))
    assert (response.status, response.headers["allow"]) == (405, "GET, HEAD")
    assert origin.asked == []


# The headers of a response headers policy

ADDED = {
    "x-content-type-options": AddedHeader("nosniff", override=True),
    "x-frame-options": AddedHeader("DENY", override=False),
}


@pytest.mark.parametrize("status", [200, 302, 307, 404, 500])
def test_the_headers_of_the_policy_are_on_every_answer_of_the_origin(status: int) -> None:
    edge = distribution(ScriptedOrigin(Response(status=status)), response_headers=ADDED)
    answer = edge(Request(path="/a"))
    assert (answer.headers["x-content-type-options"], answer.headers["x-frame-options"]) == (
        "nosniff",
        "DENY",
    )


def test_the_headers_of_the_policy_are_on_what_the_distribution_answers_itself() -> None:
    edge = distribution(ScriptedOrigin(Response(status=200)), response_headers=ADDED)
    assert edge(Request(method="POST", path="/a")).headers["x-content-type-options"] == "nosniff"


def test_only_with_override_a_header_of_the_policy_replaces_the_origins() -> None:
    own = {"x-content-type-options": "own", "x-frame-options": "own"}
    edge = distribution(ScriptedOrigin(Response(status=200, headers=own)), response_headers=ADDED)
    answer = edge(Request(path="/a"))
    assert (answer.headers["x-content-type-options"], answer.headers["x-frame-options"]) == ("nosniff", "own")


def test_the_headers_of_the_policy_are_not_kept_with_the_answer() -> None:
    edge = distribution(ScriptedOrigin(Response(status=200)))
    edge(Request(path="/a"))
    edge.configuration = replace(edge.configuration, response_headers=ADDED)
    hit = edge(Request(path="/a"))
    assert (hit.headers["x-cache"], hit.headers["x-frame-options"]) == ("Hit from cloudfront", "DENY")


#: What CloudFront's stars and question marks mean, by the paths that fit.
PATTERNS = {
    "/a*": (["/a", "/ab/c"], ["/b/a", "/A"]),
    "/*_a*": (["/x_a", "/x/y_ab"], ["/xa"]),
    "/?.a": (["/x.a"], ["/.a", "/xy.a", "/x_a"]),
    "/[a]": (["/[a]"], ["/a"]),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_of_several_behaviours_the_first_that_fits_says_the_headers(pattern: str) -> None:
    edge = distribution(
        ScriptedOrigin(Response(status=200)),
        response_headers=ADDED,
        headers_by_pattern=((pattern, {"vary": AddedHeader("Accept", override=True)}), ("/*", {})),
    )
    fit, unfit = PATTERNS[pattern]
    for path in fit:
        assert edge(Request(path=path)).headers.keys() & {"vary", *ADDED} == {"vary"}
    for path in unfit:
        assert edge(Request(path=path)).headers.keys() & {"vary", *ADDED} == set()


def test_behaviours_are_compared_with_the_path_before_the_function_has_seen_it() -> None:
    edge = distribution(
        ScriptedOrigin(Response(status=200)),
        headers_by_pattern=(("/a", {"vary": AddedHeader("Accept", override=True)}),),
        edge=lambda request: replace(request, path="/b"),
    )
    for _ in range(2):
        assert edge(Request(path="/a")).headers["vary"] == "Accept"
        assert "vary" not in edge(Request(path="/b")).headers


def test_a_policy_has_no_say_in_how_long_an_answer_is_kept() -> None:
    origin = ScriptedOrigin(Response(status=200))
    policy = {"cache-control": AddedHeader("no-store", override=True)}
    edge = distribution(origin, response_headers=policy)
    edge(Request(path="/a"))
    hit = edge(Request(path="/a"))
    assert (hit.headers["x-cache"], hit.headers["cache-control"]) == ("Hit from cloudfront", "no-store")


def test_the_headers_for_cors_are_for_requests_with_an_origin_from_the_cache_as_well() -> None:
    policy = {"access-control-allow-origin": AddedHeader("*", override=True)}
    edge = distribution(ScriptedOrigin(Response(status=200)), response_headers=policy)
    assert "access-control-allow-origin" not in edge(Request(path="/a")).headers
    hit = edge(Request(path="/a", headers={"origin": "https://blog.test"}))
    assert hit.headers["access-control-allow-origin"] == "*"
