"""The site: its limits."""

from __future__ import annotations

import pytest

from resizer_core.site import Limits


@pytest.mark.parametrize("name", vars(Limits()))
def test_a_limit_is_at_least_1(name: str) -> None:
    assert getattr(Limits(**{name: 1}), name) == 1
    with pytest.raises(ValueError, match=f"{name} is at least 1, got 0"):
        Limits(**{name: 0})
