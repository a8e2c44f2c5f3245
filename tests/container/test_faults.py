"""What goes wrong inside a function does not outlast the call, and pictures leave no memory behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import pyvips

from tests.container.conftest import SECRET, Bucket
from tests.container.running import Pending, Running
from tests.handler.site import event_for

PICTURES = 200
#: Bytes: what may be resident then. The test prints what is; glibc's own settings keep nearly twice as much.
RESIDENT = 85_000_000


@pytest.fixture(scope="module", autouse=True)
def _originals(buckets: tuple[Bucket, Bucket]) -> None:
    flat = pyvips.Image.black(8000, 8000, bands=3)
    noise = pyvips.Image.gaussnoise(3000, 3000, sigma=40, mean=128, seed=1).cast("uchar")
    photo = pyvips.Image.gaussnoise(400, 300, sigma=40, mean=128, seed=2).resize(5).cast("uchar")
    # A progressive picture is held whole while it is decoded, however small it will be: 192 MB.
    buckets[0].put("progressive.jpg", flat.write_to_buffer(".jpg", interlace=True))
    buckets[0].put("noise.jpg", noise.bandjoin(noise).bandjoin(noise).write_to_buffer(".jpg"))
    buckets[0].put("small.png", flat.crop(0, 0, 60, 40).write_to_buffer(".png"))
    for suffix in ("jpg", "png", "webp"):
        buckets[0].put(f"photo.{suffix}", photo.bandjoin(photo).bandjoin(photo).write_to_buffer(f".{suffix}"))


def test_after_a_time_out_the_next_call_is_answered(start: Callable[..., Running]) -> None:
    function = start(memory="1024m", timeout=3)
    assert function.answer(small("10x"))["statusCode"] == 302
    reply = function.invoke(slow())
    assert (reply.status, reply.body) == (200, b"Task timed out after 3.00 seconds")
    assert function.answer(small("11x"))["statusCode"] == 302


def test_after_it_ran_out_of_memory_the_next_call_is_answered(start: Callable[..., Running]) -> None:
    function = start(memory="128m")
    assert function.answer(small("12x"))["statusCode"] == 302
    reply = function.invoke(asking("/100x/progressive.jpg"))
    assert reply.status == 502
    assert "signal: killed" in reply.answer["errorMessage"]
    assert function.answer(small("13x"))["statusCode"] == 302


def test_the_same_picture_is_made_where_there_is_memory(start: Callable[..., Running]) -> None:
    assert start(memory="512m").answer(asking("/101x/progressive.jpg"))["statusCode"] == 302


def test_after_a_crash_the_next_call_is_answered(start: Callable[..., Running]) -> None:
    function = start(memory="1024m")
    assert function.answer(small("14x"))["statusCode"] == 302
    pending = Pending(function, slow())
    function.crash()
    reply = pending.wait()
    assert reply.status == 502
    assert reply.answer["errorType"] == "Runtime.ExitError"
    assert "segmentation fault" in reply.answer["errorMessage"]
    assert function.answer(small("16x"))["statusCode"] == 302


def test_two_hundred_pictures_leave_no_memory_behind(
    start: Callable[..., Running], report: Callable[[str], None]
) -> None:
    function = start(memory="512m")
    resident = []
    for number in range(PICTURES):
        original = ("photo.jpg", "photo.png", "photo.webp")[number % 3]
        format_ = ("jpg", "webp", "png")[number // 3 % 3]
        answer = function.answer(asking(f"/{300 + number * 4}x_f-{format_}/{original}"))
        assert answer.get("statusCode") == 302, answer
        if number + 1 in (PICTURES // 4, PICTURES):
            resident.append(function.memory()["VmRSS"] / 1e6)
    early, late = resident
    report(f"resident after {PICTURES // 4} pictures {early:.0f} MB, after {PICTURES} {late:.0f} MB")
    report(f"resident at most {function.memory()['VmHWM'] / 1e6:.0f} MB")
    assert late < early * 1.25
    assert late * 1e6 < RESIDENT


def small(spec: str) -> dict[str, Any]:
    return asking(f"/{spec}/small.png")


def slow(spec: str = "orig_f-avif_ll") -> dict[str, Any]:
    """Takes long on any machine: nine million pixels of noise become an AVIF without loss."""
    return asking(f"/{spec}/noise.jpg")


def asking(path: str) -> dict[str, Any]:
    return event_for(path, x_resizer_secret=SECRET)
