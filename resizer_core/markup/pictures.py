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

#: The formats that ``picture`` offers, best first. The last is for browsers that know none of the others.
FORMATS: Final = ("avif", "webp", "jpg")

#: A media query, the SPEC to take when it matches, and the width and height of the element then, CSS px.
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
    """Write the address of a derivative. It is canonical, so it causes no redirect to another spelling.

    >>> url("300x200_Q-80", "un café.jpg", base="https://img.example.com")
    'https://img.example.com/300x200_q-80/un%20caf%C3%A9.jpg'

    Args:
        spec: the SPEC, as a value or in any spelling of the grammar.
        key: the key of the original.
        base: the URL of the delivery distribution. Without it the address begins with a slash.
        signing_key: signs the SPEC, for the access policy ``signed``.
        site: the SPEC may name its presets and operations, and must obey its access policy.

    Raises:
        ValueError: the SPEC breaks the grammar (``InvalidSpec``), no original may have this key
            (``InvalidKey``), or the signing key is empty.
        NotAllowed: the policy of ``site`` refuses the SPEC, for example because it has no signature.
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
    """Write the value of ``srcset``: one picture in several widths, or for several screen densities.

    >>> srcset("cat.jpg", widths=(320, 640))
    '/320x/cat.jpg 320w, /640x/cat.jpg 640w'
    >>> srcset("cat.jpg", widths=(320, 640, 1280), original=(451, 300))
    '/320x/cat.jpg 320w, /451x/cat.jpg 451w'
    >>> srcset("cat.jpg", spec="16x9_fit-cover", widths=(320, 640))
    '/320x180_fit-cover/cat.jpg 320w, /640x360_fit-cover/cat.jpg 640w'
    >>> srcset("cat.jpg", spec="300x200", densities=(1, 1.5))
    '/300x200/cat.jpg 1x, /450x300/cat.jpg 1.5x'

    Args:
        key: the key of the original.
        spec: the SPEC. With ``widths`` only the ratio of its sides counts, and you may leave it out.
        widths: px, for an element whose width depends on the page.
        densities: device pixels per CSS pixel, 1 to 4 with one decimal, for an element of a fixed width.
            If you give neither, the densities are 1 and 2. A preset without ``signing_key`` gets 1 alone,
            because 2 needs a signature.
        original: the upright width and height of the original, px. Candidates that are too large for it are
            left out, and the largest one that it can fill takes their place. This has no effect with ``trim``
            or options of plugins.
        base, signing_key, site: as for ``url``.

    Raises:
        ValueError: as ``url``. Or ``widths`` are given, and ``spec`` has no width, or has lengths that belong
            to one width (``blur``, ``pad``, ``round``). Or ``densities`` are given, and ``spec`` has no sides
            to multiply. Or a width or a density is not a number in its range.
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
    """Write a ``<picture>`` element. The browser takes the best format that it knows, in the size it needs.

    >>> print(picture("cat.jpg", spec="30x20_fit-cover", alt="A cat", densities=[1], formats=["webp", "jpg"]))
    <picture><source type="image/webp" srcset="/30x20_fit-cover_f-webp/cat.jpg 1x"><img \
src="/30x20_fit-cover_f-jpg/cat.jpg" srcset="/30x20_fit-cover_f-jpg/cat.jpg 1x" width="30" height="20" \
alt="A cat" loading="lazy" decoding="async"></picture>

    A value with ``__html__``, such as Jinja's ``Markup``, is taken as HTML.

    Args:
        key: the key of the original.
        alt: a description for people who do not see the picture. It is empty for mere decoration.
        spec, widths, densities, original: as for ``srcset``. The SPEC must name no format.
        sizes: the width of the element on the page, with ``widths``. The default is ``100vw``. With ``lazy``
            and both sides it is ``auto, 100vw``, so that the browser measures the element.
        sources: art direction: other pictures for media queries, each ``(media, spec)`` or
            ``(media, spec, width, height)``. The browser takes the first whose query matches.
        formats: best first. The last is for browsers that know none of the others.
        moving: whether the original may be an animation. If so, AVIF is left out: it would hold one frame.
        width, height: the size of the element, CSS px, so that the page does not jump when the picture
            arrives. You need not give them if the SPEC or ``original`` says both sides.
        lazy: whether the browser waits until the picture is about to be seen. Set it to False for pictures
            at the top of a page.
        attributes: more attributes of the ``<img>``, such as ``{"class": "hero"}``.
        base, signing_key, site: as for ``url``.

    Raises:
        ValueError: as ``srcset``. Or a format does not go with the SPEC, an attribute cannot be set, or
            ``sizes`` is ``auto`` without ``lazy`` and both sides.
    """
    addresses = Addresses(base=base, signing_key=signing_key, site=site)
    if not (hasattr(alt, "casefold") or hasattr(alt, "__html__")):
        raise ValueError("expected alt as a text: what the picture says to those who do not see it")
    offered = addresses.candidates(spec, widths, densities, original)
    names = _format_names(formats, moving=moving)
    # A browser without srcset is old, and its screen is probably large.
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
    """Write a ``<link>`` for the ``<head>``, so that the browser fetches a picture at once.

    >>> print(preload("cat.jpg", widths=[480, 960]))
    <link rel="preload" as="image" type="image/avif" imagesrcset="/480x_f-avif/cat.jpg 480w, \
/960x_f-avif/cat.jpg 960w" imagesizes="100vw" fetchpriority="high">

    Args:
        key, spec, widths, densities, original, sizes: as for the ``picture``, which needs ``lazy=False``.
        format: the first of the picture's formats. A browser that does not know it ignores the link.
        media: a media query, if the picture has ``sources``.
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
    """List the names of the formats, each of them once."""
    check_several(formats, "formats", expected="several formats", instead='write formats=["webp", "jpg"]')
    named = dict.fromkeys(known_formats.named(word).name for word in formats)
    names = [name for name in named if not (moving and name == known_formats.AVIF.name)]
    if not names:
        raise ValueError("expected at least one format, got none")
    return names


def _sides(candidate: Candidate, width: int | None, height: int | None) -> dict[str, object]:
    """Write the attributes that say how large the element is."""
    if width is None and height is None:
        size = candidate.size
        return {} if size is None else {"width": size.width, "height": size.height}
    given = {"width": width, "height": height}
    return {name: whole_px(side, name) for name, side in given.items() if side is not None}


def _shown_in(sizes: str | None, *, fluid: bool, measured: bool) -> dict[str, object]:
    """Write the attribute that says how wide the element is on the page.

    Source: HTML, "sizes attributes": ``auto`` needs ``loading=lazy``. Without both sides a browser takes
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
