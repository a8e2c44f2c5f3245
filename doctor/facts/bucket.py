"""Hold what S3 says of a bucket: its website, who may read, what it keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from doctor.facts.known import Statement, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """One rule of the website. What it does not say is ``None``."""

    key_prefix_equals: str | None = None
    http_error_code_returned_equals: str | None = None
    host_name: str | None = None
    protocol: str | None = None
    http_redirect_code: str | None = None
    replace_key_prefix_with: str | None = None
    replace_key_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """The website of a bucket. ``index_suffix`` is empty where the website is one redirect of everything."""

    index_suffix: str
    error_key: str = ""
    redirects_all_to: str = ""
    routing_rules: tuple[RoutingRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAccessBlock:
    """The four switches, of a bucket or of an account."""

    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleRule:
    """Say what becomes of objects. ``expires_after`` is in days; ``moves_to`` names classes of storage."""

    expires_after: int | None = None
    moves_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket. ``notifications`` are the names of what is notified of its objects."""

    name: str
    website: Website | Unread | None
    policy: tuple[Statement, ...] | Unread | None = field(repr=False)
    access_block: PublicAccessBlock | Unread | None
    encryption: str | Unread | None
    ownership: str | Unread | None
    lifecycle: tuple[LifecycleRule, ...] | Unread | None
    notifications: tuple[str, ...] | Unread
