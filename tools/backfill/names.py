"""Read the names that a job needs: the output ``backfill`` of the Terraform configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Name the objects of a bucket below ``prefix``. An empty prefix means all."""

    bucket: str
    prefix: str = ""

    @classmethod
    def of(cls, url: str) -> Place:
        """Read ``s3://BUCKET/PREFIX``.

        Raises:
            ValueError: it is no such URL.
        """
        bucket, _, prefix = url.partition("?")[0].removeprefix("s3://").partition("/")
        if not url.startswith("s3://") or not bucket:
            raise ValueError(f"expected s3://BUCKET/KEY, got {url!r}")
        return cls(bucket=bucket, prefix=prefix.rstrip("/"))

    @property
    def arn(self) -> str:
        """Give the ARN of the bucket, which the API of jobs needs."""
        return f"arn:aws:s3:::{self.bucket}"

    def below(self, key: str) -> str:
        """Give the key in the bucket for ``key`` in this place."""
        return f"{self.prefix}/{key}" if self.prefix else key


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Hold the names of a stack with ``backfill``.

    Attributes:
        region: the region of all parts.
        function_arn: the ARN of the function that each task calls.
        role_arn: the ARN of the role that the job takes.
        originals: URLs of the originals by the beginning of keys. For one store this is the empty text.
        reports: the URL of the place for samples and reports.
        memory_mb: the memory of the function.
        architecture: the architecture of the function, arm64 or x86_64.
    """

    region: str
    function_arn: str
    role_arn: str
    originals: Mapping[str, str]
    reports: str
    memory_mb: float
    architecture: str

    @classmethod
    def from_json(cls, text: str) -> Names:
        """Read the JSON object that ``terraform output -json backfill`` prints.

        Raises:
            ValueError: it is no object with these names.
        """
        try:
            given: Any = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError("expected the output backfill: set backfill = {} and apply") from error
        names = {field.name for field in fields(cls)}
        if not isinstance(given, dict) or given.keys() != names:
            raise ValueError(
                f"expected the output backfill with {', '.join(sorted(names))}; got {text.strip()}"
            )
        return cls(**given)

    def original(self, prefix: str) -> Place:
        """Find the place of the originals whose keys begin with ``prefix``.

        Raises:
            ValueError: these originals are in several buckets, or in none.
        """
        for beginning, url in self.originals.items():
            if prefix.startswith(beginning):
                place = Place.of(url)
                return Place(bucket=place.bucket, prefix=place.below(prefix.removeprefix(beginning)))
        known = ", ".join(self.originals)
        raise ValueError(f"PREFIX: expected one that begins with one of {known}, got {prefix!r}")
