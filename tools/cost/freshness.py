"""Count and print the cost of freshness, which keeps derivatives in step with their originals."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from bench.report import table
from tools.cost.model import Question, times
from tools.cost.prices import MILLION, PRICES, Usage, usd

#: Terraform's values for the function NAME-freshness and for its mapping.
MEMORY_MB: Final = 512
BATCH: Final = 100
#: Calls of S3 at once for one original, and seconds of one call; the latter is assumed.
AT_ONCE: Final = 32
CALL_SECONDS: Final = 0.02
#: Messages that one call of SQS sends, takes or deletes.
MESSAGES: Final = 10
#: Metrics of the function, and metrics that its alarms watch.
METRICS: Final = 5
ALARM_METRICS: Final = 5
#: Calls of SQS in a month without changes: Lambda keeps five long polls of 20 s open.
IDLE_CALLS: Final = 5 * 3 * 60 * 24 * 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Describe originals that are replaced, many at a time.

    Attributes:
        originals: the number of replaced originals.
        specs: the number of SPECs in use. Each original has a derivative for each of them.
    """

    originals: float = MILLION
    specs: int = 10


def followed(changes: Changes, architecture: str) -> Usage:
    """Count both looks at each original, without invalidations. Deletes are free."""
    rounds = ceil(changes.specs / AT_ONCE)
    # The first look finds stale derivatives, and asks for the original again before it deletes them.
    seconds = CALL_SECONDS * (2 * (1 + rounds) + 1)
    each = {
        "events": 1,
        "messages": 1 + 1 / MESSAGES + 2 * (1 + 1) / MESSAGES,  # two sent; each received and deleted
        "reads": 2 * (1 + changes.specs) + 1,
        "runs": 2 / BATCH,
        architecture: MEMORY_MB / 1024 * seconds,
    }
    return times(each, changes.originals)


def invalidated(changes: Changes) -> Usage:
    """Count the paths if originals change one by one. Both looks name each derivative."""
    return {"paths": 2 * changes.specs * changes.originals}


def standing() -> Usage:
    """Count a month without changes."""
    return {"messages": IDLE_CALLS, "metrics": METRICS, "alarms": ALARM_METRICS}


def print_freshness(question: Question) -> None:
    """Print the usage of a million replaced originals, and the cost of fewer by path."""
    architecture = question.deployment.architecture
    changes = Changes()
    used = followed(changes, architecture)
    rows = [(PRICES[key].what, f"{units:,.0f}", f"{usd({key: units}):,.2f}") for key, units in used.items()]
    rows.append(("**all but invalidations**", "", f"**{usd(used):,.2f}**"))
    print(f"{changes.originals:,.0f} originals replaced, {changes.specs} SPECs in use:\n")
    table(("item", "units", "USD"), rows)
    idle = standing()
    nothing = f"{usd(idle):.2f} USD, {usd(idle, free_tier=True):.2f} with the free tier"
    print(f"A month without a change: {nothing}.\n\nOne by one, each derivative invalidated by its path:\n")

    def cells(originals: float, specs: int) -> tuple[str, ...]:
        few = Changes(originals=originals, specs=specs)
        paths = invalidated(few)
        return (
            f"{originals:,.0f}",
            f"{specs}",
            f"{paths['paths']:,.0f}",
            f"{usd(paths):,.2f}",
            f"{usd(paths, free_tier=True):,.2f}",
        )

    table(
        ("originals a month", "SPECs", "paths", "USD", "with the free tier"),
        (cells(*shape) for shape in ((50, 10), (500, 10), (500, 50), (5_000, 10))),
    )
