"""Define the values that the pieces of the loop exchange: an HTTP request and an HTTP response.

The loop serves GET and HEAD. Only its page reads the body of a request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

#: All of printable ASCII. So quoting changes only characters that a request line may not have.
_WIRE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Hold a request. ``path`` is as on the wire: percent-encoded, with its first ``/``, without the query.

    ``viewer`` is the address of the first server's client, ``address:port``. ``read`` reads the body once, up
    to the ``content-length``.
    """

    method: str = "GET"
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    viewer: str = field(default="127.0.0.1:49152", repr=False)
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise ValueError(f"a path starts with a slash, got {self.path!r}")
        _check_names(self.headers)

    @classmethod
    def to(cls, target: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Request:
        """Make the request for a target such as ``/a/b?c``. Quote characters that no request line may have.

        >>> Request.to("/ä b?x=1")
        Request(method='GET', path='/%C3%A4%20b', query='x=1', headers={})
        """
        # A server turns bytes that are not UTF-8 into surrogates. They are quoted as those bytes.
        path, _, query = quote(target, safe=_WIRE, errors="surrogateescape").partition("?")
        return cls(method=method, path=path, query=query, headers=headers or {})

    @property
    def target(self) -> str:
        """Write path and query as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Hold a response. The answer to HEAD has an empty ``body`` and the ``content-length`` of the GET."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError(f"a final status is 200 to 599, got {self.status}")
        _check_names(self.headers)

    @property
    def is_redirect(self) -> bool:
        """Say whether a browser goes on to ``location``."""
        return self.status in (301, 302, 303, 307, 308) and "location" in self.headers


def hosts_of(*ports: int) -> frozenset[str]:
    """List the values of ``Host`` that a server on these loopback ports accepts.

    Any other value may be the name of a foreign page that now points to this machine (DNS rebinding). A
    browser would let that page read the answer.

    >>> sorted(hosts_of(8080))
    ['127.0.0.1:8080', '[::1]:8080', 'localhost:8080']
    """
    names = ("127.0.0.1", "localhost", "[::1]")
    # A browser omits port 80.
    return frozenset(f"{name}:{port}" for name in names for port in ports) | {
        name for name in names if 80 in ports
    }


#: Every piece of the loop: a distribution, the website, the API.
Piece = Callable[[Request], Response]


def _check_names(headers: Mapping[str, str]) -> None:
    wrong = [name for name in headers if name != name.lower()]
    if wrong:
        raise ValueError(f"names of headers are in lower case here, got {', '.join(wrong)}")
