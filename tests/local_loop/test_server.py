"""The loop over real sockets, and what its page asks for."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from typing import cast

import pytest

from local_loop.dropped import with_dropped
from local_loop.freshness import Freshness
from local_loop.http import Request, Response
from local_loop.server import LoopServer
from local_loop.stack import Loop
from resizer_core import Delivery, ObjectStore, Site, open_store
from tests.local_loop.asking import Answer, ask
from tests.local_loop.doubles import BreakableStore
from tests.local_loop.world import served


@pytest.fixture
def originals(pictures: dict[str, bytes]) -> ObjectStore:
    store = open_store("memory:")
    for key, body in pictures.items():
        store.put(key, body, media_type="image/png")
    store.put("SOURCES.md", b"notes", media_type="text/markdown")
    return store


@pytest.fixture
def server(originals: ObjectStore) -> Iterator[LoopServer[Loop]]:
    with served(originals, open_store("memory:")) as running:
        yield running


def test_a_first_view_goes_round_and_a_second_one_is_a_hit(server: LoopServer[Loop]) -> None:
    missing = ask(f"{server.url}/4x4_f-webp/red.png")
    made = ask(missing.headers["location"])
    first = ask(made.headers["location"])
    second = ask(made.headers["location"])
    assert [missing.status, made.status, first.status, second.status] == [307, 302, 200, 200]
    assert made.headers["location"] == f"{server.url}/4x4_f-webp/red.png"
    assert (first.headers["content-type"], first.headers["x-cache"]) == (
        "image/webp",
        "Miss from cloudfront",
    )
    assert second.headers["x-cache"] == "Hit from cloudfront"
    assert first.body == second.body


def test_a_request_knows_its_viewer(server: LoopServer[Loop]) -> None:
    viewers: list[str] = []

    def watching(request: Request) -> Response:
        viewers.append(request.viewer)
        return Response(status=200)

    generator = server._servers[1]
    generator.piece = watching
    host, port = generator.server_address[:2]
    with socket.create_connection((str(host), port), timeout=30) as connection:
        connection.sendall(f"GET /a HTTP/1.1\r\nHost: {generator.host}\r\n\r\n".encode())
        connection.recv(1000)
        assert viewers == [f"127.0.0.1:{connection.getsockname()[1]}"]


def test_a_head_has_no_body_and_the_connection_stays_usable(server: LoopServer[Loop]) -> None:
    host = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        for _ in range(2):
            connection.request("HEAD", "/favicon.ico")
            answer = Answer(connection.getresponse())
            assert (answer.status, answer.body) == (404, b"")
            assert int(answer.headers["content-length"]) > 0
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "BREW"])
def test_another_method_is_405_on_both_ports(server: LoopServer[Loop], method: str) -> None:
    generator = f"http://{server.loop.configuration.generator_host}"
    assert ask(f"{server.url}/4x4/red.png", method=method).status == 405
    assert ask(f"{generator}/4x4/red.png", method=method).status == 405


LINES = {
    "a leading double slash is kept": (b"GET //4x4/red.png HTTP/1.0", b"404"),
    "bytes above 127": (b"GET /\xff\xfe HTTP/1.0", b"400"),
    "no path": (b"GET http://other.test/ HTTP/1.0", b"400"),
    "a tab": (b"GET\t/ HTTP/1.0", b"400"),
    "tabs": (b"GET\t/\tHTTP/1.0", b"400"),
    "two spaces": (b"GET  / HTTP/1.0", b"400"),
}


@pytest.mark.parametrize(("line", "status"), LINES.values(), ids=LINES)
def test_a_request_line_that_no_browser_sends(server: LoopServer[Loop], line: bytes, status: bytes) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(line + f"\r\nHost: {host}:{port}\r\n\r\n".encode())
        assert connection.makefile("rb").readline().split()[1] == status


HOSTS = {
    "another name": (["evil.example:{port}"], 403),
    "another port": (["127.0.0.1:1"], 403),
    "no port": (["127.0.0.1"], 403),
    "a name that begins like ours": (["localhost.evil.example:{port}"], 403),
    "empty": ([""], 403),
    "none": ([], 403),
    "two": (["127.0.0.1:{port}", "evil.example"], 403),
    "two, the other way round": (["evil.example", "127.0.0.1:{port}"], 403),
    "the address": (["127.0.0.1:{port}"], 200),
    "a name": (["localhost:{port}"], 200),
    "a name in upper case": (["LOCALHOST:{port}"], 200),
    "the address of IPv6": (["[::1]:{port}"], 200),
    "the other server's": (["127.0.0.1:{other}"], 200),
}


@pytest.mark.parametrize(("hosts", "status"), HOSTS.values(), ids=HOSTS)
def test_only_who_asks_for_this_machine_is_told_the_keys(
    server: LoopServer[Loop], hosts: list[str], status: int
) -> None:
    host = server.url.removeprefix("http://")
    ports = {
        "port": host.partition(":")[2],
        "other": server.loop.configuration.generator_host.partition(":")[2],
    }
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.putrequest("GET", "/_loop/pictures", skip_host=True)
    for given in hosts:
        connection.putheader("Host", given.format(**ports))
    connection.endheaders()
    answer = Answer(connection.getresponse())
    connection.close()
    assert answer.status == status
    assert (b"red.png" in answer.body) == (status == 200)


def test_a_taken_port_is_an_error_that_leaves_no_socket_open(
    server: LoopServer[Loop], originals: ObjectStore
) -> None:
    taken = int(server.url.rpartition(":")[2])

    def never(delivery_host: str, generator_host: str) -> Loop:
        raise AssertionError((delivery_host, generator_host))

    for ports in ((taken, 0), (0, taken)):
        with pytest.raises(OSError, match="in use"):
            LoopServer(
                never,
                originals=with_dropped(originals, originals, most=1)[0],
                freshness=Freshness(originals, open_store("memory:")),
                site=Site(),
                ports=ports,
                delivery=Delivery.REDIRECT,
                ways={},
            )


# The page


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/_loop/base.css", "text/css; charset=utf-8"),
        ("/_loop/page.js", "text/javascript; charset=utf-8"),
    ],
)
def test_the_page_is_served_and_may_run_only_its_own_script(
    server: LoopServer[Loop], path: str, media_type: str
) -> None:
    answer = ask(f"{server.url}{path}")
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")


def test_what_is_not_the_page_has_the_policy_of_the_distributions(server: LoopServer[Loop]) -> None:
    for url in (server.url, f"http://{server.loop.configuration.generator_host}"):
        assert ask(f"{url}/favicon.ico").headers["content-security-policy"].endswith("; sandbox")


def test_the_pages_pictures_may_come_by_way_of_the_generator_and_of_no_other_host(
    server: LoopServer[Loop],
) -> None:
    policy = ask(f"{server.url}/").headers["content-security-policy"]
    allowed = next(rule for rule in policy.split("; ") if rule.startswith("img-src "))
    generator = f"http://{server.loop.configuration.generator_host}"
    assert allowed.split(" ")[1:] == ["'self'", generator, "data:"]


def test_the_page_is_not_on_the_generators_port(server: LoopServer[Loop]) -> None:
    assert ask(f"http://{server.loop.configuration.generator_host}/").status == 404


def test_the_pictures_are_the_originals_without_the_notes(
    server: LoopServer[Loop], pictures: dict[str, bytes]
) -> None:
    answer = ask(f"{server.url}/_loop/pictures").json
    assert {found["key"]: found["bytes"] for found in answer["originals"]} == {
        key: len(body) for key, body in pictures.items()
    }
    assert all({"spec", "about"} <= set(shown) for shown in answer["specs"])


def test_a_store_that_fails_is_said(originals: ObjectStore) -> None:
    store = cast(ObjectStore, BreakableStore(originals, broken={"list"}))
    with served(store, open_store("memory:")) as server:
        answer = ask(f"{server.url}/_loop/pictures")
    assert (answer.status, answer.json) == (503, {"error": "the store could not be reached"})


def test_a_walk_tells_what_each_hop_answered(server: LoopServer[Loop]) -> None:
    answer = ask(f"{server.url}/_loop/walk?path=/4x4_f-webp/a%2520b.png").json
    assert (answer["status"], answer["redirects"], answer["media_type"]) == (200, 2, "image/webp")
    assert [[(step["who"], step["status"]) for step in hop["steps"]] for hop in answer["hops"]] == [
        [("delivery", 307), ("website", 307)],
        [("generator", 302), ("api", 302)],
        [("delivery", 200), ("website", 200)],
    ]
    again = ask(f"{server.url}/_loop/walk?path=/4x4_f-webp/a%2520b.png").json
    assert [(step["who"], step["cache"]) for step in again["hops"][0]["steps"]] == [("delivery", "hit")]
    assert again["bytes"] == answer["bytes"] > 0


def test_a_walk_that_fails_carries_the_functions_words(server: LoopServer[Loop]) -> None:
    answer = ask(f"{server.url}/_loop/walk?path=/4x4_blr-2/red.png").json
    assert answer["status"] == 400
    assert "blr" in answer["error"]["reason"]


SPANS = {
    "in the middle": ("4x4_blr-2_f-webp", "blr-2"),
    "at the end": ("4x4_q-80", "q-80"),
    "where something is missing": ("4x4_", ""),
    "of no part of the spec": ("99999x", ""),
}


@pytest.mark.parametrize(("spec", "underlined"), SPANS.values(), ids=SPANS)
def test_a_walk_that_fails_carries_the_span(server: LoopServer[Loop], spec: str, underlined: str) -> None:
    error = ask(f"{server.url}/_loop/walk?path=/{spec}/red.png").json["error"]
    assert error["source"][error["start"] : error["end"]] == underlined
    assert error["reason"]
    assert "^" not in error["reason"]


def test_a_walk_that_ends_well_has_no_error(server: LoopServer[Loop]) -> None:
    assert ask(f"{server.url}/_loop/walk?path=/4x4/red.png").json["error"] is None


def test_an_explanation_is_the_canonical_path(server: LoopServer[Loop]) -> None:
    answer = ask(f"{server.url}/_loop/explain?spec=4x4_F-WEBP_fit-cover&key=a%20b%2B%C3%BC.png").json
    assert answer["canonical"] == "4x4_fit-cover_f-webp"
    assert answer["path"] == "/4x4_fit-cover_f-webp/a%20b%2B%C3%BC.png"
    assert (answer["negotiated"], answer["error"]) == (False, None)


def test_an_explanation_says_that_the_format_is_left_to_the_browser(server: LoopServer[Loop]) -> None:
    assert ask(f"{server.url}/_loop/explain?spec=4x4_f-auto&key=red.png").json["negotiated"] is True


def test_an_explanation_of_an_error_is_its_span(server: LoopServer[Loop]) -> None:
    answer = ask(f"{server.url}/_loop/explain?spec=4x4_blr-2_f-webp&key=red.png").json
    error = answer["error"]
    assert error["source"][error["start"] : error["end"]] == "blr-2"
    assert "blr" in error["reason"]


@pytest.mark.parametrize("path", ["walk", "walk?path=elsewhere", "explain", "nothing"])
def test_a_question_that_is_none_is_404(server: LoopServer[Loop], path: str) -> None:
    assert ask(f"{server.url}/_loop/{path}").status == 404
