"""Print texts for a page: addresses, a srcset, and SPECs with their signatures."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any, TypeVar

import resizer_core as core
from resizer_core.cli.sites import site_of_environment
from resizer_core.web.settings import read_site

_Number = TypeVar("_Number", int, float)


def add_to(commands: Any) -> None:
    """Add ``sign``, ``srcset`` and ``url`` to the commands."""
    delivery = argparse.ArgumentParser(add_help=False)
    delivery.add_argument(
        "--base",
        metavar="URL",
        default=os.environ.get("RESIZER_BASE_URL", ""),
        help="the host of delivery (default: RESIZER_BASE_URL, else addresses begin with a slash)",
    )
    delivery.add_argument(
        "--sign", action="store_true", help="sign with the newest key of RESIZER_SIGNING_KEYS"
    )

    sign = commands.add_parser("sign", help="print SPECs with their signatures, one a line")
    sign.add_argument("specs", metavar="SPEC", nargs="+")

    srcset = commands.add_parser("srcset", parents=[delivery], help="print the value of a srcset attribute")
    srcset.add_argument("key", metavar="KEY", help="the key of the original")
    srcset.add_argument("--spec", help="the SPEC; with --widths its sides give only the ratio")
    srcset.add_argument("--widths", metavar="N,N", type=_numbers(int), help="the widths to list, px")
    srcset.add_argument(
        "--original", metavar="W,H", type=_numbers(int), help="width and height of the original, upright, px"
    )
    srcset.add_argument(
        "--densities", metavar="N,N", type=_numbers(float), help="device pixels per CSS pixel (default: 1,2)"
    )

    url = commands.add_parser("url", parents=[delivery], help="print canonical addresses, one a line")
    url.add_argument("spec", metavar="SPEC")
    url.add_argument("keys", metavar="KEY", nargs="+", help="the key of an original")


def print_signed(given: argparse.Namespace) -> int:
    """Print SPECs with their signatures. Return the exit status."""
    key, site = _signing_key(), site_of_environment()
    print(*[core.sign(core.parse_spec(text, site), key) for text in given.specs], sep="\n")
    return 0


def print_srcset(given: argparse.Namespace) -> int:
    """Print the value of a srcset attribute. Return the exit status."""
    asked = {name: getattr(given, name) for name in ("spec", "widths", "densities", "original")}
    print(core.srcset(given.key, **asked, **_addresses(given)))
    return 0


def print_urls(given: argparse.Namespace) -> int:
    """Print canonical addresses. Return the exit status."""
    addresses = _addresses(given)
    print(*[core.url(given.spec, key, **addresses) for key in given.keys], sep="\n")
    return 0


def _numbers(read: Callable[[str], _Number]) -> Callable[[str], list[_Number]]:
    def numbers(text: str) -> list[_Number]:
        return [read(part) for part in text.split(",")]

    return numbers


def _addresses(given: argparse.Namespace) -> dict[str, Any]:
    return {
        "base": given.base,
        "signing_key": _signing_key() if given.sign else None,
        "site": site_of_environment(),
    }


def _signing_key() -> bytes:
    """Read the newest signing key.

    It comes from the environment alone, because everybody on the machine can read a command line.
    """
    keys = read_site(os.environ, "RESIZER_SIGNING_KEYS").keys
    if not keys:
        raise ValueError("RESIZER_SIGNING_KEYS: expected the keys of signatures, newest first, got none")
    return keys[0]
