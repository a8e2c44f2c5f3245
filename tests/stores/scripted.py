"""Run a server that answers like S3, with the answers of a test, one after the other."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Describe one answer. ``sent`` is how many bytes of the body the server sends before it hangs up."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None


HEADERS = {"ETag": '"e1"', "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
BODY = b"0123456789" * 1000
OK = Answer(status=200)
FULL = Answer(status=200, body=BODY)
CUT = Answer(status=200, body=BODY, sent=4000)
REST = Answer(status=206, body=BODY[4000:], headers={"Content-Range": "bytes 4000-9999/10000"})
OTHER_REST = Answer(
    status=206, body=b"x" * 6000, headers={"Content-Range": "bytes 4000-9999/10000", "ETag": '"e2"'}
)
MISSING = Answer(status=404, body=b"<Error><Code>NoSuchKey</Code></Error>")
NO_BUCKET = Answer(status=404, body=b"<Error><Code>NoSuchBucket</Code></Error>")
FORBIDDEN = Answer(status=403, body=b"<Error><Code>AccessDenied</Code></Error>")
CONFLICT = Answer(status=409, body=b"<Error><Code>ConditionalRequestConflict</Code></Error>")
THERE_ALREADY = Answer(status=412, body=b"<Error><Code>PreconditionFailed</Code></Error>")
BROKEN = Answer(status=500, body=b"<Error><Code>InternalError</Code></Error>")
SLOW_DOWN = Answer(status=503, body=b"<Error><Code>SlowDown</Code></Error>")
HANGS_UP = Answer(status=0)
UNMEASURED = Answer(status=200, body=b"1\r\nx\r\n0\r\n\r\n", headers={"Transfer-Encoding": "chunked"})


class ScriptedS3(ThreadingHTTPServer):
    """Give the answers of ``script`` in turn, and then the last one again and again. Note the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ScriptedHandler)
        self.script: list[Answer] = []
        self.requests: list[tuple[str, str, Mapping[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def asked(self) -> list[str]:
        return [method for method, _, _ in self.requests]


class ScriptedHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedS3

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        script = self.server.script
        answer = script.pop(0) if len(script) > 1 else script[0]
        if answer.status:
            self.send(answer)
        if answer.sent is not None or not answer.status:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {**HEADERS, "Content-Length": str(len(answer.body)), **answer.headers}
        if "Transfer-Encoding" in headers:
            del headers["Content-Length"]
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: answer.sent])

    do_GET = do_HEAD = do_PUT = do_DELETE = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        pass
