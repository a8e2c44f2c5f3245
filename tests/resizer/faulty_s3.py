"""Run a small S3 over HTTP that fails if a test tells it to, in the ways of the real S3 and the network."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FaultyS3(ThreadingHTTPServer):
    """Serve objects by path (``/bucket/key``), with faults.

    ``faults`` names the fault for a method and a bucket, such as ``{"PUT derivatives": "reset"}``:

    - a status, such as ``503``: the server answers with it
    - ``reset``: the server reads the request and resets the connection
    - ``hang``: the server does not answer until ``mend``
    - ``drip``: the server sends a byte now and then, without end, until ``mend``
    - ``cut``: the answer ends too early, in its headers if it has no body
    - ``stored, then ...``: the server carries out a PUT, and then does one of the above

    ``times`` is how many requests go wrong before all is well.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.faults: dict[str, str] = {}
        self.times = 1_000_000
        self.lock = threading.Lock()
        self.mended = threading.Event()

    def mend(self) -> None:
        """Remove all faults, and end the requests that hang."""
        self.faults = {}
        self.mended.set()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients go away on purpose here."""


@contextmanager
def serving() -> Iterator[FaultyS3]:
    """Run a server until the block ends."""
    with FaultyS3() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.mend()
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyS3

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.faults.get(f"{self.command} {self.path.split('/')[1]}", "")
        with self.server.lock:
            self.server.times -= bool(fault)
            fault = fault if self.server.times >= 0 else ""
        if fault.startswith("stored, then "):
            self.carry_out(body)
            fault = fault.removeprefix("stored, then ")
        if not fault:
            self.send(*self.carry_out(body))
        elif fault.isdigit():
            self.send(int(fault), b"<Error><Code>Faulty</Code></Error>")
        else:
            getattr(self, fault)()
            self.close_connection = True

    do_GET = do_HEAD = do_PUT = answer  # noqa: N815 - the names that http.server looks for

    def carry_out(self, body: bytes) -> tuple[int, bytes]:
        objects = self.server.objects
        with self.server.lock:
            if self.command != "PUT":
                return (200, objects[self.path]) if self.path in objects else (404, b"")
            if self.path in objects:
                return 412, b""
            objects[self.path] = body
            return 200, b""

    def send(self, status: int, body: bytes, sent: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"e1"')
        self.send_header("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:sent])

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def hang(self) -> None:
        self.server.mended.wait()

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nX-Drip: ")
        if self.command == "GET":
            self.wfile.write(b'\r\nETag: "e1"\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n\r\n')
        while not self.server.mended.wait(0.02):
            self.wfile.write(b"x")

    def cut(self) -> None:
        if self.command == "GET":
            self.send(200, bytes(1000), sent=10)
        else:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")

    def log_message(self, *_: object) -> None:
        pass
