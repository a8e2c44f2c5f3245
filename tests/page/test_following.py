"""The page of a loop whose originals change, in a real browser, in both ways of delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from resizer_core import resize
from tests.local_loop.conftest import flat
from tests.local_loop.test_main import running
from tests.page.asking import ask, choose
from tests.pictures import decoded

SPEC = "16x8_f-png"
#: The middle of an element on the screen, px.
MIDDLE = """selector => {
    const place = document.querySelector(selector)?.getBoundingClientRect();
    return place ? [place.x + place.width / 2, place.y + place.height / 2].map(Math.round) : null;
}"""
BLUE, RED = flat(0, 0, 200), flat(200, 0, 0)
GREEN = resize(flat(0, 200, 0), "1600x_up_f-png").body


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of originals, one with a name that browsers spell otherwise than this project."""
    originals = tmp_path / "originals"
    originals.mkdir()
    (originals / "it's (1) & ü.png").write_bytes(BLUE)
    return originals


@pytest.fixture(params=["redirect", "failover"])
def url(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> Iterator[str]:
    made = str(tmp_path / "made")
    arguments = ("--port", "0", "--originals", str(folder), "--derivatives", made)
    with running(*arguments, "--delivery", request.param) as (_, printed):
        found = re.search(r"http://127\.0\.0\.1:\d+", printed)
        assert found, printed
        yield found[0]


def replace(path: Path, body: bytes) -> None:
    """Write a file as programs do that care for their readers: at once."""
    new = path.parent.with_name("new")
    new.write_bytes(body)
    new.replace(path)


def expect_all(page: Page, colour: tuple[int, int, int]) -> None:
    """Wait until the picture above and its thumbnail have this colour, as a person sees it."""
    left = 300
    while not all(has_colour(page, one, colour) for one in ("#picture .shown", ".thumbnail:not(.add) img")):
        left -= 1
        assert left, f"not all pictures are {colour}"
        page.wait_for_timeout(100)


def has_colour(page: Page, selector: str, colour: tuple[int, int, int]) -> bool:
    """Say whether the middle of an element has a colour, or one that a coder makes of it."""
    place = page.evaluate(MIDDLE, selector)
    if place is None:
        return False
    seen = decoded(page.screenshot()).getpoint(*place)[:3]
    return all(abs(level - wanted) <= 12 for level, wanted in zip(seen, colour, strict=True))


def test_what_happens_to_an_original_is_shown_as_soon_as_it_is_purged(page: Page, folder: Path) -> None:
    (path,) = folder.iterdir()
    ask(page, SPEC)
    expect_all(page, (0, 0, 200))
    for body, colour in ((RED, (200, 0, 0)), (GREEN, (0, 200, 0))):
        replace(path, body)
        expect_all(page, colour)
        expect(page.locator("#changes")).to_contain_text(f"{path.name} was replaced: ")
        expect(page.locator(".thumbnail:not(.add)")).to_have_attribute(
            "title", re.compile(f", {len(body)} B" if len(body) < 1000 else " kB$")
        )
    path.unlink()
    expect(page.locator("#changes")).to_contain_text(f"{path.name} is gone: ")
    expect(page.locator("#ledger caption")).to_contain_text("404 after")
    expect(page.locator("#picture .failed")).to_be_visible()
    replace(path, RED)
    expect_all(page, (200, 0, 0))


def test_an_original_that_is_new_can_be_chosen(page: Page, folder: Path) -> None:
    replace(folder / "new.png", RED)
    expect(page.locator(".thumbnail:not(.add)")).to_have_count(2)
    choose(page, "new.png")
    ask(page, SPEC)
    expect(page.locator("#picture .shown")).to_have_attribute("alt", f"new.png as {SPEC}")
