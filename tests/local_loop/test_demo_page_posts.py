"""Test what the page may post: a picture of one's own, and a purge."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, cast

import pytest

from local_loop.demo_page import posting
from local_loop.demo_page.planned import Planner
from local_loop.demo_page.posting import safe_name
from local_loop.dropped import WithDropped
from local_loop.http import Request
from resizer_core import FORMATS, Delivery, Limits, ObjectStore, Site, open_store, resize
from tests.local_loop.asking import ask, asked, post
from tests.local_loop.conftest import flat
from tests.local_loop.doubles import BreakableStore
from tests.local_loop.dropping import BLUE, RED, Asked, served_with_originals, stored
from tests.local_loop.world import MOST_DROPPED, served
from tests.pictures import encoded, quarters


@pytest.fixture(scope="module", params=list(Delivery))
def loop(request: pytest.FixtureRequest) -> Iterator[Asked]:
    with served_with_originals(request.param) as served_loop:
        yield served_loop


# A picture of one's own


def test_a_picture_that_is_dropped_is_an_original_like_any_other_and_stays_in_memory(loop: Asked) -> None:
    before = stored(loop.originals), stored(loop.derivatives)
    answer = post(loop.url, "originals", BLUE, name="blue.png")
    assert (answer.status, answer.json["key"], answer.json["bytes"]) == (201, "dropped/blue.png", len(BLUE))
    assert (answer.json["original"]["width"], answer.json["original"]["format"]) == (16, "png")
    assert answer.json["gone"] == []
    assert "dropped/blue.png" in loop.listed()
    walk = asked(loop.url, "walk", path="/8x4_f-webp/dropped/blue.png")
    assert (walk["status"], walk["media_type"]) == (200, "image/webp")
    again = asked(loop.url, "walk", path="/8x4_f-webp/dropped/blue.png")
    assert again["hops"][0]["steps"][0]["cache"] == "hit"
    assert ask(f"{loop.url}/8x4_f-webp/dropped/blue.png").body == resize(BLUE, "8x4_f-webp").body
    assert asked(loop.url, "explain", spec="8x", key="dropped/blue.png")["size"]["planned"] == "8x4"
    assert (stored(loop.originals), stored(loop.derivatives)) == before


def test_the_same_picture_has_the_same_key_and_another_one_of_that_name_has_its_own(loop: Asked) -> None:
    keys = [
        post(loop.url, "originals", body, name="a.png").json["key"] for body in (RED, RED, BLUE, BLUE, RED)
    ]
    assert keys == [f"dropped/{name}.png" for name in ("a", "a", "a-2", "a-2", "a")]


BAD = {
    "nothing": (b"", 415, "the original is not a picture of a known format"),
    "a text": (b"hello", 415, "the original is not a picture of a known format"),
    "camera raw": (b"FUJIFILMCCD-RAW", 415, "the original is a camera raw file (RAF)"),
    "cut short": (encoded(quarters(64, 64), "jpg")[:-200], 422, "the original is cut short or damaged"),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "the original is not a picture of a known"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_picture_gets_the_words_of_the_library_and_is_not_kept(loop: Asked, case: str) -> None:
    body, status, reason = BAD[case]
    answer = post(loop.url, "originals", body, name="bad.png")
    assert answer.status == status
    assert answer.json["error"]["reason"].startswith(reason)
    assert not any("bad" in key for key in loop.listed())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("cat.png", "cat.png"),
        ("../../etc/cat.png", "cat.png"),
        ("C:\\pictures\\cat.png", "cat.png"),
        ("My cat? #1 (100%).PNG", "My-cat-1-100.png"),
        ("notes.txt", "notes.txt.png"),
        (".png", "picture.png"),
        ("..", "picture.png"),
        ("", "picture.png"),
        ("-.-.png", "picture.png"),
        ("cafe\u0301.png", "caf\u00e9.png"),
        ("x" * 500 + ".png", "x" * 80 + ".png"),
        ("a\nb\x00c.png", "a-b-c.png"),
    ],
)
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert safe_name(given, FORMATS["png"]) == kept


def test_a_name_ends_as_its_format_does() -> None:
    assert safe_name("cat.jpeg", FORMATS["jpg"]) == "cat.jpeg"
    assert safe_name("cat.png", FORMATS["jpg"]) == "cat.png.jpg"


def test_a_picture_that_is_too_large_is_refused_unread() -> None:
    store = WithDropped(open_store("memory:"), before=0, most=100)
    planner = Planner(store, Site(limits=Limits(input_bytes=50)))
    poster = posting.Poster(store, planner, cast(Any, None))

    def never() -> bytes:
        raise AssertionError

    def status(length: str) -> int:
        headers = {"host": "127.0.0.1:1", "origin": "http://127.0.0.1:1", "content-length": length}
        headers = {name: value for name, value in headers.items() if value}
        return poster.answer(
            Request(method="POST", path="/_loop/originals", headers=headers, read=never), {}
        ).status

    assert [status(length) for length in ("51", "9" * 30, "", "-1", "1e3")] == [413, 413, 411, 411, 411]


def test_a_large_body_that_is_not_read_does_not_hide_the_answer(loop: Asked) -> None:
    answer = post(loop.url, "originals", bytes(50 * 1024 * 1024 + 1), name="a.png")
    assert (answer.status, answer.json["error"]["reason"]) == (
        413,
        "expected an original of at most 52428800 bytes, got 52428801",
    )
    assert post(loop.url, "nothing", bytes(20_000_000)).status == 404


def test_a_body_that_ends_early_is_refused(loop: Asked) -> None:
    host, _, port = loop.url.removeprefix("http://").partition(":")
    head = f"POST /_loop/originals?name=a.png HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {loop.url}\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"{head}Content-Length: 1000\r\n\r\n".encode() + RED[:10])
        connection.shutdown(socket.SHUT_WR)
        assert connection.makefile("rb").readline().split()[1] == b"400"


def test_the_oldest_picture_in_memory_makes_room_and_what_was_made_of_it_goes() -> None:
    large = flat(1, 2, 3) + bytes(MOST_DROPPED // 2)  # bytes behind the end of a PNG are nothing
    with served(open_store("memory:"), open_store("memory:")) as server:
        first = post(server.url, "originals", large, name="first.png").json["key"]
        assert asked(server.url, "walk", path=f"/4x_f-webp/{first}")["status"] == 200
        second = post(server.url, "originals", large + b"2", name="second.png")
        assert second.json["gone"] == [first]
        assert {found["key"] for found in asked(server.url, "pictures")["originals"]} == {second.json["key"]}
        assert asked(server.url, "walk", path=f"/4x_f-webp/{first}")["status"] == 404


# Who may post

OTHERS = {
    "another site": {"Origin": "https://evil.example"},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "another scheme": {"Origin": "https://{host}"},
    "a sandbox": {"Origin": "null"},
    "nobody says": {},
    "a browser says another site": {"Origin": "http://{host}", "Sec_Fetch_Site": "cross-site"},
    "a browser says the same site": {"Origin": "http://{host}", "Sec_Fetch_Site": "same-site"},
}


@pytest.mark.parametrize("case", OTHERS)
@pytest.mark.parametrize("question", ["originals?name=evil.png", "purge?key=red.png", "anything"])
def test_no_other_web_page_may_post(loop: Asked, case: str, question: str) -> None:
    headers = {
        name: value.format(host=loop.url.removeprefix("http://")) for name, value in OTHERS[case].items()
    }
    asked(loop.url, "walk", path="/7x_f-webp/red.png")
    answer = ask(f"{loop.url}/_loop/{question}", method="POST", body=RED, **headers)
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers
    assert not any("evil" in key for key in loop.listed())
    assert "7x_f-webp/red.png" in stored(loop.derivatives)


def test_what_cannot_be_posted_is_said(loop: Asked) -> None:
    for question in ("explain", "pictures", "purge"):
        assert post(loop.url, question).status == 404
    assert post(loop.url, "purge", key="").status == 404
    assert ask(f"{loop.url}/", method="POST").status == 405
    assert ask(f"{loop.url}/8x/red.png", method="POST", body=b"x" * 10).status == 405


# A purge


def test_a_purge_tells_what_is_deleted_and_forgotten(loop: Asked) -> None:
    for spec in ("5x_f-png", "6x_f-webp"):
        asked(loop.url, "walk", path=f"/{spec}/red.png")
    asked(loop.url, "walk", path="/5x_f-png/alpha.png")
    made = {key for key in stored(loop.derivatives) if key.endswith("/red.png")}
    answer = post(loop.url, "purge", key="red.png").json
    assert {"5x_f-png/red.png", "6x_f-webp/red.png"} <= {*answer["deleted"]} == made
    assert {f"/{key}" for key in made} <= {*answer["forgotten"]}
    assert answer["sentence"] == (
        f"red.png is purged: {len(made)} derivatives are deleted, and forgotten by the caches."
    )
    assert stored(loop.derivatives) & made == set()
    assert "5x_f-png/alpha.png" in stored(loop.derivatives)
    again = asked(loop.url, "walk", path="/5x_f-png/red.png")
    assert again["hops"][0]["steps"][0]["cache"] == "miss"
    assert asked(loop.url, "changes", after="0")["new"][-1] == {
        "key": "red.png",
        "sentence": answer["sentence"],
    }


def test_a_purge_of_what_nothing_was_made_of_says_so(loop: Asked) -> None:
    assert post(loop.url, "purge", key="moves-not.gif").json == {
        "deleted": [],
        "forgotten": [],
        "sentence": "moves-not.gif is purged. Nothing was made of it.",
    }


def test_a_purge_in_a_store_that_fails_is_said() -> None:
    broken = cast(ObjectStore, BreakableStore(open_store("memory:"), broken={"folders", "list"}))
    with served(open_store("memory:"), broken) as server:
        answer = post(server.url, "purge", key="a.png")
    assert (answer.status, answer.json["error"]["reason"]) == (503, "the store could not be reached")
