"""Explain a SPEC: its parts, the options to add, and its result for an original.

The grammar and the planner answer all of this. This module repeats none of their rules.
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

#: The format that the browser decides.
_AUTO = "auto"
_MEANT = re.compile(r"did you mean (\S+)\?")


def explained(text: str, key: str, planner: Planner, edge: Edge | None) -> dict[str, Any]:
    """Explain a SPEC in any spelling, and its result for the original of this key, if there is one.

    Args:
        text: the SPEC.
        key: the key of an original. Empty means none.
        planner: has the site's settings and the originals.
        edge: the function before the delivery cache, or None.

    Raises:
        PluginError: a plugin is unusable.
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
    # Without a plan every option would be refused for the same reason.
    tried = Asked(spec, given, table, planner, original if plan else None)
    return answer | {"unavailable": tried.unavailable, "idle": tried.idle}


def suggestion(error: InvalidSpec, site: Site) -> str | None:
    """Write the SPEC that the error suggests. Give None if it is wrong too."""
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
            # A later part may have its own mistake, whose suggestion comes next.
            found = suggestion(other, site) if other.start > error.start else None
            if found:
                return found
        else:
            return text
    return None
