"""Break the bucket of derivatives and its website in every way that a check has to see."""

from __future__ import annotations

from dataclasses import replace

from doctor.facts import Facts, LifecycleRule, PublicAccessBlock, RoutingRule, known
from tests.doctor.stack import (
    READING,
    REFERER,
    standard_facts,
    with_bucket,
    with_distribution,
    with_origin,
    with_rules,
    with_website,
)

FACTS = standard_facts()
BLOCK = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=False, restrict_public_buckets=False
)


def other_rules(*rules: RoutingRule) -> Facts:
    """The planned rules and these."""
    planned = known(known(FACTS.derivatives, "").website, "").routing_rules
    return with_website(FACTS, routing_rules=(*planned, *rules))


#: By the title of the check that has to see it: what is wrong, and a word of what the check finds.
BROKEN: dict[str, dict[str, tuple[Facts, str]]] = {
    "S3 redirects only keys that begin like a SPEC": {
        "a lost rule": (
            with_website(
                FACTS, routing_rules=known(known(FACTS.derivatives, "").website, "").routing_rules[1:]
            ),
            "no rule for 1",
        ),
        "a rule for any key": (
            other_rules(RoutingRule(http_error_code_returned_equals="404")),
            "any key",
        ),
        "a rule for another prefix": (
            other_rules(RoutingRule(key_prefix_equals="wp-", http_error_code_returned_equals="404")),
            "wp-",
        ),
        "everything is redirected": (with_website(FACTS, redirects_all_to="example.com"), "example.com"),
        "no website": (with_bucket(FACTS, website=None), "not there"),
        "no bucket": (replace(FACTS, derivatives=None), "img-derivatives is not there"),
    },
    "S3 redirects only if the object is missing": {
        "on 403": (with_rules(FACTS, http_error_code_returned_equals="403"), "12 on 403"),
        "on anything": (with_rules(FACTS, http_error_code_returned_equals=None), "no error"),
        "no rules": (with_website(FACTS, routing_rules=()), "no rules"),
    },
    "S3 redirects by 307": {
        "the default": (with_rules(FACTS, http_redirect_code=None), "301"),
        "302": (with_rules(FACTS, http_redirect_code="302"), "302"),
    },
    "S3 redirects to the generator, with the key whole": {
        "http": (with_rules(FACTS, protocol="http"), "http://"),
        "the protocol of the request": (with_rules(FACTS, protocol=None), "http://"),
        "another host": (with_rules(FACTS, host_name="other.example.com"), "other.example.com"),
        "no host": (with_rules(FACTS, host_name=None), "the website itself"),
        "another key": (with_rules(FACTS, replace_key_with="a"), "changes the key"),
        "another prefix": (with_rules(FACTS, replace_key_prefix_with=""), "changes the key"),
    },
    "The index document has a name that nobody uploads": {
        "index.html": (with_website(FACTS, index_suffix="index.html"), "index.html"),
        "INDEX.HTM": (with_website(FACTS, index_suffix="INDEX.HTM"), "INDEX.HTM"),
    },
    "The website opens to delivery's Referer alone": {
        "another Referer": (
            with_origin(FACTS, "delivery", custom_headers={"referer": REFERER[::-1]}),
            "does not name",
        ),
        "no Referer": (with_origin(FACTS, "delivery", custom_headers={}), "sends no Referer"),
        "a short one": (
            with_bucket(
                with_origin(FACTS, "delivery", custom_headers={"referer": "short"}),
                policy=({**READING, "Condition": {"StringEquals": {"aws:Referer": "short"}}},),
            ),
            "5 characters",
        ),
        "everybody may read": (
            with_bucket(FACTS, policy=({**READING, "Condition": {}},)),
            "everybody may read",
        ),
        "no policy": (with_bucket(FACTS, policy=None), "not there"),
        "no one origin": (with_distribution(FACTS, "delivery", origin=None), "not there"),
    },
    "The bucket policy grants s3:GetObject and nothing else": {
        "a put": (
            with_bucket(FACTS, policy=(READING, {**READING, "Action": "s3:PutObject"})),
            "s3:PutObject",
        ),
        "no statement": (with_bucket(FACTS, policy=()), "statements: 0"),
        "no policy": (with_bucket(FACTS, policy=None), "not there"),
    },
    "Block Public Access of the account lets the bucket policy through": {
        "the policy is blocked": (
            replace(FACTS, account_access_block=replace(BLOCK, block_public_policy=True)),
            "BlockPublicPolicy on",
        ),
        "the bucket is restricted": (
            replace(FACTS, account_access_block=replace(BLOCK, restrict_public_buckets=True)),
            "RestrictPublicBuckets on",
        ),
    },
    "Block Public Access of the bucket lets the policy through, and no ACL": {
        "the policy is blocked": (
            with_bucket(FACTS, access_block=replace(BLOCK, block_public_policy=True)),
            "BlockPublicPolicy on",
        ),
        "the bucket is restricted": (
            with_bucket(FACTS, access_block=replace(BLOCK, restrict_public_buckets=True)),
            "RestrictPublicBuckets on",
        ),
        "ACLs can be put": (
            with_bucket(FACTS, access_block=replace(BLOCK, block_public_acls=False)),
            "BlockPublicAcls off",
        ),
        "ACLs count": (
            with_bucket(FACTS, access_block=replace(BLOCK, ignore_public_acls=False)),
            "IgnorePublicAcls off",
        ),
        "no block": (with_bucket(FACTS, access_block=None), "not there"),
    },
    "Derivatives are encrypted by S3's own keys": {
        "KMS": (with_bucket(FACTS, encryption="aws:kms"), "aws:kms"),
        "none": (with_bucket(FACTS, encryption=None), "not there"),
    },
    "The bucket's owner owns every derivative": {
        "the writer does": (with_bucket(FACTS, ownership="ObjectWriter"), "ObjectWriter"),
        "none is stated": (with_bucket(FACTS, ownership=None), "not there"),
    },
    "Derivatives notify nobody": {
        "a function": (with_bucket(FACTS, notifications=("arn:aws:lambda:x",)), "arn:aws:lambda:x"),
    },
    "Derivatives are not archived": {
        "after some days": (
            with_bucket(FACTS, lifecycle=(LifecycleRule(moves_to=("STANDARD_IA", "GLACIER")),)),
            "they are moved to GLACIER",
        ),
    },
}
