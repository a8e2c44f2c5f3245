"""Build a distribution in front of a scripted origin, and policies for it."""

from __future__ import annotations

from typing import Any

from local_loop.distribution import (
    CachePolicy,
    Distribution,
    DistributionConfiguration,
)
from tests.local_loop.doubles import ScriptedOrigin, SetClock

YEAR = 31_536_000.0
#: The policy of the loop; see stack.py.
ZERO = CachePolicy(min_ttl=0, default_ttl=0, max_ttl=YEAR)
#: The defaults of a new policy.
DAY = CachePolicy(min_ttl=0, default_ttl=86_400, max_ttl=YEAR)
#: A policy like a managed one, which suits everything but redirects.
FLOOR = CachePolicy(min_ttl=60, default_ttl=86_400, max_ttl=YEAR)


def distribution(
    origin: ScriptedOrigin,
    clock: SetClock | None = None,
    *,
    cache_policy: CachePolicy = DAY,
    **changes: Any,
) -> Distribution:
    configuration = DistributionConfiguration(origin_host="origin.test", cache_policy=cache_policy, **changes)
    return Distribution(configuration, origin, clock=clock or SetClock())
