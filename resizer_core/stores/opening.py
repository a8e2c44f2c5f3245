"""Open the store that a URL names. obstore is imported only then."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from resizer_core.mistakes import check_type
from resizer_core.stores.contract import EXPECTED_URL, ObjectStore
from resizer_core.stores.providers import SCHEMES, open_bucket


def open_store(url: str | os.PathLike[str] | Mapping[str, str]) -> ObjectStore:
    """Open the store that ``url`` names. Nothing is read, written or connected to yet.

    URLs by the first segments of keys make one store of several: with ``{"shop/": "s3://one"}`` the key
    ``shop/cat.jpg`` is ``cat.jpg`` in the bucket ``one``, and nothing has a key that begins in another way.

    ``memory:``
        A new, empty store that lives as long as the object. ``memory:?max=256MiB`` keeps no more than that,
        in bytes, KiB, MiB or GiB: whatever was read least recently goes first. Each object counts with its
        bytes and 2 KiB for what is kept beside them.
    ``file:///an/absolute/folder`` (percent-encoded), or the path of a folder (as it is)
        Made by the first ``put`` if it is missing. Files only: no Content-Type, no metadata. A name over 250
        bytes or ending in ``#`` and digits is refused, and so are a key that leads out of the folder by way
        of a symbolic link, and one that would need a file to be a folder. Only regular files are objects.
        ``list`` does not look into folders that are symbolic links. A process that dies while it writes may
        leave a ``NAME#1`` behind, which no key can reach; ``put`` and ``delete`` of NAME remove it once it is
        15 minutes old. The file system has to know hard links.
    ``s3://bucket/prefix``, ``s3://bucket/prefix?region=eu-west-1``
        The region is that of the URL, or else AWS_REGION or AWS_DEFAULT_REGION (us-east-1). Credentials and
        endpoint are those of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL_S3
        or AWS_ENDPOINT_URL. Without a key: AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, then
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, then the instance's role. AWS_PROFILE and the
        files in ``~/.aws`` are not read. Plain HTTP is allowed when the endpoint says so. The role
        needs ``s3:ListBucket``, or S3 answers 403 for an object that is not there: a StorageForbidden.
    ``gs://bucket/prefix``
        GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_SERVICE_ACCOUNT (a file), GOOGLE_SERVICE_ACCOUNT_KEY (JSON), or
        the instance's account.
    ``az://container/prefix``
        AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN,
        AZURE_CLIENT_ID with AZURE_CLIENT_SECRET and AZURE_TENANT_ID, or the managed identity.

    A bucket and a prefix are taken literally, up to a ``?``: ``%20`` is three characters. ``list`` fails on a
    bucket that holds a key which is refused here, except that it gives a folder marker ``a/`` as ``a``.

    Raises:
        ValueError: ``url`` is none of these, or the environment lacks what its store needs.
    """
    if isinstance(url, os.PathLike):
        from resizer_core.stores.folder import open_folder

        return open_folder(os.fspath(url))
    if not isinstance(url, str):
        check_type(
            url,
            Mapping,
            expected="a URL, a path, or URLs by segments",
            name="url",
            instead="write one of them",
        )
        return _open_several(url)
    scheme, colon, rest = url.partition(":")
    if scheme in SCHEMES and rest.startswith("//"):
        return open_bucket(scheme, rest[2:])

    from resizer_core.stores.folder import open_folder  # the function has buckets
    from resizer_core.stores.memory import open_memory

    if scheme == "memory" and colon and (not rest or rest.startswith("?")):
        return open_memory(rest)
    if scheme == "file" and colon:
        parts = urlsplit(url)
        if parts.netloc in ("", "localhost") and not parts.query and not parts.fragment:
            return open_folder(unquote(parts.path), absolute=True)
    elif not colon or (scheme not in {"memory", *SCHEMES} and not rest.startswith("//")):
        return open_folder(url)  # a colon is a character like any other in the name of a folder
    raise ValueError(EXPECTED_URL)


def _open_several(urls: Mapping[str, str]) -> ObjectStore:
    from resizer_core.stores.segments import SegmentedStore  # few sites have several

    stores = {}
    for segment, url in urls.items():
        try:
            stores[segment] = open_store(url)
        except ValueError as error:
            raise ValueError(f"the store of {segment!r}: {error}") from error
    return SegmentedStore(stores)
