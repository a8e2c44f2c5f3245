"""The documents speak of everything that a reader can meet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from examples import options
from function.events import BadEvent
from resizer_core import (
    Defaults,
    ImageHeader,
    Limits,
    Settings,
    Size,
    errors,
    formats,
    grammar_table,
    operations,
)
from resizer_core.planning import encoders
from resizer_core.site import Site
from resizer_core.tokens import format_number
from resizer_core.urls.grammar import parse_presets, parse_spec
from resizer_core.urls.options import OPTIONS, Option
from resizer_core.web.variables import VARIABLES

DOCS = Path(__file__).parents[2] / "docs"

#: The options that stand in front of the operations in a canonical SPEC.
BEFORE_THE_OPERATIONS = {"page", "still", "crop", "trim", "rot", "flip", "ar", "fit", "g", "up"}


def every_error(kind: type[errors.ResizerError] = errors.ResizerError) -> list[type[errors.ResizerError]]:
    """The class and everything below it, the handler's own errors included."""
    return [kind, *(below for child in kind.__subclasses__() for below in every_error(child))]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_every_error_is_explained(error: type[errors.ResizerError]) -> None:
    assert f"`{error.__name__}`" in (DOCS / "errors.md").read_text()


def test_the_tree_at_the_top_of_the_errors_is_complete() -> None:
    ours = {error.__name__ for error in every_error() if error.__module__ == errors.__name__}
    drawn = set(re.findall(r"^    \W*([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE))
    assert drawn == ours


def test_the_function_raises_errors_of_its_own() -> None:
    assert BadEvent in every_error()


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_every_option_is_explained(option: Option) -> None:
    rows = [line for line in (DOCS / "grammar.md").read_text().splitlines() if f"`{option.key}`" in line]
    assert any(option.long_name in row for row in rows), "no row names both its key and its long name"


@pytest.mark.parametrize("name", operations.BUILTIN)
def test_every_operation_is_explained(name: str) -> None:
    assert f"`{name}`" in (DOCS / "grammar.md").read_text()


@pytest.mark.parametrize("option", grammar_table()["options"], ids=lambda option: option["name"])
def test_the_table_of_options_states_ranges_and_words(option: dict[str, Any]) -> None:
    text = (DOCS / "grammar.md").read_text()
    (row,) = re.findall(rf"^\| \d+ \| `{option['name']}` \| \w+ \|(.*)$", text, re.MULTILINE)
    if option["kind"] in ("integer", "number", "sides", "ratio"):
        lowest, highest = (re.escape(format_number(option[end])) for end in ("min", "max"))
        assert re.search(rf"(?<![\w.]){lowest}-{highest}(?![\w.])", row.split("|")[0])
    stated = set(re.findall(r"\w+", row))
    assert stated >= {*option["choices"], *filter(None, (option["default"], option["bare"]))}


PAGES = DOCS / "options"
#: What changes nothing that a person could see on a page.
UNSEEN = {"f", "ll", "meta", "icc", "hdr", "dl", "v", "dpr", "s"}


def test_every_option_has_a_page_and_no_page_is_of_another_one() -> None:
    keys = {option.key for option in OPTIONS} | set(operations.BUILTIN)
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == keys


def test_the_index_of_options_has_each_with_its_picture() -> None:
    text = (PAGES / "README.md").read_text()
    for path in PAGES.glob("[a-z]*.md"):
        about = path.read_text().partition("\n")[0].removeprefix(f"# `{path.stem}`: ")
        shown = (
            f"![{options.AFTER[path.stem][1]}](pictures/{path.stem}.webp)"
            if path.stem in options.AFTER
            else ""
        )
        assert f"| [`{path.stem}`]({path.name}) | {about} | {shown} |" in text


@pytest.mark.parametrize("page", sorted(PAGES.glob("[a-z]*.md")), ids=lambda path: path.stem)
def test_a_page_begins_with_its_option_and_leads_nowhere_else(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# `{page.stem}`: ")
    links = re.findall(r"\]\(([^)#]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_option_that_can_be_seen_is_shown_before_and_after() -> None:
    keys = {option.key for option in OPTIONS} | set(operations.BUILTIN)
    assert set(options.AFTER) == keys - UNSEEN
    for key, (before, spec) in options.AFTER.items():
        text = (PAGES / f"{key}.md").read_text()
        assert f"![before](pictures/{before}.webp) | ![after](pictures/{key}.webp)" in text
        assert f"`/{spec}/" in text


def test_the_pictures_of_the_pages_are_those_that_the_command_makes() -> None:
    made = dict(options.pictures())
    assert set(made) == {path.name for path in options.PICTURES.iterdir()}
    for name, body in made.items():
        stored = (options.PICTURES / name).read_bytes()
        assert len(stored) < 30_000
        # Not byte for byte, which another version of an encoder may not keep.
        assert len(stored) == pytest.approx(len(body), rel=0.2)


@pytest.mark.parametrize("name", [format.name for format in formats.BUILTIN.values() if format.writable])
def test_every_format_that_can_be_asked_for_is_explained(name: str) -> None:
    assert f"`{name}`" in (DOCS / "grammar.md").read_text()


def test_the_table_of_options_is_in_canonical_order() -> None:
    before: list[tuple[str, str]] = []
    after: list[tuple[str, str]] = []
    for option in OPTIONS:
        (before if option.key in BEFORE_THE_OPERATIONS else after).append((option.key, option.long_name))
    between = [(operation.name, operation.long_name) for operation in operations.BUILTIN.values()]
    rows = re.findall(
        r"^\| \d+ \| `([a-z]+)` \| ([a-z]+) \|", (DOCS / "grammar.md").read_text(), re.MULTILINE
    )
    assert rows == before + between + after


def test_the_table_of_settings_has_every_variable_in_its_order() -> None:
    rows = re.findall(r"^\| `(RESIZER_[A-Z_]+)` \|", (DOCS / "settings.md").read_text(), re.MULTILINE)
    assert rows == [variable.name for variable in VARIABLES]


def test_the_table_of_settings_states_what_holds_when_nothing_is_set() -> None:
    settings = Settings(originals="a", derivatives="b", base_url="c")
    text = (DOCS / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `(RESIZER_[A-Z_]+)` \|.*\| ([^|]*) \|$", text, re.MULTILINE))
    assert {name for name, cell in rows.items() if cell == "required"} == {
        variable.name for variable in VARIABLES if variable.required
    }
    assert rows["RESIZER_ACCESS"] == f"`{settings.site.access}`"
    assert rows["RESIZER_SVG"] == f"`{int('svg' in settings.site.formats)}`"
    assert rows["RESIZER_METRICS_NAMESPACE"] == f"`{settings.metrics}`"
    assert (rows["RESIZER_PRESETS"], rows["RESIZER_SIGNING_KEYS"]) == ("none", "none")
    assert (settings.site.presets, settings.site.keys, settings.origin_secrets) == ({}, (), ())
    usual = {name: _usual_quality(name) for name in ("jpg", "webp", "avif")}
    assert f"`{json.dumps(usual)}`" in text


def _usual_quality(name: str) -> int:
    jpg = formats.BUILTIN["jpg"]
    chosen = encoders.settings(
        formats.BUILTIN[name],
        header=ImageHeader(size=Size(1, 1)),
        original=jpg,
        size=Size(1, 1),
        animated=False,
        quality=None,
        lossless=False,
        defaults=Defaults(),
    )
    return int(chosen["Q"])


def test_the_table_of_settings_states_the_defaults_of_the_limits() -> None:
    text = (DOCS / "settings.md").read_text()
    limits = Limits()
    stated = dict(re.findall(r"^\| `RESIZER_MAX_([A-Z_]+)` \|.*\| (\d+) \|$", text, re.MULTILINE))
    assert stated == {name.upper(): str(getattr(limits, name)) for name in vars(limits)}


def test_every_line_about_a_format_names_tests_that_there_are() -> None:
    lines = [line for line in (DOCS / "formats.md").read_text().splitlines() if line.startswith("| ")]
    named = {line: re.findall(r"`([\w/]+\.py)::(\w+)`", line) for line in lines if line != "| | | tests |"}
    assert [line for line, tests in named.items() if not tests] == []
    for path, test in (one for tests in named.values() for one in tests):
        assert f"def {test}(" in (DOCS.parent / "tests" / path).read_text(), f"{path}::{test}"


def test_every_spec_of_the_table_for_those_who_move_is_one() -> None:
    site = Site(presets=parse_presets({"thumb": "300x200_fit-cover"}))
    table = (DOCS / "migrating.md").read_text().partition("## Options")[2]
    specs = [
        spec
        for cell in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
        for spec in re.findall(r"`([^`]+)`", cell)
    ]
    assert len(specs) > 30
    for spec in specs:
        parse_spec(spec, site)  # refuses what is none
