"""Do on the page what a person does."""

from __future__ import annotations

from playwright.sync_api import Page


def ask(page: Page, spec: str) -> None:
    page.locator("#spec").fill(spec)
    page.keyboard.press("Enter")


def choose(page: Page, key: str) -> None:
    """Choose an original by its thumbnail."""
    page.locator("#originals").get_by_role("button", name=key, exact=True).click()


def answered(page: Page) -> None:
    """Ask the loop once more. The page has then sent its earlier requests, and drawn the answers."""
    page.evaluate("() => fetch('/_loop/explain?spec=1x1').then(answer => answer.json())")
