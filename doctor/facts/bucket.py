"""Hold S3's answers about a bucket: its website, its readers, its lifecycle."""

from __future__ import annotations

from dataclasses import dataclass, field

from doctor.facts.known import Statement, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Hold one rule of the website. A missing part is ``None``."""

    key_prefix_equals: str | None = None
    http_error_code_returned_equals: str | None = None
    host_name: str | None = None
    protocol: str | None = None
    http_redirect_code: str | None = None
    replace_key_prefix_with: str | None = None
    replace_key_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """Hold the website of a bucket. ``index_suffix`` is empty if the website redirects everything."""

    index_suffix: str
    error_key: str = ""
    redirects_all_to: str = ""
    routing_rules: tuple[RoutingRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAccessBlock:
    """Hold the four switches of a bucket or of an account."""

    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleRule:
    """Hold a rule for objects. ``expires_after`` is in days. ``moves_to`` names storage classes."""

    expires_after: int | None = None
    moves_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Hold a bucket. ``notifications`` are the names of the targets of its notifications."""

    name: str
    website: Website | Unread | None
    policy: tuple[Statement, ...] | Unread | None = field(repr=False)
    access_block: PublicAccessBlock | Unread | None
    encryption: str | Unread | None
    ownership: str | Unread | None
    lifecycle: tuple[LifecycleRule, ...] | Unread | None
    notifications: tuple[str, ...] | Unread
