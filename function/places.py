"""Find the key in a store of an S3 object that an event names."""

from __future__ import annotations

from collections.abc import Mapping


def bucket_of(url: str) -> tuple[str, str]:
    """Read the bucket and the prefix of keys from an ``s3://`` URL.

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
    """Find the key of an S3 object in a store. Give None if it is in no store.

    Args:
        urls: the URL of each store, by the beginning of its keys.
        bucket: the name of the object's bucket.
        key: the object's key in the bucket, with the prefix of the store.
    """
    for beginning, url in urls.items():
        if not url.startswith("s3://"):
            continue
        place, prefix = bucket_of(url)
        if place == bucket and key.startswith(prefix):
            return beginning + key.removeprefix(prefix)
    return None
