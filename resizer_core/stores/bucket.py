"""Where originals and derivatives are kept: memory, a folder, or a bucket, behind one small interface.

The only module that imports obstore, and only once a store is opened. Everything that obstore raises is
turned into this project's errors here.

A key is kept byte for byte: it is never normalised, decoded or re-encoded. A key that a store could not
give back as it came is refused with :class:`InvalidKey`.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote, urlsplit

from resizer_core.errors import InvalidKey, LimitExceeded, ResizerError, StorageError, UnsupportedFormat
from resizer_core.formats import HEAD_BYTES, detect

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

    if sys.version_info >= (3, 12):
        from collections.abc import Buffer
    else:
        from typing_extensions import Buffer

    Backend = AzureStore | GCSStore | LocalStore | MemoryStore | S3Store

#: Bytes of UTF-8, a prefix included. Source: S3 user guide, "Creating object key names"; Google's limit is
#: the same.
LONGEST_KEY: Final = 1024

#: Bytes of one segment in a folder: NAME_MAX of the usual file systems, less the ``#1`` to ``#9999`` that
#: obstore appends while it writes.
LONGEST_NAME: Final = 250

#: A viewer waits, and the function has to answer within 29 s. One attempt takes at most this long, its body
#: included, and none is begun later than this after the first: whatever times out is not tried again, what
#: fails at once is.
_REQUEST_TIME: Final = timedelta(seconds=10)
_CONNECT_TIME: Final = timedelta(seconds=2)
_RETRIES: Final = 2

#: obstore's names for what is not user metadata.
_MEDIA_TYPE: Final = "Content-Type"
_CACHE_CONTROL: Final = "Cache-Control"
_CONTENT_DISPOSITION: Final = "Content-Disposition"
_OWN_ATTRIBUTES: Final = frozenset(
    {
        _MEDIA_TYPE,
        _CACHE_CONTROL,
        _CONTENT_DISPOSITION,
        "Content-Encoding",
        "Content-Language",
        "Storage-Class",
    }
)

_UNKEEPABLE: Final = re.compile(r"[\x00-\x1f\x7f]")
_METADATA_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_HEADER_VALUE: Final = re.compile(r"[!-~]([ -~]*[!-~])?")  # printable ASCII, no space at either end
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXPECTED: Final = (
    'expected "memory:", "file:///an/absolute/folder", the path of a folder, "s3://bucket/prefix", '
    '"gs://bucket/prefix" or "az://container/prefix"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """What a store knows of one object, and its bytes if they were asked for.

    Attributes:
        key: exactly the key that it was put under.
        size: bytes.
        etag: as the store gives it, without quotes; empty when it has none.
        modified: when it was written last, with a time zone.
        media_type: its Content-Type. A folder keeps none: ``get`` finds it by the first bytes, ``head`` and
            ``list`` leave it empty. ``list`` leaves it empty in every store, as it does the next three.
        cache_control: its Cache-Control; a folder keeps none.
        content_disposition: its Content-Disposition; a folder keeps none.
        metadata: what its owner noted; a folder keeps none.
        body: its bytes, from ``get`` only. A view where that saves copying the store's own memory.
    """

    key: str
    size: int
    etag: str
    modified: datetime
    media_type: str = ""
    cache_control: str = ""
    content_disposition: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    body: bytes | memoryview = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(f"a size is 0 bytes or more, not {self.size}")
        if self.modified.tzinfo is None:
            raise ValueError("modified needs a time zone")
        object.__setattr__(self, "metadata", MappingProxyType(dict(self.metadata)))


class ObjectStore(Protocol):
    """What a store has to do; :func:`resizer_core.testing.check_store` tries all of it.

    Every method raises :class:`InvalidKey` for a key that cannot be kept byte for byte (empty; a leading,
    trailing or double ``/``; a ``.`` or ``..`` segment; control characters; not UTF-8; too long), and
    :class:`StorageError` when the store fails, is out of reach, or forbids it. Stores may be used by several
    threads at once.
    """

    def head(self, key: str) -> StoredObject | None:
        """What is known of an object, without its bytes; None if there is none."""
        ...

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        """An object with all of its bytes; None if there is none.

        Raises:
            LimitExceeded: it has more than ``max_bytes``; known before its bytes are read.
            StorageError: also when fewer bytes arrive than were announced.
        """
        ...

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
        """Write an object, whole or not at all, unless there is one; say whether this call wrote it.

        False also when the answer to the first attempt was lost and the second found what the first had
        written: then there is an object, and it is this one.

        Args:
            key: where to.
            body: its bytes.
            media_type: its Content-Type, in printable ASCII like the two that follow.
            cache_control: its Cache-Control; none if empty.
            content_disposition: its Content-Disposition; none if empty.
            metadata: names of ``a-z``, ``0-9`` and ``-``; values in printable ASCII. Azure refuses ``-``.

        Raises:
            ValueError: an attribute or metadata that cannot be sent as a header.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove an object. That there is none is no error."""
        ...

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object below a folder, in no stated order, without bytes and without attributes.

        Args:
            prefix: whole segments, with or without a ``/`` at the end; everything if empty. ``cats`` finds
                ``cats/1.jpg``, but neither ``cats.jpg`` nor an object called ``cats``.
        """
        ...


