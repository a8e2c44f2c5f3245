"""Make derivatives that no viewer waits for. The functions behind a queue and a batch job use this."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import resizer_core as core
from function.answers import for_lambda
from function.events import Call
from function.record import Record, write_line


class Maker:
    """Make derivatives, and write a line of log for each.

    Args:
        settings: the settings from the environment.
        originals, derivatives: the stores. Without them the settings' URLs are opened.
        write: takes each line of the log, one JSON object. The default is standard output.

    Attributes:
        generator: makes the derivatives.
        sound: whether every error so far was one of ours. A foreign error can leave libraries broken.

    Raises:
        ValueError: as ``Generator``.
    """

    def __init__(
        self,
        settings: core.Settings,
        *,
        originals: core.ObjectStore | None = None,
        derivatives: core.ObjectStore | None = None,
        write: Callable[[str], object] | None = None,
    ) -> None:
        self.sound = True
        self.generator = core.Generator(settings, originals=originals, derivatives=derivatives)
        self._write = write or sys.stdout.write

    def make(self, spec: core.Spec, key: str, context: object) -> Exception | None:
        """Make one derivative unless it exists. Log an error that ends this, and return it."""
        record = self._record(context)
        record.call = Call(path=f"/{spec}/{key}")
        try:
            record.done = self.generator.make(spec, key, seconds=seconds_left(context))
        except Exception as error:
            return self._refused(record, error)
        record.write({"statusCode": 200}, self.generator.settings.metrics, self._write)
        return None

    def refuse(self, error: Exception, context: object) -> Exception:
        """Log the error for which nothing at all was made, and return it."""
        return self._refused(self._record(context), error)

    def log(self, context: object, **said: object) -> None:
        """Write a line of log about a call that made nothing."""
        line = {"level": "INFO", "request_id": _request_id(context), **said}
        write_line(line, {}, "", self._write)

    def _record(self, context: object) -> Record:
        return Record(_request_id(context), delivery=None)

    def _refused(self, record: Record, error: Exception) -> Exception:
        self.sound = self.sound and isinstance(error, core.ResizerError)
        record.error = error
        record.write(for_lambda(core.Answer.refusal(error)), self.generator.settings.metrics, self._write)
        return error


def is_for_good(error: Exception) -> bool:
    """Say whether a second try would fail in the same way: the original or the request is at fault."""
    return isinstance(error, core.RequestError | core.SourceError)


def seconds_left(context: object) -> float:
    """Say how many seconds stores may take: until Lambda ends the function, and never longer than usual.

    One second stays for all other work. If little time is left, half of it stays.
    """
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    left: float = remaining() / 1000 if callable(remaining) else math.inf
    return min(core.Resizer.LONGEST, max(left - 1, left / 2))


def _request_id(context: object) -> str:
    return str(getattr(context, "aws_request_id", ""))
