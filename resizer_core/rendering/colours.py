"""Convert colours by their profiles, and change the number of bits."""

from __future__ import annotations

from typing import Final

from resizer_core.option_values import Profile
from resizer_core.rendering.libvips import pyvips

_GRAY: Final = ("b-w", "grey16")


def converted(image: pyvips.Image, profile: Profile, bits: int) -> pyvips.Image:
    """Convert to 8 or 16 bits and to the wanted colours. Do it after the resize, where it costs less."""
    cmyk = image.interpretation == "cmyk"
    embedded = bool(image.get_typeof("icc-profile-data"))
    if profile is Profile.KEEP and not cmyk:
        return in_bits(image, bits)
    if profile is Profile.P3 or cmyk or embedded:
        try:
            return image.icc_transform(
                "p3" if profile is Profile.P3 else "srgb",
                embedded=embedded,
                # libvips uses this one if the embedded profile is broken or has other channels.
                input_profile="cmyk" if cmyk else "srgb",
                intent="relative",
                black_point_compensation=True,
                depth=bits,
            )
        except pyvips.Error:
            if cmyk and embedded:
                return converted(_without_profile(image), profile, bits)
            # This is a gray picture with a useless profile. Take its values as they are.
    return in_bits(image, bits)


def in_bits(image: pyvips.Image, bits: int) -> pyvips.Image:
    """Convert gray or colour of any colour space to 8 or 16 bits a channel."""
    gray = image.interpretation in _GRAY
    spaces, levels = (("b-w", "srgb"), "uchar") if bits == 8 else (("grey16", "rgb16"), "ushort")
    space = spaces[0] if gray else spaces[1]
    if (image.interpretation, image.format) == (space, levels) and (gray or image.bands >= 3):
        return image
    try:
        return image.colourspace(space).cast(levels)
    except pyvips.Error:
        if not image.get_typeof("icc-profile-data"):
            raise
        return in_bits(_without_profile(image), bits)


def _without_profile(image: pyvips.Image) -> pyvips.Image:
    """Drop a profile that looks right and cannot convert. libvips then uses its own."""
    image = image.copy()
    image.remove("icc-profile-data")
    return image
