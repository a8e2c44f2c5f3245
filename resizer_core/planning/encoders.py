"""Choose encoder settings: one table, each value with its reason.

Measured: bench/README.md. What is not here is libvips' own default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log
from types import MappingProxyType
from typing import Final

from resizer_core.formats import AVIF, GIF, PNG, SVG, Format
from resizer_core.model import ImageHeader
from resizer_core.shown import Catalogue
from resizer_core.site import Defaults

#: What a libvips saver takes as keyword arguments.
Settings = Mapping[str, "int | str | bool"]

_PNG_PHOTO: Final[Settings] = MappingProxyType(
    {
        # 22 % smaller than libvips' default, in 0.83 of the time; level 6 would take another 2 % off, for
        # half as much time again.
        "compression": 3,
        "filter": "sub",
    }
)
_PNG_GRAPHIC: Final[Settings] = MappingProxyType(
    {
        # A diagram is a fifth smaller than with the above.
        "compression": 6,
        "filter": "none",
    }
)

_SETTINGS: Final[Mapping[str, Settings]] = MappingProxyType(
    {
        "jpg": {
            # The tables of ImageMagick: 5 % smaller at the same score, for no time.
            # Optimised Huffman codes would take another 2 to 4 % for twice the time: left off.
            "quant_table": 3,
        },
        "webp": {
            # Half the time of libvips' 4 for 6 to 9 % more bytes; 1 takes 5 to 12 % more again.
            "effort": 2,
        },
        "avif": {
            # libvips' 4 takes twelve times as long for 13 to 14 % fewer bytes: a viewer waits.
            "effort": 1,
            # The loader calls AVIF "heif"; the compression makes it AVIF.
            "compression": "av1",
            # More than 8 bits are kept only when they are asked for.
            "bitdepth": 8,
        },
        "gif": {
            # The original's palette, where all frames share one: 14 % smaller in an eighth of the time. Where
            # they do not, the low effort alone: 10 % smaller in a quarter of the time.
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

#: One visual quality in three formats: a SSIMULACRA2 score of 75 to 76, the median of photographs.
_QUALITY: Final[Mapping[str, int]] = MappingProxyType({"jpg": 75, "webp": 80, "avif": 63})

#: The frames of an animation hide what a still would show; libvips' own default is enough.
_QUALITY_ANIMATED: Final[Mapping[str, int]] = MappingProxyType({"webp": 75})


def settings(
    format: Format,
    *,
    header: ImageHeader,
    original: Format,
    animated: bool,
    quality: int | None,
    lossless: bool,
    defaults: Defaults,
    high_bit_depth: bool = False,
) -> Settings:
    """Choose the arguments for libvips' saver.

    Args:
        format: of the derivative.
        header, original: what is known of the original, by which photographs are told from graphics.
        animated: whether more than one frame is written.
        quality: what the SPEC says, if anything.
        lossless: what the SPEC says.
        defaults: what the configuration says.
        high_bit_depth: whether the bits beyond 8 are kept.
    """
    chosen = dict(_SETTINGS.get(format.name, {}))
    if format.name == "png":
        chosen |= _PNG_GRAPHIC if is_graphic(header, original) else _PNG_PHOTO
    if high_bit_depth and format.name == AVIF.name:
        # As deep as the format goes, where the original has more than ten.
        chosen["bitdepth"] = 10 if header.bits <= 10 else 12
    if lossless:
        chosen["lossless"] = True
        if format.name == "webp":
            # Without loss, any more takes several times as long, and a viewer waits.
            chosen["effort"] = 0
    elif format.quality:
        usual = _QUALITY_ANIMATED if animated else _QUALITY
        chosen["Q"] = quality or defaults.quality.get(format.name) or usual.get(format.name, 75)
    return Catalogue("settings", chosen)


#: What ``palette_settings`` chooses of: no palette, and one for a picture in another size.
NO_PALETTE: Final[Mapping[str, float | str | bool]] = Catalogue("settings", {})
_PALETTE: Final[Mapping[str, float | str | bool]] = Catalogue(
    "settings",
    {
        **_PNG_GRAPHIC,
        "palette": True,
        # As many colours as this needs. At 88 a photograph made smaller by a sixth takes more bytes than its
        # indexed original; at 80 even colours change by up to 6 levels.
        "Q": 84,
        # Without it slopes have steps; at 1 a slope of alpha alone takes three times as many bytes.
        "dither": 0.5,
        # At 5 noise takes three times as long; at 1 a picture of 256 colours loses some of them.
        "effort": 4,
    },
)


def palette_settings(
    format: Format, *, header: ImageHeader, original: Format, same_size: bool
) -> Mapping[str, float | str | bool]:
    """Choose the arguments for libvips' saver by which an indexed PNG stays one; empty for all others.

    Args:
        format: of the derivative.
        header, original: what is known of the original.
        same_size: whether its pixels stay what they are, so that there are no more colours than it has.
    """
    if not (header.palette and original.name == format.name == PNG.name):
        return NO_PALETTE
    return Catalogue("settings", {**_PALETTE, "Q": 100}) if same_size else _PALETTE


#: The lowest quality that is made for a ceiling: below it there is no picture left to speak of.
LEAST_QUALITY: Final = 10
#: How many sizes are looked at, at most: one more than halving the range again and again takes.
_TRIALS: Final = 8
#: By how much a step of quality changes the size, as a logarithm, before two sizes are known.
_SLOPE: Final = 0.03


def highest_quality(
    size_at: Callable[[int], int], ceiling: int, *, first: int, most: int = 100
) -> int | None:
    """Find the highest quality whose size is at most ``ceiling``; None if that of the lowest is above it.

    A better quality is taken to be a larger file, so that a handful of sizes is enough, and 8 at most.

    Args:
        size_at: encodes, and says how many bytes it takes.
        ceiling: bytes.
        first: the quality that is tried first.
        most: the highest that may be, 1 to 100.
    """
    low, high = min(LEAST_QUALITY, most) - 1, most + 1
    small = large = 0  # the sizes there, once they are known
    guess = first
    for left in reversed(range(_TRIALS)):
        # No further from either end than halving can still make good.
        guess = min(max(guess, high - 2**left, low + 1), low + 2**left, high - 1)
        size = size_at(guess)
        if size <= ceiling:
            low, small = guess, size
        else:
            high, large = guess, size
        if high - low == 1:
            break
        if small and large:
            guess = low + round((high - low) * log(ceiling / small) / log(large / small))
        else:
            guess += round(log(ceiling / size) / _SLOPE)
    return low if small else None


def is_graphic(header: ImageHeader, original: Format) -> bool:
    """Guess whether the original was drawn rather than photographed: a palette, transparency, GIF or SVG."""
    return header.palette or header.has_alpha or original.name in (GIF.name, SVG.name)
