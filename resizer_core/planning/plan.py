"""State what will be done to a picture, with nothing left to decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resizer_core.formats import Format
from resizer_core.gravity import Gravity
from resizer_core.model import Box, Colour, Orientation, Size
from resizer_core.operations import PixelOperation
from resizer_core.option_values import Metadata, Profile
from resizer_core.planning.geometry import Placement
from resizer_core.value import Value


class Plan(Value, kw_only=True):
    """List what ``render`` carries out, in the order that docs/architecture.md states.

    Attributes:
        original: the format of the original.
        page: the first frame or page to take, from 0.
        pages: how many pages to take.
        original_pages: how many pages the original has.
        stored: the size of a page as it is stored; px.
        shrink: how many times smaller the page is decoded.
        region: the part of the page that is used, as stored and before ``shrink``; px.
        scaled: the size that the region is resized to, as stored; px.
        turn: the turn after that: EXIF orientation, rotation and mirror in one.
        placement: the crop and the padding of the upright picture.
        gravity: the smart gravity that finds the crop; None takes the crop of ``placement``.
        profile: the colours that the picture is converted to.
        bits: how many bits per channel the work uses: 8 or 16.
        gain_map: whether the gain map of the original is kept.
        operations: the operations, which come last.
        background: the colour behind the picture; None leaves it transparent.
        padding: the colour of the canvas, if there is one.
        size: of the derivative; px.
        format: of the derivative.
        settings: of its encoder.
        palette: the encoder's settings for a palette. The palette is kept if the file is smaller and looks
            the same. Empty settings do not try it.
        max_kb: a ceiling for the file, KiB, by which the quality is chosen; None takes that of ``settings``.
        max_quality: the highest quality that ``max_kb`` may choose.
        max_bytes: a ceiling for every file, bytes.
        cpu_seconds: the CPU time after which ``max_kb`` tries no other quality, s.
        metadata: which metadata of the original are kept.
    """

    original: Format
    page: int
    pages: int
    original_pages: int
    stored: Size
    shrink: float
    region: Box
    scaled: Size
    turn: Orientation
    placement: Placement
    gravity: Gravity | None
    profile: Profile
    bits: int
    gain_map: bool
    operations: tuple[PixelOperation, ...]
    background: Colour | None
    padding: Colour
    size: Size
    format: Format
    settings: Mapping[str, int | str | bool]
    palette: Mapping[str, float | str | bool]
    max_kb: int | None
    max_quality: int
    max_bytes: int
    cpu_seconds: int
    metadata: Metadata

    def __repr__(self) -> str:
        return f"<Plan {self.original} {self.stored} to {self.format} {self.size}>"

    def explained(self) -> dict[str, Any]:
        """Return the plan as plain values, for people and for JSON."""
        return {
            "original": {"format": str(self.original), "stored": str(self.stored)},
            "pages": {"first": self.page + 1, "count": self.pages},
            "shrink_on_load": self.shrink,
            "region": str(self.region),
            "scaled": str(self.scaled),
            "turn": {"quarter_turns": self.turn.quarter_turns, "mirrored": self.turn.mirrored},
            "crop": str(self.placement.crop) if self.placement.crops else None,
            "smart_gravity": self.gravity and str(self.gravity),
            "canvas": str(self.placement.canvas) if self.placement.pads else None,
            "background": self.background and str(self.background),
            "profile": str(self.profile),
            "bits": self.bits,
            "gain_map": self.gain_map,
            "operations": [str(operation) for operation in self.operations],
            "size": str(self.size),
            "format": str(self.format),
            "settings": dict(self.settings),
            "palette": dict(self.palette),
            "max_kb": self.max_kb,
            "metadata": str(self.metadata),
        }
