"""Read which object a task is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus

import resizer_core as core
from function.places import key_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Name the objects of a task: one, or two if its key has two readings.

    Attributes:
        keys: the keys of originals.
        derivatives: the stored derivatives, if the task names derivatives.
    """

    keys: tuple[str, ...] = ()
    derivatives: tuple[core.Stale, ...] = ()


def read_task(task: Mapping[str, Any], generator: core.Generator, *, derivatives: bool) -> Task:
    """Read a task of either schema.

    A key is percent-encoded. A plus sign in it means a plus or, as in a manifest, a space. The store decides:
    the reading whose object exists counts. If neither or both exist, the task is about both.

    Args:
        task: one task of the event.
        generator: gives the stores.
        derivatives: whether the task may name a derivative.

    Raises:
        NotAllowed: the object is in another bucket. A derivative must never become an original.
        InvalidKey: no original can have such a key.
        StorageError: a store failed.
    """
    bucket = task.get("s3Bucket") or str(task["s3BucketArn"]).rpartition(":")[2]
    given = str(task["s3Key"])
    names = dict.fromkeys(read(given, errors="surrogateescape") for read in (unquote, unquote_plus))
    urls = generator.settings.originals_by_beginning
    keys = [key for name in names if (key := key_in(urls, bucket, name)) is not None]
    if keys:
        if len(keys) > 1:
            keys = [key for key in keys if generator.originals.head(key)] or keys
        return Task(keys=tuple(keys))
    made = {"": generator.settings.derivatives}
    keys = [key for name in names if (key := key_in(made, bucket, name)) is not None]
    if not keys or not derivatives:
        expected = "the originals or of their derivatives" if derivatives else "the originals"
        raise core.NotAllowed(f"expected an object of {expected}")
    found = [stored for key in keys if (stored := generator.derivatives.head(key))]
    return Task(
        derivatives=tuple(
            core.Stale(key=stored.key, etag=stored.etag, why=core.Staleness.ASKED) for stored in found
        )
    )
