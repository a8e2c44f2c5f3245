"""Keep objects in a bucket: wrap obstore as an ``ObjectStore``.

Turn everything that obstore raises into errors of this project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from resizer_core.errors import (
    ConfigurationError,
    LimitExceeded,
    ResizerError,
    StorageError,
    StorageForbidden,
)
from resizer_core.forks import check_process
from resizer_core.model import Buffer
from resizer_core.stores.contract import LONGEST_KEY, StoredObject, check_key
from resizer_core.value import replace

if TYPE_CHECKING:
    from obstore import Attributes, ListResult, ObjectMeta
    from obstore.store import (
        AzureStore,
        GCSStore,
        LocalStore,
        S3Store,
    )

    #: The stores that obstore opens.
    Backend = AzureStore | GCSStore | LocalStore | S3Store

#: obstore's text for a connection that the peer reset. obstore has no class for it.
_RESET: Final = "kind: Interrupted"
#: obstore's texts for a bucket in another region. S3 answers 301 PermanentRedirect without a Location. If it
#: checks the region of the signature first, it answers 400. Source: S3 API reference, "Error responses".
_ELSEWHERE: Final = ("redirect without LOCATION", "<Code>AuthorizationHeaderMalformed</Code>")

#: obstore's names for attributes that are not user metadata.
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


class ObstoreStore:
    """Wrap an obstore store as an :class:`ObjectStore`."""

    def __init__(self, backend: Backend, *, longest_key: int = LONGEST_KEY) -> None:
        self._backend = backend
        self._longest_key = longest_key

    def __repr__(self) -> str:
        return f"<{self._backend!r}>"  # the bucket and the prefix, without credentials

    def _locate(self, key: str) -> str:
        """Name the object of this key as obstore names it."""
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
                # Without this check, a mistyped bucket would look like one without pictures.
                if "<Code>NoSuchBucket</Code>" in str(error):
                    raise
                return None
            found = _stored(key, result.meta, result.attributes)
            if max_bytes is not None and found.size > max_bytes:
                raise LimitExceeded(
                    f"the stored object has {found.size} bytes, and at most {max_bytes} are allowed"
                )
            # Return a view, not a copy. obstore itself fails if fewer bytes arrive than S3 announced.
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
        attributes = checked_attributes(media_type, cache_control, content_disposition, metadata)
        doubt: Exception | None = None
        for _ in range(2):
            doubt = self._create(location, body, attributes)
            if doubt is None:
                return True
            # Only a look shows whether the object is there now.
            if self.head(key) is not None:
                return False
        raise StorageError("the store did not take the object, twice in a row") from doubt

    def _create(self, location: str, body: Buffer, attributes: Attributes) -> Exception | None:
        """Write once. Return an error after which nobody knows whether the object is there.

        obstore raises the same error for two answers of S3. 412 means that the object was there. 409 means
        that another write or a delete of this key is under way, and nobody knows which one wins. obstore does
        not repeat a PUT whose connection was reset.
        """
        from obstore.exceptions import AlreadyExistsError, GenericError

        # Pass a memoryview, since obstore takes a str or a Path for the name of a file to send.
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

    def delete(self, key: str, *, etag: str = "") -> bool:
        location = self._locate(key)
        if etag:
            # obstore's delete takes no condition.
            found = self.head(key)
            if found is None or found.etag != etag:
                return found is None
        with translating_store_errors("delete"), suppress(FileNotFoundError):
            self._backend.delete(location)
        return True

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        return self._listing(self._place(prefix), deep=deep)

    def folders(self, prefix: str = "") -> Iterator[str]:
        return self._folders(self._place(prefix))

    def _place(self, prefix: str) -> str:
        """Name the folder of this prefix as obstore names it. An empty name is the whole store."""
        return self._locate(prefix.removesuffix("/")) if prefix else ""

    def _listing(self, location: str, *, deep: bool) -> Iterator[StoredObject]:
        with translating_store_errors("list"):
            pages = self._backend.list(location or None) if deep else [self._level(location)["objects"]]
            for page in pages:
                for meta in page:
                    yield _stored(meta["path"], meta, {})

    def _folders(self, location: str) -> Iterator[str]:
        with translating_store_errors("list"):
            for path in self._level(location)["common_prefixes"]:
                yield path.rpartition("/")[2]

    def _level(self, location: str) -> ListResult[Sequence[ObjectMeta]]:
        return self._backend.list_with_delimiter(location or None)


@contextmanager
def translating_store_errors(action: str) -> Iterator[None]:
    """Turn errors of obstore and the file system into errors of ours, which name no key and no bucket."""
    check_process("obstore")
    from obstore.exceptions import BaseError, PermissionDeniedError

    try:
        yield
    except ResizerError:
        raise
    except (PermissionDeniedError, PermissionError) as error:
        raise StorageForbidden(f"the store does not allow us to {action} an object") from error
    # RuntimeError covers NotImplementedError of obstore, and a loop of symbolic links up to Python 3.12.
    except (BaseError, OSError, ValueError, RuntimeError) as error:
        if any(words in str(error) for words in _ELSEWHERE):
            raise ConfigurationError(
                f"the store failed to {action} an object, because its bucket is in another region: "
                "name the region in the URL of the store, s3://BUCKET/PREFIX?region=REGION"
            ) from error
        raise StorageError(f"the store failed to {action} an object") from error


def checked_attributes(
    media_type: str, cache_control: str, content_disposition: str, metadata: Mapping[str, str]
) -> Attributes:
    """Name the attributes as obstore names them.

    Raises:
        ValueError: an attribute cannot be sent as a header.
    """
    # obstore panics on a name or a value that cannot be a header. It sends non-ASCII text, but S3 loses it.
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
