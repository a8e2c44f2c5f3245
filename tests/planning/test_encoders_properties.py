"""The search for a quality, over sizes of any kind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resizer_core.planning.encoders import LEAST_QUALITY, highest_quality

sizes = st.lists(st.integers(1, 10**8), min_size=100, max_size=100)


@given(sizes.map(sorted), st.integers(1, 10**8), st.integers(1, 100), st.integers(1, 100))
def test_it_is_the_highest_that_fits(table: list[int], ceiling: int, first: int, most: int) -> None:
    tried: list[int] = []

    def size_at(quality: int) -> int:
        tried.append(quality)
        return table[quality - 1]

    found = highest_quality(size_at, ceiling, first=min(first, most), most=most)
    allowed = range(min(LEAST_QUALITY, most), most + 1)
    assert found == max((quality for quality in allowed if table[quality - 1] <= ceiling), default=None)
    assert len(tried) <= 8
    assert set(tried) <= set(allowed)


@given(sizes, st.integers(1, 10**8), st.integers(1, 100))
def test_what_it_finds_fits_even_where_sizes_go_up_and_down(
    table: list[int], ceiling: int, first: int
) -> None:
    found = highest_quality(lambda quality: table[quality - 1], ceiling, first=first)
    assert found is None or table[found - 1] <= ceiling
