"""The small benchmark names what is wrong about a picture."""

from __future__ import annotations

import pytest

from bench.small import faults
from resizer_core import resize
from tests.library.recipes import CAT

BY_HAND = bytes(resize(CAT.read_bytes(), "100x_f-webp").body)


def test_nothing_is_wrong_about_the_same_picture() -> None:
    assert list(faults(BY_HAND, BY_HAND)) == []


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("101x_f-webp", "width, height and channels"),
        ("100x_f-jpg", "expected webp, got jpg"),
        ("100x_f-webp_q-95", "bytes, got"),
        ("100x_f-webp_flip-h", "levels, got"),
    ],
    ids=["size", "format", "bytes", "pixels"],
)
def test_a_wrong_picture_is_named(spec: str, said: str) -> None:
    (fault,) = faults(bytes(resize(CAT.read_bytes(), spec).body), BY_HAND)
    assert said in fault
