"""Open a JPEG so that a missing pixel is an error.

libjpeg fills what is missing, and says so in a warning. libvips looks for warnings before each strip of 8
lines: it sees none of the last strip, and nothing of what is left over. The end of the data without an end
marker is an error at once, so a picture of one scan is handed over like that.

Source: ``read_jpeg_generate`` in jpeg2vips.c of libvips; ``jpeg_fill_bit_buffer`` in jdhuff.c and
``next_marker`` in jdmarker.c of libjpeg-turbo.
"""

from __future__ import annotations

from typing import Final

from resizer_core.errors import CorruptImage
from resizer_core.model import Buffer
from resizer_core.rendering.counting import EOI
from resizer_core.rendering.jpeg_headers import JpegFile, jpeg_file
from resizer_core.rendering.libvips import pyvips

_END: Final = bytes((0xFF, EOI))
#: libjpeg reads up to 7 bytes beyond the last bit that it needs, since it fills a register of 64 bits. Here
#: these are ones, which no code is made of: it warns where it has to use them, and soon they are used up.
_READ_AHEAD: Final = b"\xff\x00" * 7
#: So many zeros are looked into. A sector that was never written has 512 or more.
_HOLE: Final = bytes(64)
#: So many bytes may be left over at the end, as some cameras have it.
_SPARE_BYTES: Final = 16
#: The height of a picture, px. Source: JPEG_MAX_DIMENSION in jmorecfg.h of libjpeg-turbo.
_MOST_HIGH: Final = 65_500


def opened(data: Buffer, shrink: int = 1) -> pyvips.Image:
    """Open a JPEG; the pixels are decoded, so many times smaller, when they are used.

    One that lacks nothing but its end marker is whole. One that lacks it, or may have a hole, is decoded
    here already, and a second time when it is used.

    Raises:
        CorruptImage: pixels are missing.
        pyvips.Error: the header cannot be read; later, when the pixels are used: some are missing.
    """
    file = jpeg_file(data)
    if not file.scans:  # its decoder will say what is wrong
        return _loaded(data, shrink)
    whole = _one_scan(file) if file.has_one_scan else _many_scans(file)
    if whole is None:
        raise CorruptImage("the original is cut short or damaged")
    return _loaded(whole, shrink)


def _loaded(data: Buffer, shrink: int, *, fail_on: str = "warning", unlimited: bool = False) -> pyvips.Image:
    return pyvips.Image.jpegload_buffer(
        data, shrink=shrink, access="sequential", fail_on=fail_on, unlimited=unlimited
    )


def _decodes(data: Buffer, shrink: int, *, fail_on: str = "warning") -> bool:
    try:
        # Unlimited, since a hundred warnings are an error, even those of lines that we added.
        _loaded(data, shrink, fail_on=fail_on, unlimited=True).avg()
    except pyvips.Error:
        return False
    return True


def _one_scan(file: JpegFile) -> bytes | None:
    """Put a file of one scan together without its end marker; None if pixels are missing."""
    scan = file.scans[0]
    whole = b"".join((scan.head, scan.coded, _READ_AHEAD))
    hole = whole.find(_HOLE, len(scan.head)) >= 0
    if file.has_end and not hole:
        return whole
    coded = bytes(scan.coded)
    left = len(coded.rstrip(b"\0"))
    body, zeros = coded[: left + 1], len(coded) - left  # the last byte may be a zero
    if _HOLE in body and not (scan.may_have_zeros and _is_used_up(file, body)):
        return None
    if zeros < (len(_HOLE) if file.has_end else 2):
        return whole if file.has_end or _is_complete(file, coded) else None
    # Zeros at the end are left over, or they are the picture's: then it needs as many as there are.
    if _is_complete(file, body):
        return scan.head + body + _READ_AHEAD
    exact = _is_complete(file, coded) and not _is_complete(file, coded[:-1])
    return whole if scan.may_have_zeros and exact else None


def _many_scans(file: JpegFile) -> bytes | None:
    """Put a file of many scans together; None if one is missing.

    libjpeg reads all of them before the first line, so libvips sees every warning. One is of bytes that are
    left over: where these are zeros, nothing is missing. Many a hole in a scan that refines others leaves no
    trace: it takes the last bits of coefficients.
    """
    hole = file.has_gap or any(_HOLE in bytes(scan.coded) for scan in file.scans)
    if not file.has_scans(of_each_coefficient=hole or not file.has_end):
        return None
    *others, last = file.scans
    coded = bytes(last.coded)
    left = len(coded.rstrip(b"\0"))
    before = b"".join(part for scan in others for part in (scan.head, scan.coded)) + last.head
    if left == len(coded):
        return before + coded + _END
    for end in (len(coded), left + 1, left):  # the last byte may be a zero
        if _decodes(before + coded[:end] + _END, file.smallest):
            return before + coded[:end] + _END
    return None


def _is_used_up(file: JpegFile, coded: bytes) -> bool:
    """Say whether the pixels of one scan need its last bytes, but for a few."""
    # libvips leaves out the last lines if they are less than one when shrunk: there shall be none.
    head = _with_height(file, file.height_of_blocks)
    return not _decodes(head + coded[:-_SPARE_BYTES], file.smallest, fail_on="truncated")


def _is_complete(file: JpegFile, coded: bytes) -> bool:
    """Say whether the pixels of one scan need no bit more than there are.

    libvips is made to look for warnings after the last strip: the picture gets one line more, in a strip of
    its own. A row of blocks is a strip or several, so that none of its pixels is missing before that.
    """
    across, down = file.most_samples
    factors = file.sampling.values()
    halved = down == 2 and all(pair in ((across, 2), (across / 2, 1)) for pair in factors)
    shrink = 2 if halved else 1
    # libjpeg may interpolate lines of half the height: then it decodes a row of blocks before it is needed.
    ahead = not halved and any(2 * high == down for _, high in factors)
    head = _with_height(file, file.height if ahead else file.height_of_blocks + shrink)
    return _decodes(head + coded + _END, shrink)


def _with_height(file: JpegFile, height: int) -> bytes:
    head = file.scans[0].head
    if height > _MOST_HIGH:
        return head
    return b"".join((head[: file.frame + 5], height.to_bytes(2, "big"), head[file.frame + 7 :]))
