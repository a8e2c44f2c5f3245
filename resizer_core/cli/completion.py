"""Print the script that lets a shell complete the command."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Final

#: The names of arguments that are files, as in the help.
_FILES: Final = ("IN", "OUT", "FILE")


def print_completion(
    parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser], shell: str
) -> int:
    """Print the script of one shell. Return the exit status.

    Raises:
        ValueError: shtab is not installed, or does not know ``shell``.
    """
    try:
        import shtab
    except ImportError as error:
        raise ValueError(
            "--print-completion needs shtab, which pip install 'resizer-core[cli]' brings"
        ) from error
    if shell not in shtab.SUPPORTED_SHELLS:
        known = ", ".join(shtab.SUPPORTED_SHELLS)
        raise ValueError(f"--print-completion: expected one of {known}, got {shell!r}")
    for command in commands.values():
        for action in command._actions:
            if action.metavar in _FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab marks files like this
    print(shtab.complete(parser, shell=shell))
    return 0
