"""Everything that is done with libvips. It carries a plan out and decides nothing.

Importing this module sets libvips up for the whole process: only the loaders named here stay enabled, and
the cache of operations, which would hold other people's pictures, is off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import ceil, inf, log2, sqrt
from typing import Any, Final

# libvips says once, when it starts, whether it drops warnings: what they tell is in our errors already.
os.environ.setdefault("VIPS_WARNING", "0")

import pyvips

from resizer_core.errors import CorruptImage, LimitExceeded, PluginError, RenderError, ResizerError
from resizer_core.formats import AVIF, GIF, HEIC, JPEG, PNG, SVG, TIFF, WEBP, Format
from resizer_core.model import Box, Colour, Frame, Gravity, Orientation, Size, whole
from resizer_core.operations.channels import in_colour, levels, rounded, with_alpha
from resizer_core.planning.encoders import highest_quality
from resizer_core.planning.plan import Plan
from resizer_core.rendering import heic
from resizer_core.rendering.truncation import gif_is_cut
from resizer_core.spec import Metadata, Profile

Buffer = bytes | bytearray | memoryview

#: The class of loaders that libvips has to leave enabled for a format, and the one we call. Formats are
#: found by our own ``detect``; libvips never sniffs.
_LOADERS: Final[Mapping[str, tuple[str, str]]] = {
    JPEG.name: ("VipsForeignLoadJpeg", "jpegload_buffer"),
    PNG.name: ("VipsForeignLoadPng", "pngload_buffer"),
    WEBP.name: ("VipsForeignLoadWebp", "webpload_buffer"),
    AVIF.name: ("VipsForeignLoadHeif", "heifload_buffer"),
    GIF.name: ("VipsForeignLoadNsgif", "gifload_buffer"),
    TIFF.name: ("VipsForeignLoadTiff", "tiffload_buffer"),
    SVG.name: ("VipsForeignLoadSvg", "svgload_buffer"),
}
#: What reads the gain map of a JPEG, which is done where it is asked for alone; and how a JPEG says near its
#: beginning that it has one. Source: Ultra HDR Image Format v1.1 (XMP); ISO 21496-1, annex C (JPEG).
_GAIN_MAP_LOADER: Final = "VipsForeignLoadUhdr"
_GAIN_MAP_MARKS: Final = (b"http://ns.adobe.com/hdr-gain-map/1.0/", b"urn:iso:std:iso:ts:21496:-1")
_GAIN_MAP_HEAD_BYTES: Final = 128 * 1024
#: Formats with several pages: their loaders take ``page`` and ``n``.
_PAGED: Final = frozenset({WEBP.name, AVIF.name, GIF.name, TIFF.name})
#: Formats whose pages are the frames of an animation.
_ANIMATED: Final = frozenset({WEBP.name, GIF.name})
#: Fields that only an animation has, or that are no longer true after the work.
_ANIMATION_FIELDS: Final = ("delay", "gif-delay", "loop", "gif-loop", "n-pages", "page-height", "gif-palette")
#: What ``meta-copyright`` keeps of EXIF. Source: EXIF 2.32 (CIPA DC-008), tags 0x013B and 0x8298.
_COPYRIGHT_FIELDS: Final = ("exif-ifd0-Artist", "exif-ifd0-Copyright")
_GRAY: Final = ("b-w", "grey16")
#: How many bands are colour, where it is not three.
_COLOURS: Final[Mapping[str, int]] = {"b-w": 1, "grey16": 1, "cmyk": 4}
#: How large a picture ``trim`` looks at as it is, all its frames together; px. A larger one is looked at
#: reduced, or it would take longer than a viewer waits: a second for 4 MP (bench/limits.py).
_TRIM_PIXELS: Final = 12_000_000
_INTERESTING: Final[Mapping[Gravity, str]] = {Gravity.ATTENTION: "attention", Gravity.ENTROPY: "entropy"}
_ROTATIONS: Final = (None, "d90", "d180", "d270")


def _restrict_loaders() -> None:
    pyvips.operation_block_set("VipsForeignLoad", True)
    for name, (loader, _) in _LOADERS.items():
        pyvips.operation_block_set(loader, name == SVG.name)
    pyvips.operation_block_set(_GAIN_MAP_LOADER, False)


_restrict_loaders()
pyvips.cache_set_max(0)
# pyvips hands the warnings of libvips' threads to Python, where the garbage collector may start and close a
# damaged picture; closing it warns again, and GLib aborts the process at a warning inside a warning.
pyvips._remove_log_handler()


def engine() -> str:
    """The version of libvips, as it is stored with every derivative."""
    return f"libvips/{pyvips.version(0)}.{pyvips.version(1)}.{pyvips.version(2)}"


def check_writable(format: Format) -> None:
    """Refuse a format that this build of libvips cannot write: it would look as if the original were damaged.

    Raises:
        PluginError: there is no saver for it. Those of the built-in formats are always there.
    """
    suffix = format.suffix.encode()
    finders = (pyvips.vips_lib.vips_foreign_find_save_target, pyvips.vips_lib.vips_foreign_find_save_buffer)
    if all(find(suffix) == pyvips.ffi.NULL for find in finders):
        raise PluginError(f"the plugin {format} cannot be used: this libvips does not write {format.suffix}")


def probe(data: Buffer, format: Format, *, page: int = 1) -> Frame:
    """Read the header of an original; no pixel is decoded.

    Args:
        data: the whole file.
        format: what ``detect`` says it is.
        page: the page whose size is wanted, from 1; pages of a TIFF differ.

    Raises:
        CorruptImage: the header cannot be read, or the file ends too early.
        UnsupportedFormat: it is HEIC, and what decodes that is not installed.
    """
    if format.name == HEIC.name:
        return heic.probe(data)
    with _raising(CorruptImage, f"the original is damaged or no {format}"):
        image = _open(data, format)
        pages = _number(image, "n-pages", 1)
        if 1 < page <= pages and format.name == TIFF.name:
            image = _open(data, format, page=page - 1)
    if format.name == GIF.name and gif_is_cut(data):
        raise CorruptImage("the original is cut short")
    animated = format.name in _ANIMATED and pages > 1
    return Frame(
        size=Size(image.width, image.height),
        orientation=Orientation.from_exif(_number(image, "orientation", 1)),
        has_alpha=bool(image.hasalpha()),
        pages=pages,
        animated=animated,
        delays=_numbers(image, "delay") if animated else (),
        loop=_number(image, "loop", 0) if animated else 0,
        bits=_number(image, "bits-per-sample", 8),
        bands=image.bands - image.hasalpha(),
        profile=bool(image.get_typeof("icc-profile-data")),
        palette=bool(image.get_typeof("palette")),
        gain_map=format.name == JPEG.name and _says_gain_map(bytes(data[:_GAIN_MAP_HEAD_BYTES])),
        # libvips says it of a progressive JPEG as well, which is held as coefficients and takes less.
        interlaced=format.name == PNG.name and bool(image.get_typeof("interlaced")),
    )


def find_content(
    data: Buffer, format: Format, frame: Frame, crop: Box, threshold: int, *, page: int = 0, pages: int = 1
) -> Box:
    """Find what is left of a picture when a border of one colour is cut off. Decodes every pixel.

    Args:
        data, format, frame: the original.
        crop: the part of the upright picture that is looked at; px.
        threshold: how far a pixel may differ from the one in the corner and still be border; 0 to 255.
        page: the first page that is looked at, from 0.
        pages: how many are looked at; none of them loses anything.

    Returns:
        A part of ``crop``, counted from its corner; all of it if nothing but border is there.

    Raises:
        CorruptImage: the pixels cannot be decoded.
    """
    region = frame.orientation.inverse.turn_box(crop, frame.upright)
    with _raising(CorruptImage, "the original is damaged"):
        roll = _open(data, format, page=page, pages=pages)
        boxes = [
            found
            for number in range(pages)
            if (
                found := _without_border(
                    _cut(_frame_of(roll, number, frame.size), region), frame.orientation, threshold, pages
                )
            )
        ]
    return _union(boxes) or whole(crop.size)


def render(data: Buffer, plan: Plan) -> bytes:
    """Carry out ``plan``.

    Raises:
        CorruptImage: the original is cut short or damaged: never is half a picture made.
        RenderError: libvips refused a step that the plan holds.
        LimitExceeded: with the lowest quality that is made the file is still larger than the plan allows.
    """
    made = _made(data, plan)
    with _raising(RenderError, "the picture could not be made"):
        made = _with_metadata(made, plan)
    return _encoded(made, plan) if plan.max_kb is None else _encoded_below(made, plan, plan.max_kb)


def watermark(data: Buffer, plan: Plan) -> pyvips.Image:
    """Carry out ``plan`` but for the encoder: red, green, blue and alpha, decoded in memory.

    Raises:
        CorruptImage, RenderError: as ``render``.
    """
    return _decoded(with_alpha(in_colour(_made(data, plan))))


def _made(data: Buffer, plan: Plan) -> pyvips.Image:
    with _raising(CorruptImage, "the original is damaged"):
        roll = _open(data, plan.original, page=plan.page, pages=plan.pages, shrink=plan.shrink)
    if plan.pages == 1:
        upright = _upright(roll, plan)
        crop = _crop_of(upright, plan)
        made = _finished(upright, plan, crop)
        return _with_gain_map(made, data, plan, crop) if plan.gain_map else made
    return _rolled(_frames(roll, plan), plan)


# --- reading ---------------------------------------------------------------------------------------


def _open(data: Buffer, format: Format, *, page: int = 0, pages: int = 1, shrink: float = 1) -> pyvips.Image:
    if format.name == HEIC.name:
        return _decoded_heic(data)
    options: dict[str, Any] = {
        "access": "sequential",
        # The level that makes a cut or damaged file an error instead of half a picture.
        "fail_on": "error",
    }
    if format.name in _PAGED:
        options |= {"page": page, "n": pages}
    if format.name == JPEG.name:
        options["shrink"] = shrink
    if format.name == SVG.name:
        options["scale"] = 1 / shrink
        # Only a configuration that knows SVG gets here.
        pyvips.operation_block_set(_LOADERS[SVG.name][0], False)
    loader: Callable[..., pyvips.Image] = getattr(pyvips.Image, _LOADERS[format.name][1])
    image = loader(data, **options)
    if image.interpretation == "multiband":
        raise CorruptImage(f"the original is a {format} whose bands are no colours that are known")
    return _without_spare_bands(image)


def _decoded_heic(data: Buffer) -> pyvips.Image:
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
    """The same with these fields. libvips reads them in what its own loaders open alone: so, in a JPEG."""
    if not 6 < len(exif) <= 65_533:
        return image
    jpeg = bytes(pyvips.Image.black(1, 1).jpegsave_buffer())
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    carrier = pyvips.Image.jpegload_buffer(jpeg[:2] + segment + jpeg[2:])
    image = image.copy()
    for name in carrier.get_fields():
        if name.startswith("exif-"):
            image.set_type(carrier.get_typeof(name), name, carrier.get(name))
    return image


def _without_spare_bands(image: pyvips.Image) -> pyvips.Image:
    """Colour and transparency only: a TIFF may hold more beside them, which no step expects."""
    wanted = _COLOURS.get(str(image.interpretation), 3) + 1
    return image.extract_band(0, n=wanted) if image.bands > wanted else image


def _frame_of(roll: pyvips.Image, number: int, size: Size) -> pyvips.Image:
    """One frame of the strip in which libvips holds an animation."""
    if roll.height == size.height:
        return roll
    return roll.crop(0, number * size.height, size.width, size.height)


def _decoded(image: pyvips.Image) -> pyvips.Image:
    with _raising(CorruptImage, "the original is cut short or damaged"):
        return image.copy_memory()


# --- one page, in the order of the plan ------------------------------------------------------------


def _frames(roll: pyvips.Image, plan: Plan) -> list[pyvips.Image]:
    """Every frame, made like a still: a kernel that ran over the whole strip would mix neighbours' edges."""
    frames = []
    crop: Box | None = None
    for number in range(plan.pages):
        upright = _upright(_frame_of(roll, number, plan.stored), plan)
        # Where the first frame says: with a crop for each, the picture would jump about.
        crop = crop or _crop_of(upright, plan)
        frames.append(_decoded(_finished(upright, plan, crop)))
    return frames


