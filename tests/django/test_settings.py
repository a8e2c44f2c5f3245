"""Test Django's settings, and how they are checked at the start."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from resizer_core import Site, parse_presets
from resizer_core.django.pictures import url

WRONG: dict[str, tuple[Any, str]] = {
    "nothing": (None, "RESIZER: expected a dict with BASE_URL, PRESETS, SIGNING_KEY, SITE, got NoneType"),
    "unknown": ({"BASE": ""}, "RESIZER: unknown name 'BASE'; known: BASE_URL, PRESETS, SIGNING_KEY, SITE"),
    "no-base": ({}, "RESIZER['BASE_URL']: expected where delivery is, such as 'https://img.example.com'"),
    "base": ({"BASE_URL": "img.example.com"}, "for the host of the page, got 'img.example.com'"),
    "site": ({"SITE": "site"}, "RESIZER['SITE']: expected a resizer_core.Site, got str"),
    "presets": ({"PRESETS": ["300x"]}, "RESIZER['PRESETS']: expected SPECs by name, such as"),
    "preset": ({"PRESETS": {"a": "300x_blr"}}, "RESIZER['PRESETS']: the preset 'a': unknown option 'blr'"),
    "no-key": (
        {"SIGNING_KEY": None},
        "RESIZER['SIGNING_KEY']: expected a text or bytes, not empty, got NoneType",
    ),
    "empty-key": (
        {"SIGNING_KEY": ""},
        "RESIZER['SIGNING_KEY']: expected a text or bytes, not empty, got none",
    ),
}


@pytest.mark.parametrize(("given", "text"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_stops_the_start_and_the_first_picture(given: Any, text: str) -> None:
    with override_settings(RESIZER=given):
        assert any(text in error.msg for error in run_checks() if error.id == "resizer_core.E001")
        with pytest.raises(ImproperlyConfigured) as caught:
            url("300x", "a.jpg")
    assert text in str(caught.value)


def test_everything_that_is_wrong_is_said_at_once_and_no_key_of_signatures_is_shown() -> None:
    with override_settings(RESIZER={"SITE": None, "SIGNING_KEY": ["secret"], "PRESET": {}}):
        said = [error.msg for error in run_checks()]
    assert len(said) == 4
    assert not any("secret" in text for text in said)


@pytest.mark.parametrize("base", ["", "/pictures", "//img.example.com", "https://img.example.com/pictures/"])
def test_what_is_right_is_taken(base: str) -> None:
    with override_settings(
        RESIZER={"BASE_URL": base, "PRESETS": {"a": "300x"}, "SIGNING_KEY": b"k", "SITE": Site()}
    ):
        assert run_checks() == []
        assert url("p-a", "a.jpg").startswith(f"{base.rstrip('/')}/p-a_s-")


def test_presets_join_those_of_the_site() -> None:
    site = Site(presets=parse_presets({"a": "300x"}))
    with override_settings(RESIZER={"BASE_URL": "", "PRESETS": {"b": "200x"}, "SITE": site}):
        assert [url(f"p-{name}", "a.jpg") for name in "ab"] == ["/p-a/a.jpg", "/p-b/a.jpg"]
