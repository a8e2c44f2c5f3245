"""The pages that the examples make with Jinja and with Django."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from resizer_core import parse_path

ROOT = Path(__file__).parents[2]
BASE = "https://img.example.com"
PAGES = ["examples/jinja_page/page.py", "examples/django_page/page.py"]


class Reader(HTMLParser):
    """The elements of a page, their attributes and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def printed(example: str) -> str:
    command = [sys.executable, "-W", "error", example]
    environment = {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


@pytest.fixture(scope="module", params=PAGES, ids=lambda example: example.split("/")[1])
def page(request: pytest.FixtureRequest) -> Reader:
    reader = Reader()
    reader.feed(printed(request.param))
    return reader


def test_a_picture_is_put_in_as_markup_and_its_text_escaped(page: Reader) -> None:
    assert len(page.every("picture")) == 2
    assert len(page.every("source")) == 4
    assert [image["alt"] for image in page.every("img")] == ['Ann & "Bob"'] * 3
    assert not any("<" in text for text in page.texts)


def test_every_address_is_canonical_and_of_the_delivery(page: Reader) -> None:
    addresses = [
        part.split()[0] for image in page.every("source") + page.every("img") for part in candidates(image)
    ]
    addresses += [str(image["src"]) for image in page.every("img")] + [str(page.every("link")[0]["href"])]
    assert len(addresses) == 3 * 3 + 3 * 2 + 2 + 3 + 1
    for address in addresses:
        assert address.startswith(f"{BASE}/")
        path = address.removeprefix(BASE)
        assert parse_path(path.replace("%20", " ").replace("%26", "&")).path == path


def candidates(image: dict[str, str | None]) -> list[str]:
    return str(image["srcset"]).split(", ")


def test_the_options_of_the_template_reach_the_picture(page: Reader) -> None:
    wide, small, plain = page.every("img")
    assert (wide["sizes"], wide["width"], wide["height"]) == ("(min-width: 60em) 50vw, 100vw", "1920", "1080")
    assert "loading" not in wide
    assert (small["class"], small["width"], small["loading"]) == ("small", "120", "lazy")
    assert plain["src"] == f"{BASE}/300x/people/ann%20%26%20bob.jpg"


def test_both_make_the_same_page() -> None:
    readers = [Reader() for _ in PAGES]
    for reader, example in zip(readers, PAGES, strict=True):
        reader.feed(printed(example))
    assert readers[0].elements == readers[1].elements
    assert readers[0].texts == readers[1].texts
