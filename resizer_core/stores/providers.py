"""Open buckets of S3, Google and Azure, with settings from the URL and from the environment."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from resizer_core.errors import InvalidKey
from resizer_core.stores.bucket import ObstoreStore
from resizer_core.stores.contract import EXPECTED_URL, LONGEST_KEY, ObjectStore, check_key

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

    from resizer_core.stores.bucket import Backend

#: A viewer waits. One attempt takes at most this long, with its body. No attempt starts later than this after
#: the first. So an attempt that times out is not repeated, and one that fails at once is. The Deadline of a
#: request says how long the whole request waits.
_REQUEST_TIME: Final = timedelta(seconds=10)
_CONNECT_TIME: Final = timedelta(seconds=2)
_RETRIES: Final = 2

_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_REGION: Final = re.compile(r"[a-z0-9-]+")


def open_bucket(scheme: str, address: str) -> ObjectStore:
    """Open the part of a bucket below a prefix.

    Args:
        scheme: one of ``SCHEMES``.
        address: the URL after ``//``: the name of the bucket, and maybe a prefix, and a region of S3.

    Raises:
        ValueError: a part of the URL cannot be used, or the environment lacks a variable for the store.
    """
    place, question, query = address.partition("?")
    bucket, _, prefix = place.partition("/")
    prefix = prefix.removesuffix("/")
    name, _, region = query.partition("=")
    if question and (scheme != "s3" or name != "region" or not _REGION.fullmatch(region)):
        raise ValueError("expected only the region of a bucket of S3 behind ?, such as ?region=eu-west-1")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError(f"{scheme}:// is followed by the name of a bucket; {EXPECTED_URL}")
    if prefix:
        try:
            check_key(prefix, longest=LONGEST_KEY)
        except InvalidKey as error:
            raise ValueError(f"the prefix of {scheme}:// cannot be used: {error}") from error
    from obstore.exceptions import BaseError

    try:
        backend = SCHEMES[scheme](bucket, prefix or None, region)
    except BaseError as error:
        raise ValueError(f"{scheme}: a variable that this store needs is missing or wrong") from error
    return ObstoreStore(backend, longest_key=LONGEST_KEY - (len(prefix.encode()) + 1 if prefix else 0))


def _open_s3(bucket: str, prefix: str | None, region: str) -> Backend:
    from obstore.store import S3Store

    # A plain DELETE is enough for one object, and every server with an API like S3's knows it.
    config: S3Config = {"disable_bulk_delete": True}
    if region:
        config["region"] = region
    client = _client()
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        config["aws_endpoint_url_s3"] = endpoint
        # Path style is obstore's default, but AWS_VIRTUAL_HOSTED_STYLE_REQUEST could change it. An emulator
        # or a private server seldom has a host name for each bucket.
        config["virtual_hosted_style_request"] = False
        client["allow_http"] = endpoint.startswith("http://")
    return S3Store(bucket, prefix=prefix, config=config, client_options=client, retry_config=_retries())


def _open_gs(bucket: str, prefix: str | None, _region: str) -> Backend:
    from obstore.store import GCSStore

    return GCSStore(bucket, prefix=prefix, client_options=_client(), retry_config=_retries())


def _open_az(bucket: str, prefix: str | None, _region: str) -> Backend:
    from obstore.store import AzureStore

    return AzureStore(bucket, prefix=prefix, client_options=_client(), retry_config=_retries())


#: The functions that open a bucket, by the scheme of its URL.
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
