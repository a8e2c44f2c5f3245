"""The Lambda entry: an event becomes one call, and its outcome or its error becomes one answer."""

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
        settings: what the environment says.
        originals, derivatives: the stores; opened by their URLs when they are not given.
        write: takes each line of the log, which is one JSON object; standard output when it is not given.

    Attributes:
        sound: whether every error so far was one of ours. Another one leaves libraries in an unknown state.

    Raises:
        ValueError: a store has no such URL, or a preset could never be made; the variable is named.
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
        """Answer one event. Never raises: whatever happens becomes an answer (rule 8)."""
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
            fallback="" if call.direct else self._settings.fallback,  # its answer holds no picture
            largest=core.MAX_ANSWER_BYTES,
        )
        record.done = done
        return for_lambda(self._told(done, call), call)

    def _told(self, done: core.ProduceResult, call: Call) -> core.Answer:
        """Answer with what was made, or with where it is."""
        if done.outcome is core.Outcome.FALLBACK:
            return core.Answer.fallback(done)
        if self._settings.delivery is core.Delivery.FAILOVER and fits(done):
            return as_stored(done, call)
        if done.outcome is core.Outcome.ALREADY_STORED:
            return found(done)
        negotiated = done.outcome is core.Outcome.NEGOTIATED
        return core.Answer.redirect(self._location(done), negotiated=negotiated)

    def _direct(self, answer: Answer, record: Record) -> Answer:
        """The tutorial's answer: where the picture is, or what was wrong."""
        if record.done:
            return {"location": self._location(record.done)}
        refused: Answer = json.loads(answer["body"])
        return refused

    def _location(self, done: core.ProduceResult) -> str:
        """On the delivery distribution; where that is says the configuration alone (rule 11).

        Without a base URL it is another path on the host that was asked. No path begins with two slashes,
        which would be a host: a SPEC follows the first.
        """
        return self._settings.base_url + done.key.path


_function: Function | None = None


def handler(event: Event, context: object = None) -> Answer:
    """What Lambda calls."""
    return _started()(event, context)


def is_sound() -> bool:
    """Say whether this process may answer once more; one that has no function yet may."""
    return _function is None or _function.sound


def _started() -> Function:
    """The function of this process, with its settings read and checked, its stores opened, libvips loaded.

    Raises:
        ValueError: a variable of the environment is wrong; the text begins with its name.
    """
    global _function
    if _function is None:
        _function = Function(core.Settings.from_environment(os.environ, read_object=read_object))
    return _function


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    _started()  # while Lambda starts the process, so that no viewer waits for it and a wrong setting stops it
