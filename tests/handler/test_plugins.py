"""Plugins in the function: one that cannot be used fails its own requests alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import resizer_core as core
from tests.handler.site import Site

FORMATS = """
from resizer_core import Format

RAW = Format(name="raw", media_type="application/x-raw", suffix=".raw", browsers=False)
BMP = Format(name="bmp", media_type="image/bmp", suffix=".bmp")  # libvips writes it to files alone, if at all
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with two formats, and with an operation that does not import."""
    described = tmp_path / "acme-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text(
        "[resizer_core.operations]\nacme.broken = plugin_that_is_not_there:Broken\n"
        "[resizer_core.formats]\nraw = plugin_for_formats:RAW\nbmp = plugin_for_formats:BMP\n"
    )
    (tmp_path / "plugin_for_formats.py").write_text(FORMATS)
    monkeypatch.syspath_prepend(str(tmp_path))


def with_plugins(only: list[str] | None = None) -> Site:
    """A function with these plugins, or all that are installed."""
    plugins = core.Plugins(only)
    return Site.over(operations=plugins.operations, formats=plugins.formats)


@pytest.mark.usefixtures("installed")
def test_one_that_cannot_be_used_is_an_internal_error() -> None:
    site = with_plugins()
    answer = site.get("/30x20_acme.broken/cat.jpg")
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (500, "no-store")
    assert "acme" not in answer["body"]
    assert "the plugin acme.broken of acme cannot be used: it raises ModuleNotFoundError" in "".join(
        site.lines
    )


@pytest.mark.usefixtures("installed")
def test_other_requests_are_answered_all_the_same() -> None:
    assert with_plugins().get("/30x20/cat.jpg")["statusCode"] == 302


@pytest.mark.usefixtures("installed")
def test_one_that_is_not_taken_is_an_unknown_option() -> None:
    assert with_plugins([]).get("/30x20_acme.broken/cat.jpg")["statusCode"] == 400


@pytest.mark.usefixtures("installed")
def test_a_format_is_written_and_stored_as_what_it_is() -> None:
    site = with_plugins()
    assert site.get("/30x20_fit-fill_f-raw/cat.jpg")["statusCode"] == 302
    stored = site.derivatives.get("30x20_fit-fill_f-raw/cat.jpg")
    assert stored
    assert len(stored.body) == 30 * 20 * 3
    assert stored.media_type == "application/x-raw"


@pytest.mark.usefixtures("installed")
def test_a_format_that_libvips_cannot_write_is_no_fault_of_the_original() -> None:
    site = with_plugins()
    assert site.get("/30x20_f-bmp/cat.jpg")["statusCode"] == 500
    assert "the plugin bmp cannot be used: this libvips does not write .bmp" in "".join(site.lines)
    assert not list(site.derivatives.list())
