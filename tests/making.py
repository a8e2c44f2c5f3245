"""Set up a maker for the functions without a viewer. Its two stores are in memory, and named like buckets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import resizer_core as core
from function.making import Maker
from tests.doubles import filled


@dataclass
class Made:
    """Hold a maker, its stores, and the lines that it logged."""

    originals: core.ObjectStore
    derivatives: core.ObjectStore
    lines: list[str]
    maker: Maker = field(init=False)

    @classmethod
    def over(
        cls, originals: Mapping[str, bytes], *, behind: core.ObjectStore | None = None, **settings: Any
    ) -> Made:
        """Set up a maker over these originals, in the bucket ``originals`` below ``pics``."""
        read = filled(originals)
        made = cls(behind or read, core.open_store("memory:"), [])
        chosen = core.Settings(
            **{
                "originals": "s3://originals/pics?region=eu-west-1",
                "derivatives": "s3://derivatives",
                "base_url": "https://img.test",
                **settings,
            }
        )
        made.maker = Maker(
            chosen, originals=made.originals, derivatives=made.derivatives, write=made.lines.append
        )
        return made

    def stored(self) -> list[str]:
        """List the keys of all derivatives."""
        return sorted(found.key for found in self.derivatives.list())

    def logged(self) -> list[dict[str, Any]]:
        """Read the lines of the log."""
        return [json.loads(line) for line in self.lines]
