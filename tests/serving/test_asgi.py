"""Test what is ASGI's alone: the event loop, the life of a server, and clients that go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from resizer_core.asgi import Application, Message
from tests.doubles import filled
from tests.serving.doubles import CAT, Bench, Held, bench, until

PATH = "/30x20/cat.jpg"


def scope_of(path: str, **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "headers": [],
        "path": path,
        "raw_path": None,
        "root_path": "",
    }
    return usual | more


class Client:
    """One client: what it was sent, and whether it has gone."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.sent: list[Message] = []
        self._asked = False

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


async def asked(site: Bench, path: str, **more: Any) -> Client:
    client = Client()
    await Application(site.service)(scope_of(path, **more), client.receive, client.send)
    return client


async def eventually(happened: Callable[[], object]) -> None:
    await asyncio.to_thread(until, happened)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await test()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait_for(asyncio.gather(*left, return_exceptions=True), 5)

    asyncio.run(whole())


def test_while_a_store_or_a_picture_is_waited_for_others_are_answered() -> None:
    async def test() -> None:
        held = Held(filled(CAT))
        site = bench(CAT, held)
        waiting = asyncio.ensure_future(asked(site, PATH))
        await eventually(lambda: held.came)
        assert (await asked(site, "/healthz")).status == 200
        assert (await asked(site, "/30x20_fit-inside/cat.jpg")).status == 302
        held.gate.set()
        assert (await waiting).status == 200

    run(test)


def test_a_client_that_goes_is_waited_for_no_longer() -> None:
    async def test() -> None:
        held = Held(filled(CAT))
        site = bench(held, renders=1)
        one = asyncio.ensure_future(asked(site, PATH))
        await eventually(lambda: held.came)
        client = Client()
        other = asyncio.ensure_future(
            Application(site.service)(scope_of("/10x/dog.jpg"), client.receive, client.send)
        )
        await eventually(lambda: site.counted("renders_waiting") == 1)
        client.gone.set()
        await asyncio.wait_for(other, 5)
        assert client.sent == []
        await eventually(lambda: site.counted("renders_waiting") == 0)
        held.gate.set()
        assert (await one).status == 200
        assert held.came == ["cat.jpg"]

    run(test)


def test_a_request_that_the_server_cancels_leaves_nothing_behind() -> None:
    async def test() -> None:
        held = Held(filled(CAT))
        site = bench(held, renders=1)
        views = [asyncio.ensure_future(asked(site, path)) for path in (PATH, "/10x/dog.jpg")]
        await eventually(lambda: site.counted("renders_waiting") == 1)
        for view in views:
            view.cancel()
        ended = await asyncio.gather(*views, return_exceptions=True)
        assert [type(end) for end in ended] == [asyncio.CancelledError] * 2
        await eventually(lambda: site.counted("renders_waiting") == 0)
        assert site.counted('outcomes_total{outcome="left"}') == 2
        held.gate.set()

    run(test)


def test_a_request_ends_in_time() -> None:
    async def test() -> None:
        held = Held(filled(CAT))
        client = await asked(bench(CAT, held, seconds=0.2), PATH)
        assert client.status == 503
        held.gate.set()

    run(test)


PLACES: dict[str, tuple[dict[str, Any], str]] = {
    "no path as it came": ({"path": "/30x20_fit-inside/a+b c.png"}, "/30x20/a%2Bb%20c.png"),
    "a path as it came": (
        {"path": "/?", "raw_path": b"/30x20_fit-inside/a%2Bb%20c.png"},
        "/30x20/a%2Bb%20c.png",
    ),
    "a prefix that is a part of the path": (
        {"path": "/a b/30x20_fit-inside/c.png", "root_path": "/a b"},
        "/a%20b/30x20/c.png",
    ),
    "a prefix that is cut off": ({"path": "/30x20_fit-inside/c.png", "root_path": "/a"}, "/a/30x20/c.png"),
    "a prefix that is encoded in the path": (
        {"path": "/?", "raw_path": b"/a%20b/30x20_fit-inside/c.png", "root_path": "/a b"},
        "/a%20b/30x20/c.png",
    ),
    "a prefix that begins like another segment": (
        {"path": "/30x20_fit-inside/c.png", "root_path": "/3"},
        "/3/30x20/c.png",
    ),
}


@pytest.mark.parametrize(("scope", "location"), PLACES.values(), ids=PLACES)
def test_a_path_is_decoded_once_and_a_redirect_stays_below_the_prefix(
    scope: dict[str, Any], location: str
) -> None:
    async def test() -> None:
        client = await asked(bench(), **scope)
        assert (client.status, dict(client.sent[0]["headers"])[b"location"]) == (302, location.encode())

    run(test)


def test_several_headers_of_one_name_are_one_list() -> None:
    async def test() -> None:
        accept = [(b"accept", b"image/webp"), (b"Accept", b"text/html")]
        client = await asked(bench(), "/30x20_f-auto/cat.jpg", headers=accept)
        assert dict(client.sent[0]["headers"])[b"content-type"] == b"image/webp"

    run(test)


def test_a_server_may_tell_of_its_life() -> None:
    async def test() -> None:
        told = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
        sent: list[Message] = []

        async def receive() -> Message:
            return next(told)

        async def send(message: Message) -> None:
            sent.append(message)

        await Application(bench().service)({"type": "lifespan"}, receive, send)
        assert [message["type"] for message in sent] == [
            "lifespan.startup.complete",
            "lifespan.shutdown.complete",
        ]

    run(test)


def test_what_is_no_request_is_refused() -> None:
    async def test() -> None:
        client = Client()
        with pytest.raises(ValueError, match="expected the scope http or lifespan, got 'websocket'"):
            await Application(bench().service)({"type": "websocket"}, client.receive, client.send)

    run(test)
