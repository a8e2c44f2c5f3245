"""Explain how a SPEC is read, and the plan for a picture, as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import resizer_core as core
from resizer_core.cli.files import read_source, told, with_format_of
from resizer_core.cli.sites import site_of, site_options


def add_to(commands: Any) -> None:
    """Add ``explain`` to the commands."""
    parser = commands.add_parser(
        "explain", parents=[site_options()], help="show how a SPEC is read, and the plan, as JSON"
    )
    parser.add_argument("spec", metavar="SPEC")
    parser.add_argument("source", metavar="IN", nargs="?", help="the picture to plan for")
    parser.add_argument(
        "target", metavar="OUT", nargs="?", type=Path, help="a file name whose suffix names the format"
    )


def explain(given: argparse.Namespace) -> int:
    """Print how a SPEC is read, and the plan if a picture is given. Return the exit status."""
    site = site_of(given)
    spec = core.parse_spec(given.spec, site)
    explained: dict[str, Any] = {"given": given.spec, "canonical": str(spec), "spec": _plain(spec)}
    if spec.resolved is not spec:
        explained["stands_for"] = str(spec.resolved)
    if given.source is not None:
        try:
            asked = spec if given.target is None else with_format_of(spec, given.target, site)
            explained["plan"] = core.plan_for(read_source(given.source), asked, site=site).explained()
        except (core.ResizerError, OSError, ValueError) as error:
            print(told(given.source, error), file=sys.stderr)
            return 1
    print(json.dumps(explained, indent=2, ensure_ascii=False))
    return 0


def _plain(spec: core.Spec) -> dict[str, Any]:
    """List every field of a SPEC that is not at its default, as the grammar writes it."""
    default = core.parse_spec("orig")
    shown: dict[str, Any] = {"dimensions": str(spec.dimensions)}
    for name in (field.name for field in fields(spec) if field.init):
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
