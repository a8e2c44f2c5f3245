"""Read the plugins, presets and watermarks of a command."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import resizer_core as core
from resizer_core.value import replace
from resizer_core.web.settings import read_site


def site_options() -> argparse.ArgumentParser:
    """Make the options of commands that read a picture. ``site_of`` makes a site from them."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--svg", action="store_true", help="read SVG, which may be hostile")
    parser.add_argument(
        "--watermark",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="the picture for wm-NAME; may be given several times",
    )
    return parser


def site_of(given: argparse.Namespace) -> core.Site:
    """Make the site from the command line, and from the variables for plugins and presets.

    Raises:
        ValueError: a watermark cannot be read, or a variable is wrong.
    """
    try:
        watermarks = {name: path.read_bytes() for name, path in watermark_files(given)}
    except (OSError, ValueError) as error:
        raise ValueError(f"--watermark: {error}") from error
    return replace(site_of_environment(svg=given.svg), watermarks=watermarks)


def site_of_environment(*, svg: bool = False) -> core.Site:
    """Make the site from the variables for plugins and presets."""
    return read_site(os.environ, "RESIZER_PLUGINS", "RESIZER_PRESETS", svg=svg)


def watermark_files(given: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    """List the names and the files of the watermarks."""
    for text in given.watermark:
        name, found, path = text.partition("=")
        if not (name and found and path):
            raise ValueError(f"expected NAME=FILE, got {text!r}")
        yield name, Path(path)
