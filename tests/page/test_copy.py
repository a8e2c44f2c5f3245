"""Test what the page copies by running it: each snippet gives the picture that the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from resizer_core import Site, parse_presets, resize
from tests.page.asking import ask
from tests.page.conftest import ORIGINALS

ROOT = Path(__file__).parents[2]
#: What the page shows, by its SPEC: an original, and what its `<picture>` holds.
STATES = {
    "cover": ("cat.jpg", "300x200_fit-cover_f-webp", ["image/webp", "jpg"]),
    "round": ("un café.jpg", "200x200_fit-cover_round-max_f-webp", ["image/webp", "png"]),
    "negotiated": ("cup.png", "90x_f-auto", ["image/avif", "image/webp", "png"]),
    "moving": ("flight.gif", "60x", ["image/webp", "gif"]),
    "with-quality": ("cup.png", "50p_q-60_f-webp", ["webp"]),
}
#: The bytes of an AVIF depend on how many threads make it. A command takes one, the loop one for each core.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "VIPS_CONCURRENCY": str(os.cpu_count())}
#: Says what of the markup is shown: the address that the browser chose, and how wide the picture is.
SHOWN = """async () => {
    const image = document.querySelector('img');
    await image.decode();
    return [image.currentSrc, image.naturalWidth];
}"""
FACTS = """async facts => {
    const {snippets} = await import('/_loop/snippets.js');
    return Object.fromEntries(snippets(facts).map(({id, text, reason}) => [id, text || `! ${reason}`]));
}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with the originals, the commands, and the package, as a person has them."""
    shutil.copytree(ORIGINALS, tmp_path, dirs_exist_ok=True)
    command = tmp_path / "bin" / "resizer"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m resizer_core "$@"\n')
    command.chmod(0o755)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "resizer-html").symlink_to(ROOT / "javascript")
    return tmp_path


def run(folder: Path, *command: str, text: str = "") -> str:
    environment = {**ENVIRONMENT, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=folder, env=environment, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def made_by(folder: Path, *command: str, text: str = "") -> bytes:
    """Run what makes one file, and give that."""
    before = {*folder.iterdir()}
    run(folder, *command, text=text)
    (new,) = {*folder.iterdir()} - before
    body = new.read_bytes()
    new.unlink()
    return body


def copied(page: Page) -> dict[str, str]:
    """Take the text of each tab."""
    found = {}
    for tab in page.get_by_role("tab").all():
        tab.click()
        found[tab.inner_text()] = page.locator("#copy-code").inner_text()
    return found


@pytest.fixture(scope="module")
def elsewhere(browser: Browser) -> Iterator[Page]:
    """A page without a policy, for markup."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(("key", "spec", "formats"), STATES.values(), ids=STATES)
def test_each_snippet_gives_the_picture(
    page: Page, url: str, elsewhere: Page, folder: Path, key: str, spec: str, formats: list[str]
) -> None:
    page.get_by_role("button", name=key).click()
    ask(page, spec)
    expect(page.locator("#picture img.shown")).to_have_attribute("alt", f"{key} as {spec}")
    texts = copied(page)
    accept = page.request.get(texts["URL"], headers={"accept": "image/avif,image/webp,image/*"})
    shown = accept.body()
    assert len(shown) > 100
    assert made_by(folder, "bash", "-c", texts["curl"]) == shown
    assert made_by(folder, "bash", "-c", texts["Command"]) == shown
    assert made_by(folder, sys.executable, "-", text=texts["Python"]) == shown
    html = run(folder, sys.executable, "-c", f"{texts['Python']}\nprint(html)").strip()
    assert html == re.sub(r">\n *<", "><", texts["<picture>"])
    script = f"{texts['JavaScript']}\nconsole.log(html);"
    assert run(folder, "node", "--input-type=module", "-e", script).strip() == html
    assert [*re.findall(r'type="([^"]+)"', html), re.findall(r"_f-([a-z]+)", html)[-1]] == formats
    width = page.locator("#picture img.shown").evaluate("image => image.naturalWidth")
    for markup in ("<picture>", "<img srcset>"):
        elsewhere.set_content(texts[markup])
        source, natural = elsewhere.evaluate(SHOWN)
        assert source.startswith(f"{url}/")
        assert natural == width
        image = elsewhere.locator("img")
        expect(image).to_have_attribute("alt", key.rpartition(".")[0])
        expect(image).to_have_attribute("width", str(width))


