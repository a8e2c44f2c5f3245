"""Stand in for the push where there is no registry: on its ``PATH`` Terraform finds it as ``python3``.

It tells ECR of an image and sends no layers; what it is asked and does not know, it refuses.
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

#: The record that ``make image`` would write to build/image.json.
RECORD = {
    "content": f"sha256:{'0123456789abcdef' * 4}",
    "config": f"sha256:{'fedcba9876543210' * 4}",
    "architecture": "arm64",
}
_TYPE = "application/vnd.oci.image.manifest.v1+json"
#: The manifest of an image whose layers nobody fetches.
_MANIFEST = {
    "schemaVersion": 2,
    "mediaType": _TYPE,
    "config": {
        "mediaType": "application/vnd.oci.image.config.v1+json",
        "digest": RECORD["config"],
        "size": 2,
    },
    "layers": [],
}


def stand_in(folder: Path) -> str:
    """Put the stand-in and the record of the image into ``folder``.

    Return a ``PATH`` on which the stand-in is python3.
    """
    record = folder / "build" / "image.json"
    record.parent.mkdir()
    record.write_text(json.dumps(RECORD), encoding="utf-8")
    python = folder / "bin" / "python3"
    python.parent.mkdir()
    text = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m {_MODULE} "$@"\n'
    python.write_text(text, encoding="utf-8")
    python.chmod(0o755)
    return f"{python.parent}:{os.environ['PATH']}"


def main(*arguments: str) -> None:
    """Do what the push would do, as far as ECR can tell.

    Raises:
        SystemExit: it is asked for something else.
    """
    told = os.environ
    if arguments != ("-B", "-m", "push") or not told["USERNAME"] or not told["PASSWORD"]:
        raise SystemExit(f"unknown here: python3 {' '.join(arguments)}")
    if told["CONFIG"] != RECORD["config"] or not told["ARCHIVE"].endswith("/build/image.tar"):
        raise SystemExit(f"unknown here: {told['ARCHIVE']} with {told['CONFIG']}")
    repository, tag = told["REPOSITORY_URL"].partition("/")[2], told["TAG"]
    with closing(boto3.client("ecr")) as client:
        images = client.list_images(repositoryName=repository)["imageIds"]
        if not any(image.get("imageTag") == tag for image in images):
            client.put_image(
                repositoryName=repository,
                imageTag=tag,
                imageManifest=json.dumps(_MANIFEST),
                imageManifestMediaType=_TYPE,
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
