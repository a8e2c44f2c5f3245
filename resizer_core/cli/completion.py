"""Print what makes a shell complete the command."""

from __future__ import annotations

import argparse


def print_completion(parser: argparse.ArgumentParser, shell: str) -> int:
    """Print the script of one shell; returns the exit status.

    Raises:
        ValueError: shtab is not installed, or does not know ``shell``.
    """
    try:
        import shtab
    except ImportError as error:
        raise ValueError(
            "--print-completion needs shtab: pip install 'resizer-core[cli]' brings it"
        ) from error
    if shell not in shtab.SUPPORTED_SHELLS:
        raise ValueError(
            f"--print-completion: expected one of {', '.join(shtab.SUPPORTED_SHELLS)}, got {shell!r}"
        )
    print(shtab.complete(parser, shell=shell))
    return 0
