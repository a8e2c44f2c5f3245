"""The one table of encoder settings, each with its reason.

Measured: bench/README.md. What is not here is libvips' own default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from resizer_core.formats import GIF, SVG, Format
from resizer_core.model import Frame

#: What a libvips saver takes as keyword arguments.
Settings = Mapping[str, "int | str | bool"]

_PNG_PHOTO: Final[Settings] = MappingProxyType(
    {
        # A filter makes photographs a third smaller; with it, level 3 is as small as 6 and faster.
        "compression": 3,
        "filter": "sub",
    }
)
_PNG_GRAPHIC: Final[Settings] = MappingProxyType(
    {
        # Flat areas compress better unfiltered, by a fifth.
        "compression": 6,
        "filter": "none",
    }
)

_SETTINGS: Final[Mapping[str, Settings]] = MappingProxyType(
    {
        "jpg": {
            # The tables of ImageMagick: 4 % smaller at the same score, for no time.
            # Optimised Huffman codes would take another 2 % for more than double the time: left off.
            "quant_table": 3,
        },
        "webp": {
            # Half the time of libvips' 4 for 2 % more bytes; below 2 the bytes rise by 12 %.
            "effort": 2,
        },
        "avif": {
            # libvips' 4 takes thirteen times as long for an eighth fewer bytes: a viewer waits.
            "effort": 1,
            # The loader calls AVIF "heif"; the compression makes it AVIF.
            "compression": "av1",
            # More than 8 bits are kept only when they are asked for.
            "bitdepth": 8,
        },
        "gif": {
            # The original's palette: smaller, and a fifth of the time of working out new ones.
            "reuse": True,
            "effort": 1,
        },
        "tif": {
            # What every reader of TIFF opens, without loss.
            "compression": "deflate",
            "predictor": "horizontal",
        },
    }
)

#: One visual quality in three formats: a SSIMULACRA2 score of about 75.
_QUALITY: Final[Mapping[str, int]] = MappingProxyType({"jpg": 75, "webp": 80, "avif": 63})

#: The frames of an animation hide what a still would show; sharp and libvips agree on less.
_QUALITY_ANIMATED: Final[Mapping[str, int]] = MappingProxyType({"webp": 75})


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the configuration says where a SPEC says nothing.

    Attributes:
        format: the name of the output format; None takes the original's if browsers show it, else JPEG,
            or PNG where something shines through.
        quality: 1 to 100 by the name of the format; formats without an entry take the table above.
    """

    format: str | None = None
    quality: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, quality in self.quality.items():
            if not 1 <= quality <= 100:
                raise ValueError(f"the quality of {name} is 1 to 100, got {quality}")


def settings(
    format: Format,
    *,
    frame: Frame,
    original: Format,
    animated: bool,
    quality: int | None,
    lossless: bool,
    defaults: Defaults,
) -> dict[str, int | str | bool]:
    """The arguments for libvips' saver.

    Args:
        format: of the derivative.
        frame, original: what is known of the original, by which photographs are told from graphics.
        animated: whether more than one frame is written.
        quality: what the SPEC says, if anything.
        lossless: what the SPEC says.
        defaults: what the configuration says.
    """
    chosen = dict(_SETTINGS.get(format.name, {}))
    if format.name == "png":
        chosen |= _PNG_GRAPHIC if is_graphic(frame, original) else _PNG_PHOTO
    if lossless:
        chosen["lossless"] = True
    elif format.quality:
        usual = _QUALITY_ANIMATED if animated else _QUALITY
        chosen["Q"] = quality or defaults.quality.get(format.name) or usual.get(format.name, 75)
    return chosen


def is_graphic(frame: Frame, original: Format) -> bool:
    """Whether the original is more likely drawn than photographed: a palette, transparency, GIF or SVG."""
    return frame.palette or frame.has_alpha or original.name in (GIF.name, SVG.name)
