"""Emulate the S3 website endpoint of the derivatives bucket.

Emulated, from the S3 user guide and from recorded behaviour of AWS:

- The path is decoded once into a key. A raw ``+`` may mean a space.
- A folder gives its index document. ``/x`` gives 302 to ``/x/`` if ``x/index.html`` exists.
- Routing rules: all conditions of a rule must hold, and the first rule that fits wins. A rule with only a
  prefix counts before the object is read, and a rule with an error code after that, also for the index
  document. No rule counts for the root path.
- 404 for a missing object, 403 without the Referer of the bucket policy or if nobody may read, 405 for other
  methods.
- Redirects carry no ``Cache-Control``.

AWS does not document three things, which are values here: the spelling of a key in ``Location``
(`LocationEncoder`), whether the query stays, and whether user metadata is sent.

Left out: conditional requests, ranges, error documents, redirects kept in an object's metadata.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus
from urllib.parse import quote, quote_plus, unquote_to_bytes

from local_loop.bucket import object_headers
from local_loop.http import Request, Response
from resizer_core import InvalidKey, ObjectStore, StorageError, StoredObject

#: S3 user guide, "Object key naming guidelines".
_KEY_BYTES = 1024
_REDIRECT_CODES = frozenset({301, 302, 303, 307, 308})


class LocationEncoder(Enum):
    """Choose the spelling of a key in ``Location``. AWS does not say it, so the loop must end with each."""

    RAW = "raw"
    PERCENT = "percent"
    FORM = "form"

    def encode(self, key: str) -> str:
        """Write the key as the path of a URL, without its leading slash.

        >>> [encoder.encode("a b+ö") for encoder in LocationEncoder]
        ['a b+ö', 'a%20b%2B%C3%B6', 'a+b%2B%C3%B6']
        """
        match self:
            case LocationEncoder.RAW:
                # A header cannot hold these characters in any encoding.
                return "".join(quote(character) if ord(character) < 0x20 else character for character in key)
            case LocationEncoder.PERCENT:
                return quote(key, safe="/")
            case LocationEncoder.FORM:
                return quote_plus(key, safe="/")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Hold one rule in the words and with the defaults of S3's API, such as a 301 over plain http."""

    key_prefix: str = ""
    http_error_code: int | None = None
    host_name: str = ""
    protocol: str = "http"
    http_redirect_code: int = 301
    replace_key_prefix_with: str | None = None
    replace_key_with: str | None = None

    def __post_init__(self) -> None:
        if not self.key_prefix and self.http_error_code is None:
            raise ValueError("a routing rule has a condition: key_prefix, http_error_code, or both")
        if self.replace_key_prefix_with is not None and self.replace_key_with is not None:
            raise ValueError("a routing rule replaces the key or its prefix, not both")
        if self.http_redirect_code not in _REDIRECT_CODES:
            raise ValueError(
                f"http_redirect_code is one of {sorted(_REDIRECT_CODES)}, got {self.http_redirect_code}"
            )

    def fits(self, key: str, error: int | None) -> bool:
        """Say whether both conditions hold. ``error`` is None before the object is read."""
        return key.startswith(self.key_prefix) and self.http_error_code == error


@dataclass(frozen=True, slots=True, kw_only=True)
class WebsiteConfiguration:
    """Configure the website of ``bucket`` and its readers.

    With empty ``referers`` the bucket policy lets everybody read. Without ``readable`` nobody can: there is
    no such policy, or Block Public Access overrides it.
    """

    bucket: str
    index_suffix: str = "index.html"
    routing_rules: tuple[RoutingRule, ...] = ()
    readable: bool = True
    referers: tuple[str, ...] = ()
    location_encoder: LocationEncoder = LocationEncoder.PERCENT
    location_keeps_query: bool = True
    plus_is_space: bool = False
    sends_metadata: bool = False

    def __post_init__(self) -> None:
        if not self.index_suffix or "/" in self.index_suffix:
            raise ValueError(f"an index suffix is not empty and has no slash, got {self.index_suffix!r}")
        if len(self.routing_rules) > 50:
            raise ValueError(f"a website has at most 50 routing rules, got {len(self.routing_rules)}")


