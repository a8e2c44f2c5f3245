"""Hold what CloudFront says of a distribution: its origins, caching, headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from doctor.facts.known import Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessControl:
    """Say how a distribution signs what it asks of an origin: ``s3``, ``always`` and ``sigv4``, or others."""

    origin_type: str
    signing_behavior: str
    signing_protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Say where a distribution asks. ``protocol_policy`` is empty for an origin that is a bucket.

    ``read_timeout`` is in seconds; ``attempts`` is how often it asks. Headers have names in lower case.
    """

    domain_name: str
    path: str = ""
    protocol_policy: str = ""
    http_port: int = 80
    https_port: int = 443
    read_timeout: int = 30
    attempts: int = 3
    access_control: AccessControl | Unread | None = None
    custom_headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Choose headers, query strings or cookies: ``none``, ``whitelist`` and the like, with their names."""

    behavior: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """Say how long answers are kept, s, and what is in the key. Names of headers are in lower case."""

    min_ttl: int
    default_ttl: int
    max_ttl: int
    headers: Chosen
    query_strings: Chosen
    cookies: Chosen
    accept_encoding_gzip: bool = False
    accept_encoding_brotli: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRequestPolicy:
    """Say what the origin gets to see besides the key. Names of headers are in lower case."""

    headers: Chosen
    query_strings: Chosen
    cookies: Chosen


@dataclass(frozen=True, slots=True)
class ResponseHeader:
    """One header that a distribution puts on its answers; with ``override`` in place of the origin's."""

    value: str
    override: bool


@dataclass(frozen=True, slots=True)
class ResponseHeadersPolicy:
    """Say what a distribution adds to its answers, by names in lower case; not what it takes away."""

    added: Mapping[str, ResponseHeader]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomErrorResponse:
    """Say what becomes of an error. ``response_code`` and ``response_page`` are empty where nothing does."""

    error_code: int
    error_caching_min_ttl: int | None = None
    response_code: str = ""
    response_page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFunction:
    """Say what runs at the edge, and when: ``viewer-request`` and the like. ``code`` is what is published."""

    event_type: str
    arn: str
    code: str | Unread | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """A cache behaviour; ``origin_id`` names its origin. A policy that it does not name is ``None``."""

    origin_id: str
    viewer_protocol_policy: str
    allowed_methods: tuple[str, ...]
    cache_policy: CachePolicy | Unread | None
    origin_request_policy: OriginRequestPolicy | Unread | None
    response_headers_policy: ResponseHeadersPolicy | Unread | None
    functions: tuple[EdgeFunction, ...] = ()

    def apart(self, other: Behavior) -> tuple[str, ...]:
        """List what is not the same in another behaviour, but for the headers that each adds."""
        names = (one.name for one in fields(self) if one.name != "response_headers_policy")
        return tuple(name for name in names if getattr(self, name) != getattr(other, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution.

    Attributes:
        origin: of the default behaviour; where that is a group of origins, the one that is asked first.
        secondary: the other one of the group; ``None`` where there is no group.
        failover_codes: statuses of the first for which the other is asked.
        default_root_object: what is asked for in place of ``/``; empty is nothing else.
        behavior: the default one, for what fits no pattern of the others.
        others: patterns of paths with their behaviours, in the order in which they are compared.
        minimum_protocol_version: of TLS, with a certificate of one's own; empty with CloudFront's.
    """

    id: str
    arn: str
    domain_name: str
    aliases: tuple[str, ...] = ()
    status: str
    enabled: bool
    origin: Origin | None
    secondary: Origin | None = None
    failover_codes: tuple[int, ...] = ()
    default_root_object: str = ""
    behavior: Behavior
    others: tuple[tuple[str, Behavior], ...] = ()
    custom_error_responses: tuple[CustomErrorResponse, ...] = ()
    web_acl_id: str = ""
    certificate_arn: str = ""
    minimum_protocol_version: str = ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that it answers to, its aliases first."""
        return (*self.aliases, self.domain_name)

    def answers_to(self, host: str) -> bool:
        """Say whether ``host`` leads here; the star of an alias stands for one label."""
        return any(
            host == own or (own.startswith("*.") and host.partition(".")[2] == own[2:]) for own in self.hosts
        )
