"""Turn the bytes of an original into those of a derivative, or into the plan for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from resizer_core import formats as known_formats
from resizer_core import operations as known_operations
from resizer_core.errors import ConfigurationError, LimitExceeded, SourceError
from resizer_core.formats import HEAD_BYTES, Format, detect
from resizer_core.model import Bounds, Box, Buffer, Limits, Size
from resizer_core.operations import Operation
from resizer_core.operations.watermark import Watermark
from resizer_core.planning.encoders import Defaults
from resizer_core.planning.plan import Plan, check_request, crop_box, make_plan
from resizer_core.rendering.border import find_content
from resizer_core.rendering.libvips import check_writable
from resizer_core.rendering.reading import probe
from resizer_core.rendering.render import render, render_watermark
from resizer_core.spec import Profile, Spec
from resizer_core.urls.grammar import parse_spec

if TYPE_CHECKING:
    from pyvips import Image

#: How large the picture of a watermark is kept in memory; a larger one is reduced. px a side.
WATERMARK_SIDE: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A picture that was made.

    Attributes:
        body: the encoded picture.
        format: what it is encoded in.
        size: of one frame, px.
    """

    body: bytes
    format: Format
    size: Size

    @property
    def media_type(self) -> str:
        """As it belongs in Content-Type."""
        return self.format.media_type


def resize(
    data: Buffer,
    spec: Spec | str,
    *,
    accept: str = "",
    limits: Limits = Limits(),  # noqa: B008  a frozen value
    formats: Mapping[str, Format] = known_formats.TRUSTED,
    operations: Mapping[str, type[Operation]] = known_operations.BUILTIN,
    presets: Mapping[str, Spec] | None = None,
    defaults: Defaults = Defaults(),  # noqa: B008  a frozen value
    watermarks: Mapping[str, Buffer] | None = None,
) -> Result:
    """Make a derivative of the picture in ``data``.

    >>> from pathlib import Path
    >>> cat = Path("examples/originals/cat.jpg").read_bytes()
    >>> resize(cat, "300x200_fit-cover_f-webp").size
    Size(width=300, height=200)

    Args:
        data: the whole original.
        spec: what is asked for, as a value or in any spelling of the grammar.
        accept: the ``Accept`` header of whoever will see it, for ``f-auto``.
        limits: how large the original and the derivative may be.
        formats: what is read and written; ``formats.BUILTIN`` takes SVG as well.
        operations: the options that change pixels.
        presets: what ``p-NAME`` stands for.
        defaults: format and quality where ``spec`` says nothing.
        watermarks: what ``wm-NAME`` stands for: whole files of pictures.

    Raises:
        InvalidSpec: the SPEC breaks the grammar or cannot be answered for this original.
        LimitExceeded: the original or the derivative is beyond the limits.
        UnsupportedFormat, CorruptImage: the original cannot be read.
        RenderError: libvips refused a step of ours.
        ConfigurationError: a watermark cannot be used.
        PluginError: a plugin that is asked for cannot be used.
    """
    if isinstance(spec, str):
        spec = parse_spec(spec, operations=operations, formats=formats, presets=presets)
    marks = WatermarkPictures(watermarks or {}, limits, formats)
    check_request(spec, limits, marks.names)
    plan = plan_for(
        data,
        spec,
        accept=accept,
        limits=limits,
        formats=formats,
        defaults=defaults,
        watermarks=marks.names,
    )
    return Result(body=render(data, marks.put_into(plan)), format=plan.format, size=plan.size)


def plan_for(
    data: Buffer,
    spec: Spec,
    *,
    accept: str = "",
    limits: Limits = Limits(),  # noqa: B008  a frozen value
    formats: Mapping[str, Format] = known_formats.TRUSTED,
    defaults: Defaults = Defaults(),  # noqa: B008  a frozen value
    watermarks: Collection[str] = (),
) -> Plan:
    """What ``resize`` would do with this original, without doing it; of watermarks the names are enough.

    Raises:
        InvalidSpec, LimitExceeded, UnsupportedFormat, CorruptImage, PluginError: as ``resize``.
    """
    if len(data) > limits.input_bytes:
        raise LimitExceeded(f"expected an original of at most {limits.input_bytes} bytes, got {len(data)}")
    original = detect(bytes(data[:HEAD_BYTES]), formats)
    asked = spec.resolved
    header = probe(data, original, page=asked.page)

    def planned(content: Box | None = None) -> Plan:
        return make_plan(
            spec,
            header,
            original,
            formats=formats,
            accept=accept,
            limits=limits,
            defaults=defaults,
            content=content,
            watermarks=watermarks,
        )

    plan = planned()
    check_writable(plan.format)
    if asked.trim is None:
        return plan
    # Planned twice: the limits come before the pixels that trim has to look at.
    crop = crop_box(spec, header)
    return planned(find_content(data, original, header, crop, asked.trim, page=plan.page, pages=plan.pages))


class WatermarkPictures:
    """The pictures of watermarks, each decoded once for each space of colours."""

    def __init__(
        self, watermarks: Mapping[str, Buffer], limits: Limits, formats: Mapping[str, Format]
    ) -> None:
        self._watermarks = watermarks
        self._limits = limits
        self._formats = formats
        self._decoded: dict[tuple[str, Profile], Image] = {}

    @property
    def names(self) -> Collection[str]:
        return self._watermarks.keys()

    def put_into(self, plan: Plan) -> Plan:
        """The same plan, with the pictures of its watermarks.

        Raises:
            ConfigurationError: one cannot be used.
            StorageError: the store that one is in failed.
        """
        operations = (
            op.of(self._picture(op.image_name, plan.profile)) if isinstance(op, Watermark) else op
            for op in plan.operations
        )
        return replace(plan, operations=tuple(operations))

    def _picture(self, name: str, profile: Profile) -> Image:
        # What keeps the original's colours, whichever they are, takes those of sRGB as they are.
        wanted = profile if profile is Profile.P3 else Profile.SRGB
        if (name, wanted) not in self._decoded:
            data = self._watermarks[name]
            spec = Spec(
                dimensions=Bounds(WATERMARK_SIDE, WATERMARK_SIDE), still=True, format="png", profile=wanted
            )
            try:
                plan = plan_for(data, spec, limits=self._limits, formats=self._formats)
                self._decoded[name, wanted] = render_watermark(data, plan)
            except (LimitExceeded, SourceError) as error:
                raise ConfigurationError(f"the watermark {name!r} cannot be used: {error}") from error
        return self._decoded[name, wanted]
