"""Hold one row of a table of faults: its signs, the rule that it breaks, and the remedy."""

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
    """Hold one row. The first row of a table that fits a hop is its fault.

    Attributes:
        fits: says whether a hop shows the fault.
        mend: the remedy, and why.
        rule: the rule of the loop that is broken or explains the fault. ``None`` if there is none.
        checks: the titles of the checks that look for its cause in AWS.
        look: says more about a hop. Empty text adds nothing.
    """

    title: str
    fits: Callable[[Seen], bool]
    mend: str
    expected: str = "the picture, or a redirect on the way to it"
    rule: int | None = None
    checks: tuple[str, ...] = ()
    look: Callable[[Seen], str] = _nothing_more

    def finding(self, seen: Seen) -> Finding:
        """Write the finding that this hop is wrong."""
        more = self.look(seen)
        return Finding(
            title=self.title,
            status=Status.WRONG,
            expected=self.expected,
            found=f"{seen.where}: {seen.text}" + (f"; {more}" if more else ""),
            why=self.mend,
            rule=self.rule,
        )
