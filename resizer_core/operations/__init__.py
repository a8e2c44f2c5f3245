"""List the operations of the grammar. They change the pixels after the resize."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from resizer_core.operations.base import Operation, PixelOperation, Scalable, ShowsBackground
from resizer_core.operations.blur import Blur
from resizer_core.operations.padding import Padding
from resizer_core.operations.pixelate import Pixelate
from resizer_core.operations.radius import Radius
from resizer_core.operations.sharpen import Sharpen
from resizer_core.operations.tone import Brightness, Contrast, Grayscale, Saturation
from resizer_core.operations.watermark import Watermark
from resizer_core.shown import Catalogue

__all__ = ["BUILTIN", "Operation", "PixelOperation", "Scalable", "ShowsBackground"]

#: In their order in a SPEC, which is also the order in which they run.
_IN_ORDER: Final[tuple[type[Operation], ...]] = (
    Blur,
    Sharpen,
    Pixelate,
    Brightness,
    Contrast,
    Saturation,
    Grayscale,
    Padding,
    Radius,
    Watermark,
)

#: Every operation of the grammar, by the key of its option.
BUILTIN: Final[Mapping[str, type[Operation]]] = Catalogue(
    "operations", {operation.name: operation for operation in _IN_ORDER}
)
