"""Turn the bytes of an original into those of a derivative, or into the plan for it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
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
from resizer_core.shown import by_fields
from resizer_core.site import DEFAULT_SITE, Limits, Site, check_site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec

if TYPE_CHECKING:
    from pyvips import Image

#: How large the picture of a watermark is kept in memory; a larger one is reduced. px a side.
WATERMARK_SIDE: Final = 2048

#: How gzip begins. Source: RFC 1952, section 2.3.1.
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A picture that was made.

    Attributes:
        body: the encoded picture.
        format: what it is encoded in.
        size: of one frame, px.
        plan: what was done to the original.
    """

    body: bytes
    format: Format
    size: Size
    plan: Plan = field(repr=False)

    __repr__ = by_fields

    @property
    def media_type(self) -> str:
        """As it belongs in Content-Type."""
        return self.format.media_type


def resize(data: Buffer, spec: Spec | str, *, accept: str = "", site: Site = DEFAULT_SITE) -> Result:
    """Make a derivative of the picture in ``data``.

    >>> from pathlib import Path
    >>> cat = Path("examples/originals/cat.jpg").read_bytes()
    >>> resize(cat, "300x200_fit-cover_f-webp").size
    Size(width=300, height=200)

    Args:
        data: the whole original; gzipped or not.
        spec: what is asked for, as a value or in any spelling of the grammar.
        accept: the ``Accept`` header of whoever will see it, for ``f-auto``.
        site: limits, defaults, presets, watermarks, and which formats and operations there are.

    Raises:
        InvalidSpec: the SPEC breaks the grammar or cannot be answered for this original.
        LimitExceeded: the original or the derivative is beyond the limits.
        UnsupportedFormat, CorruptImage: the original cannot be read.
        RenderError: libvips refused a step of ours.
        ConfigurationError: a watermark cannot be used.
        PluginError: a plugin that is asked for cannot be used.
    """
    check_site(site)
    spec = spec if isinstance(spec, Spec) else parse_spec(spec, site)
    check_request(spec, site)
    data = unpacked(data, site.limits)
    plan = WatermarkPictures(site).put_into(plan_for(data, spec, accept=accept, site=site))
    return Result(body=render(data, plan), format=plan.format, size=plan.size, plan=plan)


def plan_for(data: Buffer, spec: Spec | str, *, accept: str = "", site: Site = DEFAULT_SITE) -> Plan:
    """Plan what ``resize`` would do with this original, without doing it.

    Of watermarks only the names are asked for.

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

    # Planned twice: the limits come before the pixels that trim has to look at.
    crop = crop_box(spec, header)
    content = find_content(data, original, header, crop, asked.trim, page=plan.page, pages=plan.pages)
    return make_plan(spec, header, original, accept=accept, content=content, site=site)


def read_header(data: Buffer, *, page: int = 1, site: Site = DEFAULT_SITE) -> tuple[Format, ImageHeader]:
    """Read what format an original has, and its header; no pixel is decoded.

    Args:
        data: the whole original; gzipped or not.
        page: the page whose header is wanted, from 1; the pages of a file may differ.
        site: which formats are read, and the limits.

    Raises:
        LimitExceeded, UnsupportedFormat, CorruptImage: as ``resize``.
    """
    data = unpacked(data, site.limits)
    original = detect(data, site.formats)
    return original, probe(data, original, page=page, limits=site.limits)


def unpacked(data: Buffer, limits: Limits) -> Buffer:
    """Unpack an original that is gzipped, and give any other one as it is.

    Its first bytes say which it is, and no header of a store does: one store unpacks by itself what another
    hands over as it is. Bytes behind the end of gzip are left out, as browsers do.

    Args:
        data: the whole original.
        limits: ``input_bytes`` counts for the packed and for the unpacked bytes; no more are unpacked.

    Raises:
        LimitExceeded: it has more bytes than that.
        CorruptImage: it is gzip that is cut short or damaged.
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
    """The pictures of watermarks, each decoded once for each space of colours."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._decoded: dict[tuple[str, Profile], Image] = {}

    def put_into(self, plan: Plan) -> Plan:
        """The same plan, with the pictures of its watermarks.

        Raises:
            ConfigurationError: one cannot be used.
            StorageError: the store that one is in failed.
        """
        operations = (
            op.of(self._picture(op.image_name, plan.profile), resized) if isinstance(op, Watermark) else op
            for op in plan.operations
        )
        return replace(plan, operations=tuple(operations))

    def _picture(self, name: str, profile: Profile) -> Image:
        # What keeps the original's colours, whichever they are, takes those of sRGB as they are.
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
