"""Check the website of the bucket of derivatives and its readers, for redirects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from doctor.checks import parts
from doctor.checks.bucket import switches
from doctor.checks.shared_secret import LENGTH, compared
from doctor.facts import Facts, PublicAccessBlock, known
from doctor.findings import Check, Observation
from doctor.policies import NotUnderstood, readers
from local_loop.stack import SPEC_BEGINNINGS

_USUAL_INDEX: Final = re.compile(r"(index|default|home|main)(\..*)?", re.IGNORECASE)


def _rules_are_planned(facts: Facts) -> Iterator[Observation]:
    website = parts.website(facts)
    if website.redirects_all_to:
        yield False, f"a redirect of everything to {website.redirects_all_to}"
    prefixes = [rule.key_prefix_equals for rule in website.routing_rules]
    missing = [beginning for beginning in SPEC_BEGINNINGS if beginning not in prefixes]
    yield not missing, f"no rule for {', '.join(missing)}" if missing else f"{len(prefixes)} rules"
    for prefix in prefixes:
        if prefix not in SPEC_BEGINNINGS:
            yield False, f"a rule for {prefix or 'any key'}"


def _rules_are_on_404(facts: Facts) -> Iterator[Observation]:
    yield from _counted(
        (
            rule.http_error_code_returned_equals == "404",
            f"on {rule.http_error_code_returned_equals or 'no error at all'}",
        )
        for rule in parts.website(facts).routing_rules
    )


def _rules_redirect_by_307(facts: Facts) -> Iterator[Observation]:
    yield from _counted(
        (rule.http_redirect_code == "307", f"by {rule.http_redirect_code or '301, the default'}")
        for rule in parts.website(facts).routing_rules
    )


def _rules_lead_to_the_generator(facts: Facts) -> Iterator[Observation]:
    rules = parts.website(facts).routing_rules
    for rule in rules:
        if rule.replace_key_with is not None or rule.replace_key_prefix_with is not None:
            yield False, f"the rule for {rule.key_prefix_equals or 'any key'} changes the key"
    generator = parts.generator(facts)
    yield from _counted(
        (
            rule.protocol == "https" and generator.answers_to(rule.host_name or ""),
            f"to {rule.protocol or 'http'}://{rule.host_name or 'the website itself'}",
        )
        for rule in rules
    )


def _counted(observations: Iterable[Observation]) -> Iterator[Observation]:
    """Combine equal observations of rules to one, with their number."""
    counts = Counter(observations)
    for (right, text), count in counts.items():
        yield right, f"{count} {text}"
    if not counts:
        yield False, "no rules"


def _index_is_unheard_of(facts: Facts) -> Iterator[Observation]:
    suffix = parts.website(facts).index_suffix
    yield bool(suffix) and not _USUAL_INDEX.fullmatch(suffix), suffix or "none"


def _referer_opens_the_website(facts: Facts) -> Iterator[Observation]:
    bucket = parts.bucket(facts)
    opened = readers(known(bucket.policy, "the policy of the bucket"), bucket.name)
    if opened.everybody:
        yield False, "everybody may read"
    yield from compared(
        parts.origin(parts.delivery(facts)).custom_headers.get("referer"),
        opened.referers,
        sender="delivery",
        receiver="the policy",
        what="Referer",
    )


def _policy_grants_reading_alone(facts: Facts) -> Iterator[Observation]:
    bucket = parts.bucket(facts)
    policy = known(bucket.policy, "the policy of the bucket")
    for statement in policy:
        try:
            readers((statement,), bucket.name)
        except NotUnderstood as error:
            yield False, str(error)
    yield bool(policy), f"statements: {len(policy)}"


def _account_lets_the_policy_through(facts: Facts) -> Iterator[Observation]:
    if facts.account_access_block is None:
        yield True, "no block"
    else:
        yield from _policies_pass(known(facts.account_access_block, "the block of the account"))


def _bucket_lets_the_policy_through(facts: Facts) -> Iterator[Observation]:
    block = known(parts.bucket(facts).access_block, "a block that says so")
    yield from _policies_pass(block)
    yield from switches(block, block_public_acls=True, ignore_public_acls=True)


def _policies_pass(block: PublicAccessBlock) -> Iterator[Observation]:
    yield from switches(block, block_public_policy=False, restrict_public_buckets=False)


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="S3 redirects only keys that begin like a SPEC",
        rule=1,
        look=_rules_are_planned,
        expected=f"one rule for each of {' '.join(SPEC_BEGINNINGS)}",
        why="A SPEC without its rule is never made. With a rule for any key, every scanner costs a run.",
    ),
    Check(
        title="S3 redirects only if the object is missing",
        rule=1,
        look=_rules_are_on_404,
        expected="every rule on 404",
        why="On 403, or on no error at all, a derivative that exists but cannot be read is redirected "
        "without end.",
    ),
    Check(
        title="S3 redirects by 307",
        rule=2,
        look=_rules_redirect_by_307,
        expected="307",
        why="CloudFront keeps 301 and 302 like pictures, and browsers keep 301 for good.",
    ),
    Check(
        title="S3 redirects to the generator, with the key whole",
        rule=2,
        look=_rules_lead_to_the_generator,
        expected="https, the generator's host, no replacement of the key",
        why="A changed key is stored under another name than the one that was asked for.",
    ),
    Check(
        title="The index document has a name that nobody uploads",
        rule=16,
        look=_index_is_unheard_of,
        expected="another name than index.html and its like",
        why="If x/index.html is stored, S3 itself redirects x to x/.",
    ),
    Check(
        title="The website opens to delivery's Referer alone",
        rule=7,
        look=_referer_opens_the_website,
        expected=f"delivery sends a Referer that the policy names, {LENGTH} characters or more",
        why="If they differ, every derivative is 403. Without a Referer, clients can avoid the cache.",
    ),
    Check(
        title="The bucket policy grants s3:GetObject and nothing else",
        rule=23,
        look=_policy_grants_reading_alone,
        expected="statements that let anybody read objects, and no other",
        why="Anybody who may put can store anything under your name. Anybody who may list sees every key.",
    ),
    Check(
        title="Block Public Access of the account lets the bucket policy through",
        rule=23,
        look=_account_lets_the_policy_through,
        expected="no block, or BlockPublicPolicy and RestrictPublicBuckets off",
        why="The stricter of account and bucket holds. This is the commonest cause of 403 for every "
        "derivative.",
    ),
    Check(
        title="Block Public Access of the bucket lets the policy through, and no ACL",
        rule=23,
        look=_bucket_lets_the_policy_through,
        expected="BlockPublicPolicy and RestrictPublicBuckets off, BlockPublicAcls and IgnorePublicAcls on",
        why="If one of the first two is on, every derivative is 403. If one of the others is off, an ACL "
        "could open the bucket.",
    ),
)
