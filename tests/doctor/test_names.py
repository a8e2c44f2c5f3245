"""The output of Terraform that says where to look."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from doctor.names import Names
from resizer_core import Delivery
from tests.doctor.stack import NAMES

GIVEN = asdict(NAMES)
#: As Terraform prints them with failover: what is null there is no name here.
ONE_DISTRIBUTION = {**GIVEN, "delivery": "failover", "generator_distribution_id": None}


def test_the_output_is_read() -> None:
    assert Names.from_json(json.dumps(GIVEN)) == NAMES


def test_a_stack_that_does_not_say_its_way_has_redirects() -> None:
    given = {name: value for name, value in GIVEN.items() if name != "delivery"}
    assert Names.from_json(json.dumps(given)).delivery is Delivery.REDIRECT


@pytest.mark.parametrize("absent", [{}, {"generator_distribution_id"}], ids=["null", "absent"])
def test_with_failover_there_is_one_distribution(absent: set[str]) -> None:
    given = {name: value for name, value in ONE_DISTRIBUTION.items() if name not in absent}
    names = Names.from_json(json.dumps(given))
    assert (names.delivery, names.generator_distribution_id) == (Delivery.FAILOVER, "")


WRONG = {
    "nothing": ("", "expected a JSON object, got nothing"),
    "no JSON": ("Error: no outputs", "expected a JSON object, got Expecting value at character 0"),
    "a list": ("[]", "expected a JSON object, got list"),
    "a missing name": (
        json.dumps({name: GIVEN[name] for name in GIVEN if name not in ("api_id", "region")}),
        "got no region, api_id$",
    ),
    "an unknown name": (json.dumps({**GIVEN, "bucket": "a"}), "got an unknown bucket$"),
    "a number": (json.dumps({**GIVEN, "api_id": 1}), "expected a text for api_id, got 1"),
    "an empty name": (json.dumps({**GIVEN, "api_id": ""}), "expected a text for api_id, got ''"),
    "another way": (
        json.dumps({**GIVEN, "delivery": "direct"}),
        "expected redirect or failover for delivery, got 'direct'",
    ),
    "redirects with one distribution": (
        json.dumps({**ONE_DISTRIBUTION, "delivery": "redirect"}),
        "got no generator_distribution_id$",
    ),
    "failover with two": (
        json.dumps({**GIVEN, "delivery": "failover"}),
        "got an unknown generator_distribution_id$",
    ),
    "no https": (json.dumps({**GIVEN, "base_url": "http://a"}), "expected a base_url with https"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_anything_else_is_refused_with_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^the stack: .*{message}"):
        Names.from_json(text)
