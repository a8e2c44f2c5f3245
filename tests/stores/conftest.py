"""Run an S3 for the tests: moto over real HTTP, or a server with a script. Set the environment for both."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from resizer_core.stores.contract import ObjectStore
from resizer_core.stores.opening import open_store
from tests.stores.scripted import ScriptedS3

BUCKET = "pictures"


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Remove all variables that a client of a cloud reads."""
    for name in os.environ:
        if name.startswith(("AWS_", "GOOGLE_", "AZURE_")):
            monkeypatch.delenv(name)
    # No client may look for credentials at the address of an instance's metadata.
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", "http://127.0.0.1:9")
    return monkeypatch


@pytest.fixture
def aws_environment(bare_environment: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Set credentials and a region, but no endpoint."""
    bare_environment.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    bare_environment.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-that-nobody-prints")
    bare_environment.setenv("AWS_REGION", "eu-west-1")
    return bare_environment


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(moto_endpoint: str, aws_environment: pytest.MonkeyPatch) -> Iterator[Any]:
    """Make a bucket called ``pictures``, and give boto3's client. open_store finds it by the environment."""
    aws_environment.setenv("AWS_ENDPOINT_URL_S3", moto_endpoint)
    client = boto3.client("s3", region_name="eu-west-1")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield client
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])
    client.delete_bucket(Bucket=BUCKET)
    client.close()


@pytest.fixture
def server() -> Iterator[ScriptedS3]:
    with ScriptedS3() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def scripted(server: ScriptedS3, aws_environment: pytest.MonkeyPatch) -> ObjectStore:
    aws_environment.setenv("AWS_ENDPOINT_URL_S3", server.url)
    return open_store("s3://secret-bucket/secret-prefix")
