"""Check what has to be so in a deployed stack: each file has one part of it, functions and a table of them.

A function looks at the facts and says what it sees, piece by piece, and whether that is right. No secret is
in what it says. The numbers are those of the loop's rules: docs/loop.md.

================ ===========================================================
`website`        redirects: the website of the bucket, and who may read
`redirects`      redirects: where delivery asks, what the generator keeps
`private_bucket` failover: who may read the bucket
`origin_group`   failover: the bucket first, and on 404 alone the API
`bucket`         the bucket of derivatives, whichever way it is read
`distributions`  every distribution: who may ask what, and what is kept
`edge`           what runs before the cache
`api`            the API between CloudFront and the function
`function`       whether it can run, with which settings, at which cost
`freshness`      the way from a changed original to who deletes its derivatives
`eager`          what makes derivatives of new originals
`backfill`       what jobs over originals take
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
#: Every check of each way, from the bucket round to the function.
CHECKS: Final[Mapping[Delivery, tuple[Check[Facts], ...]]] = {
    Delivery.REDIRECT: (*website.CHECKS, *redirects.CHECKS, *_BOTH),
    Delivery.FAILOVER: (*private_bucket.CHECKS, *origin_group.CHECKS, *edge.FAILOVER_CHECKS, *_BOTH),
}
#: Every check of what a stack has besides, by what `Names` calls it.
BESIDES: Final[Mapping[str, tuple[Check[Facts], ...]]] = {
    "freshness": freshness.CHECKS,
    "eager": eager.CHECKS,
    "backfill": backfill.CHECKS,
}


def check(facts: Facts) -> tuple[Finding, ...]:
    """Look at what the way of delivery has, in the order of the table, and at what the stack has besides."""
    names = facts.names
    besides = [one for switch, table in BESIDES.items() if getattr(names, switch) == "on" for one in table]
    return tuple(one(facts) for one in (*CHECKS[names.delivery], *besides))
