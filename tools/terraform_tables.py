"""Write the tables of variables and outputs in the READMEs of ``terraform``, from the modules themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

TERRAFORM = Path(__file__).resolve().parent.parent / "terraform"
#: The READMEs of the root, of its modules and of the examples.
READMES = (
    TERRAFORM / "README.md",
    *sorted(TERRAFORM.glob("modules/*/README.md")),
    *sorted(TERRAFORM.glob("examples/*/README.md")),
)

#: The tables of a README's own folder stand between the markers of terraform-docs.
_PLACE = re.compile(r"<!-- BEGIN_TF_DOCS -->\n.*?<!-- END_TF_DOCS -->", re.DOTALL)
#: A type: a word, a collection of a word, or a collection of objects.
_TYPE = r"\w+(?:\((?:\w+|object\(\{.*?\}\))\))?"
#: A field of an object: its name, its type, and its default if it is optional.
_FIELD = re.compile(
    rf"(\w+) = (?:optional\((?P<optional>{_TYPE})(?:, (?P<default>[^()]*))?\)|(?P<type>{_TYPE}))"
    r"(?=, \w+ = |\}\))"
)


def written(readme: Path, text: str) -> str:
    """Write the tables in the text of ``readme`` again."""
    sections = []
    for kind, heading, rows in (("variable", "Variables", _variables), ("output", "Outputs", _outputs)):
        if (readme.parent / f"{kind}s.tf").exists():
            sections.append("\n".join([f"## {heading}", "", *rows(readme.parent)]))
    tables = "\n\n".join(sections)
    return _PLACE.sub(lambda _: f"<!-- BEGIN_TF_DOCS -->\n{tables}\n<!-- END_TF_DOCS -->", text)


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
    """List the blocks of this kind, by name in alphabetical order."""
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
    """Read a quoted string of HCL. The parser keeps the quotes."""
    return str(json.loads(quoted)) if quoted.startswith('"') and quoted != '""' else quoted


if __name__ == "__main__":
    for readme in READMES:
        readme.write_text(written(readme, readme.read_text(encoding="utf-8")), encoding="utf-8")
