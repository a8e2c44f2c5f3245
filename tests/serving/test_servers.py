"""Test that the servers that people run give the right answers, started as their users start them."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from resizer_core import open_store
from tests.serving.vectors import ORIGINALS, VECTORS, Answered, Ask, check

ROOT = Path(__file__).parents[2]
#: How each is started, but for its port.
SERVERS = {
    "uvicorn": "uvicorn --factory resizer_core.asgi:from_environment",
    "granian through ASGI": "granian --interface asgi --factory resizer_core.asgi:from_environment",
    "granian through WSGI": "granian --interface wsgi --factory resizer_core.wsgi:from_environment",
}
#: Seconds until one that does not come up is given up, and for one answer.
PATIENCE = 60


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def through(port: int) -> Ask:
    def ask(method: str, target: str, headers: Mapping[str, str]) -> Answered:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(method, target, headers=dict(headers))
            given = connection.getresponse()
            named = {name.lower(): value for name, value in given.getheaders()}
            return Answered(given.status, named, given.read())
        finally:
            connection.close()

    return ask


@pytest.fixture(scope="module", params=[*SERVERS.values()], ids=[*SERVERS])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """A server over a folder of originals; what it makes it keeps in its memory."""
    folder = tmp_path_factory.mktemp("originals")
    originals = open_store(str(folder))
    for key, body in ORIGINALS.items():
        originals.put(key, body, media_type="application/octet-stream")
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RESIZER_")}
    command = f"{request.param} --port {port}".split()
    running = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=inherited | {"RESIZER_ORIGINALS": str(folder)}
    )
    try:
        wait_for(port, running)
        yield through(port)
    finally:
        running.terminate()
        running.wait(PATIENCE)


def wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while running.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not come up")


@pytest.mark.parametrize("name", VECTORS)
def test_a_server_gives_the_right_answer(server: Ask, name: str) -> None:
    answered = check(VECTORS[name], server)
    assert answered.headers.get("transfer-encoding") is None


def test_a_server_says_how_it_is(server: Ask) -> None:
    assert server("GET", "/healthz", {}).body == b"ok\n"
    counts = server("GET", "/metrics", {})
    assert counts.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert b"resizer_renders_running 0\n" in counts.body
