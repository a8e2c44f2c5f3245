"""Talk to a registry over HTTP by the OCI distribution specification.

Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
"""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import IO, NamedTuple
from urllib.parse import quote, urljoin

from push.archive import INDEXES, digest

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
#: Media types of one image. Lambda accepts both.
IMAGES = (MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")

_PATIENCE_S = 60  # of silence, not in all


class RegistryError(Exception):
    """The registry refused, or could not be reached. The text names the request and the answer."""


class Refused(RegistryError):
    """The registry does not let the caller in."""


class Answer(NamedTuple):
    """Hold the registry's answer."""

    status: int
    headers: Message
    body: bytes


class Manifest(NamedTuple):
    """Describe the manifest of a tag.

    Attributes:
        kind: its media type.
        digest: computed from its bytes, not taken from the registry.
    """

    kind: str
    digest: str
    body: bytes


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: the login of one host must not reach another host."""

    def redirect_request(self, *_: object) -> None:
        return None


class Registry:
    """Read and write one repository of a registry.

    Args:
        repository: HOST/NAME. A host on loopback is reached without TLS.
        authorization: the header of each request, or "" for none.
    """

    def __init__(self, repository: str, authorization: str = "") -> None:
        host, _, name = repository.partition("/")
        local = host.partition(":")[0] in ("127.0.0.1", "localhost")
        self._url = f"{'http' if local else 'https'}://{host}/v2/{name}"
        self._headers = {"Authorization": authorization} if authorization else {}
        own = [urllib.request.ProxyHandler({})] if local else []
        self._opener = urllib.request.build_opener(_Stay, *own)

    def manifest(self, reference: str) -> Manifest | None:
        """Fetch the manifest of a tag or a digest. Give None if there is none.

        Raises:
            RegistryError: the registry gives neither a manifest nor 404.
        """
        accepted = {"Accept": ", ".join(IMAGES + INDEXES)}
        answer = self.call("GET", f"/manifests/{reference}", headers=accepted, expected=(200, 404))
        if answer.status == 404:
            return None
        return Manifest(answer.headers.get_content_type(), digest(answer.body), answer.body)

    def has(self, blob: str) -> bool:
        """Say whether the repository has these bytes. Some registries answer with a redirect to them."""
        return self.call("HEAD", f"/blobs/{blob}", expected=(200, 307, 404)).status != 404

    def send(self, blob: str, data: IO[bytes], size: int) -> None:
        """Upload ``size`` bytes under their digest."""
        begun = self.call("POST", "/blobs/uploads/", data=b"", expected=(202,))
        where = str(begun.headers["Location"])
        where += f"{'&' if '?' in where else '?'}digest={quote(blob, safe='')}"
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        self.call("PUT", where, data=data, headers=headers, expected=(201,))

    def tag(self, manifest: bytes, tag: str) -> None:
        """Upload a manifest under a tag."""
        self.call(
            "PUT", f"/manifests/{tag}", data=manifest, headers={"Content-Type": MANIFEST}, expected=(201,)
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        data: bytes | IO[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        expected: tuple[int, ...] = (200,),
    ) -> Answer:
        """Ask the registry.

        Args:
            path: a path below the repository, with one leading slash, or a location that the registry gave.

        Raises:
            Refused: the status is 401 or 403, and nobody expected that.
            RegistryError: another status is unexpected, or the registry cannot be reached.
        """
        url = self._url + path if path.startswith(("/blobs/", "/manifests/")) else urljoin(self._url, path)
        request = urllib.request.Request(url, data, {**self._headers, **(headers or {})}, method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=_PATIENCE_S) as response:
                answer = Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                answer = Answer(error.code, error.headers, error.read())
        except OSError as error:
            raise RegistryError(f"{method} {url}: {_explained(error)}") from error
        if answer.status not in expected:
            kind = Refused if answer.status in (401, 403) else RegistryError
            raise kind(
                f"{method} {url}: expected {expected[0]}, got {answer.status} {_words(answer.body)}".strip()
            )
        return answer


def _words(body: bytes) -> str:
    """Give the registry's own reason for a refusal."""
    try:
        return "; ".join(f"{error['code']}: {error.get('message')}" for error in json.loads(body)["errors"])
    except (ValueError, LookupError, TypeError):
        return body[:200].decode(errors="replace")


def _explained(error: OSError) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"{reason}; SSL_CERT_FILE can name a bundle of certificates that this python3 trusts"
    return str(reason)
