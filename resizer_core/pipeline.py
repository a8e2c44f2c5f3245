"""Turn the bytes of an original into a derivative, or into the plan for it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from resizer_core.errors import (
    ConfigurationError,
    CorruptImage,
    LimitExceeded,
    SourceError,
    UnsupportedFormat,
)
from resizer_core.formats import Format, detect
from resizer_core.mistakes import check_bytes
from resizer_core.model import Bounds, Buffer, ImageHeader, Size
from resizer_core.operations.watermark import Watermark
from resizer_core.option_values import Profile
from resizer_core.planning.limits import check_request
from resizer_core.planning.plan import Plan
from resizer_core.planning.planner import crop_box, make_plan
from resizer_core.rendering.libvips import check_writable
from resizer_core.rendering.reading import probe
from resizer_core.rendering.render import render, render_watermark
from resizer_core.rendering.resampling import resized
from resizer_core.site import DEFAULT_SITE, Limits, Site, check_site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec
from resizer_core.value import Value, field, replace

if TYPE_CHECKING:
    from pyvips import Image

#: The longest side of a watermark's picture in memory, px. A larger picture is reduced to it.
WATERMARK_SIDE: Final = 2048

#: The first bytes of gzip. Source: RFC 1952, section 2.3.1.
_GZIP: Final = b"\x1f\x8b"


class Result(Value, kw_only=True):
    """Hold a picture that was made.

    Attributes:
        body: the encoded picture.
        format: the format of ``body``.
        size: the size of one frame, px.
        plan: the steps that were done.
    """

    body: bytes
    format: Format
    size: Size
    plan: Plan = field(repr=False)

    @property
    def media_type(self) -> str:
        """Give the media type, for Content-Type."""
        return self.format.media_type


def resize(data: Buffer, spec: Spec | str, *, accept: str = "", site: Site = DEFAULT_SITE) -> Result:
    """Make a derivative of the picture in ``data``.

    >>> from pathlib import Path
    >>> cat = Path("examples/originals/cat.jpg").read_bytes()
    >>> resize(cat, "300x200_fit-cover_f-webp").size
    Size(width=300, height=200)

    Args:
        data: the whole original, gzipped or not.
        spec: the SPEC, as a value or in any spelling of the grammar.
        accept: the ``Accept`` header of the viewer's browser, for ``f-auto``.
        site: the limits, defaults, presets, watermarks, formats and operations.

    Raises:
        InvalidSpec: the SPEC breaks the grammar or cannot be answered for this original.
        LimitExceeded: the original or the derivative is beyond the limits.
        UnsupportedFormat, CorruptImage: the original cannot be read.
        RenderError: libvips refused a step.
        ConfigurationError: a watermark cannot be used.
        PluginError: the SPEC needs a plugin that cannot be used.
    """
    check_site(site)
    spec = spec if isinstance(spec, Spec) else parse_spec(spec, site)
    check_request(spec, site)
    data = unpacked(data, site.limits)
    plan = WatermarkPictures(site).put_into(plan_for(data, spec, accept=accept, site=site))
    return Result(body=render(data, plan), format=plan.format, size=plan.size, plan=plan)


def plan_for(data: Buffer, spec: Spec | str, *, accept: str = "", site: Site = DEFAULT_SITE) -> Plan:
    """Plan the steps that ``resize`` would do with this original, and do none of them.

    This reads the names of watermarks, but not their pictures.

    Raises:
        InvalidSpec, LimitExceeded, UnsupportedFormat, CorruptImage, PluginError: as ``resize``.
    """
    check_site(site)
    spec = spec if isinstance(spec, Spec) else parse_spec(spec, site)
    data = unpacked(data, site.limits)
    asked = spec.resolved
    original, header = read_header(data, page=asked.page, site=site)
    plan = make_plan(spec, header, original, accept=accept, site=site)
    check_writable(plan.format)
    if asked.trim is None:
        return plan
    from resizer_core.rendering.border import find_content  # few requests need it

    # Plan twice: the first plan checks the limits, before trim decodes pixels to find the border.
    crop = crop_box(spec, header)
    content = find_content(data, original, header, crop, asked.trim, page=plan.page, pages=plan.pages)
    return make_plan(spec, header, original, accept=accept, content=content, site=site)


def read_header(data: Buffer, *, page: int = 1, site: Site = DEFAULT_SITE) -> tuple[Format, ImageHeader]:
    """Find the format of an original, and read its header. This decodes no pixel.

    Args:
        data: the whole original, gzipped or not.
        page: the number of the page, from 1. The pages of a file may have different headers.
        site: the formats that are read, and the limits.

    Raises:
        LimitExceeded, UnsupportedFormat, CorruptImage: as ``resize``.
    """
    data = unpacked(data, site.limits)
    original = detect(data, site.formats)
    return original, probe(data, original, page=page, limits=site.limits)


def unpacked(data: Buffer, limits: Limits) -> Buffer:
    """Unpack an original that is gzipped, and return any other one as it is.

    The first bytes decide, and not the headers of a store: some stores unpack by themselves, and others do
    not. Bytes after the end of the gzip data are ignored, as in browsers.

    Args:
        data: the whole original.
        limits: ``input_bytes`` limits both the packed and the unpacked bytes.

    Raises:
        LimitExceeded: the original has more bytes than that.
        CorruptImage: the gzip data is cut short or damaged.
        UnsupportedFormat: it is gzip in gzip, or gzip of several parts.
    """
    check_bytes(data, "data")
    most = limits.input_bytes
    if len(data) > most:
        raise LimitExceeded(f"expected an original of at most {most} bytes, got {len(data)}")
    if bytes(data[:2]) != _GZIP:
        return data
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: gzip, with its checksum
    try:
        body = unpacking.decompress(data, most + 1)
    except zlib.error as error:
        raise CorruptImage("the gzip of the original is damaged") from error
    if len(body) > most:
        raise LimitExceeded(f"expected an original of at most {most} bytes, got gzip of more")
    if not unpacking.eof:
        raise CorruptImage("the gzip of the original is cut short")
    if body.startswith(_GZIP) or unpacking.unused_data.startswith(_GZIP):
        raise UnsupportedFormat("the original is gzip in gzip, or gzip of several parts")
    return body


class WatermarkPictures:
    """Hold the pictures of watermarks, each decoded once for each colour space."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._decoded: dict[tuple[str, Profile], Image] = {}

    def put_into(self, plan: Plan) -> Plan:
        """Return the same plan, with the pictures of its watermarks.

        Raises:
            ConfigurationError: a picture cannot be used.
            StorageError: the store of a picture failed.
        """
        if not any(isinstance(op, Watermark) for op in plan.operations):
            return plan
        operations = (
            op.of(self._picture(op.image_name, plan.profile), resized) if isinstance(op, Watermark) else op
            for op in plan.operations
        )
        return replace(plan, operations=tuple(operations))

    def _picture(self, name: str, profile: Profile) -> Image:
        # If the derivative keeps the original's profile, the watermark is converted to sRGB all the same.
        wanted = profile if profile is Profile.P3 else Profile.SRGB
        if (name, wanted) not in self._decoded:
            packed = self._site.watermarks[name]
            spec = Spec(
                dimensions=Bounds(WATERMARK_SIDE, WATERMARK_SIDE), still=True, format="png", profile=wanted
            )
            try:
                data = unpacked(packed, self._site.limits)
                plan = plan_for(data, spec, site=Site(limits=self._site.limits, formats=self._site.formats))
                self._decoded[name, wanted] = render_watermark(data, plan)
            except (LimitExceeded, SourceError) as error:
                raise ConfigurationError(f"the watermark {name!r} cannot be used: {error}") from error
        return self._decoded[name, wanted]
