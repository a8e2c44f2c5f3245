"""Test that nothing is stored of what fails (rule 21)."""

from __future__ import annotations

import pytest

import resizer_core as core
from tests.doubles import Failing, picture
from tests.resizer.bench import bench

REFUSED: dict[str, tuple[str, bytes, core.Limits, type[Exception]]] = {
    "no picture": ("30x20", b"no picture at all", core.Limits(), core.UnsupportedFormat),
    "nothing": ("30x20", b"", core.Limits(), core.UnsupportedFormat),
    "SVG": ("30x20", b"<svg xmlns='http://www.w3.org/2000/svg'/>", core.Limits(), core.UnsupportedFormat),
    "another format by its name": ("30x20", b"%PDF-1.7", core.Limits(), core.UnsupportedFormat),
    "cut short": ("30x20", picture()[:-200], core.Limits(), core.CorruptImage),
    "a header alone": ("30x20", picture()[:4], core.Limits(), core.CorruptImage),
    "too many bytes": ("30x20", picture(), core.Limits(input_bytes=100), core.LimitExceeded),
    "too many pixels": ("30x20", picture(), core.Limits(input_pixels=2399), core.LimitExceeded),
    "too large a side": ("30x20", picture(), core.Limits(output_side=29), core.LimitExceeded),
    "too many pixels of a derivative": (
        "30x20",
        picture(),
        core.Limits(output_pixels=599),
        core.LimitExceeded,
    ),
    "too many bytes of a derivative": ("30x20", picture(), core.Limits(output_bytes=99), core.LimitExceeded),
    "a page that is not there": ("30x20_page-2", picture(), core.Limits(), core.InvalidSpec),
    "a crop outside": ("crop-99-0-1-1", picture(), core.Limits(), core.InvalidSpec),
}


@pytest.mark.parametrize(("spec", "body", "limits", "error"), REFUSED.values(), ids=REFUSED)
def test_rule_21_what_fails_stores_nothing(
    spec: str, body: bytes, limits: core.Limits, error: type[Exception]
) -> None:
    loop = bench({"cat.jpg": body}, limits=limits)
    with pytest.raises(error):
        loop.resizer.produce(f"/{spec if spec[0].isdigit() else f'orig_{spec}'}/cat.jpg")
    assert loop.derivatives.put_keys == []
    assert list(loop.derivatives.list()) == []


def test_rule_21_an_original_that_is_too_large_is_refused_before_its_body_is_read() -> None:
    loop = bench({"cat.jpg": bytes(1001)}, limits=core.Limits(input_bytes=1000))
    with pytest.raises(core.LimitExceeded, match="1001 bytes"):
        loop.resizer.produce("/30x20/cat.jpg")
    # The store itself refuses it, by the size that it knows without the body.
    assert loop.originals.most_bytes == [1000]


def test_rule_21_a_missing_original_stores_nothing() -> None:
    loop = bench({})
    with pytest.raises(core.SourceNotFound, match=r"'photos/cat\.jpg'"):
        loop.resizer.produce("/30x20/photos/cat.jpg")
    assert loop.derivatives.put_keys == []


def test_a_store_of_originals_that_fails_is_not_a_missing_original() -> None:
    originals = Failing(methods=frozenset({"get"}))
    with pytest.raises(core.StorageError):
        core.Resizer(originals, core.open_store("memory:")).produce("/30x20/cat.jpg")
