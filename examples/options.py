"""Make the pictures of docs/options: ``python -m examples.options``. Look at them before you commit them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from resizer_core import resize
from resizer_core.site import Site

ORIGINALS: Final = Path(__file__).with_name("originals")
PICTURES: Final = Path(__file__).parents[1] / "docs" / "options" / "pictures"

#: The original and the SPEC before an option, by the name of the picture.
BEFORE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "cat": ("cat.jpg", "240x"),
        "cat-in-the-middle": ("cat.jpg", "120x160_fit-cover"),
        "cat-small": ("cat.jpg", "240x_crop-180-60-60-40"),
        "cat-framed": ("a cat on a sheet", "300x"),
        "cup": ("cup.png", "240x"),
        "flight": ("flight.gif", "120x_q-30"),
    }
)
#: The picture before an option and the SPEC with it, by the option whose page shows them.
AFTER: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "page": ("flight", "120x_page-9"),
        "still": ("flight", "120x_still"),
        "crop": ("cat", "240x_crop-120-40-240-160"),
        "trim": ("cat-framed", "300x_trim"),
        "rot": ("cat", "160x_rot-90"),
        "flip": ("cat", "240x_flip-h"),
        "ar": ("cat", "160x_ar-1-1"),
        "fit": ("cat", "160x160_fit-cover"),
        "g": ("cat-in-the-middle", "120x160_fit-cover_g-w"),
        "up": ("cat-small", "240x_crop-180-60-60-40_up"),
        "blur": ("cat", "240x_blur-5"),
        "sharp": ("cat", "240x_sharp-2"),
        "pix": ("cat", "240x_pix-12"),
        "bri": ("cat", "240x_bri-40"),
        "con": ("cat", "240x_con-40"),
        "sat": ("cat", "240x_sat-80"),
        "gray": ("cat", "240x_gray"),
        "pad": ("cat", "240x_pad-16_bg-d2b48c"),
        "round": ("cat", "160x160_fit-cover_round-max"),
        "wm": ("cat", "240x_wm-cup-se-70-30"),
        "bg": ("cup", "240x_bg-d2b48c"),
        "bars": ("cup", "240x240_fit-contain_bars-d2b48c"),
        "q": ("cat", "240x_q-5"),
        "kb": ("cat", "240x_kb-2"),
    }
)


def pictures() -> Iterator[tuple[str, bytes]]:
    """Give the name and the bytes of each file."""
    for name, (original, spec) in BEFORE.items():
        yield f"{name}.webp", _made(original, spec)
    for name, (before, spec) in AFTER.items():
        yield f"{name}.webp", _made(BEFORE[before][0], spec)


def _made(original: str, spec: str) -> bytes:
    return resize(_read(original), f"{spec}_f-webp", site=Site(watermarks={"cup": _read("cup.png")})).body


def _read(original: str) -> bytes:
    if original == "a cat on a sheet":
        return resize(_read("cat.jpg"), "240x_pad-20-40-20-20_bg-ffffff_q-95").body
    return (ORIGINALS / original).read_bytes()


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, body in pictures():
        (PICTURES / name).write_bytes(body)


if __name__ == "__main__":
    main()
