"""The SPEC as a value: what is folded away, what is refused, what it stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from resizer_core.gravity import FocalPoint, Gravity
from resizer_core.model import UPRIGHT, Bounds, Colour, Fit, Orientation
from resizer_core.operations.blur import Blur
from resizer_core.operations.padding import Padding
from resizer_core.operations.tone import Brightness, Grayscale
from resizer_core.option_values import Crop, InvalidField, Metadata, Original, Percent, Profile, Ratio
from resizer_core.spec import Preset, Spec

BOTH, WIDTH = Bounds(300, 200), Bounds(300, None)
INNER = Spec(dimensions=BOTH, fit=Fit.COVER, format="webp", quality=70, version="1")
THUMB = Preset("thumb", INNER)

WRITTEN = {
    "nothing but a size": (Spec(dimensions=BOTH), "300x200"),
    "a percentage": (Spec(dimensions=Percent(50)), "50p"),
    "the original": (Spec(dimensions=Original()), "orig"),
    "a preset": (Spec(dimensions=THUMB, quality=5, pixel_ratio=1.5), "p-thumb_q-5_dpr-1.5"),
    "whole percents of a crop": (
        Spec(dimensions=BOTH, crop=Crop(left=0.5, top=0, width=50.0, height=10, percent=True)),
        "300x200_crop-0.5p-0p-50p-10p",
    ),
    "all that geometry does": (
        Spec(
            dimensions=BOTH,
            page=2,
            crop=Crop(left=1, top=2, width=3, height=4),
            trim=0,
            turn=Orientation(quarter_turns=3, mirrored=True),
            fit=Fit.CONTAIN,
            gravity=FocalPoint(0, 0),
            enlarge=True,
        ),
        "300x200_page-2_crop-1-2-3-4_trim-0_rot-90_flip-v_fit-contain_g-nw_up",
    ),
    "all the rest": (
        Spec(
            dimensions=Original(),
            still=True,
            trim=10,
            ratio=Ratio(32, 18),
            operations=(Grayscale(), Blur(2)),
            background=Colour(red=0, green=0, blue=0, alpha=0),
            format="jpg",
            quality=1,
            max_kb=2,
            metadata=Metadata.KEEP,
            profile=Profile.P3,
            hdr=True,
            download=True,
            version="3",
            signature="a" * 16,
        ),
        "orig_still_trim_ar-16-9_blur-2_gray_bg-00000000_f-jpg_q-1_kb-2_meta-keep_icc-p3_hdr_dl_v-3_s-"
        + "a" * 16,
    ),
    "without loss": (Spec(dimensions=BOTH, lossless=True), "300x200_ll"),
}


@pytest.mark.parametrize(("spec", "text"), WRITTEN.values(), ids=WRITTEN)
def test_a_spec_is_written_in_canonical_order(spec: Spec, text: str) -> None:
    assert str(spec) == text


#: Two ways to say the same.
EQUAL = {
    "a page and still": (Spec(dimensions=BOTH, page=3, still=True), Spec(dimensions=BOTH, page=3)),
    "a crop of everything": (
        Spec(dimensions=BOTH, crop=Crop(left=0, top=0, width=100, height=100, percent=True)),
        Spec(dimensions=BOTH),
    ),
    "a fit with one side": (Spec(dimensions=WIDTH, fit=Fit.COVER), Spec(dimensions=WIDTH)),
    "a fit with a percentage": (Spec(dimensions=Percent(5), fit=Fit.FILL), Spec(dimensions=Percent(5))),
    "a gravity where nothing is cut off": (
        Spec(dimensions=BOTH, gravity=Gravity.NORTH),
        Spec(dimensions=BOTH),
    ),
    "a gravity with one side and a fit": (
        Spec(dimensions=WIDTH, fit=Fit.COVER, gravity=Gravity.NORTH),
        Spec(dimensions=WIDTH),
    ),
    "a point of the compass": (
        Spec(dimensions=BOTH, fit=Fit.COVER, gravity=FocalPoint(100, 50)),
        Spec(dimensions=BOTH, fit=Fit.COVER, gravity=Gravity.EAST),
    ),
    "the point in the centre": (
        Spec(dimensions=BOTH, fit=Fit.COVER, gravity=FocalPoint(50, 50)),
        Spec(dimensions=BOTH, fit=Fit.COVER),
    ),
    "effects in any order": (
        Spec(dimensions=BOTH, operations=(Grayscale(), Blur(2))),
        Spec(dimensions=BOTH, operations=(Blur(2), Grayscale())),
    ),
    "an effect that does nothing": (
        Spec(dimensions=BOTH, operations=(Brightness(0),)),
        Spec(dimensions=BOTH),
    ),
    "a screen of 2": (Spec(dimensions=BOTH, pixel_ratio=2), Spec(dimensions=Bounds(600, 400))),
    "a screen of 1.5, half up": (
        Spec(dimensions=Bounds(25, None), pixel_ratio=1.5),
        Spec(dimensions=Bounds(38, None)),
    ),
    "a screen of 2 and a margin": (
        Spec(dimensions=Original(), pixel_ratio=2, operations=(Padding(top=1, right=2, bottom=3, left=4),)),
        Spec(dimensions=Original(), operations=(Padding(top=2, right=4, bottom=6, left=8),)),
    ),
    "a ratio that can be reduced": (
        Spec(dimensions=WIDTH, ratio=Ratio(4, 2)),
        Spec(dimensions=WIDTH, ratio=Ratio(2, 1)),
    ),
}


@pytest.mark.parametrize(("one", "other"), EQUAL.values(), ids=EQUAL)
def test_specs_that_mean_the_same_are_equal(one: Spec, other: Spec) -> None:
    assert one == other
    assert hash(one) == hash(other)
    assert str(one) == str(other)


def test_a_crop_of_everything_in_pixels_is_kept_for_the_original_may_be_larger() -> None:
    assert Spec(dimensions=BOTH, crop=Crop(left=0, top=0, width=100, height=100)).crop


def test_the_screen_of_a_preset_is_kept() -> None:
    spec = Spec(dimensions=THUMB, pixel_ratio=2)
    assert spec.pixel_ratio == 2
    assert spec.resolved.dimensions == Bounds(600, 400)


MISUSED: dict[str, tuple[Callable[[], Spec], str]] = {
    "a page before the first": (lambda: Spec(dimensions=BOTH, page=0), "page"),
    "a page too many": (lambda: Spec(dimensions=BOTH, page=10_000), "page"),
    "a trim below nothing": (lambda: Spec(dimensions=BOTH, trim=-1), "trim"),
    "no quality": (lambda: Spec(dimensions=BOTH, quality=0), "quality"),
    "too much quality": (lambda: Spec(dimensions=BOTH, quality=101), "quality"),
    "a ceiling too high": (lambda: Spec(dimensions=BOTH, max_kb=20_001), "max_kb"),
    "less than a pixel": (lambda: Spec(dimensions=THUMB, pixel_ratio=0.5), "pixel_ratio"),
    "a version in capitals": (lambda: Spec(dimensions=BOTH, version="A"), "version"),
    "a format of two words": (lambda: Spec(dimensions=BOTH, format="web p"), "format"),
    "a short signature": (lambda: Spec(dimensions=BOTH, signature="abc"), "signature"),
    "a ratio with both sides": (lambda: Spec(dimensions=BOTH, ratio=Ratio(1, 1)), "ratio"),
    "attention with contain": (
        lambda: Spec(dimensions=BOTH, fit=Fit.CONTAIN, gravity=Gravity.ATTENTION),
        "gravity",
    ),
    "entropy with contain": (
        lambda: Spec(dimensions=BOTH, fit=Fit.CONTAIN, gravity=Gravity.ENTROPY),
        "gravity",
    ),
    "quality without loss": (lambda: Spec(dimensions=BOTH, lossless=True, quality=5), "lossless"),
    "a ceiling without loss": (lambda: Spec(dimensions=BOTH, lossless=True, max_kb=5), "lossless"),
    "a side too long": (lambda: Spec(dimensions=Bounds(100_000, None)), "pixel_ratio"),
    "a side that grows too long": (
        lambda: Spec(dimensions=Bounds(None, 25_000), pixel_ratio=4),
        "pixel_ratio",
    ),
    "a blur that grows too strong": (
        lambda: Spec(dimensions=BOTH, operations=(Blur(50),), pixel_ratio=4),
        "pixel_ratio",
    ),
    "a preset and a page": (lambda: Spec(dimensions=THUMB, page=2), "page"),
    "a preset and still": (lambda: Spec(dimensions=THUMB, still=True), "still"),
    "a preset and a crop": (
        lambda: Spec(dimensions=THUMB, crop=Crop(left=0, top=0, width=1, height=1)),
        "crop",
    ),
    "a preset and a trim": (lambda: Spec(dimensions=THUMB, trim=0), "trim"),
    "a preset and a turn": (lambda: Spec(dimensions=THUMB, turn=Orientation(mirrored=True)), "turn"),
    "a preset and a ratio": (lambda: Spec(dimensions=THUMB, ratio=Ratio(1, 1)), "ratio"),
    "a preset and up": (lambda: Spec(dimensions=THUMB, enlarge=True), "enlarge"),
    "a preset and an effect": (lambda: Spec(dimensions=THUMB, operations=(Blur(2),)), "operations"),
    "a preset and a background": (
        lambda: Spec(dimensions=THUMB, background=Colour(red=0, green=0, blue=0)),
        "background",
    ),
    "a preset and a ceiling": (lambda: Spec(dimensions=THUMB, max_kb=5), "max_kb"),
    "a preset and ll": (lambda: Spec(dimensions=THUMB, lossless=True), "lossless"),
    "a preset and metadata": (lambda: Spec(dimensions=THUMB, metadata=Metadata.KEEP), "metadata"),
    "a preset and a profile": (lambda: Spec(dimensions=THUMB, profile=Profile.P3), "profile"),
    "a preset and hdr": (lambda: Spec(dimensions=THUMB, hdr=True), "hdr"),
    "a preset and a download": (lambda: Spec(dimensions=THUMB, download=True), "download"),
    "a preset that dpr makes too long": (
        lambda: Spec(dimensions=Preset("big", Spec(dimensions=Bounds(99_999, None))), pixel_ratio=2),
        "pixel_ratio",
    ),
    "a preset without loss and a quality": (
        lambda: Spec(dimensions=Preset("exact", Spec(dimensions=BOTH, lossless=True)), quality=5),
        "lossless",
    ),
}


@pytest.mark.parametrize(("make", "field"), MISUSED.values(), ids=MISUSED)
def test_parts_that_do_not_go_together_are_refused(make: Callable[[], Spec], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        make()
    assert caught.value.fields[0] == field
    assert str(caught.value)


def test_a_spec_without_a_preset_stands_for_itself() -> None:
    assert INNER.resolved is INNER


def test_what_a_preset_stands_for_is_made_once() -> None:
    spec = Spec(dimensions=THUMB, format="avif")
    assert spec.resolved is spec.resolved
    assert spec == Spec(dimensions=THUMB, format="avif")
    assert replace(spec, quality=5).resolved.quality == 5


RESOLVED = {
    "as it is": (Spec(dimensions=THUMB), "300x200_fit-cover_f-webp_q-70_v-1"),
    "its own format": (Spec(dimensions=THUMB, format="jpg"), "300x200_fit-cover_f-jpg_q-70_v-1"),
    "its own quality": (Spec(dimensions=THUMB, quality=5), "300x200_fit-cover_f-webp_q-5_v-1"),
    "its own version": (Spec(dimensions=THUMB, version="2"), "300x200_fit-cover_f-webp_q-70_v-2"),
    "for a screen": (Spec(dimensions=THUMB, pixel_ratio=1.5), "450x300_fit-cover_f-webp_q-70_v-1"),
    "signed": (Spec(dimensions=THUMB, signature="a" * 16), "300x200_fit-cover_f-webp_q-70_v-1"),
}


@pytest.mark.parametrize(("spec", "text"), RESOLVED.values(), ids=RESOLVED)
def test_a_preset_stands_for_its_spec_with_what_was_added(spec: Spec, text: str) -> None:
    assert str(spec.resolved) == text


NAMES = {"a letter": "a", "the longest": "a" * 32, "digits and dots": "a1.b"}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_preset_has_a_name(name: str) -> None:
    assert str(Preset(name, INNER)) == f"p-{name}"


NO_NAMES = {
    "nothing": "",
    "a digit first": "1a",
    "a dot first": ".a",
    "upper case": "Thumb",
    "a dash": "a-b",
    "an underscore": "a_b",
    "too long": "a" * 33,
    "a line": "a\n",
}


@pytest.mark.parametrize("name", NO_NAMES.values(), ids=NO_NAMES)
def test_a_preset_with_another_name_does_not_exist(name: str) -> None:
    with pytest.raises(ValueError, match="a preset's name is a letter and up to 31"):
        Preset(name, INNER)


@pytest.mark.parametrize(
    "inner", [Spec(dimensions=THUMB), Spec(dimensions=BOTH, signature="a" * 16)], ids=str
)
def test_a_preset_names_no_preset_and_carries_no_signature(inner: Spec) -> None:
    with pytest.raises(ValueError, match="preset x may not name another preset or carry a signature"):
        Preset("x", inner)


def test_the_unsigned_spec_is_the_same_without_its_signature() -> None:
    signed = Spec(dimensions=BOTH, quality=5, signature="a" * 16)
    assert signed.unsigned == Spec(dimensions=BOTH, quality=5)


REFUSED = {
    "an option": (Spec(dimensions=BOTH, page=2, quality=5), "q", "300x200_page-2_[q-5]"),
    "an option that another begins with": (
        Spec(dimensions=BOTH, fit=Fit.COVER, format="png"),
        "f",
        "300x200_fit-cover_[f-png]",
    ),
    "a flag": (Spec(dimensions=BOTH, lossless=True, version="2"), "ll", "300x200_[ll]_v-2"),
    "an option of a preset": (Spec(dimensions=THUMB, version="q"), "q", "[p-thumb]_v-q"),
}


@pytest.mark.parametrize(("spec", "key", "marked"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_answered_is_underlined_in_the_canonical_spelling(
    spec: Spec, key: str, marked: str
) -> None:
    error = spec.error_at(key, "not available")
    assert error.reason == "not available"
    assert error.source == str(spec)
    source = error.source
    assert f"{source[: error.start]}[{source[error.start : error.end]}]{source[error.end :]}" == marked


def test_every_orientation_has_a_spelling_of_its_own() -> None:
    turns = [Orientation(quarter_turns=n, mirrored=m) for n in range(4) for m in (False, True)]
    texts = {str(Spec(dimensions=WIDTH, turn=turn)) for turn in turns}
    assert texts == {
        "300x",
        *(f"300x_rot-{degrees}" for degrees in (90, 180, 270)),
        *("300x_flip-h", "300x_flip-v", "300x_rot-90_flip-h", "300x_rot-90_flip-v"),
    }
    assert str(Spec(dimensions=WIDTH, turn=UPRIGHT)) == "300x"
