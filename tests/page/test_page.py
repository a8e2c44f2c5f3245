"""The page of the local loop, in a real browser: what a person sees and what a keyboard reaches."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.asking import ask


def natural_width(page: Page, selector: str) -> int:
    width: int = page.locator(selector).first.evaluate("image => image.naturalWidth")
    return width


def test_a_picture_is_shown_as_soon_as_the_page_is_there(page: Page) -> None:
    assert natural_width(page, "#picture .shown") > 0


def test_a_first_view_shows_two_redirects_and_a_second_one_none(page: Page) -> None:
    caption = page.locator("#ledger caption")
    ask(page, "123x77_fit-cover_f-webp")
    expect(caption).to_contain_text("200 after 2 redirects")
    expect(page.locator("#ledger tbody")).to_have_count(3)
    expect(page.locator("#picture figcaption")).to_contain_text("123 × 77 px")
    page.get_by_role("button", name="Ask again").click()
    expect(caption).to_contain_text("200 after no redirects")
    expect(page.locator("#ledger tbody")).to_have_count(1)


def test_every_original_can_be_chosen_whatever_its_name(page: Page) -> None:
    thumbnails = page.locator(".thumbnail:not(.add)")
    keys = thumbnails.all_inner_texts()
    assert len(keys) >= 5
    ask(page, "64x48_fit-cover_f-webp")
    for index, key in enumerate(keys):
        thumbnails.nth(index).click()
        expect(page.locator("#picture .shown")).to_have_attribute("alt", f"{key} as 64x48_fit-cover_f-webp")
        expect(thumbnails.nth(index)).to_have_attribute("aria-pressed", "true")
        expect(thumbnails.nth(index).locator("img")).to_have_js_property("complete", True)
        assert thumbnails.nth(index).locator("img").evaluate("image => image.naturalWidth") > 0
    expect(page.locator(".thumbnail[aria-pressed=true]")).to_have_count(1)


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the SPEC")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("61x47_fit-cover_f-webp")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Ask again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#picture figcaption")).to_contain_text("61 × 47 px")


def test_a_round_portrait_is_made_in_the_controls_by_the_keyboard_alone(page: Page) -> None:
    """Of the SPEC that the page begins with; each press of a key counts."""

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
                return
        raise AssertionError(f"{name} is not reached")

    tab_to("Skip to the controls")
    page.keyboard.press("Enter")
    tab_to("200×200")
    page.keyboard.press("Enter")
    tab_to("Effects")
    page.keyboard.press("Enter")
    tab_to("max")
    page.keyboard.press("Enter")
    expect(page.locator("#spec")).to_have_value("200x200_fit-cover_g-sm_round-max_f-webp")
    expect(page.locator("#picture figcaption")).to_contain_text("200 × 200 px")
    expect(page.locator("#picture figcaption")).to_contain_text("image/webp")


def test_the_focus_can_be_seen(page: Page) -> None:
    for _ in range(4):
        page.keyboard.press("Tab")
        outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


def test_results_are_announced(page: Page) -> None:
    expect(page.locator("#verdict")).to_have_attribute("aria-live", "polite")
    expect(page.locator("#summary")).to_contain_text("200 after")


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


def test_the_first_screen_has_originals_the_picture_and_its_controls(browser: Browser, url: str) -> None:
    for width, height in ((1400, 900), (390, 844)):
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(f"{url}/")
        expect(page.locator("#picture figcaption")).to_contain_text("px")
        places = {
            name: page.locator(selector).first.bounding_box()
            for name, selector in {
                "original": ".thumbnail:not(.add)",
                "picture": "#picture .shown",
                "spec": "#spec",
                "controls": ".group summary",
            }.items()
        }
        context.close()
        beyond = [name for name, box in places.items() if not box or box["y"] + box["height"] > height]
        assert beyond == []


def test_nothing_jumps_when_a_picture_arrives(page: Page) -> None:
    """Neither a picture of another shape nor an error moves anything."""
    places = (
        "() => ['#verdict', '.frame', '#controls', '#loop'].map(one => document.querySelector(one).offsetTop)"
    )
    before = page.evaluate(places)
    for spec, ended in (("70x300_fit-fill_f-webp", "70 × 300 px"), ("900x90_fit-cover_f-webp", " px")):
        ask(page, spec)
        expect(page.locator("#picture .shown")).to_have_attribute("alt", f"astronaut.jpg as {spec}")
        expect(page.locator("#picture figcaption")).to_contain_text(ended)
        assert page.evaluate(places) == before
    for spec in ("900x90_F-WEBP_fit-cover", "900x90_blr-2"):
        ask(page, spec)
        expect(page.locator("#verdict button")).to_be_visible()
        assert page.evaluate(places) == before
    expect(page.locator("#picture .failed")).to_be_visible()
