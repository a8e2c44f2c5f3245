"""Read the directories of a TIFF. They describe its pages, and say where the pixels lie.

Source: TIFF 6.0, section 2; libtiff's "BigTIFF Design"; ``TIFFReadDirectory`` in its tif_dirread.c.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from resizer_core.model import Buffer

#: Tags. Source: TIFF 6.0, sections 3, 15 and 22.
COMPRESSION: Final = 259
JPEG_TABLES: Final = 347
_STRIPS: Final = (273, 279)
_TILES: Final = (324, 325)
#: The types of numbers in the tags that we read: BYTE, SHORT, LONG, UNDEFINED, IFD, LONG8 and IFD8.
TYPES: Final[Mapping[int, str]] = {1: "B", 3: "H", 4: "I", 7: "B", 13: "I", 16: "Q", 18: "Q"}
#: A field with more numbers is not read. A page has fewer strips.
_MOST: Final = 1_000_000


class Directory(NamedTuple):
    """Describe one directory, which is a page.

    Attributes:
        order: the byte order, ``<`` or ``>``.
        big: whether the file is a BigTIFF, which has wider numbers.
        at: where its fields begin, bytes.
        fields: how many fields it has.
        link: where the offset that leads to this directory is, bytes.
        start: where it begins, bytes.
    """

    order: str
    big: bool
    at: int
    fields: int
    link: int
    start: int

    @property
    def next_link(self) -> int:
        """Find where the offset that leads to the next directory is, bytes."""
        return self.at + self.fields * (20 if self.big else 12)


class Field(NamedTuple):
    """Describe a field of a directory: the type of its values, how many, and where they begin, bytes."""

    kind: int
    number: int
    at: int


def directories(data: Buffer) -> Iterator[Directory]:
    """Go through the chain of directories. Stop where the chain comes back to an earlier one."""
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    count, offset = ("Q", "Q") if big else ("H", "I")
    link, seen = 8 if big else 4, set[int]()
    try:
        while 0 < (start := struct.unpack_from(order + offset, data, link)[0]) < len(data):
            if start in seen:
                return
            seen.add(start)
            fields = struct.unpack_from(order + count, data, start)[0]
            at = start + struct.calcsize(order + count)
            directory = Directory(order=order, big=big, at=at, fields=fields, link=link, start=start)
            yield directory
            link = directory.next_link
            if link > len(data):
                return
    except struct.error:  # the file ends too early
        return


def directory_of(data: Buffer, page: int) -> Directory | None:
    """Find the directory of a page, counted from 0."""
    return next(islice(directories(data), page, None), None)


def fields_of(data: Buffer, directory: Directory) -> tuple[dict[int, Field], bool]:
    """Read the fields of a directory by their tags. If a tag occurs twice, the first counts.

    Returns:
        The fields that lie inside the file, and whether any lies outside.
    """
    order, big = directory.order, directory.big
    form = struct.Struct(order + ("HHQ8x" if big else "HHI4x"))
    room, offset = (8, "Q") if big else (4, "I")
    fields: dict[int, Field] = {}
    is_cut = False
    if directory.next_link <= len(data):
        for place in range(directory.at, directory.next_link, form.size):
            tag, kind, count = form.unpack_from(data, place)
            at, size = place + form.size - room, count * struct.calcsize("=" + TYPES.get(kind, "B"))
            if size > room:
                at = struct.unpack_from(order + offset, data, at)[0]
            if at + size <= len(data):
                fields.setdefault(tag, Field(kind, count, at))
            else:
                is_cut = True
    return fields, is_cut


def values(data: Buffer, directory: Directory, tag: int) -> tuple[int, ...]:
    """Read the whole numbers of a field. Return none if it is missing or lies outside the file."""
    field = fields_of(data, directory)[0].get(tag)
    if field is None or field.kind not in TYPES or field.number > _MOST:
        return ()
    return struct.unpack_from(f"{directory.order}{field.number}{TYPES[field.kind]}", data, field.at)


def is_tiled(data: Buffer, page: int) -> bool:
    """Say whether the pixels of a page, counted from 0, are stored in tiles, and not in strips."""
    directory = directory_of(data, page)
    return directory is not None and bool(values(data, directory, _TILES[0]))


def pieces(data: Buffer, directory: Directory) -> list[tuple[int, int]]:
    """Find where the strips or tiles of a page begin and end, bytes. Leave out those outside the file."""
    for offsets, counts in (_TILES, _STRIPS):
        if places := values(data, directory, offsets):
            sizes = values(data, directory, counts)
            ends = [(at, at + size) for at, size in zip(places, sizes, strict=False)]
            return [(start, end) for start, end in ends if end <= len(data)]
    return []


def alone(data: Buffer, page: int) -> Buffer:
    """Make a TIFF whose only page is this one, counted from 0. Everything stays at its place.

    libtiff reads the other directories too, and libvips would blame this page for the errors in them.
    """
    directory = directory_of(data, page)
    if directory is None:
        return data
    width = "Q" if directory.big else "I"
    after = directory.next_link
    first = 8 if directory.big else 4
    if after + struct.calcsize("=" + width) > len(data):
        return data
    if page == 0 and not struct.unpack_from(directory.order + width, data, after)[0]:
        return data
    changed = bytearray(data)
    struct.pack_into(directory.order + width, changed, first, directory.start)
    struct.pack_into(directory.order + width, changed, after, 0)
    return memoryview(changed).toreadonly()
