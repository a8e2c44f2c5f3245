"""Explain how a SPEC is read, and what would be done to a picture, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import resizer_core as core
from resizer_core.cli.files import told, with_format_of


def explain(text: str, spec: core.Spec, source: Path | None, target: Path | None, site: core.Site) -> int:
    """Print how ``text`` is read, with the plan where there is a picture; returns the exit status."""
    explained: dict[str, Any] = {"given": text, "canonical": str(spec), "spec": _plain(spec)}
    if spec.resolved is not spec:
        explained["stands_for"] = str(spec.resolved)
    if source is not None:
        try:
            asked = spec if target is None else with_format_of(spec, target, site)
            explained["plan"] = core.plan_for(source.read_bytes(), asked, site=site).explained()
        except (core.ResizerError, OSError, ValueError) as error:
            print(told(source, error), file=sys.stderr)
            return 1
    print(json.dumps(explained, indent=2, ensure_ascii=False))
    return 0


def _plain(spec: core.Spec) -> dict[str, Any]:
    """Every field of a SPEC that is not at its default, as the grammar writes it."""
    default = core.parse_spec("orig")
    shown: dict[str, Any] = {"dimensions": str(spec.dimensions)}
    for name in spec.__slots__:
        value = getattr(spec, name)
        if name != "dimensions" and value != getattr(default, name):
            shown[name] = _plain_value(value)
    return shown


def _plain_value(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple):
        return [str(part) for part in value]
    if isinstance(value, core.Orientation):
        return {"quarter_turns": value.quarter_turns, "mirrored": value.mirrored}
    return str(value)
