"""JPEGs of which pixels are missing are refused; those of which none is missing are made."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips

from resizer_core import CorruptImage
from resizer_core.rendering.jpeg import opened
from tests.pictures import apart, gradient, made, solid
from tests.rendering.jpegs import CODINGS, END, OF_ONE_SCAN, jpeg, pixels_at, scene, with_hole

SHRINKS = (1, 2, 4, 8)
SPECS = ("orig_f-png", "40x_f-png", "40x_rot-90_f-jpg", "orig_trim_f-webp")


def seen(data: bytes, shrink: int = 1) -> pyvips.Image:
    return opened(data, shrink).copy_memory()


def plain(data: bytes, shrink: int = 1) -> pyvips.Image:
    """Show what libvips makes of a file that is whole."""
    return pyvips.Image.jpegload_buffer(data, shrink=shrink).copy_memory()


def decodes(data: bytes) -> bool:
    """Say whether libjpeg has nothing to say of it."""
    try:
        pyvips.Image.jpegload_buffer(data, fail_on="warning", access="sequential").avg()
    except pyvips.Error:
        return False
    return True


def is_refused(data: bytes) -> None:
    for spec in SPECS:
        with pytest.raises(CorruptImage):
            made(data, spec)


def is_like(data: bytes, whole: bytes) -> None:
    """Each size of ``data`` is that of ``whole``, pixel by pixel."""
    for shrink in SHRINKS:
        assert apart(seen(data, shrink), plain(whole, shrink)) == (0, 0)
    assert apart(made(data, "40x_f-png"), made(whole, "40x_f-png")) == (0, 0)


# --- what is missing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_cut_file_is_refused_with_an_end_marker_behind_it(coding: str, share: float) -> None:
    data = jpeg(coding)
    at = pixels_at(data)
    is_refused(data[: at + int((len(data) - 2 - at) * share)] + END)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_lost_chunk_is_missed(coding: str) -> None:
    data = jpeg(coding)
    middle = (pixels_at(data) + len(data)) // 2
    is_refused(data[: middle - 512] + data[middle:])


@pytest.mark.parametrize("coding", OF_ONE_SCAN)
@pytest.mark.parametrize("length", [64, 512, 4096])
def test_a_hole_of_zeros_is_missed(coding: str, length: int) -> None:
    data = jpeg(coding, scene(400, 300))
    middle = (pixels_at(data) + len(data)) // 2
    is_refused(with_hole(data, middle, length))


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("end", [END, b""])
def test_zeros_to_the_end_are_a_hole(coding: str, end: bytes) -> None:
    data = jpeg(coding, scene(400, 300))
    for length in (300, 1024):
        is_refused(data[: -2 - length] + bytes(length) + end)
        is_refused(data[: -2 - length] + bytes(5000) + end)


def test_blocks_of_nothing_are_counted() -> None:
    """Zeros that mean flat blocks leave no trace but what is left over at the end."""
    flat = solid((128, 128, 128), 800, 600).insert(scene(160, 120), 320, 240)
    data = jpeg("own tables", flat)
    assert bytes(64) in data[pixels_at(data) :]
    assert apart(seen(data), plain(data)) == (0, 0)
    without_a_trace = 0
    for start in range(pixels_at(data) + 700, len(data) - 700, 60):
        hole = with_hole(data, start, 512)
        if decodes(hole) and data[start : start + 512].count(0) < 256:
            without_a_trace += 1
            is_refused(hole)
    assert without_a_trace


def test_blocks_that_no_picture_has_are_a_hole_whatever_their_number() -> None:
    """Zeros may take just as many bytes as what was there."""
    data = jpeg("gray", Q=98)
    for start in range(pixels_at(data), len(data) - 70, 50):
        hole = with_hole(data, start, 64)
        with pytest.raises(CorruptImage):
            opened(hole)


@pytest.mark.parametrize("coding", ["progressive", "progressive, many scans"])
def test_a_scan_that_is_missing_is_missed(coding: str) -> None:
    data = jpeg(coding)
    starts = [at for at in range(len(data)) if data.startswith(b"\xff\xc4", at)]
    assert len(starts) > 3
    is_refused(data[: starts[-1]])
    for start in starts[:-1] if coding == "progressive" else ():
        is_refused(data[:start] + END)


def test_a_scan_that_a_hole_took_is_missed() -> None:
    data = jpeg("progressive, many scans", gradient(1000, 40))
    last = data.rindex(b"\xff\xda")
    is_refused(data[:last] + bytes(len(data) - 2 - last) + END)


def test_a_component_without_a_scan_is_missed() -> None:
    data = jpeg("gray")
    frame = data.index(b"\xff\xc0")
    components = b"\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    header = data[frame : frame + 2] + b"\x00\x11" + data[frame + 4 : frame + 9] + components
    is_refused(data[:frame] + header + data[frame + 13 :])


# --- what is not -------------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", [(170, 123), (160, 128), (64, 8), (61, 7), (9, 90)])
def test_what_lacks_its_end_marker_alone_is_whole(coding: str, size: tuple[int, int]) -> None:
    data = jpeg(coding, scene(*size))
    for shrink in SHRINKS:
        if shrink <= min(size):
            whole = plain(data, shrink)
            for cut in (data, data[:-1], data[:-2]):
                assert apart(seen(cut, shrink), whole) == (0, 0)


@pytest.mark.parametrize("sampling", [0x11, 0x21, 0x12, 0x22, 0x44])
def test_one_component_may_have_any_sampling_factors(sampling: int) -> None:
    data = jpeg("gray", scene(70, 41))
    at = data.index(b"\xff\xc0") + 11
    data = data[:at] + bytes((sampling,)) + data[at + 1 :]
    is_like(data[:-2], data)
    for shrink in SHRINKS:
        with pytest.raises(CorruptImage):
            opened(data[:-4], shrink)


def test_colour_may_have_half_the_lines_alone() -> None:
    """libjpeg decodes a row of its blocks before it is needed."""
    data = jpeg("4:2:0", solid((128, 128, 128), 40, 37))
    frame, at = data.index(b"\xff\xc0"), pixels_at(data)
    coded = ("001010" * 2 + "00" * 4) * (5 * 3)  # two blocks of light and two of colour, all of nothing
    coded += "1" * (-len(coded) % 8)
    data = data[: frame + 11] + b"\x12" + data[frame + 12 : at]
    data += int(coded, 2).to_bytes(len(coded) // 8, "big")
    is_like(data, data + END)
    for shrink in SHRINKS:
        with pytest.raises(CorruptImage):
            opened(data[:-1], shrink)


def test_a_restart_marker_may_follow_each_block() -> None:
    """Each is warned of where it is missing, and a hundred warnings are an error."""
    data = jpeg("restart markers", scene(1000, 20), restart_interval=1, subsample_mode="off")
    is_like(data[:-2], data)


@pytest.mark.parametrize("coding", CODINGS)
def test_what_follows_the_picture_does_not_count(coding: str) -> None:
    data = jpeg(coding)
    for behind in (b"PK\x03\x04" + bytes(600), jpeg("4:2:0")[:-300], bytes(3)):
        is_like(data + behind, data)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("padding", [b"\0", bytes(9), bytes(700), b"\xff", b"\xff" * 700])
def test_padding_before_the_end_marker_does_not_count(coding: str, padding: bytes) -> None:
    data = jpeg(coding)
    assert data[-3]  # a zero of its own would be one of them
    is_like(data[:-2] + padding + END, data)


@pytest.mark.parametrize("end", [END, b""])
def test_a_zero_of_the_picture_is_no_padding(end: bytes) -> None:
    """Keep a last byte that is zero: a block of colour may end with its table's first code."""
    endings = set()
    for width in range(40, 120):
        data = jpeg("4:4:4", scene(width, 20).colourspace("b-w").colourspace("srgb"))
        endings.add(data[-3])
        padded = data[:-2] + bytes(700) + end
        assert apart(seen(padded), plain(data)) == (0, 0)
    assert 0 in endings


