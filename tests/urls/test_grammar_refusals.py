"""Test the refusals of the grammar: what is underlined, and what is said to be expected."""

from __future__ import annotations

import pytest

from resizer_core.errors import InvalidSpec
from resizer_core.formats import BUILTIN as FORMATS
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.site import Site
from resizer_core.urls.grammar import MAX_BYTES, MAX_OPTIONS, parse_spec
from resizer_core.urls.options import OPTIONS
from tests.urls.specs import PRESETS, between_brackets

HEAD_EXPECTED = "expected a size (WxH, Wx, xH), Np, orig or p-NAME in lower case, got"
SIDE_EXPECTED = "expected 1 to 99999 px, or the side left out (300x, x200), got"
PRESET_ONLY = "besides a preset only f, q, v, dpr and s may follow"
WRITABLE = "jpg, png, webp, avif, gif, tif, auto"

#: What is wrong stands in brackets.
REFUSED = {
    # heads
    "nothing": ("[]", "expected a size, Np, orig or p-NAME, got nothing"),
    "no head": ("[]_f-webp", "expected a size, Np, orig or p-NAME, got nothing"),
    "no x": ("[300]", f"{HEAD_EXPECTED} '300'"),
    "only an x": ("[x]", f"{HEAD_EXPECTED} 'x'"),
    "a width of 0": ("[0x200]", f"{SIDE_EXPECTED} '0'"),
    "a height of 0": ("[300x0]_fit-cover", f"{SIDE_EXPECTED} '0'"),
    "0x0": ("[0x0]", f"{SIDE_EXPECTED} '0'"),
    "0x": ("[0x]_up", f"{SIDE_EXPECTED} '0'"),
    "a large x": ("[300X200]_up", f"{HEAD_EXPECTED} '300X200'"),
    "a large x and a height": ("[X200]", f"{HEAD_EXPECTED} 'X200'"),
    "a large p": ("[50P]", f"{HEAD_EXPECTED} '50P'"),
    "the original in upper case": ("[ORIG]_q-5", f"{HEAD_EXPECTED} 'ORIG'"),
    "a preset with a large p": ("[P-thumb]", f"{HEAD_EXPECTED} 'P-thumb'"),
    "a preset's name in upper case": ("[p-THUMB]_q-5", f"{HEAD_EXPECTED} 'p-THUMB'"),
    "three sides": ("[1x2x3]", f"{HEAD_EXPECTED} '1x2x3'"),
    "a leading zero": ("[0300x]", f"{SIDE_EXPECTED} '0300'"),
    "00": ("[300x00]", f"{SIDE_EXPECTED} '00'"),
    "a side too long": ("[100000x5]", f"{SIDE_EXPECTED} '100000'"),
    "a height too long": ("[5x100000]", f"{SIDE_EXPECTED} '100000'"),
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
    "trim of two": ("300x_[trim-1-2]", "expected 0 to 255 levels, got '1-2'"),
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
        "expected inside, cover, contain, fill or outside, got nothing",
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
    "bars of no digits": (
        "300x200_fit-contain_[bars-red]",
        "expected rrggbb or rrggbbaa in hexadecimal, got 'red'",
    ),
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
    name = text[start:end].split("-")[0]
    meant = "did you mean blur? " if name == "blr" else ""
    assert error.reason == (reason or f"unknown option {name!r}; {meant}known: {known}")
    assert (error.source, error.start, error.end) == (text, start, end)


MEANT = {
    "an option": ("300x_blr-2", "unknown option 'blr'; did you mean blur? known: page, "),
    "its long name": ("300x_qualty-80", "unknown option 'qualty'; did you mean quality? known: "),
    "the long name of an effect": ("300x_sharpn", "unknown option 'sharpn'; did you mean sharpen? known: "),
    "an option in upper case": ("300x_BLR-2", "unknown option 'blr'; did you mean blur? known: "),
    "an option that is like no other": ("300x_zzz-2", "unknown option 'zzz'; known: "),
    "a preset": (
        "p-tumb",
        "unknown preset 'tumb'; did you mean thumb? known: a.1, exact, plain, thumb, wide",
    ),
    "a format": ("300x_f-wepb", f"unknown format 'wepb'; did you mean webp? known: {WRITABLE}"),
    "another name of a format": ("300x_f-tifff", "unknown format 'tifff'; did you mean tiff? known: "),
    "a choice": ("300x_fit-covr", "cover, contain, fill, outside, got 'covr'; did you mean cover?"),
    "a choice that could be two": ("300x_flip-vh", "expected one of h, v, hv, got 'vh'"),
}


@pytest.mark.parametrize(("text", "reason"), MEANT.values(), ids=MEANT)
def test_a_word_that_nobody_knows_asks_for_the_nearest(text: str, reason: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        parse_spec(text, site=Site(presets=PRESETS))
    assert reason in caught.value.reason
    assert ("did you mean" in caught.value.reason) == ("did you mean" in reason)


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


@pytest.mark.parametrize(
    ("text", "listed", "meant"),
    [
        ("p-name05000a", range(4951, 5051), "did you mean name05000? "),
        ("p-a", range(100), ""),
        ("p-zebra", range(9900, 10_000), ""),
    ],
    ids=["in the middle", "before all", "behind all"],
)
def test_of_ten_thousand_presets_an_error_lists_the_nearest_hundred(
    text: str, listed: range, meant: str
) -> None:
    presets = dict.fromkeys((f"name{number:05}" for number in range(10_000)), parse_spec("9x"))
    with pytest.raises(InvalidSpec) as caught:
        parse_spec(text, site=Site(presets=presets))
    names = ", ".join(f"name{number:05}" for number in listed)
    assert caught.value.reason == f"unknown preset {text[2:]!r}; {meant}known: {names} and 9900 more"


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
