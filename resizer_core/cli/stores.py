"""Take the stores from the command line, or else from the environment."""

from __future__ import annotations

import argparse
import os
from typing import Final

from resizer_core.stores.opening import open_store
from resizer_core.upkeep.purging import Upkeep
from resizer_core.web.variables import read_variables

_STORES: Final = ("originals", "derivatives")
#: The environment variables of the stores.
VARIABLES: Final = tuple(f"RESIZER_{name.upper()}" for name in _STORES)


def store_options() -> argparse.ArgumentParser:
    """Make the options that name the stores. ``named_stores`` reads them."""
    parser = argparse.ArgumentParser(add_help=False)
    for name in _STORES:
        parser.add_argument(
            f"--{name}",
            metavar="URL",
            default="",
            help=f"store of the {name}: a folder, s3://, gs:// or az:// (default: RESIZER_{name.upper()})",
        )
    return parser


def named_stores(given: argparse.Namespace) -> dict[str, str]:
    """List the stores of the command line, each by the name of the variable that it replaces."""
    pairs = zip(VARIABLES, _STORES, strict=True)
    return {variable: url for variable, name in pairs if (url := getattr(given, name))}


def upkeep_of(given: argparse.Namespace) -> Upkeep:
    """Open both stores.

    Raises:
        ValueError: a store is named neither on the command line nor in the environment, or its URL is wrong.
    """
    urls = read_variables({**os.environ, **named_stores(given)}, *VARIABLES)
    return Upkeep(*(open_store(urls[name]) for name in _STORES))
