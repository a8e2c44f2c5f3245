"""The template tags: ``{% load resizer %}``."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import override_settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

import resizer_core
from resizer_core import Access, NotAllowed, Site, parse_presets
from resizer_core.django import pictures
from tests.django.photos import photo

BASE = "https://img.example.com"
ANN = f"{BASE}/{{}}/people/ann%20%26%20bob.jpg"


def rendered(text: str, **context: Any) -> str:
    template = Template("{% load resizer %}" + text)
    return str(template.render(Context({"photo": photo(), **context})))


def test_an_address_of_a_field() -> None:
    assert rendered('{% picture_url "300x_Q-80" photo.image %}') == ANN.format("300x_q-80")


def test_an_address_of_a_key() -> None:
    assert rendered('{% picture_url "300x" "ann.jpg" %}') == f"{BASE}/300x/ann.jpg"


def test_a_srcset() -> None:
    made = rendered('{% picture_srcset photo.file spec="300x200_fit-cover" densities="1,1.5" %}')
    address = f"{BASE}/{{}}_fit-cover/people/file.jpg"
    assert made == f"{address.format('300x200')} 1x, {address.format('450x300')} 1.5x"


TAGS = {
    "{% picture photo.plain widths='480, 960' alt=title sizes='50vw' lazy=False %}": resizer_core.picture(
        "people/plain.jpg", widths=[480, 960], alt='Ann & "Bob"', sizes="50vw", lazy=False, base=BASE
    ),
    "{% picture photo.plain widths=480 alt='' formats='webp,jpg' moving=True %}": resizer_core.picture(
        "people/plain.jpg", widths=[480], alt="", formats=["webp", "jpg"], moving=True, base=BASE
    ),
    "{% picture photo.plain spec='30x20_fit-cover' alt='' attributes=\"class='a b' fetchpriority=high\" %}": (
        resizer_core.picture(
            "people/plain.jpg",
            spec="30x20_fit-cover",
            alt="",
            attributes={"class": "a b", "fetchpriority": "high"},
            base=BASE,
        )
    ),
    "{% picture photo.plain widths=wide alt='' attributes=small sources=portrait %}": resizer_core.picture(
        "people/plain.jpg",
        widths=[30],
        alt="",
        attributes={"class": "small"},
        sources=[("(max-width: 600px)", "1x1_fit-cover")],
        base=BASE,
    ),
    "{% picture_preload photo.plain widths='480,960' media='print' format='webp' %}": resizer_core.preload(
        "people/plain.jpg", widths=[480, 960], media="print", format="webp", base=BASE
    ),
}


@pytest.mark.parametrize(("tag", "expected"), TAGS.items(), ids=range(len(TAGS)))
def test_a_tag_takes_the_options_of_the_function(tag: str, expected: str) -> None:
    given = {
        "title": 'Ann & "Bob"',
        "wide": [30],
        "small": {"class": "small"},
        "portrait": [("(max-width: 600px)", "1x1_fit-cover")],
    }
    assert rendered(tag, **given) == expected


def test_what_is_html_goes_in_as_it_is_and_the_rest_is_escaped() -> None:
    made = rendered('{% picture photo.image spec="30x20_fit-cover" alt=photo.title as hero %}{{ hero }}')
    assert made.startswith("<picture><source ")
    assert 'alt="Ann &amp; &quot;Bob&quot;"' in made
    assert (
        rendered("{% picture_url spec key %}", spec="300x", key=SafeString("'.jpg")) == f"{BASE}/300x/%27.jpg"
    )


def test_only_html_is_marked_as_html() -> None:
    image = photo().image
    assert isinstance(pictures.picture(image, spec="30x20", alt=""), SafeString)
    assert isinstance(pictures.preload(image, spec="30x20"), SafeString)
    assert not isinstance(pictures.url("30x20", image), SafeString)
    assert not isinstance(pictures.srcset(image, spec="30x20"), SafeString)


def test_a_translation_that_is_made_later_is_a_text() -> None:
    assert 'alt="Ann"' in rendered("{% picture 'a.jpg' spec='30x20' alt=alt %}", alt=gettext_lazy("Ann"))


def test_the_size_is_taken_from_the_row_and_no_file_is_read() -> None:
    made = rendered("{% picture photo.image widths='320,960' alt='' formats='jpg' %}")
    assert f'srcset="{ANN.format("320x_f-jpg")} 320w, {ANN.format("451x_f-jpg")} 451w"' in made
    assert 'width="451" height="300"' in made


@pytest.mark.parametrize(
    "tag", ["picture photo.plain", "picture photo.file", "picture photo.image original=None"]
)
def test_without_a_size_in_the_row_none_is_known(tag: str) -> None:
    assert " width=" not in rendered(f"{{% {tag} widths='320,960' alt='' %}}")


def test_a_size_that_is_said_goes_before_that_of_the_row() -> None:
    made = rendered("{% picture photo.image widths='320,960' alt='' original=size %}", size=(300, 451))
    assert 'width="300" height="451"' in made


def test_a_row_without_the_columns_of_the_size_is_not_loaded_again() -> None:
    row = photo()
    del row.__dict__["width"]
    made = rendered("{% picture_srcset photo.image widths='960' %}", photo=row)
    assert made == f"{ANN.format('960x')} 960w"


WRONG = {
    "spec": ("picture_url '300x_blr-2' 'a.jpg'", r"unknown option 'blr'.*\n  300x_blr-2\n       \^{5}"),
    "no-file": ("picture photo.image alt='' spec='300x'", "expected the key of an original.*got nothing"),
    "no-key": ("picture 3 alt='' spec='300x'", "expected the key of an original.*got int"),
    "no-number": (
        "picture 'a.jpg' alt='' widths='wide'",
        "expected widths as numbers with commas .* got 'wide'",
    ),
    "preset": ("picture_url 'p-large' 'a.jpg'", "unknown preset 'large'"),
}


@pytest.mark.parametrize(("tag", "reason"), WRONG.values(), ids=WRONG)
def test_an_error_says_which_tag_and_what_is_wrong(tag: str, reason: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=reason) as caught:
        rendered(f"\n\n{{% if photo %}}{{% {tag} %}}{{% endif %}}", photo=photo(image=""))
    assert str(caught.value).startswith(f"<unknown source>, line 3, {{% {tag} %}}: ")


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("picture 'a.jpg' spec='300x'", "did not receive value.*'alt'"),
        ("picture 'a.jpg' spec='300x' alt='' hieght=3", "unexpected keyword argument 'hieght'"),
    ],
)
def test_a_wrong_option_is_an_error_before_the_page_is_asked_for(tag: str, reason: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=reason):
        Template(f"{{% load resizer %}}{{% {tag} %}}")


def test_what_the_policy_refuses_is_refused_while_the_page_is_written() -> None:
    site = Site(access=Access.PRESETS, presets=parse_presets({"thumb": "300x200"}))
    with override_settings(RESIZER={"BASE_URL": "", "SITE": site}):
        assert rendered("{% picture_url 'p-thumb' 'a.jpg' %}") == "/p-thumb/a.jpg"
        with pytest.raises(TemplateSyntaxError, match="only presets are answered") as caught:
            rendered("{% picture_url '300x' 'a.jpg' %}")
    assert isinstance(caught.value.__cause__, NotAllowed)


def test_a_key_of_signatures_signs() -> None:
    with override_settings(RESIZER={"BASE_URL": "", "SIGNING_KEY": "k" * 32}):
        assert rendered("{% picture_url '300x' 'a.jpg' %}") == resizer_core.url(
            "300x", "a.jpg", signing_key=b"k" * 32
        )
