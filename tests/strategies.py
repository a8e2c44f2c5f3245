"""Generate SPECs as values, their parts, and keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from resizer_core.gravity import FocalPoint, Gravity
from resizer_core.model import TRANSPARENT, Bounds, Colour, Fit, Orientation, Size
from resizer_core.operations import BUILTIN, Operation, ShowsBackground
from resizer_core.operations.blur import Blur
from resizer_core.operations.padding import Padding
from resizer_core.operations.pixelate import Pixelate
from resizer_core.operations.radius import Radius
from resizer_core.operations.sharpen import Sharpen
from resizer_core.operations.tone import Brightness, Contrast, Grayscale, Saturation
from resizer_core.operations.watermark import Watermark
from resizer_core.option_values import Crop, Metadata, Original, Percent, Profile, Ratio
from resizer_core.spec import Preset, Spec
from resizer_core.urls.grammar import MAX_BYTES, MAX_OPTIONS, parse_spec

PRESETS: Final[Mapping[str, Spec]] = {
    "thumb": parse_spec("100x100_fit-cover_g-sm_f-webp"),
    "x.1": parse_spec("orig_blur-2_pad-1-2-3-4_v-1"),
}

LOSSY: Final = ("jpg", "webp", "avif", "auto")
FORMATS: Final = (*LOSSY, "png", "gif", "tif")


def tenths(lowest: float, highest: float) -> st.SearchStrategy[float]:
    """Generate numbers with at most one decimal, as in the grammar."""
    return st.integers(round(lowest * 10), round(highest * 10)).map(lambda number: number / 10)


def sizes(longest: int = 5000) -> st.SearchStrategy[Size]:
    sides = st.integers(1, longest)
    return st.builds(Size, sides, sides)


def bounds(longest: int = 5000) -> st.SearchStrategy[Bounds]:
    sides = st.integers(1, longest)
    return st.one_of(
        st.builds(Bounds, sides, sides),
        st.builds(Bounds, sides, st.none()),
        st.builds(Bounds, st.none(), sides),
    )


focal_points = st.builds(FocalPoint, st.integers(0, 100), st.integers(0, 100))
gravities: st.SearchStrategy[Gravity | FocalPoint] = st.one_of(st.sampled_from(Gravity), focal_points)
orientations = st.builds(Orientation, quarter_turns=st.integers(0, 3), mirrored=st.booleans())

# ---------------------------------------------------------------------- values

_percent = st.integers(-100, 100)
_margin = st.integers(0, 500)
_OPERATIONS: Final[Mapping[type[Operation], st.SearchStrategy[Operation]]] = {
    Blur: st.builds(Blur, tenths(0.3, 25)),
    Sharpen: st.builds(Sharpen, tenths(0.1, 10)),
    Pixelate: st.builds(Pixelate, st.integers(2, 200)),
    Brightness: st.builds(Brightness, _percent),
    Contrast: st.builds(Contrast, _percent),
    Saturation: st.builds(Saturation, _percent),
    Grayscale: st.just(Grayscale()),
    Padding: st.builds(Padding, top=_margin, right=_margin, bottom=_margin, left=_margin),
    Radius: st.builds(Radius, st.one_of(st.none(), st.integers(1, 1024))),
    Watermark: st.builds(
        Watermark,
        image_name=st.from_regex(r"[a-z0-9.]{1,8}", fullmatch=True),
        position=st.sampled_from(["c", "n", "ne", "e", "se", "s", "sw", "w", "nw", "tile"]),
        opacity=st.integers(1, 100),
        scale=st.integers(1, 100),
    ),
}
assert set(_OPERATIONS) == set(BUILTIN.values())

_channel = st.integers(0, 255)
colours = st.builds(Colour, red=_channel, green=_channel, blue=_channel, alpha=_channel)
#: Operations with any background. A watermark has no picture yet.
operations_of_pixels: st.SearchStrategy[Any] = st.builds(
    lambda value, background: (
        value.with_background(background) if isinstance(value, ShowsBackground) else value
    ),
    st.one_of(*_OPERATIONS.values()),
    st.one_of(st.just(TRANSPARENT), colours),
)

_pixel_crops = st.builds(
    Crop,
    left=st.integers(0, 99_999),
    top=st.integers(0, 99_999),
    width=st.integers(1, 99_999),
    height=st.integers(1, 99_999),
)
_percent_crops = st.builds(
    Crop,
    left=tenths(0, 100),
    top=tenths(0, 100),
    width=tenths(0.1, 100),
    height=tenths(0.1, 100),
    percent=st.just(True),
)
_ratio_side = st.integers(1, 999)

#: The fields of a SPEC without a preset. Lengths stay in range with every ``dpr``.
_FIELDS: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "page": st.integers(1, 9999),
    "still": st.booleans(),
    "crop": st.one_of(_pixel_crops, _percent_crops),
    "trim": st.integers(0, 255),
    "turn": orientations,
    "ratio": st.builds(Ratio, _ratio_side, _ratio_side),
    "fit": st.sampled_from(Fit),
    "gravity": gravities,
    "enlarge": st.booleans(),
    "operations": st.sets(st.sampled_from(list(_OPERATIONS)), max_size=4).flatmap(
        lambda kinds: st.tuples(*(_OPERATIONS[kind] for kind in kinds))
    ),
    "background": colours,
    "bars": colours,
    "format": st.sampled_from(FORMATS),
    "quality": st.integers(1, 100),
    "max_kb": st.integers(1, 20_000),
    "lossless": st.booleans(),
    "metadata": st.sampled_from(Metadata),
    "profile": st.sampled_from(Profile),
    "hdr": st.booleans(),
    "download": st.booleans(),
    "version": st.from_regex(r"[a-z0-9]{1,16}", fullmatch=True),
    "pixel_ratio": tenths(1, 4),
    "signature": st.from_regex(r"[a-z2-7]{16}", fullmatch=True),
}
_BESIDES_A_PRESET: Final = ("format", "quality", "version", "pixel_ratio", "signature")

_heads = st.one_of(
    bounds(24_999),
    st.builds(Percent, st.integers(1, 100)),
    st.just(Original()),
    st.sampled_from([Preset(name, spec) for name, spec in PRESETS.items()]),
)


@st.composite
def _any_specs(draw: st.DrawFn) -> Spec:
    head = draw(_heads)
    names = _BESIDES_A_PRESET if isinstance(head, Preset) else tuple(_FIELDS)
    chosen = draw(st.sets(st.sampled_from(names), max_size=8))
    fields = {name: draw(_FIELDS[name]) for name in names if name in chosen}
    if isinstance(head, Bounds) and head.width and head.height:
        fields.pop("ratio", None)
    if fields.get("gravity") in (Gravity.ATTENTION, Gravity.ENTROPY) and fields.get("fit") is Fit.CONTAIN:
        del fields["gravity"]
    if fields.get("lossless"):
        fields.pop("quality", None)
        fields.pop("max_kb", None)
        fields["format"] = "webp"
    elif "quality" in fields or "max_kb" in fields:
        fields["format"] = draw(st.sampled_from(LOSSY))
    return Spec(dimensions=head, **fields)


#: Every SPEC that has a canonical spelling of at most 128 bytes and 12 options.
specs = _any_specs().filter(lambda spec: len(str(spec)) <= MAX_BYTES and str(spec).count("_") <= MAX_OPTIONS)

# ------------------------------------------------------------------------ keys

_segments = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/\\"), min_size=1, max_size=12
)
#: Legal keys of originals.
keys = st.lists(_segments.filter(lambda segment: segment not in (".", "..")), min_size=1, max_size=4).map(
    "/".join
)
