"""Convert colours: profiles, and the number of bits."""

from __future__ import annotations

from typing import Final

from resizer_core.option_values import Profile
from resizer_core.rendering.libvips import pyvips

_GRAY: Final = ("b-w", "grey16")


def converted(image: pyvips.Image, profile: Profile, bits: int) -> pyvips.Image:
    """Convert to 8 or 16 bits and to the colours that are wanted. Cheaper after the resize than before."""
    cmyk = image.interpretation == "cmyk"
    embedded = bool(image.get_typeof("icc-profile-data"))
    if profile is Profile.KEEP and not cmyk:
        return in_bits(image, bits)
    if profile is Profile.P3 or cmyk or embedded:
        try:
            return image.icc_transform(
                "p3" if profile is Profile.P3 else "srgb",
                embedded=embedded,
                # Stands in where the embedded profile is broken or of other channels.
                input_profile="cmyk" if cmyk else "srgb",
                intent="relative",
                black_point_compensation=True,
                depth=bits,
            )
        except pyvips.Error:
            # A gray picture with a profile that is of no use: its values are taken as they are.
            pass
    return in_bits(image, bits)


def in_bits(image: pyvips.Image, bits: int) -> pyvips.Image:
    """Bring gray or colour to 8 or 16 bits a channel, whatever space it is in."""
    gray = image.interpretation in _GRAY
    if bits == 16:
        return image.colourspace("grey16" if gray else "rgb16").cast("ushort")
    return image.colourspace("b-w" if gray else "srgb").cast("uchar")
