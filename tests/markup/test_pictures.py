"""Addresses and HTML: what is said where something is wrong. What they look like is in the vectors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import ClassVar

import pytest
from django.utils.functional import lazystr
from django.utils.html import conditional_escape
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from resizer_core.errors import InvalidKey, InvalidSpec, NotAllowed
from resizer_core.markup.html import Html
from resizer_core.markup.pictures import picture, srcset, url
from resizer_core.model import Bounds, ImageHeader, Size
from resizer_core.operations import BUILTIN, Operation
from resizer_core.site import Access, Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.paths import parse_path
from resizer_core.urls.signing import verify

PRESETS = {
    "thumb": parse_spec("300x200_fit-cover"),
    "half": parse_spec("50p"),
    "wide": parse_spec("400x_ar-2-1"),
}
KEY = b"a key of at least 32 characters!"


@dataclass(frozen=True, slots=True)
class Grow:
    """An operation of a plugin, of which only the plugin knows what it does to the size."""

    name: ClassVar[str] = "acme.grow"
    long_name: ClassVar[str] = "acme.grow"
    order: ClassVar[int] = 900

    @classmethod
    def parse(cls, text: str) -> Grow:
        assert not text
        return cls()

    def __str__(self) -> str:
        return self.name

    def measure(self, header: ImageHeader) -> ImageHeader:
        return header


OPERATIONS: dict[str, type[Operation]] = {**BUILTIN, Grow.name: Grow}


def test_an_address_may_be_made_of_a_value() -> None:
    assert url(Spec(dimensions=Bounds(300, None), quality=80), "cat.jpg") == "/300x_q-80/cat.jpg"


def test_an_address_is_signed_with_the_key() -> None:
    address = url("300x_Q-80", "cat.jpg", base="https://img.example.com", signing_key=KEY)
    assert verify(parse_path(address.removeprefix("https://img.example.com")).spec, [KEY])


def test_what_the_policy_refuses_is_refused_while_the_page_is_written() -> None:
    site = Site(presets=PRESETS, access=Access.SIGNED, keys=[KEY])
    assert url("p-thumb_f-webp", "cat.jpg", site=site) == "/p-thumb_f-webp/cat.jpg"
    assert srcset("cat.jpg", spec="p-thumb", site=site) == "/p-thumb/cat.jpg 1x"
    assert srcset("cat.jpg", spec="p-thumb", signing_key=KEY, site=site).count("_s-") == 2
    for spec in ("300x", "p-thumb_v-2"):
        with pytest.raises(NotAllowed, match="needs? a signature here"):
            url(spec, "cat.jpg", site=site)
    with pytest.raises(NotAllowed, match="v, q and dpr after a preset need a signature here"):
        picture("cat.jpg", spec="p-thumb", densities=[1, 2], alt="", site=site)
    with pytest.raises(NotAllowed, match="the signature is wrong"):
        url("300x", "cat.jpg", signing_key=b"another key of at least 32 characters", site=site)


def test_a_signature_that_is_there_is_kept() -> None:
    assert url("300x_s-abcdefghijklmnop", "cat.jpg") == "/300x_s-abcdefghijklmnop/cat.jpg"


def test_a_wrong_spec_is_underlined() -> None:
    with pytest.raises(InvalidSpec, match=r"\^\^\^\^\^"):
        url("300x_blr-2", "cat.jpg")


def test_a_wrong_key_is_refused() -> None:
    with pytest.raises(InvalidKey, match="expected a key without a leading"):
        url("300x", "/cat.jpg")


def test_a_preset_is_known_by_its_name() -> None:
    with pytest.raises(InvalidSpec, match="unknown preset 'thumb'; known: none is configured"):
        url("p-thumb", "cat.jpg")


def test_the_options_of_plugins_may_be_named() -> None:
    assert url("300x_acme.grow", "cat.jpg", site=Site(operations=OPERATIONS)) == "/300x_acme.grow/cat.jpg"
    assert "width" not in picture(
        "cat.jpg", spec="300x200_fit-cover_acme.grow", alt="", site=Site(operations=OPERATIONS)
    )


def test_an_element_has_the_sides_that_its_preset_fixes() -> None:
    assert 'width="300" height="200"' in picture(
        "cat.jpg", spec="p-thumb", alt="", site=Site(presets=PRESETS)
    )
    assert 'width="400" height="200"' in picture("cat.jpg", spec="p-wide", alt="", site=Site(presets=PRESETS))


def test_an_original_may_be_a_size() -> None:
    assert srcset("cat.jpg", widths=[480], original=Size(451, 300)) == "/451x/cat.jpg 451w"


def test_densities_of_a_preset_without_sides_are_refused() -> None:
    with pytest.raises(
        ValueError, match="expected a SPEC with sides that densities can multiply, got p-half"
    ):
        srcset("cat.jpg", spec="p-half", densities=[2], site=Site(presets=PRESETS))


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "neither": ({}, "expected a SPEC or widths, got neither"),
    "both": ({"widths": [1], "densities": [1]}, "expected widths or densities, got both"),
    "no width": ({"widths": []}, "expected at least one width, got none"),
    "half a width": ({"widths": [480.5]}, "expected widths in whole px, at least 1, got 480.5"),
    "no number": ({"widths": [True]}, "expected widths in whole px, at least 1, got True"),
    "an original": (
        {"widths": [9], "original": (9,)},
        "expected original as (width, height) in px",
    ),
    "no density": ({"spec": "9x", "densities": []}, "expected at least one density, got none"),
    "two decimals": (
        {"spec": "9x", "densities": [1.25]},
        "expected 1 to 4 device pixels per CSS pixel, got '1.25'",
    ),
    "no width in SPEC": (
        {"spec": "x9", "widths": [1]},
        "expected a SPEC with a width to go with widths, got x9",
    ),
    "lengths": ({"spec": "9x_pad-1", "widths": [1]}, "9x_pad-1 has lengths that belong to one width"),
    "a signature": (
        {"spec": "9x_s-abcdefghijklmnop"},
        "expected a SPEC without s, got 9x_s-abcdefghijklmnop",
    ),
}


@pytest.mark.parametrize(("options", "text"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_srcset_says_why(options: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}"):
        srcset("cat.jpg", **options)  # type: ignore[arg-type]


REFUSED_PICTURES: dict[str, tuple[dict[str, object], str]] = {
    "a format in SPEC": ({"spec": "9x_f-webp"}, "expected a SPEC without f, got 9x_f-webp"),
    "no format": ({"spec": "9x", "formats": []}, "expected at least one format, got none"),
    "an unknown format": ({"spec": "9x", "formats": ["bmp"]}, "unknown format 'bmp'; known: jpg, png"),
    "sizes": ({"spec": "9x", "sizes": "50vw"}, "sizes goes with widths"),
    "an attribute": ({"spec": "9x", "attributes": {"onload =": ""}}, "expected the name of an attribute"),
    "a value": ({"spec": "9x", "attributes": {"title": None}}, "expected a text or a number for title, got"),
    "a width": ({"spec": "9x", "width": 9.5}, "expected width in whole px, at least 1, got 9.5"),
    "auto": ({"widths": [9], "sizes": "auto"}, "sizes 'auto' needs lazy=True"),
    "a source": ({"spec": "9x", "sources": [("print",)]}, "expected (media, spec) or (media, spec, width,"),
}


@pytest.mark.parametrize(("options", "text"), REFUSED_PICTURES.values(), ids=REFUSED_PICTURES)
def test_what_makes_no_picture_says_why(options: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}"):
        picture("cat.jpg", alt="", **options)  # type: ignore[arg-type]


def test_markup_is_text_that_is_not_escaped_again() -> None:
    made = picture("cat.jpg", spec="9x", alt="&")
    assert isinstance(made, str)
    assert isinstance(made, Html)
    assert made.__html__() == str(made)
    assert type(made + "<b>") is str  # what is added to it is escaped as any text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (Markup.escape("Ann & Bob"), "Ann &amp; Bob"),
        (conditional_escape("Ann & Bob"), "Ann &amp; Bob"),
        (Markup('5" &lt; 6"'), "5&quot; &lt; 6&quot;"),
        (Html("Ann &amp; Bob"), "Ann &amp; Bob"),
        (lazystr("Ann & Bob"), "Ann &amp; Bob"),
    ],
    ids=["Jinja", "Django", "a quotation mark", "ours", "made later"],
)
def test_marked_text_is_taken_as_html(text: str, written: str) -> None:
    made = picture("cat.jpg", spec="9x", alt=text, attributes={"title": text}, formats=["jpg"])
    assert f' alt="{written}" ' in made
    assert f' title="{written}">' in made


class Reader(HTMLParser):
    """The elements of a page and their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


@given(st.text(), st.text())
def test_no_text_breaks_out_of_its_attribute(alt: str, label: str) -> None:
    reader = Reader()
    reader.feed(picture("cat.jpg", spec="9x", alt=alt, formats=["jpg"], attributes={"data-label": label}))
    assert [tag for tag, _ in reader.elements] == ["picture", "img"]
    attributes = reader.elements[1][1]
    assert list(attributes) == ["src", "srcset", "alt", "loading", "decoding", "data-label"]
    assert (attributes["alt"], attributes["data-label"]) == (alt, label)


@given(
    st.sampled_from(["300x200_fit-cover", "16x9_fit-contain", "9x_ar-1-1", "50x"]),
    st.sets(st.integers(1, 5000), min_size=1),
)
def test_every_address_in_a_picture_is_canonical(spec: str, widths: set[int]) -> None:
    made = picture("un café.jpg", spec=spec, widths=widths, alt="")
    paths = re.findall(r"/\S+caf%C3%A9\.jpg", made)
    assert len(paths) == 3 * len(widths) + 1
    for path in paths:
        assert parse_path(path.replace("%20", " ").replace("%C3%A9", "é")).path == path
