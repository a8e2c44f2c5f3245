"""State what will be done to a picture, with nothing left to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resizer_core.formats import Format
from resizer_core.gravity import Gravity
from resizer_core.model import Box, Colour, Orientation, Size
from resizer_core.operations import PixelOperation
from resizer_core.option_values import Metadata, Profile
from resizer_core.planning.geometry import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """List what ``render`` carries out, in the order that docs/architecture.md states.

    Attributes:
        original: the format that is read.
        page: the first frame or page that is taken, from 0.
        pages: how many are taken.
        original_pages: how many the original has.
        stored: the size of a page as it is stored; px.
        shrink: how many times smaller the page is decoded.
        region: the part of the page that is used, as stored and before ``shrink``; px.
        scaled: what the region is resized to, as stored; px.
        turn: how it is turned after that: EXIF orientation, rotation and mirror in one.
        placement: the crop and the padding of the upright picture.
        gravity: where a smart gravity looks for the crop; None takes it where ``placement`` says.
        profile: the colours it is converted to.
        bits: per channel, in which it is made: 8 or 16.
        gain_map: whether that of the original is kept.
        operations: what is done to the pixels after that.
        background: what is put behind the picture; None leaves it transparent.
        padding: the colour of the canvas, where there is one.
        size: of the derivative; px.
        format: of the derivative.
        settings: of its encoder.
        palette: its settings for pixels that are indices, which are kept where the file is smaller and looks
            the same; empty where that is not tried.
        max_kb: a ceiling for its file, KiB, for which the quality is chosen; None takes that of ``settings``.
        max_quality: the highest that is chosen.
        max_bytes: of the file, whatever is asked for.
        cpu_seconds: of a processor, after which ``max_kb`` tries no other quality.
        metadata: what is kept of the original's.
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
        """The plan as plain values, for people and for JSON."""
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
