"""Test the page's verdict on a SPEC, while it is typed and once it is asked for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.page.asking import answered, ask


def test_the_canonical_url_is_shown_while_typing(page: Page, url: str) -> None:
    page.get_by_label("Spec").fill("300x200_F-WEBP_fit-cover")
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


def test_what_a_person_types_is_never_markup(page: Page) -> None:
    typed = "9x9_<img src=x onerror=alert(1)>"
    ask(page, typed)
    expect(page.locator("#verdict pre")).to_have_text(typed)
    expect(page.locator("#verdict img")).to_have_count(0)
