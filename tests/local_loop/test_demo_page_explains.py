"""Test what the page is told of a SPEC: its parts, what may be added, what was meant, and what it makes."""

from __future__ import annotations

from typing import Any

import pytest

from local_loop.demo_page.explaining import explained
from local_loop.demo_page.planned import Planner
from resizer_core import OPERATIONS, Site, grammar_table, open_store, parse_spec
from tests.local_loop.asking import asked
from tests.local_loop.dropping import RED
from tests.local_loop.explaining import SITE, explain, originals
from tests.local_loop.world import served
from tests.pictures import encoded, quarters
from tests.urls.test_table import Sepia


def texts(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(value["name"], value["text"]) for value in answer["values"]]


def test_it_is_asked_over_the_socket_with_and_without_an_original() -> None:
    with served(originals(), open_store("memory:")) as server:
        answer = asked(server.url, "explain", spec="600x400_fit-cover", key="small.jpg")
        assert (answer["canonical"], answer["path"]) == ("600x400_fit-cover", "/600x400_fit-cover/small.jpg")
        assert answer["size"] == {"asked": "600x400", "planned": "384x256"}
        assert asked(server.url, "explain", spec="600x400_fit-cover")["size"]["planned"] is None


# Its parts


def test_the_parts_are_those_of_the_text_in_their_order_by_the_names_of_the_table() -> None:
    answer = explain("300x200_QUALITY-80_fit-cover_trim_bri-m20")
    assert texts(answer) == [
        ("size", "300x200"),
        ("q", "q-80"),
        ("fit", "fit-cover"),
        ("trim", "trim"),
        ("bri", "bri-m20"),
    ]
    assert [value["value"] for value in answer["values"]] == ["300x200", "80", "cover", "", "m20"]


@pytest.mark.parametrize(
    "text", ["300x200_fit-cover_q-80", "p-thumb_f-webp", "orig_crop-0p-0p-50p-50p", "9x_blr-2_q-900", "", "x"]
)
def test_joined_again_the_parts_are_the_text(text: str) -> None:
    assert "_".join(value["text"] for value in explain(text)["values"]) == text


def test_what_is_no_option_has_no_name() -> None:
    assert texts(explain("9x_BLR-2")) == [("size", "9x"), ("", "BLR-2")]


# What may be added


def test_the_grammars_own_words_say_what_cannot_be_added() -> None:
    answer = explain("300x200_ll")
    assert answer["unavailable"]["ar"] == (
        "ar goes with Wx, xH, Np or orig: with both sides the ratio is given already"
    )
    assert answer["unavailable"]["q"] == "ll excludes q and kb: a lossless picture has no quality"
    assert answer["unavailable"]["f-png"] == "expected ll with webp or avif, got png"
    assert "f" not in answer["unavailable"]
    assert "f-webp" not in answer["unavailable"]
    assert "blur" not in answer["unavailable"]


def test_words_of_an_option_that_is_there_are_asked_for_as_well() -> None:
    answer = explain("300x200_fit-cover_g-sm")
    assert answer["unavailable"]["fit-contain"] == "g-sm needs something to cut off: fit-cover or ar"
    assert "fit-fill" not in answer["unavailable"]


def test_dimensions_and_presets_are_asked_for_too() -> None:
    answer = explain("300x_ar-16-9")
    assert answer["unavailable"]["size-box"].startswith("ar goes with Wx")
    assert answer["unavailable"]["size-p-thumb"].startswith("besides a preset only f, q, v, dpr and s")
    assert "size-percent" not in answer["unavailable"]
    behind = explain("p-thumb")["unavailable"]
    assert {"blur", "fit", "crop"} <= behind.keys()
    assert not {"f", "q", "v", "dpr"} & behind.keys()


def test_with_an_original_the_planner_is_asked() -> None:
    without, with_one = explain("30x"), explain("30x", "alpha.png")
    assert "q" not in without["unavailable"]
    assert with_one["unavailable"]["q"] == "png is lossless and takes no quality"
    assert with_one["unavailable"]["page"] == "expected a page of 1 to 1, got 2"
    assert "page" not in explain("30x", "moves.gif")["unavailable"]


def test_what_changes_nothing_is_idle() -> None:
    assert explain("300x")["idle"] == ["fit", "g", "bars"]
    assert explain("300x200_fit-contain")["idle"] == []


