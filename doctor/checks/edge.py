"""Check the edge: its code, and the headers that tell other caches about negotiation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from doctor.checks import parts
from doctor.facts import Behavior, Facts, known
from doctor.findings import Check, Observation
from local_loop.cloudfront_function import negotiated_paths, negotiation

#: With failover Terraform puts this before other code at the edge: modules/cdn/main.tf does the same.
GUARD: Final = (Path(__file__).parents[2] / "terraform" / "modules" / "cdn" / "failover.js").read_text(
    encoding="utf-8"
)
#: The guard without negotiation behind it.
GUARD_ALONE: Final = f"{GUARD}function behind(event) {{\n  return event.request;\n}}\n"


def _negotiates(facts: Facts) -> str:
    return negotiation(parts.settings(facts).site.presets, delivery=facts.names.delivery)


def _edge_refuses(facts: Facts) -> Iterator[Observation]:
    delivery, negotiates = parts.delivery(facts), negotiation(parts.settings(facts).site.presets)
    codes = [
        known(function.code, f"the code of {function.arn}")
        for function in delivery.behavior.functions
        if function.event_type == "viewer-request"
    ]
    if any(code.startswith(GUARD) for code in codes):
        yield True, "the guard of this checkout"
    elif not codes or codes == [negotiates]:
        yield False, "the negotiation alone" if codes else "nothing runs there"
    else:
        yield None, "another function than that of this checkout"
    root = delivery.default_root_object
    yield bool(root), f"/ is /{root}" if root else "/ is a list of the bucket for whoever gets through"


def _edge_negotiates(facts: Facts) -> Iterator[Observation]:
    if not parts.fails_over(facts):
        for function in parts.generator(facts).behavior.functions:
            yield False, f"{function.arn} at the generator"
    functions = parts.delivery(facts).behavior.functions
    if not functions:
        yield True, "nothing, so the function answers f-auto"
    expected = _negotiates(facts)
    for function in functions:
        if function.event_type != "viewer-request":
            yield False, f"{function.arn} on {function.event_type}"
        elif (code := known(function.code, f"the code of {function.arn}")) == expected:
            yield True, "the negotiation of this checkout"
        elif code == GUARD_ALONE:
            yield True, "nothing, so the function answers f-auto"
        else:
            yield None, f"another function than that of this checkout: {function.arn}"


def _vary_where_it_varies(facts: Facts) -> Iterator[Observation]:
    delivery, presets = parts.delivery(facts), parts.settings(facts).site.presets
    codes = [function.code for function in delivery.behavior.functions if function.code != GUARD_ALONE]
    found = tuple((path, _varies(behavior)) for path, behavior in delivery.others)
    expected = negotiated_paths(presets) if codes else ()
    right = found == expected and not _varies(delivery.behavior)
    shown = "the whole of delivery" if _varies(delivery.behavior) else ""
    shown = shown or ", ".join(path for path, varies in found if varies) or "nothing"
    # The doctor does not know what another function negotiates.
    yield right or (None if codes and codes != [_negotiates(facts)] else False), f"Vary for {shown}"


def _varies(behavior: Behavior) -> bool:
    return "vary" in parts.added(behavior)


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="The edge answers f-auto as the function would",
        rule=15,
        look=_edge_negotiates,
        expected="modules/cdn/negotiate.js with what the presets mean, before delivery's cache, or nothing",
        why="If the two differ, a picture is stored in one format and asked for in another.",
    ),
    Check(
        title="Vary names Accept only where Accept decides",
        rule=15,
        look=_vary_where_it_varies,
        expected="Vary for f-auto and the presets that stand for it, where the edge negotiates",
        why="Without it a cache gives AVIF to browsers that cannot show it. Elsewhere it makes caches miss.",
    ),
)

#: The additional checks of failover.
FAILOVER_CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="The edge answers paths without a SPEC",
        rule=6,
        look=_edge_refuses,
        expected="modules/cdn/failover.js before all else at delivery, and a default root object",
        why="Otherwise scanners reach the function, and / lists every key. `terraform apply` sets both.",
    ),
)
