"""Count and print the cost of derivatives made before anybody asks: `eager` and `backfill`."""

from __future__ import annotations

from typing import Final

from bench.report import table
from tools.cost.freshness import IDLE_CALLS
from tools.cost.model import Question, times
from tools.cost.prices import MILLION, PRICES, Usage, usd
from tools.scale.model import Job, backfill, eager

#: Metrics that the alarms of each watch.
EAGER_ALARMS: Final = 2
BACKFILL_ALARMS: Final = 1


def job(question: Question) -> Job:
    """Describe the job: three derivatives of a million originals, at a pace that S3 does not limit."""
    return Job(originals=MILLION, specs=3, concurrency=1, seconds=question.picture.seconds)


def idle() -> tuple[Usage, Usage]:
    """Count a month of `eager` and of `backfill` in which nothing is made."""
    return {"messages": IDLE_CALLS, "alarms": EAGER_ALARMS}, {"alarms": BACKFILL_ALARMS}


def print_beforehand(question: Question) -> None:
    """Print the usage of three derivatives of a million originals, in both ways."""
    made = job(question)
    ways = (eager(made, question.deployment), backfill(made, question.deployment))
    names = [key for key in PRICES if any(key in used for used in ways)]

    def cells(used: Usage, key: str) -> tuple[str, str]:
        if key not in used:
            return "", ""
        units = used[key]
        return f"{units:,.0f}" if units >= 1000 else f"{units:.3g}", f"{usd({key: units}):,.2f}"

    rows = [(PRICES[key].what, *(cell for used in ways for cell in cells(used, key))) for key in names]
    for name, share in (("**all**", 1), ("**per million derivatives**", MILLION / made.derivatives)):
        rows.append((name, *(cell for used in ways for cell in ("", f"**{usd(times(used, share)):,.2f}**"))))
    print(f"{made.originals:,.0f} originals, {made.specs} SPECs, {made.seconds:g} s each:\n")
    table(("item", "`eager`, units", "USD", "`backfill`, units", "USD"), rows)
    eager_idle, backfill_idle = map(usd, idle())
    print(
        f"A month in which nothing is made: `eager` {eager_idle:.2f} USD, `backfill` {backfill_idle:.2f}.\n"
    )
