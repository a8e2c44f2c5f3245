"""HEIC originals, which an optional package decodes; without it they are refused.

The files in ``heic`` are pictures of these tests, coded with pillow-heif, since what decodes cannot encode:
``quarters``, turned by a property of the file as EXIF orientation 6 would; ``disc``, with alpha; ``deep``, of
10 bits.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from resizer_core import (
    CorruptImage,
    InvalidSpec,
    LimitExceeded,
    Limits,
    Size,
    UnsupportedFormat,
    detect,
    resize,
)
from resizer_core.rendering.reading import probe
from resizer_core.site import Site
from tests.avif import joined
from tests.pictures import (
    BLUE,
    CORNERS,
    GREEN,
    RED,
    YELLOW,
    corners,
    decoded,
    disc,
    encoded,
    field,
    pixel,
    size_of,
)

FILES = {path.stem: path.read_bytes() for path in Path(__file__).with_name("heic").iterdir()}
installed = pytest.mark.skipif(find_spec("pi_heif") is None, reason="the extra heic is not installed")


@pytest.mark.parametrize("name", FILES)
def test_a_heic_is_told_by_its_first_bytes(name: str) -> None:
    assert str(detect(FILES[name])) == "heic"


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(UnsupportedFormat, match=r"pip install 'resizer-core\[heic\]'"):
        resize(FILES["quarters"], "32x")


@installed
def test_the_header_is_read() -> None:
    frames = {name: probe(data, detect(data)) for name, data in FILES.items()}
    assert {name: str(frame.upright) for name, frame in frames.items()} == {
        "quarters": "48x64",
        "disc": "48x48",
        "deep": "64x48",
    }
    assert {name: (frame.has_alpha, frame.bits, frame.bands) for name, frame in frames.items()} == {
        "quarters": (False, 8, 3),
        "disc": (True, 8, 3),
        "deep": (False, 10, 3),
    }


@installed
@pytest.mark.parametrize("spec", ["orig", "24x", "30x30_fit-cover", "24x_trim", "24x_blur-0.3"])
@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif"])
def test_a_heic_comes_out_upright(format: str, spec: str) -> None:
    image = decoded(resize(FILES["quarters"], f"{spec}_f-{format}").body)
    assert corners(image) == (BLUE, RED, YELLOW, GREEN)


@installed
def test_turning_is_that_of_the_upright_picture() -> None:
    image = decoded(resize(FILES["quarters"], "64x_rot-270_f-png").body)
    assert (size_of(image), corners(image)) == ("64x48", CORNERS)


@installed
def test_only_the_first_picture_of_the_file_can_be_asked_for() -> None:
    with pytest.raises(InvalidSpec, match="expected a page of 1 to 1, got 2"):
        resize(FILES["quarters"], "orig_page-2_f-png")


@installed
def test_browsers_do_not_show_it_so_it_becomes_jpeg_or_png() -> None:
    assert resize(FILES["quarters"], "24x").format.name == "jpg"
    assert resize(FILES["disc"], "24x").format.name == "png"


@installed
def test_what_is_transparent_stays_so() -> None:
    image = decoded(resize(FILES["disc"], "48x").body)
    assert (pixel(image, 0, 0)[3], pixel(image, 24, 24)[3]) == (0, 255)
    difference: Any = (image.extract_band(3) - disc(side=48).extract_band(3)).abs()
    assert difference.avg() < 4


@installed
def test_ten_bits_are_kept_where_it_is_asked_for() -> None:
    image = decoded(resize(FILES["deep"], "orig_hdr_f-png").body)
    assert image.format == "ushort"
    assert max(abs(a - b * 257) for a, b in zip(pixel(image, 8, 8), RED, strict=True)) < 1500
    assert corners(decoded(resize(FILES["deep"], "orig_f-png").body)) == CORNERS


@installed
@pytest.mark.parametrize("meta", ["none", "copyright", "keep"])
def test_its_metadata_are_kept_as_asked_but_for_the_orientation(meta: str) -> None:
    image = decoded(resize(FILES["quarters"], f"24x_f-jpg_meta-{meta}").body)
    assert str(field(image, "exif-ifd0-Copyright", "")).startswith("Ann") == (meta != "none")
    assert field(image, "orientation", 1) == 1
    assert str(field(image, "exif-ifd0-Orientation", "1")).startswith("1")


@installed
@pytest.mark.parametrize("name", FILES)
def test_a_cut_or_damaged_heic_is_refused_or_is_a_picture(name: str) -> None:
    data = FILES[name]
    for share in (0.99, 0.9, 0.5, 0.2):
        with pytest.raises(CorruptImage):
            resize(data[: int(len(data) * share)], "24x")
    for start in range(24, len(data), 160):
        damaged = data[:start] + bytes(byte ^ 0xA5 for byte in data[start : start + 8]) + data[start + 8 :]
        try:
            resize(damaged, "24x")
        except (CorruptImage, LimitExceeded, UnsupportedFormat):
            continue


@installed
@pytest.mark.parametrize("box", [b"hvcC", b"pitm", b"iloc"])
def test_a_heic_without_a_box_that_it_needs_is_refused(box: bytes) -> None:
    """Expect our error, whether the decoder raises a ValueError or an IndexError."""
    with pytest.raises(CorruptImage):
        resize(FILES["quarters"].replace(box, b"free"), "24x")


@installed
def test_a_heic_that_crashes_the_decoder_is_refused_and_the_next_one_is_read() -> None:
    """An item whose type is no text: pi-heif 1.4.0 goes on with a null pointer, even for the header."""
    item = b"\x02\x00\x00%sxif"
    assert item % b"E" in FILES["quarters"]
    with pytest.raises(CorruptImage) as caught:
        resize(FILES["quarters"].replace(item % b"E", item % b"\x80"), "24x")
    assert isinstance(caught.value.__cause__, ChildProcessError)
    assert caught.value.__cause__.errno not in (0, 1)  # no exception of Python ended it
    assert resize(FILES["quarters"], "24x").size == Size(24, 32)


@installed
def test_the_limits_are_those_of_what_is_held_as_a_whole() -> None:
    with pytest.raises(LimitExceeded):
        resize(FILES["quarters"], "24x", site=Site(limits=Limits(in_memory_pixels=48 * 64 - 1)))


def test_it_is_never_written() -> None:
    with pytest.raises(ValueError, match="unknown format 'heic'"):
        resize(encoded(disc(), "png"), "24x_f-heic")


@installed
def test_a_grid_that_lacks_tiles_is_refused() -> None:
    """A phone codes its pictures so. The decoder paints what is missing, and says nothing."""
    data = joined([FILES["quarters"]] * 4, 2, brand=b"heic", kind=b"hvc1")
    assert resize(data, "orig_f-png").size == Size(128, 128)
    for missing in (1, 100, 400, 900):
        with pytest.raises(CorruptImage):
            resize(data[:-missing], "orig_f-png")
    for at in (100, 400, 900):
        with pytest.raises(CorruptImage):
            resize(data[:-at] + bytes(64) + data[len(data) - at + 64 :], "orig_f-png")
