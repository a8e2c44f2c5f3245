"""s3rver: S3's website endpoint on a loopback port. Nobody here wrote it.

It knows buckets, objects and website configurations; policies it does not know, and a redirect has its key
unencoded in ``Location``.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3

from local_loop.http import Request, Response
from tests.terraform.loopback import ask

SCRIPT = Path(__file__).parent / "node" / "node_modules" / "s3rver" / "bin" / "s3rver.js"
_LISTENS = re.compile(r"listening on 127\.0\.0\.1:(\d+)")


class S3rver:
    """Run a server without buckets until the ``with`` block ends. It keeps objects in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [
                "node",
                str(SCRIPT),
                "--directory",
                str(self._folder),
                "--address",
                "127.0.0.1",
                "--port",
                "0",
                "--silent",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if found := _LISTENS.search(line):
                self._port = int(found[1])
                return self
        self.__exit__(None, None, None)
        raise AssertionError(f"s3rver does not listen:\n{said}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    def serve(self, bucket: str, website: Mapping[str, Any]) -> None:
        """Make a bucket with a website, from the answer of GetBucketWebsite elsewhere."""
        self._bucket = bucket
        described = {name: value for name, value in website.items() if name != "ResponseMetadata"}
        with closing(self._client()) as client:
            client.create_bucket(Bucket=bucket)
            client.put_bucket_website(Bucket=bucket, WebsiteConfiguration=described)

    def put(self, key: str, body: bytes) -> None:
        """Put an object into the served bucket."""
        with closing(self._client()) as client:
            client.put_object(Bucket=self._bucket, Key=key, Body=body)

    def _client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self._port}",
            region_name="us-east-1",
            aws_access_key_id="S3RVER",
            aws_secret_access_key="S3RVER",
        )

    def website(self, request: Request) -> Response:
        """Ask the website of the served bucket, whatever host the request names."""
        return ask(
            self._port, request, headers={"host": f"{self._bucket}.s3-website-us-east-1.amazonaws.com"}
        )
