"""Hold one row of a table of faults: how it shows, the rule it breaks, and the mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from doctor.diagnosis.seen import Seen
from doctor.findings import Finding, Status

APPLY: Final = "`terraform apply` sets them as they should be."


def _nothing_more(_seen: Seen) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row. Of a table, the first row that fits a hop is its fault.

    Attributes:
        fits: whether a hop shows it.
        mend: what to do, and why.
        rule: of the loop, which is broken or says why; ``None`` where no rule speaks of it.
        checks: the titles of those that look for its cause in AWS.
        look: says more of what was found; empty is nothing more.
    """

    title: str
    fits: Callable[[Seen], bool]
    mend: str
    expected: str = "the picture, or a redirect on the way to it"
    rule: int | None = None
    checks: tuple[str, ...] = ()
    look: Callable[[Seen], str] = _nothing_more

    def finding(self, seen: Seen) -> Finding:
        """Say that the hop is wrong."""
        more = self.look(seen)
        return Finding(
            title=self.title,
            status=Status.WRONG,
            expected=self.expected,
            found=f"{seen.where}: {seen.text}" + (f"; {more}" if more else ""),
            why=self.mend,
            rule=self.rule,
        )
