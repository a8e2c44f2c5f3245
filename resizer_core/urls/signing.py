"""Check the access policy and signatures: they decide which SPECs are answered."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from typing import Final

from resizer_core.errors import NotAllowed
from resizer_core.mistakes import check_several, check_type
from resizer_core.site import Access, Site
from resizer_core.spec import Preset, Spec
from resizer_core.value import replace

#: The length of a signature in characters of base32: 80 bits of the HMAC.
LENGTH: Final = 16


def check_access(spec: Spec, site: Site) -> None:
    """Refuse a SPEC that the site's policy does not allow. This touches no storage.

    If a SPEC has a signature, it must be valid under every policy.

    Raises:
        NotAllowed: the policy refuses the SPEC. The text says what the policy asks for, but shows no key.

    Source: docs/grammar.md, "Access policy".
    """
    if spec.signature and not verify(spec, site.keys):
        raise NotAllowed("the signature is wrong")
    if site.access is Access.OPEN:
        return
    if isinstance(spec.dimensions, Preset):
        if not spec.signature and (spec.version or spec.quality or spec.pixel_ratio != 1):
            raise NotAllowed("v, q and dpr after a preset need a signature here")
    elif site.access is Access.PRESETS:
        raise NotAllowed("only presets are answered here")
    elif not spec.signature:
        raise NotAllowed("a SPEC that is not a preset needs a signature here")


def sign(spec: Spec, key: bytes) -> Spec:
    """Sign a SPEC with ``key``. This replaces a signature that the SPEC has already.

    The signature is base32(HMAC-SHA256(key, canonical SPEC without ``s``)), the first 16 characters in
    lower case. It covers the SPEC and not the key of the original. So a template signs its few SPECs once
    and uses them for every picture.

    Raises:
        ValueError: the key is empty.

    Source: docs/grammar.md, "Access policy"; RFC 2104, RFC 4648 section 6.
    """
    return replace(spec, signature=_signature(spec, key))


def verify(spec: Spec, keys: Sequence[bytes]) -> bool:
    """Say whether one of ``keys`` signed ``spec``. Several keys, newest first, let you rotate them.

    This tries every key, and each comparison takes the same time. So the time of an answer tells nothing.
    """
    check_several(keys, "keys", expected="several keys", instead='write [b"..."]')
    matches = [hmac.compare_digest(spec.signature, _signature(spec, key)) for key in keys]
    return any(matches)


def _signature(spec: Spec, key: bytes) -> str:
    check_type(spec, Spec, expected="a Spec", name="spec", instead="write parse_spec(...)")
    check_type(key, bytes, expected="bytes", name="the signing key", instead="write key.encode()")
    if not key:
        raise ValueError("expected a signing key of at least 1 byte, got none")
    digest = hmac.digest(key, str(spec.unsigned).encode("ascii"), "sha256")
    return base64.b32encode(digest).decode("ascii")[:LENGTH].lower()
