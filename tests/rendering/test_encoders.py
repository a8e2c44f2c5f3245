"""The settings of the encoders really reach the file."""

from __future__ import annotations

import struct
import zlib

import pytest
import pyvips

from resizer_core import Defaults, InvalidSpec, parse_spec, plan_for, resize
from resizer_core.formats import BUILTIN, detect
from resizer_core.site import DEFAULT_SITE, Site
from tests.pictures import (
    animation,
    apart,
    decoded,
    disc,
    encoded,
    field,
    frames_of,
    gradient,
    quarters,
    size_of,
    solid,
)

OUTPUTS = ("jpg", "png", "webp", "avif", "gif", "tif")


def body_of(spec: str, picture: pyvips.Image | None = None, *, site: Site = DEFAULT_SITE) -> bytes:
    return resize(encoded(picture or gradient(), "png"), spec, site=site).body


# --- the format --------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", OUTPUTS)
@pytest.mark.parametrize(
    "picture", [quarters(), disc(), solid([90]), solid([90, 128])], ids=["rgb", "rgba", "g", "ga"]
)
def test_the_file_is_what_its_media_type_says(picture: pyvips.Image, format: str) -> None:
    result = resize(encoded(picture, "png"), f"20x_f-{format}")
    assert detect(result.body) == result.format == BUILTIN[format]
    assert result.media_type == BUILTIN[format].media_type
    assert size_of(decoded(result.body)) == str(result.size)


def test_an_avif_is_coded_in_av1() -> None:
    body = body_of("64x_f-avif")
    assert (body[4:12], b"av01" in body, b"hvc1" in body) == (b"ftypavif", True, False)
    assert field(decoded(body), "heif-bitdepth") == 8


def test_a_jpeg_is_coded_line_by_line_and_at_half_the_colour() -> None:
    segments = jpeg_segments(body_of("64x_f-jpg"))
    assert 0xC0 in segments  # baseline: ITU-T T.81, table B.1
    assert 0xC2 not in segments  # progressive
    _, _, _, count = struct.unpack(">BHHB", segments[0xC0][0][:6])
    samplings = [segments[0xC0][0][6 + 3 * n + 1] for n in range(count)]
    assert samplings == [0x22, 0x11, 0x11]


# --- quality -----------------------------------------------------------------------------------------


def jpeg_segments(body: bytes) -> dict[int, list[bytes]]:
    """The segments of a JPEG by their marker, up to the pixels. Source: ITU-T T.81, annex B."""
    found: dict[int, list[bytes]] = {}
    at = 2
    while body[at + 1] != 0xDA:
        marker, length = body[at + 1], int.from_bytes(body[at + 2 : at + 4], "big")
        found.setdefault(marker, []).append(body[at + 4 : at + 2 + length])
        at += 2 + length
    return found


def quantisation(body: bytes) -> bytes:
    return b"".join(jpeg_segments(body)[0xDB])


def test_the_tables_of_a_jpeg_are_those_of_its_quality() -> None:
    low, usual, high = (quantisation(body_of(f"64x_f-jpg{q}")) for q in ("_q-20", "", "_q-95"))
    assert sum(low) > sum(usual) > sum(high)
    assert usual == quantisation(body_of("64x_f-jpg_q-75"))


def test_the_tables_of_a_jpeg_are_the_ones_that_were_chosen() -> None:
    chosen = gradient().jpegsave_buffer(Q=75, quant_table=3)
    plain = gradient().jpegsave_buffer(Q=75)
    assert quantisation(body_of("orig_f-jpg")) == quantisation(chosen) != quantisation(plain)


@pytest.mark.parametrize("format", ["jpg", "webp", "avif"])
def test_quality_is_honoured(format: str) -> None:
    low, usual, high = (body_of(f"orig_f-{format}{q}") for q in ("_q-10", "", "_q-95"))
    assert len(low) < len(usual) < len(high)
    errors = [apart(decoded(body), gradient())[1] for body in (low, usual, high)]
    assert errors[0] > errors[1] > errors[2]


@pytest.mark.parametrize("format", ["jpg", "webp", "avif"])
def test_the_configuration_sets_the_quality_where_the_spec_does_not(format: str) -> None:
    defaults = Defaults(quality={format: 10})
    assert body_of(f"orig_f-{format}", site=Site(defaults=defaults)) == body_of(f"orig_f-{format}_q-10")
    assert body_of(f"orig_f-{format}_q-95", site=Site(defaults=defaults)) == body_of(f"orig_f-{format}_q-95")


