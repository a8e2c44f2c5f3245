"""Draw a chart as SVG: lines and points over two axes, with a legend below, for light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final
from xml.sax.saxutils import escape

_WIDTH: Final = 760
_LEFT: Final = 84
_RIGHT: Final = 32
_TOP: Final = 48
_HEIGHT: Final = 300
_ROW: Final = 22
#: Colours that colour-blind people can tell apart (Okabe and Ito), lighter on a dark page.
_COLOURS: Final = (
    ("#0072b2", "#56b4e9"),
    ("#d55e00", "#f09a5a"),
    ("#007a5a", "#2bc79a"),
    ("#9c4f83", "#e0a0c8"),
    ("#57606a", "#8b949e"),  # gray, for what others are compared with
)
_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#24292f}.t{font-size:15px;font-weight:600}"
    ".p{fill:#fff}.g{stroke:#d8dee4}.a{stroke:#57606a}"
    + "".join(f".c{at}{{stroke:{light}}}.f{at}{{fill:{light}}}" for at, (light, _) in enumerate(_COLOURS))
    + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.p{fill:#0d1117}.g{stroke:#30363d}"
    ".a{stroke:#8b949e}"
    + "".join(f".c{at}{{stroke:{dark}}}.f{at}{{fill:{dark}}}" for at, (_, dark) in enumerate(_COLOURS))
    + "}"
)
_DASHES: Final = {"line": "", "dashed": ' stroke-dasharray="7 5"', "dotted": ' stroke-dasharray="2 4"'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Describe one axis.

    Attributes:
        title: the title with the unit.
        ticks: labels by value, in order. The axis reaches from the first to the last.
        logarithmic: whether equal factors have equal distances.
    """

    title: str
    ticks: Mapping[float, str]
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """Give the position of a value: 0 at the first tick, 1 at the last."""
        first, last = min(self.ticks), max(self.ticks)
        if self.logarithmic:
            first, last, value = log10(first), log10(last), log10(value)
        return (value - first) / (last - first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Hold the values of one colour.

    Attributes:
        name: the name in the legend.
        values: pairs of x and y.
        colour: a number from 0 to 4. 4 is gray.
        style: line, dashed, dotted, or points.
    """

    name: str
    values: Sequence[tuple[float, float]]
    colour: int
    style: str = "line"


def chart(title: str, told: str, x: Axis, y: Axis, series: Sequence[Series]) -> str:
    """Draw a chart.

    Args:
        title: the title above the chart.
        told: a description for people who cannot see the chart.
        x: the axis below.
        y: the axis at the left.
        series: the series. Points outside the axes are cut off.
    """
    width, bottom = _WIDTH - _LEFT - _RIGHT, _TOP + _HEIGHT
    height = bottom + 64 + _ROW * len(series)

    def across(value: float) -> str:
        return f"{_LEFT + x.place(value) * width:.1f}"

    def up(value: float) -> str:
        return f"{bottom - y.place(value) * _HEIGHT:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(told)}</desc><style>{_STYLE}</style>',
        f'<clipPath id="k"><rect x="{_LEFT - 6}" y="{_TOP - 6}" width="{width + 12}" '
        f'height="{_HEIGHT + 12}"/></clipPath>',
        f'<rect class="p" width="{_WIDTH}" height="{height}"/>',
        f'<text class="t" x="{_LEFT}" y="26">{escape(title)}</text>',
    ]
    for value, label in x.ticks.items():
        at = across(value)
        parts.append(f'<path class="g" d="M{at} {_TOP}V{bottom}"/>')
        parts.append(f'<text x="{at}" y="{bottom + 20}" text-anchor="middle">{escape(label)}</text>')
    for value, label in y.ticks.items():
        at = up(value)
        parts.append(f'<path class="g" d="M{_LEFT} {at}H{_LEFT + width}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{at}" dy="4" text-anchor="end">{escape(label)}</text>')
    middle = _TOP + _HEIGHT / 2
    parts += [
        f'<path class="a" fill="none" d="M{_LEFT} {_TOP}V{bottom}H{_LEFT + width}"/>',
        f'<text x="{_LEFT + width / 2:g}" y="{bottom + 42}" text-anchor="middle">{escape(x.title)}</text>',
        f'<text transform="translate(18 {middle:g})rotate(-90)" text-anchor="middle">'
        f"{escape(y.title)}</text>",
        '<g clip-path="url(#k)">',
        *(_drawn(each, [(across(one), up(other)) for one, other in each.values]) for each in series),
        "</g>",
    ]
    for row, each in enumerate(series):
        at = str(bottom + 66 + row * _ROW)
        parts.append(_drawn(each, [(str(_LEFT + 4), at), (str(_LEFT + 36), at)]))
        parts.append(f'<text x="{_LEFT + 48}" y="{at}" dy="4">{escape(each.name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _drawn(series: Series, places: Sequence[tuple[str, str]]) -> str:
    if series.style == "points":
        circles = (f'<circle cx="{x}" cy="{y}" r="4"/>' for x, y in places)
        return f'<g class="f{series.colour}">{"".join(circles)}</g>'
    points = " ".join(f"{x},{y}" for x, y in places)
    dashes = _DASHES[series.style]
    return f'<polyline class="c{series.colour}" fill="none" stroke-width="2.5"{dashes} points="{points}"/>'
