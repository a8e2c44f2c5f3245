"""Test what a request becomes, whatever server it came through."""

from __future__ import annotations

import json

import resizer_core as core
from tests.doubles import filled, picture


def test_a_first_view_is_the_picture_and_the_second_is_one_read_of_the_store() -> None:
    derivatives = core.open_store("memory:")
    service = core.Service(core.Resizer(filled({"cat.jpg": picture()}), derivatives))
    first = service.answer("GET", "/30x20/cat.jpg", {})
    second = service.answer("GET", "/30x20/cat.jpg", {})
    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body == core.resize(picture(), "30x20").body
    assert service.answer("HEAD", "/30x20/cat.jpg", {}).body == b""


def test_an_error_is_said_in_words() -> None:
    service = core.Service(core.Resizer(filled({}), core.open_store("memory:")))
    answer = service.answer("GET", "/30x20/cat.jpg", {})
    assert (answer.status, json.loads(answer.body)["error"]) == (404, "SourceNotFound")
