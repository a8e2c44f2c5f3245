"""Read originals: the header for the planner, and the pixels for libvips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from resizer_core.errors import CorruptImage
from resizer_core.formats import AVIF, GIF, HEIC, JPEG, PNG, SVG, TIFF, WEBP, Format
from resizer_core.model import Buffer, ImageHeader, Orientation, Size
from resizer_core.rendering import jpeg, svg, tiff
from resizer_core.rendering.animation import Animation
from resizer_core.rendering.apng import apng_animation
from resizer_core.rendering.coded_colours import coded_colours, in_coded_colours
from resizer_core.rendering.counting import CUT, check_parts
from resizer_core.rendering.gif import gif_animation
from resizer_core.rendering.holes import check_holes
from resizer_core.rendering.libvips import (
    LOADERS,
    allow_svg,
    integer_field,
    integer_list_field,
    loaded,
    pyvips,
    translating_vips_errors,
)
from resizer_core.rendering.tiff_samples import check_tiff, opened
from resizer_core.rendering.watch import watched
from resizer_core.site import DEFAULT_SITE, Limits
from resizer_core.value import replace

#: Formats with several pages: their loaders take ``page`` and ``n``.
_PAGED: Final = frozenset({WEBP.name, AVIF.name, GIF.name, TIFF.name})
#: Formats whose pages are the frames of an animation.
_ANIMATED: Final = frozenset({WEBP.name, GIF.name, PNG.name})
#: The number of colour bands in each interpretation that does not have three.
_COLOURS: Final[Mapping[str, int]] = {"b-w": 1, "grey16": 1, "cmyk": 4}
#: The marks near the beginning of a JPEG that has a gain map.
#: Source: Ultra HDR Image Format v1.1 (XMP); ISO 21496-1, annex C (JPEG).
_GAIN_MAP_MARKS: Final = (b"http://ns.adobe.com/hdr-gain-map/1.0/", b"urn:iso:std:iso:ts:21496:-1")
_GAIN_MAP_HEAD_BYTES: Final = 128 * 1024


def probe(
    data: Buffer, format: Format, *, page: int = 1, limits: Limits = DEFAULT_SITE.limits
) -> ImageHeader:
    """Read the header of an original. No pixel is decoded.

    Args:
        data: the whole file.
        format: the format that ``detect`` found.
        page: the page whose header is wanted, from 1. The pages of a file may differ.
        limits: how many parts, such as frames and scans, the file may have. libvips goes through all of them.

    Raises:
        LimitExceeded: the file has too many parts.
        CorruptImage: the header cannot be read, or the file ends too early.
        UnsupportedFormat: the file is HEIC, and its decoder is not installed. Or it is a TIFF that is camera
            raw, or a TIFF whose samples may not come out right.
    """
    parts = check_parts(data, format, limits)
    if format.name == HEIC.name:
        from resizer_core.rendering import (
            heic,  # starts processes, with modules that a cold start can do without
        )

        header = heic.probe(data)
        _check_end(parts)
        said = coded_colours(data, format, gray=header.bands == 1)
        return replace(
            header,
            profile=header.profile or bool(said.profile),
            high_dynamic_range=said.high_dynamic_range,
        )
    if format.name == TIFF.name:
        check_tiff(data, page - 1)
    with translating_vips_errors(CorruptImage, f"the original is damaged or no {format}"):
        animation = animation_of(data, format)
        image = described(open_image(data, format, pixels=False), animation)
        pages = integer_field(image, "n-pages", 1)
        if 1 < page <= pages and animation is None:
            image = open_image(data, format, page=page - 1)
    _check_end(parts)
    animated = format.name in _ANIMATED and pages > 1
    bits = integer_field(image, "bits-per-sample", 8)
    on_canvas = animation is not None and not (animation.starts_with_still and page == 1)
    return ImageHeader(
        size=animation.size if animation else Size(image.width, image.height),
        orientation=Orientation.from_exif(integer_field(image, "orientation", 1)),
        has_alpha=bool(image.hasalpha()) or (animation is not None and animation.shows_through),
        pages=pages,
        animated=animated,
        delays=integer_list_field(image, "delay") if animated else (),
        loop=integer_field(image, "loop", 0) if animated else 0,
        bits=min(bits, 8) if on_canvas else bits,
        bands=image.bands - image.hasalpha(),
        profile=bool(image.get_typeof("icc-profile-data")),
        palette=bool(image.get_typeof("palette")),
        high_dynamic_range=coded_colours(data, format, gray=False).high_dynamic_range,
        gain_map=format.name == JPEG.name and _says_gain_map(bytes(data[:_GAIN_MAP_HEAD_BYTES])),
        # libvips sets this field for a progressive JPEG too. That is held as coefficients, in less memory.
        interlaced=format.name == PNG.name and (bool(image.get_typeof("interlaced")) or on_canvas),
    )


def animation_of(data: Buffer, format: Format) -> Animation | None:
    """Find the frames of an animation that libvips draws in another way than browsers.

    Return None for every other file.

    Raises:
        CorruptImage: a part of the animation is damaged or missing.
        pyvips.Error: the header cannot be read.
    """
    if format.name == PNG.name:
        return apng_animation(data)
    if format.name != GIF.name:
        return None
    image = open_image(data, format)
    return gif_animation(data, Size(image.width, image.height))


def described(image: pyvips.Image, animation: Animation | None) -> pyvips.Image:
    """Set the fields that libvips does not know: the number of frames, their delays and the loop count."""
    if animation is None or not animation.delays:
        return image
    image = image.copy()
    image.set_type(pyvips.GValue.gint_type, "n-pages", len(animation.frames))
    image.set_type(pyvips.GValue.gint_type, "loop", animation.loop)
    image.set_type(pyvips.GValue.array_int_type, "delay", list(animation.delays))
    return image


def open_pages(
    data: Buffer, format: Format, size: Size, *, page: int = 0, pages: int = 1, shrink: float = 1
) -> pyvips.Image:
    """Open pages as ``open_image`` does, each of ``size`` px before ``shrink``.

    Raises:
        CorruptImage: for the reasons of ``open_image``; or the pages have a hole; or they have another size
            than ``size``, and the limits were checked for ``size`` alone.
        UnsupportedFormat, pyvips.Error: for the reasons of ``open_image``.
    """
    check_holes(data, format, size, page=page, pages=pages)
    if format.name == TIFF.name:
        data, page = tiff.alone(data, page), 0
    image = open_image(data, format, page=page, pages=pages, shrink=shrink)
    # Decoders that shrink round in different ways, but by less than one pixel of their own.
    most = max(shrink, 1)
    wide, high = image.width * shrink - size.width, image.height * shrink - size.height * pages
    if abs(wide) >= most or abs(high) >= most:
        raise CorruptImage(
            f"expected {pages} of {size} in the original, got {image.width}x{image.height} at 1/{shrink:g}"
        )
    return image


def open_image(
    data: Buffer, format: Format, *, page: int = 0, pages: int = 1, shrink: float = 1, pixels: bool = True
) -> pyvips.Image:
    """Open ``pages`` pages from ``page`` on, counted from 0. The pixels are decoded when they are used.

    Several pages come as one strip, one below the other. With ``shrink``, a JPEG or SVG is decoded that many
    times smaller. Without ``pixels``, use the header alone.

    Raises:
        CorruptImage: the bands are no known colours, or it is a HEIC that cannot be decoded, or a JPEG that
            lacks pixels.
        UnsupportedFormat: it is HEIC, and its decoder is not installed.
        pyvips.Error: the header cannot be read.
    """
    if format.name == HEIC.name:
        return in_coded_colours(_decoded_heic(data), data, format)
    options: dict[str, Any] = {
        "access": "sequential",
        # At this level a cut or damaged file is an error, and not half a picture.
        "fail_on": "error",
    }
    if format.name in _PAGED:
        options |= {"page": page, "n": pages}
    if format.name == TIFF.name and tiff.is_tiled(data, page):
        # Below this level a tile that cannot be read is black. Strips keep the lower level, since at this
        # one harmless warnings would be errors.
        options["fail_on"] = "warning"
    if format.name == SVG.name:
        data = svg.fitted(data)
        options |= {"dpi": svg.DPI, "scale": svg.NATURAL / shrink}
        allow_svg()
    if format.name == JPEG.name and pixels:
        image = jpeg.opened(data, int(shrink))
    elif format.name == TIFF.name:
        image = opened(data, page, options)
    else:
        image = loaded(data, LOADERS[format.name][1], **options)
    return watched(in_coded_colours(_in_known_bands(image, format), data, format))


def decoded(image: pyvips.Image) -> pyvips.Image:
    """Decode every pixel of ``image`` into memory.

    Raises:
        CorruptImage: it is cut short or damaged.
    """
    with translating_vips_errors(CorruptImage, "the original is cut short or damaged"):
        return watched(image.copy_memory())


def _check_end(parts: Counter[str]) -> None:
    """Refuse a file that is cut short. Decoders fill the gap and report no error, whatever ``fail_on`` is."""
    if parts[CUT]:
        raise CorruptImage("the original is cut short or damaged")


def _decoded_heic(data: Buffer) -> pyvips.Image:
    from resizer_core.rendering import heic

    decoded = heic.decode(data)
    deep, gray = decoded.bits > 8, decoded.bands < 3
    width, height, bands = decoded.size.width, decoded.size.height, decoded.bands
    image = pyvips.Image.new_from_memory(decoded.pixels, width, height, bands, "ushort" if deep else "uchar")
    space = ("grey16" if gray else "rgb16") if deep else ("b-w" if gray else "srgb")
    image = image.copy(interpretation=space)
    image.set_type(pyvips.GValue.gint_type, "bits-per-sample", decoded.bits)
    if decoded.profile:
        profile: Any = decoded.profile
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    if decoded.xmp:
        xmp: Any = decoded.xmp
        image.set_type(pyvips.GValue.blob_type, "xmp-data", xmp)
    return _with_exif(image, decoded.exif)


def _with_exif(image: pyvips.Image, exif: bytes) -> pyvips.Image:
    """Add the fields of ``exif``. Only the loaders of libvips parse EXIF, so a small JPEG carries it."""
    if not 6 < len(exif) <= 65_533:
        return image
    jpeg = bytes(pyvips.Image.black(1, 1).jpegsave_buffer())
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    carrier = loaded(jpeg[:2] + segment + jpeg[2:], "jpegload")
    image = image.copy()
    for name in carrier.get_fields():
        if name.startswith("exif-"):
            image.set_type(carrier.get_typeof(name), name, carrier.get(name))
    return image


def _in_known_bands(image: pyvips.Image, format: Format) -> pyvips.Image:
    """Keep colour and transparency only. A TIFF may have more bands, and no step expects them."""
    space = str(image.interpretation)
    if space == "multiband":
        raise CorruptImage(f"the original is a {format} whose bands are no known colours")
    wanted = _COLOURS.get(space, 3) + 1
    return image.extract_band(0, n=wanted) if image.bands > wanted else image


def _says_gain_map(head: bytes) -> bool:
    return any(mark in head for mark in _GAIN_MAP_MARKS)
