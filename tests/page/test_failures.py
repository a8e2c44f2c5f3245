"""Test the page when the loop or a picture does not answer."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.page.asking import ask

SILENCE = "The loop does not answer. Is it still running?"


def test_a_picture_that_cannot_be_loaded_is_said(failing: Page, url: str) -> None:
    failing.route(re.compile(r"^http://[^/]+/[^_/]"), lambda route: route.abort())
    failing.goto(f"{url}/")
    expect(failing.locator("#picture .failed")).to_have_text("The picture could not be loaded.")
    expect(failing.locator("#picture")).to_have_attribute("aria-busy", "false")


def test_a_loop_that_stops_answering_is_said(failing: Page, url: str) -> None:
    failing.goto(f"{url}/")
    expect(failing.locator("#picture figcaption")).to_contain_text("px")
    failing.route("**/_loop/**", lambda route: route.abort())
    ask(failing, "67x41_fit-cover_f-webp")
    expect(failing.locator("#picture .failed")).to_have_text(SILENCE)
    expect(failing.locator("#picture")).to_have_attribute("aria-busy", "false")
    expect(failing.locator("#verdict")).to_have_text(SILENCE)
    expect(failing.locator("#summary")).to_have_text(SILENCE)
    expect(failing.locator("#ledger table")).to_have_count(0)


def test_a_loop_that_does_not_answer_from_the_start_is_said(failing: Page, url: str) -> None:
    for question in ("pictures", "grammar"):
        failing.route(f"**/_loop/{question}*", lambda route: route.abort())
    failing.goto(f"{url}/")
    expect(failing.locator("#originals .notice")).to_have_text(SILENCE)
    expect(failing.locator("#picture .failed")).to_have_text(SILENCE)
    expect(failing.locator("#controls .notice")).to_have_text(SILENCE)
