"""Read the settings of the function that purges from its environment, once, at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import resizer_core as core

#: Seconds. CloudFront waits no longer for its origin, and a process trusts its lists no longer.
_AFTERWARDS: Final = 31
#: Source: SQS API reference, "SendMessage", DelaySeconds.
_LONGEST_DELAY: Final = 900
#: The variables that ``resizer_core`` reads too.
_SHARED: Final = (
    "RESIZER_ORIGINALS",
    "RESIZER_DERIVATIVES",
    "RESIZER_INDEX",
    "RESIZER_METRICS_NAMESPACE",
)
#: Every variable that this module reads, with its meaning.
VARIABLES: Final = {
    "RESIZER_QUEUE": "the URL of the queue that brings the changes",
    "RESIZER_DISTRIBUTION": "the id of the distribution that keeps derivatives",
    "RESIZER_CDN": "paths, tags or ttl",
    "RESIZER_SPECS": "listed or index",
    "RESIZER_WARM_QUEUE": "the URL of the queue of those that are made beforehand",
    "RESIZER_TIMEOUT_S": f"the time-out of the generator, 1 to {_LONGEST_DELAY - _AFTERWARDS} s",
}


class Cdn(StrEnum):
    """Choose how the CDN is told."""

    PATHS = "paths"  #: each derivative by its path
    TAGS = "tags"  #: all derivatives of an original by their tag
    TTL = "ttl"  #: not at all: it keeps derivatives only for a short time


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessSettings:
    """Hold the settings. A wrong value stops the start, and the error names the variable.

    Attributes:
        originals: the URL of their store, or the URLs of several stores by the first segments of keys.
        derivatives: the URL of their store.
        index: the URL of the store that names the SPECs of each original. Empty: the function lists them.
        queue: the URL of the queue of changes, for second looks.
        warm_queue: the URL of the queue of the function ``warm``. Empty means none.
        distribution: the id of the CDN's distribution. Empty: no CDN is told.
        cdn: how the CDN is told.
        delay: seconds until the second look.
        metrics: the namespace of the metrics.
    """

    originals: str | Mapping[str, str]
    derivatives: str
    queue: str
    index: str = ""
    warm_queue: str = ""
    distribution: str = ""
    cdn: Cdn = Cdn.PATHS
    delay: int = 30 + _AFTERWARDS
    metrics: str = "Resizer"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> FreshnessSettings:
        """Read and check every variable.

        Raises:
            ValueError: a value is wrong. The text begins with the variable's name and says what was expected.
        """
        given = core.read_variables(environ, *_SHARED)
        index = given.pop("index", "")
        text = {name: environ.get(name, "").strip() for name in VARIABLES}
        specs = text["RESIZER_SPECS"] or "listed"
        if specs not in ("listed", "index"):
            raise _wrong("RESIZER_SPECS", specs)
        if specs == "index" and not index:
            raise ValueError(
                "RESIZER_INDEX: expected the URL of a store with RESIZER_SPECS=index, got nothing"
            )
        if not text["RESIZER_QUEUE"]:
            raise _wrong("RESIZER_QUEUE", "")
        cdn = text["RESIZER_CDN"] or Cdn.PATHS
        if cdn not in list(Cdn):
            raise _wrong("RESIZER_CDN", cdn)
        return cls(
            **given,
            index=index if specs == "index" else "",
            queue=text["RESIZER_QUEUE"],
            warm_queue=text["RESIZER_WARM_QUEUE"],
            distribution=text["RESIZER_DISTRIBUTION"],
            cdn=Cdn(cdn),
            delay=_seconds(text["RESIZER_TIMEOUT_S"] or "30") + _AFTERWARDS,
        )


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= _LONGEST_DELAY - _AFTERWARDS):
        raise _wrong("RESIZER_TIMEOUT_S", text)
    return int(text)


def _wrong(name: str, text: str) -> ValueError:
    return ValueError(f"{name}: expected {VARIABLES[name]}, got {text!r}")
