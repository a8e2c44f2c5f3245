"""Test that a file leaves nothing behind in the process. Text that is no UTF-8 is what used to stay."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import pyvips

from resizer_core import FORMATS, CorruptImage, ResizerError, detect, resize
from resizer_core.rendering import libvips
from resizer_core.rendering.reading import probe
from resizer_core.site import Site
from tests.manifest import rows
from tests.pictures import encoded, quarters, tagged

ROOT = Path(__file__).parents[2]
HONEST = {format: encoded(quarters(), format) for format in ("jpg", "png", "webp", "avif", "gif", "tif")}
HEIC = Path(__file__).with_name("heic") / "quarters.heic"
#: "Café" in Latin-1, which is no UTF-8.
CAFE = b"Caf\xe9"
SPECS = (
    "4x4_f-png",
    "4x4_meta-keep_f-jpg",
    "4x4_meta-copyright_f-webp",
    "4x4_meta-keep_trim_f-png",
    "orig_page-2",
)


def chunk(name: bytes, data: bytes) -> bytes:
    """Source: PNG 3, section 5.3."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def segment(marker: int, data: bytes) -> bytes:
    """Source: ITU-T T.81, section B.1.1.4."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def artist() -> bytes:
    """EXIF whose artist is "Café"."""
    text = CAFE + b"\0" * 4
    entry = struct.pack("<HHII", 0x13B, 2, len(text), 26)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4) + text


def odd_png(keyword: bytes = CAFE) -> bytes:
    png = HONEST["png"]
    return png[:33] + chunk(b"tEXt", keyword + b"\0" + CAFE) + png[33:]


def odd_jpeg() -> bytes:
    jpeg = HONEST["jpg"]
    odd = segment(0xE1, b"Exif\0\0" + artist()) + segment(0xEA, CAFE) + segment(0xFE, CAFE)
    return jpeg[:2] + odd + jpeg[2:]


def odd_webp() -> bytes:
    with_exif = tagged(quarters(), exif_data=b"Exif\0\0" + artist())
    return encoded(with_exif, "webp")


def odd_gif() -> bytes:
    """With a comment. Source: GIF89a, section 24. The screen and its colours come before it."""
    gif = HONEST["gif"]
    at = 13 + (3 << (gif[10] % 8 + 1) if gif[10] & 0x80 else 0)
    return gif[:at] + b"\x21\xfe\x04" + CAFE + b"\0" + gif[at:]


def odd_tiff() -> bytes:
    return encoded(tagged(quarters(), image_description="Cafe"), "tif").replace(b"Cafe", CAFE)


def odd_property(file: bytes) -> bytes:
    """An AVIF or HEIC that needs a property of a name that nobody knows, and says so in an error.

    Source: ISO 23008-12, section 9.3 (ipma: the first bit says that a property is essential).
    """
    data = bytearray(file.replace(b"pixi", b"\x80ixi"))
    at = data.index(b"ipma") + 14
    for place in range(at + 1, at + 1 + data[at]):
        data[place] |= 0x80
    return bytes(data)


ODD = {
    "jpg": odd_jpeg(),
    "png": odd_png(),
    "png, a name that is all odd": odd_png(b"\xff\xfe"),
    "webp": odd_webp(),
    "avif": odd_property(HONEST["avif"]),
    "gif": odd_gif(),
    "tif": odd_tiff(),
    "heic": odd_property(HEIC.read_bytes()),
}


def left_over() -> bytes:
    """Read libvips' buffer of errors."""
    held: Any = pyvips.ffi.string(pyvips.vips_lib.vips_error_buffer())
    return bytes(held)


def honest_ones() -> dict[str, bytes]:
    return {format: resize(data, "20x_f-png").body for format, data in HONEST.items()}


def try_all(files: Iterable[bytes], specs: Iterable[str]) -> None:
    """Nothing but our own errors comes of any file."""
    specs = tuple(specs)
    for data in files:
        for spec in specs:
            try:
                resize(data, spec, site=Site(formats=FORMATS))
            except ResizerError:
                continue


def test_after_odd_files_of_every_format_honest_pictures_come_out_as_before() -> None:
    before = honest_ones()
    try_all(ODD.values(), SPECS)
    assert honest_ones() == before
    assert left_over() == b""


@pytest.mark.parametrize("kept", ["", "_meta-copyright", "_meta-keep"])
@pytest.mark.parametrize("output", ["jpg", "png", "webp", "avif", "tif"])
@pytest.mark.parametrize("name", [name for name in ODD if name not in ("avif", "heic")])
def test_what_has_odd_text_is_made(name: str, output: str, kept: str) -> None:
    """With or without the text. An AVIF or HEIC says by its odd name that it cannot be read."""
    assert resize(ODD[name], f"4x4_f-{output}{kept}").size.width == 4


def test_after_the_whole_corpus_honest_pictures_come_out_as_before(corpus: Path) -> None:
    before = honest_ones()
    try_all(((corpus / row.name).read_bytes() for row in rows()), ("20x_meta-keep_f-png",))
    assert honest_ones() == before
    assert left_over() == b""


def test_an_error_that_is_no_utf_8_is_the_originals_and_says_its_bytes() -> None:
    with pytest.raises(CorruptImage) as caught:
        resize(ODD["avif"], "4x4_f-png")
    assert r"\x80ixi" in str(caught.value.__cause__)


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "gif", "tif"])
def test_a_picture_with_text_that_is_no_utf_8_is_made(format: str) -> None:
    for spec in SPECS[:-1]:
        assert resize(ODD[format], spec).body


def test_a_name_that_is_no_utf_8_is_kept_where_it_can_be() -> None:
    assert CAFE + b"\0" in resize(ODD["png"], "4x4_meta-keep_f-png").body
    assert CAFE not in resize(ODD["png"], "4x4_f-png").body


def test_what_an_earlier_picture_left_is_no_part_of_an_error() -> None:
    pyvips.vips_lib.vips_operation_new(b"nonsense")
    assert b"nonsense" in left_over()
    with pytest.raises(CorruptImage) as caught:
        probe(HONEST["png"][:20], detect(HONEST["png"]))
    assert "nonsense" not in str(caught.value.__cause__)


def test_every_module_of_pyvips_decodes_as_we_do() -> None:
    names = {
        name: vars(module)["_to_string"].__module__
        for name, module in sys.modules.items()
        if name.partition(".")[0] == "pyvips" and "_to_string" in vars(module)
    }
    assert len(names) > 1
    assert set(names.values()) == {libvips.__name__}


def test_a_pyvips_that_decodes_elsewhere_is_refused() -> None:
    program = "import pyvips.error; del pyvips.error._to_string; import resizer_core.rendering.libvips"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "ImportError: cannot import name '_to_string'" in run.stderr
