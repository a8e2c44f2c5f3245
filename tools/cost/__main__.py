"""``python -m tools.cost``: print what the deployed loop costs, in USD."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from tools.cost.attack import print_attack, print_presets, print_unlimited
from tools.cost.beforehand import print_beforehand
from tools.cost.freshness import print_freshness
from tools.cost.model import DELIVERIES, FIREWALLS, Deployment, Picture, Question, Traffic
from tools.cost.tables import (
    print_compute,
    print_first_view,
    print_keeping,
    print_month,
    print_prices,
    print_sites,
    print_switches,
    print_view,
)

SECTIONS: Final[Mapping[str, Callable[[Question], None]]] = MappingProxyType(
    {
        "prices": print_prices,
        "first-view": print_first_view,
        "view": print_view,
        "compute": print_compute,
        "month": print_month,
        "sites": print_sites,
        "switches": print_switches,
        "keeping": print_keeping,
        "freshness": print_freshness,
        "beforehand": print_beforehand,
        "attack": print_attack,
        "presets": print_presets,
        "unlimited": print_unlimited,
    }
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the requested sections, or all."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.sections if name not in SECTIONS]:
        parser.error(f"expected sections of {', '.join(SECTIONS)}; got {', '.join(unknown)}")
    try:
        question = _question(options)
    except ValueError as error:
        parser.error(str(error))
    for name in options.sections or SECTIONS:
        if not options.sections:
            print(f"## {name}\n")
        SECTIONS[name](question)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.cost", description="What the deployed loop costs, in USD."
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of: {', '.join(SECTIONS)}; all")
    deployment, picture, traffic = Deployment(), Picture(), Traffic()
    for name, usual, what in (
        ("generations", traffic.generations, "first views a month"),
        ("views", traffic.views, "views a month of what is there"),
        ("missed", traffic.missed, "share of those that CloudFront fetches from S3"),
        ("stored", traffic.stored, "derivatives in the bucket, on average"),
        ("kib", picture.kib, "of a derivative"),
        ("seconds", picture.seconds, "of a run, once its process is there"),
        ("memory-mb", deployment.memory_mb, "of the function"),
        ("timeout-s", deployment.timeout_s, "of the function"),
        ("reserved-concurrency", deployment.reserved_concurrency, "runs at once"),
        ("rate", deployment.rate, "calls a second that the API lets through"),
        ("images", deployment.images, "kept in the repository"),
    ):
        parser.add_argument(f"--{name}", type=float, default=usual, help=f"{what} (default: {usual:g})")
    parser.add_argument("--delivery", choices=DELIVERIES, default=deployment.delivery)
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), default=deployment.architecture)
    parser.add_argument("--firewall", choices=FIREWALLS, default=deployment.firewall)
    parser.add_argument("--no-negotiation", action="store_true")
    parser.add_argument("--dashboard", action="store_true")
    parser.add_argument("--no-alarms", action="store_true")
    return parser


def _question(options: argparse.Namespace) -> Question:
    """Build the question from the options.

    Raises:
        ValueError: a figure makes no sense.
    """
    return Question(
        deployment=Deployment(
            delivery=options.delivery,
            memory_mb=options.memory_mb,
            timeout_s=options.timeout_s,
            architecture=options.architecture,
            reserved_concurrency=options.reserved_concurrency,
            rate=options.rate,
            alarms=not options.no_alarms,
            dashboard=options.dashboard,
            negotiation=not options.no_negotiation,
            firewall=options.firewall,
            images=options.images,
        ),
        picture=Picture(kib=options.kib, seconds=options.seconds),
        traffic=Traffic(
            generations=options.generations,
            views=options.views,
            missed=options.missed,
            stored=options.stored,
        ),
    )


if __name__ == "__main__":
    main()
