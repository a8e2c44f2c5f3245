"""Both ways of delivery in a real browser: each has a page, and one leads to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from resizer_core import Delivery, open_store
from tests.local_loop.failover_world import served_by_failover
from tests.local_loop.world import served
from tests.page.asking import ask
from tests.page.conftest import ORIGINALS


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The page of redirects, which leads to that of failing over."""
    stores = (open_store(str(ORIGINALS)), open_store("memory:"))
    ways: dict[Delivery, str] = {}
    with ExitStack() as opened:
        ways[Delivery.REDIRECT] = opened.enter_context(served(*stores, ways)).url
        ways[Delivery.FAILOVER] = opened.enter_context(served_by_failover(*stores, ways)).url
        yield ways[Delivery.REDIRECT]


def rows(page: Page) -> list[list[str]]:
    """List who answered what, and from which cache."""
    found = page.locator("#ledger tbody tr:not(.hop)")
    return [found.nth(index).locator("td").all_text_contents()[:3] for index in range(found.count())]


def choose(page: Page, way: str) -> None:
    page.get_by_role("navigation", name="Way of delivery").get_by_role("link", name=way).click()
    expect(page.get_by_role("link", name=way)).to_have_attribute("aria-current", "page")
    expect(page.locator("#picture figcaption")).to_contain_text("px")


def test_each_way_can_be_chosen_and_shows_its_own_hops(page: Page) -> None:
    caption = page.locator("#ledger caption")
    expect(page.locator(".lead:visible")).to_contain_text("two redirects")
    ask(page, "112x77_fit-cover_f-webp")
    expect(caption).to_contain_text("200 after 2 redirects")
    assert [row[:2] for row in rows(page)] == [
        ["Delivery cache", "307"],
        ["S3 website", "307"],
        ["Generator cache", "302"],
        ["API and function", "302"],
        ["Delivery cache", "200"],
        ["S3 website", "200"],
    ]
    choose(page, "Failover")
    expect(page.locator(".lead:visible")).to_contain_text("no redirect")
    names = ["Viewer", "Delivery cache", "S3 bucket", "API and function", "Derivatives"]
    expect(page.locator("#drawing .name")).to_have_text(names)
    ask(page, "113x77_fit-cover_f-webp")
    expect(page.locator("#picture figcaption")).to_contain_text("113 × 77 px")
    expect(caption).to_contain_text("200 after no redirects")
    assert rows(page) == [
        ["Delivery cache", "200", "miss"],
        ["S3 bucket", "404", "–"],
        ["API and function", "200", "–"],
    ]
    choose(page, "Redirects")
    expect(page.locator(".lead:visible")).to_contain_text("two redirects")


def test_failing_over_a_second_view_is_a_hit_and_both_ways_have_one_store(page: Page) -> None:
    ask(page, "114x77_fit-cover_f-webp")
    expect(page.locator("#ledger caption")).to_contain_text("200 after 2 redirects")
    choose(page, "Failover")  # it asks for the same
    expect(page.locator("#picture figcaption")).to_contain_text("114 × 77 px")
    assert rows(page) == [["Delivery cache", "200", "miss"], ["S3 bucket", "200", "–"]]
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#ledger tbody tr:not(.hop)")).to_have_count(1)
    assert rows(page) == [["Delivery cache", "200", "hit"]]


def test_failing_over_an_error_and_another_spelling_are_shown(page: Page) -> None:
    choose(page, "Failover")
    ask(page, "115x77_blr-2")
    expect(page.locator("#underline mark")).to_have_text("blr-2")
    expect(page.locator("#ledger caption")).to_contain_text("400 after no redirects")
    ask(page, "115x77_F-WEBP_fit-cover")
    expect(page.locator("#picture figcaption")).to_contain_text("115 × 77 px")
    expect(page.locator("#ledger caption")).to_contain_text("200 after 1 redirect")


def test_the_other_way_opens_in_the_same_state(page: Page) -> None:
    page.locator("#originals").get_by_role("button", name="cat.jpg").click()
    ask(page, "116x77_fit-cover_f-webp")
    expect(page.locator("#picture figcaption")).to_contain_text("116 × 77 px")
    choose(page, "Failover")
    expect(page.locator("#spec")).to_have_value("116x77_fit-cover_f-webp")
    expect(page.locator("#picture .shown")).to_have_attribute("alt", "cat.jpg as 116x77_fit-cover_f-webp")


def test_the_two_pages_are_as_good_on_a_small_screen(page: Page) -> None:
    page.set_viewport_size({"width": 380, "height": 700})
    for way in ("Failover", "Redirects"):
        choose(page, way)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0
