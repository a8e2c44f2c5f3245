"""What is read of an original before anything is decoded."""

from __future__ import annotations

import struct
import zlib

import pytest
import pyvips

from resizer_core import CorruptImage, ImageHeader, LimitExceeded, Limits, Orientation, Size, detect, resize
from resizer_core.formats import BUILTIN
from resizer_core.rendering.libvips import engine
from resizer_core.rendering.reading import probe
from resizer_core.site import Site
from tests.pictures import (
    ORIENTATIONS,
    ORIENTED,
    animation,
    disc,
    encoded,
    gradient,
    profile,
    quarters,
    solid,
    stored,
    tagged,
)

SIZE = Size(64, 48)


def sixteen(image: pyvips.Image) -> pyvips.Image:
    """The same in 16 bits."""
    kind = "grey16" if image.bands < 3 else "rgb16"
    return (image.cast("ushort") * 257).cast("ushort").copy(interpretation=kind)


HEADERS = {
    "jpeg": (encoded(quarters(), "jpg"), ImageHeader(size=SIZE)),
    "jpeg-gray": (encoded(solid([90]), "jpg"), ImageHeader(size=SIZE, bands=1)),
    "jpeg-cmyk": (
        encoded(solid((9, 9, 9)).icc_transform("cmyk", input_profile="srgb"), "jpg", keep="none"),
        ImageHeader(size=SIZE, bands=4),
    ),
    "jpeg-profile": (
        encoded(tagged(quarters(), icc_profile_data=profile()), "jpg"),
        ImageHeader(size=SIZE, profile=True),
    ),
    "jpeg-progressive": (encoded(quarters(), "jpg", interlace=True), ImageHeader(size=SIZE)),
    "png": (encoded(quarters(), "png"), ImageHeader(size=SIZE)),
    "png-interlaced": (encoded(quarters(), "png", interlace=True), ImageHeader(size=SIZE, interlaced=True)),
    "png-alpha": (encoded(disc(), "png"), ImageHeader(size=Size(96, 96), has_alpha=True)),
    "png-gray-alpha": (encoded(solid([90, 128]), "png"), ImageHeader(size=SIZE, has_alpha=True, bands=1)),
    "png-palette": (encoded(quarters(), "png", palette=True), ImageHeader(size=SIZE, palette=True)),
    "png-16-bit": (encoded(sixteen(quarters()), "png"), ImageHeader(size=SIZE, bits=16)),
    "png-16-bit-gray": (encoded(sixteen(solid([90])), "png"), ImageHeader(size=SIZE, bits=16, bands=1)),
    "webp": (encoded(quarters(), "webp"), ImageHeader(size=SIZE)),
    "webp-alpha": (encoded(disc(), "webp"), ImageHeader(size=Size(96, 96), has_alpha=True)),
    "avif": (encoded(quarters(), "avif"), ImageHeader(size=SIZE)),
    "avif-alpha": (encoded(disc(), "avif"), ImageHeader(size=Size(96, 96), has_alpha=True)),
    "tiff": (encoded(quarters(), "tif"), ImageHeader(size=SIZE)),
}


@pytest.mark.parametrize(("data", "frame"), HEADERS.values(), ids=HEADERS)
def test_the_header_tells_what_the_original_is(data: bytes, frame: ImageHeader) -> None:
    assert probe(data, detect(data)) == frame


def test_the_bits_of_an_avif_are_its_own() -> None:
    data = encoded(sixteen(gradient()), "avif", bitdepth=10)
    assert probe(data, detect(data)).bits == 10


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_the_header_of_an_animation_tells_its_frames_delays_and_loops(format: str) -> None:
    data = animation([solid((40 * n, 0, 0)) for n in range(3)], format, delays=[50, 120, 300], loop=4)
    frame = probe(data, detect(data))
    assert (frame.size, frame.pages, frame.animated, frame.delays, frame.loop) == (
        SIZE,
        3,
        True,
        (50, 120, 300),
        4,
    )


@pytest.mark.parametrize("format", ["gif", "webp", "png"])
def test_a_single_frame_is_no_animation(format: str) -> None:
    data = encoded(quarters(), format)
    frame = probe(data, detect(data))
    assert (frame.pages, frame.animated, frame.delays, frame.loop) == (1, False, (), 0)


def test_the_pages_of_a_tiff_are_no_animation() -> None:
    data = two_pages(quarters(), quarters())
    assert (probe(data, detect(data)).pages, probe(data, detect(data)).animated) == (2, False)


def test_a_page_of_a_tiff_has_its_own_size() -> None:
    data = two_pages(quarters(), quarters(20, 30))
    assert probe(data, detect(data), page=1).size == SIZE
    assert probe(data, detect(data), page=2).size == Size(20, 30)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("format", ORIENTED)
def test_the_upright_size_is_known_from_the_header(format: str, orientation: int) -> None:
    data = encoded(quarters(), format, orientation=orientation)
    assert probe(data, detect(data)).upright == SIZE


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_the_orientation_of_the_header_makes_it_upright(orientation: int) -> None:
    frame = probe(encoded(quarters(), "png", orientation=orientation), BUILTIN["png"])
    assert frame.orientation == Orientation.from_exif(orientation)


@pytest.mark.parametrize("value", [0, 9, 4711])
def test_an_orientation_that_does_not_exist_leaves_the_picture_as_it_is(value: int) -> None:
    data = bytes(tagged(quarters(), orientation=6).write_to_buffer(".jpg"))
    tag = struct.pack("<HHIH", 0x0112, 3, 1, 6)
    assert data.count(tag) == 1
    data = data.replace(tag, struct.pack("<HHIH", 0x0112, 3, 1, value))
    assert probe(data, detect(data)).orientation == Orientation()


