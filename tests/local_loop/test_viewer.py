"""The browser of the local loop: where it goes, what it keeps, when it gives up."""

from __future__ import annotations

import pytest

from local_loop.http import Piece, Request, Response
from local_loop.viewer import REDIRECT_LIMIT, Viewer, address
from tests.local_loop.doubles import ScriptedOrigin

ADDRESSES = {
    "absolute": ("https://b.test/c", "https://b.test/c"),
    "host only": ("https://b.test", "https://b.test/"),
    "relative": ("/c", "http://a.test/c"),
    "a space is quoted": ("/a b", "http://a.test/a%20b"),
    "unicode is quoted": ("/ü", "http://a.test/%C3%BC"),
    "what is quoted stays": ("/a%20b%2Fc", "http://a.test/a%20b%2Fc"),
    "a plus stays": ("/a+b", "http://a.test/a+b"),
    "a question mark starts the query": ("/a?b", "http://a.test/a?b"),
    "the fragment goes": ("/a#b", "http://a.test/a"),
    "a backslash is a slash": ("/a\\b", "http://a.test/a/b"),
    "one dot goes": ("/a/./b", "http://a.test/a/b"),
    "two dots take a segment": ("/a/../b/%2E%2e/c", "http://a.test/c"),
    "no dots lead above the root": ("/../../a", "http://a.test/a"),
    "dots at the end leave the slash": ("/a/b/..", "http://a.test/a/"),
    "dots of another host go too": ("http://b.test/a/./b/../c", "http://b.test/a/c"),
    "encoded dots at the end leave the slash": ("/a/b/%2e%2E", "http://a.test/a/"),
    "double slashes stay": ("/a//b", "http://a.test/a//b"),
}


@pytest.mark.parametrize(("location", "url"), ADDRESSES.values(), ids=ADDRESSES)
def test_a_location_leads_to(location: str, url: str) -> None:
    assert address("http://a.test/x/y", location) == url


def redirect(status: int, location: str) -> ScriptedOrigin:
    return ScriptedOrigin(Response(status=status, headers={"location": location}))


def test_a_walk_follows_from_host_to_host() -> None:
    end = ScriptedOrigin(Response(status=200, body=b"picture"))
    walk = Viewer({"a.test": redirect(307, "http://b.test/c"), "b.test": end}).walk("http://a.test/a")
    assert [hop.url for hop in walk.hops] == ["http://a.test/a", "http://b.test/c"]
    assert (walk.redirects, walk.has_ended, walk.response.body) == (1, True, b"picture")
    assert end.asked[0].headers["host"] == "b.test"


def test_a_walk_gives_up_in_a_circle() -> None:
    walk = Viewer({"a.test": redirect(302, "/a")}).walk("http://a.test/a")
    assert (walk.redirects, walk.has_ended) == (REDIRECT_LIMIT + 1, False)


def test_a_walk_ends_where_it_would_leave_the_loop() -> None:
    walk = Viewer({"a.test": redirect(302, "https://evil.test/a")}).walk("http://a.test/a")
    assert (walk.left_for, walk.has_ended) == ("https://evil.test/a", False)


def test_a_redirect_without_a_location_is_an_end() -> None:
    walk = Viewer({"a.test": ScriptedOrigin(Response(status=302))}).walk("http://a.test/a")
    assert (walk.redirects, walk.has_ended) == (0, True)


KEPT = {301: 1, 308: 1, 302: 2, 303: 2, 307: 2}


@pytest.mark.parametrize(("status", "asked"), KEPT.items())
def test_a_browser_keeps_permanent_redirects_only(status: int, asked: int) -> None:
    start = redirect(status, "http://b.test/")
    hosts: dict[str, Piece] = {"a.test": start, "b.test": ScriptedOrigin(Response(status=200))}
    viewer = Viewer(hosts)
    viewer.walk("http://a.test/a")
    again = viewer.walk("http://a.test/a")
    assert len(start.asked) == asked
    assert again.redirects == 1


def test_the_query_is_sent() -> None:
    end = ScriptedOrigin(Response(status=200))
    Viewer({"a.test": end}).walk("http://a.test/a?b=c")
    assert end.asked == [Request(path="/a", query="b=c", headers={"host": "a.test"})]
