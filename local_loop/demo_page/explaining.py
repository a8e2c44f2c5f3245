"""Explain a SPEC: how it is read, what may be added to it, and what it makes of an original.

All of it is found by asking the grammar and the planner. No rule of theirs is written down here.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import resizer_core as core
from local_loop.demo_page import remarks
from local_loop.demo_page.adding import Asked, values
from local_loop.demo_page.answers import fault_of
from local_loop.demo_page.planned import Planner
from local_loop.distribution import Edge
from resizer_core import InvalidSpec, Site

#: The format that is left to the browser.
_AUTO = "auto"
_MEANT = re.compile(r"did you mean (\S+)\?")


def explained(text: str, key: str, planner: Planner, edge: Edge | None) -> dict[str, Any]:
    """Explain a SPEC in any spelling, and what it makes of the original of this key, if there is one.

    Args:
        text: the SPEC.
        key: of an original; empty for none.
        planner: knows the site and the originals.
        edge: what runs before the delivery cache; None where nothing does.

    Raises:
        PluginError: a plugin cannot be used.
    """
    table = core.grammar_table(planner.site)
    given = values(text, table)
    answer: dict[str, Any] = {
        "values": given,
        "error": None,
        "suggestion": None,
        "canonical": None,
        "path": None,
        "negotiated": False,
        "size": {"asked": None, "planned": None},
        "refused": None,
        "original": None,
        "plan": None,
        "format": None,
        "unavailable": {},
        "idle": [],
        "remarks": [],
    }
    try:
        spec = core.parse_spec(text, planner.site)
    except InvalidSpec as error:
        return answer | {"error": fault_of(error), "suggestion": suggestion(error, planner.site)}
    asked = spec.resolved
    path = f"/{spec}/{quote(key)}"
    answer |= {
        "canonical": str(spec),
        "path": path,
        "size": {"asked": str(asked.dimensions), "planned": None},
    }
    if asked.format == _AUTO:
        answer |= {"negotiated": True, "remarks": [remarks.of_format(path, edge)]}
    original = plan = None
    try:
        original = planner.find(key, asked.page) if key else None
        plan = planner.plan(spec, original) if original else None
    except core.ResizerError as error:
        answer["refused"] = fault_of(error)
        if isinstance(error, InvalidSpec):
            answer["suggestion"] = suggestion(error, planner.site)
    if original:
        answer["original"] = original.described()
    if original and plan:
        formats = {row["name"]: row for row in table["formats"]}
        answer |= {"plan": plan.explained(), "format": formats[plan.format.name]}
        if asked.trim is None:
            answer["size"]["planned"] = str(plan.size)
        answer["remarks"] += remarks.of_result(spec, plan, original, planner)
    # Where nothing can be planned, it would refuse everything for the same reason.
    tried = Asked(spec, given, table, planner, original if plan else None)
    return answer | {"unavailable": tried.unavailable, "idle": tried.idle}


def suggestion(error: InvalidSpec, site: Site) -> str | None:
    """Write the SPEC that an error asks whether it was meant; None if there is none that is right."""
    meant = _MEANT.search(error.reason)
    if meant is None:
        return None
    before, wrong, after = (
        error.source[: error.start],
        error.source[error.start : error.end],
        error.source[error.end :],
    )
    words = wrong.split("-")
    for index in range(len(words)):
        text = before + "-".join([*words[:index], meant[1], *words[index + 1 :]]) + after
        try:
            core.parse_spec(text, site)
        except InvalidSpec as other:
            # What stands further on may be another slip, which is asked for in its turn.
            found = suggestion(other, site) if other.start > error.start else None
            if found:
                return found
        else:
            return text
    return None