def test_the_tests_store_pictures_as_cameras_do() -> None:
    for orientation in ORIENTATIONS:
        turned = tagged(stored(quarters(), orientation), orientation=orientation)
        assert (turned.autorot() - quarters()).abs().max() == 0


ONLY_MAGIC = {
    "jpg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n",
    "webp": b"RIFF\x00\x01\x00\x00WEBP",
    "avif": b"\x00\x00\x00\x1cftypavif",
    "gif": b"GIF89a",
    "tif": b"II*\x00",
}


@pytest.mark.parametrize("filler", [b"", bytes(300), b"\xff" * 300, b"a picture " * 30], ids=repr)
@pytest.mark.parametrize("format", ONLY_MAGIC)
def test_a_beginning_without_a_header_is_damaged(format: str, filler: bytes) -> None:
    with pytest.raises(CorruptImage, match=r"damaged|cut short"):
        probe(ONLY_MAGIC[format] + filler, BUILTIN[format])


def test_the_text_of_libvips_is_not_shown() -> None:
    with pytest.raises(CorruptImage) as caught:
        probe(ONLY_MAGIC["png"], BUILTIN["png"])
    assert str(caught.value) == "the original is damaged or no png"
    assert isinstance(caught.value.__cause__, pyvips.Error)


def test_a_picture_that_is_too_large_is_refused_by_its_header() -> None:
    """Its pixels do not exist: had one been decoded, it would be damaged."""
    data = png_header(20_000, 20_000)
    assert probe(data, detect(data)).size == Size(20_000, 20_000)
    with pytest.raises(LimitExceeded, match="120000000 pixels, got 20000x20000"):
        resize(data, "300x")


OVER_THE_LIMIT = {
    "bytes": ("10x", Limits(input_bytes=100), "100 bytes"),
    "pixels": ("10x", Limits(input_pixels=64 * 48 - 1), "3071 pixels"),
    "frames": ("10x", Limits(frames=2), "2 frames"),
    "pixels-of-all-frames": ("10x", Limits(animation_pixels=3 * 64 * 48 - 1), "9215 pixels in all"),
    "pixels-of-all-frames-of-the-result": (
        "128x_up",
        Limits(animation_pixels=3 * 128 * 96 - 1),
        "36863 pixels in all",
    ),
    "side": ("65x", Limits(output_side=64), "64 px, got 65"),
    "frames-before-the-one": ("10x_page-3", Limits(frames=2), "2 frames up to page 3, got 3"),
    "pixels-of-the-result": ("32x32_fit-fill", Limits(output_pixels=1023), "1023 pixels"),
}


@pytest.mark.parametrize(("spec", "limits", "told"), OVER_THE_LIMIT.values(), ids=OVER_THE_LIMIT)
def test_a_limit_is_kept_and_named(spec: str, limits: Limits, told: str) -> None:
    data = animation([solid((40 * n, 0, 0)) for n in range(3)], "gif")
    with pytest.raises(LimitExceeded, match=told):
        resize(data, spec, site=Site(limits=limits))


@pytest.mark.parametrize("spec", ["orig_f-png", "orig_f-gif", "orig_f-webp_kb-900"])
def test_what_is_made_has_no_more_bytes_than_it_may_have(spec: str) -> None:
    data = encoded(quarters(), "png")
    made = len(resize(data, spec).body)
    assert len(resize(data, spec, site=Site(limits=Limits(output_bytes=made))).body) == made
    told = f"expected a result of at most {made - 1} bytes in [a-z]+, got {made}$"
    with pytest.raises(LimitExceeded, match=told):
        resize(data, spec, site=Site(limits=Limits(output_bytes=made - 1)))


def test_a_still_of_an_animation_needs_none_of_the_limits_of_animations() -> None:
    data = animation([solid((40 * n, 0, 0)) for n in range(3)], "gif")
    limits = Limits(frames=2, animation_pixels=64 * 48)
    assert (
        resize(data, "10x_still", site=Site(limits=limits)).size
        == resize(data, "10x_f-jpg", site=Site(limits=limits)).size
    )


def test_the_engine_is_libvips_with_its_version() -> None:
    assert engine() == f"libvips/{pyvips.version(0)}.{pyvips.version(1)}.{pyvips.version(2)}"


def two_pages(first: pyvips.Image, second: pyvips.Image) -> bytes:
    """A TIFF of two pages, of any sizes: the second one's offsets are moved behind the first one.

    Source: TIFF 6.0, section 2: an image file directory ends with the offset of the next one.
    """
    one, two = (bytearray(encoded(page, "tif", compression="none")) for page in (first, second))
    moved = len(one) + len(one) % 2
    where = struct.unpack_from("<I", two, 4)[0]
    for entry in range(struct.unpack_from("<H", two, where)[0]):
        at = where + 2 + 12 * entry
        tag, kind, count, value = struct.unpack_from("<HHII", two, at)
        outside = count * {2: 1, 3: 2, 4: 4, 5: 8}.get(kind, 1) > 4
        if outside:
            struct.pack_into("<I", two, at + 8, value + moved)
        if tag == 273:  # StripOffsets
            places = range(value, value + 4 * count, 4) if outside else (at + 8,)
            for place in places:
                struct.pack_into("<I", two, place, struct.unpack_from("<I", two, place)[0] + moved)
    end = struct.unpack_from("<I", one, 4)[0]
    end += 2 + 12 * struct.unpack_from("<H", one, end)[0]
    struct.pack_into("<I", one, end, where + moved)
    return bytes(one).ljust(moved, b"\0") + bytes(two)


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG that claims a size and holds a single byte of pixels."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0")),
        (b"IEND", b""),
    ]
    packed = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
