"""The grammar, row by row: what parses, how it is written back, and what a refusal underlines."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest

from resizer_core.errors import InvalidSpec
from resizer_core.formats import BUILTIN as FORMATS
from resizer_core.gravity import FocalPoint, Gravity
from resizer_core.model import Bounds, Colour, Fit, Orientation
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.operations import Operation
from resizer_core.option_values import Crop, Metadata, Original, Percent, Profile, Ratio
from resizer_core.site import Site
from resizer_core.spec import Preset, Spec
from resizer_core.urls.grammar import MAX_BYTES, MAX_OPTIONS, parse_presets, parse_spec
from resizer_core.urls.options import OPTIONS

PRESETS: Mapping[str, Spec] = {
    "thumb": parse_spec("100x100_fit-cover_f-webp_q-70"),
    "wide": parse_spec("99999x_pad-10"),
    "exact": parse_spec("300x_ll"),
    "plain": parse_spec("300x_q-80"),
    "a.1": parse_spec("orig"),
}
SIGNATURE = "abcdefghijklm234"

# ---------------------------------------------------------------------- heads

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


#: What is folded away: sugar, defaults, and what has no effect.
FOLDED = {
    "height of 0": ("300x0", "300x"),
    "width of 0": ("0x200", "x200"),
    "a large x": ("300X200", "300x200"),
    "upper case": ("ORIG_F-WEBP_BG-FFAA00", "orig_bg-ffaa00_f-webp"),
    "upper case preset": ("P-THUMB_Q-5", "p-thumb_q-5"),
    "any order": ("300x200_q-80_f-webp_fit-cover", "300x200_fit-cover_f-webp_q-80"),
    "any order of effects": ("300x_wm-logo_gray_blur-2", "300x_blur-2_gray_wm-logo"),
    "page 1": ("300x_page-1", "300x_still"),
    "page 1 and still": ("300x_page-1_still", "300x_still"),
    "a page implies still": ("300x_still_page-2", "300x_page-2"),
    "crop of everything": ("300x_crop-0p-0p-100p-100p", "300x"),
    "trim by its default": ("300x_trim-10", "300x_trim"),
    "flip hv": ("300x_flip-hv", "300x_rot-180"),
    "turned to nothing": ("300x_rot-180_flip-hv", "300x"),
    "rot 180, flip h": ("300x_rot-180_flip-h", "300x_flip-v"),
    "rot 180, flip v": ("300x_rot-180_flip-v", "300x_flip-h"),
    "rot 270, flip h": ("300x_rot-270_flip-h", "300x_rot-90_flip-v"),
    "rot 270, flip v": ("300x_rot-270_flip-v", "300x_rot-90_flip-h"),
    "rot 90, flip hv": ("300x_rot-90_flip-hv", "300x_rot-270"),
    "rot 270, flip hv": ("300x_rot-270_flip-hv", "300x_rot-90"),
    "flip before rot is rot before flip": ("300x_flip-h_rot-90", "300x_rot-90_flip-h"),
    "ratio reduced": ("300x_ar-32-18", "300x_ar-16-9"),
    "fit inside": ("300x200_fit-inside", "300x200"),
    "fit with a width": ("300x_fit-cover", "300x"),
    "fit with a height": ("x300_fit-fill", "x300"),
    "fit with percent": ("50p_fit-contain", "50p"),
    "fit with the original": ("orig_fit-outside", "orig"),
    "fit with a side of 0": ("300x0_fit-cover_g-n", "300x"),
    "gravity centre": ("300x200_fit-cover_g-c", "300x200_fit-cover"),
    "gravity with inside": ("300x200_g-n", "300x200"),
    "gravity with fill": ("300x200_fit-fill_g-n", "300x200_fit-fill"),
    "gravity with outside": ("300x200_fit-outside_g-sm", "300x200_fit-outside"),
    "gravity with a width": ("300x_g-en", "300x"),
    "a point that is the centre": ("300x200_fit-cover_g-50-50", "300x200_fit-cover"),
    "a point that is north": ("300x200_fit-cover_g-50-0", "300x200_fit-cover_g-n"),
    "a point that is north-east": ("300x200_fit-cover_g-100-0", "300x200_fit-cover_g-ne"),
    "a point that is east": ("300x200_fit-cover_g-100-50", "300x200_fit-cover_g-e"),
    "a point that is south-east": ("300x200_fit-cover_g-100-100", "300x200_fit-cover_g-se"),
    "a point that is south": ("300x200_fit-cover_g-50-100", "300x200_fit-cover_g-s"),
    "a point that is south-west": ("300x200_fit-cover_g-0-100", "300x200_fit-cover_g-sw"),
    "a point that is west": ("300x200_fit-cover_g-0-50", "300x200_fit-cover_g-w"),
    "a point that is north-west": ("300x200_fit-cover_g-0-0", "300x200_fit-cover_g-nw"),
    "sharpen by its default": ("300x_sharp-1", "300x_sharp"),
    "no change of brightness": ("300x_bri-0", "300x"),
    "no change of contrast": ("300x_con-0", "300x"),
    "no change of saturation": ("300x_sat-0", "300x"),
    "no padding": ("300x_pad-0", "300x"),
    "no padding, four times": ("300x_pad-0-0-0-0", "300x"),
    "padding four times the same": ("300x_pad-5-5-5-5", "300x_pad-5"),
    "watermark by its defaults": ("300x_wm-logo-se-100-20", "300x_wm-logo"),
    "three digits of colour": ("300x_bg-fa0", "300x_bg-ffaa00"),
    "an opaque colour": ("300x_bg-ffaa00ff", "300x_bg-ffaa00"),
    "jpeg": ("300x_f-jpeg", "300x_f-jpg"),
    "tiff": ("300x_f-tiff", "300x_f-tif"),
    "no metadata": ("300x_meta-none", "300x"),
    "sRGB": ("300x_icc-srgb", "300x"),
    "a screen of 1": ("300x200_dpr-1", "300x200"),
    "a screen of 2": ("300x200_dpr-2", "600x400"),
    "a screen of 1.5, half up": ("25x_dpr-1.5", "38x"),
    "a screen of 1.1, half up": ("15x_dpr-1.1", "17x"),
    "a screen of 4": ("x24999_dpr-4", "x99996"),
    "a screen, padding": ("300x_pad-1-2-3-4_dpr-2.5", "750x_pad-3-5-8-10"),
    "a screen, round": ("300x_round-3_dpr-1.5", "450x_round-5"),
    "a screen, round max": ("300x_round-max_dpr-2", "600x_round-max"),
    "a screen, blur": ("300x_blur-0.3_dpr-1.5", "450x_blur-0.5"),
    "a screen, nothing else": ("300x_sharp-2_pix-3_crop-1-2-3-4_dpr-2", "600x_crop-1-2-3-4_sharp-2_pix-3"),
    "a screen, percent": ("50p_pad-5_dpr-2", "50p_pad-10"),
    "a screen, original": ("orig_dpr-3", "orig"),
    "a screen of 1, preset": ("p-thumb_dpr-1", "p-thumb"),
    "preset, any order": (
        f"p-thumb_s-{SIGNATURE}_dpr-2_v-1_q-5_f-jpg",
        f"p-thumb_f-jpg_q-5_v-1_dpr-2_s-{SIGNATURE}",
    ),
}


@pytest.mark.parametrize(("text", "canonical"), FOLDED.values(), ids=FOLDED)
def test_a_spelling_is_folded_into_the_canonical_one(text: str, canonical: str) -> None:
    spec = parse_spec(text, site=Site(presets=PRESETS))
    assert str(spec) == canonical
    assert parse_spec(canonical, site=Site(presets=PRESETS)) == spec


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
    page still crop trim rotate flip ratio fit gravity enlarge background format quality maxkb lossless
    metadata profile hdr download version dpr signature
"""


