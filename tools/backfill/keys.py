"""Count the objects of a job, and take a sample of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

from tools.backfill.names import Place

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Objects in the sample that is tried first.
SAMPLE: Final = 1000
#: The same objects always give the same sample. So a second try shows whether a fault was mended.
_SEED: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Hold the count of objects and a sample.

    Attributes:
        count: the number of objects.
        sample: lines of a manifest for at most ``SAMPLE`` of them, chosen evenly.
    """

    count: int = 0
    sample: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reservoir:
    """Keep a sample of lines whose number is not known in advance.

    Source: Vitter, "Random Sampling with a Reservoir", algorithm R.
    """

    count: int = 0
    kept: list[str] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(_SEED))  # noqa: S311 - no secret

    def add(self, line: str) -> None:
        self.count += 1
        if len(self.kept) < SAMPLE:
            self.kept.append(line)
        elif (place := self.chance.randrange(self.count)) < SAMPLE:
            self.kept[place] = line


def listed(s3: S3Client, place: Place) -> Objects:
    """Count the objects below a prefix, with one request for each thousand."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=place.prefix)
    keys = (found["Key"] for page in pages for found in page.get("Contents", []))
    return _sampled(_line(place.bucket, quote_plus(key, safe="/")) for key in keys)


def named(s3: S3Client, manifest: Place) -> Objects:
    """Count the objects of a manifest: a CSV file, or the ``manifest.json`` of an inventory.

    Raises:
        ValueError: it is neither, or it has a header, which S3 would read as an object.
    """
    body = _read(s3, manifest.bucket, manifest.prefix)
    lines = _inventory(s3, body) if is_inventory(manifest) else _rows(body)
    return _sampled(_line(bucket, key) for bucket, key in lines)


def is_inventory(manifest: Place) -> bool:
    """Say whether a manifest is from S3 Inventory, by its name."""
    return manifest.prefix.endswith("manifest.json")


def _rows(body: bytes) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(csv.reader(io.StringIO(body.decode()))):
        if not 2 <= len(row) <= 3:
            raise ValueError(f"MANIFEST: expected BUCKET,KEY in each line, got {','.join(row)!r}")
        if number == 0 and row[0].lower() == "bucket":
            raise ValueError("MANIFEST: expected no header: strip the first line, as Athena writes one")
        yield row[0], row[1]


def _inventory(s3: S3Client, body: bytes) -> Iterator[tuple[str, str]]:
    manifest = json.loads(body)
    if manifest.get("fileFormat") != "CSV":
        raise ValueError(f"MANIFEST: expected an inventory as CSV, got {manifest.get('fileFormat')}")
    columns = manifest["fileSchema"].split(", ")
    bucket = manifest["destinationBucket"].rpartition(":")[2]
    for file in manifest["files"]:
        text = gzip.decompress(_read(s3, bucket, file["key"])).decode()
        for row in csv.reader(io.StringIO(text)):
            line = dict(zip(columns, row, strict=True))
            yield line["Bucket"], line["Key"]


def _read(s3: S3Client, bucket: str, key: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def _line(bucket: str, key: str) -> str:
    return f"{bucket},{key}\n" if "," not in key and '"' not in key else f'{bucket},"{key}"\n'


def _sampled(lines: Iterable[str]) -> Objects:
    reservoir = _Reservoir()
    for line in lines:
        reservoir.add(line)
    return Objects(count=reservoir.count, sample=tuple(reservoir.kept))
