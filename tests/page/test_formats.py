"""Test the table of formats: what the same SPEC costs in each, and one click to take one."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, Route, expect

from resizer_core import resize
from tests.page.asking import ask
from tests.page.conftest import ORIGINALS

ROWS = "#formats tbody tr"


def seen(page: Page) -> None:
    page.locator("#formats").scroll_into_view_if_needed()


def test_it_is_asked_for_only_when_it_is_seen_and_takes_a_format(page: Page) -> None:
    asked: list[str] = []

    def watch(request: Request) -> None:
        if "/_loop/compare" in request.url:
            asked.append(request.url)

    page.on("request", watch)
    page.evaluate("() => scrollTo(0, 0)")
    page.set_viewport_size({"width": 1400, "height": 500})
    ask(page, "131x77_fit-cover_f-webp")
    expect(page.locator("#picture figcaption")).to_contain_text("131 × 77 px")
    assert asked == []
    seen(page)
    sizes = page.locator(f"{ROWS} td:nth-child(2)")
    key = str(page.evaluate("() => new URLSearchParams(location.search).get('key')"))
    original = (ORIGINALS / key).read_bytes()
    made = [len(resize(original, f"131x77_fit-cover_f-{name}").body) for name in ("jpg", "webp", "avif")]
    expect(sizes).to_have_text([f"{size / 1000:.1f} kB" for size in made])
    expect(page.locator(f"{ROWS} td:nth-child(4)")).to_contain_text(["ms", "ms", "ms"])
    widths = [bar.bounding_box() for bar in page.locator(f"{ROWS} .bar").all()]
    shares = [box["width"] / widths[made.index(max(made))]["width"] for box in widths if box]  # type: ignore[index]
    assert all(abs(share - size / max(made)) < 0.02 for share, size in zip(shares, made, strict=True))
    expect(page.get_by_role("button", name="Take WebP")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Take AVIF").click()
    expect(page.get_by_role("textbox", name="Spec")).to_have_value("131x77_fit-cover_f-avif")
    expect(page.get_by_role("button", name="Take AVIF")).to_have_attribute("aria-pressed", "true")


def test_what_a_format_loses_or_refuses_is_said(page: Page) -> None:
    seen(page)
    page.get_by_role("button", name="flight.gif").click()
    ask(page, "90x_ll_f-webp")
    remarks = page.locator(f"{ROWS} .remark")
    expect(remarks.nth(0)).to_contain_text("ll")
    expect(remarks.nth(1)).to_have_text("")
    expect(remarks.nth(2)).to_contain_text("animation")
    expect(page.get_by_role("button", name="Take JPEG")).to_be_disabled()
    ask(page, "90x_blr-2")
    expect(page.get_by_role("button", name="Take WebP")).to_be_disabled()


def test_an_older_comparison_never_takes_the_place_of_a_newer_one(page: Page) -> None:

    def hold(_: Route) -> None:
        """Never answer."""

    page.route(re.compile("compare.*132x77"), hold)
    seen(page)
    ask(page, "132x77_f-webp")
    expect(page.locator("#formats")).to_have_attribute("aria-busy", "true")
    ask(page, "133x77_f-webp")
    page.get_by_role("button", name="Take JPEG").click(timeout=30_000)
    expect(page.get_by_role("textbox", name="Spec")).to_have_value("133x77_f-jpg")
    expect(page.locator("#formats")).to_have_attribute("aria-busy", "false")


def test_a_comparison_that_does_not_come_is_said(failing: Page, url: str) -> None:
    failing.route("**/_loop/compare*", lambda route: route.abort())
    failing.goto(f"{url}/")
    expect(failing.locator("#picture figcaption")).to_contain_text("px")
    seen(failing)
    expect(failing.locator("#formats-said")).to_have_text("The loop does not answer. Is it still running?")
