"""The limits, and what is refused before anything is known of the original."""

from __future__ import annotations

import pytest

from resizer_core.errors import LimitExceeded
from resizer_core.model import ImageHeader, Size
from resizer_core.planning.limits import check_request
from resizer_core.planning.plan import Plan
from resizer_core.site import Limits, Site
from tests.planning.plans import ANIMATION, LANDSCAPE, plan, spec_of

LIMITS: dict[str, tuple[str, ImageHeader, str, dict[str, int], str]] = {
    "the pixels of the original": (
        "100x",
        LANDSCAPE,
        "jpg",
        {"input_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of an original that is decoded whole": (
        "100x",
        LANDSCAPE,
        "avif",
        {"in_memory_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of an interlaced PNG, which is decoded whole": (
        "100x",
        ImageHeader(size=Size(400, 300), interlaced=True),
        "png",
        {"in_memory_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of an animated PNG, whose frames are drawn in memory": (
        "100x_f-webp",
        ANIMATION,
        "png",
        {"in_memory_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of an original that is decoded whole, as of any other": (
        "100x",
        LANDSCAPE,
        "webp",
        {"input_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "what is made before the crop": (
        "500x500_fit-cover_up",
        ImageHeader(size=Size(1, 300)),
        "png",
        {"input_pixels": 500 * 150_000 - 1},
        "expected at most 74999999 pixels before the crop, got 500x150000 px",
    ),
    "the frames of an animation": (
        "100x",
        ANIMATION,
        "gif",
        {"frames": 9},
        "expected an animation of at most 9 frames, got 10",
    ),
    "the pixels of an animation": (
        "100x",
        ANIMATION,
        "gif",
        {"animation_pixels": 1_199_999},
        "expected an animation of at most 1199999 pixels in all, got 10 frames of 400x300 px",
    ),
    "the frames that are decoded for one of them": (
        "100x_page-10",
        ANIMATION,
        "webp",
        {"frames": 9},
        "expected an animation of at most 9 frames up to page 10, got 10",
    ),
    "the pixels that are decoded for one frame": (
        "100x_page-10_trim",
        ANIMATION,
        "gif",
        {"animation_pixels": 1_199_999},
        "expected an animation of at most 1199999 pixels in all up to page 10, got 10 frames of 400x300 px",
    ),
    "the pixels of a GIF, which is decoded whole": (
        "100x_still",
        LANDSCAPE,
        "gif",
        {"in_memory_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of an animation that grows": (
        "800x_up",
        ANIMATION,
        "gif",
        {"animation_pixels": 4_799_999},
        "expected a result of at most 4799999 pixels in all, got 10 frames of 800x600 px",
    ),
    "the width that is asked for": (
        "500x",
        LANDSCAPE,
        "jpg",
        {"output_side": 499},
        "expected a side of at most 499 px, got 500",
    ),
    "the height that is asked for": (
        "x500",
        LANDSCAPE,
        "jpg",
        {"output_side": 499},
        "expected a side of at most 499 px, got 500",
    ),
    "a side of a preset": (
        "p-thumb_dpr-2",
        LANDSCAPE,
        "jpg",
        {"output_side": 199},
        "expected a side of at most 199 px, got 200",
    ),
    "a side that a ratio makes": (
        "x100_ar-5-1_up",
        LANDSCAPE,
        "jpg",
        {"output_side": 499},
        "expected a result of at most 499 px a side in jpg, got 500x100",
    ),
    "a side that follows": (
        "x300",
        LANDSCAPE,
        "jpg",
        {"output_side": 399},
        "expected a result of at most 399 px a side in jpg, got 400x300",
    ),
    "a side of the original": (
        "orig",
        LANDSCAPE,
        "jpg",
        {"output_side": 399},
        "expected a result of at most 399 px a side in jpg, got 400x300",
    ),
    "a side that the encoder does not take": (
        "orig_f-webp",
        ImageHeader(size=Size(16_384, 1)),
        "jpg",
        {"output_side": 99_999},
        "expected a result of at most 16383 px a side in webp, got 16384x1",
    ),
    "the pixels of the result": (
        "orig",
        LANDSCAPE,
        "jpg",
        {"output_pixels": 119_999},
        "expected a result of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of a canvas": (
        "500x500_fit-contain",
        LANDSCAPE,
        "jpg",
        {"output_pixels": 249_999},
        "expected a result of at most 249999 pixels, got 500x500 px",
    ),
}


@pytest.mark.parametrize(("text", "header", "original", "limits", "reason"), LIMITS.values(), ids=LIMITS)
def test_a_limit_is_kept(
    text: str, header: ImageHeader, original: str, limits: dict[str, int], reason: str
) -> None:
    with pytest.raises(LimitExceeded) as caught:
        plan(text, header, original, limits=Limits(**limits))
    assert str(caught.value) == reason


@pytest.mark.parametrize(("text", "header", "original", "limits", "reason"), LIMITS.values(), ids=LIMITS)
def test_what_just_reaches_a_limit_is_answered(
    text: str, header: ImageHeader, original: str, limits: dict[str, int], reason: str
) -> None:
    del reason
    if "16384" in str(header.size):
        header = ImageHeader(size=Size(16_383, 1))
    one_more = {name: value + 1 for name, value in limits.items()}
    assert isinstance(plan(text, header, original, limits=Limits(**one_more)), Plan)


def test_what_is_decoded_line_by_line_may_be_larger_than_what_is_decoded_whole() -> None:
    assert isinstance(plan("100x", LANDSCAPE, "jpg", limits=Limits(in_memory_pixels=1)), Plan)


def test_a_still_output_of_a_long_animation_is_answered() -> None:
    limits = Limits(frames=9, animation_pixels=1)
    assert plan("100x_f-jpg", ANIMATION, "gif", limits=limits).pages == 1
    assert plan("100x_still", ANIMATION, "gif", limits=limits).pages == 1


def test_a_size_beyond_the_limits_is_refused_before_anything_is_known_of_the_original() -> None:
    with pytest.raises(LimitExceeded, match="expected a side of at most 8192 px, got 8193"):
        check_request(spec_of("8193x"), Site())
    check_request(spec_of("8192x8192"), Site())
    check_request(spec_of("orig"), Site())
