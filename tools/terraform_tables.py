"""Writes the tables of variables and outputs in ``terraform/README.md``, from the modules themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

TERRAFORM = Path(__file__).resolve().parent.parent / "terraform"
README = TERRAFORM / "README.md"

#: A table stands between two such lines: <!-- variables of . --> and <!-- end -->.
_PLACE = re.compile(r"<!-- (variables|outputs) of (\S+) -->\n.*?<!-- end -->", re.DOTALL)
#: A type: a word, a collection of a word, or one of objects.
_TYPE = r"\w+(?:\((?:\w+|object\(\{.*?\}\))\))?"
#: A field of an object: its name, its type, and where it is optional its default.
_FIELD = re.compile(
    rf"(\w+) = (?:optional\((?P<optional>{_TYPE})(?:, (?P<default>[^()]*))?\)|(?P<type>{_TYPE}))"
    r"(?=, \w+ = |\}\))"
)


def written(text: str) -> str:
    """The text with every table in it made anew."""
    return _PLACE.sub(_table, text)


def _table(place: re.Match[str]) -> str:
    kind, module = place.groups()
    rows = _variables(TERRAFORM / module) if kind == "variables" else _outputs(TERRAFORM / module)
    return "\n".join([f"<!-- {kind} of {module} -->", *rows, "<!-- end -->"])


def _variables(module: Path) -> Iterator[str]:
    yield "| variable | what it says | type, and default |"
    yield "|---|---|---|"
    for name, variable in _blocks(module, "variable"):
        yield f"| `{name}` | {_text(variable['description'])} | {_type(variable)} |"


def _outputs(module: Path) -> Iterator[str]:
    yield "| output | what it is |"
    yield "|---|---|"
    for name, output in _blocks(module, "output"):
        yield f"| `{name}` | {_text(output['description'])} |"


def _blocks(module: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The blocks of this kind, by name in the order of the alphabet."""
    parsed = hcl2.loads((module / f"{kind}s.tf").read_text(encoding="utf-8"))
    named = [(_text(label), block) for found in parsed[kind] for label, block in found.items()]
    return sorted(named, key=lambda item: item[0])


def _type(variable: dict[str, Any]) -> str:
    wanted = variable["type"].removeprefix("${").removesuffix("}")
    if wanted.startswith("object("):
        fields = _fields(wanted)
        is_null = "default" in variable and variable["default"] is None
        return f"{fields}; all of it — `null`" if is_null else fields
    if "default" not in variable:
        return f"{wanted}, required"
    default = variable["default"]
    shown = _text(default) if isinstance(default, str) else json.dumps(default)
    return f"{wanted} — `{shown}`"


def _fields(described: str) -> str:
    return "; ".join(_field(match) for match in _FIELD.finditer(described.partition("object(")[2]))


def _field(match: re.Match[str]) -> str:
    described = match["type"] or match["optional"]
    collection, of_objects, _ = described.partition("(object(")
    shown = f"{collection} of ({_fields(described)})" if of_objects else described
    if match["type"]:
        return f"`{match[1]}` {shown}, required"
    return f"`{match[1]}` {shown} — `{_text(match['default'] or 'null')}`"


def _text(quoted: str) -> str:
    """What a quoted string of HCL says; the parser leaves the quotes."""
    return str(json.loads(quoted)) if quoted.startswith('"') and quoted != '""' else quoted


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
