"""Hold CloudFront's answers about a distribution: its origins, caching and headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from doctor.facts.known import Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessControl:
    """Say how a distribution signs requests to an origin: ``s3``, ``always`` and ``sigv4``, or others."""

    origin_type: str
    signing_behavior: str
    signing_protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Hold an origin of a distribution. ``protocol_policy`` is empty if the origin is a bucket.

    ``read_timeout`` is in seconds. ``attempts`` is the number of attempts. Names of headers are in lower
    case.
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
    """Hold a choice of headers, query strings or cookies: ``none``, ``whitelist`` and so on, with names."""

    behavior: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """Hold the TTLs, in seconds, and the parts of the cache key. Names of headers are in lower case."""

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
    """Hold what the origin gets besides the key. Names of headers are in lower case."""

    headers: Chosen
    query_strings: Chosen
    cookies: Chosen


@dataclass(frozen=True, slots=True)
class ResponseHeader:
    """Hold a header that a distribution adds to answers. ``override`` replaces the origin's header."""

    value: str
    override: bool


@dataclass(frozen=True, slots=True)
class ResponseHeadersPolicy:
    """Hold the headers that a distribution adds to answers, by names in lower case, not those it removes."""

    added: Mapping[str, ResponseHeader]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomErrorResponse:
    """Hold the change of an error. ``response_code`` and ``response_page`` are empty without a change."""

    error_code: int
    error_caching_min_ttl: int | None = None
    response_code: str = ""
    response_page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFunction:
    """Hold the code at the edge, and its event such as ``viewer-request``. ``code`` is the published one."""

    event_type: str
    arn: str
    code: str | Unread | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """Hold a cache behaviour. ``origin_id`` names its origin. A policy that it does not name is ``None``."""

    origin_id: str
    viewer_protocol_policy: str
    allowed_methods: tuple[str, ...]
    cache_policy: CachePolicy | Unread | None
    origin_request_policy: OriginRequestPolicy | Unread | None
    response_headers_policy: ResponseHeadersPolicy | Unread | None
    functions: tuple[EdgeFunction, ...] = ()

    def apart(self, other: Behavior) -> tuple[str, ...]:
        """List the differences to another behaviour, except for the headers that each adds."""
        names = (one.name for one in fields(self) if one.name != "response_headers_policy")
        return tuple(name for name in names if getattr(self, name) != getattr(other, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Hold a distribution.

    Attributes:
        origin: the origin of the default behaviour. In a group of origins it is the first.
        secondary: the second origin of the group. ``None`` if there is no group.
        failover_codes: statuses of the first origin for which CloudFront asks the second.
        default_root_object: the object in place of ``/``. Empty means none.
        behavior: the default behaviour, for paths that fit no pattern of the others.
        others: patterns of paths with their behaviours, in the order of comparison.
        minimum_protocol_version: the version of TLS, with the owner's certificate. Empty with CloudFront's.
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
        """List every host of the distribution, its aliases first."""
        return (*self.aliases, self.domain_name)

    def answers_to(self, host: str) -> bool:
        """Say whether ``host`` leads here. The star of an alias stands for one label."""
        return any(
            host == own or (own.startswith("*.") and host.partition(".")[2] == own[2:]) for own in self.hosts
        )
