"""The grammar's table as plain values says what the grammar takes, no more and no less."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import pytest

from resizer_core.errors import InvalidSpec
from resizer_core.formats import BUILTIN as FORMATS
from resizer_core.formats import Format
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.site import Access, Defaults, Limits, Site
from resizer_core.tokens import Argument, format_number
from resizer_core.urls.grammar import parse_presets, parse_spec
from resizer_core.urls.options import OPTIONS
from resizer_core.urls.table import grammar_table

TABLE = grammar_table()
ROWS = {row["name"]: row for row in TABLE["options"]}
FLAGS = {"still", "up", "gray", "ll", "hdr", "dl"}
#: SPECs beside which every option makes a difference, each in one of them.
BASES = ("300x", "300x200", "300x200_fit-cover", "300x_pad-2")


def added(name: str, argument: str, base: str = "300x") -> str | None:
    """Write the SPEC with an option added; None if it is refused."""
    try:
        return str(parse_spec(f"{base}_{name}-{argument}" if argument else f"{base}_{name}"))
    except InvalidSpec:
        return None


def parses(name: str, argument: str) -> bool:
    return added(name, argument, "300x200" if name in ("fit", "g") else "300x") is not None


#: By the kind of an option: what is written round each of its numbers.
PLACES = {
    "integer": ("{}",),
    "number": ("{}",),
    "sides": ("{}", "{}-1-1-1", "1-1-1-{}"),
    "ratio": ("{}-7", "7-{}"),
    "gravity": ("{}-7", "7-{}"),
    "crop": ("{}-1-1-1", "1-{}-1-1"),
}


def test_every_option_of_the_grammar_is_there_in_canonical_order() -> None:
    options = [option.key for option in OPTIONS]
    behind = options.index("up") + 1
    assert list(ROWS) == [*options[:behind], *OPERATIONS, *options[behind:]]
    names = [name for row in ROWS.values() for name in (row["name"], *row["aliases"])]
    assert len(names) == len(set(names))
    assert all(parse_spec(f"300x_{alias}-80") for alias in ROWS["q"]["aliases"])


def test_added_in_the_order_of_the_table_a_spec_is_canonical() -> None:
    asked = [
        f"{name}-{row['example']}" for name, row in ROWS.items() if name in ("rot", "blur", "wm", "f", "v")
    ]
    text = "_".join(["300x", *asked])
    assert str(parse_spec(text)) == text


@pytest.mark.parametrize("name", ROWS)
def test_an_option_is_told_in_one_sentence(name: str) -> None:
    row = ROWS[name]
    assert row["about"].endswith(".")
    assert "`" not in row["about"]
    assert row["page"] == f"options/{name}.md"
    assert row["from_plugin"] is False


@pytest.mark.parametrize("name", ROWS)
def test_the_example_is_read_and_changes_something(name: str) -> None:
    found = {base: added(name, ROWS[name]["example"], base) for base in BASES}
    assert any(spec not in (None, base) for base, spec in found.items())
    assert (name in FLAGS) == (ROWS[name]["kind"] == "flag") == (not ROWS[name]["example"])


@pytest.mark.parametrize("name", ROWS)
def test_the_range_is_what_is_read_and_nothing_beyond_it(name: str) -> None:
    row = ROWS[name]
    places = PLACES.get(row["kind"], ())
    assert bool(places) == (row["min"] is not None)
    for place in places:
        lowest, highest, step = row["min"], row["max"], row["step"]
        for inside in (lowest, highest, lowest + step, highest - step):
            assert parses(name, place.format(format_number(inside))), inside
        for beyond in (lowest - step, highest + step, lowest + step / 2):
            assert not parses(name, place.format(format_number(beyond))), beyond


@pytest.mark.parametrize("name", ROWS)
def test_the_words_are_those_that_are_read_and_no_other_one_is(name: str) -> None:
    for choice in ROWS[name]["choices"]:
        assert parses(name, choice), choice
    if ROWS[name]["kind"] != "text" and name != "wm":
        assert not parses(name, "nothing")


@pytest.mark.parametrize("name", ROWS)
def test_the_default_is_what_holds_without_the_option(name: str) -> None:
    default = ROWS[name]["default"]
    if name == "page":
        assert str(parse_spec("300x_page-1")) == "300x_still", "page-1 is the first alone, not all of them"
    elif default:
        assert {added(name, default, base) for base in BASES} <= {*BASES, None}
        assert parses(name, default)


@pytest.mark.parametrize("name", ROWS)
def test_a_bare_name_means_what_the_table_says(name: str) -> None:
    row = ROWS[name]
    assert parses(name, "") == bool(row["bare"] or row["kind"] == "flag")
    if row["bare"]:
        assert parse_spec(f"300x_{name}") == parse_spec(f"300x_{name}-{row['bare']}")


def test_the_parts_of_a_watermark_are_read_within_their_ranges() -> None:
    name, position, opacity, scale = ROWS["wm"]["parts"]
    assert [part["name"] for part in (name, position, opacity, scale)] == [
        "name",
        "position",
        "opacity",
        "scale",
    ]
    defaults = "-".join(part["default"] for part in (position, opacity, scale))
    assert str(parse_spec(f"300x_wm-a-{defaults}")) == "300x_wm-a"
    for word in position["choices"]:
        assert parses("wm", f"a-{word}")
    assert not parses("wm", "a-sm")
    for part, around in ((opacity, "a-n-{}-7"), (scale, "a-n-7-{}")):
        for inside in (part["min"], part["max"]):
            assert parses("wm", around.format(inside))
        for beyond in (part["min"] - 1, part["max"] + 1):
            assert not parses("wm", around.format(beyond))


@pytest.mark.parametrize("row", TABLE["dimensions"], ids=lambda row: row["name"])
def test_the_dimensions_are_read_within_their_ranges(row: dict[str, Any]) -> None:
    if row["name"] == "preset":
        assert (row["example"], row["choices"]) == ("", [])
        return
    assert str(parse_spec(row["example"])) == row["example"]
    around = {"box": "{}x7", "width": "{}x", "height": "x{}", "percent": "{}p"}.get(row["name"], "")
    for inside in (row["min"], row["max"]) if around else ():
        assert str(parse_spec(around.format(inside))) == around.format(inside)
    for beyond in (row["min"] - 1, row["max"] + 1) if around else ():
        with pytest.raises(InvalidSpec):
            parse_spec(around.format(beyond))


def test_what_the_site_says_is_in_it() -> None:
    site = Site(
        presets=parse_presets({"thumb": "300x200_Q-80"}),
        watermarks={"logo": b"", "cup": b""},
        limits=Limits(output_side=500),
        defaults=Defaults(format="webp", quality={"webp": 70}),
        access=Access.PRESETS,
    )
    table = grammar_table(site)
    assert table["presets"] == {"thumb": "300x200_q-80"}
    assert table["dimensions"][-1]["choices"] == ["p-thumb"]
    assert table["watermarks"] == ["cup", "logo"]
    (mark,) = (row for row in table["options"] if row["name"] == "wm")
    assert (mark["example"], mark["parts"][0]["choices"]) == ("cup", ["cup", "logo"])
    assert table["limits"]["output_side"] == 500
    assert (table["limits"]["spec_bytes"], table["limits"]["options"]) == (128, 12)
    assert table["defaults"] == {"format": "webp", "quality": {"webp": 70}}
    assert table["access"] == "presets"


def test_the_formats_are_those_that_can_be_asked_for() -> None:
    written = [format.name for format in FORMATS.values() if format.writable]
    assert [row["name"] for row in TABLE["formats"]] == written
    assert ROWS["f"]["choices"] == [*written, "auto"]
    raw = Format(name="raw", media_type="application/x-raw", suffix=".raw", browsers=False)
    table = grammar_table(Site(formats={**FORMATS, "raw": raw}))
    assert table["formats"][-1]["name"] == "raw"
    (row,) = (row for row in table["options"] if row["name"] == "f")
    assert "raw" in row["choices"]


@dataclass(frozen=True, slots=True)
class Sepia:
    """Brown by ``percent``.

    More of it is not told.
    """

    name: ClassVar[str] = "acme.sepia"
    long_name: ClassVar[str] = "acme.brown"
    order: ClassVar[int] = 5

    @classmethod
    def parse(cls, text: str) -> Self:
        del text
        return cls()

    def __str__(self) -> str:
        return self.name


class Told(Sepia):
    """Not shown."""

    name: ClassVar[str] = "acme.told"
    long_name: ClassVar[str] = "acme.told"
    about: ClassVar[str] = "Tell."
    takes: ClassVar[Argument] = Argument(kind="integer", lowest=1, highest=9, unit="px", example="3")


def test_an_option_of_a_plugin_is_there_with_what_its_class_says() -> None:
    table = grammar_table(Site(operations={**OPERATIONS, "acme.told": Told, "acme.sepia": Sepia}))
    names = [row["name"] for row in table["options"]]
    assert names[names.index("v") + 1 :] == ["acme.sepia", "acme.told", "dpr", "s"]
    sepia, told = (row for row in table["options"] if row["from_plugin"])
    assert (sepia["aliases"], sepia["about"], sepia["kind"]) == (["acme.brown"], "Brown by percent.", "text")
    assert (sepia["example"], sepia["page"]) == ("", "")
    assert (told["about"], told["kind"], told["min"], told["max"]) == ("Tell.", "integer", 1, 9)
    assert (told["unit"], told["example"], told["group"]) == ("px", "3", "effects")


def test_the_table_is_json() -> None:
    site = replace(Site(), operations={**OPERATIONS, "acme.told": Told})
    for table in (TABLE, grammar_table(site)):
        assert json.loads(json.dumps(table)) == table
