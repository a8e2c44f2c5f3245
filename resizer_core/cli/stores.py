"""Open the stores that a command looks after: those that it names, or else those of the environment."""

from __future__ import annotations

import argparse
import os
from typing import Final

from resizer_core.stores.opening import open_store
from resizer_core.upkeep.purging import Upkeep
from resizer_core.web.variables import read_variables

_STORES: Final = ("originals", "derivatives")


def store_options() -> argparse.ArgumentParser:
    """Make the options that name the stores; ``upkeep_of`` is what they come to."""
    parser = argparse.ArgumentParser(add_help=False)
    for name in _STORES:
        parser.add_argument(
            f"--{name}",
            metavar="URL",
            default="",
            help=f"where the {name} are: a folder, s3://, gs:// or az:// (default: RESIZER_{name.upper()})",
        )
    return parser


def upkeep_of(given: argparse.Namespace) -> Upkeep:
    """Open both stores.

    Raises:
        ValueError: one is named neither here nor there, or wrongly.
    """
    said = {f"RESIZER_{name.upper()}": getattr(given, name) for name in _STORES}
    named = {variable: url for variable, url in said.items() if url}
    urls = read_variables({**os.environ, **named}, *said)
    return Upkeep(*(open_store(urls[name]) for name in _STORES))
