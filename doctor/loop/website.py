"""Make the emulated website from the facts: rules, readers, blocks, encryption."""

from __future__ import annotations

from doctor.facts import Bucket, PublicAccessBlock, Unread, known
from doctor.loop.bucket import is_encrypted_by_kms
from doctor.policies import NotUnderstood, Readers, readers
from local_loop.website import RoutingRule, WebsiteConfiguration


def emulated_website(bucket: Bucket, account: PublicAccessBlock | Unread | None) -> WebsiteConfiguration:
    """Configure the website of a bucket under the account's Block Public Access."""
    website = known(bucket.website, "the website")
    if website.redirects_all_to:
        raise NotUnderstood(f"the website redirects everything to {website.redirects_all_to}")
    rules = tuple(
        RoutingRule(
            key_prefix=rule.key_prefix_equals or "",
            http_error_code=int(rule.http_error_code_returned_equals)
            if rule.http_error_code_returned_equals
            else None,
            host_name=rule.host_name or "",
            protocol=rule.protocol or "http",
            http_redirect_code=int(rule.http_redirect_code or 301),
            replace_key_prefix_with=rule.replace_key_prefix_with,
            replace_key_with=rule.replace_key_with,
        )
        for rule in website.routing_rules
    )
    opened = _readers(bucket)
    # If the account's block is unreadable, it counts as off: emulations of AWS have none.
    blocked = any(
        isinstance(block, PublicAccessBlock) and block.restrict_public_buckets
        for block in (bucket.access_block, account)
    )
    is_public = opened.everybody or bool(opened.referers)
    return WebsiteConfiguration(
        bucket=bucket.name,
        index_suffix=website.index_suffix,
        routing_rules=rules,
        readable=is_public and not blocked and not is_encrypted_by_kms(bucket),
        referers=() if opened.everybody else opened.referers,
    )


def _readers(bucket: Bucket) -> Readers:
    if bucket.policy is None:
        return Readers(everybody=False, referers=())
    return readers(known(bucket.policy, "the policy of the bucket"), bucket.name)


def website_hosts(bucket: str, region: str) -> tuple[str, str]:
    """Spell the website endpoint in both ways. No rule says which one a region has.

    Source: S3 user guide, "Website endpoints".
    """
    return (
        f"{bucket}.s3-website-{region}.amazonaws.com",
        f"{bucket}.s3-website.{region}.amazonaws.com",
    )
