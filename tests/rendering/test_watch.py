"""A picture that takes too long is stopped, and the next one is made."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace

import pytest

from resizer_core import CorruptImage, LimitExceeded, parse_spec, plan_for, resize
from resizer_core.rendering.reading import decoded
from resizer_core.rendering.render import render
from resizer_core.rendering.watch import Watch, watched
from tests.pictures import animation, encoded, gradient, quarters, solid

#: Each step that libvips could be in.
SPECS = (
    "40x_f-png",
    "40x_blur-2_f-png",
    "40x_rot-90_f-jpg",
    "20x20_fit-cover_g-sm_f-webp",
    "40x_f-tif_pad-2",
)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("format", ["jpg", "png", "webp", "gif", "tif"])
def test_it_is_stopped_when_its_time_is_over(spec: str, format: str) -> None:
    data = encoded(gradient(), format)
    plan = plan_for(data, parse_spec(spec))
    with pytest.raises(LimitExceeded, match="a picture that is made within 0 s: it was stopped then"):
        render(data, replace(plan, cpu_seconds=0))
    assert render(data, plan) == resize(data, spec).body


def test_an_animation_is_stopped_between_its_frames() -> None:
    data = animation([solid((40 * number, 0, 0)) for number in range(4)], "gif")
    with pytest.raises(LimitExceeded):
        render(data, replace(plan_for(data, parse_spec("20x_f-webp")), cpu_seconds=0))


def test_what_is_being_worked_on_is_stopped() -> None:
    """The picture is large enough for a second, and its time is a tenth of it."""
    large = quarters(4000, 3000)
    with pytest.raises(LimitExceeded), Watch(0.1):
        decoded(watched(large.copy()).gaussblur(40))


def test_what_is_damaged_is_told_so_while_there_is_time() -> None:
    data = encoded(gradient(), "jpg")
    plan = plan_for(data, parse_spec("40x_f-png"))
    with pytest.raises(CorruptImage):
        render(data[: len(data) // 2], plan)


def test_a_picture_is_let_go_when_the_watch_ends() -> None:
    image = gradient().copy()
    before = sys.getrefcount(image)
    with Watch(10):
        watched(image)
    assert sys.getrefcount(image) == before


def test_nothing_is_watched_any_longer_once_it_is_made() -> None:
    before = threading.active_count()
    resize(encoded(gradient(), "png"), "40x_f-png")
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(5)
    assert threading.active_count() <= before
    image = quarters()
    assert watched(image) is image
