"""A derivative shows what a browser shows of its original."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Browser

from resizer_core import resize
from resizer_core.formats import detect
from tests.apngs import Frame, apng
from tests.gifs import frame, gif
from tests.pictures import BLUE, GREEN, RED, decoded

#: Draws a picture to a canvas, and gives its size and all its pixels back.
DRAW = """async address => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const digits = [...pixels].map(byte => byte.toString(16).padStart(2, '0')).join('');
    return [canvas.width, canvas.height, digits];
}"""
PART = (4, 4, 12, 12)
GIFS = {
    "covered": gif(frame(0)),
    "a-part": gif(frame(0, PART)),
    "a-part-without-control": gif(frame(0, PART, disposal=None)),
    "a-part-interlaced": gif(frame(range(4), (5, 3, 2, 2), interlaced=True)),
    "over-the-edge": gif(frame(0, (50, 30, 30, 30))),
    "a-size-that-libnsgif-disbelieves": gif(frame(0, PART), screen=(640, 480)),
    "a-screen-of-no-size": gif(frame(0, PART), screen=(0, 0)),
}


PNGS = {
    "a-still-that-is-a-frame": apng(Frame(RED), Frame(BLUE)),
    "a-still-that-is-no-frame": apng(Frame(GREEN), Frame(BLUE), still=RED),
    "a-still-beside-one-frame": apng(Frame(GREEN), still=RED),
    "a-part": apng(Frame(GREEN, PART), Frame(BLUE), still=RED),
    "no-frames": apng(Frame(RED), promised=0),
}


@pytest.mark.parametrize("data", [*GIFS.values(), *PNGS.values()], ids=[*GIFS, *PNGS])
def test_the_first_frame(browser: Browser, data: bytes) -> None:
    page = browser.new_page()
    kind = detect(data).media_type
    shown = page.evaluate(DRAW, f"data:{kind};base64," + base64.b64encode(data).decode())
    page.close()
    made = decoded(resize(data, "orig_still_f-png").body)
    made = made if made.hasalpha() else made.addalpha()
    assert shown == [made.width, made.height, bytes(made.write_to_memory()).hex()]
