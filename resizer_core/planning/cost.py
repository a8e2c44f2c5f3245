"""Bound the CPU time of a request, before a pixel is decoded.

All rates but one are measured on noise. No picture is harder, and a photograph costs a fraction of it.
Source: ``python -m bench.rates``, rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from resizer_core.errors import LimitExceeded
from resizer_core.formats import AVIF, SVG
from resizer_core.model import ImageHeader
from resizer_core.operations import PixelOperation
from resizer_core.operations.blur import Blur
from resizer_core.operations.radius import Radius
from resizer_core.operations.sharpen import Sharpen
from resizer_core.planning.plan import Plan
from resizer_core.site import Limits

#: Seconds to decode and resize a million pixels of an original, by its format.
_READ: Final[Mapping[str, float]] = {
    "jpg": 0.03,
    "png": 0.03,
    "webp": 0.06,
    "avif": 0.1,
    "gif": 0.03,
    "tif": 0.03,
    "heic": 0.1,
    "svg": 0.03,
}
#: The same for frames. We draw those of a PNG on their canvas ourselves, in floating point if translucent.
_READ_MOVING: Final[Mapping[str, float]] = {**_READ, "png": 0.07}
#: Up to this quality, the first of the two rates below counts. Above it, or without loss, the second counts.
_USUAL_QUALITY: Final = 80
#: Seconds to encode a million pixels of a derivative, by its format.
_WRITE: Final[Mapping[str, tuple[float, float]]] = {
    "jpg": (0.02, 0.03),
    "png": (0.1, 0.1),
    "webp": (0.14, 0.23),
    "avif": (0.85, 1.35),
    "gif": (0.75, 0.75),
    "tif": (0.1, 0.1),
}
#: The same for AVIF with effort 0, which large pictures take.
_WRITE_FAST: Final = (0.3, 0.95)
#: The same for an animation. GIF has the rate of drawings. Noise costs up to five times as much. It is let
#: in, and ``rendering.watch`` stops it between two frames.
_WRITE_MOVING: Final[Mapping[str, tuple[float, float]]] = {**_WRITE, "gif": (0.2, 0.2)}
#: How many seconds transparency adds for a million pixels. More than 8 bits add the same.
_MORE: Final[Mapping[str, float]] = {"avif": 0.55, "webp": 0.1, "png": 0.06, "tif": 0.06}
#: How many seconds a palette adds, and how many more a palette with transparency adds.
_PALETTE: Final = (1.6, 0.7)
#: The rate that is assumed for a plugin's format or operation.
_UNKNOWN: Final = 0.3
#: Seconds for a million pixels of an operation. All operations that are not here cost the rate below.
_OPERATIONS: Final[Mapping[type, float]] = {Blur: 0.2, Sharpen: 0.22, Radius: 0.06}
_OTHER_OPERATION: Final = 0.04
#: With more than 8 bits, the resize costs so many times as much, since it is in floating point. So does an
#: operation.
_READ_DEEPLY: Final = 3
_OPERATE_DEEPLY: Final = 1.3


def check_cost(plan: Plan, header: ImageHeader, made: ImageHeader, limits: Limits) -> None:
    """Refuse a plan that costs more than the limits allow if its original is noise.

    Args:
        plan: everything that would be done.
        header: the header of the original.
        made: the header of one page of the derivative.
        limits: ``cpu_seconds`` of them counts.

    Raises:
        LimitExceeded: the plan costs too much. The text gives its cost, and says what makes it less.
    """
    seconds = total_seconds(plan, header, made)
    if seconds > limits.cpu_seconds:
        raise LimitExceeded(
            f"expected at most {limits.cpu_seconds} s of CPU time, got up to {seconds:.0f} s: "
            f"ask for fewer pixels, for fewer operations, or for another format than {plan.format}"
        )


def total_seconds(plan: Plan, header: ImageHeader, made: ImageHeader) -> float:
    """Bound the CPU seconds that a plan takes if its original is noise."""
    return read_seconds(plan, header) + operation_seconds(plan) + write_seconds(plan, made)


def read_seconds(plan: Plan, header: ImageHeader) -> float:
    """Bound the seconds for the decoder and the resize. A frame needs all frames before it decoded too."""
    pages = plan.page + plan.pages if header.animated else plan.pages
    depth = _READ_DEEPLY if plan.bits == 16 else 1
    # An SVG has no pixels of its own, so count those that are drawn.
    pixels = (
        plan.region.size.pixels / plan.shrink**2 if plan.original.name == SVG.name else header.size.pixels
    )
    rates = _READ_MOVING if header.animated and pages > 1 else _READ
    return depth * rates.get(plan.original.name, _UNKNOWN) * pages * pixels / 1e6


def operation_seconds(plan: Plan) -> float:
    """Bound the seconds that the operations take. Assume that each works on the whole derivative."""
    rate = sum(_rate_of(operation) for operation in plan.operations)
    depth = _OPERATE_DEEPLY if plan.bits == 16 else 1
    return depth * rate * plan.pages * plan.size.pixels / 1e6


def write_seconds(plan: Plan, made: ImageHeader) -> float:
    """Bound the seconds that the encoder takes once. With ``kb`` it runs again while there is time."""
    rates = _WRITE_MOVING if plan.pages > 1 else _WRITE
    usual, best = rates.get(plan.format.name, (_UNKNOWN, _UNKNOWN))
    if plan.format.name == AVIF.name and plan.settings["effort"] == 0:
        usual, best = _WRITE_FAST
    quality = plan.max_quality if plan.max_kb else int(plan.settings.get("Q", 0))
    rate = best if quality > _USUAL_QUALITY or plan.settings.get("lossless") else usual
    more = _MORE.get(plan.format.name, 0)
    rate += more * (made.has_alpha + (plan.bits == 16))
    if plan.palette:
        rate += _PALETTE[0] + _PALETTE[1] * made.has_alpha
    return rate * plan.pages * plan.size.pixels / 1e6


def _rate_of(operation: PixelOperation) -> float:
    if "." in operation.name:
        return _UNKNOWN
    return _OPERATIONS.get(type(operation), _OTHER_OPERATION)
