"""List the components of an image as CycloneDX: ``python -m tools.sbom ARCHIVE FILE``.

The archive names its Python packages. The notes in their wheels (PEP 770) name the C and Rust libraries
inside. If a wheel has no note, requirements/libraries.json names them. The base is one component, by its
name. Its maker says what is in it.
"""

from __future__ import annotations

import fnmatch
import json
import sys
import tarfile
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from push.archive import Archive, WrongArchive, content, opened

#: Names the libraries inside wheels that do not name them themselves.
LIBRARIES = Path(__file__).parents[1] / "requirements" / "libraries.json"

_BASE = "org.opencontainers.image.base.name"
_VERSION = "org.opencontainers.image.version"


def describe(archive: Archive) -> Bom:
    """Make the list.

    Raises:
        SystemExit: requirements/libraries.json is for another version of a package than that in the image.
    """
    labels = archive.settings["config"].get("Labels") or {}
    bom = Bom()
    bom.metadata.component = Component(
        name="resizer",
        type=ComponentType.CONTAINER,
        version=labels.get(_VERSION),
        bom_ref="image",
        properties=[Property(name="resizer:content", value=content(archive)[0])],
    )
    packages = list(_packages(archive))
    for package in (*packages, Component(name=labels.get(_BASE, "unknown"), type=ComponentType.CONTAINER)):
        bom.components.add(package)
    bom.register_dependency(bom.metadata.component, bom.components)
    return bom


def _packages(archive: Archive) -> Iterator[Component]:
    files = _files(archive, "var/task/*.dist-info/METADATA", "var/task/*.dist-info/sboms/*.json")
    stated = json.loads(LIBRARIES.read_text(encoding="utf-8"))
    for path in sorted(files):
        if not path.endswith("/METADATA"):
            continue
        metadata = BytesHeaderParser().parsebytes(files[path])
        name, version = metadata["Name"].lower().replace("_", "-"), metadata["Version"]
        notes = [
            json.loads(files[other])
            for other in sorted(files)
            if other.startswith(path.removesuffix("METADATA") + "sboms/")
        ]
        inside = [
            _library(found["name"], found.get("version"), found.get("purl"))
            for note in notes
            for found in _inside(note, name)
        ]
        if name in stated:
            if stated[name]["version"] != version:
                raise SystemExit(
                    f"expected the libraries of {name} {version} in {LIBRARIES}, got those of another version"
                )
            inside += [_library(*item) for item in stated[name]["libraries"].items()]
        yield Component(
            name=name,
            version=version,
            bom_ref=f"{name}@{version}",
            purl=PackageURL("pypi", None, name, version),
            components=inside,
        )


def _inside(note: dict[str, Any], package: str) -> Iterator[dict[str, Any]]:
    """List the components in a wheel's own note, without the package itself."""
    for found in note.get("components", []):
        if found["name"].lower() != package:
            yield found


def _library(name: str, version: str | None, purl: str | None = None) -> Component:
    address = PackageURL.from_string(purl) if purl else PackageURL("generic", None, name, version)
    return Component(name=name, version=version, purl=address)


def _files(archive: Archive, *patterns: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for layer in archive.layers:
        with archive.open(layer) as stream, tarfile.open(fileobj=stream, mode="r|*") as files:
            for member in files:
                path = member.name.removeprefix("./")
                if any(fnmatch.fnmatch(path, pattern) for pattern in patterns) and (
                    data := files.extractfile(member)
                ):
                    found[path] = data.read()
    return found


def main(path: Path, written: Path) -> None:
    """Check the list with the schema of CycloneDX 1.6, and write it."""
    if not path.is_file():
        raise SystemExit(f"there is no {path} to list; call `make image` first")
    try:
        with opened(path) as archive:
            text = JsonV1Dot6(describe(archive)).output_as_string(indent=2)
    except WrongArchive as error:
        raise SystemExit(str(error)) from error
    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise SystemExit(f"expected a list that fits CycloneDX 1.6: {wrong}")
    written.write_text(f"{text}\n", encoding="utf-8")
    sys.stdout.write(f"{written} lists the contents of {path}\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
