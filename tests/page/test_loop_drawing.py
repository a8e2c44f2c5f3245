"""Test the drawing of the loop: what a view lights, and that it fits wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from resizer_core import Delivery, open_store
from tests.local_loop.failover_world import served_by_failover
from tests.local_loop.world import served
from tests.page.conftest import ORIGINALS

#: Draws a walk into the panel, and says which texts leave their boxes and which boxes leave the drawing.
OUTSIDE = """async ([walk, delivery, isNarrow]) => {
    const {drawing} = await import('/_loop/loop_drawing.js');
    const svg = drawing(walk, delivery, isNarrow);
    document.getElementById('drawing').replaceChildren(svg);
    const inside = (one, other) => one.left >= other.left && one.right <= other.right + 0.5
        && one.top >= other.top && one.bottom <= other.bottom + 0.5;
    const found = [];
    for (const piece of svg.querySelectorAll('.piece')) {
        const box = piece.querySelector('.box').getBoundingClientRect();
        if (!inside(box, svg.getBoundingClientRect())) found.push(piece.getAttribute('class'));
        const texts = [...piece.querySelectorAll('text')]
            .map(text => [text.textContent, text.getBoundingClientRect()]);
        for (const [index, [text, place]] of texts.entries()) {
            if (!inside(place, box)) found.push(text);
            for (const [other, its] of texts.slice(index + 1)) {
                const apart = place.right <= its.left || its.right <= place.left
                    || place.bottom <= its.top || its.bottom <= place.top;
                if (!apart) found.push(`${text} and ${other}`);
            }
        }
    }
    return found;
}"""
DRAWN = """async ([walk, delivery]) => {
    const {drawing} = await import('/_loop/loop_drawing.js');
    return drawing(walk, delivery, false).querySelector('desc').textContent;
}"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The page of redirects, which leads to that of failing over."""
    stores = (open_store(str(ORIGINALS)), open_store("memory:"))
    ways: dict[Delivery, str] = {}
    with ExitStack() as opened:
        ways[Delivery.REDIRECT] = opened.enter_context(served(*stores, ways)).url
        ways[Delivery.FAILOVER] = opened.enter_context(served_by_failover(*stores, ways)).url
        yield ways[Delivery.REDIRECT]


@pytest.fixture(scope="module")
def still(browser: Browser, url: str) -> Iterator[Page]:
    """One page for all the drawings that are made by hand; it asks for no picture of its own any more."""
    page = browser.new_page()
    page.route("**/_loop/walk*", lambda route: route.abort())
    page.goto(f"{url}/")
    yield page
    page.close()


def view(page: Page, spec: str) -> None:
    """Ask once, by typing alone: Enter asks again, and a second view is another one than the first."""
    page.locator("#spec").fill(spec)
    expect(page.locator("#ledger tr.hop").first).to_contain_text(f"/{spec}/")


def lit(page: Page) -> list[str]:
    return page.locator("#drawing .is-lit .name").all_text_contents()


def hop(*steps: tuple[str, int, str], path: str = "/9x9/a.jpg") -> dict[str, Any]:
    found = [
        {"who": who, "status": status, "cache": cache, "milliseconds": 999.4, "bytes": 9}
        for who, status, cache in steps
    ]
    status = steps[0][1] if steps else 301
    return {"url": f"http://a.test{path}", "status": status, "milliseconds": 1234.5, "steps": found}


MISSED = hop(("delivery", 307, "miss"), ("website", 307, ""))
MADE = hop(("generator", 302, "miss"), ("api", 302, ""))
TURNED = hop(("generator", 302, "miss"), ("api", 302, ""), path="/9X9/a.jpg")
READ = hop(("delivery", 200, "miss"), ("website", 200, ""))
HIT = hop(("delivery", 200, "hit"))
FAILED_OVER = hop(("delivery", 200, "miss"), ("bucket", 404, ""), ("api", 200, ""))
#: Walks by what they are, with the way of delivery and what each says to those who do not see it.
WALKS = {
    "first": (
        "redirect",
        [MISSED, MADE, READ],
        "302 (miss), API and function 302 (makes it)",
    ),
    "second": ("redirect", [HIT], "Hop 1: Delivery cache 200 (hit); 1.2 s."),
    "another-spelling": (
        "redirect",
        [MISSED, TURNED, MISSED, MADE, READ],
        "Hop 2: Generator cache 302 (miss), API and function 302 (sends on)",
    ),
    "never-ends": ("redirect", [MISSED, MADE] * 11, "Hop 22: "),
    "kept-by-the-viewer": ("redirect", [hop(), HIT], "Hop 1: the viewer had cached this redirect"),
    "refused": (
        "redirect",
        [MISSED, hop(("generator", 400, "error"), ("api", 400, ""))],
        "API and function 400 (refuses)",
    ),
    "failover": ("failover", [FAILED_OVER], "S3 bucket 404 (not there), API and function 200 (makes it)"),
    "failover-read": (
        "failover",
        [hop(("delivery", 200, "miss"), ("bucket", 200, ""))],
        "S3 bucket 200 (there)",
    ),
    "nothing-yet": ("failover", [], ""),
}


