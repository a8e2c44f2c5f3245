"""Give an SVG a size in whole pixels, and let it fill them. librsvg centres a picture that does not fit.

We rewrite only the size in the root element. librsvg does the rest, and refuses what has to be refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import nan
from types import MappingProxyType
from typing import Final

from resizer_core.formats import SVG_HEAD_BYTES, SVG_OPENING, xml_text
from resizer_core.model import Buffer, half_up
from resizer_core.rendering.libvips import allow_svg, loaded
from resizer_core.value import Value

#: Pixels in an inch. Source: CSS Values and Units 3, section 6.2.
DPI: Final = 96
#: The scale at which libvips draws one CSS pixel as one pixel. Its own scale of 1 is 72 dpi.
NATURAL: Final = 72 / DPI
#: Pixels in each unit of length.
_UNITS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "": 1,
        "px": 1,
        "in": DPI,
        "cm": DPI / 2.54,
        "mm": DPI / 25.4,
        "q": DPI / 101.6,
        "pt": DPI / 72,
        "pc": 16,
    }
)
_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_LENGTH: Final = re.compile(rf"({_NUMBER})(|px|in|cm|mm|q|pt|pc)", re.IGNORECASE)
#: Values that state no size for a picture that stands alone.
_UNSAID: Final = re.compile(rf"|auto|{_NUMBER}%", re.IGNORECASE)
_BOX: Final = re.compile(rf"\s*{_NUMBER}[\s,]+{_NUMBER}[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"\s+([\w:.-]+)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')(?:\s+(?=[/>]))?")
_FITTED: Final = ("width", "height", "viewBox", "preserveAspectRatio")
_STYLED: Final = re.compile(r"\sstyle\s*=\s*[\"'](?:[^\"']*[;\s])?(?:width|height)\s*:")
#: The longest side that is rewritten, px. The limits refuse longer ones.
_MOST: Final = 1e6
#: The size of an SVG that states none and draws in percent. Source: CSS 2.2, section 10.3.2.
_UNSIZED: Final = (300.0, 150.0)
#: How many times larger the drawing is measured, to get fractions of a pixel.
_FINELY: Final = 64


def fitted(data: Buffer) -> Buffer:
    """Write whole pixels into the root of an SVG that states fractions of pixels, or no size.

    Returns:
        ``data`` itself if there is nothing to do, or if the root states its size in a way that is not
        understood here.

    Raises:
        pyvips.Error: the SVG states no size, and draws nothing that has one.
    """
    root = _read_root(data)
    if root is None or _STYLED.search(root.others):
        return data
    said_width, said_height = (_length(root.said.get(name, "")) for name in ("width", "height"))
    box = _box(root.said.get("viewBox", ""))
    across, down = box or (0.0, 0.0)
    if box:
        width = said_width or (said_height * across / down if said_height else across)
        height = said_height or (said_width * down / across if said_width else down)
    elif said_width and said_height:
        width, height = said_width, said_height
    else:
        across, down = _drawn(root)
        width, height = said_width or across, said_height or down
    if not (0 < width <= _MOST and 0 < height <= _MOST):
        return data
    new = {"width": f"{max(1, half_up(width))}", "height": f"{max(1, half_up(height))}"}
    if all(root.said.get(name, "").strip() in (side, f"{side}px") for name, side in new.items()):
        return data
    new["viewBox"] = root.said["viewBox"] if box else f"0 0 {width:.9g} {height:.9g}"
    # With a viewBox of another ratio, the author wants margins, or parts cut off.
    if not box or abs(width * down - height * across) < max(across, down) / 2:
        new["preserveAspectRatio"] = "none"
    elif "preserveAspectRatio" in root.said:
        new["preserveAspectRatio"] = root.said["preserveAspectRatio"]
    return root.with_attributes(new)


class _Root(Value, kw_only=True):
    """Hold the attributes of the root of an SVG, and the rest of the file.

    Attributes:
        before, after: the file before and after the attributes.
        encoding: of the file.
        prefix: of the names of elements, with its colon; mostly none.
        said: the attributes that state the size.
        others: the other attributes as they are written.
    """

    before: memoryview
    after: memoryview
    encoding: str
    prefix: str
    said: Mapping[str, str]
    others: str

    def with_attributes(self, said: Mapping[str, str], first: str = "") -> bytes:
        """Write the file with other attributes, and with a ``first`` element."""
        written = self.others + "".join(f' {name}="{value}"' for name, value in said.items())
        # ``after`` begins with the end of a tag. It closes the root, or the new element.
        written += first and f"><{self.prefix}{first}/"
        return b"".join((self.before, written.encode(self.encoding), self.after))


def _read_root(data: Buffer) -> _Root | None:
    text, encoding = xml_text(bytes(data[:SVG_HEAD_BYTES]))
    opening = SVG_OPENING.match(text)
    if opening is None:
        return None
    end = opening.end()
    said: dict[str, str] = {}
    others = ""
    while found := _ATTRIBUTE.match(text, end):
        end = found.end()
        if found[1] in _FITTED:
            said[found[1]] = found[2] if found[3] is None else found[3]
        else:
            others += found[0]
    return _Root(
        before=memoryview(data)[: len(text[: opening.end()].encode(encoding))],
        after=memoryview(data)[len(text[:end].encode(encoding)) :],
        encoding=encoding,
        prefix=opening["prefix"] or "",
        said=said,
        others=others,
    )


def _length(said: str) -> float | None:
    """Read a length, px. Return None if it states no size, and NaN if it is not a length."""
    if _UNSAID.fullmatch(said.strip()):
        return None
    found = _LENGTH.fullmatch(said.strip())
    return float(found[1]) * _UNITS[found[2].lower()] or nan if found else nan


def _box(said: str) -> tuple[float, float] | None:
    """Read the sides of a ``viewBox``. Return None if it is missing or cannot be used."""
    found = _BOX.fullmatch(said)
    sides = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    return sides if min(sides) > 0 and max(sides) <= _MOST else None


def _drawn(root: _Root) -> tuple[float, float]:
    """Measure how far from its top left corner an SVG draws, px.

    libvips gives the size of the drawing, wherever it lies. So add a point in the corner before it measures.
    """
    allow_svg()
    cornered = root.with_attributes({}, "path d='M0 0h.01v.01z'")
    image = loaded(cornered, "svgload", dpi=DPI, scale=NATURAL * _FINELY)
    width, height = (
        # libvips rounded the side up. A hair too small is better than a translucent line at the edge.
        side / _FINELY if side % _FINELY == 0 else (side - 1) / _FINELY
        for side in (image.width, image.height)
    )
    return (width, height) if max(width, height) > 1 else _UNSIZED
