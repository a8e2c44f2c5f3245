"""Work out what some SPECs ask of an original, from docs/grammar.md and without the project's code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """Say where the pixels of a derivative come from; px.

    Attributes:
        region: left, top, width and height of the part of the upright original that is used.
        quarter_turns: the turn after that, clockwise.
        scaled: the width and height of the resize after that.
        kept: left, top, width and height of the part that is kept in the end.
    """

    region: Box
    quarter_turns: int = 0
    scaled: tuple[int, int]
    kept: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Hold one SPEC for one picture, its name in a table, and where its pixels come from."""

    name: str
    spec: str
    geometry: Geometry


def cases(width: int, height: int) -> Iterator[Case]:
    """List the cases for an original of this upright size, px."""
    whole = (0, 0, width, height)
    for side in (720, 133, 100):
        yield _scaled(f"{side}x", whole, min(1, side / width))
    yield _scaled("50p", whole, 0.5)
    yield _scaled("240x_rot-90", whole, min(1, 240 / height), quarter_turns=1)
    if min(width, height) > 32:
        inner = (3, 5, width - 7, height - 11)  # not on the grid of 8 px on which a JPEG is decoded smaller
        for side in (400, 100):
            yield _scaled(f"{side}x_{_crop(inner)}", inner, min(1, side / inner[2]), name=f"{side}x_crop")
    # Take the middle alone, so that it is quick.
    wide, high = min(width, 200), min(height, 200)
    middle = ((width - wide) // 2, (height - high) // 2, wide, high)
    wider, lower = _side(1.7 * wide), _side(high / 1.7)
    yield _scaled(f"{wider}x_{_crop(middle)}_up", middle, wider / wide, name="1.7 times: crop_up")
    yield Case(
        name="wider and lower: crop_up_fit-fill",
        spec=f"{wider}x{lower}_{_crop(middle)}_up_fit-fill_f-png",
        geometry=Geometry(region=middle, scaled=(wider, lower), kept=(0, 0, wider, lower)),
    )
    yield _covered(width, height, 300, 200)


def _crop(box: Box) -> str:
    return f"crop-{'-'.join(map(str, box))}"


def _scaled(spec: str, region: Box, factor: float, *, quarter_turns: int = 0, name: str = "") -> Case:
    """Describe a derivative of ``region``, turned and scaled."""
    wide, high = region[2:] if quarter_turns % 2 == 0 else (region[3], region[2])
    size = (_side(wide * factor), _side(high * factor))
    geometry = Geometry(region=region, quarter_turns=quarter_turns, scaled=size, kept=(0, 0, *size))
    return Case(name=name or spec, spec=f"{spec}_f-png", geometry=geometry)


def _covered(width: int, height: int, across: int, down: int) -> Case:
    """Describe a derivative that fills the box, or the largest box of its ratio that the picture fills."""
    factor = min(1, width / across, height / down)
    box = (_side(across * factor), _side(down * factor))
    factor = min(1, max(box[0] / width, box[1] / height))
    size = (_side(width * factor), _side(height * factor))
    # Each side loses half of the excess. If that is no whole px, the left or the upper side loses more.
    kept = ((size[0] - box[0] + 1) // 2, (size[1] - box[1] + 1) // 2, *box)
    name = f"{across}x{down}_fit-cover"
    geometry = Geometry(region=(0, 0, width, height), scaled=size, kept=kept)
    return Case(name=name, spec=f"{name}_f-png", geometry=geometry)


def _side(length: float) -> int:
    """Round as the grammar does: half up, and to at least 1 px."""
    return max(1, int(length + 0.5))
