"""Candidates where the original is known: each is what is made of it, and none is larger than it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from resizer_core.errors import InvalidSpec, LimitExceeded
from resizer_core.formats import PNG
from resizer_core.markup.candidates import candidates
from resizer_core.model import Bounds, Fit, ImageHeader, Size
from resizer_core.operations.padding import Padding
from resizer_core.option_values import InvalidField, Ratio
from resizer_core.planning.planner import make_plan
from resizer_core.site import Limits, Site
from resizer_core.spec import Spec
from tests.strategies import orientations, sizes, specs, tenths

wide = st.integers(1, 3000)
fluid = st.one_of(
    st.builds(Spec, dimensions=st.builds(Bounds, wide, wide), fit=st.sampled_from(Fit), turn=orientations),
    st.builds(
        Spec,
        dimensions=st.builds(Bounds, wide, st.none()),
        ratio=st.none() | st.builds(Ratio, st.integers(1, 99), st.integers(1, 99)),
        turn=orientations,
    ),
)


#: A box that is nearly a line, times four, is beyond the usual ones.
UNLIMITED = Site(limits=Limits(**dict.fromkeys(vars(Limits()), 10**15)))


def made_of(spec: Spec, original: Size) -> Size:
    return make_plan(spec, ImageHeader(size=original), PNG, site=UNLIMITED).size


@given(fluid, st.sets(wide, min_size=1, max_size=4), sizes(3000))
def test_a_width_says_how_wide_the_derivative_is(spec: Spec, widths: set[int], original: Size) -> None:
    try:
        listed = candidates(spec, widths, None, original, signed=False)
        derived = [made_of(one.spec, original) for one in listed]
    except (LimitExceeded, InvalidField):  # a height that follows may be beyond the format, or the grammar
        return
    assert [one.size for one in listed] == derived
    assert [one.descriptor for one in listed] == [f"{size.width}w" for size in derived]
    assert len({*listed}) == len({one.descriptor for one in listed}) == len(listed) <= len(widths)


@given(fluid, st.sets(tenths(1, 4), min_size=1, max_size=4), sizes(3000))
def test_a_density_says_how_dense_the_derivative_is(
    spec: Spec, densities: set[float], original: Size
) -> None:
    first, *others = candidates(spec, None, densities | {1}, original, signed=False)
    assert (first.spec, first.descriptor) == (spec, "1x")
    for one in others:
        assert one.spec == replace(spec, pixel_ratio=float(one.descriptor.removesuffix("x")))
        # The original is large enough: with ``up`` it would be no other.
        assert one.size == made_of(replace(one.spec, enlarge=True), original)


@given(specs, sizes(3000))
def test_whatever_is_asked_for_has_its_size(spec: Spec, original: Size) -> None:
    asked = spec.resolved
    try:
        (one,) = candidates(spec, None, [1], original, signed=False)
    except InvalidSpec as error:
        assert str(error).startswith("the crop begins outside the original")  # noqa: PT017
        return
    if asked.trim is not None:
        assert one.size is None or asked.fit is not Fit.INSIDE or asked.ratio
        return
    try:
        assert one.size == make_plan(spec, ImageHeader(size=original), PNG).size
    except (LimitExceeded, InvalidSpec):
        assert one.size is not None


def test_a_margin_is_added_to_what_the_original_has() -> None:
    asked = Spec(dimensions=Bounds(300, None), operations=(Padding(top=1, right=2, bottom=3, left=4),))
    (one,) = candidates(asked, None, [1], Size(200, 100), signed=False)
    assert one.size == Size(206, 104)
