"""Examples of SPECs: as values, as texts in any spelling, and as texts that are nearly right."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
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
    """Numbers of at most one decimal, as the grammar has them."""
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
#: Operations on any background; a watermark still lacks its picture.
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

#: The fields of a SPEC without a preset. Lengths stay in range on every screen.
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

# ----------------------------------------------------------------------- texts


def _numbers(lowest: int, highest: int) -> st.SearchStrategy[str]:
    return st.integers(lowest, highest).map(str)


def _decimals(lowest: float, highest: float) -> st.SearchStrategy[str]:
    return tenths(lowest, highest).map(lambda number: f"{number:g}")


def _signed() -> st.SearchStrategy[str]:
    return st.integers(-100, 100).map(lambda number: f"{number}".replace("-", "m"))


def _words(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


def _dashed(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("-".join)


_flag = st.just("")
_hexadecimal = st.sampled_from(string.hexdigits)
#: What may follow the key of an option, in every spelling that is accepted; "" when nothing follows.
_ARGUMENTS: Final[Mapping[str, st.SearchStrategy[str]]] = {
    "page": _numbers(1, 9999),
    "still": _flag,
    "crop": st.one_of(
        _dashed(_numbers(0, 99_999), _numbers(0, 99_999), _numbers(1, 99_999), _numbers(1, 99_999)),
        _dashed(
            *(_decimals(lowest, 100).map(lambda number: f"{number}p") for lowest in (0, 0, 0.1, 0.1)),
        ),
        st.just("0p-0p-100p-100p"),
    ),
    "trim": st.one_of(_flag, _numbers(0, 255)),
    "rot": _words("90 180 270"),
    "flip": _words("h v hv"),
    "ar": _dashed(_numbers(1, 999), _numbers(1, 999)),
    "fit": _words("inside cover contain fill outside"),
    "g": st.one_of(_words("c n ne e se s sw w nw sm en"), _dashed(_numbers(0, 100), _numbers(0, 100))),
    "up": _flag,
    "blur": _decimals(0.3, 25),
    "sharp": st.one_of(_flag, _decimals(0.1, 10)),
    "pix": _numbers(2, 200),
    "bri": _signed(),
    "con": _signed(),
    "sat": _signed(),
    "gray": _flag,
    "pad": st.one_of(_numbers(0, 500), _dashed(*(_numbers(0, 500) for _ in range(4)))),
    "round": st.one_of(_numbers(1, 1024), st.just("max")),
    "wm": st.one_of(
        st.just("logo"),
        _dashed(st.just("logo.2"), _words("c n ne e se s sw w nw tile")),
        _dashed(st.just("l"), _words("se tile"), _numbers(1, 100)),
        _dashed(st.just("l"), _words("se tile"), _numbers(1, 100), _numbers(1, 100)),
    ),
    "bg": st.sampled_from([3, 6, 8]).flatmap(
        lambda length: st.text(_hexadecimal, min_size=length, max_size=length)
    ),
    "f": _words("jpg jpeg png webp avif gif tif tiff auto"),
    "q": _numbers(1, 100),
    "kb": _numbers(1, 20_000),
    "ll": _flag,
    "meta": _words("none copyright keep"),
    "icc": _words("srgb p3 keep"),
    "hdr": _flag,
    "dl": _flag,
    "v": st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=16),
    "dpr": _decimals(1, 4),
    "s": st.text(string.ascii_lowercase + "234567", min_size=16, max_size=16),
}
_LONG: Final[Mapping[str, str]] = {
    **{operation.name: operation.long_name for operation in BUILTIN.values()},
    "rot": "rotate",
    "ar": "ratio",
    "g": "gravity",
    "up": "enlarge",
    "bg": "background",
    "f": "format",
    "q": "quality",
    "kb": "maxkb",
    "ll": "lossless",
    "meta": "metadata",
    "icc": "profile",
    "dl": "download",
    "v": "version",
    "s": "signature",
}
_HEAD_TEXTS: Final = st.one_of(
    _numbers(1, 24_999).map(lambda side: f"{side}x"),
    _numbers(1, 24_999).map(lambda side: f"x{side}"),
    _numbers(1, 24_999).map(lambda side: f"{side}x0"),
    _numbers(1, 24_999).map(lambda side: f"0x{side}"),
    st.tuples(_numbers(1, 24_999), _numbers(1, 24_999)).map("x".join),
    _numbers(1, 100).map(lambda percent: f"{percent}p"),
    st.just("orig"),
    st.sampled_from([f"p-{name}" for name in PRESETS]),
)


@st.composite
def _any_texts(draw: st.DrawFn) -> str:
    head = draw(_HEAD_TEXTS)
    keys = ["f", "q", "v", "dpr", "s"] if head.startswith("p-") else list(_ARGUMENTS)
    chosen = draw(st.lists(st.sampled_from(keys), max_size=8, unique=True))
    arguments = {key: draw(_ARGUMENTS[key]) for key in _consistent(head, chosen)}
    if arguments.get("g") in ("sm", "en"):
        arguments.pop("fit", None)
    if "ll" in arguments:
        arguments["f"] = draw(_words("webp avif"))
    elif ("q" in arguments or "kb" in arguments) and "f" in arguments:
        arguments["f"] = draw(_words("jpg jpeg webp avif auto"))
    options = (
        "-".join(filter(None, (draw(st.sampled_from([key, _LONG.get(key, key)])), argument)))
        for key, argument in arguments.items()
    )
    text = "_".join((head, *options))
    return draw(st.sampled_from([text, text, text.upper(), text.title()]))


def _consistent(head: str, keys: Iterable[str]) -> list[str]:
    """Without the options that do not go with the head or with one another."""
    sides = head.split("x")
    both = len(sides) == 2 and all(side not in ("", "0") for side in sides)
    without = {"ar"} if both else set()
    without |= {"q", "kb"} if "ll" in keys else set()
    return [key for key in keys if key not in without]


#: How much longer a canonical spelling may be than its text: three digits of colour become six, and the
#: lengths that a screen multiplies take a digit more.
_LONGER: Final = 10

#: Legal SPECs in any spelling: long names, upper case, sugar, any order.
texts = _any_texts().filter(lambda text: len(text) + _LONGER <= MAX_BYTES)


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """A legal text with one to three characters put in, taken out or exchanged."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        kept = text[at + draw(st.integers(0, 2)) :]
        text = (
            text[:at]
            + draw(st.sampled_from(["", "_", "-", ".", "0", "x", "p", "m", "9", "É", "/", "\n"]))
            + kept
        )
    return text


#: Texts that are wrong, most of them only a little.
nearly = st.one_of(
    _mutated(),
    st.text(max_size=200),
    st.text("0123456789xp._-mfqgbhv", max_size=140),
    st.lists(
        st.one_of(_HEAD_TEXTS, st.sampled_from(list(_ARGUMENTS)), st.text("0129p.-m", max_size=6)),
        max_size=16,
    ).map("_".join),
)

# ------------------------------------------------------------------------ keys

_segments = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/\\"), min_size=1, max_size=12
)
#: Keys of originals that are taken.
keys = st.lists(_segments.filter(lambda segment: segment not in (".", "..")), min_size=1, max_size=4).map(
    "/".join
)
