"""The target ``server``: the command ``serve`` in a container, over buckets, as compose.yaml runs it."""

from __future__ import annotations

import http.client
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import resizer_core as core
from tests.container.conftest import Bucket, Built
from tests.container.engine import HARDENED, Engine
from tests.container.running import PATIENCE, free_port
from tests.doubles import picture


@pytest.fixture(scope="module")
def server(build: Callable[..., str]) -> str:
    return build("server", "--target", "server")


@pytest.fixture
def port(
    engine: Engine, server: str, endpoint: str, buckets: tuple[Bucket, Bucket], tmp_path: Path
) -> Iterator[int]:
    """Run a container that nobody can write to, and give its address. SIGTERM ends it with 0."""
    name, port = f"resizer-{uuid.uuid4().hex[:12]}", free_port()
    settings = {
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": "nobody-checks-this",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": endpoint,
        "RESIZER_ORIGINALS": f"s3://{buckets[0].name}",
        "RESIZER_DERIVATIVES": f"s3://{buckets[1].name}",
    }
    words = [
        *(engine.name, "run", "--rm", "--name", name, "--network", "host", *HARDENED),
        *(f"--env={variable}={value}" for variable, value in settings.items()),
        *(server, "--port", str(port)),
    ]
    process = subprocess.Popen(
        words,
        cwd=tmp_path,
        env=engine.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        give_up = time.monotonic() + PATIENCE
        while not answers(port):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < give_up
            time.sleep(0.1)
        yield port
        engine.run("kill", "--signal", "TERM", name)
        assert process.wait(PATIENCE) == 0
    finally:
        if process.poll() is None:
            engine.run("rm", "--force", name)
        process.communicate()


def ask(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def answers(port: int) -> bool:
    try:
        return ask(port, "/healthz") == (200, b"ok\n")
    except OSError:
        return False


def test_it_makes_pictures_of_one_bucket_and_keeps_them_in_another(
    port: int, buckets: tuple[Bucket, Bucket]
) -> None:
    originals, derivatives = buckets
    originals.put("cat.jpg", picture(".jpg"))
    status, body = ask(port, "/30x20_f-webp/cat.jpg")
    assert (status, str(core.detect(body))) == (200, "webp")
    assert derivatives.get("30x20_f-webp/cat.jpg")["Body"] == body


def test_it_shares_the_layers_of_the_function_and_adds_one(engine: Engine, server: str, image: Built) -> None:
    ours, functions = (engine.inspect(name) for name in (server, image.name))
    layers, shared = ours["RootFS"]["Layers"], functions["RootFS"]["Layers"]
    assert layers[: len(shared)] == shared
    assert len(layers) == len(shared) + 1
    assert (ours["Config"]["User"], ours["Config"]["ExposedPorts"]) == ("65534:65534", {"8080/tcp": {}})
