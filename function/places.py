"""Find what an object of S3, which an event names, is called in a store."""

from __future__ import annotations

from collections.abc import Mapping


def bucket_of(url: str) -> tuple[str, str]:
    """Name the bucket of an ``s3://`` URL, and how keys in it begin.

    Raises:
        ValueError: it is another URL.
    """
    scheme, _, address = url.partition("://")
    if scheme != "s3":
        raise ValueError(f"expected an s3:// URL, got {url!r}")
    bucket, _, prefix = address.partition("?")[0].partition("/")
    prefix = prefix.removesuffix("/")
    return bucket, f"{prefix}/" if prefix else ""


def key_in(urls: Mapping[str, str], bucket: str, key: str) -> str | None:
    """Find what an object of S3 is called in a store; None if it is in none.

    Args:
        urls: of the store or the stores, by how keys begin in it.
        bucket: the name of the object's bucket.
        key: its key there, with the prefix of the store.
    """
    for beginning, url in urls.items():
        if not url.startswith("s3://"):
            continue
        place, prefix = bucket_of(url)
        if place == bucket and key.startswith(prefix):
            return beginning + key.removeprefix(prefix)
    return None
