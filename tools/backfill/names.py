"""Read what the job needs to know: the output ``backfill`` of the Terraform configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Name a bucket and what is in it: below ``prefix``, or all of it if that is empty."""

    bucket: str
    prefix: str = ""

    @classmethod
    def of(cls, url: str) -> Place:
        """Read ``s3://BUCKET/PREFIX``.

        Raises:
            ValueError: it is none.
        """
        bucket, _, prefix = url.partition("?")[0].removeprefix("s3://").partition("/")
        if not url.startswith("s3://") or not bucket:
            raise ValueError(f"expected s3://BUCKET/KEY, got {url!r}")
        return cls(bucket=bucket, prefix=prefix.rstrip("/"))

    @property
    def arn(self) -> str:
        """Name the bucket as the API of jobs wants it."""
        return f"arn:aws:s3:::{self.bucket}"

    def below(self, key: str) -> str:
        """Name what is called ``key`` in this place as the bucket does."""
        return f"{self.prefix}/{key}" if self.prefix else key


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Name the pieces of a stack with ``backfill``.

    Attributes:
        region: of all of them.
        function_arn: of the function that each task calls.
        role_arn: of the role that the job takes.
        originals: URLs of the originals by how their keys begin; the empty text where there is one.
        reports: URL of the place of samples and reports.
        memory_mb: of the function.
        architecture: of the function, arm64 or x86_64.
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
            ValueError: it is none with these names.
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
        """Find where the originals are whose keys begin with ``prefix``.

        Raises:
            ValueError: they are in several buckets, or in none.
        """
        for beginning, url in self.originals.items():
            if prefix.startswith(beginning):
                place = Place.of(url)
                return Place(bucket=place.bucket, prefix=place.below(prefix.removeprefix(beginning)))
        known = ", ".join(self.originals)
        raise ValueError(f"PREFIX: expected one that begins with one of {known}, got {prefix!r}")
