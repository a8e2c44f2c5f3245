"""Read the messages of the queue: which originals are to be looked at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from function.places import bucket_of

#: Stands for so many derivatives that a message cannot name them.
ALL: Final = "all"
#: Bytes of a message of ours. Source: SQS quotas, "Message size": 256 KiB, for a batch as well, until 2025.
_LARGEST: Final = 200_000


class BadMessage(Exception):
    """The message is neither an event of a bucket of ours nor one that this function sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Name an original to look at.

    Attributes:
        key: as a request has it.
        again: whether this is a second look.
        deleted: what the look before had to let the CDN forget, or ``("/*",)``.
    """

    key: str
    again: bool = False
    deleted: tuple[str, ...] = ()


def originals_by_place(originals: str | Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Take the URLs of buckets apart: the bucket, how keys in it begin, and how they begin in requests."""
    by_beginning = {"": originals} if isinstance(originals, str) else originals
    places = []
    for beginning, url in by_beginning.items():
        bucket, prefix = bucket_of(url)
        places.append((bucket, prefix, beginning))
    return places


def read_message(body: str, places: Iterable[tuple[str, str, str]]) -> list[Change]:
    """Read one message.

    What an event says that happened is left aside, as is the order: what counts is what is there now.

    Args:
        body: JSON: an event of EventBridge, or what :func:`second_pass` gave.
        places: what :func:`originals_by_place` gave.

    Returns:
        The originals that it speaks of: none where the object is outside of what requests reach, several
        where more than one first segment leads there.

    Raises:
        BadMessage: it is something else, or speaks of another bucket.
    """
    try:
        message = json.loads(body)
        if message.get("pass") == 2:
            return [_again(message)]
        bucket, key = message["detail"]["bucket"]["name"], message["detail"]["object"]["key"]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadMessage("expected an event of EventBridge about an object of S3") from error
    here = [(prefix, beginning) for place, prefix, beginning in places if place == bucket]
    if not (here and isinstance(key, str)):
        raise BadMessage(f"expected an event of a bucket of originals, got one of {bucket!r}")
    return [
        Change(key=beginning + key.removeprefix(prefix))
        for prefix, beginning in here
        if key.startswith(prefix)
    ]


def _again(message: Mapping[str, Any]) -> Change:
    deleted = message["deleted"]
    return Change(
        key=str(message["key"]),
        again=True,
        deleted=("/*",) if deleted == ALL else tuple(str(item) for item in deleted),
    )


def second_pass(key: str, deleted: Iterable[str]) -> str:
    """Write the message that has this original looked at again.

    >>> second_pass("cat.jpg", ["/20x/cat.jpg"])
    '{"key": "cat.jpg", "pass": 2, "deleted": ["/20x/cat.jpg"]}'
    """
    message = {"key": key, "pass": 2, "deleted": list(deleted)}
    text = json.dumps(message)
    return text if len(text) <= _LARGEST else json.dumps({**message, "deleted": ALL})