@pytest.mark.parametrize("format", ["png", "gif", "tif"])
def test_a_quality_of_what_has_none_is_refused(format: str) -> None:
    with pytest.raises(InvalidSpec, match="is lossless and takes no quality"):
        body_of(f"20x_f-{format}_q-80")


# --- lossless ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["webp_ll", "avif_ll", "png", "tif"])
@pytest.mark.parametrize("picture", [gradient(), quarters(31, 17)], ids=["gradient", "quarters"])
def test_lossless_loses_nothing(picture: pyvips.Image, format: str) -> None:
    assert apart(decoded(body_of(f"orig_f-{format}", picture)), picture) == (0, 0)


@pytest.mark.parametrize("format", ["webp_ll", "avif_ll", "png", "tif"])
def test_lossless_keeps_alpha_exactly(format: str) -> None:
    image = decoded(body_of(f"orig_f-{format}", disc()))
    seen = disc().extract_band(3) > 0
    off = seen.ifthenelse((image - disc()).abs(), [0, 0, 0, 0])
    assert apart(image.extract_band(3), disc().extract_band(3)) == (0, 0)
    assert off.max() == 0


def test_lossless_frames_are_exact() -> None:
    frames = [gradient(), gradient().rot180()]
    data = animation(frames, "webp", lossless=True)
    for made, frame in zip(frames_of(resize(data, "orig_ll").body), frames, strict=True):
        assert apart(made.extract_band(0, n=3), frame) == (0, 0)


@pytest.mark.parametrize("format", ["jpg", "png", "gif", "tif"])
def test_lossless_is_refused_where_it_cannot_be_asked_for(format: str) -> None:
    with pytest.raises(InvalidSpec, match="expected ll with webp or avif"):
        body_of(f"20x_f-{format}_ll")


# --- by kind of picture ------------------------------------------------------------------------------

#: Source: PNG (third edition), section 9.2: the type of filter stands before each line.
NONE, SUB = 0, 1
KINDS = {
    "photograph": (encoded(gradient(), "jpg"), SUB),
    "png-without-alpha": (encoded(gradient(), "png"), SUB),
    "png-with-alpha": (encoded(disc(), "png"), NONE),
    "palette": (encoded(quarters(), "png", palette=True), NONE),
    "gif": (encoded(quarters(), "gif"), NONE),
}


def png_filters(body: bytes) -> set[int]:
    """The types of filter that a PNG uses."""
    at, packed, width, bits = 8, b"", 0, 0
    while at < len(body):
        length, name = struct.unpack(">I4s", body[at : at + 8])
        data = body[at + 8 : at + 8 + length]
        if name == b"IHDR":
            width, bits = struct.unpack(">I", data[:4])[0], data[8] * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[data[9]]
        elif name == b"IDAT":
            packed += data
        at += 12 + length
    return set(zlib.decompress(packed)[:: 1 + (width * bits + 7) // 8])


@pytest.mark.parametrize(("data", "filter"), KINDS.values(), ids=KINDS)
def test_png_is_filtered_by_the_kind_of_picture(data: bytes, filter: int) -> None:
    assert png_filters(resize(data, "40x_f-png").body) == {filter}


@pytest.mark.parametrize("animated", [False, True], ids=["still", "animated"])
def test_animated_webp_has_its_own_quality(animated: bool) -> None:
    data = animation([gradient(), gradient().rot180()], "gif")
    spec = parse_spec("40x_f-webp" if animated else "40x_still_f-webp")
    assert plan_for(data, spec).settings["Q"] == (75 if animated else 80)
    quality = 75 if animated else 80
    assert resize(data, spec).body == resize(data, f"{spec}_q-{quality}").body


def test_an_animated_gif_keeps_its_palette() -> None:
    data = animation([quarters(), quarters().rot180()], "gif")
    body = resize(data, "orig").body
    assert (body[10] & 0x80, data[10] & 0x80) == (0x80, 0x80)  # one table for all frames: GIF89a, section 18
    for made, frame in zip(frames_of(body), frames_of(data), strict=True):
        assert apart(made, frame)[0] <= 1


def test_a_tiff_is_deflated() -> None:
    body = body_of("orig_f-tif", solid((200, 100, 50), 400, 300))
    assert len(body) < 400 * 300 * 3 / 20
    at = struct.unpack_from("<I", body, 4)[0]
    entries = (
        struct.unpack_from("<HHIHxx", body, at + 2 + 12 * n)
        for n in range(struct.unpack_from("<H", body, at)[0])
    )
    values = {tag: value for tag, _, _, value in entries}
    # Source: TIFF 6.0 and its technical notes: 259 is the compression, 8 is deflate, 317 the predictor.
    assert (values[259], values[317]) == (8, 2)
