"""The house that docs/architecture.md draws is the one that import-linter checks."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "resizer_core"
DRAWN = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]
#: The layers of each part of the package, top first.
LAYERS = {
    contract["containers"][0].removeprefix("resizer_core").removeprefix("."): contract["layers"]
    for contract in CONTRACTS
    if contract["type"] == "layers"
}
WINGS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def test_the_floors_are_those_that_are_checked() -> None:
    floors = re.search(r"## The house.*?```\n(.*?)\n```", DRAWN, re.DOTALL)
    assert floors
    assert floors[1].splitlines() == LAYERS[""]


def test_the_rooms_of_each_wing_are_those_that_are_checked() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (`.*`) \|$", DRAWN, re.MULTILINE)
    drawn = {wing: re.sub(r"[`\\]", "", rooms).split(" / ") for wing, rooms in rows}
    assert drawn == {wing: layers for wing, layers in LAYERS.items() if wing}


def test_every_wing_has_a_contract_and_a_module_in_no_wing_fails() -> None:
    assert sorted(LAYERS) == ["", *WINGS]
    assert all(contract["exhaustive"] for contract in CONTRACTS if contract["type"] == "layers")


@pytest.mark.parametrize("wing", [wing for wing in WINGS if wing != "operations"])
def test_the_door_of_a_wing_is_a_docstring(wing: str) -> None:
    """Keep the file of a folder from loading what whoever wants one room does not need, such as libvips."""
    [docstring] = ast.parse((PACKAGE / wing / "__init__.py").read_text(encoding="utf-8")).body
    assert isinstance(docstring, ast.Expr)


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_no_room_goes_out_by_the_front_door(path: Path) -> None:
    """import-linter cannot see a circle through the names of ``resizer_core`` itself."""
    taken = [
        alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "resizer_core"
        for alias in node.names
    ]
    modules = {path.stem for path in PACKAGE.glob("*.py")} | set(WINGS)
    assert set(taken) <= modules