def _upright(image: pyvips.Image, plan: Plan) -> pyvips.Image:
    """One page at its final scale, in its final colours, the right way up."""
    with _raising(RenderError, "the picture could not be made"):
        decoded = Size(image.width, image.height)
        image = _cut(image, plan.region.shrunk(plan.shrink, decoded))
        deep = plan.bits == 16 and image.format == "ushort"
        image = _resized_finely(image, plan.scaled) if deep else _resized(image, plan.scaled)
        image = _converted(image, plan.profile, plan.bits)
    image = _turned(image, plan.turn)
    # A smart gravity looks at it twice, where there is anything to cut off.
    return _decoded(image) if plan.gravity and plan.placement.crops else image


def _crop_of(image: pyvips.Image, plan: Plan) -> Box:
    """What is kept of an upright page: what the plan says, or its pixels where the plan asks them."""
    crop = plan.placement.crop
    if plan.gravity is None or not plan.placement.crops:
        return crop
    with _raising(RenderError, "the picture could not be made"):
        # In 8 bits, since it counts how often each level is there.
        image = _in_bits(image, 8).copy(xoffset=0, yoffset=0)
        # A crop notes, negated, where it lies in the picture that it was cut from.
        found = image.smartcrop(crop.size.width, crop.size.height, interesting=_INTERESTING[plan.gravity])
        return Box(left=-found.xoffset, top=-found.yoffset, size=crop.size)