@pytest.mark.parametrize("spec", ["300x", "300x200_fit-cover", "50p", "orig_f-avif", "p-thumb", "40x_f-auto"])
def test_what_is_available_is_what_the_grammar_takes(spec: str) -> None:
    told = explain(spec)["unavailable"]
    for option in grammar_table(SITE)["options"]:
        try:
            parse_spec(f"{spec}_{option['name']}-{option['example']}".removesuffix("-"), SITE)
        except ValueError:
            assert option["name"] in told or "twice" in spec or f"_{option['name']}-" in spec
        else:
            assert option["name"] not in told


def test_a_plugin_that_says_nothing_of_its_argument_is_left_alone() -> None:
    site = Site(operations={**OPERATIONS, "acme.sepia": Sepia})
    answer = explained("300x_acme.brown-7", "", Planner(open_store("memory:"), site), None)
    assert texts(answer)[1] == ("acme.sepia", "acme.sepia-7")
    assert (
        "acme.sepia" not in explained("300x", "", Planner(open_store("memory:"), site), None)["unavailable"]
    )


# What was meant


MEANT = {
    "300x200_blr-2": "300x200_blur-2",
    "300x200_fit-covr": "300x200_fit-cover",
    "p-thum": "p-thumb",
    "30x_f-wepb_q-80": "30x_f-webp_q-80",
    "300x200_fit-covr_blr-2_f-jpge": "300x200_fit-cover_blur-2_f-jpg",
    "300x200_blr-900": None,
    "300x200_blur-900": None,
    "300x200_vh": None,
    "300x": None,
}


@pytest.mark.parametrize("text", MEANT)
def test_a_slip_is_mended(text: str) -> None:
    assert explain(text)["suggestion"] == MEANT[text]


def test_a_watermark_that_there_is_not_is_mended_as_well() -> None:
    answer = explain("30x_wm-cupp", "alpha.png")
    assert answer["refused"]["reason"].startswith("unknown watermark 'cupp'")
    assert answer["suggestion"] == "30x_wm-cup"


# What it makes


def test_an_original_and_its_plan_are_described() -> None:
    answer = explain("10x_f-jpg_crop-2-0-18-10", "alpha.png")
    original = {"width": 20, "height": 10, "format": "png", "has_alpha": True, "animated": False, "pages": 1}
    assert original.items() <= answer["original"].items()
    assert (answer["plan"]["region"], answer["plan"]["format"]) == ("2-0-18-10", "jpg")
    assert answer["format"]["media_type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("spec", "key", "reason"),
    [
        ("99999x", "small.jpg", "expected a side of at most 8192 px, got 99999"),
        ("30x_q-80", "alpha.png", "png is lossless and takes no quality"),
        ("30x", "cut.jpg", "the original is damaged or no jpg"),
        ("30x", "a//b", "a key neither begins nor ends with /, and has no // in it"),
    ],
)
def test_what_the_grammar_takes_and_the_planner_does_not_is_refused(spec: str, key: str, reason: str) -> None:
    answer = explain(spec, key)
    assert answer["error"] is None
    assert answer["refused"]["reason"] == reason
    assert answer["size"]["planned"] is None
    assert "ll" not in answer["unavailable"] or "ll" in reason or spec == "30x_q-80"


def test_a_key_that_has_no_original_is_no_error_of_the_spec() -> None:
    answer = explain("30x", "gone.png")
    assert (answer["refused"], answer["original"], answer["plan"]) == (None, None, None)


def test_a_header_is_read_once_and_anew_when_the_original_is_replaced() -> None:
    store = open_store("memory:")
    store.put("a.png", RED, media_type="image/png")
    reads: list[str] = []

    class Counting:
        def get(self, key: str, *, max_bytes: int | None = None) -> Any:
            reads.append(key)
            return store.get(key, max_bytes=max_bytes)

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

    planner = Planner(Counting(), Site())
    for _ in range(3):
        assert explained("30x", "a.png", planner, None)["size"]["planned"] == "16x8"
    assert reads == ["a.png"]
    store.delete("a.png")
    store.put("a.png", encoded(quarters(40, 20), "png"), media_type="image/png")
    assert explained("30x", "a.png", planner, None)["size"]["planned"] == "30x15"
