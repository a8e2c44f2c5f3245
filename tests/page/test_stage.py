"""Test what is done on the picture: the focal point and the crop, with the mouse and with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.page.bench import explained, row, says


@pytest.fixture(scope="module")
def bench(browser: Browser, url: str) -> Iterator[Page]:
    """The page, wide enough for all of it. Nothing that it did may have gone wrong."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    raised: list[str] = []
    page.on("pageerror", lambda error: raised.append(str(error)))
    page.goto(f"{url}/?key=cat.jpg&spec=30x10")
    expect(page.locator(".group")).not_to_have_count(0)
    yield page
    context.close()
    assert raised == []


def tool(page: Page, name: str, spec: str) -> Locator:
    """Open a tool beside a SPEC, and find the whole picture that it works on."""
    page.keyboard.press("Escape")
    explained(page, spec)
    button = page.locator("#tools").get_by_role("button", name=name)
    if button.get_attribute("aria-pressed") == "false":
        button.click()
    canvas = page.locator(".canvas")
    expect(canvas.get_by_role("img", name="The whole picture")).to_be_visible()
    return canvas


def place(canvas: Locator, x: float, y: float) -> tuple[float, float]:
    """Find a point of the picture, given in percent, on the screen."""
    box = canvas.bounding_box()
    assert box
    return box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100


