"""Make archives of one tiny image, in the forms that container engines write."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """Hold what an image is made of.

    Attributes:
        layers: from the lowest to the highest: files by their paths, with mode and bytes.
        config: how the image is started.
        more: other fields of the configuration.
        mtime: of each file, seconds since 1970.
    """

    layers: tuple[Mapping[str, tuple[int, bytes]], ...] = (
        {"etc/os": (0o644, b"a base")},
        {"var/task/handler.py": (0o644, b"handler = print")},
    )
    config: Mapping[str, Any] = field(
        default_factory=lambda: {"Cmd": ["handler.handler"], "Env": ["A=1", "B=2"], "User": "65534"}
    )
    more: Mapping[str, Any] = field(default_factory=lambda: {"architecture": "arm64", "os": "linux"})
    mtime: int = 0

    @property
    def configuration(self) -> bytes:
        return json.dumps({**self.more, "config": self.config}).encode()

    @property
    def tars(self) -> list[bytes]:
        return [
            tar({path: data for path, (_, data) in layer.items()}, modes=layer, mtime=self.mtime)
            for layer in self.layers
        ]


def tar(
    files: Mapping[str, bytes], *, modes: Mapping[str, tuple[int, bytes]] | None = None, mtime: int = 0
) -> bytes:
    """Pack files into a tar."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mtime = len(data), mtime
            member.mode = modes[path][0] if modes else 0o644
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Layout:
    """Build an OCI layout step by step."""

    def __init__(self) -> None:
        self.files = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}

    def blob(self, data: bytes, kind: str, **more: Any) -> dict[str, Any]:
        """Add bytes. Return the descriptor that points at them."""
        name = digest(data)
        self.files[f"blobs/{name.replace(':', '/')}"] = data
        return {"mediaType": kind, "digest": name, "size": len(data), **more}

    def manifest(self, image: Image, *, packed: bool = True, kind: str = OCI_MANIFEST, **more: Any) -> Any:
        """Add an image, and return its descriptor."""
        layer = DOCKER_LAYER if kind == DOCKER_MANIFEST else OCI_LAYER
        layers = [
            self.blob(gzip.compress(data), f"{layer}+gzip") if packed else self.blob(data, layer)
            for data in image.tars
        ]
        config = self.blob(image.configuration, "application/vnd.oci.image.config.v1+json")
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": layers}
        return self.blob(json.dumps(manifest).encode(), kind, **more)

    def attestation(self, of: Mapping[str, Any]) -> Any:
        """Add BuildKit's note of how it built an image, and return its descriptor."""
        layer = self.blob(b'{"predicateType": "slsa"}', "application/vnd.in-toto+json")
        config = self.blob(b"{}", "application/vnd.oci.image.config.v1+json")
        manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [layer]}
        return self.blob(
            json.dumps(manifest).encode(),
            OCI_MANIFEST,
            platform={"os": "unknown", "architecture": "unknown"},
            annotations={
                "vnd.docker.reference.type": "attestation-manifest",
                "vnd.docker.reference.digest": of["digest"],
            },
        )

    def index(self, *entries: Any, kind: str = OCI_INDEX) -> bytes:
        return json.dumps({"schemaVersion": 2, "mediaType": kind, "manifests": entries}).encode()

    def done(self, *entries: Any) -> bytes:
        """Pack the layout, with these descriptors in its index."""
        return tar({**self.files, "index.json": self.index(*entries)})


def podman(image: Image) -> bytes:
    """Pack as ``podman save --format oci-archive`` and ``buildah push IMAGE oci-archive:FILE`` do."""
    layout = Layout()
    return layout.done(layout.manifest(image))


def buildx(image: Image) -> bytes:
    """Pack as ``docker buildx build --output type=docker,dest=FILE``: a layout, and docker's own list."""
    layout = Layout()
    entry = layout.manifest(image, kind=DOCKER_MANIFEST)
    layout.files["manifest.json"] = b'[{"Config": "not read", "Layers": []}]'
    return layout.done(entry)


def attested(image: Image) -> bytes:
    """Pack as buildx does with provenance: an index in the index, and the note beside the image."""
    layout = Layout()
    entry = layout.manifest(image, platform={"os": "linux", "architecture": "arm64"})
    inner = layout.index(entry, layout.attestation(entry))
    return layout.done(layout.blob(inner, OCI_INDEX))


def saved(image: Image) -> bytes:
    """Pack as ``docker save`` does from version 25 on: a layout whose layers are not compressed."""
    layout = Layout()
    return layout.done(layout.manifest(image, packed=False))


def older(image: Image) -> bytes:
    """Pack as ``docker save`` did before version 25: in docker's own form."""
    layers = {f"{number}/layer.tar": data for number, data in enumerate(image.tars)}
    name = f"{digest(image.configuration).removeprefix('sha256:')}.json"
    manifest = json.dumps([{"Config": name, "Layers": list(layers)}]).encode()
    return tar({**layers, name: image.configuration, "manifest.json": manifest})


SHAPES: Mapping[str, Callable[[Image], bytes]] = {
    "buildx": buildx,
    "buildx-with-provenance": attested,
    "podman-and-buildah": podman,
    "docker-save": saved,
    "older-docker-save": older,
}


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