def open_store(url: str) -> ObjectStore:
    """Open the store that ``url`` names. Nothing is read, written or connected to yet.

    ``memory:``
        A new, empty store that lives as long as the object.
    ``file:///an/absolute/folder`` (percent-encoded), or the path of a folder (as it is)
        Made by the first ``put`` if it is missing. Files only: no Content-Type, no metadata. A name over 250
        bytes or ending in ``#`` and digits is refused, and so are a key that leads out of the folder by way
        of a symbolic link, and one that would need a file to be a folder. Only regular files are objects.
        ``list`` does not look into folders that are symbolic links. A process that dies while it writes may
        leave a ``NAME#1`` behind, which no key can reach. The file system has to know hard links.
    ``s3://bucket/prefix``
        Credentials, region and endpoint are those of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
        AWS_SESSION_TOKEN, AWS_REGION or AWS_DEFAULT_REGION (us-east-1), AWS_ENDPOINT_URL_S3 or
        AWS_ENDPOINT_URL. Without a key: AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, then
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, then the instance's role. AWS_PROFILE and the
        files in ``~/.aws`` are not read. Plain HTTP is allowed when the endpoint says so. The role
        needs ``s3:ListBucket``, or S3 answers 403 for an object that is not there, which is a StorageError.
    ``gs://bucket/prefix``
        GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_SERVICE_ACCOUNT (a file), GOOGLE_SERVICE_ACCOUNT_KEY (JSON), or
        the instance's account.
    ``az://container/prefix``
        AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN,
        AZURE_CLIENT_ID with AZURE_CLIENT_SECRET and AZURE_TENANT_ID, or the managed identity.

    A bucket and a prefix are taken literally: ``%20`` is three characters. ``list`` fails on a bucket that
    holds a key which is refused here, except that it gives a folder marker ``a/`` as ``a``.

    Raises:
        ValueError: ``url`` is none of these, or the environment lacks what its store needs.
    """
    scheme, colon, rest = url.partition(":")
    if not colon:
        return _open_folder(url)
    if scheme == "memory" and not rest:
        from obstore.store import MemoryStore

        return _MemoryStore(MemoryStore())
    if scheme == "file":
        parts = urlsplit(url)
        if parts.netloc in ("", "localhost") and not parts.query and not parts.fragment:
            return _open_folder(unquote(parts.path), absolute=True)
    elif scheme in _OPEN_BUCKET and rest.startswith("//"):
        bucket, _, prefix = rest[2:].partition("/")
        return _open_bucket(scheme, bucket, prefix.removesuffix("/"))
    elif scheme not in {"memory", *_OPEN_BUCKET} and not rest.startswith("//"):
        return _open_folder(url)  # a colon is a character like any other in the name of a folder
    raise ValueError(_EXPECTED)


