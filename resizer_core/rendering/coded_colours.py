"""Give pictures the colours that their files state, where libvips ignores them.

A file may state its colours in numbers. They become an embedded profile, since all code that converts or
keeps colours reads the profile.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from resizer_core.formats import AVIF, HEIC, PNG, Format
from resizer_core.model import Buffer
from resizer_core.operations.channels import map_colours
from resizer_core.rendering import heif, png, profiles
from resizer_core.rendering.libvips import integer_field, pyvips

#: The code points of PQ and HLG. Source: ITU-T H.273, table 3.
_HIGH_DYNAMIC_RANGE: Final = (16, 18)
#: The darkest and the brightest level in a narrow range. Source: ITU-T H.273, section 8.3.
_NARROW: Final = (16, 235)


class CodedColours(NamedTuple):
    """Hold what a file states about its colours.

    Attributes:
        profile: an ICC profile made from its numbers; None if it states none, or sRGB.
        overrides: whether the numbers replace an embedded profile.
        narrow: whether the decoder leaves the levels in the range of 16 to 235.
        premultiplied: whether the colours are weighted by alpha.
        high_dynamic_range: whether the picture is coded in PQ or HLG.
    """

    profile: bytes | None = None
    overrides: bool = False
    narrow: bool = False
    premultiplied: bool = False
    high_dynamic_range: bool = False


def coded_colours(data: Buffer, format: Format, *, gray: bool) -> CodedColours:
    """Read what ``data`` states about its colours. With ``gray``, the picture has one band, else three."""
    if format.name == PNG.name:
        said = png.colours(data)
        if said.gamma is not None:
            return CodedColours(profiles.of_gamma(said.gamma, said.primaries, gray=gray))
        return _by_code_points(said.cicp, gray=gray, overrides=True, narrow=True)
    if format.name in (AVIF.name, HEIC.name):
        coding = heif.coding(data)
        # The decoder widens the levels of colour pictures, but not of monochrome ones.
        found = _by_code_points(coding.nclx, gray=gray, narrow=coding.monochrome)
        return found._replace(premultiplied=coding.premultiplied)
    return CodedColours()


def _by_code_points(
    said: heif.Nclx | None, *, gray: bool, narrow: bool, overrides: bool = False
) -> CodedColours:
    if said is None:
        return CodedColours()
    return CodedColours(
        profiles.of_code_points(said.primaries, said.transfer, gray=gray),
        overrides=overrides,
        narrow=narrow and not said.full_range,
        high_dynamic_range=said.transfer in _HIGH_DYNAMIC_RANGE,
    )


def in_coded_colours(image: pyvips.Image, data: Buffer, format: Format) -> pyvips.Image:
    """Give the decoded ``image`` the colours that its file ``data`` states."""
    said = coded_colours(data, format, gray=image.bands < 3)
    if said.premultiplied and image.hasalpha():
        image = image.unpremultiply().rint().cast(image.format)
    if said.narrow:
        image = map_colours(image, _widened)
    if said.profile or said.overrides:
        image = image.copy()
        if said.overrides:
            image.remove("icc-profile-data")
        if said.profile and not image.get_typeof("icc-profile-data"):
            profile: Any = said.profile
            image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return _gray_by_profile(image)


def _widened(image: pyvips.Image) -> pyvips.Image:
    unit, white = 1, 255
    if image.format == "ushort":
        unit, white = 256, 65_536 - 2 ** (16 - integer_field(image, "bits-per-sample", 16))
    darkest, brightest = (level * unit for level in _NARROW)
    return (image - darkest) * (white / (brightest - darkest))


def _gray_by_profile(image: pyvips.Image) -> pyvips.Image:
    """Make a picture gray again if its decoder turned it into red, green and blue.

    Its profile is one of gray, and fits no other picture.
    """
    if not image.get_typeof("icc-profile-data") or image.bands < 3:
        return image
    profile: Any = image.get("icc-profile-data")
    if bytes(profile[16:20]) != b"GRAY":
        return image
    gray = image.extract_band(0).copy(interpretation="grey16" if image.format == "ushort" else "b-w")
    return gray.bandjoin(image.extract_band(image.bands - 1)) if image.hasalpha() else gray
