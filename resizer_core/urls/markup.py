"""Write addresses of derivatives and the HTML around them, for pages. Nothing is asked or made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Final

from resizer_core import formats as known_formats
from resizer_core import operations as known_operations
from resizer_core import tokens
from resizer_core.model import Bounds, Fit
from resizer_core.operations import Operation, Scalable
from resizer_core.option_values import RANGES
from resizer_core.site import DEFAULT_SITE, Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.paths import DerivativeKey
from resizer_core.urls.signing import sign

#: What ``picture`` offers, best first; the last is for browsers that know none of the others.
FORMATS: Final = ("avif", "webp", "jpg")
#: Device pixels per CSS pixel where nothing is said.
DENSITIES: Final = (1, 2)

_ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9:_.-]*")
_OWN_ATTRIBUTES: Final = frozenset(
    {"alt", "decoding", "height", "loading", "sizes", "src", "srcset", "width"}
)
#: The fits whose result has both sides of the SPEC.
_EXACT: Final = (Fit.COVER, Fit.CONTAIN, Fit.FILL)


class Html(str):
    """Markup that is escaped already: the templates of Jinja and Django put it in as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return itself: markupsafe and Django ask for this instead of escaping."""
        return self


def url(
    spec: Spec | str,
    key: str,
    *,
    base: str = "",
    signing_key: bytes | None = None,
    site: Site = DEFAULT_SITE,
) -> str:
    """Write the address of a derivative: canonical, so that nobody is redirected to it.

    >>> url("300x200_Q-80", "un café.jpg", base="https://img.example.com")
    'https://img.example.com/300x200_q-80/un%20caf%C3%A9.jpg'

    Args:
        spec: what is asked for, as a value or in any spelling of the grammar.
        key: of the original.
        base: of the delivery distribution; without it the address begins with a slash.
        signing_key: signs the SPEC, for the access policy ``signed``.
        site: whose presets and operations the SPEC may name.

    Raises:
        ValueError: the SPEC breaks the grammar (``InvalidSpec``), no original may have this key
            (``InvalidKey``), or the key of signatures is empty.
    """
    addresses = _Addresses(base=base, signing_key=signing_key, site=site)
    return addresses.url(addresses.read(spec), key)


def srcset(
    key: str,
    *,
    spec: Spec | str | None = None,
    widths: Iterable[int] | None = None,
    densities: Iterable[float] | None = None,
    base: str = "",
    signing_key: bytes | None = None,
    site: Site = DEFAULT_SITE,
) -> str:
    """Write the value of ``srcset``: one picture in several widths, or for several kinds of screens.

    >>> srcset("cat.jpg", widths=(320, 640))
    '/320x/cat.jpg 320w, /640x/cat.jpg 640w'
    >>> srcset("cat.jpg", spec="16x9_fit-cover", widths=(320, 640))
    '/320x180_fit-cover/cat.jpg 320w, /640x360_fit-cover/cat.jpg 640w'
    >>> srcset("cat.jpg", spec="300x200", densities=(1, 1.5))
    '/300x200/cat.jpg 1x, /450x300/cat.jpg 1.5x'

    Args:
        key: of the original.
        spec: what is asked for. With ``widths`` its sides say the ratio alone, and it may be left out.
        widths: px, for an element whose width depends on the page.
        densities: device pixels per CSS pixel, 1 to 4 with one decimal, for an element of a fixed width;
            1 and 2 when neither is given.
        base, signing_key, site: as for ``url``.

    Raises:
        ValueError: as ``url``; or ``spec`` has no width for ``widths`` to take the place of, or lengths that
            belong to one width (``blur``, ``pad``, ``round``), or no sides for ``densities`` to multiply.
    """
    addresses = _Addresses(base=base, signing_key=signing_key, site=site)
    return addresses.srcset(_candidates(addresses, spec, widths, densities), key)


def picture(
    key: str,
    *,
    alt: str,
    spec: Spec | str | None = None,
    widths: Iterable[int] | None = None,
    densities: Iterable[float] | None = None,
    sizes: str | None = None,
    formats: Sequence[str] = FORMATS,
    width: int | None = None,
    height: int | None = None,
    lazy: bool = True,
    attributes: Mapping[str, str] | None = None,
    base: str = "",
    signing_key: bytes | None = None,
    site: Site = DEFAULT_SITE,
) -> Html:
    """Write a ``<picture>`` element: the best format that the browser knows, in the size that it wants.

    >>> print(picture("cat.jpg", spec="30x20_fit-cover", alt="A cat", densities=[1], formats=["webp", "jpg"]))
    <picture><source type="image/webp" srcset="/30x20_fit-cover_f-webp/cat.jpg 1x"><img \
