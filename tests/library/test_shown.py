"""Test what a person sees at a prompt: ``help()`` and ``repr()`` of every public name."""

from __future__ import annotations

import inspect
import pickle
import pydoc
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest

import resizer_core as core
from resizer_core.errors import ResizerError
from resizer_core.value import LONGEST
from tests.doubles import filled, picture

#: Characters that one parameter may take in a signature, its annotation included.
LONGEST_PARAMETER: Final = 80
LONGEST_SIGNATURE: Final = 200
LONGEST_REPR: Final = 300
LONGEST_LINE: Final = 1000

SECRET: Final = b"nobody may read this"
#: What a file of a picture and an object in a store hold; a repr has no byte of it.
BODY: Final = picture()


def reprs() -> dict[str, Any]:
    """A typical value of each public name that makes values, as large as they come in use."""
    site = core.Site(
        presets=core.parse_presets({f"preset{number}": "300x200_fit-cover" for number in range(100)}),
        watermarks={"logo": BODY},
        access=core.Access.SIGNED,
        keys=[SECRET],
        limits=core.Limits(output_side=4000),
    )
    settings = core.Settings(
        originals="s3://originals-of-a-shop",
        derivatives="s3://derivatives-of-a-shop",
        base_url="https://img.example.com",
        site=site,
        origin_secrets=(SECRET.decode(),),
    )
    spec = core.parse_spec("300x200_fit-cover_g-sm_blur-2_bg-ff0000_f-webp_q-80", site)
    result = core.resize(BODY, spec, site=site)
    stores = [filled({"cat.jpg": BODY}), core.open_store("memory:")]
    made = core.Resizer(*stores).produce("/300x200_fit-cover_f-webp/cat.jpg")
    places = [core.Bounds(3, None), core.Box(left=0, top=0, size=core.Size(3, 2)), core.FocalPoint(10, 20)]
    values = [
        *places,
        core.Argument("number", 0.3, 100, unit="px"),
        core.Answer(status=HTTPStatus.OK, headers=dict(core.EVERYWHERE), body=BODY),
        core.Colour(red=1, green=2, blue=3),
        core.Defaults(format="webp", quality={"webp": 80, "jpg": 75, "avif": 60}),
        core.DerivativeKey(spec, "people/ann.jpg"),
        core.FORMATS["jpg"],
        core.Generator(settings, originals=stores[0], derivatives=stores[1]),
        core.Html("<b>"),
        core.ImageHeader(size=core.Size(3, 2), pages=3, delays=(100,) * 500),
        core.IndexedSpecs(stores[1]),
        core.Limits(),
        core.ListedSpecs(stores[1]),
        core.Orientation(mirrored=True),
        core.place(core.Size(30, 20), core.Bounds(10, 10), core.Fit.COVER),
        result.plan,
        core.Plugins(),
        made,
        core.Resizer(*stores, site=site),
        core.Service(core.Resizer(*stores)),
        result,
        settings,
        site,
        core.Size(3, 2),
        spec,
        core.Stale(key="300x/cat.jpg", etag="e" * 32, why=core.Staleness("replaced"), tag="k-" + "0" * 32),
        core.StoredObject(key="cat.jpg", size=len(BODY), etag="e" * 32, modified=NOON, body=BODY),
        core.StoredWatermarks(stores[0], {"logo": "cat.jpg"}),
        core.Upkeep(*stores),
    ]
    made_by_types: dict[str, Any] = {type(value).__name__: value for value in values}
    public = {name: getattr(core, name) for name in core.__all__}
    return made_by_types | {name: value for name, value in public.items() if not callable(value)}


NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)


def made_by_nobody(name: str) -> bool:
    """Say whether a name is no value and makes none: a function, a word of several, a contract, an error."""
    value = getattr(core, name)
    if not isinstance(value, type):
        return callable(value)
    return issubclass(value, (Enum, ResizerError)) or getattr(value, "_is_protocol", False)


def test_every_public_name_that_makes_values_is_shown_here() -> None:
    assert set(reprs()) == {name for name in core.__all__ if not made_by_nobody(name)}


