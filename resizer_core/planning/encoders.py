"""Choose encoder settings: one table, each value with its reason.

The measurements are in bench/README.md. Any setting that is not here keeps libvips' own default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log
from types import MappingProxyType
from typing import Final

from resizer_core.formats import AVIF, GIF, PNG, SVG, Format
from resizer_core.model import ImageHeader, Size
from resizer_core.shown import Catalogue
from resizer_core.site import Defaults

#: The keyword arguments of a libvips saver.
Settings = Mapping[str, "int | str | bool"]

_PNG_PHOTO: Final[Settings] = MappingProxyType(
    {
        # 22 % smaller than libvips' default, in 0.83 of the time. Level 6 saves another 2 %, and takes half
        # as much time again.
        "compression": 3,
        "filter": "sub",
    }
)
_PNG_GRAPHIC: Final[Settings] = MappingProxyType(
    {
        # A diagram is a fifth smaller than with the settings for photographs.
        "compression": 6,
        "filter": "none",
    }
)

_SETTINGS: Final[Mapping[str, Settings]] = MappingProxyType(
    {
        "jpg": {
            # The tables of ImageMagick give files that are 5 % smaller at the same score, in the same time.
            # Optimised Huffman codes would save another 2 to 4 %, but take twice the time.
            "quant_table": 3,
        },
        "webp": {
            # Half the time of libvips' 4, for 6 to 9 % more bytes. 1 gives another 5 to 12 % more bytes.
            "effort": 2,
        },
        "avif": {
            # libvips' 4 takes twelve times as long for 13 to 14 % fewer bytes, and a viewer waits.
            "effort": 1,
            # The loader calls AVIF "heif"; the compression makes it AVIF.
            "compression": "av1",
            # More than 8 bits are kept only if the SPEC asks for them.
            "bitdepth": 8,
        },
        "gif": {
            # If all frames share one palette, reuse it: 14 % smaller, in an eighth of the time. If they do
            # not, the low effort alone gives 10 % smaller files in a quarter of the time.
            "reuse": True,
            "effort": 1,
        },
        "tif": {
            # Every reader of TIFF opens it, and it is without loss.
            "compression": "deflate",
            "predictor": "horizontal",
        },
    }
)

#: The pixels of a screen in Full HD. With more, a viewer would wait a second for an AVIF of effort 1.
#: Effort 0 takes a third of the time, for 3 to 12 % more bytes. Source: docs/adr/0008-large-avif.md.
_MOST_FOR_EFFORT_1: Final = 1920 * 1080

#: One visual quality in three formats: a SSIMULACRA2 score of 75 to 76, the median of photographs.
_QUALITY: Final[Mapping[str, int]] = MappingProxyType({"jpg": 75, "webp": 80, "avif": 63})

#: An animation hides flaws that a still would show, so libvips' own default is enough.
_QUALITY_ANIMATED: Final[Mapping[str, int]] = MappingProxyType({"webp": 75})


def settings(
    format: Format,
    *,
    header: ImageHeader,
    original: Format,
    size: Size,
    animated: bool,
    quality: int | None,
    lossless: bool,
    defaults: Defaults,
    high_bit_depth: bool = False,
) -> Settings:
    """Choose the arguments for libvips' saver.

    Args:
        format: the format of the derivative.
        header, original: the header and the format of the original. They tell photographs from graphics.
        size: of the derivative; px.
        animated: whether more than one frame is written.
        quality: the quality in the SPEC, if it has one.
        lossless: whether the SPEC asks for it.
        defaults: the defaults of the configuration.
        high_bit_depth: whether the bits beyond 8 are kept.
    """
    chosen = dict(_SETTINGS.get(format.name, {}))
    if format.name == "png":
        chosen |= _PNG_GRAPHIC if is_graphic(header, original) else _PNG_PHOTO
    if format.name == AVIF.name and size.pixels > _MOST_FOR_EFFORT_1:
        chosen["effort"] = 0
    if high_bit_depth and format.name == AVIF.name:
        # For an original of more than 10 bits, use the deepest that the format has.
        chosen["bitdepth"] = 10 if header.bits <= 10 else 12
    if lossless:
        chosen["lossless"] = True
        if format.name == "webp":
            # Any more effort without loss takes several times as long, and a viewer waits.
            chosen["effort"] = 0
    elif format.quality:
        usual = _QUALITY_ANIMATED if animated else _QUALITY
        chosen["Q"] = quality or defaults.quality.get(format.name) or usual.get(format.name, 75)
    return Catalogue("settings", chosen)


#: The two choices of ``palette_settings``: no palette, and one for a picture in another size.
NO_PALETTE: Final[Mapping[str, float | str | bool]] = Catalogue("settings", {})
_PALETTE: Final[Mapping[str, float | str | bool]] = Catalogue(
    "settings",
    {
        **_PNG_GRAPHIC,
        "palette": True,
        # Use as many colours as this quality needs. At 88, a photograph that is made smaller by a sixth takes
        # more bytes than its indexed original. At 80, even colours change by up to 6 levels.
        "Q": 84,
        # Without dither, gradients have steps. At 1, a gradient of alpha alone takes three times the bytes.
        "dither": 0.5,
        # At 5, noise takes three times as long. At 1, a picture of 256 colours loses some of them.
        "effort": 4,
    },
)


def palette_settings(
    format: Format, *, header: ImageHeader, original: Format, same_size: bool
) -> Mapping[str, float | str | bool]:
    """Choose the arguments for libvips' saver that keep an indexed PNG indexed. Return none for other files.

    Args:
        format: the format of the derivative.
        header, original: the header and the format of the original.
        same_size: whether the picture keeps its size. Then it has no more colours than the original.
    """
    if not (header.palette and original.name == format.name == PNG.name):
        return NO_PALETTE
    return Catalogue("settings", {**_PALETTE, "Q": 100}) if same_size else _PALETTE


#: The lowest quality that is tried for a ceiling. Below it a picture is of no use.
LEAST_QUALITY: Final = 10
#: How many qualities are tried at most: one more than a binary search needs.
_TRIALS: Final = 8
#: The logarithm of the change in size for one step of quality. It is a guess until two sizes are known.
_SLOPE: Final = 0.03


def highest_quality(
    size_at: Callable[[int], int], ceiling: int, *, first: int, most: int = 100
) -> int | None:
    """Find the highest quality whose size is at most ``ceiling``. Return None if even the lowest is larger.

    Assume that a higher quality gives a larger file. So a few trials are enough, and 8 at most.

    Args:
        size_at: encodes with a quality, and returns the size in bytes.
        ceiling: bytes.
        first: the quality to try first.
        most: the highest quality that is allowed, 1 to 100.
    """
    low, high = min(LEAST_QUALITY, most) - 1, most + 1
    small = large = 0  # the sizes there, once they are known
    guess = first
    for left in reversed(range(_TRIALS)):
        # Stay so close to both ends that a binary search can finish in the trials that are left.
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
    """Guess whether the original is a graphic: it has a palette or transparency, or it is GIF or SVG."""
    return header.palette or header.has_alpha or original.name in (GIF.name, SVG.name)
