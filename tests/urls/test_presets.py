"""Presets, read from the texts of a configuration."""

from __future__ import annotations

import pytest

from resizer_core.urls.grammar import parse_presets

WRONG_PRESETS = {
    "a wrong SPEC": ({"a": "9x_blr-2"}, "the preset 'a': unknown option 'blr'"),
    "a preset": ({"a": "9x", "b": "p-a"}, "the preset 'b': unknown preset 'a'"),
    "a signature": (
        {"a": "9x_s-abcdefghijklmnop"},
        "the preset 'a': preset a may not name another preset or",
    ),
    "a name in capitals": ({"A": "9x"}, "the preset 'A': a preset's name is"),
    "a name with a dash": ({"a-b": "9x"}, "the preset 'a-b': a preset's name is"),
    "no name": ({"": "9x"}, "the preset '': a preset's name is"),
}


@pytest.mark.parametrize(("named", "text"), WRONG_PRESETS.values(), ids=WRONG_PRESETS)
def test_a_wrong_preset_is_named(named: dict[str, str], text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}"):
        parse_presets(named)


def test_presets_are_read_in_any_spelling() -> None:
    presets = parse_presets({"a.1": "300x_Q-80", "b": "50p"})
    assert {name: str(spec) for name, spec in presets.items()} == {"a.1": "300x_q-80", "b": "50p"}
