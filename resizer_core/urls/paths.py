"""Read the path of a request. Byte for byte, it is the key under which the derivative is stored."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from resizer_core.errors import InvalidKey
from resizer_core.mistakes import check_text
from resizer_core.shown import by_text
from resizer_core.site import DEFAULT_SITE, Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec
from resizer_core.value import Value

#: S3 takes keys of up to 1024 bytes. A SPEC of up to 128 bytes and a slash stand before the original's key.
MAX_KEY_BYTES: Final = 895

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
#: Characters that a path has as they are; the rest is percent-encoded. RFC 3986, section 3.3, allows the
#: sub-delims too, but S3 reads a raw "+" as a space.
_SAFE: Final = "/-._~"


class DerivativeKey(Value):
    """Join a SPEC and the key of an original. ``str()`` gives the key of the derivative."""

    spec: Spec
    source: str

    def __post_init__(self) -> None:
        check_source_key(self.source)

    @property
    def path(self) -> str:
        """Write the canonical path of a request, percent-encoded, with a leading slash."""
        return "/" + quote(str(self), safe=_SAFE)

    def __str__(self) -> str:
        return f"{self.spec}/{self.source}"

    __repr__ = by_text


def parse_path(path: str, site: Site = DEFAULT_SITE) -> DerivativeKey:
    """Split the path of a request into the SPEC and the key of the original.

    The path must be decoded exactly once. This takes off one leading slash and changes nothing else.

    Raises:
        InvalidSpec: the first segment breaks the grammar.
        InvalidKey: the rest cannot be the key of an original.
    """
    check_text(path, "path", expected="a path", instead='write "/300x200/cat.jpg", for example')
    text, slash, source = path.removeprefix("/").partition("/")
    # Read the SPEC before the key, so that the error for /favicon.ico says how a path begins.
    spec = parse_spec(text, site)
    if not slash:
        raise InvalidKey("expected /SPEC/KEY, got no key of an original after the SPEC")
    return DerivativeKey(spec, source)


def check_source_key(key: str) -> None:
    """Refuse a key that no original should have.

    Browsers, CDNs and stores read such keys in different ways. The redirects would then never end.

    Raises:
        InvalidKey: the key breaks a rule; the text names the rule.

    Source: docs/grammar.md, "Keys of originals".
    """
    if not key:
        raise InvalidKey("expected the key of an original, got nothing")
    if _has_surrogates(key):
        raise InvalidKey("expected a key in UTF-8")
    length = len(key.encode())
    if length > MAX_KEY_BYTES:
        raise InvalidKey(f"expected a key of at most {MAX_KEY_BYTES} bytes, got {length}")
    if _CONTROL.search(key):
        raise InvalidKey("expected a key without control characters")
    if "\\" in key:
        raise InvalidKey("expected a key without a backslash")
    segments = key.split("/")
    if "" in segments:
        raise InvalidKey("expected a key without a leading, trailing or double slash")
    if "." in segments or ".." in segments:
        raise InvalidKey("expected a key without a . or .. segment")


def check_reachable(key: str) -> None:
    """Refuse a key whose address never leads to a derivative, though an original may have it.

    Raises:
        InvalidKey: the key has a question mark. API Gateway cuts the decoded path there, so the function
            gets the key of another original.

    Source: docs/grammar.md, "Keys of originals".
    """
    if "?" in key:
        raise InvalidKey(
            "expected a key without ?, which no address can carry: say v- in the SPEC for a new version"
        )


def cache_tag(key: str) -> str:
    """Make the cache tag by which CloudFront invalidates all derivatives of one original.

    Args:
        key: the key of the original, exactly as its store has it.

    Returns:
        ``k-`` and 32 hex digits of SHA-256. So a key of any length has a tag, and nothing needs escaping.

    >>> cache_tag("cat.jpg")
    'k-0a6df48a27ef7db48b213df3dba84fad'

    Source: CloudFront developer guide, "Invalidate files by cache tag": printable ASCII without a comma, at
    most 256 characters.
    """
    return f"k-{sha256(key.encode()).hexdigest()[:32]}"


def attachment(key: str, suffix: str) -> str:
    """Write the Content-Disposition that lets a browser save a derivative under its original's name.

    >>> attachment("photos/cat.jpg", ".webp")
    "attachment; filename*=UTF-8''cat.webp"

    Source: RFC 6266, section 4.3; RFC 8187 for the encoding.
    """
    name = key.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return f"attachment; filename*=UTF-8''{quote(stem + suffix, safe='')}"


def key_variants(key: str) -> tuple[str, ...]:
    """List the keys to try for an original: as given, in NFC, in NFD, and with spaces for plus signs.

    A Mac stores file names in NFD, and most keyboards give NFC (Unicode Standard Annex 15). S3 does not say
    how its redirect spells a space. If it writes a plus sign, the right picture is still found (rule 14).
    """
    forms = (
        key,
        unicodedata.normalize("NFC", key),
        unicodedata.normalize("NFD", key),
        key.replace("+", " "),
    )
    return tuple(dict.fromkeys(forms))


def spellings_back(key: str) -> tuple[str, ...]:
    """List the keys in requests that may have led to this original: the inverse of ``key_variants``.

    If a key has several spaces, either all of them or none become plus signs.

    >>> spellings_back("a b.jpg")
    ('a b.jpg', 'a+b.jpg')
    """
    names = dict.fromkeys((*key_variants(key), key.replace(" ", "+")))
    return tuple(name for name in names if key in key_variants(name))


def _has_surrogates(text: str) -> bool:
    """Say whether ``text`` comes from bytes that are not UTF-8, or has half a UTF-16 pair."""
    return any("\ud800" <= character <= "\udfff" for character in text)
