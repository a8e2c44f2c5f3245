"""Test that the function reads its settings, and does what they say."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import handler
import resizer_core as core
from resizer_core import Settings
from tests.doubles import filled, picture
from tests.handler.site import Site, event_for
from tests.web.least import LEAST

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["RESIZER_ORIGINALS", "RESIZER_DERIVATIVES", "RESIZER_WATERMARKS_STORE"])
def test_a_store_that_cannot_be_opened_is_refused_by_the_name_of_its_variable(name: str) -> None:
    settings = Settings.from_environment(LEAST | {name: "ftp://pictures"})
    with pytest.raises(ValueError, match=rf"\A{name}: expected "):
        handler.Function(settings)


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        node.lineno
        for node in ast.walk(ast.parse((ROOT / "handler.py").read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    # Once for the settings, and once to see whether this is Lambda.
    assert len(readers) == 2


# --- what the settings do ----------------------------------------------------------------------------


def test_the_defaults_are_those_of_the_derivative() -> None:
    defaults = core.Defaults(format="webp", quality={"webp": 10})
    site, plain = Site.over(defaults=defaults), Site.over()
    for asked in (site, plain):
        asked.get("/30x20/cat.jpg")
        asked.get("/30x20_f-webp/cat.jpg")
    found, named = site.derivatives.get("30x20/cat.jpg"), plain.derivatives.get("30x20_f-webp/cat.jpg")
    assert found is not None
    assert named is not None
    assert found.media_type == "image/webp"
    assert found.size < named.size


def test_a_limit_is_that_of_the_originals() -> None:
    site = Site.over(limits=core.Limits(input_bytes=100))
    assert site.get("/30x20/cat.jpg")["statusCode"] == 422
    assert set(site.originals.most_bytes) == {100}


def test_svg_is_read_where_it_is_switched_on() -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    )
    site = Site.over({"a.svg": drawing}, formats=core.FORMATS)
    assert site.get("/9x_f-png/a.svg")["statusCode"] == 302
    assert Site.over({"a.svg": drawing}).get("/9x_f-png/a.svg")["statusCode"] == 415


def several(tmp_path: Path, **settings: Any) -> handler.Function:
    """A function over the originals ``shop/cat.jpg`` and ``blog/cat.png``, each in a folder of its own."""
    filled({"cat.jpg": picture()}, core.open_store(str(tmp_path / "one")))
    filled({"cat.png": picture(".png")}, core.open_store(str(tmp_path / "two/sub")))
    return handler.Function(
        core.Settings(
            originals={"shop/": str(tmp_path / "one"), "blog/": str(tmp_path / "two/sub")},
            derivatives="memory:",
            base_url="https://img.test",
            **settings,
        ),
        write=lambda _line: None,
    )


ORIGINALS = {"/9x/shop/cat.jpg": 302, "/9x/blog/cat.png": 302, "/9x/blog/cat.jpg": 404, "/9x/cat.jpg": 404}
ORIGINALS |= {"/9x/news/cat.jpg": 404, "/9x/shop": 404, "/9x/sho/p/cat.jpg": 404, "/9x/shop/sub/cat.jpg": 404}


@pytest.mark.parametrize(("path", "status"), ORIGINALS.items(), ids=ORIGINALS)
def test_an_original_is_in_the_store_of_its_first_segment(path: str, status: int, tmp_path: Path) -> None:
    answer = several(tmp_path)(event_for(path))
    assert answer["statusCode"] == status
    if status == 404:
        assert answer["headers"]["cache-control"] == "public, max-age=10"
        assert path.removeprefix("/9x/") in answer["body"]


def test_watermarks_and_the_fallback_are_found_in_several_stores(tmp_path: Path) -> None:
    function = several(tmp_path, watermarks={"logo": "blog/cat.png"}, fallback="shop/cat.jpg")
    assert function(event_for("/9x_wm-logo/shop/cat.jpg"))["statusCode"] == 302
    fallback = function(event_for("/9x/news/cat.jpg"))
    assert (fallback["statusCode"], fallback["headers"]["content-type"]) == (404, "image/jpeg")


def test_one_of_several_stores_that_is_none_stops_the_function() -> None:
    settings = core.Settings(
        originals={"shop/": "s3://one", "blog/": "ftp://two"},
        derivatives="memory:",
        base_url="https://img.test",
    )
    with pytest.raises(ValueError, match="^RESIZER_ORIGINALS: the store of 'blog/': expected "):
        handler.Function(settings)


def test_an_object_is_read_by_its_url(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "c.json").write_text("{}")
    for url in (f"{tmp_path}/a b/c.json", f"file://{tmp_path}/a%20b/c.json"):
        assert bytes(handler.read_object(url)) == b"{}"
    for url in ("c.json", "s3://bucket", "memory:/c.json", f"{tmp_path}/a b/"):
        with pytest.raises(ValueError, match=r"."):
            handler.read_object(url)


def test_an_object_of_another_region_is_read_there(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    private = filled({"c.json": b"{}"})

    def open_store(url: str) -> core.ObjectStore:
        opened.append(url)
        return private

    monkeypatch.setattr("resizer_core.generator.open_store", open_store)
    assert bytes(handler.read_object("s3://private/a/b/c.json?region=eu-west-1")) == b"{}"
    assert opened == ["s3://private/a/b?region=eu-west-1"]


# --- the process -------------------------------------------------------------------------------------


def test_the_handler_reads_the_environment_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "_function", None)
    for name in ("originals", "derivatives"):
        monkeypatch.setenv(f"RESIZER_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("RESIZER_BASE_URL", "https://first.test")
    filled({"cat.jpg": picture()}, core.open_store(str(tmp_path / "originals")))
    event = event_for("/30x20_fit-inside/cat.jpg")
    first = handler.handler(event)
    built = handler._function
    monkeypatch.setenv("RESIZER_BASE_URL", "https://second.test")
    assert handler.handler(event, None) == first
    assert first["headers"]["location"] == "https://first.test/30x20/cat.jpg"
    assert handler._function is built
    assert built is not None
