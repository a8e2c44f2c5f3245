"""Test the page's verdict on a SPEC, while it is typed and once it is asked for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.page.asking import answered, ask, choose


def test_the_canonical_url_is_shown_while_typing(page: Page, url: str) -> None:
    page.get_by_label("Spec", exact=True).fill("300x200_F-WEBP_fit-cover")
    link = page.locator("#verdict a")
    expect(link).to_have_text(re.compile(rf"^{re.escape(url)}/300x200_fit-cover_f-webp/"))
    expect(page.locator("#verdict")).to_contain_text("Not canonical")
    page.get_by_label("Spec", exact=True).fill("300x200_fit-cover_f-webp")
    expect(page.locator("#verdict")).to_contain_text("This is the canonical URL")


def test_an_error_shows_its_reason_and_underlines_its_span(page: Page) -> None:
    ask(page, "300x200_fit-cover_blr-2_f-webp")
    expect(page.locator("#underline mark")).to_have_text("blr-2")
    expect(page.locator("#underline")).to_have_text("300x200_fit-cover_blr-2_f-webp")
    expect(page.locator("#verdict p")).to_have_text("unknown option 'blr'.")
    expect(page.get_by_label("Spec", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#picture .failed")).to_have_text("There is no picture for this spec.")
    ask(page, "300x200_fit-cover_f-webp")
    expect(page.get_by_label("Spec", exact=True)).to_have_attribute("aria-invalid", "false")
    expect(page.locator("#underline mark")).to_have_count(0)
    expect(page.locator("#picture .failed")).to_have_count(0)


def test_what_was_meant_is_offered(page: Page) -> None:
    ask(page, "300x200_fit-covr_blr-2")
    page.locator("#verdict").get_by_role("button", name="Did you mean cover?").click()
    expect(page.locator("#spec")).to_have_value("300x200_fit-cover_blur-2")
    expect(page.locator("#spec")).to_be_focused()
    expect(page.locator("#picture figcaption")).to_contain_text("300 × 200 px")


def test_an_option_that_cannot_be_had_is_offered_to_go(page: Page) -> None:
    ask(page, "300x_fit-cover_ll_q-80_f-webp")
    page.locator("#verdict").get_by_role("button", name="Remove ll").click()
    expect(page.locator("#spec")).to_have_value("300x_fit-cover_q-80_f-webp")


def test_another_spelling_is_offered_to_be_written_as_the_canonical_one(page: Page) -> None:
    ask(page, "300x_Q-80_format-jpeg")
    page.locator("#verdict").get_by_role("button", name="Use the canonical SPEC").click()
    expect(page.locator("#spec")).to_have_value("300x_f-jpg_q-80")
    expect(page.locator("#verdict")).to_contain_text("This is the canonical URL")


def test_what_the_function_refuses_is_underlined_as_well(page: Page) -> None:
    choose(page, "cup.png")
    ask(page, "300x_q-80")
    expect(page.locator("#underline mark")).to_have_text("q-80")
    expect(page.locator("#underline")).to_have_text("300x_q-80")
    expect(page.locator("#verdict")).to_contain_class("is-bad")
    expect(page.locator("#verdict")).to_contain_text("takes no quality")
    expect(page.get_by_label("Spec", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#picture .failed")).to_have_text("There is no picture for this spec.")


def test_what_is_beyond_the_limits_is_never_called_good(page: Page) -> None:
    ask(page, "99999x_up")
    expect(page.locator("#verdict")).to_contain_class("is-bad")
    expect(page.locator("#verdict")).to_contain_text("99999")
    expect(page.locator("#verdict")).not_to_contain_text("canonical")


def test_a_canonical_url_is_good_once_its_picture_is_there(page: Page) -> None:
    ask(page, "93x61_fit-cover_f-webp")
    expect(page.locator("#verdict")).to_contain_class("is-good")
    expect(page.locator("#verdict")).to_contain_text("This is the canonical URL")


def test_a_format_left_to_the_browser_is_shown_and_said(page: Page) -> None:
    ask(page, "57x43_fit-cover_f-auto")
    expect(page.locator("#picture figcaption")).to_contain_text("57 × 43 px")
    expect(page.locator("#verdict")).to_contain_class("is-turned")
    expect(page.locator("#verdict")).to_contain_text("Each browser gets the best format that it takes.")
    expect(page.locator("#verdict")).not_to_contain_text("canonical")
    # There is nothing at the edge of this loop.
    expect(page.locator("#picture .remark")).to_contain_text("The function redirects to the format")


@pytest.mark.parametrize("typed", ["", "   "], ids=["empty", "blank"])
def test_an_empty_field_has_no_verdict_and_is_not_asked_for(page: Page, typed: str) -> None:
    walked: list[str] = []

    def watch(request: Request) -> None:
        if "walk?path=%2F%2F" in request.url:
            walked.append(request.url)

    page.on("request", watch)
    ask(page, "9x9_blr-2")
    expect(page.locator("#underline mark")).to_have_text("blr-2")
    page.get_by_label("Spec", exact=True).fill(typed)
    expect(page.locator("#verdict")).to_be_empty()
    expect(page.get_by_label("Spec", exact=True)).to_have_attribute("aria-invalid", "false")
    page.get_by_role("button", name="Ask again").click()
    answered(page)
    assert walked == []
    expect(page.locator("#verdict")).to_be_empty()


def test_an_older_answer_never_takes_the_place_of_a_newer_one(page: Page) -> None:
    page.route(re.compile("walk.*71x53"), lambda _: None)  # it does not answer
    ask(page, "71x53_fit-cover_f-webp")
    expect(page.locator("#picture")).to_have_attribute("aria-busy", "true")
    # Nobody waits for it any more.
    with page.expect_event("requestfailed", lambda request: "71x53" in request.url):
        ask(page, "73x59_fit-cover_f-webp")
    caption = page.locator("#picture figcaption")
    expect(caption).to_contain_text("73 × 59 px")
    expect(page.locator("#picture .shown")).to_have_attribute("alt", re.compile("73x59"))
    expect(page.locator("#verdict a")).to_have_text(re.compile("/73x59_"))
    expect(page.locator("#picture")).to_have_attribute("aria-busy", "false")


def test_what_a_person_types_is_never_markup(page: Page) -> None:
    typed = "9x9_<img src=x onerror=alert(1)>"
    ask(page, typed)
    expect(page.locator("#underline")).to_have_text(typed)
    expect(page.locator("#underline mark")).to_have_text("<")
    expect(page.locator(":is(#verdict, #underline) img")).to_have_count(0)
