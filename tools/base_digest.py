"""Pin the Dockerfile's base by its tag's present digest: ``python -m tools.base_digest [DOCKERFILE]``.

The digest is that of the index for all platforms.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from push.archive import INDEXES, digest
from push.client import IMAGES, Registry, RegistryError

_BASE = re.compile(
    r"^ARG BASE=(?P<name>[a-z0-9.:-]+/[a-z0-9._/-]+):(?P<tag>[\w.-]+)(?:@sha256:[0-9a-f]{64})?$", re.MULTILINE
)
_PATIENCE_S = 60


def find(name: str, tag: str) -> str:
    """Ask a registry for the digest of a tag, without an account.

    Raises:
        RegistryError: the registry does not answer, or there is no such tag.
    """
    accepted = {"Accept": ", ".join(IMAGES + INDEXES)}
    path = f"/manifests/{tag}"
    answer = Registry(name).call("GET", path, headers=accepted, expected=(200, 401))
    if answer.status == 401:
        token = _token(str(answer.headers["WWW-Authenticate"]))
        answer = Registry(name, f"Bearer {token}").call("GET", path, headers=accepted)
    return digest(answer.body)


def _token(challenge: str) -> str:
    """Fetch the token that a registry gives to everybody.

    Source: https://distribution.github.io/distribution/spec/auth/token/
    """
    told = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    realm = told.pop("realm", "")
    if not challenge.startswith("Bearer ") or not realm.startswith(("https://", "http://127.0.0.1:")):
        raise RegistryError(
            f"expected a registry that gives anybody a token, got one that asks for {challenge}"
        )
    try:
        with urllib.request.urlopen(f"{realm}?{urlencode(told)}", timeout=_PATIENCE_S) as answer:  # noqa: S310
            return str(json.load(answer)["token"])
    except (OSError, ValueError, LookupError) as error:
        raise RegistryError(f"expected a token from {realm}: {error}") from error


def main(dockerfile: Path) -> None:
    """Write the digest into the Dockerfile."""
    text = dockerfile.read_text(encoding="utf-8")
    base = _BASE.search(text)
    if base is None:
        raise SystemExit(f"expected ARG BASE=HOST/NAME:TAG in {dockerfile}")
    try:
        pinned = f"ARG BASE={base['name']}:{base['tag']}@{find(base['name'], base['tag'])}"
    except RegistryError as error:
        raise SystemExit(f"the base stays as it is: {error}") from error
    dockerfile.write_text(text.replace(base[0], pinned), encoding="utf-8")
    sys.stdout.write(f"{pinned}\n")


if __name__ == "__main__":
    main(Path(*sys.argv[1:] or ["Dockerfile"]))
