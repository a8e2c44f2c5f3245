"""The page of the local loop, in a real browser: what a person sees and what a keyboard reaches."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.asking import ask


def natural_width(page: Page, selector: str) -> int:
    width: int = page.locator(selector).first.evaluate("image => image.naturalWidth")
    return width


def test_a_picture_is_shown_as_soon_as_the_page_is_there(page: Page) -> None:
    assert natural_width(page, "#picture img") > 0


def test_every_original_is_shown_in_every_spec(page: Page) -> None:
    tiles = page.locator(".tile")
    keys = page.get_by_label("Original", exact=True).locator("option").count()
    expect(tiles).to_have_count(keys * 4)
    assert keys >= 5
    for index in range(tiles.count()):
        tile = tiles.nth(index)
        tile.scroll_into_view_if_needed()
        expect(tile.locator("img")).to_have_js_property("complete", True)
        assert tile.locator("img").evaluate("image => image.naturalWidth") > 0
        expect(tile.locator(".answers")).to_contain_text("200")


def test_asked_for_again_a_picture_is_a_hit(page: Page) -> None:
    tile = page.locator(".tile").first
    tile.scroll_into_view_if_needed()
    expect(tile.locator(".answers")).to_contain_text("200")
    page.get_by_role("button", name="Ask again for all").click()
    expect(tile.locator(".answers")).to_contain_text("a hit")


def test_a_first_view_shows_two_redirects_and_a_second_one_none(page: Page) -> None:
    caption = page.locator("#ledger caption")
    ask(page, "123x77_fit-cover_f-webp")
    expect(caption).to_contain_text("200 after 2 redirects")
    expect(page.locator("#ledger tbody")).to_have_count(3)
    expect(page.locator("#picture figcaption")).to_contain_text("123 × 77 px")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(caption).to_contain_text("200 after no redirects")
    expect(page.locator("#ledger tbody")).to_have_count(1)


def test_every_original_can_be_chosen_whatever_its_name(page: Page) -> None:
    choice = page.get_by_label("Original", exact=True)
    for key in choice.locator("option").all_inner_texts():
        choice.select_option(key)
        ask(page, "64x48_fit-cover_f-webp")
        expect(page.locator("#picture img")).to_have_attribute("alt", f"{key} as 64x48_fit-cover_f-webp")
        expect(page.locator("#ledger caption")).to_contain_text("200 after")


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the form")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Original", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Spec")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("61x47_fit-cover_f-webp")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#picture figcaption")).to_contain_text("61 × 47 px")


def test_the_focus_can_be_seen(page: Page) -> None:
    for _ in range(4):
        page.keyboard.press("Tab")
        outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


def test_results_are_announced(page: Page) -> None:
    expect(page.locator("#verdict")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("status")).to_contain_text("200 after")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_small_screen(browser: Browser, url: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 380, "height": 700}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{url}/")
    expect(page.locator("#picture figcaption")).to_contain_text("px")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    dark_ground = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(level => level < 60)"
    )
    context.close()
    assert wider <= 0
    assert dark_ground == (scheme == "dark")


def test_nothing_jumps_when_the_pictures_arrive(page: Page) -> None:
    tile = page.locator(".tile").last
    before = tile.evaluate("element => element.getBoundingClientRect().height")
    tile.scroll_into_view_if_needed()
    expect(tile.locator(".answers")).to_contain_text("200")
    assert tile.evaluate("element => element.getBoundingClientRect().height") == before
