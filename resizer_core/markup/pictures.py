"""Write addresses of derivatives, ``srcset``, ``<picture>`` and ``<link rel="preload">``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from resizer_core import formats as known_formats
from resizer_core.markup.addresses import Addresses
from resizer_core.markup.candidates import Candidate, whole_px
from resizer_core.markup.html import Html, checked, escaped, tag
from resizer_core.mistakes import check_several
from resizer_core.model import Size
from resizer_core.site import DEFAULT_SITE, Site
from resizer_core.spec import Spec

#: What ``picture`` offers, best first; the last is for browsers that know none of the others.
FORMATS: Final = ("avif", "webp", "jpg")

#: A media query, the SPEC where it holds, and the width and height of the element there, CSS px.
Source: TypeAlias = "tuple[str, Spec | str] | tuple[str, Spec | str, int, int]"

_OWN_ATTRIBUTES: Final = frozenset(
    {"alt", "decoding", "height", "loading", "sizes", "src", "srcset", "width"}
)


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
        site: whose presets and operations the SPEC may name. What its access policy would refuse is refused.

    Raises:
        ValueError: the SPEC breaks the grammar (``InvalidSpec``), no original may have this key
            (``InvalidKey``), or the key of signatures is empty.
        NotAllowed: the policy of ``site`` refuses the SPEC: it wants a signature, for example.
    """
    addresses = Addresses(base=base, signing_key=signing_key, site=site)
    return addresses.url(addresses.read(spec), key)


def srcset(
    key: str,
    *,
    spec: Spec | str | None = None,
    widths: Iterable[int] | None = None,
    densities: Iterable[float] | None = None,
    original: Size | tuple[int, int] | None = None,
    base: str = "",
    signing_key: bytes | None = None,
    site: Site = DEFAULT_SITE,
) -> str:
    """Write the value of ``srcset``: one picture in several widths, or for several kinds of screens.

    >>> srcset("cat.jpg", widths=(320, 640))
    '/320x/cat.jpg 320w, /640x/cat.jpg 640w'
    >>> srcset("cat.jpg", widths=(320, 640, 1280), original=(451, 300))
    '/320x/cat.jpg 320w, /451x/cat.jpg 451w'
    >>> srcset("cat.jpg", spec="16x9_fit-cover", widths=(320, 640))
    '/320x180_fit-cover/cat.jpg 320w, /640x360_fit-cover/cat.jpg 640w'
    >>> srcset("cat.jpg", spec="300x200", densities=(1, 1.5))
    '/300x200/cat.jpg 1x, /450x300/cat.jpg 1.5x'

    Args:
        key: of the original.
        spec: what is asked for. With ``widths`` its sides say the ratio alone, and it may be left out.
        widths: px, for an element whose width depends on the page.
        densities: device pixels per CSS pixel, 1 to 4 with one decimal, for an element of a fixed width.
            When neither is given: 1 and 2; 1 for a preset without ``signing_key``, since 2 needs a signature.
        original: width and height of the original, upright, px. Candidates for which it is too small go; the
            largest that it fills comes in their place. With ``trim`` and the options of plugins it helps not.
        base, signing_key, site: as for ``url``.

    Raises:
        ValueError: as ``url``; or ``spec`` has no width for ``widths`` to take the place of, or lengths that
            belong to one width (``blur``, ``pad``, ``round``), or no sides for ``densities`` to multiply; or
            a number is none.
    """
    addresses = Addresses(base=base, signing_key=signing_key, site=site)
    return addresses.srcset(addresses.candidates(spec, widths, densities, original), key)


