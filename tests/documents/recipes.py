"""Run the commands of the pages that no other test runs, as they are printed, far from the checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import boto3
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

import resizer_core as core
from tests.cli.command import put
from tests.cli.test_warm_ends import wait_until
from tests.doubles import picture
from tests.library.recipes import CAT, ROOT, Folder, block

BASE: Final = "https://img.example.com"
#: The command at a port that the system chooses: a test cannot know that 8080 is free.
SERVES: Final = '#!/bin/sh\nexec "{python}" -m resizer_core "$@" --port 0\n'
#: What a shell knows in a virtual environment.
PYTHON: Final = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'


@contextmanager
def serving(script: str, folder: Folder, listens: str, **variables: str) -> Iterator[str]:
    """Run a script that ends with a server, and give the address that it prints after ``listens``."""
    environment = {**folder.environment, **variables}
    log = folder.path / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            ["sh", "-euc", script],
            cwd=folder.path,
            env=environment,
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    try:
        wait_until(lambda: process.poll() is not None or listens in log.read_text())
        found = re.search(rf"{listens} (http://127\.0\.0\.1:\d+)", log.read_text())
        assert found, log.read_text()
        yield found[1]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


@contextmanager
def s3(*buckets: str) -> Iterator[str]:
    """Emulate S3 with these buckets; each has cat.jpg."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="resizer",
        aws_secret_access_key="...",
    )
    for bucket in buckets:
        client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=buckets[0], Key="cat.jpg", Body=picture())
    yield f"http://{host}:{port}"
    client.close()
    s3_backends.reset()  # all servers of a process share their buckets
    server.stop()


def photos(folder: Folder) -> None:
    (folder.path / "photos").mkdir()
    shutil.copy(CAT, folder.path / "photos")


def at(address: str, script: str) -> str:
    """Put the address of this server in the place of the one that is printed."""
    assert "http://127.0.0.1:8080" in script
    return script.replace("http://127.0.0.1:8080", address)


