"""Access policies and signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from resizer_core.errors import NotAllowed
from resizer_core.site import Access, Site
from resizer_core.spec import Preset, Spec
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.signing import LENGTH, check_access, sign, verify

KEY, OLD_KEY, STRANGE_KEY = b"new key", b"old key", b"not ours"
PLAIN = parse_spec("300x200_fit-cover_f-webp")
PRESET = Spec(dimensions=Preset("thumb", PLAIN))


def test_a_signature_is_the_first_80_bits_of_the_hmac() -> None:
    digest = hmac.new(KEY, b"300x200_fit-cover_f-webp", hashlib.sha256).digest()
    assert sign(PLAIN, KEY).signature == base64.b32encode(digest[:10]).decode().lower()


def test_a_signature_never_changes() -> None:
    """A template may have signed years ago: this value must stay."""
    assert str(sign(parse_spec("300x200"), b"key")) == "300x200_s-tqrvclx2j4ifceel"


def test_a_signed_spec_is_read_back() -> None:
    signed = sign(PLAIN, KEY)
    assert len(signed.signature) == LENGTH
    assert parse_spec(str(signed)) == signed
    assert verify(signed, [KEY])


def test_a_signature_is_replaced() -> None:
    assert sign(sign(PLAIN, OLD_KEY), KEY) == sign(PLAIN, KEY)


def test_every_spelling_has_the_same_signature() -> None:
    spelled = parse_spec("300x200_FORMAT-WEBP_fit-cover_page-1_q-80")
    canonical = parse_spec("300x200_still_fit-cover_f-webp_q-80")
    assert sign(spelled, KEY) == sign(canonical, KEY)


KEYS = {
    "the key": ([KEY], True),
    "newest first": ([KEY, OLD_KEY], True),
    "an older one": ([OLD_KEY, KEY], True),
    "another": ([STRANGE_KEY], False),
    "none": ([], False),
}


@pytest.mark.parametrize(("keys", "valid"), KEYS.values(), ids=KEYS)
def test_a_signature_is_valid_for_each_of_the_keys(keys: list[bytes], *, valid: bool) -> None:
    assert verify(sign(PLAIN, KEY), keys) is valid


def test_a_signature_is_of_one_spec() -> None:
    signature = sign(PLAIN, KEY).signature
    assert not verify(parse_spec(f"300x201_fit-cover_f-webp_s-{signature}"), [KEY])
    assert verify(parse_spec(f"300x200_fit-cover_f-webp_s-{signature}"), [KEY])


def test_no_signature_is_not_valid() -> None:
    assert not verify(PLAIN, [KEY])


@pytest.mark.parametrize("call", [lambda: sign(PLAIN, b""), lambda: verify(PLAIN, [KEY, b""])])
def test_an_empty_key_signs_nothing(call: object) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match="expected a signing key of at least 1 byte, got none"):
        call()


SIGNED, FORGED = sign(PLAIN, KEY), sign(PLAIN, STRANGE_KEY)
SIGNED_PRESET, FORGED_PRESET = sign(PRESET, KEY), sign(PRESET, STRANGE_KEY)

#: Source: docs/grammar.md, "Access policy". A preset carries no signature under the policy that has none.
ACCESS = {
    "open, plain": (Access.OPEN, PLAIN, True),
    "open, preset": (Access.OPEN, PRESET, True),
    "open, signed": (Access.OPEN, SIGNED, True),
    "open, forged": (Access.OPEN, FORGED, False),
    "open, forged preset": (Access.OPEN, FORGED_PRESET, False),
    "presets, plain": (Access.PRESETS, PLAIN, False),
    "presets, preset": (Access.PRESETS, PRESET, True),
    "presets, signed": (Access.PRESETS, SIGNED, False),
    "presets, forged": (Access.PRESETS, FORGED, False),
    "presets, signed preset": (Access.PRESETS, SIGNED_PRESET, False),
    "signed, plain": (Access.SIGNED, PLAIN, False),
    "signed, preset": (Access.SIGNED, PRESET, True),
    "signed, signed": (Access.SIGNED, SIGNED, True),
    "signed, forged": (Access.SIGNED, FORGED, False),
    "signed, signed preset": (Access.SIGNED, SIGNED_PRESET, True),
    "signed, forged preset": (Access.SIGNED, FORGED_PRESET, False),
}


@pytest.mark.parametrize(("access", "spec", "allowed"), ACCESS.values(), ids=ACCESS)
def test_the_policy_says_what_is_answered(access: Access, spec: Spec, *, allowed: bool) -> None:
    if allowed:
        check_access(spec, Site(access=access, keys=[KEY, OLD_KEY]))
        return
    with pytest.raises(NotAllowed) as caught:
        check_access(spec, Site(access=access, keys=[KEY, OLD_KEY]))
    assert str(caught.value) == "this SPEC is not allowed here"


def test_a_preset_may_be_signed_with_what_was_added() -> None:
    signed = sign(Spec(dimensions=PRESET.dimensions, quality=5, pixel_ratio=2), KEY)
    assert str(signed) == f"p-thumb_q-5_dpr-2_s-{signed.signature}"
    check_access(signed, Site(access=Access.SIGNED, keys=[KEY]))
