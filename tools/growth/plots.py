"""Draw the plots of docs/performance.md from its points: ``python -m tools.growth.plots``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log
from types import MappingProxyType
from typing import Final

from tools.growth.points import DECODING, FOLDER, Point, curves, read
from tools.svg import Axis, Series, chart

_GRAY: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Describe what grows.

    Attributes:
        title: what the charts show, behind ``CPU time`` or ``Memory``.
        x: the title of the axis below.
        cpu, memory: what the charts of each say, for people who cannot see them.
    """

    title: str
    x: str
    cpu: str
    memory: str


PLOTS: Final[Mapping[str, Plot]] = MappingProxyType(
    {
        "megapixels": Plot(
            title="by the megapixels of the original, to a JPEG 720 px wide",
            x="megapixels of the original",
            cpu="CPU time grows in proportion to the pixels of the original. From a few megapixels on nearly "
            "all of it is decoding. JPEG costs least and WebP most.",
            memory="JPEG grows least, nearly by its file alone. PNG grows with its file too, which is large. "
            "A progressive JPEG and WebP grow with the pixels, since their decoders hold the whole picture.",
        ),
        "pixels-out": Plot(
            title="by the width of the derivative, from a JPEG of 24 megapixels",
            x="width of the derivative, px",
            cpu="Small derivatives cost what decoding alone costs. Large ones cost what their encoder costs: "
            "JPEG least, then PNG and WebP, and AVIF most.",
            memory="Memory grows with the pixels of the derivative for WebP and AVIF, whose encoders hold "
            "the whole picture. It grows little for JPEG and PNG.",
        ),
        "frames": Plot(
            title="by the frames of a GIF of 200x200 px, to a WebP 100 px wide",
            x="frames",
            cpu="CPU time grows in proportion to the frames. Decoding alone is a small part of it.",
            memory="Memory grows by some ten megabytes up to a hundred frames, then with the frames.",
        ),
        "presets": Plot(
            title="by the presets of a Site, to a JPEG 100 px wide",
            x="presets",
            cpu="Making the Site grows in proportion to the presets. A resize and reading a SPEC cost the "
            "same with one preset and with ten thousand. Refusing an unknown preset takes some milliseconds "
            "at most.",
            memory="Memory grows by half a kilobyte for each preset.",
        ),
    }
)


def draw(points: Sequence[Point]) -> dict[str, str]:
    """Draw the two charts of every plot. Return each by the name of its file, without the suffix."""
    drawn = {}
    for name, plot in PLOTS.items():
        of_plot = [point for point in points if point.plot == name]
        drawn[f"{name}-cpu"] = _chart(f"CPU time {plot.title}", plot.cpu, plot.x, "CPU, ms", 10, of_plot)
        drawn[f"{name}-memory"] = _chart(f"Memory {plot.title}", plot.memory, plot.x, "peak, MiB", 2, of_plot)
    return drawn


def _chart(title: str, told: str, across: str, up: str, base: int, points: Sequence[Point]) -> str:
    value: Callable[[Point], float] = (lambda point: point.cpu) if base == 10 else (lambda point: point.peak)
    steps: dict[float, str] = {point.x: f"{point.x:,}" for point in points}
    lowest, highest = min(map(value, points)), max(map(value, points))
    powers = [base**power for power in range(floor(log(lowest, base)), ceil(log(highest, base)) + 1)]
    return chart(
        title,
        told,
        Axis(title=across, ticks=steps, logarithmic=True),
        Axis(title=up, ticks={power: f"{power:,}" for power in powers}, logarithmic=True),
        _curves(points, value),
    )


def _curves(points: Sequence[Point], value: Callable[[Point], float]) -> list[Series]:
    """Make a curve of each series. Decoding alone is dotted, in the colour of its series or in gray."""
    colours: dict[str, int] = {}
    series = []
    for name, curve in curves(points).items():
        of = name.removesuffix(DECODING).rstrip(", ")
        colour = colours.setdefault(of, len(colours)) if of else _GRAY
        style = "dotted" if name.endswith(DECODING) else "line"
        values = [(point.x, value(point)) for point in curve]
        series.append(Series(name=name, values=values, colour=colour, style=style))
    return series


def main() -> None:
    """Write every plot."""
    for name, drawn in draw(read()[1]).items():
        (FOLDER / f"{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
