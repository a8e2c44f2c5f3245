"""Test how pictures come on the stage, and what is said where none can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.page.asking import ask, choose
from tests.page.bench import row, says
from tests.pictures import encoded, quarters

#: Drops a file on the page, as a browser does it.
DROP = """([name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name));
    const send = type => document.querySelector('#stage')
        .dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
    send('dragenter');
    const isShown = document.body.classList.contains('is-dropping');
    send('dragover');
    send('drop');
    return [isShown, document.body.classList.contains('is-dropping')];
}"""
PASTE = """([name, bytes]) => {
    const pasted = {clipboardData: new DataTransfer(), bubbles: true, cancelable: true};
    pasted.clipboardData.items.add(new File([new Uint8Array(bytes)], name));
    document.body.dispatchEvent(new ClipboardEvent('paste', pasted));
}"""
#: Keeps how many pictures have been on the stage, and whether it was ever without one.
WATCH = """() => {
    window.seen = {pictures: 0, empty: false};
    const frame = document.querySelector('#picture .frame');
    new MutationObserver(() => {
        window.seen.pictures += 1;
        const image = frame.querySelector('.shown');
        window.seen.empty ||= !image || !image.complete || !image.naturalWidth;
    }).observe(frame, {childList: true});
}"""


@pytest.fixture(scope="module")
def bench(browser: Browser, url: str) -> Iterator[Page]:
    """The page, wide enough for all of it. Its script may not fail."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    raised: list[str] = []
    page.on("pageerror", lambda error: raised.append(str(error)))
    page.goto(f"{url}/?key=cat.jpg&spec=30x20")
    expect(page.locator("#picture figcaption")).to_contain_text("30 × 20 px")
    yield page
    context.close()
    assert raised == []


def file(name: str, body: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}


def test_a_browser_that_shows_no_tiff_says_so_and_gives_the_file(bench: Page) -> None:
    ask(bench, "60x40_f-tif")
    said = bench.locator("#picture .instead")
    expect(said).to_have_text(
        re.compile(r"^This browser cannot show TIFF\. The file is right: [\d.]+ kB, download it\.$")
    )
    expect(said).not_to_contain_class("failed")
    link = said.get_by_role("link", name="download it")
    expect(link).to_have_attribute("href", "/60x40_f-tif/cat.jpg")
    expect(bench.locator("#picture .remark")).to_have_count(0)
    expect(bench.locator("#verdict")).to_contain_class("is-good")
    with bench.expect_download() as started:
        link.click()
    assert started.value.path().read_bytes()[:2] == b"II"


def test_a_result_that_is_smaller_than_asked_says_why(bench: Page) -> None:
    ask(bench, "900x600_fit-cover")
    expect(bench.locator("#picture figcaption")).to_contain_text("450 × 300 px")
    remark = bench.locator("#picture .remark")
    expect(remark).to_have_text("No larger than the original: 450 × 300 px. With up it is 900 × 600 px.")
    row(bench, "up").get_by_role("switch").click()
    expect(bench.locator("#picture figcaption")).to_contain_text("900 × 600 px")
    expect(remark).to_be_empty()


