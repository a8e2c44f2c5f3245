"""Write derivatives: set the metadata, run the encoder, and keep the file below its ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from time import process_time
from typing import Any, Final

from resizer_core.errors import CorruptImage, LimitExceeded, RenderError
from resizer_core.formats import AVIF, GIF, JPEG, PNG, TIFF, WEBP
from resizer_core.operations.channels import in_colour, with_alpha
from resizer_core.option_values import Metadata, Profile
from resizer_core.planning.encoders import highest_quality
from resizer_core.planning.plan import Plan
from resizer_core.rendering import png
from resizer_core.rendering.libvips import SAVERS, loaded, pyvips, translating_vips_errors
from resizer_core.rendering.reading import decoded
from resizer_core.rendering.resampling import strip_of
from resizer_core.rendering.watch import watched

#: Fields that only an animation has, or that are no longer true in the derivative.
_ANIMATION_FIELDS: Final = ("delay", "gif-delay", "loop", "gif-loop", "n-pages", "page-height", "gif-palette")
#: The fields that the encoder of a format uses even if it keeps no metadata.
_USED_ALWAYS: Final[Mapping[str, frozenset[str]]] = {
    JPEG.name: frozenset(),
    PNG.name: frozenset(),
    WEBP.name: frozenset({"page-height"}),
    AVIF.name: frozenset({"page-height", "orientation"}),
    TIFF.name: frozenset({"page-height", "orientation"}),
    GIF.name: frozenset({"page-height", "delay", "loop", "gif-palette"}),
}
#: How far the picture with a palette may be from the one with all colours, in levels of colour and alpha.
#: There are three limits. The mean square over all pixels: 15 is a PSNR of 35 dB for an opaque picture. The
#: mean over each part of 8 by 8 px. Each single pixel.
#: Measured on photographs, drawings, text and slopes that were made smaller: mean squares of 0.1 to 13,
#: parts of 1 to 7, single pixels of 9 to 75. Noise has mean squares of 67.
_MEAN_SQUARE: Final = 15
_PART: Final = 8
_MOST_OF_PART: Final = 8
_MOST: Final = 96


def encoded(image: pyvips.Image, plan: Plan, **chosen: int) -> bytes:
    """Encode with the plan's settings. ``chosen`` replaces some of them.

    Raises:
        CorruptImage: the original is cut short or damaged. libvips decodes here, while it writes.
    """
    with translating_vips_errors(CorruptImage, "the original is cut short or damaged"):
        settings: dict[str, Any] = {**plan.settings, **chosen}
        if plan.gain_map:
            settings = {"Q": settings["Q"], "keep": _kept(plan)}  # this encoder takes nothing else
            return bytes(image.uhdrsave_buffer(**settings))
        if plan.palette:
            image = decoded(image)  # it is read several times: two encoders, and the comparison
        body = _saved(image, plan.format.suffix, keep=_kept(plan), **settings)
        return _indexed(image, plan, body) if plan.palette else body


def _saved(image: pyvips.Image, suffix: str, **settings: Any) -> bytes:
    if saver := SAVERS.get(suffix):
        return bytes(getattr(image, saver)(**settings))
    return bytes(image.write_to_buffer(suffix, **settings))


def _indexed(image: pyvips.Image, plan: Plan, body: bytes) -> bytes:
    """Encode with a palette. Return ``body`` instead if it is smaller, or if the palette would show."""
    settings: dict[str, Any] = {**plan.palette, "keep": _kept(plan)}
    indexed = bytes(image.pngsave_buffer(**settings))
    colours = png.colours_of_palette(indexed)
    if bits := next((bits for bits in (1, 2, 4) if colours <= 2**bits), None):
        # libvips writes 8 bits a pixel, however few colours there are.
        indexed = min(indexed, bytes(image.pngsave_buffer(**settings, bitdepth=bits)), key=len)
    if len(indexed) < len(body) and looks_like(loaded(indexed, "pngload"), image):
        return indexed
    return body


def looks_like(one: pyvips.Image, other: pyvips.Image) -> bool:
    """Say whether two pictures look the same.

    The noise of a palette cannot be seen at 35 dB. A whole part in another colour can be seen, however small
    the difference. So can a point that is gone.
    """
    difference = _as_seen(one) - _as_seen(other)
    parts: Any = difference.shrink(_PART, _PART, ceil=True).abs()
    points: Any = difference.abs()
    return bool(
        (difference * difference).avg() <= _MEAN_SQUARE
        and parts.max() <= _MOST_OF_PART
        and points.max() <= _MOST
    )


def _as_seen(image: pyvips.Image) -> pyvips.Image:
    """Weight the colours by alpha, and keep alpha. So the colour of transparent pixels does not count."""
    return with_alpha(in_colour(image)).premultiply()


def encoded_below(image: pyvips.Image, plan: Plan, max_kb: int, begun: float) -> bytes:
    """Encode with the highest quality whose file has at most ``max_kb`` KiB.

    ``begun`` is the ``process_time`` at which the work on this picture began.

    Raises:
        CorruptImage: for the reason of ``encoded``.
        LimitExceeded: even the lowest allowed quality takes more, or there was no time to find a quality.
    """
    image = decoded(image)  # it is encoded several times
    bodies: dict[int, bytes] = {}
    longest = 0.0

    def size_at(quality: int) -> int:
        nonlocal longest
        before = process_time()
        if before - begun + longest > plan.cpu_seconds:
            raise LimitExceeded(
                f"expected a quality for {max_kb} KiB within {plan.cpu_seconds} s of CPU time, "
                f"got none after {len(bodies)} trials: ask for fewer pixels, or for a quality instead of kb"
            )
        bodies[quality] = encoded(image, plan, Q=quality)
        longest = max(longest, process_time() - before)
        return len(bodies[quality])

    first = int(plan.settings["Q"])
    quality = highest_quality(size_at, max_kb * 1024, first=first, most=plan.max_quality)
    if quality is None:
        least = min(bodies)
        needed = ceil(len(bodies[least]) / 1024)
        raise LimitExceeded(
            f"expected a file of at most {max_kb} KiB, got {needed} KiB in {plan.format} at quality {least}, "
            "the lowest that is made"
        )
    return bodies[quality]


def joined(strips: list[pyvips.Image], plan: Plan) -> pyvips.Image:
    """Join strips of frames into the one that libvips writes as an animation. The last may be shorter."""
    with translating_vips_errors(RenderError, "the animation could not be put together"):
        strip = strip_of(strips).crop(0, 0, plan.size.width, plan.size.height * plan.pages).copy()
        strip.set_type(pyvips.GValue.gint_type, "page-height", plan.size.height)
        return watched(strip)


def with_metadata(image: pyvips.Image, plan: Plan) -> pyvips.Image:
    """Keep only the metadata that the request asks for, without fields that are no longer true."""
    dropped = {"orientation", "exif-ifd0-Orientation", "jpeg-thumbnail-data"}
    if plan.pages == 1:
        dropped.update(_ANIMATION_FIELDS)
    if plan.profile is Profile.SRGB:
        dropped.add("icc-profile-data")
    if plan.metadata is Metadata.COPYRIGHT:
        from resizer_core.rendering.rights import keep_rights  # few requests need it, and it brings XML along

        image = image.copy()
        keep_rights(image, exif=plan.format.name != TIFF.name, xmp=not plan.gain_map)
    elif plan.gain_map:
        # The XMP describes the old gain map. The encoder describes the new one.
        dropped.add("xmp-data")
    if _kept(plan) == "none":
        dropped &= _USED_ALWAYS.get(plan.format.name, dropped)
    present = [name for name in dropped if image.get_typeof(name)]
    if present:
        image = image.copy()  # it costs more than all the rest here
    for name in present:
        image.remove(name)
    return image


def _kept(plan: Plan) -> str:
    """List what the encoder writes beside the pixels, as libvips' option ``keep`` spells it."""
    match plan.metadata:
        case Metadata.KEEP:
            return "all"
        case Metadata.COPYRIGHT:
            kept = ["exif", "xmp"]
        case _:
            kept = []
    if plan.gain_map:
        kept.append("gainmap")
    if plan.profile is not Profile.SRGB:
        kept.append("icc")
    return "|".join(kept) or "none"
