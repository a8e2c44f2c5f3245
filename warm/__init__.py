"""Make derivatives of new originals before anybody asks for them: the Lambda function behind a queue."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Final

import resizer_core as core
from function.events import BadEvent
from function.making import Maker, is_for_good
from function.places import key_in

#: The SPECs that are made of each original.
VARIABLE: Final = "RESIZER_EAGER"


class Warm:
    """Make derivatives for the messages of a queue, ``{"key": "photos/cat.jpg"}``.

    Args:
        maker: makes the derivatives.
        eager: the value of ``RESIZER_EAGER``.

    Raises:
        ValueError: it is no list of SPECs that this site makes.
    """

    def __init__(self, maker: Maker, eager: str) -> None:
        self.maker = maker
        self._specs = read_eager(eager, maker.generator)

    def __call__(self, event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
        """Make the SPECs of each key. The answer names the messages that the queue must send again.

        Source: Lambda developer guide, "Using Lambda with Amazon SQS": partial batch responses.
        """
        again = [
            record["messageId"] for record in event["Records"] if not self._is_done(record["body"], context)
        ]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in again]}

    def _is_done(self, body: str, context: object) -> bool:
        try:
            key = self._key(body)
        except core.RequestError as error:
            return is_for_good(self.maker.refuse(error, context))
        errors = [self.maker.make(spec, key, context) for spec in self._specs]
        return all(error is None or is_for_good(error) for error in errors)

    def _key(self, body: str) -> str:
        """Read a message. A bucket in it must be that of the originals, so that no endless circle begins."""
        try:
            message = json.loads(body)
        except ValueError:
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("key"), str):
            raise BadEvent('expected a message such as {"key": "photos/cat.jpg"}')
        key: str = message["key"]
        if "bucket" not in message:
            return key
        found = key_in(self.maker.generator.settings.originals_by_beginning, str(message["bucket"]), key)
        if found is None:
            raise core.NotAllowed("expected an object of the originals")
        return found


def read_eager(text: str, generator: core.Generator) -> tuple[core.Spec, ...]:
    """Read the value of ``RESIZER_EAGER``.

    Raises:
        ValueError: it is no list of SPECs that this site can make. The text begins with the variable's name.
    """
    told = f'{VARIABLE}: expected a JSON list of SPECs, such as ["720x_f-avif"]'
    try:
        listed = json.loads(text)
        if not isinstance(listed, list) or not listed or not all(isinstance(spec, str) for spec in listed):
            raise ValueError("got something else")
        return generator.specs(listed)
    except (ValueError, core.RequestError) as error:
        raise ValueError(f"{told}; {error}") from error


_warm: Warm | None = None


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
    """Answer one invocation by Lambda."""
    return _started()(event, context)


def is_sound() -> bool:
    """Say whether this process may answer once more. A process without a function yet may."""
    return _warm is None or _warm.maker.sound


def _started() -> Warm:
    global _warm
    if _warm is None:
        settings = core.Settings.from_environment(os.environ, read_object=core.read_object)
        _warm = Warm(Maker(settings), os.environ.get(VARIABLE, ""))
    return _warm


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    _started()  # now, while Lambda starts the process: a wrong setting then stops it
