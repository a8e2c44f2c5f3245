"""Open a JPEG so that a missing pixel is an error.

libjpeg fills in missing pixels, and only warns. libvips looks for warnings before each strip of 8 lines. So
it misses the warnings of the last strip, and data that are left over. If the data end without an end marker,
that is an error at once. So a picture of one scan is passed on without its end marker. Bytes to read ahead
take its place, so the file has to be copied, once. A whole file of many scans is passed on as it is.

Source: ``read_jpeg_generate`` in jpeg2vips.c of libvips; ``jpeg_fill_bit_buffer`` in jdhuff.c and
``next_marker`` in jdmarker.c of libjpeg-turbo.
"""

from __future__ import annotations

from typing import Final

from resizer_core.errors import CorruptImage
from resizer_core.model import Buffer
from resizer_core.rendering.counting import EOI, holds
from resizer_core.rendering.jpeg_headers import JpegFile, jpeg_file
from resizer_core.rendering.libvips import loaded, pyvips

_END: Final = bytes((0xFF, EOI))
#: libjpeg reads up to 7 bytes beyond the last bit that it needs, since it fills a register of 64 bits. We add
#: ones, which are no valid code. libjpeg warns if it has to use them, and soon there are no more.
_READ_AHEAD: Final = b"\xff\x00" * 7
#: A run of so many zeros is checked. A disk sector that was never written has 512 or more.
_HOLE: Final = bytes(64)
#: So many bytes may be left over at the end. Some cameras write such files.
_SPARE_BYTES: Final = 16
#: The largest height of a picture, px. Source: JPEG_MAX_DIMENSION in jmorecfg.h of libjpeg-turbo.
_MOST_HIGH: Final = 65_500


def opened(data: Buffer, shrink: int = 1) -> pyvips.Image:
    """Open a JPEG. When the pixels are used, they are decoded ``shrink`` times smaller.

    A file that lacks only its end marker counts as whole. A file that lacks it, or may have a hole, is
    decoded here, and a second time when it is used.

    Raises:
        CorruptImage: pixels are missing.
        pyvips.Error: the header cannot be read. Also later, when the pixels are used and some are missing.
    """
    file = jpeg_file(data)
    if not file.scans:  # the decoder reports what is wrong
        return _loaded(data, shrink)
    whole = _one_scan(file) if file.has_one_scan else _many_scans(file, memoryview(data))
    if whole is None:
        raise CorruptImage("the original is cut short or damaged")
    return _loaded(whole, shrink)


def _loaded(data: Buffer, shrink: int, *, fail_on: str = "warning", unlimited: bool = False) -> pyvips.Image:
    return loaded(data, "jpegload", shrink=shrink, access="sequential", fail_on=fail_on, unlimited=unlimited)


def _decodes(data: Buffer, shrink: int, *, fail_on: str = "warning") -> bool:
    try:
        # Without a limit: a hundred warnings would be an error, even if they are of lines that we added.
        _loaded(data, shrink, fail_on=fail_on, unlimited=True).avg()
    except pyvips.Error:
        return False
    return True


def _one_scan(file: JpegFile) -> Buffer | None:
    """Assemble a file of one scan, without its end marker. Return None if pixels are missing."""
    scan = file.scans[0]
    whole = b"".join((scan.head, scan.coded, _READ_AHEAD))
    hole = whole.find(_HOLE, len(scan.head)) >= 0
    if file.has_end and not hole:
        return whole
    coded = scan.coded
    left = _without_zeros(coded)
    body, zeros = coded[: left + 1], len(coded) - left  # the last byte may be a zero
    if holds(body, _HOLE) and not (scan.may_have_zeros and _is_used_up(file, body)):
        return None
    if zeros < (len(_HOLE) if file.has_end else 2):
        return whole if file.has_end or _is_complete(file, coded) else None
    # Zeros at the end are left over, or the picture needs them. Then it needs exactly as many as there are.
    if _is_complete(file, body):
        return b"".join((scan.head, body, _READ_AHEAD))
    exact = _is_complete(file, coded) and not _is_complete(file, coded[:-1])
    return whole if scan.may_have_zeros and exact else None


def _many_scans(file: JpegFile, data: memoryview) -> Buffer | None:
    """Assemble a file of many scans, or take it as it is. Return None if a scan is missing.

    libjpeg reads all scans before the first line, so libvips sees every warning. One warning is about bytes
    that are left over. If these are zeros, nothing is missing. Many holes in a scan that refines others leave
    no trace, since only the last bits of coefficients are lost.
    """
    hole = file.has_gap or any(holds(scan.coded, _HOLE) for scan in file.scans)
    if not file.has_scans(of_each_coefficient=hole or not file.has_end):
        return None
    parts = [part for scan in file.scans for part in (scan.head, scan.coded)]
    coded = file.scans[-1].coded
    whole: Buffer = _as_it_is(file, data) or b"".join((*parts, _END))
    if not coded or coded[-1] or _decodes(whole, file.smallest):
        return whole
    left = _without_zeros(coded)
    for end in (left + 1, left):  # the last byte may be a zero
        whole = b"".join((*parts[:-1], coded[:end], _END))
        if _decodes(whole, file.smallest):
            return whole
    return None


def _as_it_is(file: JpegFile, data: memoryview) -> memoryview | None:
    """Return ``data`` up to the end marker. Return None if the scans are not exactly what comes before it."""
    at = 0
    for scan in file.scans:
        if bytes(data[at : at + len(scan.head)]) != scan.head:
            return None
        at += len(scan.head) + len(scan.coded)
    end = at + len(_END)
    return data[:end] if data[at:end] == _END else None


def _without_zeros(coded: memoryview) -> int:
    """Find where the zeros at the end begin."""
    return len(bytes(coded).rstrip(b"\0"))


def _is_used_up(file: JpegFile, coded: memoryview) -> bool:
    """Say whether the pixels of one scan need all bytes of it but a few at the end."""
    # libvips drops the last lines if they shrink to less than one. A height of whole blocks avoids that.
    head = _with_height(file, file.height_of_blocks)
    shorter = b"".join((head, coded[:-_SPARE_BYTES]))
    return not _decodes(shorter, file.smallest, fail_on="truncated")


def _is_complete(file: JpegFile, coded: memoryview) -> bool:
    """Say whether the data of one scan are enough for its pixels.

    Make libvips look for warnings after the last strip: give the picture one more line, in a strip of its
    own. A row of blocks is one strip or several, so no pixel of the new line is needed before that.
    """
    across, down = file.most_samples
    factors = file.sampling.values()
    halved = down == 2 and all(pair in ((across, 2), (across / 2, 1)) for pair in factors)
    shrink = 2 if halved else 1
    # libjpeg may interpolate lines of half the height. Then it decodes a row of blocks ahead.
    ahead = not halved and any(2 * high == down for _, high in factors)
    head = _with_height(file, file.height if ahead else file.height_of_blocks + shrink)
    return _decodes(b"".join((head, coded, _END)), shrink)


def _with_height(file: JpegFile, height: int) -> bytes:
    head = file.scans[0].head
    if height > _MOST_HIGH:
        return head
    return b"".join((head[: file.frame + 5], height.to_bytes(2, "big"), head[file.frame + 7 :]))
