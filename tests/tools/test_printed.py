"""Test that the tables in ``docs/`` are what their programs print now."""

from __future__ import annotations

import shlex
from importlib import import_module

import pytest

from tests.tools.printed import tables_of

#: The documents, by the program that prints their tables.
DOCUMENTS = {"cost": "cost.md", "growth": "performance.md", "scale": "scale.md"}
TABLES = [
    pytest.param(
        program,
        *table,
        id=f"{program} {table[0]}",
        # What it plays is not measured.
        marks=[pytest.mark.no_cover] if program == "scale" else [],
    )
    for program, document in DOCUMENTS.items()
    for table in tables_of(program, document)
]


@pytest.mark.parametrize(("program", "arguments", "shown"), TABLES)
def test_the_document_shows_what_is_printed(
    program: str, arguments: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import_module(f"tools.{program}.__main__").main(shlex.split(arguments))
    assert shown == capsys.readouterr().out, "make tables"
