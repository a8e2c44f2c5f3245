"""Define the frames that these tests plan for, and shorter ways to make a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resizer_core.errors import InvalidSpec
from resizer_core.formats import BUILTIN
from resizer_core.model import Box, ImageHeader, Size
from resizer_core.planning.plan import Plan
from resizer_core.planning.planner import make_plan
from resizer_core.site import Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec

PRESETS: Mapping[str, Spec] = {
    "thumb": parse_spec("100x100_fit-cover"),
    "marked": parse_spec("100x_wm-logo"),
    "third": parse_spec("100x_page-3"),
    "good": parse_spec("100x_q-90"),
}
LANDSCAPE = ImageHeader(size=Size(400, 300))
SEE_THROUGH = ImageHeader(size=Size(400, 300), has_alpha=True)
ANIMATION = ImageHeader(size=Size(400, 300), pages=10, animated=True)
DOCUMENT = ImageHeader(size=Size(400, 300), pages=10)


def spec_of(text: str) -> Spec:
    return parse_spec(text, site=Site(presets=PRESETS))


def plan(text: str, header: ImageHeader = LANDSCAPE, original: str = "jpg", **options: Any) -> Plan:
    of_plan = {name: options.pop(name) for name in ("accept", "content") if name in options}
    return make_plan(spec_of(text), header, BUILTIN[original], site=Site(**options), **of_plan)


def box(left: int, top: int, width: int, height: int) -> Box:
    return Box(left=left, top=top, size=Size(width, height))


def underlined(error: InvalidSpec) -> str:
    return error.source[error.start : error.end]
