"""The output of Terraform that says where to look."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from doctor.names import Names
from tests.doctor.stack import NAMES

GIVEN = asdict(NAMES)


def test_the_output_is_read() -> None:
    assert Names.from_json(json.dumps(GIVEN)) == NAMES


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
    "no https": (json.dumps({**GIVEN, "base_url": "http://a"}), "expected a base_url with https"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_anything_else_is_refused_with_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^the stack: .*{message}"):
        Names.from_json(text)
