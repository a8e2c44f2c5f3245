"""Read the command line, run the command, and report how it ended."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import resizer_core as core
from resizer_core.cli import completion, explaining, pages, purging, resizing, serving, verifying, warming
from resizer_core.tokens import did_you_mean, unknown

_USAGE: Final = "resizer SPEC IN [IN ...] OUT\n       resizer COMMAND ..."
_EPILOG: Final = """\
examples:
  resizer 300x200_fit-cover_f-webp cat.jpg cat.webp
  resizer 800x_q-70 holiday/ small/
  resizer 300x_f-webp - - < cat.jpg > cat.webp
  resizer explain 300x_Q-80_format-jpeg cat.jpg

Without a COMMAND it is resize. `--explain` anywhere means explain. `resizer COMMAND --help` lists the
options of a command; they may stand anywhere behind its name. RESIZER_PRESETS sets the presets, p-NAME.
docs/grammar.md explains SPEC.

exit status: 0 if all went well; 1 if a picture failed or a derivative is stale; 2 if the call was wrong or a
store failed; 130 after Ctrl-C; 141 if nobody reads the output any more"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Return the exit status."""
    # One picture per core is faster than one picture on all cores. libvips reads this when it is loaded.
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        status = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python reports an error at its end if it cannot write the rest of the buffer.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except (OSError, ValueError, core.ResizerError) as error:
        print(error, file=sys.stderr)
        return 2
    return status


def _run(words: list[str]) -> int:
    parser, commands = _parsers()
    if not words or words[0] in ("-h", "--help", "--version") or words[0].startswith("--print-completion"):
        given = parser.parse_args(words)
        if given.print_completion:
            return completion.print_completion(parser, commands, given.print_completion)
        parser.error("expected SPEC IN OUT, or a command")
    name, words = _command(words)
    command = commands[name]
    given, left = command.parse_known_intermixed_args(words)
    if left:
        known = re.findall(r"--[a-z-]+", command.format_help())
        command.error(f"unknown option {left[0]}; {did_you_mean(left[0], known)}see --help")
    return _COMMANDS[name](given)


def _command(words: list[str]) -> tuple[str, list[str]]:
    """Find the command and its arguments."""
    first = words[0]
    if first in _COMMANDS:
        return first, words[1:]
    # "orig" is the only SPEC that has letters alone.
    if first.isalpha() and did_you_mean(first, _COMMANDS):
        raise unknown("command", first, _COMMANDS)
    if "--explain" in words:
        return "explain", [word for word in words if word != "--explain"]
    return "resize", words


def _parsers() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(
        prog="resizer",
        usage=_USAGE,
        description="Resize a picture, or every picture in a folder, and look after stored derivatives.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {core.__version__}")
    parser.add_argument(
        "--print-completion", metavar="SHELL", help="print the script that lets a shell complete it"
    )
    commands = parser.add_subparsers(metavar="COMMAND", prog="resizer")
    for module in (explaining, pages, purging, resizing, serving, verifying, warming):
        module.add_to(commands)
    return parser, commands.choices


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "explain": explaining.explain,
    "purge": purging.purge,
    "resize": resizing.resize,
    "serve": serving.serve,
    "sign": pages.print_signed,
    "srcset": pages.print_srcset,
    "url": pages.print_urls,
    "verify": verifying.verify,
    "warm": warming.warm,
}