def _finished(image: pyvips.Image, plan: Plan, crop: Box) -> pyvips.Image:
    """An upright page cropped, on its background and canvas, with the operations carried out."""
    with _raising(RenderError, "the picture could not be made"):
        image = _cut(image, crop)
        if plan.background:
            image = _over(image, plan.background)
        if plan.placement.pads:
            image = _padded(image, plan)
    if plan.operations:
        # They may look at it in any order and more than once.
        image = _decoded(image)
    with _raising(RenderError, "the picture could not be made"):
        for operation in plan.operations:
            # Worked out before the next one, or it would be again for each neighbour that it looks at.
            image = operation.apply(image).copy_memory()
        return image


def _cut(image: pyvips.Image, box: Box) -> pyvips.Image:
    if box.covers(Size(image.width, image.height)):
        return image
    return image.crop(box.left, box.top, box.size.width, box.size.height)


def _resized(image: pyvips.Image, size: Size) -> pyvips.Image:
    if (image.width, image.height) == (size.width, size.height):
        return image
    across, down = size.width / image.width, size.height / image.height
    if not image.hasalpha():
        return image.resize(across, vscale=down)
    # Weighted by alpha, or the colour of what cannot be seen would bleed into what can.
    stored_as = image.format
    # Rounded, since a cast cuts off: half a level darker on average.
    return image.premultiply().resize(across, vscale=down).unpremultiply().rint().cast(stored_as)


