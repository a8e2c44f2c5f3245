"""Serve the local loop over the example originals, and open its page in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from resizer_core import open_store
from tests.local_loop.world import served

ORIGINALS = Path(__file__).parents[2] / "examples" / "originals"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: A busy machine is slow, so give it time.
expect.set_options(timeout=30_000)
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
    """Open the page with its first picture. Fail if the page writes to the console or raises an error."""
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
    """Give a page that is not opened yet, so that a test can stop its requests. Fail if its script fails."""
    context = browser.new_context()
    page = context.new_page()
    raised: list[str] = []
    page.on("pageerror", lambda error: raised.append(str(error)))
    yield page
    context.close()
    assert raised == []
