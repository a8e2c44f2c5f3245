"""Difficult pictures from elsewhere, each with what is expected of it; the folder is ``RESIZER_CORPUS``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import pyvips

from resizer_core import (
    FORMATS,
    TRUSTED_FORMATS,
    Bounds,
    CorruptImage,
    Fit,
    LimitExceeded,
    Limits,
    Result,
    Size,
    SourceError,
    UnsupportedFormat,
    place,
    resize,
)
from resizer_core.site import Site
from tests.manifest import Row, rows
from tests.pictures import apart, decoded, field, frames_of, size_of

ROWS = rows()
GOOD = [row for row in ROWS if row.expected == "ok"]
DEGRADED = [row for row in ROWS if row.expected == "ok-degraded"]
REJECTED = [row for row in ROWS if row.expected.startswith("reject")]
SVGS = [row for row in ROWS if row.is_svg]

#: The reasons of the manifest, and what we call them.
REASONS: Mapping[str, type[Exception]] = {
    "too many pixels": LimitExceeded,
    "too many frames/pixels when animation is asked for (first frame alone is ok)": LimitExceeded,
    "too many scans": LimitExceeded,
    "truncated": CorruptImage,
    "truncated (10 % of the file)": CorruptImage,
    "empty": UnsupportedFormat,
    "GIF without image": CorruptImage,
    "HEVC not supported by pyvips-binary (must be a 4xx at decode time, not a 5xx)": UnsupportedFormat,
    "not an image": UnsupportedFormat,
    "unsupported JPEG precision 12": CorruptImage,
    "not a decodable GIF": CorruptImage,
    "entity expansion": CorruptImage,
    "too many SVG elements": CorruptImage,
    "external entity": CorruptImage,
    "unsupported format (BMP)": UnsupportedFormat,
    "unsupported format (JP2)": UnsupportedFormat,
    "unsupported format (JXL)": UnsupportedFormat,
    "unsupported format (PDF)": UnsupportedFormat,
    "unsupported format (PSD)": UnsupportedFormat,
    "unsupported format (matrix)": UnsupportedFormat,
    "unsupported format (VIPS)": UnsupportedFormat,
}
#: What becomes of pictures that could be shown in part: whatever is cut or fails its checksum is refused,
#: since half a picture would be kept for a year.
IN_PART: Mapping[str, type[Exception] | None] = {
    "apng-4-frames.png": None,  # its first frame is a whole picture
    "corrupt-jpeg-bytes.jpg": None,  # every code is legal: nothing tells that it is wrong
    "corrupt-png-bytes.png": CorruptImage,
    "cut-gif-50.gif": CorruptImage,
    "cut-jpeg-50.jpg": CorruptImage,
    "cut-jpeg-90.jpg": CorruptImage,
    "cut-png-50.png": CorruptImage,
    "jpeg-cmyk-with-srgb-icc.jpg": None,
    "meta-icc-garbage.jpg": None,
    "png-suite-bad-xhdn0g08.png": CorruptImage,
    "png-ztxt-bomb.png": None,
    "svg-attack-href-metadata.svg": None,
    "svg-attack-script.svg": None,
    "svg-attack-xinclude.svg": None,
}


def named(row: Row) -> str:
    """An id that every terminal can show."""
    return row.name.encode("ascii", "backslashreplace").decode()


def made(corpus: Path, row: Row, spec: str) -> Result:
    formats = FORMATS if row.is_svg else TRUSTED_FORMATS
    return resize((corpus / row.name).read_bytes(), spec, site=Site(formats=formats))


def is_shown(corpus: Path, row: Row) -> None:
    """Both SPECs give a whole picture of the right upright size."""
    width, height = (int(side) for side in row.upright.split("x"))
    inside = place(Size(width, height), Bounds(200, 200), Fit.INSIDE).canvas
    for spec, size in (("orig", Size(width, height)), ("200x200", inside)):
        result = made(corpus, row, spec)
        assert result.size == size
        image = decoded(result.body)
        assert size_of(image) == str(size)


def test_the_manifest_was_read(corpus: Path) -> None:
    files = {path.name for path in corpus.iterdir()} - {"MANIFEST.tsv"}
    assert {row.name for row in ROWS} == files
    assert len(GOOD) + len(DEGRADED) + len(REJECTED) == len(ROWS) > 0


@pytest.mark.parametrize("row", GOOD, ids=named)
def test_a_good_picture_comes_out_upright_and_whole(corpus: Path, row: Row) -> None:
    is_shown(corpus, row)


@pytest.mark.parametrize("row", DEGRADED, ids=named)
def test_a_doubtful_picture_is_shown_whole_or_not_at_all(corpus: Path, row: Row) -> None:
    refused = IN_PART[row.name]
    if refused is None:
        is_shown(corpus, row)
        return
    for spec in ("orig", "200x200", "20x_f-webp", "50p_rot-90_f-png"):
        with pytest.raises(refused):
            made(corpus, row, spec)


@pytest.mark.parametrize("row", REJECTED, ids=named)
def test_a_bad_file_is_refused_with_the_right_error(corpus: Path, row: Row) -> None:
    if row.is_read_all_the_same:
        is_shown(corpus, row)
        return
    refused = REASONS[row.expected.removeprefix("reject: ")]
    for spec in ("orig", "200x200", "20x_f-webp"):
        with pytest.raises(refused) as caught:
            made(corpus, row, spec)
        assert "vips" not in str(caught.value).lower()


def test_no_table_speaks_of_what_is_not_there(corpus: Path) -> None:
    assert (corpus / "MANIFEST.tsv").is_file()
    assert set(IN_PART) == {row.name for row in DEGRADED}
    refused = {row.expected.removeprefix("reject: ") for row in REJECTED if not row.is_read_all_the_same}
    assert refused <= set(REASONS) <= {row.expected.removeprefix("reject: ") for row in REJECTED}


@pytest.mark.parametrize("row", SVGS, ids=named)
def test_svg_is_refused_unless_it_is_switched_on(corpus: Path, row: Row) -> None:
    with pytest.raises(UnsupportedFormat):
        resize((corpus / row.name).read_bytes(), "200x200")


@pytest.mark.parametrize(
    "row", [row for row in GOOD if row.frames > 1 and not row.name.endswith((".mpo", ".tif"))], ids=named
)
def test_an_animation_keeps_its_frames(corpus: Path, row: Row) -> None:
    data = (corpus / row.name).read_bytes()
    whole = decoded(data, n=-1)
    body = resize(data, "64x64").body
    frames = frames_of(body)
    roll = decoded(body, n=-1)
    # Frames that come out equal are stored as one that shows for longer.
    assert 1 < len(frames) <= row.frames
    assert sum(shown(field(roll, "delay"))) == sum(shown(field(whole, "delay")))
    assert field(roll, "loop") == field(whole, "loop")


def shown(delays: list[int]) -> list[int]:
    """How long browsers show each frame, ms: 100 for one that says 10 or less, as libvips writes it."""
    return [delay if delay > 10 else 100 for delay in delays]


PROFILED = ("jpeg-adobergb-rocket.jpg", "jpeg-displayp3-ferry.jpg", "jpeg-xyb-icc.jpg", "png-icc-dcip3.png")


@pytest.mark.parametrize("name", [*PROFILED, "jpeg-cmyk-icc-coffee.jpg"])
def test_colours_go_through_the_embedded_profile(corpus: Path, name: str) -> None:
    data = (corpus / name).read_bytes()
    result = resize(data, "orig_f-png")
    wanted = decoded(data).icc_transform(
        "srgb", embedded=True, intent="relative", black_point_compensation=True, depth=8
    )
    worst, average = apart(decoded(result.body).extract_band(0, n=3), wanted.extract_band(0, n=3))
    assert (worst, average) == (0, 0)
    if name in PROFILED:
        assert apart(decoded(data).extract_band(0, n=3), wanted.extract_band(0, n=3))[1] > 0.5


@pytest.mark.parametrize("scene", ["landscape", "portrait"])
def test_eight_orientations_of_one_scene_look_the_same(corpus: Path, scene: str) -> None:
    """Each has its number drawn into its middle; the corners are alike."""
    first, *others = (
        decoded(resize((corpus / f"exif-{scene}-{n}.jpg").read_bytes(), "80x80_fit-fill_f-png").body)
        for n in range(1, 9)
    )
    for other in others:
        for left, top in ((0, 0), (60, 0), (0, 60), (60, 60)):
            one, another = (image.crop(left, top, 20, 20) for image in (first, other))
            assert apart(one, another)[1] < 12


def test_an_ultra_hdr_jpeg_keeps_its_gain_map_where_it_is_asked_for(corpus: Path) -> None:
    data = (corpus / "jpeg-ultrahdr-gainmap-4k.jpg").read_bytes()
    header = pyvips.Image.uhdrload_buffer(resize(data, "400x_hdr").body)
    gain: Any = header.get("gainmap-data")
    assert size_of(decoded(gain)) == "100x57"


def test_an_ultra_hdr_jpeg_becomes_a_plain_one(corpus: Path) -> None:
    body = resize((corpus / "jpeg-ultrahdr-gainmap-4k.jpg").read_bytes(), "400x").body
    assert body.count(b"\xff\xd8\xff") == 1
    assert not [mark for mark in (b"hdrgm", b"MPF\0", b"urn:iso:std:iso:ts:21496") if mark in body]
    assert not [name for name in decoded(body).get_fields() if "gainmap" in name]


def test_a_still_of_too_many_frames_may_be_had(corpus: Path) -> None:
    assert resize((corpus / "bomb-gif-10000-frames.gif").read_bytes(), "20x_still").size == Size(20, 20)


def test_a_file_with_too_many_bytes_is_refused_unread(corpus: Path) -> None:
    data = (corpus / "meta-icc-3mb.jpg").read_bytes()
    with pytest.raises(LimitExceeded, match="at most 3000000 bytes"):
        resize(data, "20x", site=Site(limits=Limits(input_bytes=3_000_000)))


def test_whatever_is_asked_of_whatever_file_the_error_is_the_original_s(corpus: Path) -> None:
    specs = ("33x21_fit-cover_g-sm_rot-90_f-jpg", "40x40_trim_fit-contain_bg-ff000080_f-png")
    for row in ROWS:
        for spec in specs:
            try:
                result = made(corpus, row, spec)
            except (SourceError, LimitExceeded):
                continue
            assert size_of(decoded(result.body)) == str(result.size), (row.name, spec)
