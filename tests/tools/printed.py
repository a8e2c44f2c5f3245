"""Find the tables in ``docs/`` that a program prints."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def tables_of(program: str, document: str) -> list[tuple[str, str]]:
    """List the arguments of ``python -m tools.PROGRAM``, and what stands between it and its end."""
    return re.findall(
        rf"^<!-- python -m tools\.{program} (.*?) -->\n(.*?)^<!-- end -->$",
        (DOCS / document).read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
