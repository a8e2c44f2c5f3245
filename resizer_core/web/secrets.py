"""Read the signing keys and the secrets of the generator. No error shows any part of them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

from resizer_core.errors import NotAllowed
from resizer_core.model import Buffer
from resizer_core.web.json_text import read_json


def read_signing_keys(text: str) -> tuple[bytes, ...]:
    """Read keys of at least 32 characters, from a JSON list or separated by commas.

    Raises:
        ValueError: the text is something else, or a key is shorter.
    """
    return _encoded(_long(_listed(text)))


def read_origin_secrets(text: str) -> tuple[str, ...]:
    """Read secrets of at least 32 characters, from a JSON list or separated by commas.

    Raises:
        ValueError: the text is something else, or a secret is shorter.
    """
    return _long(_listed(text))


def read_secrets(body: Buffer) -> dict[str, Any]:
    """Read an object of secrets, ``{"signing_keys": [...], "origin_secrets": [...]}``, or one of the two.

    Returns:
        The values by the fields that they set, ``keys`` and ``origin_secrets``.

    Raises:
        ValueError: the object is something else.
    """
    named = read_json(bytes(body).decode())
    if not isinstance(named, dict) or not named or not named.keys() <= {"signing_keys", "origin_secrets"}:
        raise ValueError("got something else")
    if [] in named.values():
        raise ValueError("got an empty list")
    given: dict[str, Any] = {}
    if "signing_keys" in named:
        given["keys"] = _encoded(_long(named["signing_keys"]))
    if "origin_secrets" in named:
        given["origin_secrets"] = _long(named["origin_secrets"])
    return given


def check_origin_secret(given: str, expected: Sequence[str]) -> bool:
    """Refuse a request that did not come through the distribution, before any work (rule 24).

    Returns:
        Whether the request has a right secret; False if no secret is expected.

    Raises:
        NotAllowed: a secret is expected, and the given one is wrong.
    """
    matches = [hmac.compare_digest(_in_bytes(given), _in_bytes(known)) for known in expected]
    if expected and not any(matches):
        raise NotAllowed("this request did not come through the distribution")
    return bool(expected)


def _in_bytes(secret: str) -> bytes:
    # JSON can hold half a surrogate pair. No right secret has one, but it must not cause another error.
    return secret.encode("utf-8", "surrogatepass")


def _listed(text: str) -> object:
    return read_json(text) if text.startswith("[") else [part.strip() for part in text.split(",")]


def _long(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(secret, str) and secret for secret in listed):
        raise ValueError("got something else")
    for secret in listed:
        if len(secret) < 32:
            raise ValueError(f"got one of {len(secret)} characters")
    return tuple(listed)


def _encoded(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(secret.encode() for secret in secrets)
