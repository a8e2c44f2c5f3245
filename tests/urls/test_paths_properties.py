"""Paths and keys: the canonical path is a fixed point, and a key travels unchanged."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st

from resizer_core.errors import InvalidKey, InvalidSpec
from resizer_core.site import Site
from resizer_core.spec import Spec
from resizer_core.urls.paths import MAX_KEY_BYTES, DerivativeKey, check_source_key, key_variants, parse_path
from tests.spellings import nearly, texts
from tests.strategies import PRESETS, keys, specs

#: RFC 3986, 2.3: unreserved characters, percent-encoded octets, and slashes between segments.
SENT = re.compile(r"(?:/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+)+")


def canonical(path: str) -> str:
    """The canonical path of a request whose path was decoded."""
    return parse_path(path, site=Site(presets=PRESETS)).path


@given(texts, keys)
def test_the_canonical_path_is_a_fixed_point(text: str, key: str) -> None:
    once = canonical(f"/{text}/{key}")
    assert canonical(unquote(once)) == once


@given(specs, keys)
def test_a_key_comes_back_from_its_path(spec: Spec, key: str) -> None:
    derivative = DerivativeKey(spec, key)
    assert unquote(derivative.path) == f"/{derivative}"
    assert parse_path(unquote(derivative.path), site=Site(presets=PRESETS)) == derivative


@given(specs, keys)
def test_a_path_that_is_sent_has_nothing_left_to_encode(spec: Spec, key: str) -> None:
    path = DerivativeKey(spec, key).path
    assert SENT.fullmatch(path)
    assert not path.startswith("//")


@given(texts, keys)
def test_the_key_of_the_original_is_never_changed(text: str, key: str) -> None:
    assert parse_path(f"/{text}/{key}", site=Site(presets=PRESETS)).source == key


@given(keys)
def test_every_spelling_of_a_key_is_tried_once(key: str) -> None:
    tried = key_variants(key)
    assert tried[0] == key
    assert len(set(tried)) == len(tried) <= 3


@settings(max_examples=500)
@given(st.text(max_size=300))
def test_a_key_is_taken_or_refused(key: str) -> None:
    try:
        check_source_key(key)
    except InvalidKey:
        return
    assert 1 <= len(key.encode()) <= MAX_KEY_BYTES
    assert not {"", ".", ".."} & set(key.split("/"))


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=100), st.tuples(nearly, st.text(max_size=50)).map("/".join)))
def test_a_path_is_a_key_or_a_refusal(path: str) -> None:
    try:
        derivative = parse_path(path, site=Site(presets=PRESETS))
    except (InvalidSpec, InvalidKey):
        return
    assert parse_path(unquote(derivative.path), site=Site(presets=PRESETS)) == derivative
