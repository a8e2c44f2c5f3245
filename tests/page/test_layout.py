"""A browser lays out what ``picture`` writes: the same on every screen, whatever the size of the original."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from resizer_core import open_store, picture
from tests.local_loop.world import served
from tests.pictures import encoded, quarters

#: Originals: large, small, and with one side that is too small for what is asked for.
ORIGINALS = ((1600, 900), (1600, 400), (451, 300), (384, 512), (48, 900), (33, 57))
#: Those that are lazy come first, where a screen shows them.
ASKED: tuple[dict[str, Any], ...] = (
    {"widths": [480, 960], "lazy": True},
    {"spec": "16x9_fit-cover", "widths": [320, 1920], "lazy": True},
    {"spec": "300x"},
    {"spec": "x200"},
    {"spec": "300x200"},
    {"spec": "600x400_fit-cover"},
    {"spec": "600x400_fit-fill"},
    {"spec": "400x400_fit-contain"},
    {"spec": "300x200_fit-outside"},
    {"spec": "300x_ar-3-1_rot-90"},
    {"spec": "300x_pad-10_round-20"},
    {"spec": "16x9_fit-cover", "widths": [160, 320, 1280, 1920]},
    {"widths": [480, 960]},
    {"spec": "4x3_fit-contain", "widths": [160, 640]},
    {"spec": "320x_ar-1-1", "widths": [160, 640]},
)
#: The style of docs/html.md.
STYLE = "<style>body { margin: 0 } img { max-width: 100%; height: auto; }</style>"
#: What each element shows, the file in it, and its size as the screen's density makes it; px.
MEASURE = """async () => Promise.all([...document.images].map(async image => {
    const file = await createImageBitmap(await (await fetch(image.currentSrc)).blob());
    const box = image.getBoundingClientRect();
    return {said: image.alt, shown: [box.width, box.height], file: [file.width, file.height]};
}))"""
BOXES = """() => [...document.images].map(image => {
    const {width, height} = image.getBoundingClientRect();
    return [width, height];
})"""
LOADED = "() => [...document.images].every(image => image.complete && image.naturalWidth)"


@dataclass(frozen=True)
class Measured:
    """Hold what a browser made of an element."""

    said: str
    shown: tuple[float, float]
    file: tuple[int, int]

    @property
    def is_distorted(self) -> bool:
        """Say whether file and element differ in their ratio by more than what rounding their sides does."""
        (across, down), (width, height) = self.shown, self.file
        narrowest = max((width - 0.5) / (height + 0.5), (across - 0.5) / (down + 0.5))
        return narrowest > min((width + 0.5) / (height - 0.5), (across + 0.5) / (down - 0.5))

    @property
    def is_enlarged(self) -> bool:
        """Say whether the file is shown larger than it is, by a pixel or more."""
        return any(shown >= side + 1 for shown, side in zip(self.shown, self.file, strict=True))


def differs(one: Sequence[float], other: Sequence[float]) -> bool:
    """Say whether two sizes differ by more than what the whole pixels of their files make of the ratio.

    The width of a file is off by up to 1/2 px, that for a screen of twice the density by 1/4 CSS px.
    """
    most = max(1, 0.75 * max(one) / min(one))
    return any(abs(side - another) > most for side, another in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    originals = open_store("memory:")
    for width, height in ORIGINALS:
        body = encoded(quarters(width, height), "jpg")
        originals.put(f"{width}x{height}.jpg", body, media_type="image/jpeg")
    with served(originals, open_store("memory:")) as server:
        yield server.url


def elements(asked: tuple[dict[str, Any], ...], *, known: bool) -> str:
    """Write each picture of each original, with its size where it is ``known``."""
    written = [STYLE]
    for options in asked:
        for original in ORIGINALS:
            key = "{}x{}.jpg".format(*original)
            size = {"original": original} if known else {}
            given = {"formats": ["webp", "jpg"], "lazy": False, **size, **options}
            written.append(f"<p>{picture(key, alt=f'{given} of {key}', **given)}</p>")
    return "\n".join(written)


def opened(browser: Browser, url: str, density: int, width: int) -> Page:
    """Open a page whose files come from its own host, on a screen that shows all that is lazy."""
    context = browser.new_context(
        device_scale_factor=density, viewport={"width": width, "height": 8_000}, bypass_csp=True
    )
    page = context.new_page()
    page.set_default_timeout(120_000)  # a busy machine is slow, not wrong
    page.goto(f"{url}/_loop/explain?spec=1x1")
    return page


def measured(browser: Browser, url: str, html: str, *, density: int, width: int = 800) -> list[Measured]:
    page = opened(browser, url, density, width)
    page.set_content(html, wait_until="load")
    page.wait_for_function(LOADED)
    listed = [Measured(**one) for one in page.evaluate(MEASURE)]
    page.context.close()
    return listed


@pytest.mark.parametrize(("width", "densities"), [(390, (1, 2, 3)), (1400, (1, 2))])
def test_every_screen_shows_the_same_size(
    browser: Browser, url: str, width: int, densities: tuple[int, ...]
) -> None:
    html = elements(ASKED, known=True)
    screens = [measured(browser, url, html, density=density, width=width) for density in densities]
    assert all(len(screen) == len(ORIGINALS) * len(ASKED) for screen in screens)
    depends = [
        [one.said, *(other.shown for other in (one, *others))]
        for one, *others in zip(*screens, strict=True)
        if any(differs(one.shown, other.shown) for other in others)
    ]
    assert depends == []
    assert [one for screen in screens for one in screen if one.is_distorted] == []
    # On a screen of one pixel per CSS pixel no file is shown larger than it is.
    assert [one for one in screens[0] if one.is_enlarged] == []


def test_no_picture_of_an_unknown_original_is_distorted(browser: Browser, url: str) -> None:
    listed = measured(browser, url, elements(ASKED, known=False), density=2)
    assert len(listed) == len(ORIGINALS) * len(ASKED)
    assert [one for one in listed if one.is_distorted] == []


def test_nothing_moves_when_the_pictures_come(browser: Browser, url: str) -> None:
    page = opened(browser, url, density=2, width=390)
    held: list[Route] = []
    holding = True
    page.route("**/*.jpg", lambda route: held.append(route) if holding else route.continue_())
    page.set_content(elements(ASKED, known=True), wait_until="domcontentloaded")
    page.wait_for_function("() => !document.images[0].complete")
    before = page.evaluate(BOXES)
    assert not page.evaluate(LOADED)
    holding = False
    for route in held:
        route.continue_()
    page.wait_for_function(LOADED)
    after = page.evaluate(BOXES)
    page.context.close()
    assert len(before) == len(ORIGINALS) * len(ASKED)
    assert [two for one, two in zip(before, after, strict=True) if differs(one, two)] == []
