"""Check plugins and stores of your own. Each check tests a whole contract, and says what breaks it."""

# ruff: noqa: S101 - a check is made of assertions

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC
from itertools import repeat
from typing import TYPE_CHECKING
from uuid import uuid4

from resizer_core.errors import InvalidKey, LimitExceeded
from resizer_core.model import ImageHeader, Size
from resizer_core.operations import PixelOperation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyvips import Image

    from resizer_core.stores.contract import ObjectStore, StoredObject

#: The characters of one part of a SPEC. Source: docs/grammar.md.
_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")

#: Ends of keys that some software on the way to a store changes.
_KEYS = (
    "plain.jpg",
    "a b.jpg",
    " spaces at both ends ",
    "a+b.jpg",
    "100%.jpg",
    "a%2Fb.jpg",
    "a%20b.jpg",
    "a%252Fb.jpg",
    "~home.jpg",
    "what?.jpg",
    "#1.jpg",
    "a&b=c;d.jpg",
    "a&amp;b<c>.jpg",
    "(copy) [2] {3}.jpg",
    'it\'s "quoted",`so`.jpg',
    "a*b|c^d:e@f!g$h.jpg",
    "back\\slash.jpg",
    "...jpg",
    ".hidden",
    "no-extension",
    "UPPER.JPG",
    "upper.jpg",
    "caf\u00e9.jpg",  # composed (NFC), and below it the same word decomposed (NFD): two keys
    "cafe\u0301.jpg",
    "\u65e5\u672c\u8a9e/\U0001f408.jpg",
    "one/two/three/four.jpg",
)

_REFUSED = {
    "empty": "",
    "a leading slash": "/a",
    "a trailing slash": "a/",
    "a double slash": "a//b",
    "a dot segment": "a/./b",
    "a dot dot segment": "a/../b",
    "dot dot alone": "..",
    "a control character": "a\nb",
    "a zero byte": "a\x00b",
    "a deleted character": "a\x7fb",
    "half a surrogate pair": "a\ud800b",
    "1025 bytes": "/".join(["x" * 204] * 5 + ["x"]),
}

_WRITERS = 8


def check_operation(operation: PixelOperation, image: Image) -> None:
    """Check that an operation keeps the contract of ``resizer_core.operations.PixelOperation``.

    Args:
        operation: one value of the operation. Call this with several values.
        image: a picture for the check. It may be small. It must not be square, so that the check notices a
            turned result.

    Raises:
        AssertionError: the operation breaks the contract. The text says how.
    """
    _check_spelling(operation)
    before = image.write_to_memory()
    header = _header_of(image)
    measured = operation.measure(header)
    applied = operation.apply(image)
    made = applied.copy_memory()  # libvips is lazy: it works only now
    assert _header_of(made) == ImageHeader(
        size=measured.size, has_alpha=measured.has_alpha, bands=measured.bands
    ), f"measure said {measured}, apply made {_header_of(made)}"
    assert made.format == image.format, f"apply turned {image.format} into {made.format}"
    assert image.write_to_memory() == before, "apply changed the picture that it was given"
    assert operation.measure(header) == measured, "measure says something else when it is asked again"


def _check_spelling(operation: PixelOperation) -> None:
    text = str(operation)
    if not text:  # it changes nothing, so a SPEC leaves it out
        return
    key, _, arguments = text.partition("-")
    assert key == operation.name, f"str() begins with {key!r}, not with the name {operation.name!r}"
    assert set(text) <= _ALPHABET, f"str() has characters that no SPEC may have: {text!r}"
    again = type(operation).parse(arguments)
    assert again == operation, f"parse({arguments!r}) gave {again}, not {operation}"
    try:
        hash(operation)
    except TypeError:
        raise AssertionError("an operation is a frozen value with a hash") from None


def _header_of(image: Image) -> ImageHeader:
    has_alpha = bool(image.hasalpha())
    return ImageHeader(
        size=Size(image.width, image.height), has_alpha=has_alpha, bands=image.bands - has_alpha
    )


