"""Test the bound of what a request may cost a processor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from resizer_core import LimitExceeded, Limits, Site, make_plan, parse_spec
from resizer_core.formats import BUILTIN
from resizer_core.model import ImageHeader, Size
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.operations import Operation
from resizer_core.planning.cost import operation_seconds, read_seconds, write_seconds
from resizer_core.planning.plan import Plan

SITE = Site(limits=Limits(cpu_seconds=10**6, output_pixels=10**9, output_side=10**6))


def header(megapixels: int, **fields: Any) -> ImageHeader:
    return ImageHeader(size=Size(5000, 200 * megapixels), **fields)


def planned(text: str, of: ImageHeader, original: str = "jpg", site: Site = SITE) -> Plan:
    return make_plan(parse_spec(text, site), of, BUILTIN[original], site=site)


#: What is refused by the default limits, and the same in another format or with less asked for.
REFUSED = {
    "AVIF without loss": ("orig_f-avif_ll", "orig_f-png", header(18), "jpg"),
    "AVIF of the best quality": ("orig_f-avif_q-81", "orig_f-avif_q-80", header(18), "jpg"),
    "AVIF with alpha": ("orig_f-avif", "orig_f-avif_bg-fff", header(20, has_alpha=True), "png"),
    "AVIF of 16 bits": ("orig_hdr_f-avif", "orig_f-avif", header(19, bits=16), "png"),
    "a GIF": ("orig_f-gif", "orig_f-webp", header(23), "png"),
    "every operation": ("orig_blur-5_sharp_pix-2_bri-5_con-5_sat-5", "orig_blur-5", header(36), "jpg"),
    "operations in 16 bits": (
        "orig_hdr_blur-5_sharp_f-png",
        "orig_blur-5_sharp_f-png",
        header(28, bits=16),
        "png",
    ),
    "a ceiling, which may try the best": ("orig_f-avif_kb-900", "orig_f-avif", header(18), "jpg"),
    "frames": (
        "orig_blur-5_f-webp",
        "orig_f-webp",
        header(1, pages=50, animated=True, has_alpha=True),
        "gif",
    ),
}


@pytest.mark.parametrize(("refused", "made", "of", "original"), REFUSED.values(), ids=REFUSED)
def test_what_could_take_too_long_is_refused(refused: str, made: str, of: ImageHeader, original: str) -> None:
    with pytest.raises(LimitExceeded, match="expected at most 17 s of CPU time, got up to"):
        planned(refused, of, original, Site())
    assert isinstance(planned(made, of, original, Site()), Plan)


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif", "gif", "tif"])
def test_a_photograph_of_a_camera_is_made_in_every_format(format: str) -> None:
    assert planned(f"orig_f-{format}", header(12), site=Site()).format.name == format


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_an_animation_at_the_limits_of_its_pixels_is_made(format: str) -> None:
    moving = header(1, pages=58, animated=True, has_alpha=True)
    assert planned(f"orig_f-{format}", moving, "gif", Site()).pages == 58


def test_the_largest_original_is_made_small() -> None:
    assert planned("500x_f-avif", header(100), site=Site()).size.width == 500


def test_more_pixels_cost_more() -> None:
    small, large = (planned("orig_f-avif", header(megapixels)) for megapixels in (3, 6))
    made = [ImageHeader(size=plan.size) for plan in (small, large)]
    assert write_seconds(large, made[1]) == pytest.approx(2 * write_seconds(small, made[0]))
    assert read_seconds(large, header(6)) == pytest.approx(2 * read_seconds(small, header(3)))


def test_a_large_avif_costs_less_since_it_is_coded_fast() -> None:
    full_hd, larger = header(2), header(3)
    assert write_seconds(planned("orig_f-avif", larger), larger) < write_seconds(
        planned("orig_f-avif", full_hd), full_hd
    )
    assert planned("orig_f-avif", header(40), site=Site()).size.pixels == 40_000_000


def test_frames_that_are_decoded_are_paid_for() -> None:
    moving = header(1, pages=20, animated=True)
    last = planned("orig_page-20_f-png", moving, "gif")
    assert read_seconds(last, moving) == pytest.approx(20 * read_seconds(last, header(1)))


def test_a_frame_of_a_png_is_drawn_as_well() -> None:
    moving = header(1, pages=20, animated=True)
    plan = planned("orig_f-webp", moving, "png")
    assert read_seconds(plan, moving) > 2 * read_seconds(plan, header(1))
    still = planned("orig", moving, "png")
    assert read_seconds(still, moving) == read_seconds(still, header(1))


@pytest.mark.parametrize("operation", [kind for name, kind in OPERATIONS.items() if name != "wm"])
def test_each_operation_costs_something(operation: type[Operation]) -> None:
    arguments = {"bri": "-5", "con": "-5", "sat": "-5", "blur": "-5", "pix": "-5", "pad": "-5", "round": "-5"}
    plan = planned(f"orig_{operation.name}{arguments.get(operation.name, '')}", header(10))
    assert operation_seconds(plan) >= 0.4


def test_a_palette_costs_more_and_is_left_out_where_there_is_no_time_for_it() -> None:
    small, large = header(5, palette=True), header(15, palette=True)
    tried, left_out = (planned("orig", of, "png", Site()) for of in (small, large))
    assert (bool(tried.palette), bool(left_out.palette)) == (True, False)
    made = ImageHeader(size=small.size)
    assert write_seconds(tried, made) > 10 * write_seconds(replace(tried, palette={}), made)
    clear = planned("orig", header(8, palette=True, has_alpha=True), "png", Site())
    assert (clear.palette, bool(planned("orig", header(8, palette=True), "png", Site()).palette)) == (
        {},
        True,
    )
