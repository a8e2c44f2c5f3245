"""Cut an answer to the part that a request asks for, or to none if it has not changed.

Emulated, as S3 does it ("GetObject" in its API reference) and RFC 9110 wants it (sections 13.2.2 and 14.2):
``If-None-Match`` goes before ``If-Modified-Since``, which goes before ``Range``; one range of bytes, which
counts with ``If-Range`` only as long as the object is the same.

Assumed: HEAD is answered as GET is, 206 included. S3 says so of itself ("HeadObject"), CloudFront of nothing.

Left out: ``If-Match`` and ``If-Unmodified-Since``, which no browser sends. Several ranges in one request are
answered with the whole, as S3 does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from local_loop.http import Request, Response

#: The headers of a request that make a difference here.
CONDITIONS = ("range", "if-range", "if-none-match", "if-modified-since")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
#: What says how long the body is, or of which kind.
_OF_THE_BODY = ("content-type", "content-length", "content-disposition", "content-encoding", "accept-ranges")


def conditioned(request: Request, response: Response) -> Response:
    """Make 304, 206 or 416 of a whole answer, where the request asks for it.

    ``response`` has its body, also for HEAD. What is no 200 stays as it is.
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
        return response  # RFC 9110, section 14.1.1: not a range at all
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
