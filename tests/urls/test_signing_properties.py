"""Signatures: what one key signs no other opens."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from resizer_core.site import Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.signing import sign, verify
from tests.spellings import texts
from tests.strategies import PRESETS, specs

secrets = st.binary(min_size=1, max_size=80)


@given(specs, st.lists(secrets, min_size=1, max_size=3), st.data())
def test_what_is_signed_is_valid_for_every_list_with_its_key(
    spec: Spec, keys: list[bytes], data: st.DataObject
) -> None:
    signed = sign(spec, data.draw(st.sampled_from(keys)))
    assert verify(signed, keys)
    assert signed.unsigned == spec.unsigned


@given(specs, secrets, secrets)
def test_another_key_opens_nothing(spec: Spec, key: bytes, other: bytes) -> None:
    # RFC 2104, 2: a key is filled up with zeros to 64 bytes, so trailing ones make no difference.
    assume(key.rstrip(b"\0") != other.rstrip(b"\0"))
    assert not verify(sign(spec, key), [other])


@given(specs, specs, secrets)
def test_a_signature_opens_no_other_spec(spec: Spec, other: Spec, key: bytes) -> None:
    assume(spec.unsigned != other.unsigned)
    assert sign(spec, key).signature != sign(other, key).signature


@given(texts, secrets)
def test_every_spelling_of_a_spec_has_one_signature(text: str, key: bytes) -> None:
    spec = parse_spec(text, site=Site(presets=PRESETS))
    assert sign(spec, key) == sign(parse_spec(str(spec), site=Site(presets=PRESETS)), key)
