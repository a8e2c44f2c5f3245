"""Build the image once from this checkout, and run an S3 for it."""

from __future__ import annotations

import os
import platform
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.container.base import CannotMakeBase, find_or_make
from tests.container.engine import Engine, find_engine, trusted_certificates
from tests.container.running import Running

ROOT = Path(__file__).parents[2]
ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
BASE_URL = "https://img.test"
SECRET = "0123456789abcdef0123456789abcdef"
REVISION = "0123456789abcdef0123456789abcdef01234567"
SOURCE = "https://git.test/resizer"

_sizes = pytest.StashKey[list[str]]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Describe the image, and the secrets that must not be in it.

    Attributes:
        name: its name, with the tag.
        base: the name of its base image.
        record: the record of the build that ``tools/image`` wrote.
        secrets: secrets that were in the environment and in the build's secret during the build.
    """

    name: str
    base: str
    record: Path
    secrets: tuple[str, ...]


@pytest.fixture(scope="session")
def cache() -> Path:
    """Find the folder that keeps the base from one run to the next."""
    folder = os.environ.get("RESIZER_IMAGE_CACHE") or Path.home() / ".cache" / "resizer-image"
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture(scope="session")
def engine(cache: Path) -> Engine:
    found = find_engine(cache)
    if found is None:
        pytest.skip("neither docker nor podman can run a container here")
    return found


@pytest.fixture(scope="session")
def base(engine: Engine, cache: Path) -> str:
    """Find or make the base image, and give its name."""
    try:
        return find_or_make(engine, cache)
    except CannotMakeBase as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Write a bundle to trust during the build, with a line that must not be in the image. Give both."""
    line = f"# {secrets.token_hex(16)}"
    trusted = trusted_certificates()
    path = tmp_path_factory.mktemp("certificates") / "ca.pem"
    path.write_text(f"{trusted.read_text(encoding='utf-8') if trusted else ''}\n{line}\n", encoding="utf-8")
    return path, line


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder for the record of each build, by its tag. The checkout keeps its own record."""
    return tmp_path_factory.mktemp("records")


@pytest.fixture(scope="session")
def build(
    engine: Engine, base: str, certificates: tuple[Path, str], records: Path
) -> Iterator[Callable[..., str]]:
    """Give a function that builds with ``tools/image`` for this machine.

    It takes a tag, and returns the name of the image.
    """
    repository = f"localhost/resizer-test-{secrets.token_hex(4)}"
    names = set()

    def call(tag: str, *options: str, checkout: Path = ROOT, **environment: str) -> str:
        stated = ("--build-arg", f"REVISION={REVISION}", "--build-arg", f"SOURCE={SOURCE}")
        name = f"{repository}:{tag}"
        settings = {
            "PLATFORM": f"linux/{ARCHITECTURE}",
            "BASE": base,
            "IMAGE": name,
            "RECORD": str(records / f"{tag}.json"),
            "PIP_CERT": str(certificates[0]),
        }
        engine.build(checkout, *stated, *options, **{**settings, **environment})
        names.add(name)
        return name

    yield call
    if names:
        engine.forget(*names)


@pytest.fixture(scope="session")
def image(build: Callable[..., str], base: str, certificates: tuple[Path, str], records: Path) -> Built:
    key = secrets.token_hex(16)
    name = build("latest", AWS_SECRET_ACCESS_KEY=key)
    record = records / "latest.json"
    return Built(name=name, base=base, record=record, secrets=(key, certificates[1]))


@pytest.fixture(scope="session")
def emulator() -> Path:
    command = [str(ROOT / "tools" / "emulator"), sys.executable]
    return Path(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip())


@dataclass(frozen=True, slots=True)
class Bucket:
    """Read and write one bucket with boto3."""

    client: Any
    name: str

    def put(self, key: str, body: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=body)

    def get(self, key: str) -> dict[str, Any]:
        """Read an object's attributes, with its bytes as ``Body``."""
        found: dict[str, Any] = self.client.get_object(Bucket=self.name, Key=key)
        with found["Body"] as stream:
            return {**found, "Body": stream.read()}

    def stored(self) -> set[str]:
        """List the keys of all objects."""
        listed = self.client.list_objects_v2(Bucket=self.name)
        return {found["Key"] for found in listed.get("Contents", [])}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def buckets(endpoint: str) -> Iterator[tuple[Bucket, Bucket]]:
    """Make a bucket for originals and one for derivatives, both empty."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="nobody-checks-this",
    )
    names = [f"{kind}-{secrets.token_hex(4)}" for kind in ("originals", "derivatives")]
    for name in names:
        client.create_bucket(Bucket=name)
    originals, derivatives = (Bucket(client, name) for name in names)
    yield originals, derivatives
    client.close()


@pytest.fixture(scope="module")
def start(
    engine: Engine,
    image: Built,
    emulator: Path,
    endpoint: str,
    buckets: tuple[Bucket, Bucket],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Running]]:
    """Give a function that starts the image over the two buckets.

    ``settings`` become variables of its environment. All other arguments go to `Running`.
    """
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": "nobody-checks-this",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": endpoint,
        "RESIZER_ORIGINALS": f"s3://{buckets[0].name}",
        "RESIZER_DERIVATIVES": f"s3://{buckets[1].name}",
        "RESIZER_BASE_URL": BASE_URL,
        "RESIZER_ORIGIN_SECRETS": SECRET,
    }
    with ExitStack() as stack:

        def call(*, settings: dict[str, str] | None = None, **options: Any) -> Running:
            log = tmp_path_factory.mktemp("container") / "log"
            return stack.enter_context(
                Running(
                    engine,
                    image.name,
                    emulator=emulator,
                    log=log,
                    environment={**environment, **(settings or {})},
                    **options,
                )
            )

        yield call


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Give a function that takes a line for the end of the run. There it shows even if all tests pass."""
    lines = request.config.stash.setdefault(_sizes, [])
    return lines.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(_sizes, [])
    if lines:
        terminalreporter.section("the image")
        for line in lines:
            terminalreporter.write_line(line)
