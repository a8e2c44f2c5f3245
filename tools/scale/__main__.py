"""``python -m tools.scale``: print what many originals cost, and how long they take."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from tools.cost.model import Deployment
from tools.scale.model import Job, seconds_each
from tools.scale.tables import (
    Question,
    print_agreement,
    print_answer,
    print_concurrency,
    print_items,
    print_prices,
    print_purge,
    print_quotas,
    print_specs,
    print_ways,
)

SECTIONS: Final[Mapping[str, Callable[[Question], None]]] = MappingProxyType(
    {
        "answer": print_answer,
        "concurrency": print_concurrency,
        "items": print_items,
        "ways": print_ways,
        "agreement": print_agreement,
        "purge": print_purge,
        "specs": print_specs,
        "quotas": print_quotas,
        "prices": print_prices,
    }
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the requested sections, or all."""
    deployment = Deployment()
    parser = argparse.ArgumentParser(
        prog="python -m tools.scale", description="What many originals cost, in USD and hours."
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of: {', '.join(SECTIONS)}; all")
    for name, usual, what in (
        ("originals", 100e6, "of the job"),
        ("specs", 3, "derivatives of each"),
        ("seconds", seconds_each(deployment), "of a derivative on the function"),
        ("memory-mb", deployment.memory_mb, "of the function"),
    ):
        parser.add_argument(
            f"--{name}", type=type(usual), default=usual, help=f"{what} (default: {usual:.3g})"
        )
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.sections if name not in SECTIONS]:
        parser.error(f"expected sections of {', '.join(SECTIONS)}; got {', '.join(unknown)}")
    try:
        question = Question(
            job=Job(originals=options.originals, specs=options.specs, seconds=options.seconds),
            deployment=Deployment(memory_mb=options.memory_mb),
        )
    except ValueError as error:
        parser.error(str(error))
    for name in options.sections or SECTIONS:
        if not options.sections:
            print(f"## {name}\n")
        SECTIONS[name](question)


if __name__ == "__main__":
    main()
