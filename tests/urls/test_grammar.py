"""The grammar, row by row: what parses, and how it is written back."""

from __future__ import annotations

import pytest

from resizer_core.gravity import FocalPoint, Gravity
from resizer_core.model import Bounds, Colour, Fit, Orientation
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.option_values import Crop, Metadata, Original, Percent, Profile, Ratio
from resizer_core.site import Site
from resizer_core.spec import Preset
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.options import OPTIONS
from tests.urls.specs import PRESETS, SIGNATURE

HEADS = {
    "both sides": ("300x200", Bounds(300, 200)),
    "width": ("300x", Bounds(300, None)),
    "height": ("x200", Bounds(None, 200)),
    "the smallest": ("1x1", Bounds(1, 1)),
    "the largest": ("99999x99999", Bounds(99_999, 99_999)),
    "1 percent": ("1p", Percent(1)),
    "100 percent": ("100p", Percent(100)),
    "original": ("orig", Original()),
    "preset": ("p-thumb", Preset("thumb", PRESETS["thumb"])),
    "preset with a dot and a digit": ("p-a.1", Preset("a.1", PRESETS["a.1"])),
}


@pytest.mark.parametrize(("text", "head"), HEADS.values(), ids=HEADS)
def test_a_head_is_read_and_written_back(text: str, head: object) -> None:
    spec = parse_spec(text, site=Site(presets=PRESETS))
    assert spec.dimensions == head
    assert str(spec) == text


# -------------------------------------------------------------------- options

#: Every option in its canonical spelling, least and most, and the field that it sets.
CANONICAL: dict[str, tuple[str, str, object]] = {
    "page": ("300x_page-2", "page", 2),
    "page, most": ("300x_page-9999", "page", 9999),
    "still": ("300x_still", "still", True),
    "crop": ("300x_crop-1-2-30-40", "crop", Crop(left=1, top=2, width=30, height=40)),
    "crop from the corner": ("300x_crop-0-0-1-1", "crop", Crop(left=0, top=0, width=1, height=1)),
    "crop, percent": (
        "300x_crop-0.5p-10p-33.3p-100p",
        "crop",
        Crop(left=0.5, top=10, width=33.3, height=100, percent=True),
    ),
    "trim": ("300x_trim", "trim", 10),
    "trim, least": ("300x_trim-0", "trim", 0),
    "trim, most": ("300x_trim-255", "trim", 255),
    "rot, 90": ("300x_rot-90", "turn", Orientation(quarter_turns=1)),
    "rot, 180": ("300x_rot-180", "turn", Orientation(quarter_turns=2)),
    "rot, 270": ("300x_rot-270", "turn", Orientation(quarter_turns=3)),
    "flip, h": ("300x_flip-h", "turn", Orientation(mirrored=True)),
    "flip, v": ("300x_flip-v", "turn", Orientation(quarter_turns=2, mirrored=True)),
    "rot and flip, h": ("300x_rot-90_flip-h", "turn", Orientation(quarter_turns=1, mirrored=True)),
    "rot and flip, v": ("300x_rot-90_flip-v", "turn", Orientation(quarter_turns=3, mirrored=True)),
    "ar": ("300x_ar-16-9", "ratio", Ratio(16, 9)),
    "ar, height": ("x300_ar-1-999", "ratio", Ratio(1, 999)),
    "ar, percent": ("50p_ar-999-1", "ratio", Ratio(999, 1)),
    "ar, original": ("orig_ar-1-1", "ratio", Ratio(1, 1)),
    "fit, cover": ("300x200_fit-cover", "fit", Fit.COVER),
    "fit, contain": ("300x200_fit-contain", "fit", Fit.CONTAIN),
    "fit, fill": ("300x200_fit-fill", "fit", Fit.FILL),
    "fit, outside": ("300x200_fit-outside", "fit", Fit.OUTSIDE),
    **{
        f"g, {word}": (f"300x200_fit-cover_g-{word}", "gravity", Gravity(word))
        for word in ("n", "ne", "e", "se", "s", "sw", "w", "nw", "sm", "en")
    },
    "g, a point": ("300x200_fit-cover_g-33-67", "gravity", FocalPoint(33, 67)),
    "g, half a corner": ("300x200_fit-cover_g-0-51", "gravity", FocalPoint(0, 51)),
    "g with contain": ("300x200_fit-contain_g-n", "gravity", Gravity.NORTH),
    "g with ar": ("300x_ar-1-1_g-sm", "gravity", Gravity.ATTENTION),
    "up": ("300x_up", "enlarge", True),
    "bg": ("300x_bg-ff000a", "background", Colour(red=255, green=0, blue=10)),
    "bg, half": ("300x_bg-ff000a80", "background", Colour(red=255, green=0, blue=10, alpha=128)),
    "bars": ("300x200_fit-contain_bars-ff000a", "bars", Colour(red=255, green=0, blue=10)),
    "bars of a margin": ("300x_pad-4_bars-ff000a", "bars", Colour(red=255, green=0, blue=10)),
    "bg, transparent": ("300x_bg-00000000", "background", Colour(red=0, green=0, blue=0, alpha=0)),
    **{
        f"f, {name}": (f"300x_f-{name}", "format", name)
        for name in ("jpg", "png", "webp", "avif", "gif", "tif", "auto")
    },
    "q, least": ("300x_q-1", "quality", 1),
    "q, most": ("300x_q-100", "quality", 100),
    "q with a format": ("300x_f-jpg_q-75", "quality", 75),
    "kb, least": ("300x_kb-1", "max_kb", 1),
    "kb, most": ("300x_kb-20000", "max_kb", 20_000),
    "ll": ("300x_ll", "lossless", True),
    "ll with webp": ("300x_f-webp_ll", "lossless", True),
    "ll with avif": ("300x_f-avif_ll", "lossless", True),
    "meta, copyright": ("300x_meta-copyright", "metadata", Metadata.COPYRIGHT),
    "meta, keep": ("300x_meta-keep", "metadata", Metadata.KEEP),
    "icc, p3": ("300x_icc-p3", "profile", Profile.P3),
    "icc, keep": ("300x_icc-keep", "profile", Profile.KEEP),
    "hdr": ("300x_hdr", "hdr", True),
    "dl": ("300x_dl", "download", True),
    "v": ("300x_v-1a", "version", "1a"),
    "v, longest": ("300x_v-abcdefghij012345", "version", "abcdefghij012345"),
    "dpr with a preset": ("p-thumb_dpr-1.5", "pixel_ratio", 1.5),
    "s": (f"300x_s-{SIGNATURE}", "signature", SIGNATURE),
}


