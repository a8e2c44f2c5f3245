"""Write the tables in ``docs/cost.md`` anew: ``python -m tools.cost.document``."""

from __future__ import annotations

import re
import shlex
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from tools.cost.__main__ import main

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "cost.md"

#: A table stands between the command that prints it and its end.
_PLACE = re.compile(
    r"^(<!-- python -m tools\.cost (.*?) -->\n).*?(?=^<!-- end -->$)", re.MULTILINE | re.DOTALL
)


def _table(place: re.Match[str]) -> str:
    printed = StringIO()
    with redirect_stdout(printed):
        main(shlex.split(place[2]))
    return place[1] + printed.getvalue()


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(_PLACE.sub(_table, text), encoding="utf-8")