def test_the_options_have_the_long_names_of_the_grammar() -> None:
    assert [option.long_name for option in OPTIONS] == LONG_NAMES.split()


IN_ORDER = {
    "the beginning": "300x200_page-2_crop-1-2-3-4_trim-5_rot-90_flip-h_fit-cover_g-n_up_blur-2_sharp-2_pix-2",
    "the middle": "300x_still_ar-3-2_g-en_bri-5_con-5_sat-m5_gray_pad-5_round-6_wm-logo_bg-ffffff_f-webp",
    "the end": f"orig_gray_bg-00000000_f-jpg_q-9_kb-90_meta-keep_icc-p3_hdr_dl_v-7_s-{SIGNATURE}",
}


@pytest.mark.parametrize("text", IN_ORDER.values(), ids=IN_ORDER)
def test_the_canonical_order_is_that_of_the_table(text: str) -> None:
    head, *options = text.split("_")
    assert str(parse_spec("_".join((head, *reversed(options))))) == text


def test_the_order_of_the_text_never_has_a_meaning() -> None:
    options = ("rot-90", "flip-h", "fit-cover", "gray", "f-webp")
    specs = {parse_spec("_".join(("300x200", *order))) for order in itertools.permutations(options)}
    assert [str(spec) for spec in specs] == ["300x200_rot-90_flip-h_fit-cover_gray_f-webp"]


