"""What has to be so in a deployed stack: each file has one part of it, small functions and a table of them.

A function looks at the facts and says what it sees, piece by piece, and whether that is right. No secret is
in what it says. The numbers are those of the loop's rules: docs/loop.md.
"""

from __future__ import annotations

from typing import Final

from doctor.checks import api, distributions, edge, function, website
from doctor.facts import Facts
from doctor.findings import Check, Finding

#: Every check, from the website round to the function.
CHECKS: Final[tuple[Check[Facts], ...]] = (
    *website.CHECKS,
    *distributions.CHECKS,
    *edge.CHECKS,
    *api.CHECKS,
    *function.CHECKS,
)


def check(facts: Facts) -> tuple[Finding, ...]:
    """Every check, in the order of the table."""
    return tuple(one(facts) for one in CHECKS)
