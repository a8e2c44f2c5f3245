"""Check the facts that must hold in a deployed stack. Each file checks one part of it.

A file has functions and a table of them. A function looks at the facts. It says what it sees, piece by piece,
and whether that is right. It names no secret. The numbers are those of the loop's rules: docs/loop.md.

================ ===========================================================
`website`        redirects: the website of the bucket, and its readers
`redirects`      redirects: delivery's origin, the generator's cache
`private_bucket` failover: who may read the bucket
`origin_group`   failover: the bucket first, and only on 404 the API
`bucket`         the bucket of derivatives, for both ways of delivery
`distributions`  every distribution: requests, and what is kept
`edge`           the code before the cache
`api`            the API between CloudFront and the function
`function`       whether it can run, its settings, its cost
`freshness`      the way from a changed original to its derivatives
`eager`          the function for derivatives of new originals
`backfill`       the parts that jobs over originals need
================ ===========================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doctor.checks import (
    api,
    backfill,
    bucket,
    distributions,
    eager,
    edge,
    freshness,
    function,
    origin_group,
    private_bucket,
    redirects,
    website,
)
from doctor.facts import Facts
from doctor.findings import Check, Finding
from resizer_core import Delivery

_BOTH: Final = (*bucket.CHECKS, *distributions.CHECKS, *edge.CHECKS, *api.CHECKS, *function.CHECKS)
#: Every check of each way of delivery, from the bucket round to the function.
CHECKS: Final[Mapping[Delivery, tuple[Check[Facts], ...]]] = {
    Delivery.REDIRECT: (*website.CHECKS, *redirects.CHECKS, *_BOTH),
    Delivery.FAILOVER: (*private_bucket.CHECKS, *origin_group.CHECKS, *edge.FAILOVER_CHECKS, *_BOTH),
}
#: Every check of an optional part, by the part's name in `Names`.
BESIDES: Final[Mapping[str, tuple[Check[Facts], ...]]] = {
    "freshness": freshness.CHECKS,
    "eager": eager.CHECKS,
    "backfill": backfill.CHECKS,
}


def check(facts: Facts) -> tuple[Finding, ...]:
    """Check the stack's way of delivery, in the order of the table, and then its optional parts."""
    names = facts.names
    besides = [one for switch, table in BESIDES.items() if getattr(names, switch) == "on" for one in table]
    return tuple(one(facts) for one in (*CHECKS[names.delivery], *besides))
