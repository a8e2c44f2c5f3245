"""Keep objects in a bucket of S3, Google or Azure, or in memory: what obstore can do, as an ``ObjectStore``.

Everything that obstore raises is turned into this project's errors here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from resizer_core.errors import InvalidKey, LimitExceeded, ResizerError, StorageError, StorageForbidden
from resizer_core.model import Buffer
from resizer_core.stores.contract import EXPECTED_URL, LONGEST_KEY, ObjectStore, StoredObject, check_key

if TYPE_CHECKING:
    from obstore import Attributes, ObjectMeta
    from obstore.store import (
        AzureStore,
        ClientConfig,
        GCSStore,
        LocalStore,
        MemoryStore,
        RetryConfig,
        S3Config,
        S3Store,
    )

    Backend = AzureStore | GCSStore | LocalStore | MemoryStore | S3Store

#: A viewer waits. One attempt takes at most this long, its body included, and none is begun later than this
#: after the first: whatever times out is not tried again, what fails at once is. How long a whole request
#: waits is for its Deadline to say.
_REQUEST_TIME: Final = timedelta(seconds=10)
_CONNECT_TIME: Final = timedelta(seconds=2)
_RETRIES: Final = 2

#: How obstore's text says that the peer reset the connection: it has no class for it.
_RESET: Final = "kind: Interrupted"

#: obstore's names for what is not user metadata.
_MEDIA_TYPE: Final = "Content-Type"
_CACHE_CONTROL: Final = "Cache-Control"
_CONTENT_DISPOSITION: Final = "Content-Disposition"
_CONTENT_ENCODING: Final = "Content-Encoding"
_OWN_ATTRIBUTES: Final = frozenset(
    {
        _MEDIA_TYPE,
        _CACHE_CONTROL,
        _CONTENT_DISPOSITION,
        _CONTENT_ENCODING,
        "Content-Language",
        "Storage-Class",
    }
)

_METADATA_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_HEADER_VALUE: Final = re.compile(r"[!-~]([ -~]*[!-~])?")  # printable ASCII, no space at either end
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class ObstoreStore:
    """An obstore store as an :class:`ObjectStore`."""

    def __init__(self, backend: Backend, *, longest_key: int = LONGEST_KEY) -> None:
        self._backend = backend
        self._longest_key = longest_key

    def _locate(self, key: str) -> str:
        """Name the object of this key as obstore does."""
        check_key(key, longest=self._longest_key)
        return key

    def head(self, key: str) -> StoredObject | None:
        location = self._locate(key)
        with translating_store_errors("look for"):
            try:
                # obstore's own head() leaves the attributes out.
                result = self._backend.get(location, options={"head": True})
            except FileNotFoundError:
                return None
            return _stored(key, result.meta, result.attributes)

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        location = self._locate(key)
        with translating_store_errors("read"):
            try:
                result = self._backend.get(location)
            except FileNotFoundError as error:
                # A mistyped bucket would otherwise look like one without pictures.
                if "<Code>NoSuchBucket</Code>" in str(error):
                    raise
                return None
            found = _stored(key, result.meta, result.attributes)
            if max_bytes is not None and found.size > max_bytes:
                raise LimitExceeded(
                    f"the stored object has {found.size} bytes, and at most {max_bytes} are allowed"
                )
            # A view, not a copy. obstore itself fails when fewer bytes arrive than were announced.
            return replace(found, body=memoryview(result.bytes()))

    def put(
        self,
        key: str,
        body: Buffer,
        *,
        media_type: str,
        cache_control: str = "",
        content_disposition: str = "",
        metadata: Mapping[str, str] = {},
    ) -> bool:
        location = self._locate(key)
        attributes = _attributes(media_type, cache_control, content_disposition, metadata)
        doubt: Exception | None = None
        for _ in range(2):
            doubt = self._create(location, body, attributes)
            if doubt is None:
                return True
            # Whether it is there now only a look can tell.
            if self.head(key) is not None:
                return False
        raise StorageError("the store did not take the object, twice in a row") from doubt

    def _create(self, location: str, body: Buffer, attributes: Attributes) -> Exception | None:
        """Write once; give back the error after which the object may be there or not.

        obstore raises the same one for S3's 412 (it was there) and its 409 (another write or a delete of this
        key is under way, and who wins is not known). A PUT whose connection was reset it does not repeat.
        """
        from obstore.exceptions import AlreadyExistsError, GenericError

        # A memoryview, because obstore takes a str or a Path for the name of a file to send.
        payload = memoryview(body).cast("B")
        with translating_store_errors("write"):
            try:
                self._backend.put(location, payload, attributes=attributes or None, mode="create")
            except AlreadyExistsError as error:
                return error
            except GenericError as error:
                if _RESET in str(error):
                    return error
                raise
        return None

    def delete(self, key: str) -> None:
        location = self._locate(key)
        with translating_store_errors("delete"):
            try:
                self._backend.delete(location)
            except FileNotFoundError:
                return

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        folder = prefix.removesuffix("/")
        location = self._locate(folder) if prefix else ""
        return self._listing(location)

    def _listing(self, location: str) -> Iterator[StoredObject]:
        with translating_store_errors("list"):
            for page in self._backend.list(location or None):
                for meta in page:
                    yield _stored(meta["path"], meta, {})


class _MemoryStore(ObstoreStore):
    def _create(self, location: str, body: Buffer, attributes: Attributes) -> Exception | None:
        # obstore keeps a view of the buffer it is given, which would change with it.
        frozen = body if isinstance(body, bytes) else bytes(body)
        return super()._create(location, frozen, attributes)


def open_memory() -> ObjectStore:
    """Make a new, empty store that lives as long as the object."""
    from obstore.store import MemoryStore

    return _MemoryStore(MemoryStore())


def open_bucket(scheme: str, bucket: str, prefix: str) -> ObjectStore:
    """Open the bucket of this name, and only what is below ``prefix`` in it.

    Raises:
        ValueError: the name or the prefix cannot be used, or the environment lacks what the store needs.
    """
    if not _BUCKET.fullmatch(bucket):
        raise ValueError(f"{scheme}:// is followed by the name of a bucket; {EXPECTED_URL}")
    if prefix:
        try:
            check_key(prefix, longest=LONGEST_KEY)
        except InvalidKey as error:
            raise ValueError(f"the prefix of {scheme}:// cannot be used: {error}") from error
    from obstore.exceptions import BaseError

    try:
        backend = SCHEMES[scheme](bucket, prefix or None)
    except BaseError as error:
        raise ValueError(
            f"{scheme}: the environment lacks what this store needs, or holds it wrongly"
        ) from error
    return ObstoreStore(backend, longest_key=LONGEST_KEY - (len(prefix.encode()) + 1 if prefix else 0))


def _open_s3(bucket: str, prefix: str | None) -> Backend:
    from obstore.store import S3Store

    # A plain DELETE does for one object, and every server that is like S3 knows it.
    config: S3Config = {"disable_bulk_delete": True}
    client = _client()
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        config["aws_endpoint_url_s3"] = endpoint
        # Path style is obstore's default. It is stated here, since an emulator or a private server seldom has
        # a host name for each bucket, whatever AWS_VIRTUAL_HOSTED_STYLE_REQUEST says.
        config["virtual_hosted_style_request"] = False
        client["allow_http"] = endpoint.startswith("http://")
    return S3Store(bucket, prefix=prefix, config=config, client_options=client, retry_config=_retries())


def _open_gs(bucket: str, prefix: str | None) -> Backend:
    from obstore.store import GCSStore

    return GCSStore(bucket, prefix=prefix, client_options=_client(), retry_config=_retries())


def _open_az(bucket: str, prefix: str | None) -> Backend:
    from obstore.store import AzureStore

    return AzureStore(bucket, prefix=prefix, client_options=_client(), retry_config=_retries())


#: What opens a bucket, by the scheme of its URL.
SCHEMES: Final = {"s3": _open_s3, "gs": _open_gs, "az": _open_az}


def _client() -> ClientConfig:
    return {"connect_timeout": _CONNECT_TIME, "timeout": _REQUEST_TIME}


def _retries() -> RetryConfig:
    return {
        "max_retries": _RETRIES,
        "retry_timeout": _REQUEST_TIME,
        "backoff": {
            "init_backoff": timedelta(milliseconds=100),
            "max_backoff": timedelta(seconds=1),
            "base": 2,
        },
    }


@contextmanager
def translating_store_errors(action: str) -> Iterator[None]:
    """Turn what obstore and the file system raise into a StorageError that names nothing."""
    from obstore.exceptions import BaseError, PermissionDeniedError

    try:
        yield
    except ResizerError:
        raise
    except (PermissionDeniedError, PermissionError) as error:
        raise StorageForbidden(f"the store does not allow to {action} an object") from error
    # RuntimeError: NotImplementedError of obstore, and a loop of symbolic links up to Python 3.12.
    except (BaseError, OSError, ValueError, RuntimeError) as error:
        raise StorageError(f"the store failed to {action} an object") from error


def _attributes(
    media_type: str, cache_control: str, content_disposition: str, metadata: Mapping[str, str]
) -> Attributes:
    # obstore panics on a name or a value that is no header, and sends non-ASCII text that S3 does not keep.
    for name in metadata:
        if not _METADATA_NAME.fullmatch(name) or name.title() in _OWN_ATTRIBUTES:
            raise ValueError(f"the name of metadata is lower-case letters, digits and -, not {name!r}")
    named = {_MEDIA_TYPE: media_type, **metadata}
    if cache_control:
        named[_CACHE_CONTROL] = cache_control
    if content_disposition:
        named[_CONTENT_DISPOSITION] = content_disposition
    for name, value in named.items():
        if not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"{name} is printable ASCII, not empty, without a space at either end")
    return named


def _stored(key: str, meta: ObjectMeta, attributes: Attributes) -> StoredObject:
    return StoredObject(
        key=key,
        size=meta["size"],
        etag=(meta["e_tag"] or "").replace('"', ""),
        modified=meta["last_modified"],
        media_type=attributes.get(_MEDIA_TYPE, ""),
        cache_control=attributes.get(_CACHE_CONTROL, ""),
        content_disposition=attributes.get(_CONTENT_DISPOSITION, ""),
        content_encoding=attributes.get(_CONTENT_ENCODING, ""),
        metadata={name: value for name, value in attributes.items() if name not in _OWN_ATTRIBUTES},
    )