class Website:
    """Answer for the bucket."""

    def __init__(self, configuration: WebsiteConfiguration, bucket: ObjectStore, *, host: str) -> None:
        self.configuration = configuration
        self._bucket = bucket
        self._host = host

    def __call__(self, request: Request) -> Response:
        """Answer with the object, a redirect, or an error."""
        if request.method not in ("GET", "HEAD"):
            return _error(HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            key = self._key(request.path)
        except UnicodeDecodeError:
            return _error(HTTPStatus.BAD_REQUEST)
        if len(key.encode()) > _KEY_BYTES:
            return _error(HTTPStatus.BAD_REQUEST)
        rule = self._rule(key, None)
        if rule is not None:
            return self._redirect(rule, key, request)
        response = self._look_up(key, request)
        rule = self._rule(key, response.status) if response.status >= 400 else None
        if rule is not None:
            response = self._redirect(rule, key, request)
        return response if request.method == "GET" else _without_body(response)

    def _key(self, path: str) -> str:
        encoded = path[1:].replace("+", " ") if self.configuration.plus_is_space else path[1:]
        return unquote_to_bytes(encoded).decode()

    def _rule(self, key: str, error: int | None) -> RoutingRule | None:
        if not key:
            return None
        return next((rule for rule in self.configuration.routing_rules if rule.fits(key, error)), None)

    def _look_up(self, key: str, request: Request) -> Response:
        referers = self.configuration.referers
        is_opened = not referers or request.headers.get("referer") in referers
        if not (self.configuration.readable and is_opened):
            return _error(HTTPStatus.FORBIDDEN)
        index = self.configuration.index_suffix
        is_folder = not key or key.endswith("/")
        try:
            found = self._bucket.get(key + index if is_folder else key)
            if found is not None:
                return self._object(found)
            if not is_folder and self._bucket.head(f"{key}/{index}") is not None:
                return _page(
                    HTTPStatus.FOUND, {"location": f"/{self.configuration.location_encoder.encode(key)}/"}
                )
        except InvalidKey:
            pass  # S3 has no such rule: it only sees a missing key
        except StorageError:
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR)
        return _error(HTTPStatus.NOT_FOUND)

    def _object(self, found: StoredObject) -> Response:
        dressed = found if self.configuration.sends_metadata else replace(found, metadata={})
        return Response(status=HTTPStatus.OK.value, headers=object_headers(dressed), body=bytes(found.body))

    def _redirect(self, rule: RoutingRule, key: str, request: Request) -> Response:
        configuration = self.configuration
        if rule.replace_key_with is not None:
            path = rule.replace_key_with
        elif rule.replace_key_prefix_with is not None:
            # The replacement is sent unchanged.
            rest = key.removeprefix(rule.key_prefix)
            path = rule.replace_key_prefix_with + configuration.location_encoder.encode(rest)
        else:
            path = configuration.location_encoder.encode(key)
        query = f"?{request.query}" if request.query and configuration.location_keeps_query else ""
        location = f"{rule.protocol}://{rule.host_name or self._host}/{path}{query}"
        return _page(HTTPStatus(rule.http_redirect_code), {"location": location})


def _error(status: HTTPStatus) -> Response:
    return _page(status, {})


def _page(status: HTTPStatus, headers: dict[str, str]) -> Response:
    title = f"{status.value} {status.phrase}"
    return Response(
        status=status.value,
        headers={**headers, "content-type": "text/html; charset=utf-8"},
        body=f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n".encode(),
    )


def _without_body(response: Response) -> Response:
    headers = {**response.headers, "content-length": str(len(response.body))}
    return replace(response, headers=headers, body=b"")
