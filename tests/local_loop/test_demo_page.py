"""Test what the page is served: files, the grammar, and what the drawing of the loop is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from resizer_core import Delivery, PluginError, grammar_table, open_store
from tests.local_loop.asking import ask, asked
from tests.local_loop.conftest import flat
from tests.local_loop.failover_world import served_by_failover
from tests.local_loop.world import served

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[Delivery, str]]:
    originals, derivatives = open_store("memory:"), open_store("memory:")
    originals.put("red.png", flat(200, 0, 0), media_type="image/png")
    with served(originals, derivatives) as one, served_by_failover(originals, derivatives) as other:
        yield {Delivery.REDIRECT: one.url, Delivery.FAILOVER: other.url}


@pytest.fixture(scope="module")
def url(urls: dict[Delivery, str]) -> str:
    return urls[Delivery.REDIRECT]


def test_the_grammar_is_that_of_the_library(url: str) -> None:
    assert asked(url, "grammar") == grammar_table()


FILES = {
    "docs/grammar.md": ("docs/grammar.md", "text/plain; charset=utf-8"),
    "docs/options/blur.md": ("docs/options/blur.md", "text/plain; charset=utf-8"),
    "docs/options/pictures/blur.webp": ("docs/options/pictures/blur.webp", "image/webp"),
    "docs/scale/hours.svg": ("docs/scale/hours.svg", "image/svg+xml"),
    "js/resizer.js": ("javascript/resizer.js", "text/javascript; charset=utf-8"),
    "page.js": ("local_loop/page/page.js", "text/javascript; charset=utf-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_served_as_it_stands(url: str, name: str) -> None:
    file, media_type = FILES[name]
    answer = ask(f"{url}/_loop/{name}")
    assert (answer.status, answer.body) == (200, (ROOT / file).read_bytes())
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")


def test_every_page_of_an_option_is_served(url: str) -> None:
    pages = [option["page"] for option in grammar_table()["options"]]
    assert {ask(f"{url}/_loop/docs/{page}").status for page in pages} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "docs/../pyproject.toml",
        "docs/../README.md",
        "docs/%2e%2e/README.md",
        "docs/options/../../README.md",
        "docs//etc/passwd",
        "docs/options",
        "docs/",
        "docs/*.md",
        "docs/grammar.md%00",
        "js/package.json",
        "js/test/../resizer.js",
        "js/../local_loop/page/page.js",
        "index.html",
        "../local_loop/server.py",
    ],
)
def test_nothing_else_is_served(url: str, path: str) -> None:
    assert ask(f"{url}/_loop/{path}").status == 404


@pytest.mark.parametrize("delivery", list(Delivery))
def test_a_walk_tells_the_headers_that_decide_and_no_secret(
    urls: dict[Delivery, str], delivery: Delivery
) -> None:
    path = f"/{'4x4' if delivery is Delivery.REDIRECT else '5x4'}_f-webp/red.png"
    first, again = (asked(urls[delivery], "walk", path=path) for _ in range(2))
    steps = [step for hop in first["hops"] for step in hop["steps"]]
    assert {step["path"] for step in steps} == {path}
    assert all(step["request"]["host"] for step in steps)
    locations = [hop["steps"][0]["answer"].get("location") for hop in first["hops"]]
    assert locations == [*[hop["url"] for hop in first["hops"][1:]], None]
    assert steps[0]["request"]["accept"].startswith("image/avif")
    (kept,) = again["hops"][0]["steps"]
    assert (kept["cache"], kept["answer"]["age"], kept["answer"]["x-cache"]) == (
        "hit",
        "0",
        "Hit from cloudfront",
    )
    assert kept["answer"]["cache-control"].startswith("public, max-age=")
    assert kept["answer"]["etag"]
    allowed = {"host", "accept", "if-none-match", "range"}
    allowed_back = {"location", "cache-control", "age", "vary", "etag", "content-type", "x-cache"}
    for step in steps:
        assert step["request"].keys() <= allowed
        assert step["answer"].keys() <= allowed_back


def test_a_plugin_that_cannot_be_used_is_said(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_site: object) -> None:
        raise PluginError("the plugin acme.sepia of a package cannot be used")

    monkeypatch.setattr("resizer_core.grammar_table", broken)
    for question in ("grammar", "explain?spec=8x"):
        answer = ask(f"{url}/_loop/{question}")
        assert (answer.status, answer.json["error"]["reason"]) == (
            500,
            "the plugin acme.sepia of a package cannot be used",
        )
