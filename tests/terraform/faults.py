"""Stand between a function and AWS, and let one kind of call fail while it is asked to."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local_loop.lambda_runtime import FunctionFailed
from tests.container.running import PATIENCE

#: A function that says, from a method, a target and headers, whether a call fails.
Fault = Callable[[str, str, Mapping[str, str]], bool]


class Faults:
    """Pass calls to AWS's API on to another server, except those that have to fail."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._fails: Fault | None = None
        self.failed = 0

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Pass one call on, or let it fail as a service in trouble does."""
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        if self._fails and self._fails(handler.command, handler.path, headers):
            self.failed += 1
            send(handler, 503, {}, b"")
            return
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        with closing(connection):
            connection.request(handler.command, handler.path, body, headers)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            send(handler, answer.status, told, answer.read())

    @contextmanager
    def of(self, fails: Fault) -> Iterator[None]:
        """Let these calls fail while the ``with`` block lasts."""
        self.failed, self._fails = 0, fails
        try:
            yield
        finally:
            self._fails = None


class Invocations:
    """Take the events that ministack posts in the place of Lambda: one at a time, as the emulator wants them.

    Attributes:
        answers: what the function answered, in order; ``None`` for a run that ended without an answer.
    """

    def __init__(self, function: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
        self._function = function
        self._one_at_a_time = threading.Lock()
        self.events: list[dict[str, Any]] = []
        self.answers: list[Mapping[str, Any] | None] = []
        self._dies = False

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Hand one event over."""
        event = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        with self._one_at_a_time:
            try:
                answer = None if self._dies else self._function(event)
                said = json.dumps(answer)
            except FunctionFailed as error:
                answer, said = None, str(error)
            self.events.append(event)
            self.answers.append(answer)
        send(handler, 500 if answer is None else 200, {}, said.encode())

    @contextmanager
    def dying(self) -> Iterator[None]:
        """Let runs end without an answer while the ``with`` block lasts."""
        self._dies = True
        try:
            yield
        finally:
            self._dies = False

    def told(self) -> list[str]:
        """List the keys that events of S3 named, in order."""
        bodies = [json.loads(record["body"]) for event in self.events for record in event["Records"]]
        return [body["detail"]["object"]["key"] for body in bodies if "detail" in body]

    def failures(self) -> int:
        """Count the runs that failed, or had a message that failed."""
        return sum(not answer or bool(answer["batchItemFailures"]) for answer in self.answers)


def send(handler: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Answer a call."""
    handler.send_response_only(status)
    for name, value in headers.items():
        if name not in ("connection", "content-length", "transfer-encoding"):
            handler.send_header(name, value)
    # The answer to a HEAD says how long the body would be.
    handler.send_header("content-length", headers.get("content-length") or str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def served(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Give the URL at which a server on a loopback port answers, while the ``with`` block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            answer(self)

        do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = _answer  # noqa: N815  the names are http.server's

        def log_message(self, *_arguments: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
