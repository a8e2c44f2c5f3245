"""Test which part of a stored picture a request gets, against RFC 9110."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from resizer_core.web.conditional import CONDITIONAL_HEADERS, Stored, choose

#: Stored in the middle of a second, which no date of HTTP can say.
STORED = Stored(size=10, etag="abc", modified=datetime(2026, 5, 4, 3, 2, 1, 500_000, tzinfo=UTC))
AT = "Mon, 04 May 2026 03:02:01 GMT"
BEFORE = "Mon, 04 May 2026 03:02:00 GMT"
LATER = "Mon, 04 May 2026 03:02:02 GMT"
WHOLE = (200, slice(0, 10))
UNCHANGED, REFUSED, BEYOND = (304, slice(0)), (412, slice(0)), (416, slice(0))


def answer(asked: Mapping[str, str], stored: Stored = STORED) -> tuple[int, slice]:
    assert set(asked) <= set(CONDITIONAL_HEADERS)
    choice = choose(asked, stored)
    return int(choice.status), choice.part


RANGES = {
    "the beginning": ("bytes=0-3", (206, slice(0, 4))),
    "one byte": ("bytes=9-9", (206, slice(9, 10))),
    "to the end": ("bytes=4-", (206, slice(4, 10))),
    "beyond the end": ("bytes=4-99", (206, slice(4, 10))),
    "all of it": ("bytes=0-", (206, slice(0, 10))),
    "the last ones": ("bytes=-3", (206, slice(7, 10))),
    "more last ones than there are": ("bytes=-99", (206, slice(0, 10))),
    "a unit in capitals": ("BYTES=0-3", (206, slice(0, 4))),
    "from behind the end": ("bytes=10-", BEYOND),
    "far behind the end": ("bytes=20-30", BEYOND),
    "the last none": ("bytes=-0", BEYOND),
    "backwards": ("bytes=3-1", WHOLE),
    "neither end": ("bytes=-", WHOLE),
    "several": ("bytes=0-1,4-5", WHOLE),
    "several headers": ("bytes=0-1,bytes=4-5", WHOLE),
    "another unit": ("items=0-1", WHOLE),
    "a space": ("bytes=0 -3", WHOLE),
    "below zero": ("bytes=--3", WHOLE),
    "other digits": ("bytes=٠-٣", WHOLE),
    "no number that anything has": (f"bytes={'9' * 5000}-", WHOLE),
    "nothing": ("", WHOLE),
}


@pytest.mark.parametrize(("asked", "right"), RANGES.values(), ids=RANGES)
def test_a_range_is(asked: str, right: tuple[int, slice]) -> None:
    assert answer({"range": asked}) == right


def test_the_answer_says_which_range_it_is() -> None:
    assert choose({"range": "bytes=-3"}, STORED).headers == {"content-range": "bytes 7-9/10"}
    assert choose({"range": "bytes=10-"}, STORED).headers == {"content-range": "bytes */10"}
    assert choose({}, STORED).headers == {}


def test_of_nothing_there_is_no_range() -> None:
    empty = Stored(size=0, etag="abc", modified=None)
    assert answer({"range": "bytes=0-"}, empty) == answer({"range": "bytes=-5"}, empty) == BEYOND
    assert answer({}, empty) == (200, slice(0, 0))


CONDITIONS: dict[str, tuple[dict[str, str], tuple[int, slice]]] = {
    # 13.1.2, compared weakly
    "the ETag": ({"if-none-match": '"abc"'}, UNCHANGED),
    "another ETag": ({"if-none-match": '"abd"'}, WHOLE),
    "a weak one": ({"if-none-match": 'W/"abc"'}, UNCHANGED),
    "one of several": ({"if-none-match": '"abd", W/"abc"'}, UNCHANGED),
    "several headers": ({"if-none-match": '"abd","abc"'}, UNCHANGED),
    "any": ({"if-none-match": "*"}, UNCHANGED),
    "a bare one, as S3 takes it": ({"if-none-match": "abc"}, UNCHANGED),
    "none": ({"if-none-match": ""}, WHOLE),
    # 13.1.3
    "since it was stored": ({"if-modified-since": AT}, UNCHANGED),
    "since later": ({"if-modified-since": LATER}, UNCHANGED),
    "since before": ({"if-modified-since": BEFORE}, WHOLE),
    "since, in the format of RFC 850": ({"if-modified-since": "Monday, 04-May-26 03:02:01 GMT"}, UNCHANGED),
    "since, in that of asctime": ({"if-modified-since": "Mon May  4 03:02:01 2026"}, UNCHANGED),
    "since no date": ({"if-modified-since": "yesterday"}, WHOLE),
    "since two dates": ({"if-modified-since": f"{AT},{AT}"}, WHOLE),
    "another ETag, since later": ({"if-none-match": '"abd"', "if-modified-since": LATER}, WHOLE),
    "the ETag, since before": ({"if-none-match": '"abc"', "if-modified-since": BEFORE}, UNCHANGED),
    # 13.1.1, compared strongly
    "if it is this one": ({"if-match": '"abc"'}, WHOLE),
    "if it is any": ({"if-match": "*"}, WHOLE),
    "if it is another": ({"if-match": '"abd"'}, REFUSED),
    "if it is a weak one": ({"if-match": 'W/"abc"'}, REFUSED),
    # 13.1.4
    "unless changed": ({"if-unmodified-since": AT}, WHOLE),
    "unless changed since before": ({"if-unmodified-since": BEFORE}, REFUSED),
    "unless changed since no date": ({"if-unmodified-since": "yesterday"}, WHOLE),
    "this one, though changed": ({"if-match": '"abc"', "if-unmodified-since": BEFORE}, WHOLE),
    # 13.2.2
    "refused before unchanged": ({"if-match": '"abd"', "if-none-match": '"abc"'}, REFUSED),
    "unchanged before a range": ({"if-none-match": '"abc"', "range": "bytes=99-"}, UNCHANGED),
    # 13.1.5, compared strongly
    "a range of this one": ({"if-range": '"abc"', "range": "bytes=0-3"}, (206, slice(0, 4))),
    "a range of another": ({"if-range": '"abd"', "range": "bytes=0-3"}, WHOLE),
    "a range of a weak one": ({"if-range": 'W/"abc"', "range": "bytes=0-3"}, WHOLE),
    "a range of that moment": ({"if-range": AT, "range": "bytes=0-3"}, (206, slice(0, 4))),
    "a range of a later moment": ({"if-range": LATER, "range": "bytes=0-3"}, WHOLE),
    "no range behind another": ({"if-range": '"abd"', "range": "bytes=99-"}, WHOLE),
    "a condition of no range": ({"if-range": '"abc"'}, WHOLE),
}


@pytest.mark.parametrize(("asked", "right"), CONDITIONS.values(), ids=CONDITIONS)
def test_with_a_condition_it_is(asked: dict[str, str], right: tuple[int, slice]) -> None:
    assert answer(asked) == right


JUST_STORED = {
    "if-modified-since": (206, slice(0, 4)),
    "if-unmodified-since": REFUSED,
    "if-range": WHOLE,
}


@pytest.mark.parametrize(("name", "right"), JUST_STORED.items(), ids=JUST_STORED)
def test_what_has_just_been_stored_is_newer_than_any_date(name: str, right: tuple[int, slice]) -> None:
    made = Stored(size=10, etag="abc", modified=None)
    assert answer({name: AT, "range": "bytes=0-3"}, made) == right


def test_what_was_stored_is_described_in_the_words_of_http() -> None:
    assert STORED.headers == {"accept-ranges": "bytes", "etag": '"abc"', "last-modified": AT}
    assert "last-modified" not in Stored(size=1, etag="abc", modified=None).headers
