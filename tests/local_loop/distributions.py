"""A distribution in front of an origin with a script, and policies to give it."""

from __future__ import annotations

from typing import Any

from local_loop.distribution import (
    CachePolicy,
    Distribution,
    DistributionConfiguration,
)
from tests.local_loop.doubles import ScriptedOrigin, SetClock

YEAR = 31_536_000.0
#: What the loop uses; see stack.py.
ZERO = CachePolicy(min_ttl=0, default_ttl=0, max_ttl=YEAR)
#: What a new policy is.
DAY = CachePolicy(min_ttl=0, default_ttl=86_400, max_ttl=YEAR)
#: Like a managed policy that is good for anything but redirects.
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
