"""Take the README's picture of the page: ``python -m tests.page.screenshot docs/page.webp``."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, expect, sync_playwright

from resizer_core import Delivery, open_store, resize
from tests.local_loop.failover_world import served_by_failover
from tests.local_loop.world import served
from tests.page.conftest import CHROMIUM, ORIGINALS, QUIET

STATE = {"key": "astronaut.jpg", "spec": "380x260_fit-cover_g-sm_sat-20_f-webp_q-40"}
SIZE = {"width": 1400, "height": 900}


def arrange(page: Page) -> None:
    """Show before and after, what each format comes to, and a view after a hit and after a purge."""
    expect(page.locator("#picture figcaption")).to_contain_text("px")
    page.get_by_role("button", name="Before and after").click()
    page.get_by_role("button", name="2×").click()
    expect(page.locator(".layers .before")).to_have_js_property("complete", True)
    page.locator("#formats").scroll_into_view_if_needed()
    expect(page.locator("#formats tbody td:nth-child(4)").last).to_contain_text("ms")
    page.get_by_role("button", name="Ask once more").click()
    expect(page.locator("#views li")).to_have_count(2)
    page.get_by_role("button", name="Purge its derivatives").click()
    expect(page.locator("#views li")).to_have_count(3)
    expect(page.locator("#formats")).to_have_attribute("aria-busy", "false")
    page.evaluate("() => { scrollTo(0, 0); document.activeElement.blur(); }")


def take(target: Path) -> None:
    """Write the whole page, in the format that the name of the file says."""
    stores = (open_store(str(ORIGINALS)), open_store("memory:"))
    ways: dict[Delivery, str] = {}
    with (
        served(*stores, ways) as server,
        served_by_failover(*stores, ways) as other,
        sync_playwright() as playwright,
    ):
        ways |= {Delivery.REDIRECT: server.url, Delivery.FAILOVER: other.url}
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = chromium.new_page(viewport=SIZE, reduced_motion="reduce", color_scheme="light")  # type: ignore[arg-type]
        page.goto(f"{server.url}/?{urlencode(STATE)}")
        arrange(page)
        shot = page.screenshot(full_page=True)
        chromium.close()
    target.write_bytes(resize(shot, f"orig_f-{target.suffix[1:]}_q-82").body)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