@pytest.mark.parametrize(("delivery", "hops", "said"), WALKS.values(), ids=WALKS)
def test_each_walk_is_told_and_fits_on_every_screen(
    still: Page, delivery: str, hops: list[dict[str, Any]], said: str
) -> None:
    walk = {"hops": hops}
    assert said in still.evaluate(DRAWN, [walk, delivery])
    for width, is_narrow in ((1400, False), (700, False), (390, True)):
        still.set_viewport_size({"width": width, "height": 900})
        assert still.evaluate(OUTSIDE, [walk, delivery, is_narrow]) == []


def test_a_first_view_goes_round_and_a_second_one_ends_at_the_first_cache(page: Page) -> None:
    views = page.locator("#views li")
    view(page, "121x77_fit-cover_f-webp")
    expect(page.locator("#ledger caption")).to_contain_text("200 after 2 redirects")
    expect(views).to_have_count(1)
    expect(views).to_contain_text(", 2 redirects")
    assert lit(page) == [
        "Viewer",
        "Delivery cache",
        "Generator cache",
        "S3 website",
        "API and function",
        "Derivatives",
    ]
    expect(page.locator("#drawing .turn.redirect")).to_have_count(2)
    expect(page.locator("#drawing .viewer .what")).to_have_text(["goes on", "goes on", "sees it"])
    expect(page.locator("#drawing .store .what")).to_have_text(["stored", "read"])
    place = "element => element.getBoundingClientRect().top + scrollY"
    before = page.locator("#views").evaluate(place)
    page.get_by_role("button", name="Ask once more").click()
    expect(views).to_have_count(2)
    expect(views.last).to_contain_text("no redirects, a hit")
    assert lit(page) == ["Viewer", "Delivery cache"]
    expect(page.locator("#drawing .is-hit .status")).to_have_text("200")
    expect(page.locator("#drawing .turn")).to_have_count(0)
    assert page.locator("#views").evaluate(place) == before
    view(page, "122x77_fit-cover_f-webp")
    expect(page.locator("#ledger caption")).to_contain_text("200 after 2 redirects")
    expect(views).to_have_count(1)


def test_what_was_made_is_purged_and_made_again(page: Page) -> None:
    views = page.locator("#views li")
    view(page, "125x77_fit-cover_f-webp")
    expect(views).to_contain_text([", 2 redirects"])
    page.get_by_role("button", name="Ask once more").click()
    expect(views).to_contain_text([", 2 redirects", "a hit"])
    page.get_by_role("button", name="Purge its derivatives").click()
    expect(page.locator("#purged")).to_contain_text("deleted, and forgotten by the caches.")
    expect(views).to_contain_text([", 2 redirects", "a hit", ", 2 redirects"])
    expect(page.locator("#drawing .store .what")).to_have_text(["stored", "read"])


def test_failing_over_turns_inside_of_the_cache(page: Page) -> None:
    page.get_by_role("link", name="Failover").click()
    expect(page.get_by_role("link", name="Failover")).to_have_attribute("aria-current", "page")
    expect(page.locator("#picture figcaption")).to_contain_text("px")
    view(page, "123x77_fit-cover_f-webp")
    expect(page.locator("#drawing .turn.failover")).to_have_count(1)
    expect(page.locator("#drawing .turn.redirect")).to_have_count(0)
    assert lit(page) == ["Viewer", "Delivery cache", "S3 bucket", "API and function", "Derivatives"]


def test_it_is_laid_out_anew_where_there_is_no_room(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator("#drawing svg.is-narrow")).to_have_count(1)
    page.set_viewport_size({"width": 1400, "height": 800})
    expect(page.locator("#drawing svg.is-narrow")).to_have_count(0)


def test_nothing_moves_for_those_who_do_not_want_it(page: Page) -> None:
    moving = "() => document.getElementById('drawing').getAnimations({subtree: true}).length"
    page.emulate_media(reduced_motion="reduce")
    view(page, "124x77_fit-cover_f-webp")
    expect(page.locator("#ledger caption")).to_contain_text("200 after 2 redirects")
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0


def test_the_headers_of_each_hop_are_shown_on_demand(page: Page) -> None:
    view(page, "126x77_fit-cover_f-webp")
    expect(page.locator("#ledger caption")).to_contain_text("200 after 2 redirects")
    page.get_by_text("The hops as a table").click()
    shown = page.locator("#ledger pre")
    expect(shown.first).to_be_hidden()
    page.get_by_text("Headers").first.click()
    expect(shown.first).to_be_visible()
    expect(shown.first).to_contain_text("> GET /126x77_fit-cover_f-webp/")
    expect(shown.first).to_contain_text("< x-cache: Miss from cloudfront")
    expect(shown.nth(2)).to_contain_text("< location: http://127.0.0.1:")
