"""Open the store that a URL names. Import obstore only then."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from resizer_core.mistakes import check_type
from resizer_core.stores.contract import EXPECTED_URL, ObjectStore
from resizer_core.stores.providers import SCHEMES, open_bucket


def open_store(url: str | os.PathLike[str] | Mapping[str, str]) -> ObjectStore:
    """Open the store that ``url`` names. Do not read, write or connect yet.

    Several URLs, by the first segments of keys, make one store of several. With ``{"shop/": "s3://one"}`` the
    key ``shop/cat.jpg`` is ``cat.jpg`` in the bucket ``one``. No key has another first segment.

    ``memory:``
        A new, empty store that lives as long as the object. ``memory:?max=256MiB`` sets a limit in bytes,
        KiB, MiB or GiB. Objects that were read least recently go first. Each object counts with its bytes,
        and 2 KiB for the rest.
    ``file:///an/absolute/folder`` (percent-encoded), or the path of a folder (as it is)
        The first ``put`` makes the folder if it is missing. A folder holds files only: no Content-Type, no
        metadata. It refuses a name that is over 250 bytes or ends in ``#`` and digits. It also refuses a key
        that leads out of the folder through a symbolic link, and one that needs a file to be a folder. Only
        regular files are objects. ``list`` does not look into folders that are symbolic links. A process that
        dies while it writes may leave a ``NAME#1`` behind. No key can reach it. ``put`` and ``delete`` of
        NAME remove it once it is 15 minutes old. The file system has to support hard links.
    ``s3://bucket/prefix``, ``s3://bucket/prefix?region=eu-west-1``
        The region is that of the URL, or else AWS_REGION or AWS_DEFAULT_REGION (us-east-1). Credentials and
        endpoint are those of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL_S3
        or AWS_ENDPOINT_URL. Without a key: AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, then
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, then the instance's role. AWS_PROFILE and the
        files in ``~/.aws`` are not read. Plain HTTP is allowed if the endpoint begins with it. The role needs
        ``s3:ListBucket``. Without it S3 answers 403 for a missing object, which is a StorageForbidden.
    ``gs://bucket/prefix``
        GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_SERVICE_ACCOUNT (a file), GOOGLE_SERVICE_ACCOUNT_KEY (JSON), or
        the instance's account.
    ``az://container/prefix``
        AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN,
        AZURE_CLIENT_ID with AZURE_CLIENT_SECRET and AZURE_TENANT_ID, or the managed identity.

    A bucket and a prefix are taken literally, up to a ``?``. So ``%20`` is three characters. ``list`` fails
    on a bucket that holds a key which is refused here. Only a folder marker ``a/`` is listed, as ``a``.

    Raises:
        ValueError: ``url`` is none of these, or the environment lacks a variable that its store needs.
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
        return open_folder(url)  # the name of a folder may hold a colon
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
