"""Find the share of first views without a free run. Lambda has no queue for them, and they get 5xx."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from math import log
from random import Random
from typing import Final

from tools.scale.simulator import SIGMA

#: Seconds until a caller of a backfill calls again: after an answer, and on average after a refusal; both
#: assumed.
GAP_SECONDS: Final = 0.02
AGAIN_SECONDS: Final = 1.0


def lost(runs: int, load: float) -> float:
    """Work out Erlang's B: the refused share if ``load`` runs would be busy on average.

    Source: Erlang's loss formula, by its recursion. It holds for every distribution of the time of a run.
    """
    share = 1.0
    for each in range(1, runs + 1):
        share = load * share / (each + load * share)
    return share


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewers:
    """Describe viewers who ask for pictures that do not exist yet.

    Attributes:
        rate: pictures per second.
        page: pictures of one page, requested at once.
        runs: the function's runs at once.
        seconds: the average time of a run.
        callers: callers of a backfill that shares these runs. Each always has one more task.
        until: seconds until the end.
        seed: the seed of random numbers.
    """

    rate: float
    page: int = 1
    runs: int = 10
    seconds: float
    callers: int = 0
    until: float = 3600
    seed: int = 1


def refused(viewers: Viewers) -> float:
    """Simulate an hour, and count the share of the viewers' pictures without a free run."""
    chance = Random(viewers.seed)
    mean = log(viewers.seconds) - SIGMA**2 / 2
    # Time and event: a run of a viewer (0) or of the backfill (1) ends, a caller calls (2), a page opens (3)
    events = [(0.0, 2)] * viewers.callers + [(0.0, 3)]
    busy = asked = turned_away = 0
    while events:
        now, what = heappop(events)
        if what < 2:
            busy -= 1
            if what == 1:
                heappush(events, (now + GAP_SECONDS, 2))
        elif what == 2 and now < viewers.until:
            if busy < viewers.runs:
                busy += 1
                heappush(events, (now + chance.lognormvariate(mean, SIGMA), 1))
            else:
                heappush(events, (now + chance.expovariate(1 / AGAIN_SECONDS), 2))
        elif what == 3 and now < viewers.until:
            for _ in range(viewers.page):
                asked += 1
                if busy < viewers.runs:
                    busy += 1
                    heappush(events, (now + chance.lognormvariate(mean, SIGMA), 0))
                else:
                    turned_away += 1
            heappush(events, (now + chance.expovariate(viewers.rate / viewers.page), 3))
    return turned_away / asked
