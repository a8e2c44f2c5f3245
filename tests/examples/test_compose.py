"""compose.yaml and nginx' configuration beside it: what they name exists, and what they say works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

import resizer_core as core
from resizer_core.serving.service import service_from_environment
from tests.cli.server import Server, ask, is_refused, serving
from tests.cli.test_warm_ends import wait_until
from tests.container.running import free_port
from tests.doubles import picture

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "examples" / "compose" / "nginx.conf"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_every_file_and_volume_that_it_mounts_is_there() -> None:
    sources = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])]
    files = [source for source in sources if source.startswith(".")]
    assert files == ["./examples/compose/nginx.conf"]
    assert all((ROOT / file).is_file() for file in files)
    assert set(sources) - set(files) == COMPOSE["volumes"].keys()


def test_every_service_that_one_waits_for_is_there_and_tells_what_is_waited_for() -> None:
    for service in SERVICES.values():
        for name, wanted in service.get("depends_on", {}).items():
            known = SERVICES[name]
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in known or "target" in known["build"]
            else:
                assert "restart" not in known  # it ends


def test_it_builds_the_target_of_the_dockerfile_that_listens_where_the_caches_ask() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    target = dockerfile.partition(f" AS {SERVICES['resizer']['build']['target']}\n")[2].partition("\nFROM ")[
        0
    ]
    exposed = re.findall(r"^EXPOSE (\d+)$", target, re.MULTILINE)
    configured = CONFIGURATION.read_text()
    assert re.findall(r"^ *server (\w+):(\d+) ", configured, re.MULTILINE) == [("resizer", *exposed)]
    varnish = (ROOT / "examples" / "compose" / "varnish.vcl").read_text()
    assert re.findall(r'^    \.(?:host|port) = "(\w+)";$', varnish, re.MULTILINE) == ["resizer", *exposed]
    (published,) = SERVICES["cache"]["ports"]
    assert published.rpartition(":")[2] == re.findall(r"listen (\d+);", configured)[0]
    assert "HEALTHCHECK" in target


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Give the environment of the service ``resizer``, and make its buckets in moto instead of MinIO."""
    said = {**SERVICES["resizer"]["environment"], "AWS_SECRET_ACCESS_KEY": "a-password"}
    assert said["AWS_ENDPOINT_URL_S3"] == "http://minio:9000"
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    said["AWS_ENDPOINT_URL_S3"] = f"http://{host}:{port}"
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    (script,) = SERVICES["buckets"]["command"]
    for bucket in re.findall(r"s3/(\w+)", script):
        client.create_bucket(Bucket=bucket)
    client.put_object(Bucket="originals", Key="cat.jpg", Body=picture())
    yield said
    client.close()
    s3_backends.reset()  # all servers of a process share their buckets
    server.stop()


def test_its_settings_are_right_and_its_stores_hold_what_is_made(environment: dict[str, str]) -> None:
    service = service_from_environment(environment)
    answer = service.answer("GET", "/30x20_f-webp/cat.jpg", {})
    assert (int(answer.status), str(core.detect(answer.body))) == (200, "webp")
    kept = core.open_store(environment["RESIZER_DERIVATIVES"]).get("30x20_f-webp/cat.jpg")
    assert kept
    assert bytes(kept.body) == answer.body


# nginx before the command, as the two containers of these names are


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("serve")) as running:
        yield running


@pytest.fixture(scope="module")
def port(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run nginx, and give its port."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    text = CONFIGURATION.read_text()
    for said, here in (
        ("server resizer:8080", f"server 127.0.0.1:{server.port}"),
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("/var/cache/nginx/pictures", f"{folder}/pictures"),
        ("/tmp/nginx.pid", f"{folder}/pid"),  # noqa: S108  the container's
    ):
        assert text.count(said) == 1
        text = text.replace(said, here)
    (folder / "nginx.conf").write_text(text)
    process = subprocess.Popen(
        [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off; user root;"]
    )
    try:
        wait_until(lambda: process.poll() is not None or not is_refused(port))
        yield port
    finally:
        process.terminate()
        process.wait()


def kept(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Ask nginx; returns the status, and what it says of its cache: HIT, MISS ..."""
    status, answered, _ = ask(port, path, **headers)
    return status, answered.get("x-cache", "")


def test_nginx_keeps_a_picture_and_a_query_is_no_way_round(port: int) -> None:
    assert kept(port, "/30x20/cat.jpg") == (200, "MISS")
    assert kept(port, "/30x20/cat.jpg") == (200, "HIT")
    assert kept(port, "/30x20/cat.jpg?again=1") == (200, "HIT")
    etag = ask(port, "/30x20/cat.jpg")[1]["etag"]
    assert kept(port, "/30x20/cat.jpg", If_None_Match=etag) == (304, "HIT")
    assert kept(port, "/30x20/none.jpg") == (404, "MISS")
    assert kept(port, "/30x20/none.jpg") == (404, "HIT")


def test_nginx_keeps_what_each_browser_takes(port: int) -> None:
    accepted = {"image/avif": "image/avif", "image/webp": "image/webp", "*/*": "image/jpeg"}
    for cached in ("MISS", "HIT"):
        for accept, media_type in accepted.items():
            status, headers, _ = ask(port, "/30x20_f-auto/cat.jpg", Accept=accept)
            assert (status, headers["content-type"], headers["x-cache"]) == (200, media_type, cached)


def test_nginx_answers_a_range_of_what_it_has_and_has_not(port: int) -> None:
    for cached in ("MISS", "HIT"):
        status, headers, body = ask(port, "/31x20/cat.jpg", Range="bytes=0-9")
        assert (status, len(body), headers["x-cache"]) == (206, 10, cached)


def test_nginx_lets_nobody_see_the_metrics_and_renews_when_it_is_told(port: int) -> None:
    assert kept(port, "/metrics") == (404, "")
    ask(port, "/32x20/cat.jpg")
    assert kept(port, "/32x20/cat.jpg", X_Renew="1") == (200, "BYPASS")


def test_what_many_miss_at_once_is_made_once(port: int, server: Server) -> None:
    with ThreadPoolExecutor(8) as viewers:
        answers = list(viewers.map(lambda _: ask(port, "/30x20/slow.jpg"), range(8)))
    assert {status for status, _, _ in answers} == {200}
    assert [line["outcome"] for line in server.lines() if line.get("key") == "slow.jpg"].count("made") == 1