@pytest.mark.parametrize("coding", OF_ONE_SCAN)
def test_a_few_bytes_too_many_do_not_count(coding: str) -> None:
    data = jpeg(coding)
    is_like(data[:-2] + b"\x12\x34\x56\x78\x9a" + END, data)


@pytest.mark.parametrize("coding", CODINGS)
def test_bytes_between_the_segments_do_not_count(coding: str) -> None:
    data = jpeg(coding)
    for marker in (b"\xff\xc4", b"\xff\xda"):
        at = data.index(marker)
        is_like(data[:at] + b"\0\x01junk\xff\0" + data[at:], data)


@pytest.mark.parametrize("coding", OF_ONE_SCAN)
def test_a_scan_that_says_nothing_of_its_coefficients_has_all(coding: str) -> None:
    data = jpeg(coding)
    at = pixels_at(data)
    is_like(data[: at - 3] + bytes(3) + data[at:], data)


@pytest.mark.parametrize("coding", ["4:2:0", "progressive"])
def test_another_version_of_jfif_is_read(coding: str) -> None:
    data = jpeg(coding)
    jfif = b"\xff\xe0\x00\x10JFIF\x00\x02\x01\x00\x00\x01\x00\x01\x00\x00"
    is_like(data[:2] + jfif + data[2:], data)


