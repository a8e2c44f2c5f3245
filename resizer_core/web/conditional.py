"""Choose the answer to a request for a stored picture: all of it, a part, or 304 if it has not changed.

In failover this code answers the first view, and S3 answers the next ones, so both must do the same. If S3
differs from the RFC, this follows S3: a HEAD with a range gets 206, and several ranges in one request get the
whole picture. CloudFront sends conditions and ranges. On a miss it sends a range, perhaps a longer one than
the viewer's. It sends the ETag of a picture that it has kept for too long.

Source: RFC 9110, sections 13 (conditions) and 14 (ranges); S3 API reference, "GetObject" and "HeadObject";
CloudFront developer guide, "How CloudFront processes partial requests for an object (range GETs)".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from resizer_core.value import Value, field

#: The headers that count, in the order of RFC 9110, section 13.2.2.
CONDITIONAL_HEADERS: Final = (
    "if-match",
    "if-unmodified-since",
    "if-none-match",
    "if-modified-since",
    "if-range",
    "range",
)

#: One range. A range with a number of more than 18 digits is ignored. Source: RFC 9110, section 14.1.2.
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)

#: The spellings of a date: the current one, and two obsolete ones. Source: RFC 9110, section 5.6.7.
_DATES: Final = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")


class Stored(Value, kw_only=True):
    """Describe a stored picture, so that conditions and ranges can be compared with it.

    Attributes:
        size: bytes.
        etag: without quotes, and never weak.
        modified: the time when it was stored, with a time zone. None means a moment ago, by the store's
            clock.
    """

    size: int
    etag: str
    modified: datetime | None

    @property
    def headers(self) -> dict[str, str]:
        """Give the headers that name this version, and say that ranges are supported."""
        headers = {"accept-ranges": "bytes", "etag": f'"{self.etag}"'}
        if self.modified:
            headers["last-modified"] = f"{self.modified.astimezone(UTC):{_DATES[0]}}"
        return headers


class Choice(Value, kw_only=True):
    """Say how to answer a request, and with which bytes.

    Attributes:
        status: 200, 206, 304, 412 or 416.
        part: the part of the bytes to send. It is empty with 304, 412 and 416.
        headers: ``content-range`` with 206 and 416.
    """

    status: HTTPStatus
    part: slice = field(default_factory=lambda: slice(0))
    headers: Mapping[str, str] = field(default_factory=dict)


def choose(asked: Mapping[str, str], stored: Stored) -> Choice:
    """Choose the answer to a GET or HEAD with these headers.

    Source: RFC 9110, section 13.2.2, "Precedence of Preconditions".
    """
    if not _holds(asked, stored):
        return Choice(status=HTTPStatus.PRECONDITION_FAILED)
    if _is_unchanged(asked, stored):
        return Choice(status=HTTPStatus.NOT_MODIFIED)
    whole = Choice(status=HTTPStatus.OK, part=slice(0, stored.size))
    found = _RANGE.fullmatch(asked.get("range", ""))
    if found is None or not _range_counts(asked.get("if-range"), stored):
        return whole
    return _part_of(found[1], found[2], stored.size) or whole


def _holds(asked: Mapping[str, str], stored: Stored) -> bool:
    """Say whether this is the version that If-Match or If-Unmodified-Since means: sections 13.1.1, 13.1.4."""
    if "if-match" in asked:
        return _names(asked["if-match"], stored.etag, weak=False)
    unless = _date(asked.get("if-unmodified-since", ""))
    return not unless or (stored.modified is not None and _seconds(stored.modified) <= unless)


def _is_unchanged(asked: Mapping[str, str], stored: Stored) -> bool:
    """Say whether the client has this version already: sections 13.1.2 and 13.1.3."""
    if "if-none-match" in asked:
        return _names(asked["if-none-match"], stored.etag, weak=True)
    since = _date(asked.get("if-modified-since", ""))
    return bool(since and stored.modified and _seconds(stored.modified) <= since)


def _range_counts(condition: str | None, stored: Stored) -> bool:
    """Say whether the range is for this version: section 13.1.5. If not, the answer is the whole picture."""
    if condition is None:
        return True
    if stored.modified and _date(condition) == _seconds(stored.modified):
        return True
    return condition == f'"{stored.etag}"'


def _part_of(first: str, last: str, size: int) -> Choice | None:
    """Cut out a range: section 14.1.2. Return None for an invalid range, which is ignored (section 14.2)."""
    if not first and not last:
        return None
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        return Choice(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"content-range": f"bytes */{size}"}
        )
    return Choice(
        status=HTTPStatus.PARTIAL_CONTENT,
        part=slice(start, stop),
        headers={"content-range": f"bytes {start}-{stop - 1}/{size}"},
    )


def _names(tags: str, etag: str, *, weak: bool) -> bool:
    """Say whether a list of tags has this one, which has no comma. S3 also takes tags without quotes."""
    named = {tag.strip() for tag in tags.split(",")}
    if weak:
        named = {tag.removeprefix("W/") for tag in named}
    return not named.isdisjoint({"*", etag, f'"{etag}"'})


def _date(text: str) -> datetime | None:
    """Read an HTTP date. Return None for anything else, which is ignored."""
    for format in _DATES:
        try:
            return datetime.strptime(text, format).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _seconds(moment: datetime) -> datetime:
    """Cut off the fractions of a second, which an HTTP date cannot say."""
    return moment.replace(microsecond=0)
