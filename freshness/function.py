"""Answer Lambda's calls with batches from the queue of changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import resizer_core as core
from freshness.aws import Aws
from freshness.changes import BadMessage, Change, originals_by_place, read_message
from freshness.following import Follower, Outcome
from freshness.invalidation import Invalidations
from freshness.settings import Cdn, FreshnessSettings
from function.record import write_line

#: The metrics besides the number of messages that come again.
METRICS: Final = {
    "Changes": "Count",
    "StaleDerivatives": "Count",
    "InvalidationPaths": "Count",
    "FailedChanges": "Count",
    "SpecsInUse": "Count",
}

Event = Mapping[str, Any]
Answer = dict[str, list[dict[str, str]]]


class Freshness:
    """Follow the originals of one site.

    Args:
        settings: the settings from the environment.
        aws: deletes, sends and invalidates.
        write: takes each line of the log.

    Raises:
        ValueError: no store has such a URL. The text names the variable.
    """

    def __init__(
        self, settings: FreshnessSettings, aws: Aws, *, write: Callable[[str], object] | None = None
    ) -> None:
        self._metrics = settings.metrics
        self._write = write or sys.stdout.write
        self._places = _named("RESIZER_ORIGINALS", originals_by_place, settings.originals)
        originals = _named("RESIZER_ORIGINALS", core.open_store, settings.originals)
        derivatives = _named("RESIZER_DERIVATIVES", core.open_store, settings.derivatives)
        self._listed = core.ListedSpecs(derivatives)
        index = _named("RESIZER_INDEX", core.open_store, settings.index) if settings.index else None
        specs = core.IndexedSpecs(index) if index else self._listed
        self._follower = Follower(
            core.Upkeep(originals, derivatives, specs=specs),
            aws,
            Invalidations(settings.cdn if settings.distribution else Cdn.TTL, aws.invalidate),
            delay=settings.delay,
            eager=bool(settings.warm_queue),
        )

    def __call__(self, event: Event, context: object = None) -> Answer:
        """Handle one batch, and answer with the messages that have to come again.

        Source: Lambda developer guide, "Implementing partial batch responses".
        """
        request_id = str(getattr(context, "aws_request_id", ""))
        changes: dict[str, list[Change]] = {}
        failed: dict[str, str | Exception] = {}
        for record in event["Records"]:
            try:
                changes[record["messageId"]] = read_message(record["body"], self._places)
            except BadMessage as error:
                failed[record["messageId"]] = error
        outcome = self._follower.follow(
            [change for ours in changes.values() for change in ours], _seconds_left(context)
        )
        for message, ours in changes.items():
            for change in ours:
                if change.key in outcome.failed:
                    failed[message] = outcome.failed[change.key]
        for message, what in failed.items():
            self._log_failure(request_id, what, changes.get(message, []))
        self._log(request_id, len(event["Records"]), len(failed), outcome)
        return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}

    def _log_failure(self, request_id: str, error: str | Exception, changes: list[Change]) -> None:
        line = {
            "level": "ERROR",
            "request_id": request_id,
            "keys": [core.without_signature(change.key) for change in changes],
            "exception": core.error_text(error)
            if isinstance(error, Exception)
            else core.without_signature(error),
        }
        write_line(line, {}, "", self._write)

    def _log(self, request_id: str, messages: int, failed: int, outcome: Outcome) -> None:
        counted = (messages, outcome.stale, outcome.invalidated, failed, self._listed.count)
        line = {
            "level": "ERROR" if failed else "INFO",
            "request_id": request_id,
            "deleted": outcome.deleted,
            **dict(zip(METRICS, counted, strict=True)),
        }
        write_line(line, METRICS, self._metrics, self._write)


def _named(variable: str, read: Callable[[Any], Any], value: object) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"{variable}: {error}") from error


def _seconds_left(context: object) -> Callable[[], float]:
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return (lambda: remaining() / 1000) if callable(remaining) else lambda: float("inf")


_freshness: Freshness | None = None


def started() -> Freshness:
    """Give the function of this process. The first call reads the settings and opens the stores.

    Raises:
        ValueError: a variable of the environment is wrong. The text begins with its name.
    """
    global _freshness
    if _freshness is None:
        settings = FreshnessSettings.from_environment(os.environ)
        _freshness = Freshness(settings, Aws(settings))
    return _freshness
