"""The page of the local loop, in a real browser: what a person sees and what a keyboard reaches."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect, sync_playwright

from resizer_core import open_store
from tests.local_loop.world import served

ORIGINALS = Path(__file__).parents[2] / "examples" / "originals"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: A busy machine is slow, not wrong.
expect.set_options(timeout=30_000)
SILENCE = "The loop does not answer. Is it still running?"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(open_store(str(ORIGINALS)), open_store("memory:")) as server:
        yield server.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium is installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """The page, with its first picture shown. Nothing that the page did may have gone wrong."""
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{url}/")
    expect(page.locator("#picture figcaption")).to_contain_text("px")
    yield page
    context.close()
    assert said == []


@pytest.fixture
def failing(browser: Browser) -> Iterator[Page]:
    """A page that is not opened yet, whose requests a test may stop. Its script may not fail."""
    context = browser.new_context()
    page = context.new_page()
    raised: list[str] = []
    page.on("pageerror", lambda error: raised.append(str(error)))
    yield page
    context.close()
    assert raised == []


def natural_width(page: Page, selector: str) -> int:
    width: int = page.locator(selector).first.evaluate("image => image.naturalWidth")
    return width


def ask(page: Page, spec: str) -> None:
    page.get_by_label("Spec").fill(spec)
    page.keyboard.press("Enter")


def answered(page: Page) -> None:
    """Ask the loop once more: what the page asked before has been sent, what came back has been drawn."""
    page.evaluate("() => fetch('/_loop/explain?spec=1x1').then(answer => answer.json())")


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


def test_the_canonical_url_is_shown_while_typing(page: Page, url: str) -> None:
    page.get_by_label("Spec").fill("300X200_f-webp_fit-cover")
    link = page.locator("#verdict a")
    expect(link).to_have_text(re.compile(rf"^{re.escape(url)}/300x200_fit-cover_f-webp/"))
    expect(page.locator("#verdict")).to_contain_text("Not canonical")
    page.get_by_label("Spec").fill("300x200_fit-cover_f-webp")
    expect(page.locator("#verdict")).to_contain_text("This is the canonical URL")


def test_an_error_shows_its_reason_and_underlines_its_span(page: Page) -> None:
    ask(page, "300x200_fit-cover_blr-2_f-webp")
    expect(page.locator("#verdict mark")).to_have_text("blr-2")
    expect(page.locator("#verdict pre")).to_have_text("300x200_fit-cover_blr-2_f-webp")
    expect(page.locator("#verdict")).to_contain_text("blr")
    expect(page.get_by_label("Spec")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#picture img")).to_have_count(0)
    ask(page, "300x200_fit-cover_f-webp")
    expect(page.get_by_label("Spec")).to_have_attribute("aria-invalid", "false")
    expect(page.locator("#picture img")).to_have_count(1)


def test_what_the_function_refuses_is_underlined_as_well(page: Page) -> None:
    page.get_by_label("Original", exact=True).select_option("cup.png")
    ask(page, "300x_q-80")
    expect(page.locator("#verdict mark")).to_have_text("q-80")
    expect(page.locator("#verdict pre")).to_have_text("300x_q-80")
    expect(page.locator("#verdict")).to_contain_class("is-bad")
    expect(page.locator("#verdict")).to_contain_text("takes no quality")
    expect(page.get_by_label("Spec")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#picture .failed")).to_contain_text("takes no quality")


def test_what_is_beyond_the_limits_is_never_called_good(page: Page) -> None:
    page.get_by_label("Spec").fill("99999x")
    expect(page.locator("#verdict a")).to_have_text(re.compile("/99999x/"))
    expect(page.locator("#verdict")).not_to_contain_class("is-good")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_class("is-bad")
    expect(page.locator("#verdict")).to_contain_text("99999")
    expect(page.locator("#verdict")).not_to_contain_text("canonical")


def test_a_canonical_url_is_good_once_its_picture_is_there(page: Page) -> None:
    ask(page, "93x61_fit-cover_f-webp")
    expect(page.locator("#verdict")).to_contain_class("is-good")
    expect(page.locator("#verdict")).to_contain_text("This is the canonical URL")


def test_a_format_left_to_the_browser_is_shown_and_said_to_be_never_stored(page: Page) -> None:
    ask(page, "57x43_fit-cover_f-auto")
    expect(page.locator("#picture figcaption")).to_contain_text("57 × 43 px")
    expect(page.locator("#verdict")).to_contain_class("is-turned")
    expect(page.locator("#verdict")).to_contain_text("never stored")
    expect(page.locator("#verdict")).not_to_contain_text("canonical")


@pytest.mark.parametrize("typed", ["", "   "], ids=["empty", "blank"])
def test_an_empty_field_has_no_verdict_and_is_not_asked_for(page: Page, typed: str) -> None:
    walked: list[str] = []

    def watch(request: Request) -> None:
        if "walk?path=%2F%2F" in request.url:
            walked.append(request.url)

    page.on("request", watch)
    ask(page, "9x9_blr-2")
    expect(page.locator("#verdict mark")).to_have_text("blr-2")
    page.get_by_label("Spec").fill(typed)
    expect(page.locator("#verdict")).to_be_empty()
    expect(page.get_by_label("Spec")).to_have_attribute("aria-invalid", "false")
    page.get_by_role("button", name="Show", exact=True).click()
    answered(page)
    assert walked == []
    expect(page.locator("#verdict")).to_be_empty()


def test_an_older_answer_never_takes_the_place_of_a_newer_one(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("walk.*71x53"), hold)
    ask(page, "71x53_fit-cover_f-webp")
    expect(page.locator("#picture")).to_have_attribute("aria-busy", "true")
    ask(page, "73x59_fit-cover_f-webp")
    caption = page.locator("#picture figcaption")
    expect(caption).to_contain_text("73 × 59 px")
    with page.expect_response(re.compile("walk.*71x53")) as response:
        held[0].continue_()
    response.value.finished()
    answered(page)
    expect(page.locator("#ledger tr.hop").first).to_contain_text("/73x59_")
    assert "73x59" in str(page.locator("#picture img").get_attribute("alt"))
    expect(caption).to_contain_text("73 × 59 px")
    expect(page.locator("#verdict a")).to_have_text(re.compile("/73x59_"))
    expect(page.locator("#picture")).to_have_attribute("aria-busy", "false")


def test_a_picture_that_cannot_be_loaded_is_said(failing: Page, url: str) -> None:
    failing.route(re.compile(r"^http://[^/]+/[^_/]"), lambda route: route.abort())
    failing.goto(f"{url}/")
    expect(failing.locator("#picture .frame")).to_have_text("The picture could not be loaded.")
    expect(failing.locator("#picture")).to_have_attribute("aria-busy", "false")
    failing.locator(".tile").first.scroll_into_view_if_needed()
    expect(failing.locator(".tile .frame").first).to_have_text("The picture could not be loaded.")


def test_a_loop_that_stops_answering_is_said(failing: Page, url: str) -> None:
    failing.goto(f"{url}/")
    expect(failing.locator("#picture figcaption")).to_contain_text("px")
    failing.route("**/_loop/**", lambda route: route.abort())
    ask(failing, "67x41_fit-cover_f-webp")
    expect(failing.locator("#picture .frame")).to_have_text(SILENCE)
    expect(failing.locator("#picture")).to_have_attribute("aria-busy", "false")
    expect(failing.locator("#verdict")).to_have_text(SILENCE)
    expect(failing.get_by_role("status")).to_have_text(SILENCE)
    expect(failing.locator("#ledger table")).to_have_count(0)
    failing.locator(".tile").last.scroll_into_view_if_needed()
    expect(failing.locator(".tile .frame").last).to_have_text(SILENCE)


def test_a_loop_that_does_not_answer_from_the_start_is_said(failing: Page, url: str) -> None:
    failing.route("**/_loop/pictures*", lambda route: route.abort())
    failing.goto(f"{url}/")
    expect(failing.locator("#originals .notice")).to_have_text(SILENCE)
    expect(failing.locator("#picture .frame")).to_have_text(SILENCE)


def test_what_a_person_types_is_never_markup(page: Page) -> None:
    typed = "9x9_<img src=x onerror=alert(1)>"
    ask(page, typed)
    expect(page.locator("#verdict pre")).to_have_text(typed)
    expect(page.locator("#verdict img")).to_have_count(0)


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
