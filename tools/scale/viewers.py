"""Find the share of first views for which no run is free: Lambda queues nothing, and answers with 5xx."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from math import log
from random import Random
from typing import Final

from tools.scale.simulator import SIGMA

#: Whoever calls for a backfill calls again so long after an answer, and on average so long after a refusal,
#: s; both assumed.
GAP_SECONDS: Final = 0.02
AGAIN_SECONDS: Final = 1.0


def lost(runs: int, load: float) -> float:
    """Work out Erlang's B: the share that is refused where ``load`` runs would be busy on average.

    Source: Erlang's loss formula, by its recursion; it holds for any spread of the time of a run.
    """
    share = 1.0
    for each in range(1, runs + 1):
        share = load * share / (each + load * share)
    return share


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewers:
    """Viewers who ask for what is not there yet.

    Attributes:
        rate: pictures a second.
        page: pictures that are asked for at once.
        runs: at once, of the function.
        seconds: of a run, on average.
        callers: of a backfill that shares these runs, each with always one more task.
        until: when it is over, s.
        seed: of chance.
    """

    rate: float
    page: int = 1
    runs: int = 10
    seconds: float
    callers: int = 0
    until: float = 3600
    seed: int = 1


def refused(viewers: Viewers) -> float:
    """Play an hour, and count the share of the viewers' pictures that find no run."""
    chance = Random(viewers.seed)
    mean = log(viewers.seconds) - SIGMA**2 / 2
    # When, and what: a run ends, of a viewer (0) or of the backfill (1), a caller calls (2), a page opens (3)
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
