"""Remove the derivatives of originals."""

from __future__ import annotations

import argparse
from typing import Any

from resizer_core.cli.files import with_progress
from resizer_core.cli.stores import store_options, upkeep_of
from resizer_core.urls.paths import check_source_key


def add_to(commands: Any) -> None:
    """Add ``purge`` to the commands."""
    parser = commands.add_parser(
        "purge", parents=[store_options()], help="remove every derivative of these originals"
    )
    parser.add_argument("keys", metavar="KEY", nargs="+", help="of an original, which may be gone")
    parser.add_argument(
        "--made-before", metavar="VERSION", type=int, help="only what an older pixel version made"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed")


def purge(given: argparse.Namespace) -> int:
    """Remove derivatives, each as it was seen; returns the exit status."""
    for key in given.keys:
        check_source_key(key)
    upkeep = upkeep_of(given)
    gone = []
    for key in with_progress(given.keys, len(given.keys), "original"):
        found = upkeep.find_all(key, made_before=given.made_before)
        gone += found if given.dry_run else upkeep.remove(found)
    for one in gone:
        print(one.key)
    print(f"{len(gone)} derivatives {'would be' if given.dry_run else 'were'} removed")
    return 0
