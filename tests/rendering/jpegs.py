"""Make JPEGs for the tests of damage, as detailed as photographs, in each way that libvips codes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyvips

from tests.pictures import waves

END: Final = b"\xff\xd9"
#: The ways to code a JPEG: sampling, tables, scans, restart markers.
CODINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "4:4:4": {"subsample_mode": "off"},
    "4:2:0": {"subsample_mode": "on"},
    "gray": {},
    "cmyk": {},
    "own tables": {"subsample_mode": "on", "optimize_coding": True},
    "restart markers": {"subsample_mode": "on", "restart_interval": 7},
    "progressive": {"interlace": True},
    "progressive, many scans": {"interlace": True, "optimize_scans": True},
}
#: The ways with one scan, in which libjpeg itself finds no hole.
OF_ONE_SCAN: Final = tuple(name for name in CODINGS if "progressive" not in name)
_SPACES: Final = {"gray": "b-w", "cmyk": "cmyk"}


def scene(width: int = 170, height: int = 123) -> pyvips.Image:
    """Draw waves with grain, so that no two blocks are alike."""
    grain = pyvips.Image.gaussnoise(width, height, sigma=12, mean=0, seed=5)
    image = (waves(width, height) + grain).cast("uchar")
    return image.copy(interpretation="srgb")


def jpeg(coding: str, image: pyvips.Image | None = None, **options: Any) -> bytes:
    """Make a JPEG of ``image``, or of the scene, in one of the ``CODINGS``."""
    image = image or scene()
    if space := _SPACES.get(coding):
        image = image.colourspace(space)
    return bytes(image.jpegsave_buffer(**{"Q": 85, "keep": "none", **CODINGS[coding], **options}))


def pixels_at(data: bytes) -> int:
    """Find where the coded pixels of the first scan begin."""
    at = data.index(b"\xff\xda")
    return at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def with_hole(data: bytes, at: int, length: int) -> bytes:
    """Write ``length`` zeros from ``at`` on. The end marker stays."""
    length = min(length, len(data) - 2 - at)
    return data[:at] + bytes(length) + data[at + length :]
