"""Refuse requests and originals beyond the limits, before a pixel is decoded."""

from __future__ import annotations

from resizer_core.errors import LimitExceeded
from resizer_core.formats import Format
from resizer_core.model import Bounds, ImageHeader, Size
from resizer_core.operations.base import is_applicable
from resizer_core.operations.watermark import Watermark
from resizer_core.site import Limits, Site
from resizer_core.spec import Spec
from resizer_core.tokens import unknown


def check_request(spec: Spec, site: Site) -> None:
    """Refuse requests that fail with every original, before any store is read.

    Raises:
        InvalidSpec: an option is not available, or there is no watermark of that name.
        LimitExceeded: the requested size is beyond the limits.
    """
    asked = spec.resolved
    for operation in asked.operations:
        if not is_applicable(operation):
            raise spec.error_at(operation.name, f"{operation.name} is not available")
        if isinstance(operation, Watermark) and operation.image_name not in site.watermarks:
            error = unknown("watermark", operation.image_name, sorted(site.watermarks))
            raise spec.error_at(operation.name, str(error))
    if isinstance(asked.dimensions, Bounds):
        side = asked.dimensions.longest
        if side > site.limits.output_side:
            raise LimitExceeded(f"expected a side of at most {site.limits.output_side} px, got {side}")


def check_original(header: ImageHeader, original: Format, first: int, pages: int, limits: Limits) -> None:
    """Refuse an original if ``pages`` pages of it, from ``first`` on, are too much to decode.

    ``first`` counts from 0. A frame of an animation is drawn over those before it. So they are decoded too,
    each as a whole canvas.

    Raises:
        LimitExceeded: the original is beyond the limits.
    """
    decoded = first + pages if header.animated else pages
    drawn_over = header.animated and decoded > 1
    by_line = original.decodes_by_line and not header.interlaced and not drawn_over
    most = limits.input_pixels if by_line else min(limits.input_pixels, limits.in_memory_pixels)
    if header.size.pixels > most:
        raise LimitExceeded(f"expected an original of at most {most} pixels, got {header.size} px")
    taken = f" up to page {decoded}" if first else ""
    if decoded > limits.frames:
        raise LimitExceeded(f"expected an animation of at most {limits.frames} frames{taken}, got {decoded}")
    if decoded > 1 and header.size.pixels * decoded > limits.animation_pixels:
        raise LimitExceeded(
            f"expected an animation of at most {limits.animation_pixels} pixels in all{taken}, "
            f"got {decoded} frames of {header.size} px"
        )


def check_scaled(scaled: Size, limits: Limits) -> None:
    """Refuse a picture that is too large before its crop. A turn or a smart gravity holds it in memory.

    Raises:
        LimitExceeded: the picture is beyond the limits.
    """
    if scaled.pixels > limits.input_pixels:
        raise LimitExceeded(f"expected at most {limits.input_pixels} pixels before the crop, got {scaled} px")


def check_derivative(size: Size, pages: int, format: Format, limits: Limits) -> None:
    """Refuse a derivative that is too large for its format or for the limits.

    Raises:
        LimitExceeded: the derivative is beyond them.
    """
    longest = min(limits.output_side, format.max_side)
    if max(size.width, size.height) > longest:
        raise LimitExceeded(f"expected a result of at most {longest} px a side in {format}, got {size}")
    if size.pixels > limits.output_pixels:
        raise LimitExceeded(f"expected a result of at most {limits.output_pixels} pixels, got {size} px")
    if pages > 1 and size.pixels * pages > limits.animation_pixels:
        raise LimitExceeded(
            f"expected a result of at most {limits.animation_pixels} pixels in all, "
            f"got {pages} frames of {size} px"
        )
