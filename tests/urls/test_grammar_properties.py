"""The grammar: one canonical spelling per meaning, and an exact refusal for everything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from local_loop.stack import SPEC_BEGINNINGS
from resizer_core.errors import InvalidSpec
from resizer_core.model import Size
from resizer_core.site import Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import MAX_BYTES, MAX_OPTIONS, parse_spec
from tests.spellings import nearly, texts
from tests.strategies import PRESETS, sizes, specs

CANONICAL = re.compile(r"[1-9xop][a-z0-9._-]*")


def parsed(text: str) -> Spec:
    return parse_spec(text, site=Site(presets=PRESETS))


@given(specs)
def test_a_spec_is_read_back_from_its_canonical_spelling(spec: Spec) -> None:
    assert parsed(str(spec)) == spec


@given(specs)
def test_equal_spellings_are_equal_specs(spec: Spec) -> None:
    twin = parsed(str(spec))
    assert hash(twin) == hash(spec)
    assert str(twin) == str(spec)


@settings(max_examples=300)
@given(texts)
def test_the_canonical_spelling_is_a_fixed_point(text: str) -> None:
    canonical = str(parsed(text))
    assert str(parsed(canonical)) == canonical
    assert parsed(canonical) == parsed(text)


@given(texts, st.randoms(use_true_random=False))
def test_the_order_of_the_options_has_no_meaning(text: str, random: object) -> None:
    head, *options = text.split("_")
    getattr(random, "shuffle")(options)  # noqa: B009  hypothesis' own class has no public name
    assert parsed("_".join((head, *options))) == parsed(text)


@given(texts)
def test_the_case_of_the_options_has_no_meaning(text: str) -> None:
    head, *options = text.split("_")
    assert parsed("_".join((head, *map(str.swapcase, options)))) == parsed(text)


@given(texts)
def test_the_head_is_in_lower_case(text: str) -> None:
    error = refusal(text.swapcase())
    assert error
    assert (error.start, error.end) == (0, len(text.split("_")[0]))


@given(texts)
def test_a_canonical_spelling_needs_no_encoding_anywhere(text: str) -> None:
    canonical = str(parsed(text))
    assert CANONICAL.fullmatch(canonical)
    assert len(canonical) <= MAX_BYTES
    assert canonical.count("_") <= MAX_OPTIONS


def refusal(text: str) -> InvalidSpec | None:
    """The error for ``text``; None where it is a SPEC. Any other exception is not caught."""
    try:
        parsed(text)
    except InvalidSpec as error:
        return error
    return None


@settings(max_examples=1000)
@given(nearly)
def test_a_text_is_a_spec_or_an_exact_refusal(text: str) -> None:
    error = refusal(text)
    event("refused" if error else "accepted")
    if error is None:
        assert parsed(str(parsed(text))) == parsed(text)
        assert text.startswith(SPEC_BEGINNINGS)  # or no routing rule would let it through
        return
    assert error.source == text
    assert 0 <= error.start <= error.end <= len(text)
    assert error.reason
    assert str(error).startswith(error.reason)


@given(specs)
def test_a_spec_without_its_preset_can_be_written_and_read(spec: Spec) -> None:
    resolved = spec.resolved
    assert parsed(str(resolved)) == resolved.resolved


@given(specs, sizes(300))
def test_a_crop_lies_inside_the_picture_or_begins_outside(spec: Spec, size: Size) -> None:
    if spec.crop is None:
        return
    unit = Size(100, 100) if spec.crop.percent else size
    # Half a pixel at the edge may be rounded either way.
    if spec.crop.left < unit.width * (1 - 1 / size.width) and spec.crop.top < unit.height * (
        1 - 1 / size.height
    ):
        assert spec.crop.box(size).lies_inside(size)
    elif spec.crop.left >= unit.width or spec.crop.top >= unit.height:
        with pytest.raises(ValueError, match="the crop begins outside the original"):
            spec.crop.box(size)
