"""Choose a format by the ``Accept`` header of a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from resizer_core.formats import AVIF, BUILTIN, JPEG, WEBP, Format

#: The formats that ``f-auto`` may choose, best first. The order is by size at equal quality: bench/README.md.
PREFERRED: Final = (AVIF.name, WEBP.name)

#: A weight that refuses. terraform/modules/cdn/negotiate.js reads the header in the same way.
#: Source: RFC 9110, section 12.4.2.
_ZERO: Final = re.compile(r"0(?:\.0{0,3})?")
#: The characters that may surround the parts of a header. Source: RFC 9110, section 5.6.3.
_SPACE: Final = " \t"


def negotiate(accept: str, formats: Mapping[str, Format] = BUILTIN, *, animated: bool = False) -> Format:
    """Choose the format for ``f-auto``.

    Only a format that the header names counts. ``image/*`` and ``*/*`` do not, since programs that show no
    AVIF send them. ``q=0`` refuses a format, and any other ``q`` accepts it. We choose the order, since
    browsers send their list without weights.

    Args:
        accept: the header's value; empty if there was none.
        formats: the formats that can be written.
        animated: whether to prefer formats that can be animated.

    Returns:
        AVIF, else WebP, else JPEG. For an animation: WebP, else AVIF, else JPEG.

    Source: RFC 9110, section 12.5.1.
    """
    accepted = _media_types(accept)
    choices = [
        formats[name] for name in PREFERRED if name in formats and formats[name].media_type in accepted
    ]
    if animated:
        choices.sort(key=lambda format: not format.animation)
    return choices[0] if choices else formats.get(JPEG.name, JPEG)


def _media_types(accept: str) -> set[str]:
    """List the media types that ``accept`` names and does not refuse, in lower case."""
    accepted = set()
    for entry in accept.lower().split(","):
        media_type, *parameters = (part.strip(_SPACE) for part in entry.split(";"))
        if not any(_refuses(parameter) for parameter in parameters):
            accepted.add(media_type)
    return accepted


def _refuses(parameter: str) -> bool:
    """Say whether a parameter is a ``q`` of 0. A ``q`` that is not a number accepts."""
    name, _, weight = parameter.partition("=")
    return name.strip(_SPACE) == "q" and _ZERO.fullmatch(weight.strip(_SPACE)) is not None
