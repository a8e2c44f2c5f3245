"""Test the closer look at a picture: before and after under one slider, and its pixels."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.page.asking import ask

BEFORE = """async ([spec, named]) => (await import('/_loop/looking.js')).beforeSpec(spec, named)"""
#: The part of the derivative that the original covers, in percent of its width, and how both are scaled.
SEEN = """() => {
    const before = document.querySelector('.layers .before');
    const cut = parseFloat(before.style.clipPath.split(' ')[1] ?? 0);
    const {width, height} = before.getBoundingClientRect();
    return {share: Math.round(100 - 100 * cut / width), width, height};
}"""
SCROLLED = "() => ['scrollLeft', 'scrollTop'].map(side => document.querySelector('.pane')[side])"


def ready(page: Page, spec: str, *, width: int) -> None:
    ask(page, spec)
    expect(page.locator("#picture figcaption")).to_contain_text(f"{width} × ")


def test_the_slider_uncovers_the_original_by_keyboard_and_by_pointer(page: Page) -> None:
    ready(page, "301x_blur-5_f-webp_q-20", width=301)
    page.get_by_role("button", name="Before and after").click()
    slider = page.get_by_role("slider", name="Show the original up to here")
    before = page.locator(".layers .before")
    expect(before).to_have_js_property("complete", True)
    expect(before).to_have_attribute("src", re.compile(r"/301x_f-png/"))
    assert before.evaluate("image => image.naturalWidth") == 301
    assert page.evaluate(SEEN)["share"] == 50
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "51 % original")
    assert page.evaluate(SEEN)["share"] == 51
    page.keyboard.press("End")
    assert page.evaluate(SEEN)["share"] == 100
    page.keyboard.press("Home")
    assert page.evaluate(SEEN)["share"] == 0
    box = page.locator(".layers").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, middle)
    page.mouse.up()
    assert page.evaluate(SEEN)["share"] == pytest.approx(25, abs=1)
    page.get_by_role("button", name="Before and after").click()
    expect(page.locator(".look")).to_be_hidden()


def test_pixels_are_enlarged_and_moved(page: Page) -> None:
    ready(page, "302x_ar-3-2_f-webp", width=302)
    zoom = page.get_by_role("group", name="Zoom")
    page.get_by_role("button", name="Before and after").click()
    for name, width in (("1:1", 302), ("2×", 604), ("4×", 1208)):
        zoom.get_by_role("button", name=name).click()
        expect(zoom.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
        assert page.evaluate(SEEN)["width"] == width
        rendering = page.locator(".layers .after").evaluate("image => getComputedStyle(image).imageRendering")
        assert rendering == ("auto" if name == "1:1" else "pixelated")
    left, top = page.evaluate(SCROLLED)
    pane = page.get_by_role("region", name="4×")
    box = pane.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 240, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.up()
    assert page.evaluate(SCROLLED) == [left + 200, top + 20]
    pane.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => document.querySelector('.pane').scrollLeft < {left + 200}")
    # The slider stays where it is on the screen, so the part that it uncovers follows.
    assert page.evaluate(SEEN)["share"] > 55
    zoom.get_by_role("button", name="Fit").click()
    assert page.evaluate(SEEN)["width"] == 302


def test_one_way_of_looking_at_a_time(page: Page) -> None:
    ready(page, "303x202_fit-cover_f-webp", width=303)
    page.get_by_role("button", name="2×").click()
    page.get_by_role("button", name="Crop", exact=True).click()
    expect(page.locator(".whole")).to_be_visible()
    expect(page.locator(".look")).to_be_hidden()
    page.get_by_role("button", name="Before and after").click()
    expect(page.locator(".whole")).to_have_count(0)
    expect(page.locator(".look")).to_be_visible()
    ask(page, "303x202_blr-2")
    expect(page.locator("#picture .failed")).to_be_visible()
    expect(page.locator(".look")).to_be_hidden()
    ready(page, "304x202_fit-cover_f-webp", width=304)
    expect(page.locator(".look")).to_be_visible()
    assert page.evaluate(SEEN)["share"] == 50


def test_before_is_the_same_part_at_the_same_size_without_effects_and_loss(page: Page) -> None:
    specs = {
        "300x200_fit-cover_g-sm_blur-3_pad-10_round-20_bg-ffffff_f-webp_q-20": (
            "300x200_fit-cover_g-sm_pad-10_bg-ffffff_f-png"
        ),
        "orig_crop-0p-0p-50p-50p_rot-90_gray_wm-cup_f-avif_ll": "orig_crop-0p-0p-50p-50p_rot-90_f-png",
        "p-thumb_q-20": "90x_flip-h_f-png",
        "p-other_q-20": "p-other_f-png",
    }
    presets = {"thumb": "90x_flip-h_sepia_f-jpg"}
    for spec, before in specs.items():
        assert page.evaluate(BEFORE, [spec, presets]) == before


def test_an_original_that_cannot_be_shown_is_said(failing: Page, url: str) -> None:
    failing.route(re.compile("305x_f-png"), lambda route: route.abort())
    failing.goto(f"{url}/")
    ready(failing, "305x_f-webp", width=305)
    failing.get_by_role("button", name="Before and after").click()
    expect(failing.locator("#taking")).to_have_text("There is no original to compare it with.")
    expect(failing.locator(".look")).to_be_hidden()
