"""The examples of docs/django.md do what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.test import override_settings

from tests.django.photos import photo

PAGE = (Path(__file__).parents[2] / "docs" / "django.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```([\w+]*)\n(.*?)```", PAGE, re.DOTALL)
SETTINGS, IMPORT = (text for language, text in BLOCKS if language == "python")
[TEMPLATE] = (text for language, text in BLOCKS if language == "html+django")
CHECKED, RAISED = (text for language, text in BLOCKS if not language)


def said(text: str) -> str:
    """Shorten an error as the page does, which leaves out the list of known options."""
    return re.sub(r"known: [^\n]*", "...", text).strip()


@pytest.fixture
def settings() -> Any:
    names: dict[str, Any] = {}
    exec(SETTINGS, names)  # noqa: S102  the page's own lines
    return {name: names[name] for name in ("INSTALLED_APPS", "RESIZER")}


def test_the_template_is_rendered_by_the_settings(settings: Any) -> None:
    with override_settings(**settings):
        made = Template(TEMPLATE).render(Context({"photo": photo()}))
        assert run_checks() == []
    assert (made.count("<picture>"), made.count("<link"), made.count("<img")) == (3, 2, 4)
    assert '<img src="https://img.example.com/p-thumb_f-jpg/people/ann%20%26%20bob.jpg"' in made
    assert 'class="small round" id="ann"' in made


def test_the_names_are_there_for_python() -> None:
    exec(IMPORT, {})  # noqa: S102


def test_the_check_says_what_the_page_says(settings: Any) -> None:
    settings["RESIZER"]["PRESETS"]["thumb"] = "300x200_blr"
    with override_settings(**settings):
        [error] = run_checks()
    assert said(str(error)).splitlines()[0] == said(CHECKED)


def test_a_wrong_tag_says_what_the_page_says() -> None:
    tag = re.search(r"{%.*%}", RAISED)
    assert tag
    loaders = [
        ("django.template.loaders.locmem.Loader", {"photos/ann.html": f"{{% load resizer %}}\n\n{tag[0]}"})
    ]
    engine = Engine(loaders=loaders, libraries={"resizer": "resizer_core.django.templatetags.resizer"})
    with pytest.raises(TemplateSyntaxError) as caught:
        engine.get_template("photos/ann.html").render(Context({"photo": photo()}))
    assert said(str(caught.value)) == said(RAISED)
