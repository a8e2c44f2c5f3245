"""What the pieces of the loop hand each other: an HTTP request and an HTTP response, as values.

The loop serves GET and HEAD: a body of a request is read by its page alone, which asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

#: All of printable ASCII: quoting with it touches only what may not stand in a request line at all.
_WIRE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. ``path`` is as on the wire: percent-encoded, starting with ``/``, without the query.

    ``viewer`` is the address and port of who asks the first server, ``address:port``. ``read`` reads the
    body, once, as far as ``content-length`` says.
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
        """The request for a target such as ``/a/b?c``; what may not stand in a request line is quoted.

        >>> Request.to("/ä b?x=1")
        Request(method='GET', path='/%C3%A4%20b', query='x=1', headers={})
        """
        # Surrogates are what a server makes of bytes that are not UTF-8: they are quoted as those bytes.
        path, _, query = quote(target, safe=_WIRE, errors="surrogateescape").partition("?")
        return cls(method=method, path=path, query=query, headers=headers or {})

    @property
    def target(self) -> str:
        """Path and query, as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response. A HEAD request is answered with ``body`` empty and the ``content-length`` of the GET."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError(f"a final status is 200 to 599, got {self.status}")
        _check_names(self.headers)

    @property
    def is_redirect(self) -> bool:
        """Whether a browser goes on to ``location``."""
        return self.status in (301, 302, 303, 307, 308) and "location" in self.headers


def hosts_of(*ports: int) -> frozenset[str]:
    """List what ``Host`` may say at a server on these loopback ports.

    Any other is the name of a foreign page whose address was changed to this machine's (DNS rebinding): a
    browser would let it read the answer.

    >>> sorted(hosts_of(8080))
    ['127.0.0.1:8080', '[::1]:8080', 'localhost:8080']
    """
    names = ("127.0.0.1", "localhost", "[::1]")
    # A browser leaves the usual port out.
    return frozenset(f"{name}:{port}" for name in names for port in ports) | {
        name for name in names if 80 in ports
    }


#: Every piece of the loop: a distribution, the website, the API.
Piece = Callable[[Request], Response]


def _check_names(headers: Mapping[str, str]) -> None:
    wrong = [name for name in headers if name != name.lower()]
    if wrong:
        raise ValueError(f"names of headers are in lower case here, got {', '.join(wrong)}")