def test_a_transform_that_adobe_never_had_is_the_usual_one() -> None:
    data = jpeg("4:2:0")
    assert b"JFIF" not in data
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"
    is_like(data[:2] + adobe + b"\x07" + data[2:], data)


def test_components_of_one_name_are_told_apart_by_libjpeg() -> None:
    data = bytearray(jpeg("4:2:0"))
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    data[frame + 10 : frame + 19 : 3] = data[scan + 5 : scan + 11 : 2] = bytes((1, 1, 1))
    is_like(bytes(data), jpeg("4:2:0"))


def test_a_sampling_factor_of_none_is_damage() -> None:
    data = bytearray(jpeg("4:2:0")[:-2])
    data[data.index(b"\xff\xc0") + 11] = 0
    is_refused(bytes(data))
    with pytest.raises(pyvips.Error):
        opened(bytes(data))


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (200, 30, 90)])
@pytest.mark.parametrize("coding", CODINGS)
def test_a_picture_of_one_colour_is_made(coding: str, colour: tuple[int, ...]) -> None:
    """Keep a file of nothing but zeros, up to its last byte, where they are the code of its colour."""
    zeros = 0
    for width, height in ((8, 8), (64, 64), (169, 65), (512, 384)):
        data = jpeg(coding, solid(colour, width, height), optimize_coding=True)
        zeros += bytes(64) in data
        for cut in (data, data[:-2]):
            is_like(cut, data)
    assert zeros or coding != "own tables"


@pytest.mark.parametrize("coding", CODINGS)
def test_a_slope_is_made(coding: str) -> None:
    """Its blocks are all alike, in other ways than those of one colour."""
    at = pyvips.Image.xyz(256, 256)
    for slope in (at[0] * 0.25, at[1], at[0] % 16 * 8, (at[0] + at[1]) % 2 * 255):
        images: Any = [slope, slope]
        image = slope.bandjoin(images).cast("uchar").copy(interpretation="srgb")
        for quality in (50, 75, 85, 90):
            data = jpeg(coding, image, Q=quality)
            for cut in (data, data[:-2]):
                assert apart(seen(cut), plain(data)) == (0, 0)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_will_do(kind: type[bytes] | type[bytearray] | type[memoryview]) -> None:
    for coding in CODINGS:
        data = jpeg(coding)
        assert apart(opened(kind(data[:-2])).copy_memory(), plain(data)) == (0, 0)