# ------------------------------------------------------------------- refusals


def between_brackets(marked: str) -> tuple[str, int, int]:
    """The text without its brackets, and where they stood."""
    start, end = marked.index("["), marked.index("]") - 1
    return marked.replace("[", "").replace("]", ""), start, end


HEAD_EXPECTED = "expected a size (WxH, Wx, xH), Np, orig or p-NAME, got"
PRESET_ONLY = "besides a preset only f, q, v, dpr and s may follow"
WRITABLE = "jpg, png, webp, avif, gif, tif, auto"

#: What is wrong stands in brackets.
REFUSED = {
    # heads
    "nothing": ("[]", "expected a size, Np, orig or p-NAME, got nothing"),
    "no head": ("[]_f-webp", "expected a size, Np, orig or p-NAME, got nothing"),
    "no x": ("[300]", f"{HEAD_EXPECTED} '300'"),
    "only an x": ("[x]", "expected a size with a width, a height or both, got neither"),
    "0x0": ("[0x0]", "expected a size with a width, a height or both, got neither"),
    "0x": ("[0x]_up", "expected a size with a width, a height or both, got neither"),
    "three sides": ("[1x2x3]", f"{HEAD_EXPECTED} '1x2x3'"),
    "a leading zero": ("[0300x]", "expected 1 to 99999 px, got '0300'"),
    "00": ("[300x00]", "expected 1 to 99999 px, got '00'"),
    "a side too long": ("[100000x5]", "expected 1 to 99999 px, got '100000'"),
    "a height too long": ("[5x100000]", "expected 1 to 99999 px, got '100000'"),
    "a fraction": ("[1.5x]", f"{HEAD_EXPECTED} '1.5x'"),
    "minus": ("[m5x]", f"{HEAD_EXPECTED} 'm5x'"),
    "0 percent": ("[0p]", "expected 1 to 100 percent, got '0'"),
    "101 percent": ("[101p]", "expected 1 to 100 percent, got '101'"),
    "a percentage with a zero": ("[050p]", "expected 1 to 100 percent, got '050'"),
    "a fraction of a percent": ("[1.5p]", f"{HEAD_EXPECTED} '1.5p'"),
    "an option as a head": ("[f-webp]", f"{HEAD_EXPECTED} 'f-webp'"),
    "original": ("[original]", f"{HEAD_EXPECTED} 'original'"),
    "a file": ("[favicon.ico]", f"{HEAD_EXPECTED} 'favicon.ico'"),
    "a preset without a name": ("[p-]", f"{HEAD_EXPECTED} 'p-'"),
    "a preset that begins with a digit": ("[p-1a]", f"{HEAD_EXPECTED} 'p-1a'"),
    "a preset with a dash": ("[p-a-b]", f"{HEAD_EXPECTED} 'p-a-b'"),
    "a preset too long": (f"[p-{'a' * 33}]", f"{HEAD_EXPECTED} 'p-{'a' * 33}'"),
    "an unknown preset": ("[p-small]_q-5", "unknown preset 'small'; known: a.1, exact, plain, thumb, wide"),
    # the whole
    "a comma": ("300x200[,]f-webp", "expected only a-z, 0-9, dots, dashes and underscores, got ','"),
    "a slash": ("300x200[/]cat.jpg", "expected only a-z, 0-9, dots, dashes and underscores, got '/'"),
    "a space": ("300x200[ ]", "expected only a-z, 0-9, dots, dashes and underscores, got ' '"),
    "a line": ("300x200[\n]", "expected only a-z, 0-9, dots, dashes and underscores, got '\\n'"),
    "a percent sign": ("300x200[%]5Ff-webp", "expected only a-z, 0-9, dots, dashes and underscores, got '%'"),
    "a cross": ("300[×]200", "expected only a-z, 0-9, dots, dashes and underscores, got '×'"),
    "a sign whose lower case is a letter": (
        "300x_[\u212a]b-5",
        "expected only a-z, 0-9, dots, dashes and underscores, got '\u212a'",
    ),
    "other digits": ("[٣]x", "expected only a-z, 0-9, dots, dashes and underscores, got '٣'"),
    "too long": (f"300x_v-{'a' * 121}[bcd]", "expected at most 128 bytes, got 131"),
    "too long once written in full": (
        f"[300x_wm-{'a' * 64}_bg-fff_crop-11.1p-22.2p-33.3p-44.4p_v-abcdefghij012345]",
        "expected at most 128 bytes once written in full: "
        f"300x_crop-11.1p-22.2p-33.3p-44.4p_wm-{'a' * 64}_bg-ffffff_v-abcdefghij012345",
    ),
    "too many": (
        "300x_still_up_sharp_gray_hdr_dl_v-1_q-1_kb-1_trim_bg-fff_f-jpg_[blur-1]",
        "expected at most 12 options, got 13",
    ),
    "nothing at the end": ("300x200_[]", "expected an option, got nothing"),
    "nothing between": ("300x200_[]_f-webp", "expected an option, got nothing"),
    "nothing but a dash": ("300x_[-]", None),
    "an unknown option": ("300x_[blr-2]_f-webp", None),
    "a head as an option": ("300x_[200x]", None),
    "a preset as an option": ("300x_[p-thumb]", None),
    "an unknown option with a dash too many": ("300x_[foo-]", None),
    "a dash too many": ("300x_[q-5-]", "expected an argument after each dash of q, got nothing"),
    "two dashes": ("300x_[q--5]_up", "expected an argument after each dash of q, got nothing"),
    "a flag with a dash": ("300x_[up-]", "expected an argument after each dash of up, got nothing"),
    "twice": ("300x_q-5_[q-5]", "q is given twice"),
    "twice, by its long name": ("300x_q-5_up_[Quality-6]", "q is given twice"),
    "twice, a flag": ("300x_up_[up]", "up is given twice"),
    "twice, an effect": ("300x_blur-2_[blur-3]", "blur is given twice"),
    "twice, an effect by its long name": ("300x_sharpen_[sharp-2]", "sharp is given twice"),
    "twice, though without effect": ("300x_bri-0_[bri-5]", "bri is given twice"),
    # each option
    "page 0": ("300x_[page-0]", "expected 1 to 9999, got '0'"),
    "page too high": ("300x_[page-10000]", "expected 1 to 9999, got '10000'"),
    "page of nothing": ("300x_[page]", "expected 1 to 9999, got nothing"),
    "page with a zero": ("300x_[page-02]", "expected 1 to 9999, got '02'"),
    "still with an argument": ("300x_[still-1]", "expected no argument, got '1'"),
    "crop of three": ("300x_[crop-1-2-3]", "expected X-Y-W-H in px, or four of 0p to 100p, got '1-2-3'"),
    "crop of nothing": ("300x_[crop]", "expected X-Y-W-H in px, or four of 0p to 100p, got nothing"),
    "crop of both units": (
        "300x_[crop-1-2-3p-4]",
        "expected four numbers of px or four of percent, got both",
    ),
    "crop without a width": (
        "300x_[crop-1-2-0-4]",
        "expected a crop with a width and a height above 0, got 1-2-0-4",
    ),
    "crop without a height": (
        "300x_[crop-1p-2p-3p-0p]",
        "expected a crop with a width and a height above 0, got 1p-2p-3p-0p",
    ),
    "crop over 100 percent": ("300x_[crop-0p-0p-100.1p-5p]", "expected 0 to 100 percent, got '100.1'"),
    "crop of two decimals": ("300x_[crop-0p-0p-10.55p-5p]", "expected 0 to 100 percent, got '10.55'"),
    "crop of a decimal 0": ("300x_[crop-0p-0p-10.0p-5p]", "expected 0 to 100 percent, got '10.0'"),
    "crop of half a pixel": ("300x_[crop-0-0-1.5-5]", "expected 0 to 99999 px, got '1.5'"),
    "crop too large": ("300x_[crop-0-0-100000-5]", "expected 0 to 99999 px, got '100000'"),
    "trim too high": ("300x_[trim-256]", "expected 0 to 255 levels, got '256'"),
    "trim of two": ("300x_[trim-1-2]", "expected 0 to 255, got '1-2'"),
    "rot 45": ("300x_[rot-45]", "expected one of 90, 180, 270, got '45'"),
    "rot 0": ("300x_[rot-0]", "expected one of 90, 180, 270, got '0'"),
    "rot of nothing": ("300x_[rot]", "expected 90, 180 or 270, got nothing"),
    "flip vh": ("300x_[flip-vh]", "expected one of h, v, hv, got 'vh'"),
    "flip of nothing": ("300x_[flip]", "expected h, v or hv, got nothing"),
    "ratio of one": ("300x_[ar-16]", "expected W-H, each 1 to 999, got '16'"),
    "ratio of nothing": ("300x_[ar]", "expected W-H, each 1 to 999, got nothing"),
    "ratio of 0": ("300x_[ar-0-9]", "expected 1 to 999 for a side of the ratio, got '0'"),
    "ratio too large": ("300x_[ar-16-1000]", "expected 1 to 999 for a side of the ratio, got '1000'"),
    "ratio with both sides": (
        "300x200_[ar-3-2]_up",
        "ar goes with Wx, xH, Np or orig: with both sides the ratio is given already",
    ),
    "an unknown fit": (
        "300x200_[fit-crop]",
        "expected one of inside, cover, contain, fill, outside, got 'crop'",
    ),
    "fit of nothing": (
        "300x200_[fit]",
        "expected inside or cover or contain or fill or outside, got nothing",
    ),
    "an unknown fit that would have no effect": (
        "300x_[fit-crop]",
        "expected one of inside, cover, contain, fill, outside, got 'crop'",
    ),
    "an unknown gravity": (
        "300x200_fit-cover_[g-top]",
        "expected one of c, n, ne, e, se, s, sw, w, nw, sm, en, got 'top'",
    ),
    "gravity of three": (
        "300x200_fit-cover_[g-1-2-3]",
        "expected c, n, ne, e, se, s, sw, w, nw, sm, en or X-Y in percent, got '1-2-3'",
    ),
    "a point too far": ("300x200_fit-cover_[g-50-101]", "expected 0 to 100 percent, got '101'"),
    "a point between": ("300x200_fit-cover_[g-50.5-10]", "expected 0 to 100 percent, got '50.5'"),
    "attention with contain": (
        "300x200_fit-contain_[g-sm]",
        "g-sm needs something to cut off: fit-cover or ar",
    ),
    "entropy with contain": (
        "300x200_[gravity-en]_fit-contain",
        "g-en needs something to cut off: fit-cover or ar",
    ),
    "up with an argument": ("300x_[up-2]", "expected no argument, got '2'"),
    "blur too little": ("300x_[blur-0.2]", "expected 0.3 to 100 px, got '0.2'"),
    "sharp too much": ("300x_[sharp-11]", "expected 0.1 to 10 px, got '11'"),
    "pix of 1": ("300x_[pix-1]", "expected 2 to 200 px, got '1'"),
    "bri too much": ("300x_[bri-101]", "expected m100 to 100 %, got '101'"),
    "con too little": ("300x_[con-m101]", "expected m100 to 100 %, got 'm101'"),
    "sat minus nothing": ("300x_[sat-m0]", "expected m100 to 100 %, got 'm0'"),
    "gray with an argument": ("300x_[gray-5]", "expected no argument, got '5'"),
    "pad of two": ("300x_[pad-1-2]", "expected N or T-R-B-L, 0 to 2000 px, got '1-2'"),
    "round of 0": ("300x_[round-0]", "expected 1 to 4096 px or max, got '0'"),
    "wm without a name": ("300x_[wm]", "expected NAME[-position[-opacity[-scale]]], got nothing"),
    "bg of four digits": ("300x_[bg-ffff]", "expected rrggbb or rrggbbaa in hexadecimal, got 'ffff'"),
    "bg of no digits": ("300x_[bg-red]", "expected rrggbb or rrggbbaa in hexadecimal, got 'red'"),
    "bg of nothing": ("300x_[bg]", "expected rrggbb or rrggbbaa, got nothing"),
    "an unknown format": ("300x_[f-bmp]_q-5", f"unknown format 'bmp'; known: {WRITABLE}"),
    "a format that is only read": ("300x_[f-svg]", f"unknown format 'svg'; known: {WRITABLE}"),
    "a format of nothing": ("300x_[f]", "expected the name of a format, got nothing"),
    "quality 0": ("300x_[q-0]", "expected 1 to 100, got '0'"),
    "quality 101": ("300x_[q-101]", "expected 1 to 100, got '101'"),
    "quality of nothing": ("300x_[q]", "expected 1 to 100, got nothing"),
    "quality of png": ("300x_f-png_[q-80]", "png is lossless and takes no quality"),
    "quality of gif": ("300x_[q-80]_f-gif", "gif is lossless and takes no quality"),
    "quality of tif": ("300x_[q-80]_f-tif", "tif is lossless and takes no quality"),
    "kb 0": ("300x_[kb-0]", "expected 1 to 20000 KiB, got '0'"),
    "kb too high": ("300x_[kb-20001]", "expected 1 to 20000 KiB, got '20001'"),
    "kb of png": ("300x_f-png_[kb-80]", "png is lossless: its size cannot be chosen"),
    "ll with q": ("300x_[ll]_q-80", "ll excludes q and kb: a lossless picture has no quality"),
    "ll with kb": ("300x_kb-80_[ll]", "ll excludes q and kb: a lossless picture has no quality"),
    "ll with jpg": ("300x_f-jpg_[ll]", "expected ll with webp or avif, got jpg"),
    "ll with png": ("300x_[ll]_f-png", "expected ll with webp or avif, got png"),
    "ll with an argument": ("300x_[ll-1]", "expected no argument, got '1'"),
    "meta all": ("300x_[meta-all]", "expected one of none, copyright, keep, got 'all'"),
    "icc adobe": ("300x_[icc-adobe]", "expected one of srgb, p3, keep, got 'adobe'"),
    "hdr with an argument": ("300x_[hdr-1]", "expected no argument, got '1'"),
    "dl with a name": ("300x_[dl-cat.jpg]", "expected no argument, got 'cat.jpg'"),
    "a version too long": (
        "300x_[v-abcdefghij0123456]",
        "expected 1 to 16 of a-z and 0-9, got 'abcdefghij0123456'",
    ),
    "a version with a dot": ("300x_[v-1.2]", "expected 1 to 16 of a-z and 0-9, got '1.2'"),
    "a version of nothing": ("300x_[v]", "expected 1 to 16 of a-z and 0-9, got nothing"),
    "dpr 0.5": ("300x_[dpr-0.5]", "expected 1 to 4 device pixels per CSS pixel, got '0.5'"),
    "dpr 4.1": ("300x_[dpr-4.1]", "expected 1 to 4 device pixels per CSS pixel, got '4.1'"),
    "dpr of two decimals": ("300x_[dpr-1.25]", "expected 1 to 4 device pixels per CSS pixel, got '1.25'"),
    "dpr that makes a side too long": (
        "50000x_[dpr-2]",
        "expected sides of 1 to 99999 px, got 100000x",
    ),
    "dpr that makes a blur too strong": (
        "300x_blur-26_[dpr-4]",
        "multiplied by 4: blur is 0.3 to 100 px, got 104",
    ),
    "dpr that makes a margin too wide": (
        "300x_[dpr-4]_pad-501",
        "multiplied by 4: pad is 0 to 2000 px a side, got (2004, 2004, 2004, 2004)",
    ),
    "dpr that makes corners too round": (
        "300x_[dpr-4]_round-1025",
        "multiplied by 4: round is 1 to 4096 px or max, got 4100",
    ),
    "a signature too short": (
        "300x_[s-abcdefghijklm23]",
        "expected 16 characters of base32 (a-z, 2-7), got 15",
    ),
    "a signature of 1, 8, 9": (
        "300x_[s-abcdefghijklm189]",
        "expected 16 characters of base32 (a-z, 2-7), got 16",
    ),
    "a signature of nothing": ("300x_[s]", "expected 16 characters of base32, got nothing"),
    # presets
    "preset and fit": ("p-thumb_[fit-cover]", PRESET_ONLY),
    "preset and an effect": ("p-thumb_q-5_[blur-2]", PRESET_ONLY),
    "preset and an effect that does nothing": ("p-thumb_[bri-0]", PRESET_ONLY),
    "preset and page 1": ("p-thumb_[page-1]", PRESET_ONLY),
    "preset and a default": ("p-thumb_[meta-none]_f-jpg", PRESET_ONLY),
    "preset and its long name": ("p-thumb_[gravity-c]", PRESET_ONLY),
    "preset and a ratio": ("p-thumb_[ar-1-1]", PRESET_ONLY),
    "preset and quality of png": ("p-thumb_f-png_[q-5]", "png is lossless and takes no quality"),
    "preset of a quality and png": ("[p-plain]_f-png", "png is lossless and takes no quality"),
    "preset without loss and jpg": ("p-exact_[f-jpg]", "expected ll with webp or avif, got jpg"),
    "preset without loss and a quality": (
        "p-exact_f-webp_[q-5]",
        "ll excludes q and kb: a lossless picture has no quality",
    ),
    "ll with auto": ("300x_f-auto_[ll]", "expected ll with webp or avif, got auto, which may be jpg"),
    "preset that dpr makes too long": ("p-wide_[dpr-2]", "expected sides of 1 to 99999 px, got 199998x"),
}


