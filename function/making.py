"""Make derivatives that no viewer waits for: for the functions that a queue or a batch calls."""

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
        settings: what the environment says.
        originals, derivatives: the stores; opened by their URLs when they are not given.
        write: takes each line of the log, which is one JSON object; standard output when it is not given.

    Attributes:
        generator: what makes them.
        sound: whether every error so far was one of ours. Another one leaves libraries in an unknown state.

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
        """Make one derivative, unless it is there; give the error that ended it, which is in the log."""
        record = self._record(context)
        record.call = Call(path=f"/{spec}/{key}")
        try:
            record.done = self.generator.make(spec, key, seconds=seconds_left(context))
        except Exception as error:
            return self._refused(record, error)
        record.write({"statusCode": 200}, self.generator.settings.metrics, self._write)
        return None

    def refuse(self, error: Exception, context: object) -> Exception:
        """Log why nothing at all was made of what was asked."""
        return self._refused(self._record(context), error)

    def log(self, context: object, **said: object) -> None:
        """Write a line about what made nothing."""
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
    """Say whether a second try would end in the same way: the original is at fault, or the request."""
    return isinstance(error, core.RequestError | core.SourceError)


def seconds_left(context: object) -> float:
    """Say how long the stores may be waited for: until Lambda ends the function, and never longer than usual.

    A second is kept for what is not waiting for a store; of a very short time-out, half.
    """
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    left: float = remaining() / 1000 if callable(remaining) else math.inf
    return min(core.Resizer.LONGEST, max(left - 1, left / 2))


def _request_id(context: object) -> str:
    return str(getattr(context, "aws_request_id", ""))
