"""Test what a server is told of each answer, and of itself."""

from __future__ import annotations

import pytest

import resizer_core as core
from resizer_core.serving.service import View
from tests.doubles import filled, picture


def test_each_answer_is_noted_with_what_became_of_it() -> None:
    noted = []

    def note(view: View, answer: core.Answer, outcome: str) -> None:
        noted.append((view.viewer, view.path, int(answer.status), outcome))

    originals = filled({"cat.jpg": picture()})
    service = core.Service(core.Resizer(originals, core.open_store("memory:")), note=note)
    for path in ("/30x20/cat.jpg", "/30x20/cat.jpg", "/30y/cat.jpg"):
        service.answer("GET", path, {}, viewer="192.0.2.1")
    assert noted == [
        ("192.0.2.1", "/30x20/cat.jpg", 200, "made"),
        ("192.0.2.1", "/30x20/cat.jpg", 200, "already_stored"),
        ("192.0.2.1", "/30y/cat.jpg", 400, "InvalidSpec"),
    ]


def test_it_is_sound_until_an_error_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    resizer = core.Resizer(filled({"cat.jpg": b"no picture"}), core.open_store("memory:"))
    service = core.Service(resizer)
    service.answer("GET", "/30x20/cat.jpg", {})
    assert service.sound

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a library is broken")

    monkeypatch.setattr(resizer, "produce", broken)
    assert service.answer("GET", "/30x20/cat.jpg", {}).status == 500
    assert not service.sound
