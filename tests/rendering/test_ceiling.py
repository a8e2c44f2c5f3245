"""``kb``: the highest quality whose file is small enough."""

from __future__ import annotations

import re
from dataclasses import replace
from time import process_time

import pytest
import pyvips

from resizer_core import CorruptImage, LimitExceeded, parse_spec, plan_for, resize
from resizer_core.rendering.render import render
from resizer_core.rendering.writing import encoded_below
from tests.pictures import animation, decoded, encoded, field, gradient, quarters, size_of, tagged, waves

NOISY = encoded(gradient(400, 300).gaussblur(0.5) + waves(400, 300).rot90().resize(4 / 3, vscale=0.75), "png")
LOSSY = ("jpg", "webp", "avif")


def noise(seed: int) -> pyvips.Image:
    gray = pyvips.Image.gaussnoise(120, 90, mean=128, sigma=40, seed=seed)
    return gray.cast("uchar").colourspace("srgb")


def at_quality(data: bytes, spec: str, quality: int) -> bytes:
    plan = replace(plan_for(data, parse_spec(spec)), max_kb=None)
    return render(data, replace(plan, settings={**plan.settings, "Q": quality}))


@pytest.mark.parametrize("kb", [4, 7, 20])
@pytest.mark.parametrize("format", LOSSY)
def test_it_is_the_file_of_the_highest_quality_that_fits(format: str, kb: int) -> None:
    spec = f"400x_f-{format}_kb-{kb}"
    body = resize(NOISY, spec).body
    assert len(body) <= kb * 1024
    fitting = (
        [quality for quality in range(10, 101) if len(at_quality(NOISY, spec, quality)) <= kb * 1024]
        if format == "jpg"
        else []
    )
    if fitting:
        assert body == at_quality(NOISY, spec, fitting[-1])
    assert body == resize(NOISY, spec).body


@pytest.mark.parametrize("format", LOSSY)
def test_a_quality_beside_it_is_the_highest_that_is_taken(format: str) -> None:
    assert resize(NOISY, f"400x_f-{format}_q-30_kb-2000").body == resize(NOISY, f"400x_f-{format}_q-30").body


@pytest.mark.parametrize("format", LOSSY)
def test_without_one_there_is_no_reason_to_save(format: str) -> None:
    assert resize(NOISY, f"100x_f-{format}_kb-20000").body == resize(NOISY, f"100x_f-{format}_q-100").body


@pytest.mark.parametrize("format", LOSSY)
def test_what_cannot_be_that_small_is_refused_and_says_what_it_came_to(format: str) -> None:
    with pytest.raises(LimitExceeded, match="expected a file of at most 1 KiB, got [0-9]+ KiB in") as caught:
        resize(encoded(waves(1500, 1200), "png"), f"orig_f-{format}_kb-1")
    least = len(at_quality(encoded(waves(1500, 1200), "png"), f"orig_f-{format}_kb-1", 10))
    said = re.search(r"got (\d+) KiB in (\w+) at quality 10, the lowest", str(caught.value))
    assert said
    assert said.groups() == (str(-(-least // 1024)), format)


def test_an_animation_is_made_to_fit_as_a_whole() -> None:
    frames = [noise(seed) for seed in range(6)]
    data = animation(frames, "webp", delays=[40, 50, 60, 70, 80, 90])
    full = len(resize(data, "orig").body)
    kb = full * 2 // 3 // 1024
    body = resize(data, f"orig_kb-{kb}").body
    roll = decoded(body, n=-1)
    assert kb * 512 < len(body) <= kb * 1024
    assert (field(roll, "n-pages"), field(roll, "delay")) == (6, [40, 50, 60, 70, 80, 90])


def test_it_goes_with_what_else_is_asked_for() -> None:
    picture = tagged(gradient(400, 300), exif_ifd0_Copyright="Ann (Ann, ASCII, 4 components, 4 bytes)")
    data = encoded(picture, "jpg", orientation=6)
    image = decoded(resize(data, "200x_rot-90_blur-1_pad-4_meta-copyright_icc-p3_kb-3").body)
    assert size_of(image) == "208x275"
    assert field(image, "icc-profile-data")
    assert "Ann" in field(image, "exif-ifd0-Copyright")


def test_a_cut_original_is_still_damaged() -> None:
    data = encoded(quarters(400, 300), "jpg")
    with pytest.raises(CorruptImage):
        resize(data[: len(data) // 2], "orig_kb-100")


def test_no_quality_is_tried_when_the_time_is_over() -> None:
    plan = plan_for(encoded(gradient(), "png"), parse_spec("orig_f-webp_kb-1"))
    with pytest.raises(LimitExceeded, match="a quality for 1 KiB within 17 s of CPU time, got none after 0"):
        encoded_below(gradient(), plan, 1, begun=process_time() - 100)
