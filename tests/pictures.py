"""Make the pictures of the tests, with a colour in each corner, and read their pixels."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyvips

from resizer_core import resize
from resizer_core.rendering import libvips  # noqa: F401  sets libvips up as the package uses it

Colour = tuple[int, ...]

#: The colours in the corners of ``quarters``. They differ much, and still do if red and blue are swapped.
RED: Final = (220, 40, 40)
GREEN: Final = (40, 180, 60)
BLUE: Final = (40, 70, 210)
YELLOW: Final = (230, 200, 40)
#: In the order top left, top right, bottom left, bottom right.
CORNERS: Final = (RED, GREEN, BLUE, YELLOW)

#: Encoder settings without loss if the format can, else so good that no colour is mistaken.
EXACT: Final[Mapping[str, Mapping[str, Any]]] = {
    "jpg": {"Q": 98, "subsample_mode": "off"},
    "webp": {"lossless": True},
    "avif": {"lossless": True, "effort": 0},
}
#: The formats that can store an orientation.
ORIENTED: Final = ("jpg", "png", "webp", "avif", "tif")


# --- pictures ----------------------------------------------------------------------------------------


def solid(colour: Sequence[float], width: int = 64, height: int = 48) -> pyvips.Image:
    """Draw one colour: 1 band is gray, 2 gray with alpha, 3 sRGB, 4 sRGB with alpha."""
    image = pyvips.Image.black(width, height, bands=len(colour)) + list(colour)
    return image.cast("uchar").copy(interpretation="b-w" if len(colour) < 3 else "srgb")


def quarters(width: int = 64, height: int = 48) -> pyvips.Image:
    """Draw a colour in each corner, and a dark mark left of the middle. So all turns look different."""
    image = solid(RED, width, height)
    left, top = width // 2, height // 2
    image = image.draw_rect(list(GREEN), left, 0, width - left, top, fill=True)
    image = image.draw_rect(list(BLUE), 0, top, left, height - top, fill=True)
    image = image.draw_rect(list(YELLOW), left, top, width - left, height - top, fill=True)
    return image.draw_rect([20, 20, 20], width // 4, height // 3, width // 8, height // 4, fill=True)


def gradient(width: int = 160, height: int = 120) -> pyvips.Image:
    """Draw smooth slopes. Lossy coding, or another order in the pipeline, hardly changes them."""
    at = pyvips.Image.xyz(width, height)
    across, down = at[0] * (200 / width) + 28, at[1] * (200 / height) + 28
    return _joined(across, down, 255 - across)


def waves(width: int, height: int) -> pyvips.Image:
    """Draw slow waves in both directions, as in a photograph. No wave is shorter than 240 px."""
    at = pyvips.Image.xyz(width, height)
    across, down = (at[0] * 1.5).sin(), (at[1] * 1.1).cos()
    return _joined(across * 60 + 128, down * 60 + 128, across * down * 60 + 128)


def _joined(first: pyvips.Image, *others: Any) -> pyvips.Image:
    return first.bandjoin(list(others)).cast("uchar").copy(interpretation="srgb")


def framed(border: Sequence[float] = (255, 255, 255)) -> pyvips.Image:
    """Put ``quarters`` of 40x30 px at 7, 5 on a sheet of 64x48 px."""
    inner = quarters(40, 30)
    if len(border) == 4:
        inner = inner.addalpha()
    return solid(border).insert(inner, 7, 5)


def disc(colour: Colour = RED, hidden: Colour = (0, 0, 0), side: int = 96) -> pyvips.Image:
    """Draw an opaque disc with a soft edge. ``hidden`` is the colour of the transparent pixels."""
    at = pyvips.Image.xyz(side, side) - side / 2
    away = (at[0] ** 2 + at[1] ** 2) ** 0.5
    alpha = ((side * 0.4 - away) * 64 + 128).cast("uchar")
    inside = alpha > 0
    colours = inside.ifthenelse(list(colour), list(hidden))
    return colours.bandjoin(alpha).cast("uchar").copy(interpretation="srgb")


# --- files -------------------------------------------------------------------------------------------

#: The steps that store an upright picture so that this EXIF orientation turns it back.
#: Source: EXIF 2.32 (CIPA DC-008), tag 0x0112: where the 0th row and the 0th column are seen.
_STORED: Final[Mapping[int, tuple[str, ...]]] = {
    1: (),
    2: ("fliphor",),
    3: ("rot180",),
    4: ("flipver",),
    5: ("rot90", "fliphor"),
    6: ("rot270",),
    7: ("rot270", "fliphor"),
    8: ("rot90",),
}
ORIENTATIONS: Final = tuple(_STORED)


def stored(upright: pyvips.Image, orientation: int) -> pyvips.Image:
    """Turn ``upright`` as a camera in this orientation stores it, without the tag."""
    for step in _STORED[orientation]:
        upright = getattr(upright, step)()
    return upright


def tagged(image: pyvips.Image, **fields: Any) -> pyvips.Image:
    """Copy ``image``, and set metadata fields (int, str or bytes). Underscores in names become hyphens."""
    image = image.copy()
    kinds = {int: pyvips.GValue.gint_type, str: pyvips.GValue.gstr_type, bytes: pyvips.GValue.blob_type}
    for name, value in fields.items():
        image.set_type(kinds[type(value)], name.replace("_", "-"), value)
    return image


def encoded(image: pyvips.Image, format: str, *, orientation: int = 1, **options: Any) -> bytes:
    """Encode a file of ``format``. With ``orientation``, store it turned and with that tag."""
    image = stored(image, orientation)
    if orientation != 1:
        image = tagged(image, orientation=orientation)
    return bytes(image.write_to_buffer(f".{format}", **{**EXACT.get(format, {}), **options}))


def animation(
    frames: Sequence[pyvips.Image], format: str, *, delays: Sequence[int] = (), loop: int = 0, **options: Any
) -> bytes:
    """Make an animated GIF or WebP. The delays are in ms, 100 each if none are given."""
    roll = pyvips.Image.arrayjoin(list(frames), across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", frames[0].height)
    roll.set_type(pyvips.GValue.array_int_type, "delay", list(delays) or [100] * len(frames))
    roll.set_type(pyvips.GValue.gint_type, "loop", loop)
    return bytes(roll.write_to_buffer(f".{format}", **{**EXACT.get(format, {}), **options}))


def profile(
    red: Sequence[float] = (0.43607, 0.22249, 0.01392),
    green: Sequence[float] = (0.38515, 0.71687, 0.09708),
    blue: Sequence[float] = (0.14307, 0.06061, 0.71410),
    gamma: float = 2.2,
) -> bytes:
    """Make an ICC profile of three primaries (XYZ, adapted to D50; sRGB's if not given) and one gamma.

    Source: ICC.1:2001-04, sections 6.1 (header), 6.3.1.2 (matrix profiles), 6.5 (tag types).
    """
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256))
    tags = {b"wtpt": _xyz(_D50), b"rXYZ": _xyz(red), b"gXYZ": _xyz(green), b"bXYZ": _xyz(blue)}
    return _icc(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def gray_profile(gamma: float) -> bytes:
    """Make an ICC profile of gray with one gamma. Source: ICC.1:2001-04, section 6.3.1.1."""
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256))
    return _icc(b"GRAY", {b"wtpt": _xyz(_D50), b"kTRC": curve})


_D50: Final = (0.9642, 1.0, 0.8249)


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _icc(space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    at = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    header = bytearray(128)
    header[0:4] = struct.pack(">I", at + len(body))
    header[8:12] = bytes([2, 0x10, 0, 0])
    header[12:24] = b"mntr" + space + b"XYZ "
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", *(round(value * 65536) for value in _D50))
    return bytes(header) + table + body


# --- looking -----------------------------------------------------------------------------------------


def decoded(body: bytes, **options: Any) -> pyvips.Image:
    """Decode ``body`` with libvips into memory, so that it can be read several times."""
    return pyvips.Image.new_from_buffer(body, "", **options).copy_memory()


def frames_of(body: bytes) -> list[pyvips.Image]:
    """List the frames of an animation."""
    roll = decoded(body, n=-1)
    height = field(roll, "page-height")
    return [roll.crop(0, top, roll.width, height) for top in range(0, roll.height, height)]


def field(image: pyvips.Image, name: str, default: Any = None) -> Any:
    """Read a field of the metadata."""
    return image.get(name) if image.get_typeof(name) else default


def pixel(image: pyvips.Image, x: int, y: int) -> Colour:
    """Read the levels of one pixel. Negative places count from the other edge."""
    return tuple(round(level) for level in image.getpoint(x % image.width, y % image.height))


def nearest(colour: Colour, choices: Sequence[Colour] = CORNERS) -> Colour:
    """Find which of the choices is closest to this colour, after lossy coding."""
    return min(choices, key=lambda choice: sum((a - b) ** 2 for a, b in zip(choice, colour, strict=False)))


def corners(image: pyvips.Image) -> tuple[Colour, ...]:
    """Find the colours near the four corners, in the order of ``CORNERS``, each as one of them."""
    x, y = image.width // 8, image.height // 8
    places = ((x, y), (-1 - x, y), (x, -1 - y), (-1 - x, -1 - y))
    return tuple(nearest(pixel(image, *place)) for place in places)


def apart(one: pyvips.Image, other: pyvips.Image) -> tuple[float, float]:
    """Measure the largest and the average difference of two pictures of one size, in levels of 255."""
    assert (one.width, one.height, one.bands) == (other.width, other.height, other.bands)
    difference: Any = (one - other).abs()
    return difference.max(), difference.avg()


def size_of(image: pyvips.Image) -> str:
    """Write the size as the grammar does."""
    return f"{image.width}x{image.height}"


def made(data: bytes, spec: str, **options: Any) -> pyvips.Image:
    """Make a derivative and decode it. Check that its size is the one in the result."""
    result = resize(data, spec, **options)
    image = decoded(result.body)
    assert size_of(image) == str(result.size)
    return image


def deep(image: pyvips.Image) -> pyvips.Image:
    """Convert a picture to 16 bits."""
    space = "grey16" if image.bands < 3 else "rgb16"
    return (image.cast("ushort") * 257).cast("ushort").copy(interpretation=space)
