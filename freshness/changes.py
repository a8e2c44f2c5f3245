"""Read the messages of the queue: they name the originals to look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from function.places import bucket_of

#: Stands for everything in the CDN, if the derivatives are too many for one message.
ALL: Final = "all"
#: Largest message that we write, in bytes. Source: SQS quotas, "Message size": 256 KiB until 2025, also for
#: a batch.
_LARGEST: Final = 200_000


class BadMessage(Exception):
    """The message is neither an event of one of our buckets nor a message of this function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Name an original to look at.

    Attributes:
        key: the original's key in requests.
        again: whether this is a second look.
        deleted: the paths or tags that the CDN has to forget after the earlier look, or ``("/*",)``.
    """

    key: str
    again: bool = False
    deleted: tuple[str, ...] = ()


def originals_by_place(originals: str | Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Split each store's URL into the bucket and the prefix, and add the beginning of keys in requests."""
    by_beginning = {"": originals} if isinstance(originals, str) else originals
    places = []
    for beginning, url in by_beginning.items():
        bucket, prefix = bucket_of(url)
        places.append((bucket, prefix, beginning))
    return places


def read_message(body: str, places: Iterable[tuple[str, str, str]]) -> list[Change]:
    """Read one message.

    The kind and the order of events do not matter: only the store's present state counts.

    Args:
        body: JSON: an event of EventBridge, or a message from :func:`second_pass`.
        places: the result of :func:`originals_by_place`.

    Returns:
        The originals that it names. There is none if no request reaches the object. There are several if
        more than one first segment leads to it.

    Raises:
        BadMessage: it is something else, or it names another bucket.
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
    """Write the message that asks for a second look at this original.

    >>> second_pass("cat.jpg", ["/20x/cat.jpg"])
    '{"key": "cat.jpg", "pass": 2, "deleted": ["/20x/cat.jpg"]}'
    """
    message = {"key": key, "pass": 2, "deleted": list(deleted)}
    text = json.dumps(message)
    return text if len(text) <= _LARGEST else json.dumps({**message, "deleted": ALL})
