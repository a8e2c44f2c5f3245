"""Reduce an answer to the part that a request asks for, or to no body if nothing has changed.

Emulated, as in S3 ("GetObject" in its API reference) and RFC 9110 (sections 13.2.2 and 14.2):
``If-None-Match`` comes before ``If-Modified-Since``, which comes before ``Range``. A request may have one
range of bytes. With ``If-Range`` it counts only if the object is still the same.

Assumed: the answer to HEAD is like that to GET, 206 included. S3 documents that ("HeadObject"), and
CloudFront does not.

Left out: ``If-Match`` and ``If-Unmodified-Since``, which no browser sends. A request with several ranges gets
the whole, as with S3.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from local_loop.http import Request, Response

#: The headers of a request that this module reads.
CONDITIONS = ("range", "if-range", "if-none-match", "if-modified-since")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
#: The headers that describe the length or the type of the body.
_OF_THE_BODY = ("content-type", "content-length", "content-disposition", "content-encoding", "accept-ranges")


def conditioned(request: Request, response: Response) -> Response:
    """Turn a whole answer into 304, 206 or 416, if the request asks for that.

    ``response`` has its body, also for HEAD. An answer with another status than 200 does not change.
    """
    if response.status != 200:
        return response
    if _is_unchanged(request, response):
        headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_BODY}
        return Response(status=304, headers=headers)
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    if found is None or found[0] == "bytes=-" or not _may_be_cut(request, response):
        return response
    return _part(response, found[1], found[2])


def _is_unchanged(request: Request, response: Response) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or response.headers.get("etag", "").removeprefix("W/") in known - {""}
    since = _date(request.headers.get("if-modified-since", ""))
    modified = _date(response.headers.get("last-modified", ""))
    return since is not None and modified is not None and modified <= since


def _may_be_cut(request: Request, response: Response) -> bool:
    condition = request.headers.get("if-range")
    return condition is None or condition in (
        response.headers.get("etag"),
        response.headers.get("last-modified"),
    )


def _part(response: Response, first: str, last: str) -> Response:
    size = len(response.body)
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if first and last and int(last) < int(first):
        return response  # RFC 9110, section 14.1.1: this is no range
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    if start > end:
        return Response(status=416, headers={"content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {start}-{end}/{size}"
    return replace(response, status=206, headers=headers, body=response.body[start : end + 1])


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC)  # an HTTP date is in GMT
    except ValueError:
        return None
