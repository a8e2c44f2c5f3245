"""Make derivatives that nobody has asked for: which SPECs may be, and under which key they are stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import resizer_core as core
from tests.doubles import filled, picture

KEY = b"a key of at least 32 characters!"


def generator(**site: Any) -> core.Generator:
    settings = core.Settings(
        originals="memory:", derivatives="memory:", base_url="https://img.test", site=core.Site(**site)
    )
    return core.Generator(settings, originals=filled({"cat.jpg": picture()}))


def test_a_derivative_is_stored_where_a_viewer_asks_for_it() -> None:
    made = generator()
    [spec] = made.specs(["30x_Q-80"])
    assert made.make(spec, "cat.jpg").outcome is core.Outcome.MADE
    assert [found.key for found in made.derivatives.list()] == ["30x_q-80/cat.jpg"]
    assert made.make(spec, "cat.jpg").outcome is core.Outcome.ALREADY_STORED


def test_a_derivative_is_noted_in_the_index_of_the_settings(tmp_path: Path) -> None:
    settings = core.Settings(
        originals="memory:", derivatives="memory:", base_url="https://img.test", index=str(tmp_path)
    )
    made = core.Generator(settings, originals=filled({"cat.jpg": picture()}))
    made.make(made.specs(["30x"])[0], "cat.jpg")
    assert made.index
    assert [found.key for found in made.index.list()] == ["cat.jpg/30x"]


def test_specs_are_read_once_each() -> None:
    assert [*map(str, generator().specs(["30x_Q-80", "20x", "30x_q-80"]))] == ["30x_q-80", "20x"]


def test_a_signature_is_given_where_the_site_wants_one() -> None:
    presets = {"thumb": core.parse_spec("9x")}
    signed = generator(access=core.Access.SIGNED, keys=(KEY,), presets=presets)
    assert [*map(str, signed.specs(["30x", "p-thumb"]))] == [
        str(core.sign(core.parse_spec("30x"), KEY)),
        "p-thumb",
    ]


@pytest.mark.parametrize(
    ("spec", "error", "said"),
    [
        ("30x_f-auto", core.InvalidSpec, "expected a format, such as f-webp"),
        ("30x_blr-2", core.InvalidSpec, "unknown option"),
        ("30x_wm-logo", core.InvalidSpec, "unknown watermark"),
        ("9000x", core.LimitExceeded, "at most 8192 px"),
        ("30x_s-aaaaaaaaaaaaaaaa", core.NotAllowed, "signature"),
    ],
)
def test_a_spec_that_no_viewer_could_get_is_refused(
    spec: str, error: type[core.RequestError], said: str
) -> None:
    with pytest.raises(error, match=said):
        generator().specs([spec])


def test_a_spec_that_the_site_does_not_answer_is_refused() -> None:
    with pytest.raises(core.NotAllowed, match="only presets are answered"):
        generator(access=core.Access.PRESETS).specs(["30x"])