def _resized_finely(image: pyvips.Image, size: Size) -> pyvips.Image:
    """The same in 16 bits, all of which white fills: of 10 or 12 the decoder leaves the last ones at 0.

    In floating point, since libvips weights whole numbers with 12 bits, which makes white a little gray.
    """
    bits = _number(image, "bits-per-sample", 16)
    white = 65_536 - 2 ** (16 - bits) if 8 < bits < 16 else 65_535
    spread = (image * (65_535 / white)).copy(interpretation=image.interpretation)
    return rounded(_resized(spread, size), image)


def _converted(image: pyvips.Image, profile: Profile, bits: int) -> pyvips.Image:
    """To 8 or 16 bits, and to the colours that are wanted; after the resize, where there are fewer pixels."""
    cmyk = image.interpretation == "cmyk"
    embedded = bool(image.get_typeof("icc-profile-data"))
    if profile is Profile.KEEP and not cmyk:
        return _in_bits(image, bits)
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
    return _in_bits(image, bits)


def _in_bits(image: pyvips.Image, bits: int) -> pyvips.Image:
    gray = image.interpretation in _GRAY
    if bits == 16:
        return image.colourspace("grey16" if gray else "rgb16").cast("ushort")
    return image.colourspace("b-w" if gray else "srgb").cast("uchar")


def _turned(image: pyvips.Image, turn: Orientation) -> pyvips.Image:
    if turn == Orientation():
        return image
    # Read bottom up or by columns, which a file that is decoded line by line cannot be.
    image = _decoded(image)
    if rotation := _ROTATIONS[turn.quarter_turns]:
        image = image.rot(rotation)
    return image.fliphor() if turn.mirrored else image