def check_store(store: ObjectStore, *, below: str = "") -> None:
    """Check that ``store`` keeps the whole contract of :class:`resizer_core.ObjectStore`.

    This writes about thirty small objects into a folder with a new name, ``check-...``. It removes them, even
    if the check fails. If the store does not take every key, ``below`` says where it does, such as ``shop/``.
    A store need not keep the Content-Type and the metadata: a folder does not. But it must return them as
    they were put, or empty.

    Raises:
        AssertionError: the store breaks the contract. The text says how.
    """
    home = f"{below}check-{uuid4().hex}"
    try:
        _check_absence(store, f"{home}/absent.jpg")
        _check_one_object(store, f"{home}/one.jpg")
        _check_attributes(store, f"{home}/attributes.png")
        _check_bodies(store, home)
        _check_max_bytes(store, f"{home}/limited.jpg")
        _check_one_of_many_writers_wins(store, f"{home}/race.jpg")
        _check_conditional_delete(store, f"{home}/condition.jpg")
        _check_keys(store, f"{home}/keys")
        _check_prefixes(store, f"{home}/prefixes")
        _check_refused_keys(store)
    finally:
        for key in [found.key for found in store.list(home)]:
            store.delete(key)
    assert not list(store.list(home)), "delete() left objects behind that list() still gives"


def _put(store: ObjectStore, key: str, body: bytes = b"body") -> bool:
    return store.put(key, body, media_type="application/octet-stream")


def _read(store: ObjectStore, key: str) -> bytes:
    found = store.get(key)
    assert found is not None, f"get() does not find {key!r}, which was put"
    return bytes(found.body)


def _check_absence(store: ObjectStore, key: str) -> None:
    assert store.head(key) is None, "head() of a missing object is not None"
    assert store.get(key) is None, "get() of a missing object is not None"
    assert store.get(key, max_bytes=0) is None, "get(max_bytes=0) of a missing object is not None"
    assert not list(store.list(key)), "list() of a missing folder is not empty"
    assert not list(store.folders(key)), "folders() of a missing folder is not empty"
    assert store.delete(key) is True, "delete() of a missing object is not True"
    assert store.delete(key, etag="e1") is True, "delete(etag=) of a missing object is not True"


def _check_one_object(store: ObjectStore, key: str) -> None:
    assert _put(store, key, b"first") is True, "put() of a new object is not True"
    assert _put(store, key, b"second") is False, "put() over an object is not False"
    assert _read(store, key) == b"first", "put() over an object changed it"
    headed, got = store.head(key), store.get(key)
    assert headed is not None, "head() does not find what was put"
    assert got is not None, "get() does not find what was put"
    assert bytes(headed.body) == b"", "head() gives a body"
    listed = [found for found in store.list(key.rpartition("/")[0]) if found.key == key]
    assert len(listed) == 1, f"list() gives the object {len(listed)} times, not once"
    for found in (headed, got, *listed):
        _check_description(found, key, size=5)
        assert found.etag == headed.etag, "head(), get() and list() disagree about the etag"
    assert bytes(listed[0].body) == b"", "list() gives bodies"
    store.delete(key)
    assert store.head(key) is None, "head() still finds what was deleted"
    assert _put(store, key, b"third") is True, "put() after delete() is not True"


def _check_description(found: StoredObject, key: str, size: int) -> None:
    assert found.key == key, f"the key came back as {found.key!r}, not as {key!r}"
    assert found.size == size, f"size is {found.size}, not {size}"
    assert '"' not in found.etag, f"the etag {found.etag!r} still has its quotes"
    assert found.modified.tzinfo is not None, "modified has no time zone"
    assert found.modified.utcoffset() == UTC.utcoffset(None), "modified is not in UTC"


def _check_attributes(store: ObjectStore, key: str) -> None:
    put = {
        "media_type": "image/png",
        "cache_control": "public, max-age=31536000, immutable",
        "content_disposition": 'attachment; filename="a b.png"',
    }
    metadata = {"spec": "300x200_fit-cover", "engine": "8.18"}
    # These are the first bytes of a PNG, because some stores find the type by the first bytes.
    store.put(key, b"\x89PNG\r\n\x1a\n" + bytes(8), metadata=metadata, **put)
    for name, found in (("head", store.head(key)), ("get", store.get(key))):
        assert found is not None, f"{name}() does not find what was put"
        for attribute, value in put.items():
            came = getattr(found, attribute)
            assert came in ("", value), f"{name}() gives {attribute} as {came!r}, not as {value!r}"
        assert found.metadata in ({}, metadata), f"{name}() gives other metadata: {dict(found.metadata)}"
        assert name == "head" or found.media_type, "get() gives no media_type"