def _open_folder(path: str, *, absolute: bool = False) -> ObjectStore:
    if not path or (absolute and not path.startswith("/")):
        raise ValueError(_EXPECTED)
    if _UNKEEPABLE.search(path) or not _is_text(path):
        raise ValueError("the path of a folder is UTF-8 without control characters")
    from obstore.store import LocalStore

    return _FolderStore(LocalStore(), Path(path).resolve())


def _open_bucket(scheme: str, bucket: str, prefix: str) -> ObjectStore:
    if not _BUCKET.fullmatch(bucket):
        raise ValueError(f"{scheme}:// is followed by the name of a bucket; {_EXPECTED}")
    if prefix:
        try:
            _check_key(prefix, longest=LONGEST_KEY)
        except InvalidKey as error:
            raise ValueError(f"the prefix of {scheme}:// cannot be used: {error}") from error
    from obstore.exceptions import BaseError

    try:
        backend = _OPEN_BUCKET[scheme](bucket, prefix or None)
    except BaseError as error:
        raise ValueError(
            f"{scheme}: the environment lacks what this store needs, or holds it wrongly"
        ) from error
    return _Store(backend, longest_key=LONGEST_KEY - (len(prefix.encode()) + 1 if prefix else 0))


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


_OPEN_BUCKET: Final = {"s3": _open_s3, "gs": _open_gs, "az": _open_az}


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


class _Store:
    """An obstore store as an :class:`ObjectStore`."""

    def __init__(self, backend: Backend, *, longest_key: int = LONGEST_KEY) -> None:
        self._backend = backend
        self._longest_key = longest_key

    def _locate(self, key: str) -> str:
        """What obstore calls the object of this key."""
        _check_key(key, longest=self._longest_key)
        return key

    def head(self, key: str) -> StoredObject | None:
        location = self._locate(key)
        with _failing("look for"):
            try:
                # obstore's own head() leaves the attributes out.
                result = self._backend.get(location, options={"head": True})
            except FileNotFoundError:
                return None
            return _stored(key, result.meta, result.attributes)

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        location = self._locate(key)
        with _failing("read"):
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
        for _ in range(2):
            if self._create(location, body, attributes):
                return True
            # obstore raises the same error for S3's 412 (it was there) and its 409 (another write or a delete
            # of this key is under way, and who wins is not known), so only a look tells them apart.
            if self.head(key) is not None:
                return False
        raise StorageError("the store is busy with another request for the same object")

    def _create(self, location: str, body: Buffer, attributes: Attributes) -> bool:
        from obstore.exceptions import AlreadyExistsError

        # A memoryview, because obstore takes a str or a Path for the name of a file to send.
        payload = memoryview(body).cast("B")
        with _failing("write"):
            try:
                self._backend.put(location, payload, attributes=attributes or None, mode="create")
            except AlreadyExistsError:
                return False
            return True

    def delete(self, key: str) -> None:
        location = self._locate(key)
        with _failing("delete"):
            try:
                self._backend.delete(location)
            except FileNotFoundError:
                return

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        folder = prefix.removesuffix("/")
        location = self._locate(folder) if prefix else ""
        return self._listing(location)

    def _listing(self, location: str) -> Iterator[StoredObject]:
        with _failing("list"):
            for page in self._backend.list(location or None):
                for meta in page:
                    yield _stored(meta["path"], meta, {})


class _MemoryStore(_Store):
    def _create(self, location: str, body: Buffer, attributes: Attributes) -> bool:
        # obstore keeps a view of the buffer it is given, which would change with it.
        frozen = body if isinstance(body, bytes) else bytes(body)
        return super()._create(location, frozen, attributes)


