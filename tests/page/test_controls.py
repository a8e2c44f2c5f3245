"""Test each control: what a person does there is in the text, and what is in the text is shown there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.local_loop.test_main import running
from tests.page.bench import row, says, shown, type_spec
from tests.page.conftest import ORIGINALS

PRESETS = '{"thumb": "30x20_fit-cover", "tiny": "9x9"}'
#: As the grammar describes an option of a plugin that says nothing about itself.
PLUGIN: dict[str, Any] = {
    "name": "acme.sepia",
    "aliases": [],
    "group": "effects",
    "about": "Tone the picture brown.",
    "kind": "text",
    "min": None,
    "max": None,
    "step": None,
    "unit": "",
    "choices": [],
    "default": "",
    "bare": "",
    "example": "60",
    "parts": [],
    "page": "",
    "from_plugin": True,
}

Act = Callable[[Locator], Any]


def fill(label: str, text: str) -> Act:
    return lambda control: control.get_by_label(label, exact=True).fill(text)


def check(label: str) -> Act:
    return lambda control: control.get_by_role("radio", name=label, exact=True).check(force=True)


def click(name: str) -> Act:
    return lambda control: control.get_by_role("button", name=name, exact=True).click()


def select(label: str, value: str) -> Act:
    return lambda control: control.get_by_label(label, exact=True).select_option(value)


def press(label: str, *keys: str) -> Act:
    def act(control: Locator) -> None:
        control.get_by_label(label, exact=True).focus()
        for key in keys:
            control.page.keyboard.press(key)

    return act


def switch(control: Locator) -> None:
    control.get_by_role("switch").click()


#: By name: the option, the SPEC, what is done, and the SPEC that comes of it.
CASES: dict[str, tuple[str, str, Act, str]] = {
    "width": ("size", "30x10_f-webp", fill("Width in px", "20"), "20x10_f-webp"),
    "no-height": ("size", "30x10_f-webp", fill("Height in px", ""), "30x_f-webp"),
    "usual-size": ("size", "30x10", click("200×200"), "200x200"),
    "percent": ("size", "30x10", check("Percent"), "50p"),
    "percent-field": ("size", "50p", fill("Percent in %", "30"), "30p"),
    "percent-slider": ("size", "50p", press("Percent of the original", "ArrowRight"), "51p"),
    "original": ("size", "30x10", check("Original"), "orig"),
    "preset": ("size", "30x10_fit-cover", check("Preset"), "p-thumb"),
    "other-preset": (
        "size",
        "p-thumb",
        lambda control: control.get_by_role("combobox").select_option("tiny"),
        "p-tiny",
    ),
    "ratio": ("ar", "30x", click("16:9"), "30x_ar-16-9"),
    "ratio-field": ("ar", "30x_ar-16-9", fill("Ratio, height", "10"), "30x_ar-16-10"),
    "ratio-off": ("ar", "30x_ar-16-9", click("16:9"), "30x"),
    "fit": ("fit", "30x10", check("cover"), "30x10_fit-cover"),
    "fit-default": ("fit", "30x10_fit-cover_q-9", check("inside"), "30x10_q-9"),
    "gravity": ("g", "30x10_fit-cover", check("top left"), "30x10_fit-cover_g-nw"),
    "gravity-centre": ("g", "30x10_fit-cover_g-n", check("centre"), "30x10_fit-cover"),
    "gravity-keys": (
        "g",
        "30x10_fit-cover",
        press("centre", "ArrowUp", "ArrowRight"),
        "30x10_fit-cover_g-ne",
    ),
    "gravity-edge": (
        "g",
        "30x10_fit-cover_g-nw",
        press("top left", "ArrowUp", "ArrowDown"),
        "30x10_fit-cover_g-w",
    ),
    "smart": ("g", "30x10_fit-cover", click("the eye"), "30x10_fit-cover_g-sm"),
    "entropy": ("g", "30x10_fit-cover", click("detail"), "30x10_fit-cover_g-en"),
    "smart-off": ("g", "30x10_fit-cover_g-sm", click("the eye"), "30x10_fit-cover"),
    "point": (
        "g",
        "30x10_fit-cover_g-20-40",
        fill("Focal point, percent from the left", "30"),
        "30x10_fit-cover_g-30-40",
    ),
    "enlarge": ("up", "30x10", switch, "30x10_up"),
    "density": (
        "dpr",
        "30x10",
        fill("Screen density in device pixels per CSS pixel", "1.5"),
        "30x10_dpr-1.5",
    ),
    "density-default": (
        "dpr",
        "30x10_dpr-2",
        fill("Screen density in device pixels per CSS pixel", "1"),
        "30x10",
    ),
    "format": ("f", "30x10", check("avif"), "30x10_f-avif"),
    "format-default": ("f", "30x10_f-avif", check("default"), "30x10"),
    "auto": ("f", "30x10_v-2", check("auto"), "30x10_f-auto_v-2"),
    "quality": ("q", "30x10", fill("Quality in steps", "60"), "30x10_q-60"),
    "quality-slider": ("q", "30x10_q-60", press("Quality", "PageUp", "ArrowLeft"), "30x10_q-69"),
    "quality-end": ("q", "30x10_q-60", press("Quality", "End"), "30x10_q-100"),
    "quality-off": ("q", "30x10_q-60", fill("Quality in steps", ""), "30x10"),
    "largest-file": ("kb", "30x10_f-webp", fill("Largest file in KiB", "12"), "30x10_f-webp_kb-12"),
    "lossless": ("ll", "30x10_f-webp", switch, "30x10_f-webp_ll"),
    "metadata": ("meta", "30x10", check("copyright"), "30x10_meta-copyright"),
    "profile": ("icc", "30x10", check("p3"), "30x10_icc-p3"),
    "hdr": ("hdr", "30x10", switch, "30x10_hdr"),
    "download": ("dl", "30x10", switch, "30x10_dl"),
    "crop": ("crop", "30x10", fill("Crop, width", "50"), "30x10_crop-0p-0p-50p-100p"),
    "crop-decimal": (
        "crop",
        "30x10_crop-10p-20p-30p-40p",
        fill("Crop, left", "12.5"),
        "30x10_crop-12.5p-20p-30p-40p",
    ),
    "crop-whole": ("crop", "30x10_crop-0p-0p-50p-100p", fill("Crop, width", "100"), "30x10"),
    "crop-px": (
        "crop",
        "30x10_crop-25p-50p-50p-50p",
        select("Crop, unit", "px"),
        "30x10_crop-113-150-226-150",
    ),
    "crop-in-px": ("crop", "30x10_crop-9-8-70-60", fill("Crop, top", "20"), "30x10_crop-9-20-70-60"),
    "still": ("still", "30x10", switch, "30x10_still"),
    "trim": ("trim", "30x10", fill("Trim in levels", "20"), "30x10_trim-20"),
    "trim-bare": ("trim", "30x10_trim-20", fill("Trim in levels", "10"), "30x10_trim"),
    "rotate": ("rot", "30x10", check("90"), "30x10_rot-90"),
    "rotate-off": ("rot", "30x10_rot-90", check("off"), "30x10"),
    "flip": ("flip", "30x10", check("h"), "30x10_flip-h"),
    "blur": ("blur", "30x10_gray", fill("Blur in px", "2.5"), "30x10_blur-2.5_gray"),
    "blur-slider": ("blur", "30x10", press("Blur", "ArrowRight"), "30x10_blur-0.4"),
    "sharpen": ("sharp", "30x10_sharp-3", fill("Sharpen in px", "1"), "30x10_sharp"),
    "pixelate": ("pix", "30x10", fill("Pixelate in px", "8"), "30x10_pix-8"),
    "darker": ("bri", "30x10", fill("Brightness in %", "-20"), "30x10_bri-m20"),
    "contrast": ("con", "30x10_con-m5", press("Contrast", "PageUp"), "30x10_con-5"),
    "contrast-none": ("con", "30x10_con-m1", press("Contrast", "ArrowRight"), "30x10"),
    "saturation": ("sat", "30x10", fill("Saturation in %", "30"), "30x10_sat-30"),
    "gray": ("gray", "30x10_gray_q-9", switch, "30x10_q-9"),
    "padding": ("pad", "30x10", press("Padding, all sides", "ArrowRight", "ArrowRight"), "30x10_pad-2"),
    "padding-side": ("pad", "30x10_pad-5", fill("Padding, right", "9"), "30x10_pad-5-9-5-5"),
    "radius": ("round", "30x10", fill("Radius in px", "4"), "30x10_round-4"),
    "circle": ("round", "30x10_round-4", click("max"), "30x10_round-max"),
    "no-circle": ("round", "30x10_round-max", click("max"), "30x10"),
    "watermark": ("wm", "30x10", select("Watermark, which", "cup"), "30x10_wm-cup"),
    "watermark-where": ("wm", "30x10_wm-cup", select("Watermark, position", "nw"), "30x10_wm-cup-nw"),
    "watermark-opacity": ("wm", "30x10_wm-cup", fill("Watermark, opacity", "70"), "30x10_wm-cup-se-70"),
    "watermark-scale": ("wm", "30x10_wm-cup", fill("Watermark, scale", "30"), "30x10_wm-cup-se-100-30"),
    "watermark-off": ("wm", "30x10_wm-cup", select("Watermark, which", ""), "30x10"),
    "background": ("bg", "30x10", fill("Background in hexadecimal", "d2b48c80"), "30x10_bg-d2b48c80"),
    "background-chosen": ("bg", "30x10", fill("Background, choose", "#aabbcc"), "30x10_bg-aabbcc"),
    "bars": ("bars", "30x10_pad-2", fill("Bars in hexadecimal", "ff0000"), "30x10_pad-2_bars-ff0000"),
    "version": ("v", "30x10", fill("Version", "2b"), "30x10_v-2b"),
    "plugin": ("acme-sepia", "30x10_v-2", fill("Acme.sepia", "60"), "30x10_v-2_acme.sepia-60"),
}


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Iterator[Page]:
    """The page of a site with presets, a watermark and an option of a plugin, with all of its groups open."""
    environment = {**os.environ, "RESIZER_PRESETS": PRESETS, "RESIZER_WATERMARKS": '{"cup": "cup.png"}'}
    with running("--port", "0", "--originals", str(ORIGINALS), environment=environment) as (_, printed):
        found = re.search(r"http://127\.0\.0\.1:\d+", printed)
        assert found, printed
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        page = context.new_page()
        page.route("**/_loop/grammar*", with_plugin)
        # The controls and the text are what is looked at here: nothing is made.
        page.route("**/_loop/walk*", lambda route: route.abort())
        page.goto(f"{found[0]}/?key=cat.jpg&spec=9x9")
        expect(page.locator(".group")).not_to_have_count(0)
        page.evaluate("document.querySelectorAll('.group').forEach(group => group.open = true)")
        yield page
        context.close()


def with_plugin(route: Route) -> None:
    answer = route.fetch()
    table = answer.json()
    at = next(index for index, option in enumerate(table["options"]) if option["name"] == "dpr")
    table["options"].insert(at, PLUGIN)
    route.fulfill(response=answer, json=table)


def available(page: Page, option: str, spec: str) -> None:
    """Write a SPEC beside which the option can be had."""
    type_spec(page, spec)
    expect(row(page, option)).not_to_contain_class("is-off")


@pytest.mark.parametrize(("option", "before", "act", "after"), CASES.values(), ids=CASES)
def test_a_control_and_the_text_say_the_same(
    bench: Page, option: str, before: str, act: Act, after: str
) -> None:
    available(bench, option, before)
    at_first = shown(bench, option)
    act(row(bench, option))
    says(bench, after)
    changed = shown(bench, option)
    assert changed != at_first
    type_spec(bench, before)
    assert shown(bench, option) == at_first
    type_spec(bench, after)
    assert shown(bench, option) == changed


def test_every_option_of_the_grammar_has_a_control_and_a_test(bench: Page) -> None:
    rows = bench.locator(".row").evaluate_all("rows => rows.map(row => row.id.replace('option-', ''))")
    table = bench.evaluate("fetch('/_loop/grammar').then(answer => answer.json())")
    assert sorted(rows) == sorted(
        ["size", *(option["name"].replace(".", "-") for option in table["options"])]
    )
    # A signature is not made here, and no example has a second page.
    assert {case[0] for case in CASES.values()} == {*rows} - {"s", "page"}


def test_pixels_come_back_as_they_were(bench: Page) -> None:
    available(bench, "size", "30x10")
    check("Original")(row(bench, "size"))
    says(bench, "orig")
    check("Pixels")(row(bench, "size"))
    says(bench, "30x10")


def test_a_lock_keeps_the_ratio_of_both_sides(bench: Page) -> None:
    available(bench, "size", "300x100")
    lock = bench.get_by_role("button", name="Keep the ratio")
    lock.click()
    expect(lock).to_have_attribute("aria-pressed", "true")
    fill("Width in px", "150")(row(bench, "size"))
    says(bench, "150x50")
    fill("Height in px", "100")(row(bench, "size"))
    says(bench, "300x100")
    lock.click()
    fill("Width in px", "150")(row(bench, "size"))
    says(bench, "150x100")


def test_other_spellings_are_shown_as_what_they_mean(bench: Page) -> None:
    type_spec(bench, "30x10_FORMAT-jpeg_quality-7_GRAVITY-n_bg-abc")
    expect(row(bench, "f").get_by_role("radio", name="jpg")).to_be_checked()
    expect(row(bench, "q").get_by_role("spinbutton")).to_have_value("7")
    expect(row(bench, "g").get_by_role("radio", name="top", exact=True)).to_be_checked()
    expect(row(bench, "bg").get_by_label("Background, choose")).to_have_value("#aabbcc")
    fill("Quality in steps", "8")(row(bench, "q"))
    says(bench, "30x10_FORMAT-jpeg_q-8_GRAVITY-n_bg-abc")


def test_a_number_out_of_its_range_is_in_the_text_and_refused_by_the_grammar(bench: Page) -> None:
    available(bench, "blur", "30x10")
    fill("Blur in px", "900")(row(bench, "blur"))
    says(bench, "30x10_blur-900")
    expect(bench.locator("#underline mark")).to_have_text("blur-900")
    expect(bench.locator("#verdict p").first).to_have_text("expected 0.3 to 100 px, got '900'")


def test_each_option_and_all_of_them_can_be_reset(bench: Page) -> None:
    type_spec(bench, "30x10_blur-2_gray_q-9")
    reset = row(bench, "gray").get_by_role("button", name="Reset grayscale")
    reset.click()
    says(bench, "30x10_blur-2_q-9")
    expect(reset).to_be_hidden()
    expect(row(bench, "gray").get_by_role("switch")).to_be_focused()
    row(bench, "blur").get_by_role("button", name="Reset blur").click()
    says(bench, "30x10_q-9")
    bench.get_by_role("button", name="Reset all").click()
    says(bench, "380x260_fit-cover_g-sm_f-webp")


def test_the_arrows_go_from_group_to_group(bench: Page) -> None:
    bench.locator("[data-group=size] summary").focus()
    for key, group in (("ArrowDown", "output"), ("ArrowDown", "effects"), ("ArrowUp", "output")):
        bench.keyboard.press(key)
        expect(bench.locator(f"[data-group={group}] summary")).to_be_focused()


def test_a_group_says_what_is_given_in_it(bench: Page) -> None:
    type_spec(bench, "30x10_fit-cover_blur-2_gray_q-9")
    given = bench.locator(".group-given")
    expect(bench.locator("[data-group=effects]").locator(given)).to_have_text("blur-2 gray")
    expect(bench.locator("[data-group=size]").locator(given)).to_have_text("30x10 fit-cover")
    expect(bench.locator("[data-group=turn]").locator(given)).to_be_empty()


def test_each_option_leads_to_its_page(bench: Page) -> None:
    links = bench.locator(".row a.page")
    assert links.count() == bench.locator(".row").count() - 1  # a plugin has its page elsewhere
    paths = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert [path for path in paths if not (Path("docs") / path.removeprefix("/_loop/docs/")).is_file()] == []
    answer = bench.request.get(links.first.evaluate("link => link.href"))
    assert "# The grammar" in answer.text()


@pytest.mark.parametrize(
    ("spec", "option", "reason"),
    [
        ("30x10", "ar", "ar goes with Wx, xH, Np or orig: with both sides the ratio is given already"),
        ("30x_f-webp_ll", "q", "ll excludes q and kb: a lossless picture has no quality"),
        ("30x", "fit", "It would change nothing here."),
        ("p-thumb", "blur", "besides a preset only f, q, v, dpr and s may follow"),
        ("30x", "page", "expected a page of 1 to 1, got 2"),
    ],
)
def test_what_cannot_be_combined_is_said_in_the_grammars_words(
    bench: Page, spec: str, option: str, reason: str
) -> None:
    type_spec(bench, spec)
    control = row(bench, option)
    expect(control).to_contain_class("is-off")
    expect(control.locator(".reason")).to_have_text(reason)
    parts = control.locator(":is(input, button):not(.reset)")
    part = parts.first
    expect(part).to_have_attribute("aria-disabled", "true")
    expect(part).to_have_accessible_description(reason)
    # It can be reached, and nothing comes of it.
    part.focus()
    expect(part).to_be_focused()
    for key in ("ArrowRight", "5", "Enter", " "):
        bench.keyboard.press(key)
    for index in range(parts.count()):
        parts.nth(index).click(force=True)
    says(bench, spec)
    bench.keyboard.press("Tab")
    expect(part).not_to_be_focused()


def test_a_word_that_cannot_be_had_can_be_reached_and_says_why(bench: Page) -> None:
    available(bench, "f", "30x10_q-9_f-jpg")
    png = row(bench, "f").get_by_role("radio", name="png")
    expect(png).to_have_attribute("aria-disabled", "true")
    expect(png).to_have_accessible_description("png is lossless and takes no quality")
    row(bench, "f").get_by_role("radio", name="jpg").focus()
    bench.keyboard.press("ArrowRight")
    expect(png).to_be_focused()
    expect(row(bench, "f").get_by_role("radio", name="jpg")).to_be_checked()
    says(bench, "30x10_q-9_f-jpg")


def test_an_example_takes_the_place_of_the_text(bench: Page) -> None:
    for button in bench.locator("#examples button").all():
        button.click()
        says(bench, str(button.get_attribute("title")))
    assert bench.locator("#examples button").count() >= 6


def test_back_and_forward_go_through_the_states(bench: Page) -> None:
    type_spec(bench, "31x11")
    bench.locator("#originals").get_by_role("button", name="cup.png").click()
    check("avif")(row(bench, "f"))
    says(bench, "31x11_f-avif")
    assert bench.evaluate("location.search") == "?key=cup.png&spec=31x11_f-avif"
    bench.go_back()
    says(bench, "31x11")
    expect(row(bench, "f").get_by_role("radio", name="default")).to_be_checked()
    bench.go_back()
    expect(bench.locator(".thumbnail[aria-pressed=true]")).to_have_text("cat.jpg")
    bench.go_forward()
    bench.go_forward()
    says(bench, "31x11_f-avif")
    expect(bench.locator(".thumbnail[aria-pressed=true]")).to_have_text("cup.png")


def test_what_is_typed_in_one_go_is_one_step_back(bench: Page) -> None:
    type_spec(bench, "32x12")
    field = row(bench, "q").get_by_role("spinbutton")
    field.press_sequentially("57")
    says(bench, "32x12_q-57")
    bench.go_back()
    says(bench, "32x12")
