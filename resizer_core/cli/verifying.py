"""Find the derivatives that are stale."""

from __future__ import annotations

import argparse
import json
from typing import Any

from resizer_core.cli.progress import with_progress
from resizer_core.cli.stores import store_options, upkeep_of
from resizer_core.upkeep.staleness import Staleness
from resizer_core.version import PIXELS


def add_to(commands: Any) -> None:
    """Add ``verify`` to the commands."""
    parser = commands.add_parser(
        "verify", parents=[store_options()], help="list stale derivatives; exit status 1 if there is one"
    )
    parser.add_argument(
        "prefix", metavar="PREFIX", nargs="?", default="", help="check only the originals in this folder"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


def verify(given: argparse.Namespace) -> int:
    """Check every derivative. Return the exit status."""
    upkeep = upkeep_of(given)
    keys = list(upkeep.list_keys(given.prefix))
    wrong = [one for one in with_progress(upkeep.check(keys, pixels=PIXELS), len(keys), "derivative") if one]
    width = max(map(len, Staleness))
    for one in sorted(wrong, key=lambda one: one.key):
        print(json.dumps({"key": one.key, "why": one.why}) if given.json else f"{one.why:{width}}  {one.key}")
    if not given.json:
        print(f"{len(wrong)} of {len(keys)} derivatives are not right")
    return 1 if wrong else 0
