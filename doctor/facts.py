"""What AWS says of a deployed stack, in the words of its API, without judgement.

A fact is a value, or ``None`` where AWS says that there is none, or ``Unread`` where it did not say. What may
hold a secret stays out of ``repr``: headers of origins, the function's variables, statements of policies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from doctor.names import Names

T = TypeVar("T")

#: One statement of a policy, as its JSON has it.
Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be read, and why."""

    reason: str


class NotThere(LookupError):
    """AWS says that something is not there."""


class NotRead(LookupError):
    """AWS did not say."""


def known(fact: T | Unread | None, what: str) -> T:
    """The fact as a value.

    Raises:
        NotThere: there is none.
        NotRead: it could not be read.
    """
    if fact is None:
        raise NotThere(f"{what} is not there")
    if isinstance(fact, Unread):
        raise NotRead(f"{what} could not be read: {fact.reason}")
    return fact


# The bucket


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
class Bucket:
    """A bucket. ``notifications`` are the names of what is notified of its objects."""

    name: str
    website: Website | Unread | None
    policy: tuple[Statement, ...] | Unread | None = field(repr=False)
    access_block: PublicAccessBlock | Unread | None
    encryption: str | Unread | None
    ownership: str | Unread | None
    notifications: tuple[str, ...] | Unread


# The distributions


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a distribution asks. ``protocol_policy`` is empty for an origin that is a bucket.

    The names of ``custom_headers`` are in lower case.
    """

    domain_name: str
    path: str = ""
    protocol_policy: str = ""
    http_port: int = 80
    https_port: int = 443
    custom_headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which headers, query strings or cookies: ``none``, ``whitelist`` and the like, and the names for it."""

    behavior: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """How long, in seconds, and what is in the key. Names of headers are in lower case."""

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
    """What the origin gets to see besides the key. Names of headers are in lower case."""

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
    """What a distribution adds to its answers, by names in lower case. What it takes away is not read."""

    added: Mapping[str, ResponseHeader]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomErrorResponse:
    """What becomes of an error. ``response_code`` and ``response_page`` are empty where it stays as it is."""

    error_code: int
    error_caching_min_ttl: int | None = None
    response_code: str = ""
    response_page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFunction:
    """What runs at the edge, and when: ``viewer-request`` and the like. ``code`` is the published one."""

    event_type: str
    arn: str
    code: str | Unread | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """The default cache behaviour. A policy that it does not name is ``None``."""

    viewer_protocol_policy: str
    allowed_methods: tuple[str, ...]
    cache_policy: CachePolicy | Unread | None
    origin_request_policy: OriginRequestPolicy | Unread | None
    response_headers_policy: ResponseHeadersPolicy | Unread | None
    functions: tuple[EdgeFunction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution.

    Attributes:
        origin: of the default behaviour; ``None`` where that is a group of origins.
        other_paths: the patterns of further behaviours.
        minimum_protocol_version: of TLS, with a certificate of one's own; empty with CloudFront's.
    """

    id: str
    domain_name: str
    aliases: tuple[str, ...] = ()
    status: str
    enabled: bool
    origin: Origin | None
    behavior: Behavior
    other_paths: tuple[str, ...] = ()
    custom_error_responses: tuple[CustomErrorResponse, ...] = ()
    web_acl_id: str = ""
    certificate_arn: str = ""
    minimum_protocol_version: str = ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that it answers to, its aliases first."""
        return (*self.aliases, self.domain_name)

    def answers_to(self, host: str) -> bool:
        """Whether ``host`` leads here; the star of an alias stands for one label."""
        return any(
            host == own or (own.startswith("*.") and host.partition(".")[2] == own[2:]) for own in self.hosts
        )


# The API


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """Requests a second, and at once. ``None`` is what was not set."""

    rate_limit: float | None = None
    burst_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage. ``routes`` are the throttles of single routes, by their keys."""

    name: str
    throttle: Throttle = Throttle()
    routes: Mapping[str, Throttle] = field(default_factory=dict)
    access_log: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """What a route leads to. ``timeout_ms`` is in milliseconds."""

    uri: str
    kind: str
    payload_format_version: str
    timeout_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route: ``GET /{key+}``. ``integration`` is ``None`` where it leads nowhere."""

    key: str
    authorization_type: str
    integration: Integration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpApi:
    """The API. ``endpoint`` is its URL."""

    id: str
    endpoint: str
    protocol_type: str
    routes: tuple[Route, ...] | Unread
    stages: tuple[Stage, ...] | Unread

    @property
    def host(self) -> str:
        """Where it answers."""
        return urlsplit(self.endpoint).netloc


# The function


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """The function.

    Attributes:
        memory: in MB.
        timeout: in seconds.
        reserved_concurrency: ``None`` where none is reserved.
        image_uri: as it was given; empty for a function that is no image.
        policy: who may call it; ``None`` where nobody was let in.
    """

    arn: str
    environment: Mapping[str, str] | Unread = field(repr=False)
    memory: int
    timeout: int
    reserved_concurrency: int | Unread | None
    package_type: str
    image_uri: str
    code_sha256: str
    state: str
    last_update_status: str
    architectures: tuple[str, ...]
    policy: tuple[Statement, ...] | Unread | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that was read of one stack.

    ``account_id``, the block and the concurrency, how many runs of all functions together, are of the
    account that asks.
    """

    names: Names
    account_id: str | Unread
    account_access_block: PublicAccessBlock | Unread | None
    account_concurrency: int | Unread
    derivatives: Bucket | Unread | None
    delivery: Distribution | Unread | None
    generator: Distribution | Unread | None
    api: HttpApi | Unread | None
    function: Function | Unread | None
