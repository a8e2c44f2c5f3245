"""Look for barriers in the page with axe, on each screen, and for what it loads from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.asking import ask

AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
#: All rules that axe has for WCAG 2.2 AA, and those that it calls good practice.
FIND = """async () => (await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
})).violations.flatMap(({id, nodes}) =>
    nodes.map(({target, failureSummary}) => [id, String(target), failureSummary]))"""


def barriers(page: Page) -> list[Any]:
    """List what axe finds: the rule, where, and what would mend it."""
    found: list[Any] = page.evaluate(FIND)
    return found


def open_everything(page: Page) -> None:
    """Open all that can be opened on the page, and wait until its pictures are there."""
    page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#picture")).to_have_attribute("aria-busy", "false")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(
    browser: Browser, url: str, scheme: Literal["light", "dark"]
) -> None:
    if not AXE.exists():
        pytest.skip("there is no npm, or make test has not installed tests/page/node")
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{url}/")
    expect(page.locator("#picture figcaption")).to_contain_text("px")
    page.add_script_tag(path=AXE)
    for width in (1400, 768, 390):
        page.set_viewport_size({"width": width, "height": 844})
        open_everything(page)
        assert barriers(page) == [], width
    page.get_by_role("button", name="Before and after").click()
    expect(page.locator(".look")).to_be_visible()
    assert barriers(page) == []
    ask(page, "300x200_blr-2")
    expect(page.locator("#verdict")).to_contain_class("is-bad")
    assert barriers(page) == []
    context.close()


def test_nothing_is_loaded_from_elsewhere(browser: Browser, url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/")
    expect(page.locator("#picture figcaption")).to_contain_text("px")
    open_everything(page)
    context.close()
    assert len(asked) > 10
    assert {urlsplit(one).hostname for one in asked if not one.startswith(("data:", "blob:"))} == {
        urlsplit(url).hostname
    }