def _over(image: pyvips.Image, background: Colour) -> pyvips.Image:
    """The picture on a sheet of ``background``, which may be translucent itself."""
    if not image.hasalpha():
        return image
    image = in_colour(image)
    if background.is_opaque:
        return image.flatten(background=levels(background, image)[:3])
    sheet = image.new_from_image(levels(background, image)).copy(interpretation=image.interpretation)
    return sheet.cast(image.format).composite2(image, "over").cast(image.format)


def _padded(image: pyvips.Image, plan: Plan) -> pyvips.Image:
    image = in_colour(image)
    if not plan.padding.is_opaque:
        image = with_alpha(image)
    return _on_canvas(image, plan, levels(plan.padding, image)[: image.bands])


def _on_canvas(image: pyvips.Image, plan: Plan, background: list[float]) -> pyvips.Image:
    left, top = plan.placement.at
    canvas = plan.placement.canvas
    return image.embed(left, top, canvas.width, canvas.height, extend="background", background=background)


# --- the gain map ----------------------------------------------------------------------------------


def _says_gain_map(head: bytes) -> bool:
    return any(mark in head for mark in _GAIN_MAP_MARKS)


def _with_gain_map(made: pyvips.Image, data: Buffer, plan: Plan, crop: Box) -> pyvips.Image:
    """A finished page with the gain map of its original, which went the same way.

    It lies on the page to half of a pixel of its own.
    """
    with _raising(CorruptImage, "the gain map of the original is damaged or missing"):
        header = pyvips.Image.uhdrload_buffer(data)
        described: dict[str, Any] = {
            name: header.get(name) for name in header.get_fields() if name.startswith("gainmap-")
        }
        gain = pyvips.Image.jpegload_buffer(described.pop("gainmap-data"), fail_on="error")
        if gain.width > plan.stored.width or gain.height > plan.stored.height or gain.bands not in (1, 3):
            # Its size is checked nowhere else: it could fill any memory.
            raise CorruptImage("the gain map of the original is larger than its picture, or no gain map")
        gain = gain.copy_memory()
    with _raising(RenderError, "the gain map could not be made"):
        smaller = plan.stored.width / gain.width
        gain = _cut(gain, plan.region.shrunk(smaller, Size(gain.width, gain.height)))
        gain = _cut(_turned(_resized(gain, plan.scaled), plan.turn), crop)
        if plan.placement.pads:
            gain = _on_canvas(gain, plan, _no_gain(described, gain.bands))
        size = Size(ceil(made.width / max(1, smaller)), ceil(made.height / max(1, smaller)))
        gain = _resized(gain, size).copy_memory()
        # The encoder of gain maps takes nothing else.
        made = in_colour(made).copy()
        for name, value in described.items():
            made.set_type(header.get_typeof(name), name, value)
        made.set_type(pyvips.GValue.image_type, "gainmap", gain)
        return made


def _no_gain(described: Mapping[str, Any], bands: int) -> list[float]:
    """The level that leaves a pixel as bright as it is. Source: Ultra HDR Image Format v1.1, "Encode"."""
    background = []
    for lowest, highest, gamma in zip(
        described["gainmap-min-content-boost"],
        described["gainmap-max-content-boost"],
        described["gainmap-gamma"],
        strict=True,
    ):
        if not (0 < lowest <= highest < inf and 0 < gamma < inf):
            raise CorruptImage("the gain map of the original says nothing that could be meant")
        width = log2(highest) - log2(lowest)
        share = min(max(-log2(lowest) / width, 0), 1) if width else 0
        background.append(255 * share**gamma)
    return background[:bands]


# --- writing ---------------------------------------------------------------------------------------


def _encoded(made: pyvips.Image, plan: Plan, **chosen: int) -> bytes:
    with _raising(CorruptImage, "the original is cut short or damaged"):
        # libvips decodes here, while it writes.
        settings: dict[str, Any] = {**plan.settings, **chosen}
        if plan.gain_map:
            settings = {"Q": settings["Q"], "keep": _kept(plan)}  # all that this encoder takes
            return bytes(made.uhdrsave_buffer(**settings))
        return bytes(made.write_to_buffer(plan.format.suffix, keep=_kept(plan), **settings))


def _encoded_below(made: pyvips.Image, plan: Plan, max_kb: int) -> bytes:
    """With the highest quality that takes no more than this many KiB."""
    made = _decoded(made)  # it is encoded several times
    bodies: dict[int, bytes] = {}

    def size_at(quality: int) -> int:
        bodies[quality] = _encoded(made, plan, Q=quality)
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


