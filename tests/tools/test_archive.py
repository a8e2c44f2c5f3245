"""``push.archive``: the one image in what an engine wrote, and what it is called."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from push.archive import WrongArchive, content, opened

from tests.archives import DOCKER_LIST, SHAPES, Image, Layout, attested, digest, podman, tar, write

ROOT = Path(__file__).parents[2]
IMAGE = Image()


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_each_shape_holds_the_same_image(tmp_path: Path, shape: Callable[[Image], bytes]) -> None:
    with opened(write(tmp_path / "image.tar", shape(IMAGE))) as archive:
        assert archive.config == digest(IMAGE.configuration)
        assert len(archive.layers) == 2
        assert content(archive)[0] == named(tmp_path, IMAGE)


def two_platforms() -> bytes:
    layout = Layout()
    entries = [
        layout.manifest(replace(IMAGE, mtime=number), platform={"os": "linux", "architecture": architecture})
        for number, architecture in enumerate(("amd64", "arm64"))
    ]
    return layout.done(layout.blob(layout.index(*entries, kind=DOCKER_LIST), DOCKER_LIST))


def only_notes() -> bytes:
    layout = Layout()
    return layout.done(layout.attestation({"digest": "sha256:1a"}))


def zstd() -> bytes:
    layout = Layout()
    layer = layout.blob(b"\x28\xb5\x2f\xfd and so on", "application/vnd.oci.image.layer.v1.tar+zstd")
    config = layout.blob(IMAGE.configuration, "application/vnd.oci.image.config.v1+json")
    return layout.done(layout.blob(json.dumps({"config": config, "layers": [layer]}).encode(), "a manifest"))


def without_a_blob() -> bytes:
    layout = Layout()
    return tar({"index.json": layout.index(layout.manifest(IMAGE))})


WRONG = {
    "two-platforms": (
        two_platforms(),
        "expected an archive of one image, it holds 2: linux/amd64, linux/arm64",
    ),
    "only-notes": (only_notes(), "expected an archive of one image, it holds 0: nothing"),
    "two-images": (tar({"manifest.json": b"[{}, {}]"}), "expected an archive of one image, it holds 2"),
    "zstd": (zstd(), "expected layers that are plain or packed with gzip, got zstd"),
    "a-blob-is-missing": (without_a_blob(), "is damaged or none: .*blobs/sha256/"),
    "no-image": (tar({"a": b"file"}), "expected index.json or manifest.json in the archive"),
    "no-archive": (b"a text", "expected the archive of an image, .* is damaged or none"),
    "no-json": (tar({"index.json": b"{"}), "expected the archive of an image, .* is damaged or none"),
}


@pytest.mark.parametrize(("data", "said"), WRONG.values(), ids=WRONG)
def test_what_is_not_one_image_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = write(tmp_path / "image.tar", data)
    with pytest.raises(WrongArchive, match=said), opened(path):
        pass


def named(tmp_path: Path, image: Image) -> str:
    with opened(write(tmp_path / "named.tar", podman(image))) as archive:
        return content(archive)[0]


SAME = {
    "other-times": replace(IMAGE, mtime=1_700_000_000),
    "a-label": replace(IMAGE, config={**IMAGE.config, "Labels": {"by": "somebody"}}),
    "another-history": replace(IMAGE, more={**IMAGE.more, "history": [{"created_by": "RUN"}]}),
    "another-order": replace(IMAGE, config={**IMAGE.config, "Env": ["B=2", "A=1"]}),
    "cut-into-other-layers": replace(IMAGE, layers=({**IMAGE.layers[0], **IMAGE.layers[1]},)),
    "hidden-below": replace(IMAGE, layers=({"etc/os": (0o600, b"older")}, *IMAGE.layers)),
    "taken-away-again": replace(
        IMAGE, layers=({"tmp/a": (0o644, b"a")}, {"tmp/.wh.a": (0o644, b"")}, *IMAGE.layers)
    ),
    "taken-away-with-its-folder": replace(
        IMAGE, layers=({"tmp/a": (0o644, b"a")}, {"tmp/.wh..wh..opq": (0o644, b"")}, *IMAGE.layers)
    ),
}


@pytest.mark.parametrize("image", SAME.values(), ids=SAME)
def test_what_does_the_same_has_the_same_name(tmp_path: Path, image: Image) -> None:
    assert named(tmp_path, image) == named(tmp_path, IMAGE)


OTHER = {
    "bytes": replace(IMAGE, layers=(IMAGE.layers[0], {"var/task/handler.py": (0o644, b"another")})),
    "a-mode": replace(IMAGE, layers=(IMAGE.layers[0], {"var/task/handler.py": (0o755, b"handler = print")})),
    "a-name": replace(IMAGE, layers=(IMAGE.layers[0], {"var/task/other.py": (0o644, b"handler = print")})),
    "a-file-less": replace(IMAGE, layers=(*IMAGE.layers, {"etc/.wh.os": (0o644, b"")})),
    "a-variable": replace(IMAGE, config={**IMAGE.config, "Env": ["A=1", "B=3"]}),
    "the-command": replace(IMAGE, config={**IMAGE.config, "Cmd": ["another"]}),
    "the-user": replace(IMAGE, config={**IMAGE.config, "User": "0"}),
    "the-machine": replace(IMAGE, more={"architecture": "amd64", "os": "linux"}),
}


@pytest.mark.parametrize("image", OTHER.values(), ids=OTHER)
def test_what_does_something_else_has_another_name(tmp_path: Path, image: Image) -> None:
    assert named(tmp_path, image) != named(tmp_path, IMAGE)


def describe(path: Path) -> subprocess.CompletedProcess[str]:
    """Call it as ``tools/image`` does."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "terraform" / "modules" / "registry")}
    command = [sys.executable, "-B", "-m", "push.archive", str(path)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_record_is_printed_and_the_layers_beside_it(tmp_path: Path) -> None:
    history = [
        {"created_by": "ADD base"},
        {"created_by": "ENV", "empty_layer": True},
        {"created_by": "COPY code"},
    ]
    image = replace(IMAGE, more={**IMAGE.more, "history": history})
    done = describe(write(tmp_path / "image.tar", attested(image)))
    assert json.loads(done.stdout) == {
        "content": named(tmp_path, image),
        "config": digest(image.configuration),
        "architecture": "arm64",
    }
    assert [line.split("  ")[-1] for line in done.stderr.splitlines()] == [
        "COPY code",
        "ADD base",
        "unpacked, with its base",
    ]


def test_a_wrong_archive_is_one_line(tmp_path: Path) -> None:
    done = describe(write(tmp_path / "image.tar", two_platforms()))
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch("image: expected an archive of one image, [^\n]*\n", done.stderr)