@pytest.mark.parametrize(("text", "field", "value"), CANONICAL.values(), ids=CANONICAL)
def test_an_option_is_read_and_written_back(text: str, field: str, value: object) -> None:
    spec = parse_spec(text, site=Site(presets=PRESETS))
    assert getattr(spec, field) == value
    assert str(spec) == text


@pytest.mark.parametrize("text", [text for text, _, _ in CANONICAL.values()], ids=CANONICAL)
def test_what_is_written_back_means_the_same(text: str) -> None:
    spec = parse_spec(text, site=Site(presets=PRESETS))
    assert parse_spec(str(spec), site=Site(presets=PRESETS)) == spec


EFFECTS = (
    "blur-0.3",
    "blur-100",
    "sharp",
    "sharp-0.1",
    "sharp-10",
    "pix-2",
    "pix-200",
    "bri-m100",
    "bri-100",
    "con-m5",
    "con-5",
    "sat-m100",
    "sat-100",
    "gray",
    "pad-1",
    "pad-2000",
    "pad-1-2-3-4",
    "round-1",
    "round-4096",
    "round-max",
    "wm-logo",
    "wm-logo-tile",
    "wm-logo-se-50",
    "wm-logo-c-1-1",
)


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_is_read_and_written_back(effect: str) -> None:
    spec = parse_spec(f"300x_{effect}")
    assert [str(operation) for operation in spec.operations] == [effect]
    assert str(spec) == f"300x_{effect}"


@pytest.mark.parametrize(
    "option", [*OPTIONS, *OPERATIONS.values()], ids=lambda option: getattr(option, "key", None) or option.name
)
def test_a_long_name_is_accepted_wherever_the_key_is(option: object) -> None:
    key, long = getattr(option, "key", None) or getattr(option, "name", ""), getattr(option, "long_name", "")
    texts = [text for text, _, _ in CANONICAL.values()] + [f"300x_{effect}" for effect in EFFECTS]
    named = [text for text in texts if any(part.split("-")[0] == key for part in text.split("_")[1:])]
    assert named, f"no case has {key}"
    for text in named:
        head, *parts = text.split("_")
        spelled = [part.replace(key, long, 1) if part.split("-")[0] == key else part for part in parts]
        assert str(parse_spec("_".join((head, *spelled)), site=Site(presets=PRESETS))) == text


LONG_NAMES = """
    page still crop trim rotate flip ratio fit gravity enlarge background bars format quality maxkb lossless
    metadata profile hdr download version dpr signature
"""


def test_the_options_have_the_long_names_of_the_grammar() -> None:
    assert [option.long_name for option in OPTIONS] == LONG_NAMES.split()
