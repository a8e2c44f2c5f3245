"""Use the controls of the page, and read what they show."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

#: Reads the values of a row. A lock and a reset are not in the SPEC.
_SHOWN = """row => [...row.querySelectorAll('input, select, button:not(.lock, .reset)')]
    .filter(part => part.checkVisibility())
    .map(part =>
        part.matches('[type=radio], [type=checkbox]') ? part.checked : part.ariaPressed ?? part.value)"""


def row(page: Page, option: str) -> Locator:
    """Find the control of an option."""
    return page.locator(f"#option-{option}")


def shown(page: Page, option: str) -> Any:
    """Read all that the control of an option shows."""
    return row(page, option).evaluate(_SHOWN)


def type_spec(page: Page, spec: str) -> None:
    """Write a SPEC into the text box."""
    page.locator("#spec").fill(spec)


def says(page: Page, spec: str) -> None:
    """Wait until the text box says this."""
    expect(page.locator("#spec")).to_have_value(spec)


def explained(page: Page, spec: str) -> None:
    """Write a SPEC, and wait until the loop has said what goes with it."""
    with page.expect_response(lambda response: "explain" in response.url and f"spec={spec}&" in response.url):
        type_spec(page, spec)
    expect(page.locator("#picture")).to_have_attribute("aria-busy", "false")
