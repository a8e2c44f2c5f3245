"""Describe an address that fails, in one way that the diagnosis has to name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from doctor.diagnosis.seen import Part
from doctor.facts import Facts
from function.answers import for_lambda
from local_loop.http import Response
from resizer_core import Answer
from tests.doctor.deployed import Deployed
from tests.doctor.stack import (
    KEY,
    standard_facts,
    with_environment,
)

FACTS = standard_facts()
ORIGINAL = "pictures/red.png"
PATH = f"/300x200/{ORIGINAL}"
DELIVERY = "https://img.example.com"


@dataclass(frozen=True, kw_only=True)
class Failing:
    """One address that fails.

    Attributes:
        words: of what the diagnosis found.
        rule: that it names.
        facts: of the stack, wrong in one thing or right.
        at: what a part answers in place of the emulated one.
        before: what happens before the address is asked for.
        causes: the checks of the stack that have to stand below.
    """

    words: str
    rule: int | None
    facts: Facts = FACTS
    url: str = DELIVERY + PATH
    at: Mapping[Part, Response] = field(default_factory=dict)
    before: Callable[[Deployed], object] = lambda _deployed: None
    causes: tuple[str, ...] = ()


def says(error: Exception) -> dict[Part, Response]:
    """Let the function refuse."""
    answer = for_lambda(Answer.refusal(error))
    response = Response(status=answer["statusCode"], headers=answer["headers"], body=answer["body"].encode())
    return {Part.GENERATOR: response}


def answers(part: Part, status: int, **headers: str) -> dict[Part, Response]:
    """Let AWS answer in place of what stands behind it."""
    return {part: Response(status=status, headers=headers)}


SIGNED = with_environment(FACTS, RESIZER_ACCESS="signed", RESIZER_SIGNING_KEYS=KEY)
PRESETS = with_environment(FACTS, RESIZER_ACCESS="presets", RESIZER_PRESETS=json.dumps({"thumb": "4x4"}))
ELSEWHERE = with_environment(FACTS, RESIZER_DERIVATIVES="s3://elsewhere")
