"""Emulate the REST endpoint of a private S3 bucket that a distribution reads by Origin Access Control.

Emulated, from the S3 API reference ("GetObject", "HeadObject", "Error responses") and the CloudFront
developer guide ("Restrict access to an Amazon S3 origin"):

- A missing object is 404 (``NoSuchKey``) for callers who may list the bucket, else 403 (``AccessDenied``).
  So nobody else learns which objects are missing.
- A caller who may not read an object gets 403, whether it exists or not.
- The path is decoded once into a key. The empty key gives the list of the bucket to callers who may list.
- An object comes with its attributes and with ``x-amz-meta-*``. ``conditions.py`` has conditions and ranges.
- Errors are XML and have no ``Cache-Control``. The answer to HEAD has no body.

Assumed: the right to list without the right to read gives no 404. A raw ``+`` in a path is a plus or a space
(``plus_is_space``): AWS does not say.

Left out: signatures. One value (``readable``) says that the distribution signs and the policy lets it in.
The ETag is that of the store. S3's own ETag is the MD5 of the bytes of one PUT.
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
    """Configure the bucket and the rights of the distribution.

    ``readable`` needs ``s3:GetObject`` and signed requests. ``listable`` needs ``s3:ListBucket``.
    """

    bucket: str
    readable: bool = True
    listable: bool = True
    plus_is_space: bool = False


class Bucket:
    """Answer for the bucket."""

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
            found = None  # S3 has no such rule: it only sees a missing key
        except StorageError:
            return _error("InternalError")
        if found is None:
            return _error("NoSuchKey" if self.configuration.listable else "AccessDenied")
        return Response(status=200, headers=object_headers(found), body=bytes(found.body))

    def _list(self) -> Response:
        keys = (f"<Contents><Key>{escape(found.key)}</Key></Contents>" for found in self._store.list())
        return _xml(200, f"<ListBucketResult>{''.join(keys)}</ListBucketResult>")


def object_headers(found: StoredObject) -> dict[str, str]:
    """Write the headers with which S3 sends an object, without its length."""
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
