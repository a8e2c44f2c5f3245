"""List the pictures that a browser may choose from: their SPECs, descriptors and sizes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Final

from resizer_core import operations as known_operations
from resizer_core import tokens
from resizer_core.mistakes import check_several
from resizer_core.model import Bounds, Fit, ImageHeader, Size
from resizer_core.operations import Operation, PixelOperation, Scalable
from resizer_core.option_values import RANGES
from resizer_core.planning.geometry import Placement
from resizer_core.planning.planner import crop_box, placement
from resizer_core.spec import Preset, Spec
from resizer_core.value import Value, replace

#: The default densities: device pixels per CSS pixel.
DENSITIES: Final = (1, 2)

#: With these fits the result has exactly the size that the SPEC says.
_EXACT: Final = (Fit.COVER, Fit.CONTAIN, Fit.FILL)


class Candidate(Value):
    """Describe one picture of a ``srcset``.

    Attributes:
        spec: the SPEC of the picture.
        descriptor: ``480w`` or ``2x``, as in a ``srcset``.
        size: the size of the derivative, px. None if it depends on an original whose size is not known.
    """

    spec: Spec
    descriptor: str
    size: Size | None


def candidates(
    spec: Spec | None,
    widths: Iterable[int] | None,
    densities: Iterable[float] | None,
    original: Size | None,
    *,
    signed: bool,
) -> list[Candidate]:
    """List the candidates of a ``srcset``, the smallest first, no two of them the same picture.

    If ``original`` is given, candidates that are too large for it are left out. The largest candidate that
    it can fill takes their place.

    Args:
        spec: the SPEC. With ``widths`` it may be None.
        widths: px.
        densities: device pixels per CSS pixel, 1 to 4 with one decimal.
        original: the upright size of the original, px, if it is known.
        signed: whether the addresses get a signature. A preset with ``dpr`` needs one.

    Raises:
        ValueError: ``widths`` and ``densities`` are both given. Or one of them is empty, is out of its range,
            or does not go with the SPEC.
    """
    if widths is not None:
        if densities is not None:
            raise ValueError("expected widths or densities, got both")
        check_several(widths, "widths", expected="several widths in px", instead="write widths=[480, 960]")
        chosen = sorted({whole_px(width, "widths") for width in widths})
        if not chosen:
            raise ValueError("expected at least one width, got none")
        listed = [_at_width(spec, width, original) for width in chosen]
    else:
        if spec is None:
            raise ValueError("expected a SPEC or widths, got neither")
        if densities is not None:
            check_several(
                densities, "densities", expected="several numbers", instead="write densities=[1, 2]"
            )
        usual = (1,) if isinstance(spec.dimensions, Preset) and not signed else DENSITIES
        dense = sorted({_density(one) for one in (usual if densities is None else densities)})
        if not dense:
            raise ValueError("expected at least one density, got none")
        listed = [_at_density(spec, density, original) for density in dense]
    by_spec = {one.spec: one for one in reversed(listed)}
    by_descriptor = {one.descriptor: one for one in by_spec.values()}
    return list(reversed(by_descriptor.values()))


def whole_px(value: object, what: str) -> int:
    """Return ``value`` if it is a whole number of px, at least 1.

    Raises:
        ValueError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"expected {what} in whole px, at least 1, got {value!r}")
    return value


def _density(value: float) -> float:
    lowest, highest = RANGES["pixel_ratio"]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"expected densities as numbers, got {value!r}")
    tokens.decimal(tokens.format_number(value), lowest, highest, "device pixels per CSS pixel")
    return value


def _at_width(spec: Spec | None, width: int, original: Size | None) -> Candidate:
    """Ask for the picture ``width`` px wide, or as wide as the original allows."""
    asked = _with_width(spec, width)
    if original is None or not _is_measurable(asked):
        return Candidate(asked, f"{width}w", _fixed_size(asked))
    if _is_limited(asked, original):
        widest = _largest(lambda least: not _is_limited(_with_width(spec, least), original), width)
        asked = _with_width(spec, widest or width)
    size = _size(asked, original)
    return Candidate(asked, f"{size.width}w", size)