@pytest.mark.parametrize("name", [name for name in core.__all__ if not made_by_nobody(name)])
def test_a_repr_is_a_line_or_two_without_bytes_and_without_secrets(name: str) -> None:
    shown = repr(reprs()[name])
    assert len(shown) <= LONGEST_REPR
    assert SECRET.decode() not in shown
    assert "\\x" not in shown
    assert "\n" not in shown


def signatures() -> Iterator[tuple[str, inspect.Signature]]:
    for name in core.__all__:
        value = getattr(core, name)
        if callable(value) and not isinstance(value, type):
            yield name, inspect.signature(value)
        elif isinstance(value, type) and not issubclass(value, (Enum, Exception, str)):
            yield name, inspect.signature(value)
            for method, function in inspect.getmembers(value, inspect.isfunction):
                if not method.startswith("_"):
                    yield f"{name}.{method}", inspect.signature(function)


@pytest.mark.parametrize("signature", [pytest.param(one, id=name) for name, one in signatures()])
def test_a_signature_says_what_is_given_and_not_what_is_configured(signature: inspect.Signature) -> None:
    parameters = [str(parameter) for parameter in signature.parameters.values()]
    assert [text for text in parameters if len(text) > LONGEST_PARAMETER] == []
    if len(parameters) <= 5:
        assert len(str(signature)) <= LONGEST_SIGNATURE


@pytest.mark.parametrize("name", core.__all__)
def test_help_has_no_line_that_fills_a_screen(name: str) -> None:
    shown = pydoc.plain(pydoc.render_doc(getattr(core, name)))
    assert max(map(len, shown.splitlines())) <= LONGEST_LINE


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (core.FORMATS, "<formats jpg png webp avif gif tif heic svg>"),
        (core.OPERATIONS, "<operations blur sharp pix bri con sat gray pad round wm>"),
        (core.FORMATS["jpg"], "<Format jpg>"),
        (core.parse_spec("300x200_fit-cover"), "<Spec 300x200_fit-cover>"),
        (core.Site(), "Site()"),
        (core.Limits(frames=3), "Limits(frames=3)"),
        (core.Plugins(only=[]).formats, "<formats jpg png webp avif gif tif heic, and what is installed>"),
        (core.Site(presets=core.parse_presets({"a": "1x", "b": "2x"})), "Site(presets=<a b>)"),
    ],
    ids=repr,
)
def test_it_says_what_a_person_asks_for(value: object, shown: str) -> None:
    assert repr(value) == shown


def test_a_result_says_its_size_and_how_many_bytes_it_has() -> None:
    result = core.resize(BODY, "30x_f-webp")
    size = "Size(width=30, height=20)"
    assert repr(result) == f"Result(body=<{len(result.body)} bytes>, format=<Format webp>, size={size})"
    assert repr(result.plan) == "<Plan jpg 60x40 to webp 30x20>"


@pytest.mark.parametrize("url", ["memory:", "s3://bucket/prefix", "{folder}"])
def test_a_resizer_says_its_stores(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", SECRET.decode())
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET.decode())
    place = url.format(folder=tmp_path)
    shown = repr(core.Resizer(core.open_store(place), core.open_store("memory:")))
    assert shown.startswith("<Resizer of <")
    assert place.removeprefix("s3://").partition("/")[0].removesuffix(":") in shown.lower()
    assert SECRET.decode() not in shown


def test_what_is_built_in_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        core.FORMATS["mine"] = core.FORMATS["jpg"]  # type: ignore[index]
    assert "mine" not in core.FORMATS


def test_what_is_too_long_is_cut() -> None:
    shown = repr(core.Site(cache_control="x" * 500))
    assert shown == f"Site(cache_control='{'x' * (LONGEST - 1)}…)"


def test_what_is_shown_reads_no_watermark() -> None:
    site = core.Site(watermarks=core.StoredWatermarks(core.open_store("memory:"), {"logo": "missing.png"}))
    assert repr(site) == "Site(watermarks=<logo>)"


@pytest.mark.parametrize(
    "value", [core.Site(), core.FORMATS, core.resize(BODY, "30x"), core.parse_spec("300x")], ids=repr
)
def test_another_process_can_be_sent_it(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301
