"""A picture that takes too long is stopped, and the next one is made."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import inf
from unittest.mock import Mock

import pytest

from resizer_core import CorruptImage, LimitExceeded, parse_spec, plan_for, resize
from resizer_core.rendering import watch
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
    resize(encoded(gradient(), "png"), "40x_f-png")
    image = quarters()
    assert watched(image) is image


def clocks() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "watch"]


def test_one_thread_watches_all_pictures() -> None:
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda _: resize(encoded(gradient(), "png"), "40x_f-png"), range(20)):
            assert len(clocks()) == 1


def test_pictures_of_many_threads_are_stopped_each_at_its_time() -> None:
    """The longest times begin first, so the thread sleeps too long for those that follow."""
    large = quarters(4000, 3000)

    def work(seconds: float) -> None:
        with Watch(seconds):
            decoded(watched(large.copy()).gaussblur(40))

    with Watch(30), ThreadPoolExecutor(3) as pool:
        made = [pool.submit(work, seconds) for seconds in (0.2, 0.15, 0.1)]
        assert [type(each.exception()) for each in made] == [LimitExceeded] * 3


def test_the_thread_ends_when_nothing_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_clock", watch._Clock())
    before = clocks()
    with Watch(0.05):
        (clock,) = set(clocks()) - set(before)
    clock.join(5)
    assert not clock.is_alive()
    with Watch(inf):  # the next picture begins another thread, and no time is too long
        assert len(set(clocks()) - set(before)) == 1


def test_a_watch_without_its_thread_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_clock", watch._Clock())
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError))
        with pytest.raises(RuntimeError):
            Watch(10).__enter__()
    before = clocks()
    with Watch(10):
        assert [clock for clock in clocks() if clock not in before]
