"""Write sentences about results that may surprise a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import resizer_core as core
from local_loop.demo_page.planned import ACCEPT, Original, Planner, lost
from local_loop.distribution import Edge
from local_loop.http import Request
from resizer_core import Plan, Spec


def of_format(path: str, edge: Edge | None) -> str:
    """Say which format a path gets if the browser decides it.

    Args:
        path: a path whose SPEC means ``f-auto``.
        edge: the function before the delivery cache.
    """
    asked = Request.to(path, headers={"accept": ACCEPT})
    made = edge(asked) if edge else asked
    if isinstance(made, Request) and made.path != path:
        spec = made.path.split("/")[1]
        return (
            f"The edge puts the format that the browser takes into the path: here it is {spec}. "
            "That is what is stored and kept by the caches."
        )
    return (
        "The function redirects to the format that the browser takes. "
        "No cache keeps this redirect; the picture that it leads to is stored and kept."
    )


def of_result(spec: Spec, plan: Plan, original: Original, planner: Planner) -> Iterator[str]:
    """Say how a result differs from a person's likely expectation."""
    asked = spec.resolved
    if asked.trim is not None:
        yield "trim looks at the pixels: the size is known once the picture is made."
    else:
        yield from _of_size(spec, plan, original, planner)
    format, losses = plan.format, lost(spec, plan, original, planner)
    if "animation" in losses:
        moving = " and ".join(
            one.name for one in planner.site.formats.values() if one.writable and one.animation
        )
        frames = original.header.pages
        yield f"{format} holds one frame: of {frames} the first is shown. {moving} keep all of them."
    if "transparency" in losses:
        colour = str(plan.background)
        yield (
            f"{format} has no transparency: what shows through becomes "
            f"{'white' if colour == 'ffffff' else f'#{colour}'}."
        )
    if not format.browsers:
        yield f"Most browsers do not show {format}: save the file to look at it."


def _of_size(spec: Spec, plan: Plan, original: Original, planner: Planner) -> Iterator[str]:
    """Say that the original is too small for the SPEC, if ``up`` would change the result."""
    enlarged = replace(spec.resolved, enlarge=True)
    try:
        larger = planner.plan(enlarged, original).size
    except core.LimitExceeded:
        larger = None
    if larger == plan.size:
        return
    yield f"No larger than the original: {_shown(plan.size)}."
    if larger and spec.resolved is spec:
        yield f"With up it is {_shown(larger)}."


def _shown(size: core.Size) -> str:
    return f"{size.width} × {size.height} px"