def test_what_is_configured_is_in_the_snippets(page: Page, folder: Path) -> None:
    facts: dict[str, Any] = {
        "base": "https://img.example.com",
        "key": "-it's $HOME/cat.jpg",
        "spec": "p-thumb_f-webp",
        "path": "/p-thumb_f-webp/-it%27s%20%24HOME/cat.jpg",
        "mediaType": "image/webp",
        "size": [90, 60],
        "original": [451, 300],
        "moves": False,
        "isClear": False,
        "alt": '"A" & <b>',
        "presets": {"thumb": "90x_blur-2"},
    }
    (folder / "-it's $HOME").mkdir()
    original = shutil.copy(ORIGINALS / "cat.jpg", folder / "-it's $HOME")
    preset = resize(
        Path(original).read_bytes(), "p-thumb_f-webp", site=Site(presets=parse_presets(facts["presets"]))
    )
    texts = page.evaluate(FACTS, facts)
    assert made_by(folder, "bash", "-c", texts["command"]) == preset.body
    assert made_by(folder, sys.executable, "-", text=texts["python"]) == preset.body
    html = run(folder, sys.executable, "-c", f"{texts['python']}\nprint(html)").strip()
    assert html == re.sub(r">\n *<", "><", texts["picture"])
    assert 'alt="&quot;A&quot; &amp; &lt;b&gt;"' in html
    assert 'alt="&quot;A&quot; &amp; ' in texts["img"]
    marked = facts | {"key": "dropped/cat.jpg", "spec": "90x_wm-cup-nw_f-webp"}
    watermarks = {"cup": (ORIGINALS / "cup.png").read_bytes()}
    watermarked = resize(
        (ORIGINALS / "cat.jpg").read_bytes(), marked["spec"], site=Site(watermarks=watermarks)
    )
    texts = page.evaluate(FACTS, marked)
    assert made_by(folder, "bash", "-c", texts["command"]) == watermarked.body
    assert made_by(folder, sys.executable, "-", text=texts["python"]) == watermarked.body
    texts = page.evaluate(FACTS, marked | {"spec": "90x_s-abcdefghijklmnop"})
    assert texts["picture"].startswith("! expected a SPEC without s")
    assert texts["url"].startswith("https://")


def test_the_tabs_are_moved_along_with_the_keyboard(page: Page) -> None:
    tabs = page.get_by_role("tab")
    panel = page.get_by_role("tabpanel")
    page.get_by_role("tab", name="<picture>").focus()
    for key, name in {
        "ArrowRight": "Python",
        "ArrowLeft": "<picture>",
        "End": "Command",
        "Home": "URL",
    }.items():
        page.keyboard.press(key)
        expect(page.get_by_role("tab", selected=True)).to_have_text(name)
        expect(page.get_by_role("tab", name=name, exact=True)).to_be_focused()
        expect(panel).to_have_accessible_name(name)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Command")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="URL", exact=True)).to_be_focused()
    assert [tab.get_attribute("tabindex") for tab in tabs.all()] == ["0", *["-1"] * 6]
    expect(page.get_by_label("Alternative text")).to_be_hidden()


def test_a_text_is_copied_or_selected_and_either_is_said(page: Page, url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    page.get_by_label("Alternative text").fill("A person in space")
    page.get_by_role("button", name="Copy", exact=True).click()
    said = page.locator("#copy-said")
    expect(said).to_have_text("Copied.")
    text = page.locator("#copy-code").inner_text()
    assert 'alt="A person in space"' in text
    assert page.evaluate("() => navigator.clipboard.readText()") == text
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(said).to_have_text(re.compile("The text is selected"))
    assert page.evaluate("() => String(getSelection())").strip() == text
    page.get_by_role("tab", name="URL", exact=True).click()
    expect(said).to_have_text("")


def test_there_is_nothing_to_copy_of_what_is_wrong(page: Page) -> None:
    ask(page, "300x_blr-2")
    expect(page.locator("#copy-why")).to_have_text("There is no picture, so there is nothing to copy.")
    expect(page.locator("#copy-code")).to_be_empty()
    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_disabled()