def picture(
    key: str,
    *,
    alt: str,
    spec: Spec | str | None = None,
    widths: Iterable[int] | None = None,
    densities: Iterable[float] | None = None,
    original: Size | tuple[int, int] | None = None,
    sizes: str | None = None,
    sources: Iterable[Source] = (),
    formats: Sequence[str] = FORMATS,
    moving: bool = False,
    width: int | None = None,
    height: int | None = None,
    lazy: bool = True,
    attributes: Mapping[str, object] | None = None,
    base: str = "",
    signing_key: bytes | None = None,
    site: Site = DEFAULT_SITE,
) -> Html:
    """Write a ``<picture>`` element: the best format that the browser knows, in the size that it wants.

    >>> print(picture("cat.jpg", spec="30x20_fit-cover", alt="A cat", densities=[1], formats=["webp", "jpg"]))
    <picture><source type="image/webp" srcset="/30x20_fit-cover_f-webp/cat.jpg 1x"><img \
src="/30x20_fit-cover_f-jpg/cat.jpg" srcset="/30x20_fit-cover_f-jpg/cat.jpg 1x" width="30" height="20" \
alt="A cat" loading="lazy" decoding="async"></picture>

    A value with ``__html__``, such as Jinja's ``Markup``, is taken as HTML.

    Args:
        key: of the original.
        alt: what the picture says to those who do not see it; empty for mere decoration.
        spec, widths, densities, original: as for ``srcset``. The SPEC names no format.
        sizes: how wide the element is on the page, with ``widths``. Where nothing is said: ``100vw``; with
            ``lazy`` and both sides ``auto, 100vw``, so that the browser measures the element.
        sources: art direction: other pictures where media queries hold, each ``(media, spec)`` or
            ``(media, spec, width, height)``. The first whose query holds is taken.
        formats: best first; the last is for browsers that know none of the others.
        moving: whether the original may be an animation. AVIF is then left out: it would hold one frame.
        width, height: of the element, CSS px, so that the page does not jump when the picture comes. Where
            the SPEC or ``original`` says both sides, they need not be given.
        lazy: fetched when it is about to be seen. Not for what a page opens with.
        attributes: of the ``<img>``, such as ``{"class": "hero"}``.
        base, signing_key, site: as for ``url``.

    Raises:
        ValueError: as ``srcset``; or a format does not go with the SPEC, an attribute cannot be set, or
            ``sizes`` is ``auto`` without ``lazy`` and both sides.
    """
    addresses = Addresses(base=base, signing_key=signing_key, site=site)
    if not (hasattr(alt, "casefold") or hasattr(alt, "__html__")):
        raise ValueError("expected alt as a text: what the picture says to those who do not see it")
    offered = addresses.candidates(spec, widths, densities, original)
    names = _format_names(formats, moving=moving)
    # A browser that knows no srcset is old, and its screen large rather than small.
    usual = 0 if widths is None else -1
    sides = _sides(offered[usual], width, height)
    shown_in = _shown_in(sizes, fluid=widths is not None, measured=lazy and len(sides) == 2)
    elements = []
    for source in sources:
        if len(source) not in (2, 4):
            raise ValueError(f"expected (media, spec) or (media, spec, width, height), got {source!r}")
        media, asked, *own = source
        directed = addresses.candidates(asked, widths, densities, original)
        own_sides = _sides(directed[usual], *(own or (None, None)))
        elements += [
            {"media": media, **one, **own_sides} for one in addresses.sources(directed, names, key, shown_in)
        ]
    *better, last = addresses.sources(offered, names, key, shown_in)
    del last["type"]
    image = {
        "src": addresses.url(addresses.in_format(offered[usual], names[-1]).spec, key),
        **last,
        **sides,
        "alt": alt,
        **({"loading": "lazy"} if lazy else {}),
        "decoding": "async",
        **checked(attributes or {}, _OWN_ATTRIBUTES),
    }
    written = "".join(tag("source", source) for source in (*elements, *better))
    return Html(f"<picture>{written}{tag('img', image)}</picture>")


def preload(
    key: str,
    *,
    spec: Spec | str | None = None,
    widths: Iterable[int] | None = None,
    densities: Iterable[float] | None = None,
    original: Size | tuple[int, int] | None = None,
    sizes: str | None = None,
    format: str = FORMATS[0],
    media: str | None = None,
    base: str = "",
    signing_key: bytes | None = None,
    site: Site = DEFAULT_SITE,
) -> Html:
    """Write a ``<link>`` for the ``<head>``, so that the picture a page opens with is fetched at once.

    >>> print(preload("cat.jpg", widths=[480, 960]))
    <link rel="preload" as="image" type="image/avif" imagesrcset="/480x_f-avif/cat.jpg 480w, \
/960x_f-avif/cat.jpg 960w" imagesizes="100vw" fetchpriority="high">

    Args:
        key, spec, widths, densities, original, sizes: as for the ``picture``, which has ``lazy=False``.
        format: the first of the picture's formats. A browser that does not know it fetches nothing here.
        media: a media query, where the picture has ``sources``.
        base, signing_key, site: as for ``url``.

    Raises:
        ValueError: as ``picture``.
    """
    addresses = Addresses(base=base, signing_key=signing_key, site=site)
    offered = addresses.candidates(spec, widths, densities, original)
    shown_in = _shown_in(sizes, fluid=widths is not None, measured=False)
    (source,) = addresses.sources(offered, [known_formats.named(format).name], key, {})
    link = {
        "rel": "preload",
        "as": "image",
        "type": source["type"],
        "imagesrcset": source["srcset"],
        **{f"image{name}": value for name, value in shown_in.items()},
        **({} if media is None else {"media": media}),
        "fetchpriority": "high",
    }
    return Html(tag("link", link))


def _format_names(formats: Iterable[str], *, moving: bool) -> list[str]:
    """List the names of the formats, each once."""
    check_several(formats, "formats", expected="several formats", instead='write formats=["webp", "jpg"]')
    named = dict.fromkeys(known_formats.named(word).name for word in formats)
    names = [name for name in named if not (moving and name == known_formats.AVIF.name)]
    if not names:
        raise ValueError("expected at least one format, got none")
    return names


def _sides(candidate: Candidate, width: int | None, height: int | None) -> dict[str, object]:
    """Say how large the element is, as attributes."""
    if width is None and height is None:
        size = candidate.size
        return {} if size is None else {"width": size.width, "height": size.height}
    given = {"width": width, "height": height}
    return {name: whole_px(side, name) for name, side in given.items() if side is not None}


def _shown_in(sizes: str | None, *, fluid: bool, measured: bool) -> dict[str, object]:
    """Say how wide the element is on the page, as an attribute.

    Source: HTML, "sizes attributes": ``auto`` wants ``loading=lazy``. Without both sides a browser takes
    300x150 px for the element.
    """
    if not fluid:
        if sizes is not None:
            raise ValueError("sizes goes with widths: with densities the width of the element is fixed")
        return {}
    text = sizes or ("auto, 100vw" if measured else "100vw")
    if not measured and escaped(text, "sizes").strip().lower().startswith("auto"):
        raise ValueError(f"sizes {text!r} needs lazy=True, and the width and the height of the element")
    return {"sizes": text}
