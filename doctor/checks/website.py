"""The bucket of derivatives, its website, and who may read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from doctor.checks import parts
from doctor.checks.shared_secret import LENGTH, compared
from doctor.facts import Facts, PublicAccessBlock, known
from doctor.findings import Check, Observation
from doctor.policies import NotUnderstood, readers
from local_loop.stack import SPEC_BEGINNINGS

#: What lies there has to be restored before anybody may read it.
_ARCHIVES: Final = ("GLACIER", "DEEP_ARCHIVE")
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
    """Equal observations of rules as one, with their number."""
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
    yield block.block_public_acls, f"BlockPublicAcls {_switch(block.block_public_acls)}"
    yield block.ignore_public_acls, f"IgnorePublicAcls {_switch(block.ignore_public_acls)}"


def _policies_pass(block: PublicAccessBlock) -> Iterator[Observation]:
    yield not block.block_public_policy, f"BlockPublicPolicy {_switch(block.block_public_policy)}"
    yield not block.restrict_public_buckets, f"RestrictPublicBuckets {_switch(block.restrict_public_buckets)}"


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _is_encrypted_by_s3(facts: Facts) -> Iterator[Observation]:
    encryption = known(parts.bucket(facts).encryption, "the encryption of the bucket")
    yield encryption == "AES256", encryption


def _owner_is_enforced(facts: Facts) -> Iterator[Observation]:
    ownership = known(parts.bucket(facts).ownership, "the rule of ownership of the bucket")
    yield ownership == "BucketOwnerEnforced", ownership


def _nobody_is_notified(facts: Facts) -> Iterator[Observation]:
    notified = known(parts.bucket(facts).notifications, "the notifications of the bucket")
    yield not notified, ", ".join(notified) or "nobody"


def _nothing_is_archived(facts: Facts) -> Iterator[Observation]:
    rules = parts.bucket(facts).lifecycle
    for rule in known(rules, "the lifecycle of the bucket") if rules is not None else ():
        if rule.expires_after is not None:
            yield True, f"they expire after {rule.expires_after} days"
        for storage in rule.moves_to:
            yield storage not in _ARCHIVES, f"they are moved to {storage}"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="S3 redirects what begins like a SPEC, and nothing else",
        rule=1,
        look=_rules_are_planned,
        expected=f"one rule for each of {' '.join(SPEC_BEGINNINGS)}",
        why="Without its rule a SPEC is never made; with one for any key every scanner costs a run.",
    ),
    Check(
        title="S3 redirects what is missing, and nothing that exists",
        rule=1,
        look=_rules_are_on_404,
        expected="every rule on 404",
        why="On 403, or on no error at all, what exists but cannot be read is redirected without end.",
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
        why="Where x/index.html is stored, S3 redirects x to x/ by itself.",
    ),
    Check(
        title="The website opens to delivery's Referer alone",
        rule=7,
        look=_referer_opens_the_website,
        expected=f"delivery sends a Referer that the policy names, {LENGTH} characters or more",
        why="If they differ, every derivative is 403; without one the cache can be gone round.",
    ),
    Check(
        title="The bucket policy grants s3:GetObject and nothing else",
        rule=23,
        look=_policy_grants_reading_alone,
        expected="statements that let anybody read objects, and no other",
        why="Whoever may put can store anything under your name; whoever may list sees every key.",
    ),
    Check(
        title="Block Public Access of the account lets the bucket policy through",
        rule=23,
        look=_account_lets_the_policy_through,
        expected="no block, or BlockPublicPolicy and RestrictPublicBuckets off",
        why="The stricter of account and bucket holds: the commonest cause of 403 for every derivative.",
    ),
    Check(
        title="Block Public Access of the bucket lets the policy through, and no ACL",
        rule=23,
        look=_bucket_lets_the_policy_through,
        expected="BlockPublicPolicy and RestrictPublicBuckets off, BlockPublicAcls and IgnorePublicAcls on",
        why="With one of the first two on every derivative is 403; an ACL could open the bucket otherwise.",
    ),
    Check(
        title="Derivatives are encrypted by S3's own keys",
        rule=23,
        look=_is_encrypted_by_s3,
        expected="AES256",
        why="What is encrypted with KMS cannot be served without an identity: 403.",
    ),
    Check(
        title="The bucket's owner owns every derivative",
        rule=23,
        look=_owner_is_enforced,
        expected="BucketOwnerEnforced",
        why="An object of another account, or with an ACL of its own, does not go by the bucket policy.",
    ),
    Check(
        title="Derivatives notify nobody",
        rule=18,
        look=_nobody_is_notified,
        expected="no notifications",
        why="What makes something of every derivative may make derivatives of derivatives.",
    ),
    Check(
        title="Derivatives are not archived",
        rule=9,
        look=_nothing_is_archived,
        expected=f"rules that let them expire or move, and to none of {', '.join(_ARCHIVES)}",
        why="An archived derivative is 403 at the website, and what exists is not made again.",
    ),
)
