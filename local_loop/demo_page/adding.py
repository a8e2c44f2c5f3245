"""Find the options that can be added to a SPEC, by trying each in the grammar and the planner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import resizer_core as core
from local_loop.demo_page.planned import Original, Planner
from resizer_core import Spec

#: The parts of a SPEC: the name and the text of each.
Values = list[dict[str, str]]
#: The name of the dimensions among the values.
SIZE = "size"


def values(text: str, table: dict[str, Any]) -> Values:
    """Split a SPEC into its parts, in their order. A part that matches no option has no name."""
    names = {name: row["name"] for row in table["options"] for name in (row["name"], *row["aliases"])}
    size, *options = text.split("_")
    found = [{"name": SIZE, "text": size, "value": size}]
    for option in options:
        name, _, value = option.lower().partition("-")
        key = names.get(name, "")
        found.append({"name": key, "text": _text(key, value) if key else option, "value": value})
    return found


class Asked:
    """Try every option that a SPEC does not have yet.

    Attributes:
        unavailable: the reasons against an option, by option, by option and word (``f-png``), and by
            and the         ``size-`` and the name of the dimensions.
        idle: the options that would not change the SPEC.
    """

    def __init__(
        self, spec: Spec, given: Values, table: dict[str, Any], planner: Planner, original: Original | None
    ) -> None:
        self.unavailable: dict[str, str] = {}
        self.idle: list[str] = []
        self._spec, self._given = spec, given
        self._planner, self._original = planner, original
        for name, text in _dimensions(table):
            self._ask(name, SIZE, text)
        for row in table["options"]:
            self._ask_for(row)

    def _ask_for(self, row: dict[str, Any]) -> None:
        name = row["name"]
        if all(value["name"] != name for value in self._given):
            if not (row["example"] or row["kind"] == "flag"):
                return  # no text is known that could follow its name
            found = self._ask(name, name, _text(name, row["example"]))
            if found is None:
                return
            if str(found) == str(self._spec):
                self.idle.append(name)
        for word in row["choices"]:
            self._ask(_text(name, word), name, _text(name, word))

    def _ask(self, what: str, name: str, text: str) -> Spec | None:
        """Try the SPEC with ``text`` in the place of its part ``name``."""
        parts = [value["text"] for value in self._given if value["name"] != name]
        asked = "_".join([text, *parts] if name == SIZE else [*parts, text])
        try:
            spec = core.parse_spec(asked, self._planner.site)
            if self._original:
                self._planner.plan(spec, self._original)
        except core.InvalidSpec as error:
            self.unavailable[what] = error.reason
        except core.ResizerError as error:
            self.unavailable[what] = str(error)
        else:
            return spec
        return None


def _dimensions(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for row in table["dimensions"]:
        if row["choices"]:
            yield from ((f"{SIZE}-{word}", word) for word in row["choices"])
        elif row["example"]:
            yield f"{SIZE}-{row['name']}", row["example"]


def _text(name: str, value: str) -> str:
    return f"{name}-{value}" if value else name
