"""Say what was expected, what came and what to write, to whoever gives another thing."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import pyvips
from starlette.datastructures import UploadFile

import resizer_core as core
from resizer_core import asgi, wsgi
from tests.doubles import filled, picture

#: Whoever makes these mistakes has no type checker, so that none looks here either.
public: Any = core

CAT: Final = picture()
SPEC: Final = core.parse_spec("300x")
STORE: Final = core.open_store("memory:")
BYTES: Final = "expected the bytes of a file as data, got "


class Image:
    """A picture of Pillow as far as it matters: its package and its name."""

    __module__ = "PIL.Image"


class ndarray:  # noqa: N801  as numpy has it
    """An array, which has pixels."""

    __module__ = "numpy"


NOT_BYTES: Final = {
    f"{BYTES}a PosixPath: write path.read_bytes()": Path("cat.jpg"),
    f"{BYTES}a str: write Path(...).read_bytes() with the path of the file": "cat.jpg",
    f"{BYTES}a BytesIO: write file.getvalue()": io.BytesIO(CAT),
    f"{BYTES}a BufferedReader: write file.read()": io.BufferedReader(io.BytesIO(CAT)),
    f'{BYTES}a StringIO: open it with open(path, "rb"), and write file.read()': io.StringIO(),
    f"{BYTES}an UploadFile: write await file.read()": UploadFile(io.BytesIO(CAT)),
    f"{BYTES}an Image: read the file itself, or save the picture to an io.BytesIO": Image(),
    f'{BYTES}an Image: write image.write_to_buffer(".png")': pyvips.Image.black(3, 2),
    f"{BYTES}a ndarray: encode it first: an array has pixels, and no format": ndarray(),
    f"{BYTES}a Result: write its .body": core.resize(CAT, "30x"),
    f"{BYTES}a StoredObject: write its .body": filled({"cat.jpg": CAT}).get("cat.jpg"),
    f"{BYTES}an int": 300,
    f"{BYTES}None": None,
    f"{BYTES}a list": [CAT],
}


@pytest.mark.parametrize(
    ("text", "given"), NOT_BYTES.items(), ids=[type(one).__name__ for one in NOT_BYTES.values()]
)
def test_what_is_no_bytes_of_a_picture(text: str, given: object) -> None:
    for call in (public.resize, public.plan_for):
        with pytest.raises(TypeError) as caught:
            call(given, "300x200")
        assert str(caught.value) == text
    with pytest.raises(TypeError) as caught:
        public.detect(given)
    assert str(caught.value) == text


async def _read() -> bytes:
    return CAT


def test_what_nobody_waited_for() -> None:
    reading = _read()
    with pytest.raises(TypeError, match="got a coroutine: write await before it"):
        public.resize(reading, "300x")
    reading.close()


A_SPEC: Final = 'expected a SPEC as text, got {}: write "300x200_fit-cover", for example'
A_SITE: Final = "expected a Site as site, got {}: write Site(presets=...)"
A_STORE: Final = 'expected a store as {}, got {}: write open_store("s3://bucket"), or the path of a folder'
A_KEY: Final = 'expected the key of an original as key, got {}: write "people/ann.jpg"'


def told(expected: str, got: str, instead: str) -> str:
    return f"expected {expected}, got {got}: {instead}"


MISTAKES: Final[list[tuple[Callable[[], object], str]]] = [
    (lambda: public.resize(CAT, b"300x"), told("a SPEC as text", "a bytes", "write .decode() behind it")),
    (lambda: public.resize(CAT, ["300x", "f-webp"]), A_SPEC.format("a list")),
    (lambda: public.resize(CAT, (300, 200)), A_SPEC.format("a tuple")),
    (lambda: public.resize(CAT, 300), A_SPEC.format("an int")),
    (lambda: public.resize(CAT, None), A_SPEC.format("None")),
    (lambda: public.resize(CAT, "300x", site="open"), A_SITE.format("a str")),
    (lambda: public.resize(CAT, SPEC, site={"limits": 3}), A_SITE.format("a dict")),
    (lambda: public.plan_for(CAT, SPEC, site=None), A_SITE.format("None")),
    (lambda: public.parse_spec(SPEC), A_SPEC.format("a Spec")),
    (lambda: public.parse_spec("300x", core.FORMATS), A_SITE.format("a Catalogue")),
    (
        lambda: public.parse_presets("300x"),
        told("SPECs by name as named", "a str", 'write {"thumb": "300x200"}'),
    ),
    (lambda: public.parse_presets({"thumb": SPEC}), A_SPEC.format("a Spec")),
    (
        lambda: public.parse_path(Path("/300x/cat.jpg")),
        told("a path as path", "a PosixPath", "write path.as_posix()"),
    ),
    (lambda: public.sign("300x", b"key"), told("a Spec as spec", "a str", "write parse_spec(...)")),
    (lambda: public.sign(SPEC, "key"), told("bytes as the signing key", "a str", "write key.encode()")),
    (lambda: public.verify(SPEC, b"key"), told("several keys as keys", "a bytes", 'write [b"..."]')),
    (
        lambda: public.url("300x", Path("cat.jpg")),
        told("the key of an original as key", "a PosixPath", "write path.as_posix()"),
    ),
    (lambda: public.url("300x", None), A_KEY.format("None")),
    (lambda: public.url(b"300x", "cat.jpg"), told("a SPEC as text", "a bytes", "write .decode() behind it")),
    (
        lambda: public.url("300x", "cat.jpg", signing_key="key"),
        told("bytes as signing_key", "a str", "write key.encode()"),
    ),
    (lambda: public.Upkeep(STORE, "s3://b"), A_STORE.format("derivatives", "a str")),
    (
        lambda: public.Service("s3://a"),
        told(
            "a Resizer as resizer",
            "a str",
            "write Resizer(originals, derivatives), or Service.from_settings(settings)",
        ),
    ),
    (
        lambda: asgi.Application(public.Resizer(STORE, STORE)),
        told("a Service as service", "a Resizer", "write Service(resizer)"),
    ),
    (
        lambda: wsgi.Application(public.Resizer(STORE, STORE)),
        told("a Service as service", "a Resizer", "write Service(resizer)"),
    ),
    (
        lambda: public.url("300x", "cat.jpg", base=None),
        told("an address as base", "None", 'write "https://img.example.com"'),
    ),
    (lambda: public.url("300x", "cat.jpg", site="open"), A_SITE.format("a str")),
    (
        lambda: public.srcset("cat.jpg", widths="480"),
        told("several widths in px as widths", "a str", "write widths=[480, 960]"),
    ),
    (
        lambda: public.srcset("cat.jpg", widths=480),
        told("several widths in px as widths", "an int", "write widths=[480, 960]"),
    ),
    (
        lambda: public.srcset("cat.jpg", spec="300x", densities=2),
        told("several numbers as densities", "an int", "write densities=[1, 2]"),
    ),
    (
        lambda: public.picture("cat.jpg", alt="", spec="300x", formats="webp"),
        told("several formats as formats", "a str", 'write formats=["webp", "jpg"]'),
    ),
    (
        lambda: public.Site(presets={"thumb": "300x"}),
        told("Specs as presets", "a str", "write parse_presets(...)"),
    ),
    (
        lambda: public.Site(presets=["300x"]),
        told("a mapping by name as presets", "a list", "write parse_presets({name: text})"),
    ),
    (
        lambda: public.Site(formats=["jpg"]),
        told("a mapping by name as formats", "a list", "write {name: FORMATS[name] for name in ...}"),
    ),
    (lambda: public.Site(limits=50), told("a value of Limits as limits", "an int", "write Limits(...)")),
    (lambda: public.Site(keys=b"key"), told("several keys as keys", "a bytes", 'write [b"..."]')),
    (lambda: public.Site(keys=["key"]), told("bytes as keys", "a str", "write key.encode()")),
    (lambda: public.Resizer("s3://a", "s3://b"), A_STORE.format("originals", "a str")),
    (lambda: public.Resizer(STORE, Path("derivatives")), A_STORE.format("derivatives", "a PosixPath")),
    (lambda: public.Resizer(STORE, STORE, index={}), A_STORE.format("index", "a dict")),
    (lambda: public.Resizer(STORE, STORE, site="open"), A_SITE.format("a str")),
    (lambda: public.Resizer(STORE, core.Site()), A_STORE.format("derivatives", "a Site")),
    (
        lambda: public.Resizer(STORE, STORE).produce(b"/300x/cat.jpg"),
        told("a path as path", "a bytes", "write .decode() behind it"),
    ),
    (
        lambda: public.Generator(os.environ),
        told("Settings as settings", "an _Environ", "write Settings.from_environment(os.environ)"),
    ),
    (
        lambda: public.open_store(3),
        told("a URL, a path, or URLs by segments as url", "an int", "write one of them"),
    ),
]


@pytest.mark.parametrize(("call", "text"), MISTAKES, ids=[text for _, text in MISTAKES])
def test_what_is_of_another_type(call: Callable[[], object], text: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == text


def test_the_specs_of_a_generator_are_several(tmp_path: Path) -> None:
    settings = core.Settings(
        originals=str(tmp_path), derivatives="memory:", base_url="https://img.example.com"
    )
    generator = public.Generator(settings)
    with pytest.raises(TypeError, match=r'expected several SPECs as texts, got a str: write \["300x200"\]'):
        generator.specs("300x200")


def test_a_secret_that_is_of_another_type_is_not_repeated() -> None:
    with pytest.raises(TypeError) as caught:
        public.url("300x", "cat.jpg", signing_key="nobody may read this")
    assert "nobody" not in str(caught.value)


def test_what_is_meant_is_taken(tmp_path: Path) -> None:
    folder = core.open_store(tmp_path)
    folder.put("cat.jpg", CAT, media_type="image/jpeg")
    assert (tmp_path / "cat.jpg").read_bytes() == CAT
    assert public.plan_for(CAT, "30x_f-webp") == public.plan_for(CAT, core.parse_spec("30x_f-webp"))
    assert [public.resize(kind(CAT), "30x").body for kind in (bytearray, memoryview)] == [
        public.resize(CAT, "30x").body
    ] * 2
    assert public.Site(access="signed", keys=[b"key"]).access is core.Access.SIGNED
    assert (
        public.srcset("cat.jpg", widths=(width for width in (480, 960)))
        == "/480x/cat.jpg 480w, /960x/cat.jpg 960w"
    )


def test_a_word_that_is_no_policy() -> None:
    with pytest.raises(ValueError, match="'closed' is not a valid Access"):
        public.Site(access="closed")
