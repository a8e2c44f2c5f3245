"""Convert colours by their profiles, and change the number of bits."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from resizer_core.option_values import Profile
from resizer_core.rendering.libvips import pyvips

_GRAY: Final = ("b-w", "grey16")
#: A longer profile is not looked at, bytes. A profile of sRGB is shorter.
_LONGEST: Final = 16_384
#: How many profiles are remembered.
_REMEMBERED: Final = 32
#: A step between the levels of a channel that a profile is tried on.
_STEP: Final = 15


def converted(image: pyvips.Image, profile: Profile, bits: int) -> pyvips.Image:
    """Convert to 8 or 16 bits and to the wanted colours. Do it after the resize, where it costs less."""
    cmyk = image.interpretation == "cmyk"
    embedded = bool(image.get_typeof("icc-profile-data"))
    if profile is Profile.KEEP and not cmyk:
        return in_bits(image, bits)
    if profile is Profile.SRGB and bits == 8 and embedded and _is_in_srgb(image):
        return in_bits(image, bits)
    if profile is Profile.P3 or cmyk or embedded:
        try:
            return _by_profile(image, profile, bits)
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


def _by_profile(image: pyvips.Image, profile: Profile, bits: int) -> pyvips.Image:
    return image.icc_transform(
        "p3" if profile is Profile.P3 else "srgb",
        embedded=bool(image.get_typeof("icc-profile-data")),
        # libvips uses this one if the embedded profile is broken or has other channels.
        input_profile="cmyk" if image.interpretation == "cmyk" else "srgb",
        intent="relative",
        black_point_compensation=True,
        depth=bits,
    )


def _is_in_srgb(image: pyvips.Image) -> bool:
    """Say whether the profile of a picture leaves its colours as they are. Most photographs have such a one.

    To prepare a conversion takes longer than to resize a small picture.
    """
    profile: Any = image.get("icc-profile-data")
    return image.interpretation == "srgb" and len(profile) <= _LONGEST and _is_of_srgb(profile)


@lru_cache(_REMEMBERED)
def _is_of_srgb(profile: bytes) -> bool:
    """Say whether the conversion of a profile to sRGB moves no level by more than one."""
    side = 255 // _STEP + 1
    at: Any = pyvips.Image.xyz(side, side * side)
    levels = at[0].bandjoin([at[1] % side, (at[1] / side).floor()]) * _STEP
    colours: pyvips.Image = levels.cast("uchar").copy(interpretation="srgb")
    blob: Any = profile
    colours.set_type(pyvips.GValue.blob_type, "icc-profile-data", blob)
    try:
        moved: Any = (_by_profile(colours, Profile.SRGB, 8) - colours).abs()
        return bool(moved.max() <= 1)
    except pyvips.Error:
        return False


def _without_profile(image: pyvips.Image) -> pyvips.Image:
    """Drop a profile that looks right and cannot convert. libvips then uses its own."""
    image = image.copy()
    image.remove("icc-profile-data")
    return image
