"""Serve the part of S3 that the function needs, in front of the loop's own stores.

A function in the loop's process gets the stores directly. A function in another process or in a container
reaches them over HTTP, as it reaches S3. So it is the deployed function without a change. The stores may be
of every kind that the loop opens, such as memory or a folder with attributes. Nobody shares folders or
credentials.

Emulated: HEAD, GET, and the PUT that creates or answers 412, in path style, with an object's attributes as
headers. Left out: everything else. It ignores signatures, and treats every PUT as one with
``If-None-Match: *``.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from local_loop.bucket import object_headers
from local_loop.http import hosts_of
from resizer_core import InvalidKey, ObjectStore, StorageError

_ADDRESS = "127.0.0.1"
_METADATA = "x-amz-meta-"


class S3Server:
    """Serve stores as buckets, by name, on a free loopback port while the ``with`` block lasts."""

    def __init__(self, buckets: Mapping[str, ObjectStore]) -> None:
        self._server = _Server(buckets)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables with which ``open_store("s3://NAME")`` finds the buckets in every process."""
        return {
            "AWS_ENDPOINT_URL_S3": f"http://{_ADDRESS}:{self._server.server_port}",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": "us-east-1",
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, buckets: Mapping[str, ObjectStore]) -> None:
        super().__init__((_ADDRESS, 0), _Handler)
        self.buckets = buckets


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    #: Seconds after which an idle connection is closed.
    timeout = 30
    #: Headers and body are sent separately. The body does not wait for the acknowledgement of the headers.
    disable_nagle_algorithm = True

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not {*map(str.lower, self.headers.get_all("host", [""]))} <= hosts_of(self.server.server_port):
            self._refuse(HTTPStatus.FORBIDDEN, "AccessDenied")
            return
        _, bucket, key = unquote(self.path.partition("?")[0]).split("/", 2)
        try:
            store = self.server.buckets[bucket]
            if self.command == "PUT":
                self._put(store, key, body)
            else:
                self._read(store, key)
        except KeyError:
            self._refuse(HTTPStatus.NOT_FOUND, "NoSuchBucket")
        except InvalidKey:
            # S3 has no such rule: it only sees a missing key.
            self._refuse(HTTPStatus.NOT_FOUND, "NoSuchKey")
        except StorageError:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError")

    def _read(self, store: ObjectStore, key: str) -> None:
        found = store.head(key) if self.command == "HEAD" else store.get(key)
        if found is None:
            self._refuse(HTTPStatus.NOT_FOUND, "NoSuchKey")
        else:
            self._send(
                HTTPStatus.OK, {"content-length": str(found.size), **object_headers(found)}, found.body
            )

    def _put(self, store: ObjectStore, key: str, body: bytes) -> None:
        written = store.put(
            key,
            body,
            media_type=self.headers["content-type"],
            cache_control=self.headers.get("cache-control", ""),
            content_disposition=self.headers.get("content-disposition", ""),
            metadata={
                name.lower().removeprefix(_METADATA): value
                for name, value in self.headers.items()
                if name.lower().startswith(_METADATA)
            },
        )
        if written:
            self._send(HTTPStatus.OK, {"etag": '"written"', "content-length": "0"})
        else:
            self._refuse(HTTPStatus.PRECONDITION_FAILED, "PreconditionFailed")

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        body = f"<Error><Code>{code}</Code></Error>".encode()
        self._send(status, {"content-type": "application/xml", "content-length": str(len(body))}, body)

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes | memoryview = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Log nothing: the function logs its own calls of the stores."""
