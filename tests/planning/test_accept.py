"""The Accept header."""

from __future__ import annotations

import pytest

from resizer_core.formats import BUILTIN
from resizer_core.planning.accept import negotiate

#: What browsers send for an <img> element.
CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
FIREFOX = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
SAFARI_14 = "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"

STILL = {
    "Chrome": (CHROME, "avif"),
    "Firefox": (FIREFOX, "avif"),
    "Safari 14": (SAFARI_14, "webp"),
    "curl": ("*/*", "jpg"),
    "any image": ("image/*", "jpg"),
    "no header": ("", "jpg"),
    "only PNG": ("image/png", "jpg"),
    "our order counts": ("image/webp,image/avif", "avif"),
    "weights do not count": ("image/webp;q=1,image/avif;q=0.1", "avif"),
    "refused": ("image/avif;q=0,image/webp", "webp"),
    "refused with decimals": ("image/avif; q=0.000 ,image/webp", "webp"),
    "all refused": ("image/avif;q=0,image/webp;q=0.0", "jpg"),
    "a tiny weight accepts": ("image/avif;q=0.001", "avif"),
    "a weight that is no number accepts": ("image/avif;q=x", "avif"),
    "upper case": ("IMAGE/AVIF;Q=1", "avif"),
    "upper case, refused": ("IMAGE/AVIF;Q=0", "jpg"),
    "spaces": ("  image/webp ; q = 1 , */*", "webp"),
    "another parameter": ("image/avif;v=0", "avif"),
    "garbage": (";;,=,q=0,;q", "jpg"),
    "part of a name": ("image/avif-sequence,image/webpx", "jpg"),
}


@pytest.mark.parametrize(("accept", "name"), STILL.values(), ids=STILL)
def test_the_best_format_that_the_header_names_is_taken(accept: str, name: str) -> None:
    assert negotiate(accept).name == name


ANIMATED = {"Chrome": (CHROME, "webp"), "only AVIF": ("image/avif", "avif"), "no header": ("", "jpg")}


@pytest.mark.parametrize(("accept", "name"), ANIMATED.values(), ids=ANIMATED)
def test_an_animation_takes_a_format_that_moves_where_there_is_one(accept: str, name: str) -> None:
    assert negotiate(accept, animated=True).name == name


def test_only_formats_that_are_enabled_count() -> None:
    without_avif = {name: format for name, format in BUILTIN.items() if name != "avif"}
    assert negotiate(CHROME, without_avif).name == "webp"


def test_jpeg_is_there_even_when_it_is_not_enabled() -> None:
    assert negotiate("", {}).name == "jpg"