def drag(canvas: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    mouse = canvas.page.mouse
    mouse.move(*place(canvas, *start))
    mouse.down()
    mouse.move(*place(canvas, *end), steps=4)
    mouse.up()


def crop(page: Page) -> list[float]:
    """Read the crop of the text, percent."""
    spec = page.locator("#spec").input_value()
    (found,) = (part for part in spec.split("_") if part.startswith("crop-"))
    return [float(number.removesuffix("p")) for number in found.split("-")[1:]]


def near(page: Page, *wanted: float) -> None:
    """Compare the crop of the text with what was drawn, whose pixels are coarser than its decimals."""
    assert crop(page) == pytest.approx(wanted, abs=0.6)


def style(locator: Locator) -> list[float]:
    sides = ("left", "top", "width", "height")
    return [float(locator.evaluate(f"element => parseFloat(element.style.{side})")) for side in sides]


def test_a_click_on_the_picture_sets_the_focal_point(bench: Page) -> None:
    canvas = tool(bench, "Focal point", "30x10_fit-cover_f-webp")
    bench.mouse.click(*place(canvas, 30, 80))
    says(bench, "30x10_fit-cover_g-30-80_f-webp")
    expect(row(bench, "g").get_by_label("Focal point, percent from the top")).to_have_value("80")
    drag(canvas, (30, 80), (70, 20))
    says(bench, "30x10_fit-cover_g-70-20_f-webp")


def test_the_arrows_move_the_focal_point(bench: Page) -> None:
    canvas = tool(bench, "Focal point", "30x10_fit-cover")
    handle = canvas.get_by_role("button")
    expect(handle).to_be_focused()
    expect(handle).to_have_accessible_name(
        "Focal point: 50 % from the left, 50 % from the top. Arrows move it."
    )
    bench.keyboard.press("ArrowRight")
    bench.keyboard.press("Shift+ArrowUp")
    says(bench, "30x10_fit-cover_g-51-40")
    expect(handle).to_have_accessible_name(
        "Focal point: 51 % from the left, 40 % from the top. Arrows move it."
    )


def test_what_stays_in_view_is_framed(bench: Page) -> None:
    """cat.jpg is 451 x 300: 30 x 10 keeps all of its width and 451 / 3 of its height."""
    canvas = tool(bench, "Focal point", "30x10_fit-cover_g-n")
    kept = canvas.locator(".kept")
    assert style(kept) == pytest.approx([0, 0, 100, 451 / 3 / 300 * 100], abs=0.2)
    explained(bench, "30x10_fit-cover_g-s")
    assert style(kept) == pytest.approx([0, 100 - 451 / 9, 100, 451 / 9], abs=0.2)
    explained(bench, "30x_ar-1-1_g-w")
    assert style(kept) == pytest.approx([0, 0, 300 / 451 * 100, 100], abs=0.2)
    explained(bench, "30x10_fit-contain_g-n")
    expect(kept).to_be_hidden()


def test_the_focal_point_cannot_be_set_where_nothing_is_cut_off(bench: Page) -> None:
    explained(bench, "30x")
    button = bench.locator("#tools").get_by_role("button", name="Focal point")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description("It would change nothing here.")
    button.focus()
    bench.keyboard.press("Enter")
    expect(bench.locator(".canvas")).to_have_count(0)


def test_a_tool_is_opened_by_its_control_as_well_and_closed_by_escape(bench: Page) -> None:
    explained(bench, "30x10_fit-cover")
    row(bench, "g").get_by_role("button", name="point").click()
    expect(bench.locator(".canvas .handle")).to_be_focused()
    bench.keyboard.press("Escape")
    expect(bench.locator(".canvas")).to_have_count(0)
    expect(bench.locator("#tools").get_by_role("button", name="Focal point")).to_be_focused()
    bench.locator("[data-group=part] summary").click()
    row(bench, "crop").get_by_role("button", name="on the picture").click()
    expect(bench.locator(".canvas .box")).to_be_focused()
    # There is one tool at a time.
    bench.locator("#tools").get_by_role("button", name="Focal point").click()
    expect(bench.locator(".canvas .handle")).to_be_focused()
    expect(bench.locator(".canvas")).to_have_count(1)
    bench.locator("#originals").get_by_role("button", name="cup.png").click()
    expect(bench.locator(".canvas")).to_have_count(0)
    bench.locator("#originals").get_by_role("button", name="cat.jpg").click()


def test_a_crop_is_drawn_moved_and_resized_with_the_mouse(bench: Page) -> None:
    canvas = tool(bench, "Crop", "30x10")
    drag(canvas, (20, 10), (60, 70))
    near(bench, 20, 10, 40, 60)
    drag(canvas, (40, 40), (50, 30))
    near(bench, 30, 0, 40, 60)
    drag(canvas, (70, 60), (90, 80))
    near(bench, 30, 0, 60, 80)
    drag(canvas, (30, 0.5), (10, 20))
    near(bench, 10, 20, 80, 60)
    drag(canvas, (99, 99), (95, 90))
    near(bench, 95, 90, 4, 9)


def test_the_keyboard_moves_and_resizes_a_crop(bench: Page) -> None:
    canvas = tool(bench, "Crop", "30x10_crop-20p-20p-40p-40p")
    box = canvas.get_by_role("button")
    expect(box).to_be_focused()
    for key in ("ArrowRight", "Alt+ArrowDown", "Shift+ArrowLeft", "Shift+Alt+ArrowDown"):
        bench.keyboard.press(key)
    says(bench, "30x10_crop-21p-30p-39p-50p")
    expect(box).to_have_accessible_name(
        "Crop: 39 by 50 %, 21 % from the left, 30 % from the top. Arrows move it, with Shift they resize it."
    )
    for _ in range(8):
        bench.keyboard.press("Alt+ArrowDown")
    says(bench, "30x10_crop-21p-50p-39p-50p")


def test_the_tools_show_what_the_options_before_them_leave(bench: Page) -> None:
    """A crop counts on the upright original, a focal point on what crop and rot have left of it."""
    image = tool(bench, "Crop", "30x10_crop-0p-0p-50p-100p_rot-90").get_by_role("img")
    assert image.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [451, 300]
    image = tool(bench, "Focal point", "30x10_crop-0p-0p-50p-100p_rot-90_fit-cover").get_by_role("img")
    width, height = image.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert (width, height) in ((300, 225), (300, 226))


def test_a_crop_of_px_stays_one_of_px(bench: Page) -> None:
    canvas = tool(bench, "Crop", "30x10_crop-45-30-90-60")
    assert style(canvas.locator(".box")) == pytest.approx([45 / 4.51, 10, 90 / 4.51, 20], abs=0.1)
    bench.keyboard.press("ArrowDown")
    says(bench, "30x10_crop-45-33-90-60")
    bench.keyboard.press("Escape")
