"""Write the tables in ``docs/`` that a program prints again with ``python -m tools.documents``."""

from __future__ import annotations

import re
import shlex
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"

#: A table stands between the command that prints it and an end mark.
_PLACE = re.compile(
    r"^(<!-- python -m (tools\.\w+) (.*?) -->\n).*?(?=^<!-- end -->$)", re.MULTILINE | re.DOTALL
)


def _table(place: re.Match[str]) -> str:
    printed = StringIO()
    with redirect_stdout(printed):
        import_module(f"{place[2]}.__main__").main(shlex.split(place[3]))
    return place[1] + printed.getvalue()


if __name__ == "__main__":
    for document in (DOCS / "cost.md", DOCS / "performance.md", DOCS / "scale.md"):
        text = document.read_text(encoding="utf-8")
        document.write_text(_PLACE.sub(_table, text), encoding="utf-8")
