"""The measured growth: its plots and tables are those of the committed points, and a page shows them all."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.tools.printed import tables_of
from tools.growth import points
from tools.growth.plots import PLOTS, draw
from tools.growth.points import DECODING, FOLDER, Point

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
#: The arguments of the command that prints it, and what stands between it and its end.
TABLES = tables_of("growth", "performance.md")
MEASURED = points.read()[1]
DRAWN = draw(MEASURED)


@pytest.mark.parametrize("name", DRAWN)
def test_a_plot_is_what_is_drawn_now(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == DRAWN[name], "make tables"


def test_the_document_shows_every_plot_and_table() -> None:
    shown = re.findall(r"^!\[(.{30,})\]\(performance/([\w-]+)\.svg\)$", TEXT, re.MULTILINE)
    told = {
        f"{name}-{what}": getattr(plot, what) for name, plot in PLOTS.items() for what in ("cpu", "memory")
    }
    assert {name: text for text, name in shown} == told
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(DRAWN) == set(told)
    assert [arguments for arguments, _ in TABLES] == ["machine", *PLOTS]


@pytest.mark.parametrize("plot", PLOTS)
def test_every_plot_has_the_line_of_decoding_alone(plot: str) -> None:
    alone = {point.x for point in MEASURED if point.plot == plot and point.series.endswith(DECODING)}
    assert alone == {point.x for point in MEASURED if point.plot == plot}


def test_points_are_read_as_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "FOLDER", tmp_path)
    monkeypatch.setattr(points, "_FILE", tmp_path / "growth.tsv")
    given = [Point("frames", "to WebP", 5, 12.34, 38.0), Point("frames", DECODING, 5, 1234.0, 0.125)]
    points.write("a machine", given)
    assert points.read() == ("a machine", given)


def test_no_point_is_outside_its_plot() -> None:
    for name, drawn in DRAWN.items():
        root = ElementTree.fromstring(drawn)  # noqa: S314  # ours
        lines = root.findall("{*}g/{*}polyline")
        assert lines, name
        for line in lines:
            for place in line.attrib["points"].split():
                x, y = map(float, place.split(","))
                assert 84 <= x <= 728, name
                assert 48 <= y <= 348, name