class _FolderStore(_Store):
    """A folder: obstore reads and writes, this class says which files are objects.

    obstore follows every symbolic link, waits for ever on a FIFO, and cannot list a folder that holds one
    name it does not like. Whether a link leads out is looked up just before the file is opened; who can
    change the folder in between can read it anyway.
    """

    def __init__(self, backend: LocalStore, root: Path) -> None:
        super().__init__(backend)
        self._root = root

    def _locate(self, key: str) -> str:
        # The backend is the whole file system: obstore wants a root that exists, ours may come later.
        return str(self._path(key)).removeprefix("/")

    def _path(self, key: str) -> Path:
        _check_key(key, longest=self._longest_key)
        for name in key.split("/"):
            if len(name.encode()) > LONGEST_NAME:
                raise InvalidKey(f"a name in a folder has at most {LONGEST_NAME} bytes")
        if re.search(r"#[0-9]+\Z", key):
            raise InvalidKey("a name in a folder does not end in # and digits")
        path = self._root / key
        with _failing("look for"):
            if not path.resolve().is_relative_to(self._root):
                raise InvalidKey("the key leads out of the folder")
        return path

    def _is_object(self, key: str) -> bool:
        path = self._path(key)
        with _failing("look for"):
            try:
                return stat.S_ISREG(path.stat().st_mode)
            except (FileNotFoundError, NotADirectoryError):
                return False

    def head(self, key: str) -> StoredObject | None:
        return super().head(key) if self._is_object(key) else None

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        found = super().get(key, max_bytes=max_bytes) if self._is_object(key) else None
        return found and replace(found, media_type=_media_type(found.body))

    def delete(self, key: str) -> None:
        if self._is_object(key):
            super().delete(key)

    def _create(self, location: str, body: Buffer, attributes: Attributes) -> bool:  # noqa: ARG002 - not kept
        path = Path("/", location)
        with _failing("write"):
            if path.is_dir() or any(parent.is_file() for parent in path.parents):
                raise InvalidKey("a folder holds no file and folder of the same name")
        return super()._create(location, body, {})

    def _listing(self, location: str) -> Iterator[StoredObject]:
        with _failing("list"):
            start = Path("/", location) if location else self._root
            for folder, _, names in os.walk(start, onerror=_unless_missing):
                for name in names:
                    try:
                        found = self.head(Path(folder, name).relative_to(self._root).as_posix())
                    except InvalidKey:
                        continue  # no key reaches it, so it is no object
                    if found is not None:
                        yield found


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


@contextmanager
def _failing(action: str) -> Iterator[None]:
    """Turn what obstore and the file system raise into a StorageError that names nothing."""
    from obstore.exceptions import BaseError

    try:
        yield
    except ResizerError:
        raise
    # RuntimeError: NotImplementedError of obstore, and a loop of symbolic links up to Python 3.12.
    except (BaseError, OSError, ValueError, RuntimeError) as error:
        raise StorageError(f"the store failed to {action} an object") from error


def _check_key(key: str, *, longest: int) -> None:
    """Refuse a key that obstore refuses or silently changes: it drops a ``/`` at either end."""
    if not key:
        raise InvalidKey("a key is not empty")
    if not _is_text(key):
        raise InvalidKey("a key is UTF-8")
    if len(key.encode()) > longest:
        raise InvalidKey(f"a key has at most {longest} bytes")
    if _UNKEEPABLE.search(key):
        raise InvalidKey("a key has no control characters")
    segments = key.split("/")
    if "" in segments:
        raise InvalidKey("a key neither begins nor ends with /, and has no // in it")
    if "." in segments or ".." in segments:
        raise InvalidKey("a key has no . or .. segment")


def _is_text(text: str) -> bool:
    """Whether UTF-8 can spell it: a str may hold halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


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
        metadata={name: value for name, value in attributes.items() if name not in _OWN_ATTRIBUTES},
    )


def _media_type(body: bytes | memoryview) -> str:
    try:
        return detect(bytes(body[:HEAD_BYTES])).media_type
    except UnsupportedFormat:
        return ""
