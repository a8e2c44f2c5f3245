"""Serve Service Quotas on a loopback port, since ministack has none. Every request gets the same quota."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Lambda's concurrent executions in an account that is not new.
_RUNS = {
    "ServiceCode": "lambda",
    "QuotaCode": "L-B99A9384",
    "QuotaArn": "arn:aws:servicequotas:::lambda/L-B99A9384",
    "Value": 1000.0,
}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        known = all(asked[name] == _RUNS[name] for name in ("ServiceCode", "QuotaCode"))
        answer = {"Quota": _RUNS} if known else {"__type": "NoSuchResourceException"}
        body = json.dumps(answer).encode()
        self.send_response(200 if known else 400)
        self.send_header("content-type", "application/x-amz-json-1.1")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests clean."""


@contextmanager
def quotas() -> Iterator[str]:
    """Give the URL of the service until the ``with`` block ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
