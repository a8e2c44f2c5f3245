"""Small pictures, drawn once and looked at by a person: whatever changes their pixels is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pyvips

from resizer_core import resize
from resizer_core.site import Site
from resizer_core.version import PIXELS
from tests.pictures import ORIENTATIONS, apart, decoded, disc, encoded, framed, quarters, solid, tagged
from tests.rendering.golden_notes import Note, SameVersion, digest_of, draw, read

GOLDENS = Path(__file__).with_name("goldens")
NOTES = Path(__file__).with_name("goldens.tsv")
#: In levels of 255: two versions of libvips, years apart, differ by half of this on such pictures.
WORST, AVERAGE = 8, 1.0


def scene() -> pyvips.Image:
    """Something worth seeing to the right of the middle of a dull, wide picture."""
    return solid((120, 125, 130), 128, 48).insert(quarters(32, 32), 80, 8)


def soft() -> pyvips.Image:
    """Dull colours that run into one another: for what sharpens and what brings colours out."""
    at = pyvips.Image.xyz(96, 72)
    ridges = ((at[0] * 8).sin() + (at[1] * 10).sin()) * 20
    across: Any = at[0] / 2
    dull = (ridges + 130).bandjoin([ridges.rot180() + 120, across + 100])
    return dull.cast("uchar").copy(interpretation="srgb")


QUARTERS, FRAMED, DISC, SCENE, SOFT = (
    encoded(picture, "png") for picture in (quarters(120, 90), framed(), disc(), scene(), soft())
)
#: 16 bits, of which the colours use a few levels of 8.
DEEP = encoded((soft().cast("double") * 8 + 30_000).cast("ushort").copy(interpretation="rgb16"), "png")
COMPASS = ("c", "n", "ne", "e", "se", "s", "sw", "w", "nw")
#: Wider than high, with a soft edge.
MARK = encoded(disc((255, 255, 255)).crop(0, 24, 96, 60), "png")
#: By the name of the golden: the original and the SPEC.
CASES: dict[str, tuple[bytes, str]] = {
    "fit-inside": (QUARTERS, "48x48"),
    "fit-cover": (QUARTERS, "48x48_fit-cover"),
    "fit-contain": (QUARTERS, "48x48_fit-contain"),
    "fit-contain-bg": (QUARTERS, "48x48_fit-contain_bg-ff00ff"),
    "fit-contain-bg-translucent": (QUARTERS, "48x48_fit-contain_bg-ff00ff80"),
    "fit-fill": (QUARTERS, "48x48_fit-fill"),
    "fit-outside": (QUARTERS, "48x48_fit-outside"),
    **{
        f"gravity-{g}-cover": (QUARTERS, f"{'48x20' if g in 'ns' else '20x32'}_fit-cover_g-{g}")
        for g in COMPASS
    },
    **{
        f"gravity-{g}-contain": (QUARTERS, f"{'40x48' if g in 'ns' else '48x24'}_fit-contain_g-{g}")
        for g in COMPASS
    },
    "gravity-20-80": (QUARTERS, "24x24_fit-cover_g-20-80"),
    "gravity-attention": (SCENE, "40x40_fit-cover_g-sm"),
    "gravity-entropy": (SCENE, "40x40_fit-cover_g-en"),
    "gravity-centre-of-the-same": (SCENE, "40x40_fit-cover"),
    "crop": (QUARTERS, "48x_crop-20-10-80-60"),
    "crop-percent": (QUARTERS, "48x_crop-25p-25p-50p-50p"),
    "trim": (FRAMED, "orig_trim"),
    "trim-resized": (FRAMED, "24x_trim"),
    "rot-90": (QUARTERS, "48x48_rot-90"),
    "rot-180": (QUARTERS, "48x48_rot-180"),
    "rot-270": (QUARTERS, "48x48_rot-270"),
    "flip-h": (QUARTERS, "48x48_flip-h"),
    "flip-v": (QUARTERS, "48x48_flip-v"),
    "rot-90-flip-h": (QUARTERS, "48x48_rot-90_flip-h"),
    "rot-90-flip-v": (QUARTERS, "48x48_rot-90_flip-v"),
    "ar-16-9": (QUARTERS, "64x_ar-16-9"),
    "ar-1-1-gravity-e": (QUARTERS, "40x_ar-1-1_g-e"),
    "percent": (QUARTERS, "25p"),
    "up": (QUARTERS, "64x48_crop-20-25-16-12_up"),
    "up-alpha": (DISC, "64x64_crop-8-20-24-24_up"),
    "up-one-side": (QUARTERS, "64x12_crop-20-15-40-60_fit-fill_up"),
    "alpha": (DISC, "32x"),
    "alpha-bg": (DISC, "32x_bg-2846d2"),
    "all-at-once": (FRAMED, "32x24_crop-2-2-60-44_trim_rot-90_flip-h_fit-contain_g-e_bg-ff00ff"),
    "blur": (QUARTERS, "48x_blur-2"),
    "blur-wide": (QUARTERS, "64x_blur-12"),
    "blur-alpha": (DISC, "48x_blur-4"),
    "sharp": (QUARTERS, "48x_sharp-2"),
    "sharp-alpha": (DISC, "48x_sharp-2"),
    "pix": (SCENE, "64x_pix-7"),
    "pix-alpha": (DISC, "48x_pix-9"),
    "bri-40": (QUARTERS, "48x_bri-40"),
    "bri-m40": (QUARTERS, "48x_bri-m40"),
    "con-60": (QUARTERS, "48x_con-60"),
    "con-m60": (QUARTERS, "48x_con-m60"),
    "sat-100": (SOFT, "48x_sat-100"),
    "sat-m60": (QUARTERS, "48x_sat-m60"),
    "gray": (QUARTERS, "48x_gray"),
    "gray-alpha": (DISC, "48x_gray"),
    "pad": (QUARTERS, "40x_pad-6"),
    "pad-four-bg": (QUARTERS, "40x_pad-2-4-8-16_bg-ff00ff"),
    "pad-bg-translucent": (DISC, "40x_pad-6_bg-ff00ff80"),
    "round": (QUARTERS, "64x_round-12"),
    "round-bg": (QUARTERS, "64x_round-12_bg-ff00ff"),
    "round-bg-translucent": (DISC, "48x_round-20_bg-ff00ff80"),
    "round-max": (QUARTERS, "48x48_fit-cover_round-max"),
    "round-max-pill": (QUARTERS, "64x24_fit-cover_round-max"),
    "round-max-pad": (QUARTERS, "40x40_fit-cover_pad-4_round-max_bg-ffffff80"),
    "wm": (QUARTERS, "64x_wm-mark"),
    "wm-nw-half": (QUARTERS, "64x_wm-mark-nw-50-40"),
    "wm-tile": (QUARTERS, "64x_wm-mark-tile-60-25"),
    "wm-alpha": (DISC, "48x_wm-mark-c-100-90"),
    "wm-round-pad": (DISC, "40x_pad-4_round-max_wm-mark-ne_bg-ffffff80"),
    "operations-together": (SCENE, "48x_blur-0.5_sharp_pix-3_bri-20_con-20_sat-50_pad-4_round-10"),
    "hdr": (DEEP, "48x_hdr_con-100"),
    # The same stored pixels under each of the eight tags.
    **{
        f"orientation-{value}": (encoded(tagged(quarters(120, 90), orientation=value), "png"), "48x48")
        for value in ORIENTATIONS
    },
}


@pytest.mark.parametrize("name", CASES)
def test_looks_like_the_golden(name: str, update_goldens: bool, tmp_path: Path) -> None:
    data, spec = CASES[name]
    golden = GOLDENS / f"{name}.png"
    body = resize(data, f"{spec}_f-png", site=Site(watermarks={"mark": MARK})).body
    made = decoded(body)
    assert max(made.width, made.height) <= 64
    if update_goldens:
        draw(golden, body, NOTES)
    wanted = decoded(golden.read_bytes())
    assert made.format == wanted.format, "of as many bits"
    # Of 16 bits in levels of 4095: in those of 255 this one is flat.
    unit = 16 if made.format == "ushort" else 1
    if made.hasalpha():  # where next to nothing is seen, the colour means next to nothing
        made, wanted = made.premultiply(), wanted.premultiply()
    worst, average = (difference / unit for difference in apart(made, wanted))
    if worst > WORST or average > AVERAGE:
        (tmp_path / "made.png").write_bytes(body)
        pytest.fail(f"differs by up to {worst:.0f}, {average:.2f} on average; see {tmp_path}/made.png")


def test_every_golden_belongs_to_a_case() -> None:
    assert {path.stem for path in GOLDENS.iterdir()} == set(CASES)


def test_a_golden_is_the_one_that_was_noted_or_the_version_of_the_pixels_was_raised() -> None:
    noted = read(NOTES)
    assert {name: note.digest for name, note in noted.items()} == {
        path.stem: digest_of(path) for path in GOLDENS.iterdir()
    }
    assert max(note.pixels for note in noted.values()) <= PIXELS


def test_other_pixels_want_a_higher_version(tmp_path: Path) -> None:
    golden, notes = tmp_path / "a.png", tmp_path / "goldens.tsv"
    first, other = encoded(quarters(8, 8), "png"), encoded(quarters(8, 6), "png")
    draw(golden, first, notes, pixels=4)
    draw(golden, first, notes, pixels=4)
    with pytest.raises(SameVersion, match="a would show other pixels under version 4: raise PIXELS"):
        draw(golden, other, notes, pixels=4)
    assert (golden.read_bytes(), read(notes)["a"].pixels) == (first, 4)
    draw(golden, other, notes, pixels=5)
    assert read(notes) == {"a": Note(5, digest_of(golden))}


def test_the_same_pixels_keep_their_version(tmp_path: Path) -> None:
    golden, notes = tmp_path / "a.png", tmp_path / "goldens.tsv"
    picture = quarters(8, 8)
    draw(golden, encoded(picture, "png"), notes, pixels=4)
    draw(golden, bytes(picture.pngsave_buffer(compression=0)), notes, pixels=5)
    assert read(notes)["a"].pixels == 4


def test_no_two_orientations_look_the_same() -> None:
    assert len({(GOLDENS / f"orientation-{value}.png").read_bytes() for value in ORIENTATIONS}) == 8
