"""Serve a loop on loopback ports, one for each distribution that viewers can reach."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from local_loop.demo_page import DemoPage
from local_loop.dropped import WithDropped
from local_loop.freshness import Freshness
from local_loop.http import Piece, Request, Response, hosts_of
from local_loop.stack import Wired
from resizer_core import Delivery, Site

_log = logging.getLogger(__name__)
_ADDRESS = "127.0.0.1"
#: Most bytes of an unread body that are taken from the connection, and bytes of each read.
_MOST_UNREAD, _CHUNK = 256 * 1024 * 1024, 64 * 1024
_Loop = TypeVar("_Loop", bound=Wired)


class LoopServer(Generic[_Loop]):
    """Serve a loop while the ``with`` block lasts.

    ``build`` makes the loop when the ports are known. It gets one host for each port, ``127.0.0.1:PORT``,
    first that of delivery. The page shows ``originals`` by the settings ``site``, and the results of
    ``freshness``. After a purge ``freshness`` tells the delivery cache. The page links to the pages of all
    ``ways`` by their URLs. It is itself the page of ``delivery``. For port 0 the operating system chooses a
    port. The server refuses requests for other hosts.

    Raises:
        OSError: a port is taken.
    """

    def __init__(
        self,
        build: Callable[..., _Loop],
        *,
        originals: WithDropped,
        freshness: Freshness,
        site: Site,
        ports: Sequence[int],
        delivery: Delivery,
        ways: Mapping[Delivery, str],
    ) -> None:
        with ExitStack() as opened:
            self._servers = [opened.enter_context(_Server(port)) for port in ports]
            self.loop = build(*(server.host for server in self._servers))
            opened.pop_all()
        for server in self._servers:
            server.hosts = hosts_of(*(one.server_port for one in self._servers))
            server.piece = self.loop.hosts[server.host]
        freshness.caches.append(self.loop.delivery_cache)
        page = DemoPage(self.loop, originals, site, freshness=freshness, delivery=delivery, ways=ways)
        self._servers[0].piece = _behind(page, self.loop.delivery)
        self._threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            for server in self._servers
        ]

    @property
    def url(self) -> str:
        """Give the URL where viewers begin, without a trailing slash."""
        return f"http://{self._servers[0].host}"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()


def _behind(page: DemoPage, delivery: Piece) -> Piece:
    def answer(request: Request) -> Response:
        own = page(request) if request.method in ("GET", "HEAD", "POST") else None
        return delivery(request) if own is None else own

    return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    piece: Piece
    hosts: frozenset[str]

    def __init__(self, port: int) -> None:
        super().__init__((_ADDRESS, port), _Handler)
        self.host = f"{_ADDRESS}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    """Read bytes as a `Request`, and write a `Response` as bytes."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "local_loop"
    sys_version = ""
    #: Seconds after which an idle connection is closed.
    timeout = 30

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:  # the viewer left during an answer
            self.close_connection = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        # http.server looks for do_GET, do_POST and so on. The pieces themselves decide which methods they
        # allow.
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        # `self.path` has lost leading slashes (CPython issue 87389). The request line still has them.
        target = self.requestline.partition(" ")[2].partition(" ")[0].encode("latin-1")
        if not target.startswith(b"/"):
            self.send_error(400, "expected a method, a space, and a path")
            return
        if not {*map(str.lower, self.headers.get_all("host", [""]))} <= self.server.hosts:
            self.send_error(403, f"expected the host {self.server.host}")
            return
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
        request = Request.to(target.decode("utf-8", "surrogateescape"), method=self.command, headers=headers)
        address, port = self.client_address[:2]
        length = headers.get("content-length", "")
        self._unread = int(length) if length.isdecimal() and len(length) < 12 else 0
        self._send(self.server.piece(replace(request, viewer=f"{address}:{port}", read=self._read)))

    def _read(self) -> bytes:
        body = self.rfile.read(self._unread)
        self._unread = 0
        return body

    def _send(self, response: Response) -> None:
        has_body = self.command != "HEAD"
        self.send_response(response.status)
        for name, value in response.headers.items():
            if name != "content-length":
                self.send_header(name, value.encode().decode("latin-1"))
        length = response.headers.get("content-length", "") if not has_body else ""
        self.send_header("content-length", length or str(len(response.body)))
        if self.command not in ("GET", "HEAD"):
            # Their body was not read, so the connection cannot be used again.
            self.close_connection = True
            self.send_header("connection", "close")
        self.end_headers()
        if has_body:
            self.wfile.write(response.body)
        # A close with unread bytes would reset the connection before the client has read the answer.
        left = min(self._unread, _MOST_UNREAD)
        while left and (chunk := self.rfile.read(min(left, _CHUNK))):
            left -= len(chunk)

    def log_message(self, format: str, *arguments: Any) -> None:
        if "/_loop/changes" in self.requestline:
            return  # the page asks every second
        _log.info("%s %s", self.server.host, format % arguments)
