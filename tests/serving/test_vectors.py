"""Test that every way in gives the right answers, and those of the loop in failover."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

import resizer_core as core
import resizer_core.asgi
import resizer_core.wsgi
from local_loop.http import Request
from tests.doubles import filled
from tests.local_loop.failover_world import FAILOVER, FailoverWorld
from tests.serving.vectors import ORIGINALS, VECTORS, Answered, Ask, check


@pytest.fixture(scope="module")
def service() -> core.Service:
    return core.Service(core.Resizer(filled(ORIGINALS), core.open_store("memory:")))


def through_wsgi(service: core.Service, script_name: str = "") -> Ask:
    """Ask the application of WSGI, watched by the checks of the standard library."""
    application = validator(resizer_core.wsgi.Application(service))

    def ask(method: str, target: str, headers: Mapping[str, str]) -> Answered:
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": script_name,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1").removeprefix(script_name),
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }
        setup_testing_defaults(environ)
        started: list[Any] = []
        iterated = application(environ, lambda *given: started.extend(given))  # type: ignore[arg-type]
        body = b"".join(iterated)
        iterated.close()  # type: ignore[attr-defined]
        status, named = started
        return Answered(int(status.partition(" ")[0]), dict(named), body)

    return ask


def through_starlette(service: core.Service, mount: str = "") -> Ask:
    """Ask the application of ASGI by Starlette's client, mounted or alone."""
    application: Any = resizer_core.asgi.Application(service)
    if mount:
        application = Starlette(routes=[Mount(mount, application)])
    client = TestClient(application, follow_redirects=False)

    def ask(method: str, target: str, headers: Mapping[str, str]) -> Answered:
        given = client.request(method, target, headers=dict(headers))
        return Answered(given.status_code, dict(given.headers), given.content)

    return ask


@pytest.mark.parametrize("name", VECTORS)
def test_through_wsgi(service: core.Service, name: str) -> None:
    check(VECTORS[name], through_wsgi(service))


@pytest.mark.parametrize("name", VECTORS)
def test_through_wsgi_below_a_prefix(service: core.Service, name: str) -> None:
    check(VECTORS[name], through_wsgi(service, "/pictures"), prefix="/pictures")


@pytest.mark.parametrize("name", VECTORS)
def test_through_asgi(service: core.Service, name: str) -> None:
    check(VECTORS[name], through_starlette(service))


@pytest.mark.parametrize("name", VECTORS)
def test_through_asgi_below_a_prefix(service: core.Service, name: str) -> None:
    check(VECTORS[name], through_starlette(service, "/pictures"), prefix="/pictures")


@pytest.fixture(scope="module")
def loop() -> FailoverWorld:
    return FailoverWorld.like_s3(FAILOVER, ORIGINALS)


@pytest.mark.parametrize("name", [name for name, vector in VECTORS.items() if not vector.differs])
def test_the_loop_answers_alike(loop: FailoverWorld, name: str) -> None:
    def ask(method: str, target: str, headers: Mapping[str, str]) -> Answered:
        path, _, query = target.partition("?")
        asked = {"origin": "https://elsewhere.example", **headers}  # CloudFront opens answers to those alone
        given = loop.loop.delivery(Request(method=method, path=path, query=query, headers=asked))
        length = {"content-length": str(len(given.body))}  # the emulation says it of a HEAD alone
        return Answered(given.status, length | dict(given.headers), given.body)

    check(VECTORS[name], ask)


@pytest.mark.parametrize("name", [name for name, vector in VECTORS.items() if vector.differs])
def test_where_the_loop_answers_in_another_way_it_does(loop: FailoverWorld, name: str) -> None:
    vector = VECTORS[name]
    given = loop.loop.delivery(Request(method=vector.method, path=vector.path, headers=vector.headers))
    ours = {name: given.headers.get(name) for name in vector.says}
    assert (given.status, ours) != (vector.status, dict(vector.says))