def by_the_loop(script: str, folder: Folder) -> None:
    loop = f'"{sys.executable}" -m local_loop --port 0 --derivatives memory:'
    said = re.findall(r"prints `(200 .*?)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(said) == 2
    with serving(f"exec {loop}", folder, "The loop is at") as address:
        assert [folder.run("sh", "-euc", at(address, script)).strip() for _ in said] == said
    assert str(core.detect((folder.path / "out.webp").read_bytes())) == "webp"


def serves(script: str, folder: Folder) -> None:
    """Run each line by itself, because none of them ends."""
    photos(folder)
    folder.command("resizer", SERVES.format(python=sys.executable))
    for line in script.splitlines():
        with serving(f"exec {line}", folder, "serving at") as address:
            folder.run("curl", "--fail", "-o", "a.jpg", f"{address}/30x20/cat.jpg")
    assert (folder.path / "made" / "30x20" / "cat.jpg").is_file()


def asks_a_server_and_purges(script: str, folder: Folder) -> None:
    photos(folder)
    asks, purges = script.splitlines()
    server = f'exec "{sys.executable}" -m resizer_core serve --port 0 --originals photos --derivatives made'
    with serving(server, folder, "serving at") as address:
        folder.run("sh", "-euc", at(address, asks))
        assert core.plan_for((folder.path / "cat.webp").read_bytes(), "orig").size == core.Size(300, 200)
        assert list((folder.path / "made").rglob("cat.jpg"))
        folder.run("sh", "-euc", purges)
        assert not list((folder.path / "made").rglob("cat.jpg"))


def serves_buckets(script: str, folder: Folder) -> None:
    folder.command("resizer", SERVES.format(python=sys.executable))
    with s3("originals", "derivatives") as endpoint:
        assert "http://127.0.0.1:9000" in script
        there = script.replace("http://127.0.0.1:9000", endpoint)
        with serving(there, folder, "serving at") as address:
            folder.run("curl", "--fail", "-o", "a.jpg", f"{address}/30x20/cat.jpg")


def warms_buckets(script: str, folder: Folder) -> None:
    with s3("pictures", "derivatives") as endpoint:
        credentials = {
            "AWS_ACCESS_KEY_ID": "resizer",
            "AWS_SECRET_ACCESS_KEY": "...",
            "AWS_REGION": "us-east-1",
        }
        presets = {"RESIZER_PRESETS": '{"thumb": "30x20"}'}
        folder.run("sh", "-euc", script, **credentials, **presets, AWS_ENDPOINT_URL_S3=endpoint)
    assert (folder.path / "failed.jsonl").read_text() == ""
    assert len((folder.path / "done").read_text().splitlines()) > 1


def warms_folders(script: str, folder: Folder) -> None:
    photos(folder)
    (folder.path / "keys").write_text("cat.jpg\n")
    folder.run("sh", "-euc", script)
    assert (folder.path / "small" / "720x_f-avif" / "cat.jpg").is_file()


def looks_after_derivatives(script: str, folder: Folder) -> None:
    put(folder.path / "originals", "photos/cat.jpg", "photos/2026/a.jpg")
    stores = [str(folder.path / name) for name in ("originals", "derivatives")]
    core.Resizer(*map(core.open_store, stores)).produce("/30x20/photos/cat.jpg")
    variables = dict(zip(("RESIZER_ORIGINALS", "RESIZER_DERIVATIVES"), stores, strict=True))
    everything, below, as_json, purge, *_ = [
        folder.run("sh", "-euc", line, **variables) for line in script.splitlines()
    ]
    assert everything == "0 of 1 derivatives are not right\n"
    assert below == "0 of 0 derivatives are not right\n"
    assert as_json == ""
    assert "1 derivative" in purge
    assert not list((folder.path / "derivatives").rglob("cat.jpg"))


def checks_settings(script: str, folder: Folder) -> None:
    folder.command("python", PYTHON)
    given = {"RESIZER_ORIGINALS": "o", "RESIZER_DERIVATIVES": "d", "RESIZER_BASE_URL": BASE}
    assert folder.run("sh", "-euc", script, **given) == ""
    wrong = subprocess.run(
        ["sh", "-euc", script],
        cwd=folder.path,
        env={**folder.environment, **given, "RESIZER_BASE_URL": "img"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert wrong.stderr.splitlines()[-1] + "\n" == block("docs/operating.md", "ValueError: RESIZER_BASE_URL")


def writes_the_log(script: str, folder: Folder) -> None:
    folder.command("python", PYTHON)
    shutil.copytree(ROOT / "examples" / "originals", folder.path / "examples" / "originals")
    assert "/tmp/made" in script  # noqa: S108  the page's
    line = json.loads(folder.run("sh", "-euc", script.replace("/tmp/made", str(folder.path / "made"))))  # noqa: S108
    shown = json.loads(block("docs/operating.md", '{"level": "INFO"').splitlines()[0])
    assert set(line) - {"_aws"} == set(shown)
    same = [name for name in shown if not name.endswith("_ms") and name != "bytes_out"]
    assert [line[name] for name in same] == [shown[name] for name in same]


def tells_figures(script: str, folder: Folder) -> None:
    (folder.path / ".venv" / "bin").mkdir(parents=True)
    (folder.path / ".venv" / "bin" / "python").symlink_to(folder.commands / "python")
    folder.command("python", PYTHON)
    for line in script.splitlines():
        assert re.search(r"\d", folder.run("sh", "-euc", line))


def prints_a_page(framework: str) -> Callable[[str, Folder], None]:
    def prints(script: str, folder: Folder) -> None:
        folder.command("python", PYTHON)
        shutil.copytree(ROOT / "examples" / framework, folder.path, dirs_exist_ok=True)
        folder.run("sh", "-euc", script)
        assert "<picture>" in (folder.path / "page.out.html").read_text(encoding="utf-8")

    return prints


def by_node(script: str, folder: Folder) -> None:
    shutil.copytree(ROOT / "javascript", folder.path / "node_modules" / "resizer-html")
    (folder.path / "page.mjs").write_text(script, encoding="utf-8")
    assert folder.run("node", "page.mjs") == ""


def tells_errors(script: str, folder: Folder) -> None:
    cat = "from pathlib import Path; data = Path('cat.jpg').read_bytes()"
    assert folder.python(cat, "spec = '30x_blr-2'", script).endswith(" blr-2\n")
    assert folder.python(cat, "spec = '30x'", "data = data[:-3000]", script) == ""
    assert folder.python(cat, "spec = '30x'", "data = b'none'", script).startswith("the original is not")


#: The page, how each command begins, in its order, and what runs them as one script.
RECIPES: Final[list[tuple[str, tuple[str, ...], Callable[[str, Folder], None]]]] = [
    ("README.md", ("curl -sL -o out.webp",), by_the_loop),
    ("README.md", ("resizer serve",), serves),
    ("docs/server.md", ("resizer serve --originals photos",), serves),
    ("docs/server.md", ("curl -o cat.webp", "resizer purge"), asks_a_server_and_purges),
    ("docs/server.md", ("resizer serve --originals s3:",), serves_buckets),
    ("docs/warm.md", ("resizer warm 720x_f-avif p-thumb",), warms_buckets),
    ("docs/warm.md", ("resizer warm 720x_f-avif --originals",), warms_folders),
    ("docs/freshness.md", ("resizer verify", "resizer purge"), looks_after_derivatives),
    ("docs/operating.md", ("python -c 'import os",), checks_settings),
    ("docs/operating.md", ("python -c 'import handler;",), writes_the_log),
    ("docs/cost.md", (".venv/bin/python -m tools.cost",), tells_figures),
    ("docs/scale.md", (".venv/bin/python -m tools.scale",), tells_figures),
    ("docs/errors.md", ("from resizer_core import CorruptImage",), tells_errors),
    ("examples/django_page/README.md", ("python page.py",), prints_a_page("django_page")),
    ("examples/jinja_page/README.md", ("python page.py",), prints_a_page("jinja_page")),
    ("javascript/README.md", ("import { picture, url }",), by_node),
]
