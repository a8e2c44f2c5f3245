"""What stands in for docker where there is no registry to push to.

``terraform/modules/registry/push`` finds it first on its ``PATH``. It tells ECR of an image and sends no
layers; what it is asked and does not know, it refuses.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from pathlib import Path

import boto3

from tests.terraform.terraform import ROOT

_MODULE = "tests.terraform.engine"

#: What ``make image`` would leave in build/image.json.
RECORD = {
    "image": "resizer:latest",
    "id": f"sha256:{'0123456789abcdef' * 4}",
    "engine": "docker",
    "architecture": "arm64",
}
_TYPE = "application/vnd.oci.image.manifest.v1+json"
#: Of an image whose layers nobody will fetch.
_MANIFEST = {
    "schemaVersion": 2,
    "mediaType": _TYPE,
    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": RECORD["id"], "size": 2},
    "layers": [],
}


def stand_in(folder: Path) -> str:
    """A ``PATH`` on which the stand-in is docker. It and the record of the image are put into ``folder``."""
    record = folder / "build" / "image.json"
    record.parent.mkdir()
    record.write_text(json.dumps(RECORD), encoding="utf-8")
    docker = folder / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m {_MODULE} "$@"\n', encoding="utf-8"
    )
    docker.chmod(0o755)
    return f"{docker.parent}:{os.environ['PATH']}"


def main(*arguments: str) -> None:
    """Do what docker would do, or as much of it as ECR can tell.

    Raises:
        SystemExit: it is asked for something else, or for what is not there.
    """
    match arguments:
        case ("image", "inspect", "--format", "{{.Id}}", image) if image == RECORD["image"]:
            sys.stdout.write(f"{RECORD['id']}\n")
        case ("login", "--username", "AWS", "--password-stdin", _) if sys.stdin.read():
            sys.stdout.write("Login Succeeded\n")
        case ("tag", image, _) if image == RECORD["id"]:
            pass
        case ("buildx", "imagetools", "inspect", target):
            if not _is_there(*_named(target)):
                raise SystemExit(f"ERROR: {target}: not found")
        case ("push", "--quiet", target):
            _push(*_named(target))
        case ("image", "rm", "--no-prune", _) | ("logout", _):
            pass
        case _:
            raise SystemExit(f"unknown here: docker {' '.join(arguments)}")


def _named(target: str) -> tuple[str, str]:
    """Repository and tag of HOST/REPOSITORY:TAG."""
    repository, _, tag = target.partition("/")[2].partition(":")
    return repository, tag


def _is_there(repository: str, tag: str) -> bool:
    with closing(boto3.client("ecr")) as client:
        images = client.list_images(repositoryName=repository)["imageIds"]
    return any(image.get("imageTag") == tag for image in images)


def _push(repository: str, tag: str) -> None:
    with closing(boto3.client("ecr")) as client:
        client.put_image(
            repositoryName=repository,
            imageTag=tag,
            imageManifest=json.dumps(_MANIFEST),
            imageManifestMediaType=_TYPE,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
