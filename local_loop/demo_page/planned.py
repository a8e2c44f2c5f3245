"""Plan the result of a SPEC for an original. This decodes no pixel and stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import resizer_core as core
from resizer_core import Format, ImageHeader, ObjectStore, Plan, Site, Spec

#: The Accept header that browsers send for a picture.
ACCEPT = "image/avif,image/webp,image/*,*/*;q=0.8"
#: Headers in memory. A person looks at few originals at once.
_REMEMBERED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Hold the facts about an original that need no pixels."""

    format: Format
    header: ImageHeader
    bytes: int

    def described(self) -> dict[str, Any]:
        """Describe the original as plain values. Its size is that of the upright picture, in px."""
        size = self.header.upright
        return {
            "width": size.width,
            "height": size.height,
            "format": self.format.name,
            "media_type": self.format.media_type,
            "bytes": self.bytes,
            "pages": self.header.pages,
            "animated": self.header.animated,
            "has_alpha": self.header.has_alpha,
            "browsers": self.format.browsers,
        }


class Planner:
    """Find originals and make plans for them.

    Args:
        originals: the store of the originals.
        site: has the names that a SPEC may use.
    """

    def __init__(self, originals: ObjectStore, site: Site) -> None:
        self.site = site
        self._originals = originals
        self._read = lru_cache(_REMEMBERED)(self._read_header)

    def find(self, key: str, page: int = 1) -> Original | None:
        """Read the header of an original, or take it from memory. Give None if there is no such original.

        Raises:
            ResizerError: the original is unreadable.
        """
        found = self._originals.head(key)
        return self._read(key, found.etag, page) if found else None

    def plan(self, spec: Spec, original: Original) -> Plan:
        """Plan one derivative. The plan does not know what ``trim`` cuts off: that needs the pixels.

        Raises:
            InvalidSpec, LimitExceeded: as ``make_plan``.
        """
        return core.make_plan(spec, original.header, original.format, accept=ACCEPT, site=self.site)

    def _read_header(self, key: str, _etag: str, page: int) -> Original | None:
        found = self._originals.get(key, max_bytes=self.site.limits.input_bytes)
        if found is None:
            return None
        format, header = core.read_header(found.body, page=page, site=self.site)
        return Original(format=format, header=header, bytes=found.size)


def lost(spec: Spec, plan: Plan, original: Original, planner: Planner) -> list[str]:
    """Name what this format loses and another keeps: ``transparency``, ``animation``."""
    asked, header = spec.resolved, original.header
    wants_all = header.animated and asked.page == 1 and not asked.still
    losses = {
        "transparency": not plan.format.alpha and _lets_through(asked, original, planner),
        "animation": wants_all and plan.pages < header.pages,
    }
    return [what for what, is_lost in losses.items() if is_lost]


def _lets_through(asked: Spec, original: Original, planner: Planner) -> bool:
    """Say whether the result may be transparent, in a format with transparency."""
    as_png = replace(asked, format="png", quality=None, max_kb=None, lossless=False)
    try:
        plan = planner.plan(as_png, original)
    except core.RequestError:  # too large for a PNG
        return original.header.has_alpha
    behind = plan.background is None or not plan.background.is_opaque
    beside = plan.placement.pads and not plan.padding.is_opaque
    header = replace(original.header, has_alpha=(original.header.has_alpha and behind) or beside)
    for operation in plan.operations:
        header = operation.measure(header)
    return header.has_alpha
