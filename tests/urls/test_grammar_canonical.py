"""The one spelling of a SPEC: what is folded away, and in which order options stand."""

from __future__ import annotations

import itertools

import pytest

from resizer_core.site import Site
from resizer_core.urls.grammar import parse_spec
from tests.urls.specs import PRESETS, SIGNATURE

#: What is folded away: sugar, defaults, and what has no effect.
FOLDED = {
    "upper case": ("orig_F-WEBP_BG-FFAA00", "orig_bg-ffaa00_f-webp"),
    "upper case behind a preset": ("p-thumb_Q-5", "p-thumb_q-5"),
    "any order": ("300x200_q-80_f-webp_fit-cover", "300x200_fit-cover_f-webp_q-80"),
    "any order of effects": ("300x_wm-logo_gray_blur-2", "300x_blur-2_gray_wm-logo"),
    "page 1": ("300x_page-1", "300x_still"),
    "page 1 and still": ("300x_page-1_still", "300x_still"),
    "a page implies still": ("300x_still_page-2", "300x_page-2"),
    "crop of everything": ("300x_crop-0p-0p-100p-100p", "300x"),
    "trim by its default": ("300x_trim-10", "300x_trim"),
    "flip hv": ("300x_flip-hv", "300x_rot-180"),
    "turned to nothing": ("300x_rot-180_flip-hv", "300x"),
    "rot 180, flip h": ("300x_rot-180_flip-h", "300x_flip-v"),
    "rot 180, flip v": ("300x_rot-180_flip-v", "300x_flip-h"),
    "rot 270, flip h": ("300x_rot-270_flip-h", "300x_rot-90_flip-v"),
    "rot 270, flip v": ("300x_rot-270_flip-v", "300x_rot-90_flip-h"),
    "rot 90, flip hv": ("300x_rot-90_flip-hv", "300x_rot-270"),
    "rot 270, flip hv": ("300x_rot-270_flip-hv", "300x_rot-90"),
    "flip before rot is rot before flip": ("300x_flip-h_rot-90", "300x_rot-90_flip-h"),
    "ratio reduced": ("300x_ar-32-18", "300x_ar-16-9"),
    "fit inside": ("300x200_fit-inside", "300x200"),
    "fit with a width": ("300x_fit-cover", "300x"),
    "fit with a height": ("x300_fit-fill", "x300"),
    "fit with percent": ("50p_fit-contain", "50p"),
    "fit with the original": ("orig_fit-outside", "orig"),
    "fit and gravity with a width": ("300x_fit-cover_g-n", "300x"),
    "gravity centre": ("300x200_fit-cover_g-c", "300x200_fit-cover"),
    "gravity with inside": ("300x200_g-n", "300x200"),
    "gravity with fill": ("300x200_fit-fill_g-n", "300x200_fit-fill"),
    "gravity with outside": ("300x200_fit-outside_g-sm", "300x200_fit-outside"),
    "gravity with a width": ("300x_g-en", "300x"),
    "a point that is the centre": ("300x200_fit-cover_g-50-50", "300x200_fit-cover"),
    "a point that is north": ("300x200_fit-cover_g-50-0", "300x200_fit-cover_g-n"),
    "a point that is north-east": ("300x200_fit-cover_g-100-0", "300x200_fit-cover_g-ne"),
    "a point that is east": ("300x200_fit-cover_g-100-50", "300x200_fit-cover_g-e"),
    "a point that is south-east": ("300x200_fit-cover_g-100-100", "300x200_fit-cover_g-se"),
    "a point that is south": ("300x200_fit-cover_g-50-100", "300x200_fit-cover_g-s"),
    "a point that is south-west": ("300x200_fit-cover_g-0-100", "300x200_fit-cover_g-sw"),
    "a point that is west": ("300x200_fit-cover_g-0-50", "300x200_fit-cover_g-w"),
    "a point that is north-west": ("300x200_fit-cover_g-0-0", "300x200_fit-cover_g-nw"),
    "sharpen by its default": ("300x_sharp-1", "300x_sharp"),
    "no change of brightness": ("300x_bri-0", "300x"),
    "no change of contrast": ("300x_con-0", "300x"),
    "no change of saturation": ("300x_sat-0", "300x"),
    "no padding": ("300x_pad-0", "300x"),
    "no padding, four times": ("300x_pad-0-0-0-0", "300x"),
    "padding four times the same": ("300x_pad-5-5-5-5", "300x_pad-5"),
    "watermark by its defaults": ("300x_wm-logo-se-100-20", "300x_wm-logo"),
    "three digits of colour": ("300x_bg-fa0", "300x_bg-ffaa00"),
    "an opaque colour": ("300x_bg-ffaa00ff", "300x_bg-ffaa00"),
    "jpeg": ("300x_f-jpeg", "300x_f-jpg"),
    "tiff": ("300x_f-tiff", "300x_f-tif"),
    "no metadata": ("300x_meta-none", "300x"),
    "sRGB": ("300x_icc-srgb", "300x"),
    "a screen of 1": ("300x200_dpr-1", "300x200"),
    "a screen of 2": ("300x200_dpr-2", "600x400"),
    "a screen of 1.5, half up": ("25x_dpr-1.5", "38x"),
    "a screen of 1.1, half up": ("15x_dpr-1.1", "17x"),
    "a screen of 4": ("x24999_dpr-4", "x99996"),
    "a screen, padding": ("300x_pad-1-2-3-4_dpr-2.5", "750x_pad-3-5-8-10"),
    "a screen, round": ("300x_round-3_dpr-1.5", "450x_round-5"),
    "a screen, round max": ("300x_round-max_dpr-2", "600x_round-max"),
    "a screen, blur": ("300x_blur-0.3_dpr-1.5", "450x_blur-0.5"),
    "a screen, nothing else": ("300x_sharp-2_pix-3_crop-1-2-3-4_dpr-2", "600x_crop-1-2-3-4_sharp-2_pix-3"),
    "a screen, percent": ("50p_pad-5_dpr-2", "50p_pad-10"),
    "a screen, original": ("orig_dpr-3", "orig"),
    "a screen of 1, preset": ("p-thumb_dpr-1", "p-thumb"),
    "preset, any order": (
        f"p-thumb_s-{SIGNATURE}_dpr-2_v-1_q-5_f-jpg",
        f"p-thumb_f-jpg_q-5_v-1_dpr-2_s-{SIGNATURE}",
    ),
}