def test_while_a_slider_moves_the_former_picture_stays_and_few_are_asked_for(bench: Page) -> None:
    ask(bench, "64x48_fit-cover_f-webp")
    expect(bench.locator("#picture")).to_have_attribute("aria-busy", "false")
    bench.locator("[data-group=effects]").evaluate("group => group.open = true")
    slider = row(bench, "bri").get_by_role("slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    walked: list[str] = []
    bench.on("request", lambda request: walked.append(request.url) if "/walk" in request.url else None)
    bench.evaluate(WATCH)
    middle = box["y"] + box["height"] / 2
    bench.mouse.move(box["x"] + box["width"] / 2, middle)
    bench.mouse.down()
    for step in range(30):
        bench.mouse.move(box["x"] + box["width"] * (0.5 + step / 100), middle)
    bench.mouse.up()
    expect(bench.locator("#picture")).to_have_attribute("aria-busy", "true")
    spec = bench.locator("#spec").input_value()
    assert re.fullmatch(r"64x48_fit-cover_bri-[4-6]\d_f-webp", spec)
    expect(bench.locator("#picture .shown")).to_have_attribute("alt", f"cat.jpg as {spec}")
    expect(bench.locator("#picture")).to_have_attribute("aria-busy", "false")
    seen = bench.evaluate("window.seen")
    assert not seen["empty"]
    assert 1 <= seen["pictures"] < 15
    assert 1 <= len(walked) < 15
    # All of it is one step back.
    bench.go_back()
    says(bench, "64x48_fit-cover_f-webp")


def test_a_former_picture_is_faint_behind_what_is_said(bench: Page) -> None:
    ask(bench, "65x48_fit-cover_f-webp")
    expect(bench.locator("#picture .shown")).to_have_attribute("alt", "cat.jpg as 65x48_fit-cover_f-webp")
    ask(bench, "65x48_fit-covr")
    expect(bench.locator("#picture .failed")).to_have_text("There is no picture for this spec.")
    expect(bench.locator("#picture .shown")).to_have_css("opacity", "0.25")
    expect(bench.locator("#picture figcaption")).not_to_contain_text("px")


def test_what_there_is_no_picture_of_is_said_with_its_status(bench: Page) -> None:
    def refuse(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "status": 502, "error": None})

    bench.route("**/_loop/walk*", refuse)
    ask(bench, "66x48_fit-cover_f-webp")
    expect(bench.locator("#verdict")).to_have_text("There is no picture: the answer is 502.")
    expect(bench.locator("#picture .failed")).to_have_text("There is no picture: the answer is 502.")
    bench.unroute("**/_loop/walk*")


def test_a_picture_of_ones_own_is_dropped_on_the_page(bench: Page) -> None:
    ask(bench, "67x48_f-png")
    body = encoded(quarters(400, 300), "png")
    assert bench.evaluate(DROP, ["holiday.png", [*body]]) == [True, False]
    expect(bench.locator("#picture .shown")).to_have_attribute("alt", "dropped/holiday.png as 67x48_f-png")
    expect(bench.locator("#picture figcaption")).to_contain_text("64 × 48 px")
    thumbnail = bench.locator(".thumbnail").nth(1)
    expect(thumbnail).to_have_text("holiday.png")
    expect(thumbnail).to_have_attribute("aria-pressed", "true")
    expect(bench.locator("#taking")).to_be_empty()


def test_a_picture_of_ones_own_is_chosen_as_a_file(bench: Page) -> None:
    with bench.expect_file_chooser() as chosen:
        bench.get_by_role("button", name="Your own").click()
    chosen.value.set_files(file("a file.png", encoded(quarters(40, 30), "png")))
    expect(bench.locator("#picture .shown")).to_have_attribute("alt", re.compile("dropped/a-file.png"))


def test_a_picture_of_ones_own_is_pasted(bench: Page) -> None:
    bench.evaluate(PASTE, ["pasted.png", [*encoded(quarters(41, 30), "png")]])
    expect(bench.locator("#picture .shown")).to_have_attribute("alt", re.compile("dropped/pasted.png"))


def test_what_is_no_picture_is_refused_with_the_real_error(bench: Page) -> None:
    choose(bench, "cat.jpg")
    bench.evaluate(PASTE, ["notes.png", [*b"not a picture"]])
    expect(bench.locator("#taking")).to_have_text(
        re.compile(r"^notes\.png: the original is not a picture of a known format; known: jpg, ")
    )
    expect(bench.locator(".thumbnail[aria-pressed=true]")).to_have_text("cat.jpg")
    # The text that is pasted elsewhere is none of its business.
    bench.locator("#spec").fill("68x48_f-png")
    says(bench, "68x48_f-png")


def test_a_loop_that_takes_in_nothing_any_more_is_said(bench: Page) -> None:
    bench.route("**/_loop/originals*", lambda route: route.abort())
    bench.evaluate(PASTE, ["late.png", [*b"x"]])
    expect(bench.locator("#taking")).to_have_text("late.png: The loop does not answer. Is it still running?")
    bench.unroute("**/_loop/originals*")


def test_a_state_can_be_linked_to(bench: Page, url: str) -> None:
    bench.goto(f"{url}/?key=un+caf%C3%A9.jpg&spec=69x48_fit-cover_f-webp")
    says(bench, "69x48_fit-cover_f-webp")
    expect(bench.locator("#picture .shown")).to_have_attribute("alt", "un café.jpg as 69x48_fit-cover_f-webp")
    expect(bench.locator(".thumbnail[aria-pressed=true]")).to_have_text("un café.jpg")
