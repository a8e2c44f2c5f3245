"""Test the remarks about a result that is not as asked for, and about a format for the browser to choose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from local_loop.http import Request, Response
from resizer_core import Limits, Site, open_store
from tests.local_loop.asking import asked
from tests.local_loop.explaining import explain, originals
from tests.local_loop.world import served


@pytest.mark.parametrize(
    ("spec", "planned", "remarks"),
    [
        (
            "600x400_fit-cover",
            "384x256",
            ["No larger than the original: 384 × 256 px.", "With up it is 600 × 400 px."],
        ),
        ("600x400_fit-cover_up", "600x400", []),
        ("300x", "300x400", []),
        ("384x", "384x512", []),
        ("600x600_fit-contain_bg-ffffff", "600x600", []),
        ("50p", "192x256", []),
    ],
)
def test_a_result_that_is_smaller_than_asked_says_why(spec: str, planned: str, remarks: list[str]) -> None:
    answer = explain(spec, "small.jpg")
    assert (answer["size"]["planned"], answer["remarks"]) == (planned, remarks)


def test_behind_a_preset_nobody_is_told_to_add_up() -> None:
    assert explain("p-thumb", "alpha.png")["remarks"] == ["No larger than the original: 15 × 10 px."]


def test_where_up_is_beyond_the_limits_nobody_is_told_to_add_it() -> None:
    site = Site(limits=Limits(output_pixels=150_000))
    answer = explain("500x400_fit-fill", "small.jpg", site=site)
    assert answer["size"]["planned"] == "384x307"
    assert answer["remarks"] == ["No larger than the original: 384 × 307 px."]


REMARKS = {
    "frames": (
        "8x_f-avif",
        "moves.gif",
        "avif holds one frame: of 2 the first is shown. webp and gif keep all of them.",
    ),
    "frames, not asked for": ("8x_f-avif_still", "moves.gif", None),
    "a page": ("8x_f-png_page-2", "moves.gif", None),
    "frames that are kept": ("8x_f-webp", "moves.gif", None),
    "white": ("8x_f-jpg", "alpha.png", "jpg has no transparency: what shows through becomes white."),
    "a background of one's own": ("8x_f-jpg_bg-d2b48c", "alpha.png", None),
    "a translucent one": (
        "8x_f-jpg_bg-00000080",
        "alpha.png",
        "jpg has no transparency: what shows through becomes #7f7f7f.",
    ),
    "round corners": (
        "8x_round-max",
        "small.jpg",
        "jpg has no transparency: what shows through becomes white.",
    ),
    "round corners on a background": ("8x_round-max_bg-d2b48c", "small.jpg", None),
    "a margin": ("8x_pad-2", "small.jpg", "jpg has no transparency: what shows through becomes white."),
    "a margin with bars": ("8x_pad-2_bars-d2b48c", "small.jpg", None),
    "a box": ("8x8_fit-contain", "small.jpg", "jpg has no transparency: what shows through becomes white."),
    "round corners in a format that can": ("8x_round-max_f-webp", "small.jpg", None),
    "transparency that is kept": ("8x_f-webp", "alpha.png", None),
    "what no browser shows": (
        "8x_f-tif",
        "alpha.png",
        "Most browsers do not show tif: save the file to look at it.",
    ),
    "trim": ("8x_trim", "small.jpg", "trim looks at the pixels: the size is known once the picture is made."),
}


@pytest.mark.parametrize("case", REMARKS)
def test_what_is_lost_is_said(case: str) -> None:
    spec, key, remark = REMARKS[case]
    answer = explain(spec, key)
    assert answer["refused"] is None
    assert answer["remarks"] == ([remark] if remark else [])


def test_of_an_original_that_no_one_sees_yet_trim_promises_no_size() -> None:
    assert explain("8x_trim", "small.jpg")["size"]["planned"] is None


def edge(request: Request) -> Request | Response:
    """Put a format in the place of auto, as the function at the edge does."""
    return replace(request, path=request.path.replace("f-auto", "f-avif").replace("p-best", "p-best_f-avif"))


@pytest.mark.parametrize(("spec", "becomes"), [("40x_f-auto", "40x_f-avif"), ("p-best", "p-best_f-avif")])
def test_at_the_edge_auto_is_stored_under_what_it_becomes(spec: str, becomes: str) -> None:
    answer = explain(spec, "", edge)
    assert answer["negotiated"] is True
    assert answer["remarks"] == [
        f"The edge puts the format that the browser takes into the path: here it is {becomes}. "
        "That is what is stored and kept by the caches."
    ]


@pytest.mark.parametrize(
    "at_the_edge", [None, lambda request: request], ids=["no edge", "an edge that passes on"]
)
def test_the_functions_redirect_is_what_is_not_kept(at_the_edge: Any) -> None:
    assert explain("40x_f-auto", "", at_the_edge)["remarks"] == [
        "The function redirects to the format that the browser takes. "
        "No cache keeps this redirect; the picture that it leads to is stored and kept."
    ]


def test_the_loop_does_what_the_page_says_of_auto() -> None:
    derivatives = open_store("memory:")
    with served(originals(), derivatives) as server:
        _, walk = (asked(server.url, "walk", path="/40x_f-auto/small.jpg") for _ in range(2))
    redirect, last = walk["hops"][-2], walk["hops"][-1]
    assert redirect["cache_control"] == "no-store"
    assert last["url"].endswith("/40x_f-avif/small.jpg")
    assert last["steps"][0]["cache"] == "hit"
    assert [found.key for found in derivatives.list()] == ["40x_f-avif/small.jpg"]
