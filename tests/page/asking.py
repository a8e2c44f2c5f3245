"""Do on the page what a person does."""

from __future__ import annotations

from playwright.sync_api import Page


def ask(page: Page, spec: str) -> None:
    page.get_by_label("Spec").fill(spec)
    page.keyboard.press("Enter")


def answered(page: Page) -> None:
    """Ask the loop once more: what the page asked before has been sent, what came back has been drawn."""
    page.evaluate("() => fetch('/_loop/explain?spec=1x1').then(answer => answer.json())")
