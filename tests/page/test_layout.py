"""A browser lays out what ``picture`` writes: nothing is distorted, whatever the size of the original."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from resizer_core import open_store, picture
from tests.local_loop.world import served
from tests.pictures import encoded, quarters

#: Originals: large, small, and with one side that is too small for what is asked for.
ORIGINALS = ((1600, 900), (384, 512), (512, 384), (1000, 120), (48, 900), (33, 57))
ASKED: tuple[dict[str, Any], ...] = (
    {"spec": "600x400_fit-cover"},
    {"spec": "600x400_fit-fill"},
    {"spec": "400x400_fit-contain"},
    {"spec": "600x400_fit-cover_up"},
    {"spec": "300x_ar-3-1"},
    {"spec": "16x9_fit-cover", "widths": [160, 320, 1280], "sizes": "300px"},
    {"spec": "320x_ar-1-1", "widths": [160, 640], "sizes": "200px"},
)
#: What each element shows, and the file in it; px, as they are and not as the screen's density makes them.
MEASURE = """async () => Promise.all([...document.images].map(async image => {
    const file = await createImageBitmap(await (await fetch(image.currentSrc)).blob());
    const box = image.getBoundingClientRect();
    return {said: image.alt, shown: [box.width, box.height], file: [file.width, file.height]};
}))"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    originals = open_store("memory:")
    for width, height in ORIGINALS:
        body = encoded(quarters(width, height), "jpg")
        originals.put(f"{width}x{height}.jpg", body, media_type="image/jpeg")
    with served(originals, open_store("memory:")) as server:
        yield server.url


@pytest.mark.parametrize("density", [1, 2, 3])
def test_no_picture_is_distorted(browser: Browser, url: str, density: int) -> None:
    context = browser.new_context(device_scale_factor=density)
    page = context.new_page()
    page.goto(f"{url}/_loop/explain?spec=1x1")  # so that the files come from where the page does
    page.set_content("\n".join(_elements()), wait_until="load")
    measured = page.evaluate(MEASURE)
    context.close()
    assert len(measured) == len(ORIGINALS) * len(ASKED)
    distorted = [one for one in measured if not _same_ratio(one["shown"], one["file"])]
    assert distorted == []


def _elements() -> Iterator[str]:
    for width, height in ORIGINALS:
        for asked in ASKED:
            key = f"{width}x{height}.jpg"
            said = f"{asked} of {key}"
            yield f"<p>{picture(key, alt=said, formats=['webp', 'jpg'], lazy=False, **asked)}</p>"


def _same_ratio(shown: list[float], file: list[int]) -> bool:
    """Say whether a file of this size, each side rounded to a pixel, fills the element undistorted."""
    (across, down), (width, height) = shown, file
    return (width - 0.5) / (height + 0.5) <= across / down <= (width + 0.5) / (height - 0.5)
