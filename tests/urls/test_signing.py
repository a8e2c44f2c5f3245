"""Access policies and signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest

from resizer_core.errors import NotAllowed
from resizer_core.site import Access, Site
from resizer_core.spec import AFTER_PRESET, Preset, Spec
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

#: A preset with each option that may follow its name and wants a signature.
VARIANTS = {
    "v": replace(PRESET, version="2"),
    "q": replace(PRESET, quality=5),
    "dpr": replace(PRESET, pixel_ratio=2),
    "q, in a format": replace(PRESET, format="avif", quality=5),
}
PRESETS_ALONE = "only presets are answered here"
WANTED = "a SPEC that is not a preset needs a signature here"
WANTED_BEHIND = "v, q and dpr after a preset need a signature here"
WRONG = "the signature is wrong"

#: Source: docs/grammar.md, "Access policy".
ACCESS = {
    "open, plain": (Access.OPEN, PLAIN, None),
    "open, preset": (Access.OPEN, PRESET, None),
    "open, signed": (Access.OPEN, SIGNED, None),
    "open, forged": (Access.OPEN, FORGED, WRONG),
    "open, forged preset": (Access.OPEN, FORGED_PRESET, WRONG),
    "presets, plain": (Access.PRESETS, PLAIN, PRESETS_ALONE),
    "presets, preset": (Access.PRESETS, PRESET, None),
    "presets, preset in a format": (Access.PRESETS, replace(PRESET, format="avif"), None),
    "presets, signed": (Access.PRESETS, SIGNED, PRESETS_ALONE),
    "presets, forged": (Access.PRESETS, FORGED, WRONG),
    "presets, signed preset": (Access.PRESETS, SIGNED_PRESET, None),
    "presets, forged preset": (Access.PRESETS, FORGED_PRESET, WRONG),
    "signed, plain": (Access.SIGNED, PLAIN, WANTED),
    "signed, preset": (Access.SIGNED, PRESET, None),
    "signed, preset in a format": (Access.SIGNED, replace(PRESET, format="avif"), None),
    "signed, signed": (Access.SIGNED, SIGNED, None),
    "signed, forged": (Access.SIGNED, FORGED, WRONG),
    "signed, signed preset": (Access.SIGNED, SIGNED_PRESET, None),
    "signed, forged preset": (Access.SIGNED, FORGED_PRESET, WRONG),
}


@pytest.mark.parametrize(("access", "spec", "refused"), ACCESS.values(), ids=ACCESS)
def test_the_policy_says_what_is_answered(access: Access, spec: Spec, refused: str | None) -> None:
    site = Site(access=access, keys=[KEY, OLD_KEY])
    if refused is None:
        check_access(spec, site)
        return
    with pytest.raises(NotAllowed) as caught:
        check_access(spec, site)
    assert str(caught.value) == refused


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_what_multiplies_a_preset_wants_a_signature(variant: Spec, access: Access) -> None:
    site = Site(access=access, keys=[KEY, OLD_KEY])
    check_access(sign(variant, OLD_KEY), site)
    with pytest.raises(NotAllowed, match=WRONG):
        check_access(sign(variant, STRANGE_KEY), site)
    with pytest.raises(NotAllowed, match=WRONG):  # of the preset alone
        check_access(replace(variant, signature=SIGNED_PRESET.signature), site)
    if access is Access.OPEN:
        check_access(variant, site)
        return
    with pytest.raises(NotAllowed, match=WANTED_BEHIND):
        check_access(variant, site)


def test_without_keys_nothing_multiplies_a_preset() -> None:
    site = Site(access=Access.PRESETS)
    check_access(PRESET, site)
    for variant in VARIANTS.values():
        with pytest.raises(NotAllowed, match=WANTED_BEHIND):
            check_access(variant, site)
        with pytest.raises(NotAllowed, match=WRONG):
            check_access(sign(variant, KEY), site)


def test_every_option_that_may_follow_a_preset_is_tried_here() -> None:
    tried = {
        name
        for variant in VARIANTS.values()
        for name in AFTER_PRESET
        if getattr(variant, name) != getattr(PRESET, name)
    }
    assert tried | {"format", "signature"} == set(AFTER_PRESET)


def test_a_preset_may_be_signed_with_what_was_added() -> None:
    signed = sign(Spec(dimensions=PRESET.dimensions, quality=5, pixel_ratio=2), KEY)
    assert str(signed) == f"p-thumb_q-5_dpr-2_s-{signed.signature}"
    check_access(signed, Site(access=Access.SIGNED, keys=[KEY]))
