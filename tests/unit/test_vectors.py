"""The shared vectors, in Python; tests/javascript and tests/loop/test_edge.py run the same file."""

from __future__ import annotations

from typing import Any

import pytest

from resizer_core.errors import InvalidKey, InvalidSpec
from resizer_core.grammar import parse_spec
from resizer_core.paths import DerivativeKey
from resizer_core.signing import sign
from tests.vectors.urls import PRESETS, VECTORS


@pytest.mark.parametrize("row", VECTORS["canonical"].values(), ids=VECTORS["canonical"])
def test_a_spec_has_one_canonical_spelling(row: dict[str, str]) -> None:
    assert str(parse_spec(row["input"], presets=PRESETS)) == row["canonical"]
    assert str(parse_spec(row["canonical"], presets=PRESETS)) == row["canonical"]


@pytest.mark.parametrize("row", VECTORS["errors"], ids=lambda row: row["input"][:40])
def test_what_is_wrong_is_underlined(row: dict[str, Any]) -> None:
    with pytest.raises(InvalidSpec) as raised:
        parse_spec(row["input"], presets=PRESETS)
    assert (raised.value.start, raised.value.end) == (row["start"], row["end"])


@pytest.mark.parametrize("row", VECTORS["paths"].values(), ids=VECTORS["paths"])
def test_a_key_has_one_path(row: dict[str, str]) -> None:
    assert DerivativeKey(parse_spec(row["spec"], presets=PRESETS), row["key"]).path == row["path"]


@pytest.mark.parametrize("key", VECTORS["refused_keys"].values(), ids=VECTORS["refused_keys"])
def test_a_key_that_hops_read_in_different_ways_is_refused(key: str) -> None:
    with pytest.raises(InvalidKey):
        DerivativeKey(parse_spec("300x200"), key)


@pytest.mark.parametrize("row", VECTORS["signatures"], ids=lambda row: row["signed"])
def test_a_signature_is_the_same_everywhere(row: dict[str, str]) -> None:
    assert str(sign(parse_spec(row["spec"], presets=PRESETS), row["key"].encode())) == row["signed"]
