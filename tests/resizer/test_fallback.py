"""Test the picture that stands in for a missing original: made as the SPEC says, and never stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
import pyvips

import resizer_core as core
from tests.doubles import Failing, Passing, filled, picture
from tests.resizer.bench import Bench, bench, measured

FALLBACK = "site/missing.png"


def transparent() -> bytes:
    """Make a PNG of 60x40 pixels that lets half of what is behind it through."""
    image = pyvips.Image.black(60, 40, bands=4).linear([1, 1, 1, 1], [200, 60, 20, 128]).cast("uchar")
    return bytes(image.copy(interpretation="srgb").pngsave_buffer())


def with_fallback(body: bytes, **settings: Any) -> Bench:
    """A resizer whose originals are ``cat.jpg`` and the fallback."""
    return bench({"cat.jpg": picture(), FALLBACK: body}, **settings)


@pytest.mark.parametrize(
    ("spec", "media_type", "size"),
    [
        ("30x20", "image/png", (30, 20)),
        ("30x30_fit-cover_f-webp", "image/webp", (30, 30)),
        ("orig_crop-0-0-10-20_f-jpg", "image/jpeg", (10, 20)),
    ],
)
def test_it_is_made_as_the_spec_says_and_not_stored(
    spec: str, media_type: str, size: tuple[int, int]
) -> None:
    loop = with_fallback(transparent())
    made = loop.resizer.produce(f"/{spec}/photos/dog.jpg", fallback=FALLBACK)
    assert (made.outcome, str(made.key)) == (core.Outcome.FALLBACK, f"{spec}/photos/dog.jpg")
    assert (made.media_type, made.original_size) == (media_type, len(transparent()))
    assert made.body == core.resize(transparent(), spec).body
    assert (made.size, measured(bytes(made.body))) == (len(made.body), size)
    assert set(made.timings) == {"read", "plan", "render"}
    assert loop.derivatives.put_keys == []


def test_an_original_that_comes_later_is_made() -> None:
    loop = bench({FALLBACK: transparent()})
    assert loop.resizer.produce("/30x20/cat.jpg", fallback=FALLBACK).outcome is core.Outcome.FALLBACK
    filled({"cat.jpg": picture()}, loop.originals.behind)
    assert loop.resizer.produce("/30x20/cat.jpg", fallback=FALLBACK).outcome is core.Outcome.MADE
    assert loop.stored("30x20/cat.jpg").media_type == "image/jpeg"


def test_it_is_not_read_where_the_original_is_there() -> None:
    loop = with_fallback(transparent())
    assert loop.resizer.produce("/30x20/cat.jpg", fallback=FALLBACK).outcome is core.Outcome.MADE
    assert loop.originals.calls == [("get", "cat.jpg")]


def test_what_is_stored_outlives_its_original() -> None:
    loop = bench({FALLBACK: transparent()}, filled({"30x20/cat.jpg": b"stored"}))
    found = loop.resizer.produce("/30x20/cat.jpg", fallback=FALLBACK)
    assert (found.outcome, bytes(found.body or b"")) == (core.Outcome.ALREADY_STORED, b"stored")


@pytest.mark.parametrize(
    ("path", "outcome"),
    [("/30x20_f-auto/dog.jpg", core.Outcome.NEGOTIATED), ("/30x20_Q-80/dog.jpg", core.Outcome.MOVED)],
)
def test_redirects_come_first(path: str, outcome: core.Outcome) -> None:
    loop = with_fallback(transparent())
    assert loop.resizer.produce(path, fallback=FALLBACK).outcome is outcome
    assert loop.originals.calls == []


def test_it_is_found_in_another_spelling_as_any_original_is() -> None:
    loop = bench({"caf\u00e9.png": transparent()})
    made = loop.resizer.produce("/30x20/dog.jpg", fallback="cafe\u0301.png")
    assert made.outcome is core.Outcome.FALLBACK


NOT_MADE: dict[str, tuple[str, bytes, core.Limits, type[Exception]]] = {
    "no picture": ("30x20", b"no picture", core.Limits(), core.UnsupportedFormat),
    "cut short": ("30x20", picture()[:-200], core.Limits(), core.CorruptImage),
    "a crop outside": ("orig_crop-99-0-1-1", picture(), core.Limits(), core.InvalidSpec),
    "a page that is not there": ("30x20_page-2", picture(), core.Limits(), core.InvalidSpec),
    "too many bytes": ("30x20", picture(), core.Limits(input_bytes=100), core.LimitExceeded),
    "too many pixels": ("30x20", picture(), core.Limits(input_pixels=2399), core.LimitExceeded),
    "too many bytes of a derivative": ("30x20", picture(), core.Limits(output_bytes=99), core.LimitExceeded),
    "too much work": ("5000x_up_f-avif", picture(), core.Limits(cpu_seconds=1), core.LimitExceeded),
}


@pytest.mark.parametrize(("spec", "body", "limits", "cause"), NOT_MADE.values(), ids=NOT_MADE)
def test_where_it_cannot_be_made_the_original_is_missing(
    spec: str, body: bytes, limits: core.Limits, cause: type[Exception]
) -> None:
    loop = with_fallback(body, limits=limits)
    with pytest.raises(core.SourceNotFound, match=r"no original 'dog\.jpg'") as caught:
        loop.resizer.produce(f"/{spec}/dog.jpg", fallback=FALLBACK)
    assert type(caught.value.__cause__) is cause
    assert loop.derivatives.put_keys == []


def test_where_it_is_missing_too_both_are_named() -> None:
    with pytest.raises(core.SourceNotFound, match=r"no original 'dog\.jpg'") as caught:
        bench().resizer.produce("/30x20/dog.jpg", fallback=FALLBACK)
    assert str(caught.value.__cause__) == f"there is no original '{FALLBACK}'"


def test_where_it_is_too_large_for_an_answer_the_original_is_missing() -> None:
    loop = with_fallback(transparent())
    size = len(core.resize(transparent(), "30x20").body)
    assert loop.resizer.produce("/30x20/dog.jpg", fallback=FALLBACK, largest=size).size == size
    with pytest.raises(core.SourceNotFound, match=r"no original 'dog\.jpg'") as caught:
        loop.resizer.produce("/30x20/dog.jpg", fallback=FALLBACK, largest=size - 1)
    assert f"at most {size - 1} bytes, got {size}" in str(caught.value.__cause__)


@dataclass
class Barred(Passing):
    """Raises ``error`` where this key is read."""

    key: str = FALLBACK
    error: Exception = field(default_factory=ZeroDivisionError)

    def called(self, method: str, key: str) -> None:  # noqa: ARG002
        if key == self.key:
            raise self.error


def test_a_store_that_does_not_give_it_leaves_the_original_missing() -> None:
    error = core.StorageError("the store failed to read an object")
    resizer = core.Resizer(Barred(error=error), core.open_store("memory:"))
    with pytest.raises(core.SourceNotFound, match=r"no original 'dog\.jpg'") as caught:
        resizer.produce("/30x20/dog.jpg", fallback=FALLBACK)
    assert caught.value.__cause__ is error


def test_an_error_that_nobody_foresaw_is_not_hidden() -> None:
    resizer = core.Resizer(Barred(), core.open_store("memory:"))
    with pytest.raises(ZeroDivisionError):
        resizer.produce("/30x20/dog.jpg", fallback=FALLBACK)


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (core.StorageError("the store failed"), core.StorageError),
        (core.StorageForbidden("the store does not allow it"), core.SourceForbidden),
    ],
)
def test_an_original_that_cannot_be_read_is_not_missing(error: Exception, raised: type[Exception]) -> None:
    originals = Failing(filled({FALLBACK: transparent()}), error=error, methods=frozenset({"get"}))
    with pytest.raises(raised):
        core.Resizer(originals, core.open_store("memory:")).produce("/30x20/dog.jpg", fallback=FALLBACK)
