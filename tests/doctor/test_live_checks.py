"""The document for whoever has an account names what there is, and the reading reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

from doctor import reading, visits
from doctor.checks import BESIDES, CHECKS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "live-checks.md").read_text()
SOURCE = "".join(path.read_text() for path in sorted(Path(reading.__file__).parent.glob("*.py")))


def test_every_check_that_the_document_names_is_one() -> None:
    named = set(re.findall(r'"([A-Z][^"]+)"', DOCUMENT.partition("## Who may look")[0]))
    titles = {one.title for table in CHECKS.values() for one in table}
    titles |= {one.title for table in visits.CHECKS.values() for one in table}
    titles |= {one.title for table in BESIDES.values() for one in table}
    assert len(named & titles) > 10
    assert named - titles == {"REPORT"}


def test_every_visit_of_the_loop_itself_is_named() -> None:
    assert [
        one.title for table in visits.CHECKS.values() for one in table[:3] if f'"{one.title}"' not in DOCUMENT
    ] == []


def test_the_policy_grants_what_reading_takes() -> None:
    match = re.search(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    assert match
    granted = []
    for statement in json.loads(match[1])["Statement"]:
        action = statement["Action"]
        granted += action if isinstance(action, list) else [action]
    assert sorted(granted) == list(reading.ACTIONS)


def test_reading_only_reads() -> None:
    called = set(re.findall(r"\b(?:s3|control|cloudfront|gateway|client|sts)\.(\w+)\(", SOURCE))
    called |= set(re.findall(r'get_paginator\("(\w+)"\)', SOURCE))
    assert {"get_bucket_website", "get_distribution", "get_routes", "get_function"} < called
    assert {name for name in called if not name.startswith(("get_", "list_", "head_"))} == set()
