"""Push the image that `make image` built to a repository of ECR, as one manifest.

It reads its settings from the environment:

    REPOSITORY_URL      the repository, as HOST/NAME
    TAG                 the image's tag, made from its content. The repository lets nobody overwrite a tag.
                        So if the tag exists, the image is there, and nothing is pushed
    USERNAME, PASSWORD  an authorization token of ECR
    ARCHIVE             the file that `make image` wrote
    CONFIG              the digest of the configuration (sha256:...) that `make image` wrote down beside it

This program makes the manifest itself, from the configuration and the layers, for every form of archive. An
engine may push an index, which Lambda refuses.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO, Any, NoReturn

from push.archive import Archive, Layer, WrongArchive, digest, hash_of, opened
from push.client import IMAGES, MANIFEST, Refused, Registry, RegistryError

_EXPECTED = {
    "REPOSITORY_URL": (r"[A-Za-z0-9.:-]+/[a-z0-9][a-z0-9._/-]*", "as HOST/NAME"),
    "TAG": (r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", "of A-Z a-z 0-9 _ . -, at most 128 of them"),
    "USERNAME": (r"[^:]+", "without a colon"),
    "PASSWORD": (r".+", "in one line"),
    "ARCHIVE": (r".+", "as the path of a file"),
    "CONFIG": (r"sha256:[0-9a-f]{64}", "as sha256: and 64 hexadecimal digits"),
}
_SECRET = ("USERNAME", "PASSWORD")


def main() -> None:
    """Push the image, or end with the reason why not."""
    told = _told()
    host = told["REPOSITORY_URL"].partition("/")[0]
    login = base64.b64encode(f"{told['USERNAME']}:{told['PASSWORD']}".encode()).decode()
    try:
        _bring(told, Registry(told["REPOSITORY_URL"], f"Basic {login}"))
    except Refused as error:
        _fail(f"{host} does not let {told['USERNAME']} in or do this: {error}")
    except (RegistryError, WrongArchive) as error:
        _fail(str(error))


def _bring(told: dict[str, str], registry: Registry) -> None:
    tag, path = told["TAG"], Path(told["ARCHIVE"])
    target = f"{told['REPOSITORY_URL']}:{tag}"
    if found := registry.manifest(tag):
        if found.kind not in IMAGES:
            _fail(f"{target} is {found.kind}, and Lambda wants one image: delete this tag and apply again")
        _say(f"{target} is there already: {found.digest}")
        return
    if not path.is_file():
        _fail(f"there is no {path} to push; run `make image` again")
    with opened(path) as archive:
        if archive.config != told["CONFIG"]:
            _fail(f"{path} is not what `make image` wrote down last; run `make image` again")
        _say(f"{path} goes to {target}, which may take some minutes")
        manifest = _push(archive, registry)
    registry.tag(manifest, tag)
    there = registry.manifest(tag)
    if there is None or there.digest != digest(manifest):
        _fail(f"{target} is not what was pushed: expected {digest(manifest)}, got {there and there.digest}")
    _say(f"{target} is there now: {digest(manifest)}")


def _told() -> dict[str, str]:
    told = {name: os.environ.get(name, "") for name in _EXPECTED}
    for name, (pattern, expected) in _EXPECTED.items():
        if not told[name]:
            _fail(f"expected {name} in the environment, it is not there or empty")
        if not re.fullmatch(pattern, told[name]):
            _fail(f"expected {name} {expected}" + ("" if name in _SECRET else f", got {told[name]}"))
    return told


def _push(archive: Archive, registry: Registry) -> bytes:
    """Send the parts that the registry lacks, and return the manifest."""
    layers = [_send(archive, layer, registry) for layer in archive.layers]
    with tempfile.TemporaryFile() as file:
        file.write(archive.configuration)
        config = _upload(file, "application/vnd.oci.image.config.v1+json", registry)
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
    return json.dumps(manifest, separators=(",", ":")).encode()


def _send(archive: Archive, layer: Layer, registry: Registry) -> dict[str, Any]:
    """Send one layer, packed. No time goes into the gzip header, so the same layer gives the same bytes."""
    with archive.open(layer) as stream, tempfile.TemporaryFile() as file:
        if layer.packed:
            shutil.copyfileobj(stream, file)
        else:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed:
                shutil.copyfileobj(stream, packed)
        return _upload(file, "application/vnd.oci.image.layer.v1.tar+gzip", registry)


def _upload(file: IO[bytes], kind: str, registry: Registry) -> dict[str, Any]:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    name = f"sha256:{hash_of(file)}"
    file.seek(0)
    if not registry.has(name):
        registry.send(name, file, size)
    return {"mediaType": kind, "size": size, "digest": name}


def _say(text: str) -> None:
    sys.stdout.write(f"push: {text}\n")
    sys.stdout.flush()


def _fail(text: str) -> NoReturn:
    raise SystemExit(f"push: {text}")


if __name__ == "__main__":
    main()
