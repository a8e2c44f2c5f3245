"""Read the one image of an archive that docker, podman or buildah wrote.

``python3 -m push.archive FILE`` prints JSON for Terraform, and a list of the layers for people.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

#: Media types of lists of images. Lambda accepts none of them.
INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)

#: Marks BuildKit's attestations (provenance, SBOM) in an index, where they stand beside the image.
#: Source: https://docs.docker.com/build/metadata/attestations/attestation-storage/
_ATTESTATION = "vnd.docker.reference.type"

_HIDDEN = ".wh."  # begins the name of a file that a layer removes; .wh..wh..opq empties a folder


class WrongArchive(Exception):
    """The file holds no image, several, or one that Lambda would refuse. The text says which."""


class Layer(NamedTuple):
    """Name one layer by its file in the archive."""

    name: str
    #: Whether the layer is packed with gzip. Otherwise it is a plain tar.
    packed: bool


@dataclass(frozen=True)
class Archive:
    """Hold the one image in a tar.

    Attributes:
        configuration: says what runs in which environment. It is never changed, so its digest stays the same.
        layers: the layers, the lowest first.
    """

    tar: tarfile.TarFile
    configuration: bytes
    layers: tuple[Layer, ...]

    @property
    def config(self) -> str:
        """Name the image by the digest of its configuration."""
        return digest(self.configuration)

    @property
    def settings(self) -> dict[str, Any]:
        """Read the configuration."""
        return dict(json.loads(self.configuration))

    def open(self, layer: Layer) -> IO[bytes]:
        """Open a layer, packed or not, as the archive holds it."""
        return _open(self.tar, layer.name)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open the one image in an archive: an OCI image layout, or docker's own form.

    Attestations beside it are ignored.

    Raises:
        WrongArchive: it is no archive of exactly one image whose layers are plain or packed with gzip.
    """
    with ExitStack() as stack:
        try:
            tar = stack.enter_context(tarfile.open(path))
            found = _find(tar)
        except (tarfile.TarError, OSError, ValueError, LookupError, TypeError) as error:
            raise WrongArchive(
                f"expected the archive of an image, {path} is damaged or none: {error}"
            ) from error
        yield found


def _find(tar: tarfile.TarFile) -> Archive:
    names = set(tar.getnames())
    if "index.json" in names:
        config, layers = _of_layout(tar)
    elif "manifest.json" in names:
        config, layers = _of_docker(tar)
    else:
        raise WrongArchive("expected index.json or manifest.json in the archive, neither is there")
    return Archive(tar, _read(tar, config), tuple(_layer(tar, name) for name in layers))


