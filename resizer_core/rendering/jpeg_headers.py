"""Read the structure of a JPEG, to find out whether the file is whole."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Final, NamedTuple

from resizer_core.model import Buffer
from resizer_core.rendering.counting import EOI, SOS, jpeg_segments

#: The frame headers of Huffman-coded files: baseline, extended sequential, progressive.
_FRAMES: Final = (0xC0, 0xC1, 0xC2)
_PROGRESSIVE, _DHT, _APP0, _APP14 = 0xC2, 0xC4, 0xE0, 0xEE
#: The transforms that Adobe's segment may name, by the number of components. The last is the usual one.
#: Source: ``default_decompress_parms`` in jdapimin.c of libjpeg-turbo.
_TRANSFORMS: Final[Mapping[int, tuple[int, ...]]] = {3: (0, 1), 4: (0, 2)}
_AC: Final = 0x10
#: How many coefficients a block has.
_BLOCK: Final = 64


class Scan(NamedTuple):
    """Describe a scan: its header, and the coded pixels behind it.

    Attributes:
        head: the segments from the end of the scan before it to its coded pixels.
        coded: its coded pixels.
        components: the numbers of its components.
        coefficients: the coefficients that it contains.
        lowest_bit: the lowest bit of them that it contains.
        may_have_zeros: whether a picture of this one scan may have many zeros in its code. If not, zeros
            stand for blocks that no picture has: all coefficients of each are alike, and not 0.
    """

    head: bytes
    coded: memoryview
    components: tuple[int, ...]
    coefficients: range
    lowest_bit: int
    may_have_zeros: bool


class JpegFile:
    """Describe a JPEG by its segments.

    Attributes:
        frame: where the frame header is, in the head of the first scan.
        width, height: px.
        sampling: the samples across and down of each component, by its number.
        progressive: whether the file is progressive.
        scans: empty if the file could not be understood.
        has_end: whether there is an end marker.
        has_gap: whether, after the first scan, there are bytes between two segments where none belong.
    """

    def __init__(self) -> None:
        self.frame = self.width = self.height = 0
        self.sampling: dict[int, tuple[int, int]] = {}
        self.progressive = False
        self.scans: list[Scan] = []
        self.has_end = self.has_gap = False

    @property
    def has_one_scan(self) -> bool:
        return not self.progressive and len(self.scans[0].components) == len(self.sampling)

    @property
    def most_samples(self) -> tuple[int, int]:
        """Find the most samples that a component has: across, and down."""
        across, down = zip(*self.sampling.values(), strict=True)
        return max(across), max(down)

    @property
    def height_of_blocks(self) -> int:
        """Round the height up to whole rows of blocks; px."""
        row = 8 * self.most_samples[1]
        return -(-self.height // row) * row

    @property
    def smallest(self) -> int:
        """Work out how many times smaller the picture can be decoded."""
        return 8 if min(self.width, self.height) >= 8 else 1

    def has_scans(self, *, of_each_coefficient: bool) -> bool:
        """Say whether coefficients are complete, down to their last bit.

        Check those that the scans began, or with ``of_each_coefficient`` all that there are.
        """
        lowest = {
            (component, number): scan.lowest_bit
            for scan in self.scans
            for component in scan.components
            for number in scan.coefficients
        }
        numbers = range(_BLOCK if of_each_coefficient and self.progressive else 1)
        wanted = {(component, number) for component in self.sampling for number in numbers}
        return lowest.keys() >= wanted and not any(lowest.values())


def jpeg_file(data: Buffer) -> JpegFile:
    """Read the headers of a JPEG. The result has no scans if the headers are of another kind, or damaged.

    The heads of scans leave out stray bytes between segments. They also correct three values that libjpeg
    warns about, though no pixel depends on them: the version of JFIF, Adobe's transform, and the range of
    coefficients in a scan that has to contain all. Some cameras write wrong ones.

    Source: ITU-T T.81, annex B; ``get_sos``, ``examine_app0`` and ``examine_app14`` in jdmarker.c of
    libjpeg-turbo.
    """
    view, file = memoryview(data), JpegFile()
    head, zeros, transform = bytearray(view[:2]), dict[int, int](), 0
    segments = list(jpeg_segments(data))
    for (marker, start, end), following in zip_longest(segments, segments[1:]):
        segment = bytearray(view[start:end])
        if len(segment) < end - start:
            break
        if marker in _FRAMES and len(segment) >= 13:
            file.frame, file.progressive = len(head), marker == _PROGRESSIVE
            file.height, file.width = struct.unpack_from(">HH", segment, 5)
            if segment[9] == 1:  # the blocks of a single component come one by one, whatever its factors
                segment[11] = 0x11
            factors = zip(segment[10::3], segment[11::3], strict=False)
            file.sampling = {number: divmod(both, 16) for number, both in factors}
            if len(file.sampling) != segment[9] or not all(map(all, file.sampling.values())):
                return JpegFile()
        elif marker == _DHT:
            zeros = {**zeros, **dict(_zero_codes(segment))}
        elif marker == _APP0 and segment[4:9] == b"JFIF\0" and len(segment) > 9:
            segment[9] = 1
        elif marker == _APP14 and segment[4:9] == b"Adobe" and len(segment) > 15:
            transform = len(head) + 15
        elif marker == EOI:
            file.has_end = True
        head += segment
        if marker != SOS:
            file.has_gap = file.has_gap or bool(file.scans and following and following[1] > end)
            continue
        count = segment[4] if len(segment) > 4 else 0
        if not file.sampling or len(segment) != 8 + 2 * count:
            return JpegFile()
        if not file.progressive:
            head[-3:] = bytes((0, _BLOCK - 1, 0))
        known = _TRANSFORMS.get(len(file.sampling))
        if transform and known and head[transform] not in known:
            head[transform] = known[-1]
        first, last, bits = head[-3:]
        codes = {zeros.get(table & 0x0F, 0) for table in segment[6:-3:2]}
        file.scans.append(
            Scan(
                head=bytes(head),
                coded=view[end : following[1] if following else None],
                components=tuple(segment[5:-3:2]),
                coefficients=range(first, last + 1),
                lowest_bit=bits & 0x0F,
                # A code holds the size of a coefficient in its lower four bits. With 0, a block may end.
                may_have_zeros=not any(code & 0x0F for code in codes),
            )
        )
        head, transform = bytearray(), 0
    return file


def _zero_codes(segment: bytearray) -> Iterator[tuple[int, int]]:
    """Find the meaning of the code that is all zeros in each AC table. It is the table's first code.

    Source: ITU-T T.81, section B.2.4.2, annex C.
    """
    at = 4
    while at + 17 < len(segment):
        if segment[at] & 0xF0 == _AC:
            yield segment[at] & 0x0F, segment[at + 17]
        at += 17 + sum(segment[at + 1 : at + 17])