def _check_bodies(store: ObjectStore, home: str) -> None:
    body = bytes(range(256)) * 16
    for name, buffer in (
        ("bytes", body),
        ("bytearray", bytearray(body)),
        ("memoryview", memoryview(body)),
        ("slice", memoryview(b"<" + body + b">")[1:-1]),
    ):
        store.put(f"{home}/{name}", buffer, media_type="image/png")
        assert _read(store, f"{home}/{name}") == body, f"a body given as {name} came back changed"
    reused = bytearray(b"before")
    store.put(f"{home}/reused", reused, media_type="image/png")
    reused[:] = b"after!"
    assert _read(store, f"{home}/reused") == b"before", "an object changed with the buffer it was put from"
    _put(store, f"{home}/empty", b"")
    assert _read(store, f"{home}/empty") == b"", "an empty object did not come back empty"


def _check_max_bytes(store: ObjectStore, key: str) -> None:
    _put(store, key, b"12345")
    found = store.get(key, max_bytes=5)
    assert found is not None, "get() does not find an object of exactly max_bytes"
    assert bytes(found.body) == b"12345", "an object of exactly max_bytes did not come back whole"
    with _raising(LimitExceeded, "get() of an object one byte over max_bytes"):
        store.get(key, max_bytes=4)


def _check_one_of_many_writers_wins(store: ObjectStore, key: str) -> None:
    bodies = [bytes([writer]) * 50_000 for writer in range(_WRITERS)]
    with ThreadPoolExecutor(_WRITERS) as threads:
        wrote = list(threads.map(_put, repeat(store), repeat(key), bodies))
    assert wrote.count(True) == 1, (
        f"of {_WRITERS} writers at once {wrote.count(True)} were told that they wrote"
    )
    assert _read(store, key) == bodies[wrote.index(True)], "what is stored is not what the winner put"


def _check_conditional_delete(store: ObjectStore, key: str) -> None:
    _put(store, key)
    found = store.head(key)
    assert found is not None, "head() does not find what was put"
    if not found.etag:
        return
    kept = store.delete(key, etag=f"{found.etag}-")
    assert kept is False, "delete() of an object with another etag is not False"
    assert store.head(key) is not None, "delete() removed an object with another etag"
    assert store.delete(key, etag=found.etag) is True, "delete() of an object with its own etag is not True"
    assert store.head(key) is None, "delete() with its own etag left the object behind"


def _check_keys(store: ObjectStore, home: str) -> None:
    keys = {f"{home}/{key}": key.encode() for key in _KEYS}
    for key, body in keys.items():
        assert _put(store, key, body), f"{key!r} was there already: an earlier key was changed into it"
    for key, body in keys.items():
        assert _read(store, key) == body, f"{key!r} gives the body of another key"
    listed = sorted(found.key for found in store.list(home))
    assert listed == sorted(keys), f"list() changed keys: {sorted(set(listed) ^ set(keys))}"
    for key in keys:
        store.delete(key)
        assert store.head(key) is None, f"{key!r} is still there after delete()"


def _check_prefixes(store: ObjectStore, home: str) -> None:
    for name in ("cats/1.jpg", "cats/old/2.jpg", "cats.jpg", "catsup/3.jpg"):
        _put(store, f"{home}/{name}")
    wanted = [f"{home}/cats/1.jpg", f"{home}/cats/old/2.jpg"]
    for prefix in (f"{home}/cats", f"{home}/cats/"):
        listed = sorted(found.key for found in store.list(prefix))
        assert listed == wanted, f"list({prefix!r}) gives {listed}, not {wanted}"
        near = [found.key for found in store.list(prefix, deep=False)]
        assert near == wanted[:1], f"list({prefix!r}, deep=False) gives {near}, not {wanted[:1]}"
        names = list(store.folders(prefix))
        assert names == ["old"], f"folders({prefix!r}) gives {names}, not ['old']"
    names = sorted(store.folders(f"{home}"))
    assert {"cats", "catsup"} <= {*names}, f"folders() leaves folders out: {names}"
    assert len(names) == len({*names}), f"folders() gives a name twice: {names}"
    assert home.partition("/")[0] in store.folders(), "folders() without a prefix leaves folders out"
    everything = {found.key for found in store.list()}
    assert everything.issuperset(wanted), "list() without a prefix leaves objects out"


def _check_refused_keys(store: ObjectStore) -> None:
    for name, key in _REFUSED.items():
        with _raising(InvalidKey, f"head() of a key with {name}"):
            store.head(key)
        with _raising(InvalidKey, f"get() of a key with {name}"):
            store.get(key)
        with _raising(InvalidKey, f"put() of a key with {name}"):
            _put(store, key)
        with _raising(InvalidKey, f"delete() of a key with {name}"):
            store.delete(key)


@contextmanager
def _raising(kind: type[Exception], what: str) -> Iterator[None]:
    try:
        yield
    except kind:
        return
    raise AssertionError(f"{what} does not raise {kind.__name__}")