def _at_density(spec: Spec, density: float, original: Size | None) -> Candidate:
    """Ask for the picture for a screen of ``density``, or less (at least 1) if the original is too small."""
    asked = _with_density(spec, density)
    if original is None or not _is_measurable(asked):
        return Candidate(asked, f"{tokens.format_number(density)}x", _fixed_size(asked))
    if _is_limited(asked, original):
        tenths = _largest(
            lambda least: least <= 10 or not _is_limited(_with_density(spec, least / 10), original),
            round(density * 10),
        )
        density = max(tenths, 10) / 10
        asked = _with_density(spec, density)
    return Candidate(asked, f"{tokens.format_number(density)}x", _size(asked, original))


def _largest(fits: Callable[[int], bool], most: int) -> int:
    """Find the largest number from 1 to ``most`` that fits; 0 if none fits.

    If a number fits, every smaller one must fit too.
    """
    return bisect_left(range(1, most + 1), True, key=lambda number: not fits(number))


def _with_width(spec: Spec | None, width: int) -> Spec:
    """Ask for the same picture ``width`` px wide."""
    if spec is None:
        return Spec(dimensions=Bounds(width, None))
    dimensions = spec.dimensions
    if not isinstance(dimensions, Bounds) or dimensions.width is None:
        raise ValueError(f"expected a SPEC with a width to go with widths, got {spec}")
    if any(_has_lengths(operation) for operation in spec.operations):
        raise ValueError(f"{spec} has lengths that belong to one width: give densities, not widths")
    if dimensions.height is None:
        return replace(spec, dimensions=Bounds(width, None))
    return replace(
        spec, dimensions=Bounds(width, max(1, _quotient(dimensions.height * width, dimensions.width)))
    )


def _has_lengths(operation: Operation) -> bool:
    if not isinstance(operation, Scalable):
        return False
    try:
        return operation.scaled(2) != operation
    except ValueError:  # it has a length that cannot be doubled
        return True


def _with_density(spec: Spec, density: float) -> Spec:
    """Ask for the same picture for a screen of ``density`` device pixels per CSS pixel."""
    if density == 1:
        return spec
    if not isinstance(spec.resolved.dimensions, Bounds) or spec.pixel_ratio != 1:
        raise ValueError(f"expected a SPEC with sides that densities can multiply, got {spec}")
    return replace(spec, pixel_ratio=density)


# Sizes


def _is_measurable(spec: Spec) -> bool:
    """Say whether the original's size is enough to work out the derivative's; ``trim`` needs the pixels."""
    return spec.resolved.trim is None and _is_builtin(spec)


def _is_builtin(spec: Spec) -> bool:
    """Say whether every operation is built in. A plugin may change the size in an unknown way."""
    return all(operation.name in known_operations.BUILTIN for operation in spec.resolved.operations)


def _is_limited(spec: Spec, original: Size) -> bool:
    """Say whether the original is too small for this SPEC."""
    given, enlarged = _placed(spec, original), _placed(spec, original, enlarge=True)
    return (given.scaled, given.canvas) != (enlarged.scaled, enlarged.canvas)


def _placed(spec: Spec, original: Size, *, enlarge: bool = False) -> Placement:
    asked = spec.resolved
    used = crop_box(spec, ImageHeader(size=original)).size
    return placement(replace(asked, enlarge=asked.enlarge or enlarge), asked.turn.turn_size(used))


def _size(spec: Spec, original: Size) -> Size:
    header = ImageHeader(size=_placed(spec, original).canvas)
    for operation in spec.resolved.operations:
        if isinstance(operation, PixelOperation):
            header = operation.measure(header)
    return header.size


def _fixed_size(spec: Spec) -> Size | None:
    """Work out the size, if it is the same for every original."""
    asked = spec.resolved
    dimensions = asked.dimensions
    margin = any(operation.name == "pad" for operation in asked.operations)
    if not isinstance(dimensions, Bounds) or not _is_builtin(spec) or margin:
        return None
    if dimensions.width and dimensions.height:
        return Size(dimensions.width, dimensions.height) if asked.fit in _EXACT else None
    if not asked.ratio:
        return None
    across, down = asked.ratio.width, asked.ratio.height
    if dimensions.width:
        return Size(dimensions.width, max(1, _quotient(dimensions.width * down, across)))
    height = dimensions.height or 1
    return Size(max(1, _quotient(height * across, down)), height)


def _quotient(dividend: int, divisor: int) -> int:
    """Divide whole numbers, and round half up."""
    return (2 * dividend + divisor) // (2 * divisor)
