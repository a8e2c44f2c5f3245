"""Only the loaders that are named can be reached, and nothing of a picture is remembered."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from resizer_core import CorruptImage, resize
from tests.pictures import encoded, quarters

ROOT = Path(__file__).parents[2]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'
BLOCKED = {
    "svg": SVG,
    "csv": b"1,2\n3,4\n",
    "matrix": b"2 2\n1 2\n3 4\n",
    "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "ppm": b"P6\n2 2\n255\n" + bytes(12),
    "vips": None,
}
#: Tries to open the file it is given in every way that libvips has.
OPENER = """
import sys
{before}
import pyvips
name = sys.argv[1]
data = open(name, "rb").read()
ways = dict(
    buffer=lambda: pyvips.Image.new_from_buffer(data, ""),
    file=lambda: pyvips.Image.new_from_file(name),
    source=lambda: pyvips.Image.new_from_source(pyvips.Source.new_from_memory(data), ""),
    thumbnail=lambda: pyvips.Image.thumbnail(name, 8),
    thumbnail_buffer=lambda: pyvips.Image.thumbnail_buffer(data, 8),
)
for way, opened in ways.items():
    try:
        opened().avg()
        print(way)
    except pyvips.Error:
        pass
"""
WITH_OURS = "import resizer_core.rendering.libvips"


def opened(name: Path, before: str = "") -> set[str]:
    """The ways in which a fresh process can open the file."""
    program = OPENER.format(before=before)
    command = [sys.executable, "-c", program, str(name)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(("suffix", "data"), BLOCKED.items(), ids=BLOCKED)
def test_a_loader_that_is_not_named_cannot_be_reached(
    suffix: str, data: bytes | None, tmp_path: Path
) -> None:
    name = tmp_path / f"picture.{'v' if suffix == 'vips' else suffix}"
    if data is None:
        quarters().write_to_file(str(name))
    else:
        name.write_bytes(data)
    assert opened(name, before=WITH_OURS) == set()


@pytest.mark.parametrize("suffix", ["svg", "csv", "vips"])
def test_it_is_our_import_that_blocks_them(suffix: str, tmp_path: Path) -> None:
    name = tmp_path / f"picture.{'v' if suffix == 'vips' else suffix}"
    data = BLOCKED[suffix]
    if data is None:
        quarters().write_to_file(str(name))
    else:
        name.write_bytes(data)
    assert "file" in opened(name)


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif", "gif", "tif"])
def test_the_loaders_that_are_named_can_be_reached(format: str, tmp_path: Path) -> None:
    name = tmp_path / f"picture.{format}"
    name.write_bytes(encoded(quarters(), format))
    assert opened(name, before=WITH_OURS) >= {"buffer", "file", "thumbnail_buffer"}


FACTS = """
import resizer_core.rendering.libvips, pyvips
from resizer_core import FORMATS, Site, UnsupportedFormat, resize
print(pyvips.voperation.cache_get_max(), pyvips.voperation.cache_get_size())
svg = {svg!r}
try:
    resize(svg, "8x")
except UnsupportedFormat:
    print("refused")
print(resize(svg, "8x", site=Site(formats=FORMATS)).media_type)
try:
    resize(svg, "8x")
except UnsupportedFormat:
    print("refused")
print(pyvips.voperation.cache_get_size())
"""


def test_nothing_is_cached_and_svg_is_read_only_where_it_is_switched_on() -> None:
    command = [sys.executable, "-c", FACTS.format(svg=SVG)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["0 0", "refused", "image/png", "refused", "0"]


WARNED = """
import logging, sys
from resizer_core import CorruptImage, resize
heard = []
logging.getLogger("pyvips").addFilter(lambda record: heard.append(record.getMessage()))
logging.getLogger("pyvips").setLevel(logging.WARNING)
try:
    resize(open(sys.argv[1], "rb").read(), "20x")
except CorruptImage:
    print("refused", heard)
"""


def test_no_warning_of_libvips_runs_python_in_its_threads(tmp_path: Path) -> None:
    """A garbage collection that starts there can close a damaged picture, which warns again and aborts."""
    name = tmp_path / "cut.jpg"
    name.write_bytes(encoded(quarters(640, 480), "jpg")[:2000])
    command = [sys.executable, "-c", WARNED, str(name)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (run.stdout.split(), run.stderr) == (["refused", "[]"], "")


def test_a_tiff_whose_bands_are_no_colours_is_the_originals_fault() -> None:
    """Three bands that are said to be inks, of which four would be CMYK."""
    with pytest.raises(CorruptImage, match="whose bands are no known colours"):
        resize(three_inks(), "orig")


def three_inks(width: int = 4, height: int = 4) -> bytes:
    """Source: TIFF 6.0, section 2 (the header and its entries), section 16 (photometric 5, separated)."""
    body = bytes(width * height * 3)
    at = 8 + 2 + 10 * 12 + 4
    entries = (
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 5),
        (273, 4, 1, at),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, len(body)),
        (284, 3, 1, 1),
    )
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + directory + bytes(4) + body
