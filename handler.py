"""Answer events of Lambda: read each as one call, and turn its outcome or its error into one answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping

import resizer_core as core
from function.answers import Answer, as_stored, fits, for_lambda, found
from function.events import BadEvent, Call, Event, read_event
from function.making import seconds_left
from function.record import Record
from resizer_core import read_object

__all__ = [
    "Answer",
    "Event",
    "Function",
    "handler",
    "is_sound",
    "read_event",
    "read_object",
]


class Function:
    """Answer events.

    Args:
        settings: the settings from the environment.
        originals, derivatives: the stores. Without them the settings' URLs are opened.
        write: takes each line of the log, one JSON object. The default is standard output.

    Attributes:
        sound: whether every error so far was one of ours. A foreign error can leave libraries broken.

    Raises:
        ValueError: no store has such a URL, or a preset can never be made. The text names the variable.
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
        self._settings = settings
        self._write = write or sys.stdout.write
        generator = core.Generator(settings, originals=originals, derivatives=derivatives)
        self._resizer = generator.resizer

    def __call__(self, event: Event, context: object = None) -> Answer:
        """Answer one event. This never raises: each error becomes an answer (rule 8)."""
        request_id = str(getattr(context, "aws_request_id", ""))
        record = Record(request_id, self._settings.delivery)
        try:
            answer = self._answer(event, record, seconds_left(context))
        except Exception as error:
            record.error = error
            self.sound = self.sound and isinstance(error, core.ResizerError)
            answer = for_lambda(core.Answer.refusal(error))
        record.write(answer, self._settings.metrics, self._write)
        return self._direct(answer, record) if record.call and record.call.direct else answer

    def _answer(self, event: Event, record: Record, seconds: float) -> Answer:
        if not isinstance(event, Mapping):
            raise BadEvent("expected an event that is a JSON object")
        call = read_event(event)
        record.call = call
        if not call.direct:
            record.proven = core.check_origin_secret(call.secret, self._settings.origin_secrets)
        done = self._resizer.produce(
            call.path,
            accept=call.accept,
            seconds=seconds,
            fallback="" if call.direct else self._settings.fallback,  # direct answers hold no picture
            largest=core.MAX_ANSWER_BYTES,
        )
        record.done = done
        return for_lambda(self._told(done, call), call)

    def _told(self, done: core.ProduceResult, call: Call) -> core.Answer:
        """Answer with the picture, or with its address."""
        if done.outcome is core.Outcome.FALLBACK:
            return core.Answer.fallback(done)
        if self._settings.delivery is core.Delivery.FAILOVER and fits(done):
            return as_stored(done, call)
        if done.outcome is core.Outcome.ALREADY_STORED:
            return found(done)
        negotiated = done.outcome is core.Outcome.NEGOTIATED
        return core.Answer.redirect(self._location(done), negotiated=negotiated)

    def _direct(self, answer: Answer, record: Record) -> Answer:
        """Answer the tutorial's event with the picture's address, or with the error."""
        if record.done:
            return {"location": self._location(record.done)}
        refused: Answer = json.loads(answer["body"])
        return refused

    def _location(self, done: core.ProduceResult) -> str:
        """Write the picture's address on the delivery distribution, which the settings alone name (rule 11).

        Without a base URL the address is a path on the same host. It cannot begin with two slashes, which
        would name a host: a SPEC follows the first slash.
        """
        return self._settings.base_url + done.key.path


_function: Function | None = None


def handler(event: Event, context: object = None) -> Answer:
    """Answer one invocation by Lambda."""
    return _started()(event, context)


def is_sound() -> bool:
    """Say whether this process may answer once more. A process without a function yet may."""
    return _function is None or _function.sound


def _started() -> Function:
    """Give the function of this process. The first call reads settings, opens stores and loads libvips.

    Raises:
        ValueError: a variable of the environment is wrong. The text begins with its name.
    """
    global _function
    if _function is None:
        _function = Function(core.Settings.from_environment(os.environ, read_object=read_object))
    return _function


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    _started()  # now, while Lambda starts the process: no viewer waits, and a wrong setting stops the start