def _rolled(frames: list[pyvips.Image], plan: Plan) -> pyvips.Image:
    with _raising(RenderError, "the animation could not be put together"):
        roll = pyvips.Image.arrayjoin(frames, across=1).copy()
        roll.set_type(pyvips.GValue.gint_type, "page-height", plan.size.height)
        return roll


def _with_metadata(image: pyvips.Image, plan: Plan) -> pyvips.Image:
    """Only what is to be kept, and nothing that is no longer true."""
    image = image.copy()
    present = image.get_fields()
    dropped = {"orientation", "exif-ifd0-Orientation", "jpeg-thumbnail-data"}
    if plan.pages == 1:
        dropped.update(_ANIMATION_FIELDS)
    if plan.profile is Profile.SRGB:
        dropped.add("icc-profile-data")
    if plan.gain_map:
        # It describes the gain map that was; the encoder describes the new one.
        dropped.add("xmp-data")
    if plan.metadata is Metadata.COPYRIGHT:
        dropped.update(
            name for name in present if name.startswith("exif-ifd") and name not in _COPYRIGHT_FIELDS
        )
    for name in dropped.intersection(present):
        image.remove(name)
    return image


def _kept(plan: Plan) -> str:
    """What the encoder writes beside the pixels, in the words of libvips' ``keep``."""
    match plan.metadata:
        case Metadata.KEEP:
            return "all"
        case Metadata.COPYRIGHT:
            kept = ["exif"]
        case _:
            kept = []
    if plan.gain_map:
        kept.append("gainmap")
    if plan.profile is not Profile.SRGB:
        kept.append("icc")
    return "|".join(kept) or "none"


# --- borders ---------------------------------------------------------------------------------------


def _without_border(image: pyvips.Image, orientation: Orientation, threshold: int, pages: int) -> Box | None:
    """What of a page is no border, once it is upright: the corner is the one that a person sees."""
    size = orientation.turn_size(Size(image.width, image.height))
    factor = ceil(sqrt(size.pixels * pages / _TRIM_PIXELS))
    if factor > 1:
        image = image.shrink(factor, factor, ceil=True)
    # In 8 bits, since the threshold is in levels of 255; in memory, since it is looked at more than once.
    found = _content(_turned(_in_bits(image, 8).copy_memory(), orientation), threshold)
    return found.grown(factor, size) if found and factor > 1 else found


def _content(image: pyvips.Image, threshold: int) -> Box | None:
    corner = image.getpoint(0, 0)
    if not image.hasalpha():
        return _beyond(image, corner, threshold)
    # On the corner's own colour, what is transparent has no colour of its own that could differ.
    colour = _beyond(image.flatten(background=corner[:-1]), corner[:-1], threshold)
    # A black drawing on transparent black differs in nothing but this.
    alpha = _beyond(image.extract_band(image.bands - 1), corner[-1:], threshold)
    return _union([box for box in (colour, alpha) if box])


def _beyond(image: pyvips.Image, border: list[float], threshold: int) -> Box | None:
    # libvips takes out specks first, with a median of 3x3 px, which does not fit into less.
    thin = min(image.width, image.height) < 3
    left, top, width, height = image.find_trim(threshold=threshold, background=border, line_art=thin)
    return Box(left=left, top=top, size=Size(width, height)) if width and height else None


def _union(boxes: list[Box]) -> Box | None:
    """The smallest box that holds them all; None of none."""
    if not boxes:
        return None
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left=left, top=top, size=Size(right - left, bottom - top))


# --- libvips' own ----------------------------------------------------------------------------------


def _number(image: pyvips.Image, field: str, default: int) -> int:
    """A field of the header as a whole number; the default when the file does not have it."""
    value = image.get(field) if image.get_typeof(field) else default
    return value if isinstance(value, int) else default


def _numbers(image: pyvips.Image, field: str) -> tuple[int, ...]:
    """A field of the header that holds a list of whole numbers; empty when the file does not have it."""
    value = image.get(field) if image.get_typeof(field) else ()
    return tuple(number for number in value if isinstance(number, int)) if isinstance(value, list) else ()


@contextmanager
def _raising(kind: type[ResizerError], message: str) -> Iterator[None]:
    """The only way out of this module for an error of libvips."""
    try:
        yield
    except pyvips.Error as error:
        raise kind(message) from error