src="/30x20_fit-cover_f-jpg/cat.jpg" srcset="/30x20_fit-cover_f-jpg/cat.jpg 1x" width="30" height="20" \
alt="A cat" loading="lazy" decoding="async"></picture>

    Args:
        key: of the original.
        alt: what the picture says to those who do not see it; empty for mere decoration.
        spec, widths, densities: as for ``srcset``. The SPEC names no format.
        sizes: how wide the element is on the page, with ``widths``; as wide as the window by default.
        formats: best first; the last is for browsers that know none of the others.
        width, height: of the element, CSS px, so that the page does not jump when the picture comes. Where
            the SPEC fixes both sides it says them itself.
        lazy: fetched when it is about to be seen. Not for what a page opens with.
        attributes: of the ``<img>``, such as ``{"class": "hero"}``.
        base, signing_key, site: as for ``url``.

    Raises:
        ValueError: as ``srcset``; or a format does not go with the SPEC, or an attribute cannot be set.
    """
    addresses = _Addresses(base=base, signing_key=signing_key, site=site)
    candidates = _candidates(addresses, spec, widths, densities)
    if widths is None and sizes is not None:
        raise ValueError("sizes goes with widths: with densities the width of the element is fixed")
    shown_in = {} if widths is None else {"sizes": sizes or "100vw"}
    if not formats:
        raise ValueError("expected at least one format, got none")
    # A browser that knows no srcset is old, and its screen large rather than small.
    usual = candidates[0 if widths is None else -1]
    if width is None and height is None:
        width, height = _sides(usual.spec)
    sources = []
    for name in formats:
        format = known_formats.named(name)
        offered = [candidate.in_format(addresses, format.name) for candidate in candidates]
        sources.append({"type": format.media_type, "srcset": addresses.srcset(offered, key), **shown_in})
    image = {
        "src": addresses.url(usual.in_format(addresses, formats[-1]).spec, key),
        **{name: value for name, value in sources.pop().items() if name != "type"},
        **{name: str(side) for name, side in (("width", width), ("height", height)) if side is not None},
        "alt": alt,
        **({"loading": "lazy"} if lazy else {}),
        "decoding": "async",
        **_checked(attributes or {}),
    }
    elements = "".join(_tag("source", source) for source in sources)
    return Html(f"<picture>{elements}{_tag('img', image)}</picture>")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addresses:
    """Write addresses of derivatives at one place, signed where that is asked for."""

    base: str
    signing_key: bytes | None = field(repr=False)
    site: Site

    def read(self, spec: Spec | str) -> Spec:
        if isinstance(spec, Spec):
            return spec
        return parse_spec(spec, self.site)

    def url(self, spec: Spec, key: str) -> str:
        signed = spec if self.signing_key is None else sign(spec, self.signing_key)
        return self.base.rstrip("/") + DerivativeKey(signed, key).path

    def srcset(self, candidates: Iterable[_Candidate], key: str) -> str:
        return ", ".join(f"{self.url(one.spec, key)} {one.descriptor}" for one in candidates)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Pair a picture that a browser may choose with what tells it which."""

    spec: Spec
    descriptor: str

    def in_format(self, addresses: _Addresses, name: str) -> _Candidate:
        if self.spec.format:
            raise ValueError(f"expected a SPEC without f, got {self.spec}: formats says the formats")
        # Read again, so that what does not go with the format is refused.
        return replace(
            self, spec=addresses.read(str(replace(self.spec, format=known_formats.named(name).name)))
        )


def _candidates(
    addresses: _Addresses,
    spec: Spec | str | None,
    widths: Iterable[int] | None,
    densities: Iterable[float] | None,
) -> list[_Candidate]:
    given = None if spec is None else addresses.read(spec)
    if given is not None and given.signature:
        raise ValueError(f"expected a SPEC without s, got {given}: signing_key signs what is made of it")
    if widths is not None:
        if densities is not None:
            raise ValueError("expected widths or densities, got both")
        chosen = sorted(set(widths))
        if not chosen:
            raise ValueError("expected at least one width, got none")
        return [_Candidate(_at_width(given, width), f"{width}w") for width in chosen]
    if given is None:
        raise ValueError("expected a SPEC or widths, got neither")
    dense = sorted(set(DENSITIES if densities is None else densities))
    if not dense:
        raise ValueError("expected at least one density, got none")
    return [_Candidate(_at_density(given, one), f"{tokens.format_number(one)}x") for one in dense]


def _at_width(spec: Spec | None, width: int) -> Spec:
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
    except ValueError:  # too long to be doubled
        return True


def _at_density(spec: Spec, density: float) -> Spec:
    """Ask for the same picture for a screen of ``density`` device pixels per CSS pixel."""
    lowest, highest = RANGES["pixel_ratio"]
    tokens.decimal(tokens.format_number(density), lowest, highest, "device pixels per CSS pixel")
    if density == 1:
        return spec
    if not isinstance(spec.resolved.dimensions, Bounds) or spec.pixel_ratio != 1:
        raise ValueError(f"expected a SPEC with sides that densities can multiply, got {spec}")
    return replace(spec, pixel_ratio=density)


def _sides(spec: Spec) -> tuple[int, int] | tuple[None, None]:
    """Work out width and height where the SPEC fixes both, whatever the original."""
    asked = spec.resolved
    dimensions = asked.dimensions
    # A margin adds to them, and nobody knows what a plugin does.
    known = all(operation.name in known_operations.BUILTIN for operation in asked.operations)
    if not isinstance(dimensions, Bounds) or not known or any(op.name == "pad" for op in asked.operations):
        return None, None
    if dimensions.width and dimensions.height and asked.fit in _EXACT:
        return dimensions.width, dimensions.height
    if asked.ratio and dimensions.width:
        return dimensions.width, max(1, _quotient(dimensions.width * asked.ratio.height, asked.ratio.width))
    if asked.ratio and dimensions.height:
        return max(1, _quotient(dimensions.height * asked.ratio.width, asked.ratio.height)), dimensions.height
    return None, None


def _quotient(dividend: int, divisor: int) -> int:
    """Divide whole numbers, half up."""
    return (2 * dividend + divisor) // (2 * divisor)


def _checked(attributes: Mapping[str, str]) -> Mapping[str, str]:
    for name in attributes:
        if not _ATTRIBUTE.fullmatch(name) or name in _OWN_ATTRIBUTES:
            raise ValueError(f"expected the name of an attribute that is not set otherwise, got {name!r}")
    return attributes


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    written = "".join(f' {attribute}="{escape(value)}"' for attribute, value in attributes.items())
    return f"<{name}{written}>"