@pytest.mark.parametrize(("text", "canonical"), FOLDED.values(), ids=FOLDED)
def test_a_spelling_is_folded_into_the_canonical_one(text: str, canonical: str) -> None:
    spec = parse_spec(text, site=Site(presets=PRESETS))
    assert str(spec) == canonical
    assert parse_spec(canonical, site=Site(presets=PRESETS)) == spec


IN_ORDER = {
    "the beginning": "300x200_page-2_crop-1-2-3-4_trim-5_rot-90_flip-h_fit-cover_g-n_up_blur-2_sharp-2_pix-2",
    "the middle": "300x_still_ar-3-2_g-en_bri-5_con-5_sat-m5_gray_pad-5_round-6_wm-logo_bg-ffffff_f-webp",
    "the end": f"orig_gray_bg-00000000_f-jpg_q-9_kb-90_meta-keep_icc-p3_hdr_dl_v-7_s-{SIGNATURE}",
}


@pytest.mark.parametrize("text", IN_ORDER.values(), ids=IN_ORDER)
def test_the_canonical_order_is_that_of_the_table(text: str) -> None:
    head, *options = text.split("_")
    assert str(parse_spec("_".join((head, *reversed(options))))) == text


def test_the_order_of_the_text_never_has_a_meaning() -> None:
    options = ("rot-90", "flip-h", "fit-cover", "gray", "f-webp")
    specs = {parse_spec("_".join(("300x200", *order))) for order in itertools.permutations(options)}
    assert [str(spec) for spec in specs] == ["300x200_rot-90_flip-h_fit-cover_gray_f-webp"]