@pytest.mark.parametrize(("marked", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_underlines_what_is_wrong_and_says_what_was_expected(
    marked: str, reason: str | None
) -> None:
    text, start, end = between_brackets(marked)
    with pytest.raises(InvalidSpec) as caught:
        parse_spec(text, site=Site(presets=PRESETS))
    error = caught.value
    known = ", ".join((*(option.key for option in OPTIONS), *OPERATIONS))
    unknown = f"unknown option {text[start:end].split('-')[0]!r}; known: {known}"
    assert error.reason == (reason or unknown)
    assert (error.source, error.start, error.end) == (text, start, end)


def test_every_option_has_a_refusal() -> None:
    names = {name for option in OPTIONS for name in (option.key, option.long_name)}
    names |= {name for operation in OPERATIONS.values() for name in (operation.name, operation.long_name)}
    marked = (
        text[text.index("[") + 1 : text.index("]")].split("-")[0].lower() for text, _ in REFUSED.values()
    )
    refused = set(marked) & names
    missing = [option.key for option in OPTIONS if not {option.key, option.long_name} & refused]
    missing += [name for name, operation in OPERATIONS.items() if not {name, operation.long_name} & refused]
    assert missing == []


def test_without_presets_none_is_known() -> None:
    with pytest.raises(InvalidSpec, match="unknown preset 'thumb'; known: none is configured"):
        parse_spec("p-thumb")


def test_the_longest_and_the_fullest_are_accepted() -> None:
    longest = f"300x_crop-11.1p-22.2p-33.3p-44.4p_wm-{'a' * 64}_bg-ffaa0080_v-abcdefghij01"
    assert len(longest) == MAX_BYTES
    assert str(parse_spec(longest)) == longest
    fullest = "300x_still_up_sharp_gray_hdr_dl_v-1_q-1_kb-1_trim_bg-ffffff_f-jpg"
    assert fullest.count("_") == MAX_OPTIONS
    assert parse_spec(fullest).format == "jpg"


def test_a_format_that_is_not_enabled_is_unknown() -> None:
    formats = {"jpg": FORMATS["jpg"]}
    assert str(parse_spec("300x_f-jpeg", site=Site(formats=formats))) == "300x_f-jpg"
    with pytest.raises(InvalidSpec, match="unknown format 'webp'; known: jpg, auto"):
        parse_spec("300x_f-webp", site=Site(formats=formats))


# --------------------------------------------------------------------- others


@dataclass(frozen=True, slots=True)
class Sepia:
    """An operation of somebody else."""

    name: ClassVar[str] = "acme.sepia"
    long_name: ClassVar[str] = "acme.brown"
    order: ClassVar[int] = 5
    text: str

    @classmethod
    def parse(cls, text: str) -> Sepia:
        if text == "0":
            raise ValueError("expected brown")
        return cls(text)

    def __str__(self) -> str:
        return f"{self.name}-{self.text}" if self.text else self.name


@dataclass(frozen=True, slots=True)
class Glow:
    """One more, whose name comes before."""

    name: ClassVar[str] = "aaa.glow"
    long_name: ClassVar[str] = "aaa.glow"
    order: ClassVar[int] = 900

    @classmethod
    def parse(cls, text: str) -> Glow:
        del text
        return cls()

    def __str__(self) -> str:
        return self.name


WITH_PLUGINS: Mapping[str, type[Operation]] = {**OPERATIONS, "acme.sepia": Sepia, "aaa.glow": Glow}


def test_the_options_of_plugins_stand_after_the_built_in_ones_by_name() -> None:
    text = f"300x_s-{SIGNATURE}_acme.sepia-1-2_v-1_aaa.glow_gray"
    spec = parse_spec(text, site=Site(operations=WITH_PLUGINS))
    assert str(spec) == f"300x_gray_v-1_aaa.glow_acme.sepia-1-2_s-{SIGNATURE}"
    assert parse_spec(str(spec), site=Site(operations=WITH_PLUGINS)) == spec


def test_a_plugin_has_a_long_name_too() -> None:
    assert str(parse_spec("300x_acme.brown", site=Site(operations=WITH_PLUGINS))) == "300x_acme.sepia"


def test_a_plugin_refuses_in_its_own_words() -> None:
    text, start, end = between_brackets("300x_[acme.sepia-0]_up")
    with pytest.raises(InvalidSpec) as caught:
        parse_spec(text, site=Site(operations=WITH_PLUGINS))
    assert (caught.value.reason, caught.value.start, caught.value.end) == ("expected brown", start, end)


def test_a_plugin_that_is_not_installed_is_an_unknown_option() -> None:
    with pytest.raises(InvalidSpec, match="unknown option 'acme.sepia'"):
        parse_spec("300x_acme.sepia")


WRONG_PRESETS = {
    "a wrong SPEC": ({"a": "9x_blr-2"}, "the preset 'a': unknown option 'blr'"),
    "a preset": ({"a": "9x", "b": "p-a"}, "the preset 'b': unknown preset 'a'"),
    "a signature": (
        {"a": "9x_s-abcdefghijklmnop"},
        "the preset 'a': preset a may not name another preset or",
    ),
    "a name in capitals": ({"A": "9x"}, "the preset 'A': a preset's name is"),
    "a name with a dash": ({"a-b": "9x"}, "the preset 'a-b': a preset's name is"),
    "no name": ({"": "9x"}, "the preset '': a preset's name is"),
}


@pytest.mark.parametrize(("named", "text"), WRONG_PRESETS.values(), ids=WRONG_PRESETS)
def test_a_wrong_preset_is_named(named: dict[str, str], text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}"):
        parse_presets(named)


def test_presets_are_read_in_any_spelling() -> None:
    presets = parse_presets({"a.1": "300X0_Q-80", "b": "50p"})
    assert {name: str(spec) for name, spec in presets.items()} == {"a.1": "300x_q-80", "b": "50p"}
