"""Read the command line: ``SPEC IN OUT``, or one of the commands for whoever writes pages."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import resizer_core as core
from resizer_core.cli import purging, verifying, warming
from resizer_core.cli.explaining import explain
from resizer_core.cli.files import resize_file, resize_folder
from resizer_core.web.settings import read_site

_Number = TypeVar("_Number", int, float)

_EPILOG: Final = """\
examples:
  python -m resizer_core 300x200_fit-cover_f-webp cat.jpg cat.webp
  python -m resizer_core 800x_q-70 holiday/ small/
  python -m resizer_core --explain 300x_Q-80_format-jpeg cat.jpg

Instead of a SPEC, with a --help of their own:
  explain SPEC [IN [OUT]]    the same as --explain
  purge KEY ...              removes the derivatives of originals
  sign SPEC ...              with the signature that RESIZER_SIGNING_KEYS gives
  srcset KEY ...             for several widths or kinds of screens
  url SPEC KEY ...           the canonical address
  verify [PREFIX]            which derivatives are stale
  warm SPEC ... < KEYS       make derivatives before anybody asks for them

RESIZER_PRESETS says what p-NAME stands for. The grammar is in docs/grammar.md."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit status: 0; 1 if a picture failed or a derivative is stale; 2 if the call was wrong, or a
        store failed.
    """
    # One picture per core is faster than one picture on all of them. libvips reads this when it is loaded.
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    words = sys.argv[1:] if arguments is None else list(arguments)
    parser = _commands() if words and words[0] in _COMMANDS else _parser()
    given = parser.parse_args(words)
    try:
        return _COMMANDS[given.command](given) if "command" in given else _resize(given, parser)
    except (OSError, ValueError, core.ResizerError) as error:
        print(error, file=sys.stderr)
        return 2


def _resize(given: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if given.explain:
        return _explain(given)
    site = _site_of(given)
    spec = core.parse_spec(given.spec, site)
    if given.source is None or given.target is None:
        parser.error("expected SPEC IN OUT")
    resize = resize_folder if given.source.is_dir() else resize_file
    return resize(spec, given.source, given.target, site)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m resizer_core",
        parents=[_reading()],
        description="Resize a picture, or every picture in a folder.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("spec", metavar="SPEC", help="what to make, for example 300x200_fit-cover_f-webp")
    parser.add_argument("source", metavar="IN", nargs="?", type=Path, help="a picture or a folder")
    parser.add_argument(
        "target",
        metavar="OUT",
        nargs="?",
        type=Path,
        help="a file, whose suffix names the format unless SPEC does, or a folder",
    )
    parser.add_argument(
        "--explain", action="store_true", help="print the SPEC, its canonical form and the plan as JSON"
    )
    return parser


def _reading() -> argparse.ArgumentParser:
    """The options of whatever reads a picture; ``_site_of`` is what they come to."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--svg", action="store_true", help="read SVG, which may be hostile")
    parser.add_argument(
        "--watermark",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="what wm-NAME stands for; may be given several times",
    )
    return parser


def _site_of(given: argparse.Namespace) -> core.Site:
    """Make the site of what the function is told of plugins and presets, and of the command line."""
    try:
        watermarks = dict(_watermark(text) for text in given.watermark)
    except (OSError, ValueError) as error:
        raise ValueError(f"--watermark: {error}") from error
    return replace(_site(svg=given.svg), watermarks=watermarks)


def _site(*, svg: bool = False) -> core.Site:
    return read_site(os.environ, "RESIZER_PLUGINS", "RESIZER_PRESETS", svg=svg)


def _watermark(text: str) -> tuple[str, bytes]:
    name, found, path = text.partition("=")
    if not (name and found and path):
        raise ValueError(f"expected NAME=FILE, got {text!r}")
    return name, Path(path).read_bytes()


def _commands() -> argparse.ArgumentParser:
    site = argparse.ArgumentParser(add_help=False)
    site.add_argument(
        "--base",
        metavar="URL",
        default=os.environ.get("RESIZER_BASE_URL", ""),
        help="where delivery is (default: RESIZER_BASE_URL, else addresses begin with a slash)",
    )
    site.add_argument("--sign", action="store_true", help="with the newest key of RESIZER_SIGNING_KEYS")

    parser = argparse.ArgumentParser(prog="python -m resizer_core")
    commands = parser.add_subparsers(dest="command", required=True)
    explain = commands.add_parser(
        "explain", parents=[_reading()], help="how a SPEC is read, and the plan, as JSON"
    )
    explain.add_argument("spec", metavar="SPEC")
    explain.add_argument("source", metavar="IN", nargs="?", type=Path, help="a picture, for the plan")
    explain.add_argument("target", metavar="OUT", nargs="?", type=Path, help="its suffix names the format")

    sign = commands.add_parser("sign", help="SPECs with their signatures, one a line")
    sign.add_argument("specs", metavar="SPEC", nargs="+")

    srcset = commands.add_parser("srcset", parents=[site], help="the value of a srcset attribute")
    srcset.add_argument("key", metavar="KEY", help="of the original")
    srcset.add_argument("--spec", help="what is asked for; with --widths its sides say the ratio alone")
    srcset.add_argument("--widths", metavar="N,N", type=_numbers(int), help="px")
    srcset.add_argument(
        "--original", metavar="W,H", type=_numbers(int), help="its width and height, upright, px"
    )
    srcset.add_argument(
        "--densities", metavar="N,N", type=_numbers(float), help="device pixels per CSS pixel (default: 1,2)"
    )

    url = commands.add_parser("url", parents=[site], help="canonical addresses, one a line")
    url.add_argument("spec", metavar="SPEC")
    url.add_argument("keys", metavar="KEY", nargs="+", help="of an original")
    purging.add_to(commands)
    verifying.add_to(commands)
    warming.add_arguments(commands.add_parser("warm", help="make derivatives before anybody asks for them"))
    return parser


def _numbers(read: Callable[[str], _Number]) -> Callable[[str], list[_Number]]:
    def numbers(text: str) -> list[_Number]:
        return [read(part) for part in text.split(",")]

    return numbers


def _explain(given: argparse.Namespace) -> int:
    site = _site_of(given)
    return explain(given.spec, core.parse_spec(given.spec, site), given.source, given.target, site)


def _sign(given: argparse.Namespace) -> int:
    key, site = _signing_key(), _site()
    print(*[core.sign(core.parse_spec(text, site), key) for text in given.specs], sep="\n")
    return 0


def _srcset(given: argparse.Namespace) -> int:
    asked = {name: getattr(given, name) for name in ("spec", "widths", "densities", "original")}
    print(core.srcset(given.key, **asked, **_addresses(given)))
    return 0


def _url(given: argparse.Namespace) -> int:
    addresses = _addresses(given)
    print(*[core.url(given.spec, key, **addresses) for key in given.keys], sep="\n")
    return 0


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "explain": _explain,
    "purge": purging.purge,
    "sign": _sign,
    "srcset": _srcset,
    "url": _url,
    "verify": verifying.verify,
    "warm": warming.warm,
}


def _addresses(given: argparse.Namespace) -> dict[str, Any]:
    return {
        "base": given.base,
        "signing_key": _signing_key() if given.sign else None,
        "site": _site(),
    }


def _signing_key() -> bytes:
    """The newest key of signatures.

    From the environment alone: what stands in a command line, everybody on the machine can read.
    """
    keys = read_site(os.environ, "RESIZER_SIGNING_KEYS").keys
    if not keys:
        raise ValueError("RESIZER_SIGNING_KEYS: expected the keys of signatures, newest first, got none")
    return keys[0]