def digest(data: bytes) -> str:
    """Give the digest of bytes as registries write it: sha256:..."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def content(archive: Archive) -> tuple[str, list[int]]:
    """Name an image by its content: its files, and how it is started.

    Two builds of the same files differ in times, labels and histories, and so in their digests. This name
    ignores those.

    Returns:
        sha256:..., and for each layer the bytes of its files.
    """
    tree: dict[str, list[Any]] = {}
    sizes = []
    for layer in archive.layers:
        upper: dict[str, list[Any]] = {}
        size = 0
        with archive.open(layer) as stream, tarfile.open(fileobj=stream, mode="r|*") as files:
            for member in files:
                data = files.extractfile(member) if member.isfile() else None
                upper[member.name.strip("./")] = [
                    "file" if member.isfile() else member.type.decode("latin-1"),
                    member.mode,
                    member.uid,
                    member.gid,
                    member.linkname,
                    hash_of(data) if data else "",
                ]
                size += member.size
        _lay(upper, tree)
        sizes.append(size)
    settings = archive.settings
    started = settings.get("config", {})
    how = [settings.get(name) for name in ("architecture", "os")]
    how += [started.get(name) for name in ("Cmd", "Entrypoint", "User", "WorkingDir")]
    text = json.dumps([how, sorted(started.get("Env") or []), sorted(tree.items())])
    return digest(text.encode()), sizes


def _lay(upper: dict[str, list[Any]], tree: dict[str, list[Any]]) -> None:
    """Apply a layer to the tree of the layers below it."""
    for path in upper:
        folder, _, name = path.rpartition("/")
        if name.startswith(_HIDDEN):
            gone = folder if name == ".wh..wh..opq" else f"{folder}/{name[len(_HIDDEN) :]}".strip("/")
            for old in [old for old in tree if old == gone or old.startswith(f"{gone}/")]:
                del tree[old]
    tree.update(
        {path: what for path, what in upper.items() if not path.rpartition("/")[2].startswith(_HIDDEN)}
    )


def _of_layout(tar: tarfile.TarFile) -> tuple[str, list[str]]:
    """Find the configuration and the layers in an OCI image layout."""
    found = _images(tar, json.loads(_read(tar, "index.json")))
    if len(found) != 1:
        platforms = ", ".join(_platform(image) for image in found) or "nothing"
        raise WrongArchive(f"expected an archive of one image, it holds {len(found)}: {platforms}")
    manifest = json.loads(_read(tar, _blob(found[0])))
    return _blob(manifest["config"]), [_blob(layer) for layer in manifest["layers"]]


def _images(tar: tarfile.TarFile, index: dict[str, Any]) -> list[dict[str, Any]]:
    """List the images of an index and of the indexes in it."""
    found: list[dict[str, Any]] = []
    for entry in index["manifests"]:
        if entry.get("mediaType") in INDEXES:
            found += _images(tar, json.loads(_read(tar, _blob(entry))))
        elif _ATTESTATION not in entry.get("annotations", {}) and _platform(entry) != "unknown/unknown":
            found.append(entry)
    return found


def _of_docker(tar: tarfile.TarFile) -> tuple[str, list[str]]:
    """Find the configuration and the layers in docker's own form."""
    images = json.loads(_read(tar, "manifest.json"))
    if len(images) != 1:
        raise WrongArchive(f"expected an archive of one image, it holds {len(images)}")
    return images[0]["Config"], images[0]["Layers"]


def _layer(tar: tarfile.TarFile, name: str) -> Layer:
    with _open(tar, name) as stream:
        head = stream.read(4)
    if head == b"\x28\xb5\x2f\xfd":
        raise WrongArchive(
            "expected layers that are plain or packed with gzip, got zstd, which Lambda does not take"
        )
    return Layer(name, packed=head.startswith(b"\x1f\x8b"))


def _platform(entry: dict[str, Any]) -> str:
    platform = entry.get("platform", {})
    return "/".join(platform.get(name, "any") for name in ("os", "architecture"))


def _blob(entry: dict[str, Any]) -> str:
    return f"blobs/{entry['digest'].replace(':', '/')}"


def _open(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    stream = tar.extractfile(name)
    if stream is None:
        raise WrongArchive(f"expected a file {name} in the archive")
    return stream


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    with _open(tar, name) as stream:
        return stream.read()


def hash_of(stream: IO[bytes]) -> str:
    """Hash the rest of a stream, and give hexadecimal digits."""
    found = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        found.update(chunk)
    return found.hexdigest()


def main(path: Path) -> None:
    """Print the content of an archive."""
    try:
        with opened(path) as archive:
            name, sizes = content(archive)
    except (WrongArchive, tarfile.TarError, EOFError, OSError) as error:
        raise SystemExit(f"image: {error}") from error
    made = [step for step in archive.settings.get("history", []) if not step.get("empty_layer")]
    for size, step in reversed(list(zip(sizes, made))):  # noqa: B905 - Python 3.9 has no strict=
        sys.stderr.write(f"  {size / 1e6:7.1f} MB  {step.get('created_by', '')[:90]}\n")
    sys.stderr.write(f"  {sum(sizes) / 1e6:7.1f} MB  unpacked, with its base\n")
    said = {"content": name, "config": archive.config, "architecture": archive.settings["architecture"]}
    sys.stdout.write(f"{json.dumps(said)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
