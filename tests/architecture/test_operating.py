"""The document for whoever runs it names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import resizer_core as core
from function import record

DOCS = Path(__file__).parents[2] / "docs"


def test_every_count_has_a_row_and_no_row_is_of_another_one() -> None:
    counts = {row.metric for row in core.ERROR_RESPONSES.values()} | set(record._METRICS.values())
    counts |= {"LoopSuspected", "LostRace"}
    for name in ("operating.md", "settings.md"):
        rows = re.findall(r"^\| `([A-Z][A-Za-z]+)` \|", (DOCS / name).read_text(), re.MULTILINE)
        assert set(rows) == counts, name
