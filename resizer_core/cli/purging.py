"""Remove the derivatives of originals."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from resizer_core.cli.progress import with_progress
from resizer_core.cli.stores import store_options, upkeep_of
from resizer_core.upkeep.purging import Upkeep
from resizer_core.upkeep.staleness import Stale
from resizer_core.urls.paths import check_source_key


def add_to(commands: Any) -> None:
    """Add ``purge`` to the commands."""
    parser = commands.add_parser(
        "purge", parents=[store_options()], help="remove every derivative of these originals"
    )
    parser.add_argument(
        "keys", metavar="KEY", nargs="*", help="the key of an original, which may be deleted already"
    )
    parser.add_argument(
        "--made-before",
        metavar="VERSION",
        type=int,
        help="remove only derivatives of an older pixel version; without a KEY, of all originals",
    )
    parser.add_argument("--dry-run", action="store_true", help="list the derivatives, and remove none")


def purge(given: argparse.Namespace) -> int:
    """Remove derivatives, unless they have changed since they were found. Return the exit status.

    Raises:
        ValueError: neither a key nor a version is given, or the URL of a store is wrong.
        InvalidKey: no original may have this key.
        StorageError: a store failed.
    """
    for key in given.keys:
        check_source_key(key)
    if not given.keys and given.made_before is None:
        raise ValueError("expected a KEY, or --made-before VERSION for all originals")
    upkeep = upkeep_of(given)
    gone = []
    for found in _found(upkeep, given.keys, given.made_before):
        gone += found if given.dry_run else upkeep.remove(found)
    for one in gone:
        print(one.key)
    print(f"{len(gone)} derivatives {'would be' if given.dry_run else 'were'} removed")
    return 0


def _found(upkeep: Upkeep, keys: Sequence[str], made_before: int | None) -> Iterator[list[Stale]]:
    """Find the derivatives to remove, in batches."""
    if keys or made_before is None:
        for key in with_progress(keys, len(keys), "original"):
            yield upkeep.find_all(key, made_before=made_before)
    else:
        stored = list(upkeep.list_keys())
        for one in with_progress(upkeep.made_before(stored, made_before), len(stored), "derivative"):
            if one:
                yield [one]
