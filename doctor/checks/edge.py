"""Check what is negotiated at the edge: the function there, and what caches behind it are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doctor.checks import parts
from doctor.facts import Behavior, Facts, known
from doctor.findings import Check, Observation
from local_loop.cloudfront_function import negotiated_paths, negotiation


def _edge_negotiates(facts: Facts) -> Iterator[Observation]:
    for function in parts.generator(facts).behavior.functions:
        yield False, f"{function.arn} at the generator"
    functions = parts.delivery(facts).behavior.functions
    if not functions:
        yield True, "nothing, so the function answers f-auto"
    expected = negotiation(parts.settings(facts).site.presets)
    for function in functions:
        if function.event_type != "viewer-request":
            yield False, f"{function.arn} on {function.event_type}"
        elif known(function.code, f"the code of {function.arn}") == expected:
            yield True, "the negotiation of this checkout"
        else:
            yield None, f"another function than that of this checkout: {function.arn}"


def _vary_where_it_varies(facts: Facts) -> Iterator[Observation]:
    delivery, presets = parts.delivery(facts), parts.settings(facts).site.presets
    codes = [function.code for function in delivery.behavior.functions]
    found = tuple((path, _varies(behavior)) for path, behavior in delivery.others)
    expected = negotiated_paths(presets) if codes else ()
    right = found == expected and not _varies(delivery.behavior)
    shown = "the whole of delivery" if _varies(delivery.behavior) else ""
    shown = shown or ", ".join(path for path, varies in found if varies) or "nothing"
    # What another function negotiates, nobody knows here.
    yield right or (None if codes and codes != [negotiation(presets)] else False), f"Vary for {shown}"


def _varies(behavior: Behavior) -> bool:
    return "vary" in parts.added(behavior)


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="What runs at the edge answers f-auto as the function would",
        rule=15,
        look=_edge_negotiates,
        expected="modules/cdn/negotiate.js with what the presets mean, before delivery's cache, or nothing",
        why="Where the two differ, a picture is stored under one format and asked for under another.",
    ),
    Check(
        title="Caches are told of Accept where it decides, and nowhere else",
        rule=15,
        look=_vary_where_it_varies,
        expected="Vary for f-auto and the presets that stand for it, where the edge negotiates",
        why="Without it a cache hands AVIF to who cannot show it; elsewhere it makes caches miss.",
    ),
)
