"""The shared vectors, in Python.

tests/javascript and tests/local_loop/test_cloudfront_function.py run the same file.
"""

from __future__ import annotations

from typing import Any

import pytest

from resizer_core.errors import InvalidKey, InvalidSpec
from resizer_core.markup.pictures import picture, preload, srcset, url
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.paths import DerivativeKey
from resizer_core.urls.signing import sign
from tests.vectors.urls import SITE, VECTORS


@pytest.mark.parametrize("row", VECTORS["canonical"].values(), ids=VECTORS["canonical"])
def test_a_spec_has_one_canonical_spelling(row: dict[str, str]) -> None:
    assert str(parse_spec(row["input"], site=SITE)) == row["canonical"]
    assert str(parse_spec(row["canonical"], site=SITE)) == row["canonical"]


@pytest.mark.parametrize("row", VECTORS["errors"], ids=lambda row: row["input"][:40])
def test_what_is_wrong_is_underlined(row: dict[str, Any]) -> None:
    with pytest.raises(InvalidSpec) as raised:
        parse_spec(row["input"], site=SITE)
    assert (raised.value.start, raised.value.end) == (row["start"], row["end"])


@pytest.mark.parametrize("row", VECTORS["paths"].values(), ids=VECTORS["paths"])
def test_a_key_has_one_path(row: dict[str, str]) -> None:
    assert DerivativeKey(parse_spec(row["spec"], site=SITE), row["key"]).path == row["path"]


@pytest.mark.parametrize("row", VECTORS["paths"].values(), ids=VECTORS["paths"])
def test_an_address_is_the_base_and_the_path(row: dict[str, str]) -> None:
    address = url(row["spec"], row["key"], base="https://img.example.com", site=SITE)
    assert address == f"https://img.example.com{row['path']}"


@pytest.mark.parametrize("key", VECTORS["refused_keys"].values(), ids=VECTORS["refused_keys"])
def test_a_key_that_hops_read_in_different_ways_is_refused(key: str) -> None:
    with pytest.raises(InvalidKey):
        DerivativeKey(parse_spec("300x200"), key)


@pytest.mark.parametrize("key", VECTORS["unreachable_keys"].values(), ids=VECTORS["unreachable_keys"])
def test_a_page_gets_no_address_that_leads_nowhere(key: str) -> None:
    refused = r"expected a key without \?.* v- in the SPEC"
    with pytest.raises(InvalidKey, match=refused):
        url("300x200", key)
    with pytest.raises(InvalidKey, match=refused):
        srcset(key, widths=[300])
    with pytest.raises(InvalidKey, match=refused):
        picture(key, widths=[300], alt="")


@pytest.mark.parametrize("row", VECTORS["signatures"], ids=lambda row: row["signed"])
def test_a_signature_is_the_same_everywhere(row: dict[str, str]) -> None:
    assert str(sign(parse_spec(row["spec"], site=SITE), row["key"].encode())) == row["signed"]


KEY = "people/an n.jpg"


def options(row: dict[str, Any]) -> dict[str, Any]:
    """The options of a row as Python has them."""
    secret = {"signing_key": row["signing_key"].encode()} if "signing_key" in row else {}
    return {**row, **secret, "site": SITE}


@pytest.mark.parametrize("row", VECTORS["srcset"].values(), ids=VECTORS["srcset"])
def test_a_srcset(row: dict[str, Any]) -> None:
    assert srcset(KEY, **options(row["options"])) == row["srcset"]


@pytest.mark.parametrize("row", VECTORS["picture"].values(), ids=VECTORS["picture"])
def test_a_picture(row: dict[str, Any]) -> None:
    assert picture(KEY, **options(row["options"])) == row["picture"]


@pytest.mark.parametrize("row", VECTORS["preload"].values(), ids=VECTORS["preload"])
def test_a_preload(row: dict[str, Any]) -> None:
    assert preload(KEY, **options(row["options"])) == row["preload"]


@pytest.mark.parametrize("row", VECTORS["refused_srcset"].values(), ids=VECTORS["refused_srcset"])
def test_what_makes_no_srcset_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  only Python's texts are this project's: tests/urls/test_markup.py
        srcset(KEY, **options(row))


@pytest.mark.parametrize("row", VECTORS["refused_picture"].values(), ids=VECTORS["refused_picture"])
def test_what_makes_no_picture_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        picture(KEY, **options(row))


@pytest.mark.parametrize("row", VECTORS["refused_preload"].values(), ids=VECTORS["refused_preload"])
def test_what_makes_no_preload_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        preload(KEY, **options(row))
