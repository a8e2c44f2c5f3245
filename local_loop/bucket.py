"""The REST endpoint of a private bucket of S3, as a distribution reads it through Origin Access Control.

Emulated, from the S3 API reference ("GetObject", "HeadObject", "Error responses") and the CloudFront
developer guide ("Restrict access to an Amazon S3 origin"):

- A missing object is 404 (``NoSuchKey``) for whom the bucket policy lets list the bucket, else 403
  (``AccessDenied``): nobody learns what is not there.
- Whoever may not read an object gets 403, whether it is there or not.
- The path is decoded once into a key; the empty key is the list of the bucket, for whom may have it.
- An object comes with its attributes and with ``x-amz-meta-*``. Parts of it, and conditions:
  ``conditions.py``.
- Errors are XML, without a body for HEAD, and without ``Cache-Control``.

Assumed: without a permission to read, the one to list makes no 404. A raw ``+`` in a path is a plus, or a
space (``plus_is_space``); AWS does not say.

Left out: signatures. That the distribution signs, and the policy lets it in, is one value (``readable``).
An ETag is that of the store; S3's own is the MD5 of what one PUT wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime
from urllib.parse import unquote_to_bytes
from xml.sax.saxutils import escape

from local_loop.conditions import conditioned
from local_loop.http import Request, Response
from resizer_core import InvalidKey, ObjectStore, StorageError, StoredObject

#: S3 user guide, "Object key naming guidelines".
_KEY_BYTES = 1024
_MESSAGES = {
    "NoSuchKey": (404, "The specified key does not exist."),
    "AccessDenied": (403, "Access Denied"),
    "MethodNotAllowed": (405, "The specified method is not allowed against this resource."),
    "InvalidURI": (400, "Couldn't parse the specified URI."),
    "KeyTooLongError": (400, "Your key is too long"),
    "InternalError": (500, "We encountered an internal error. Please try again."),
    "InvalidRange": (416, "The requested range is not satisfiable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketConfiguration:
    """The bucket, and what its policy lets the distribution do.

    ``readable`` takes ``s3:GetObject`` and requests that are signed, ``listable`` ``s3:ListBucket``.
    """

    bucket: str
    readable: bool = True
    listable: bool = True
    plus_is_space: bool = False


class Bucket:
    """The piece that answers for the bucket."""

    def __init__(self, configuration: BucketConfiguration, store: ObjectStore) -> None:
        self.configuration = configuration
        self._store = store

    def __call__(self, request: Request) -> Response:
        """Answer with the object, a part of it, or an error."""
        response = conditioned(request, self._answer(request))
        if response.status == 416:
            response = _error("InvalidRange")
        if request.method != "HEAD":
            return response
        headers = {**response.headers, "content-length": str(len(response.body))}
        return replace(response, headers=headers, body=b"")

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _error("MethodNotAllowed")
        path = request.path[1:]
        try:
            key = unquote_to_bytes(
                path.replace("+", " ") if self.configuration.plus_is_space else path
            ).decode()
        except UnicodeDecodeError:
            return _error("InvalidURI")
        if not key:
            return self._list() if self.configuration.listable else _error("AccessDenied")
        if len(key.encode()) > _KEY_BYTES:
            return _error("KeyTooLongError")
        if not self.configuration.readable:
            return _error("AccessDenied")
        try:
            found = self._store.get(key)
        except InvalidKey:
            found = None  # S3 has no such rule: to it this is one more key that is not there
        except StorageError:
            return _error("InternalError")
        if found is None:
            return _error("NoSuchKey" if self.configuration.listable else "AccessDenied")
        return Response(status=200, headers=object_headers(found), body=bytes(found.body))

    def _list(self) -> Response:
        keys = (f"<Contents><Key>{escape(found.key)}</Key></Contents>" for found in self._store.list())
        return _xml(200, f"<ListBucketResult>{''.join(keys)}</ListBucketResult>")


def object_headers(found: StoredObject) -> dict[str, str]:
    """List the headers with which S3 sends an object, without its length."""
    headers = {
        "content-type": found.media_type or "binary/octet-stream",
        "last-modified": format_datetime(found.modified.astimezone(UTC), usegmt=True),
        "etag": f'"{found.etag}"' if found.etag else "",
        "accept-ranges": "bytes",
        "cache-control": found.cache_control,
        "content-disposition": found.content_disposition,
        "content-encoding": found.content_encoding,
    }
    headers |= {f"x-amz-meta-{name.lower()}": value for name, value in found.metadata.items()}
    return {name: value for name, value in headers.items() if value}


def _error(code: str) -> Response:
    status, message = _MESSAGES[code]
    return _xml(status, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>")


def _xml(status: int, text: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Response(status=status, headers={"content-type": "application/xml"}, body=body)
