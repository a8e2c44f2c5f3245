"""What is in the image, and what is not."""

from __future__ import annotations

import fnmatch
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import resizer_core
from tests.container.archive import Archive, Layer, save
from tests.container.conftest import REVISION, ROOT, SOURCE, Built
from tests.container.engine import Engine, EngineError

#: Compressed, and all of ours: what each deployment pushes and a worker that has the base fetches.
LARGEST = 32_000_000

#: How the paths of the code of this checkout begin.
OWN = tuple(
    f"var/task/{name}"
    for name in ("__pycache__/", "batch/", "freshness/", "function/", "handler.py", "resizer_core/", "warm/")
)

#: Patterns of paths.
NEVER = {
    "services of AWS that are not called": "/var/task/botocore/data/ec2/*",
    "former versions of those that are": "/var/task/botocore/data/cloudfront/2014*",
    "cffi's compiler": "*/cffi/*",
    "the parser of C": "*/pycparser/*",
    "an installer": "*/pip/*",
    "what builds packages": "*/setuptools/*",
    "tests": "*/tests/*",
    "declarations of types": "*.pyi",
    "the command": "*/resizer_core/cli/*",
    "the markup of pages": "*/resizer_core/markup/*",
    "the conformance suite": "*/resizer_core/testing.py",
    "the local loop": "*/local_loop/*",
    "the examples": "*/examples/*",
    "a version control": "*/.git*",
}


@pytest.fixture(scope="module")
def archive(engine: Engine, image: Built, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return save(engine, image.name, tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def own_layers(archive: Archive, engine: Engine, image: Built) -> tuple[Layer, ...]:
    """Those that the Dockerfile puts on the base."""
    own = archive.layers[len(engine.inspect(image.base)["RootFS"]["Layers"]) :]
    assert own
    return own


def test_our_layers_are_small(
    archive: Archive, own_layers: tuple[Layer, ...], report: Callable[[str], None]
) -> None:
    megabytes = [(layer.compressed / 1e6, len(layer) / 1e6) for layer in own_layers]
    total = sum(len(layer) for layer in archive.layers) / 1e6
    report(f"{total:.1f} MB unpacked, with its base")
    for compressed, unpacked in megabytes:
        report(f"a layer of ours: {compressed:.2f} MB compressed, {unpacked:.2f} MB unpacked")
    assert sum(compressed for compressed, _ in megabytes) * 1e6 < LARGEST


def test_the_code_is_a_layer_of_its_own(own_layers: tuple[Layer, ...]) -> None:
    with_handler = [layer for layer in own_layers if "var/task/handler.py" in names(layer)]
    assert len(with_handler) == 1
    assert all(
        name.startswith(OWN) for name in names(with_handler[0]) if name.endswith((".py", ".pyc", ".so"))
    )


def test_our_layers_touch_nothing_but_the_functions_folder(own_layers: tuple[Layer, ...]) -> None:
    elsewhere = {name for layer in own_layers for name in names(layer) if not name.startswith("var/task/")}
    assert elsewhere <= {"var", "var/task"}


@pytest.mark.parametrize("pattern", NEVER.values(), ids=NEVER)
def test_what_no_request_needs_is_not_there(own_layers: tuple[Layer, ...], pattern: str) -> None:
    there = [name for layer in own_layers for name in names(layer) if fnmatch.fnmatch(f"/{name}", pattern)]
    assert there == []


def test_any_user_can_read_all_and_nobody_can_write(own_layers: tuple[Layer, ...]) -> None:
    wrong = [
        (member.name, oct(member.mode & 0o7777), member.uid)
        for layer in own_layers
        for member, _ in layer.members()
        if member.mode & 0o7777 != (0o755 if member.isdir() else 0o644) or member.uid != 0
    ]
    assert wrong == []


def test_every_module_is_compiled_and_never_compared_with_its_source(own_layers: tuple[Layer, ...]) -> None:
    files = {member.name: data for layer in own_layers for member, data in layer.members()}
    modules = {name for name in files if name.endswith(".py")}
    compiled = {bytecode(name): files.get(bytecode(name), b"") for name in modules}
    # Bytes 4 to 8 are flags: 1 says that a hash follows, 2 would say that it is to be compared.
    assert {name for name, data in compiled.items() if data[4:8] != b"\x01\0\0\0"} == set()
    assert "var/task/handler.py" in modules


def test_no_source_is_compiled_when_the_function_starts(engine: Engine, image: Built) -> None:
    compiled, loaded = engine.python(
        image.name,
        """
import json, sys
compiled = []
sys.addaudithook(lambda event, given: compiled.append(str(given[1])) if event == "compile" else None)
import awslambdaric.bootstrap, batch, freshness, function.entry, handler, resizer_core, warm
resizer_core.Resizer, resizer_core.open_store("s3://originals?region=eu-west-1")
files = [str(getattr(module, "__file__", "")) for module in sys.modules.values()]
print(json.dumps([compiled, files]))
""",
    )
    assert [name for name in compiled if name.startswith("/var/task/")] == []
    modules = (
        "handler.py",
        "batch/__init__.py",
        "warm/__init__.py",
        "freshness/__init__.py",
        "function/entry.py",
        "awslambdaric/bootstrap.py",
        "pyvips/__init__.py",
        "obstore/store.py",
    )
    assert {f"/var/task/{name}" for name in modules} <= set(loaded)


def test_what_was_left_out_cannot_be_imported(engine: Engine, image: Built) -> None:
    found = engine.python(
        image.name,
        """
import importlib.util, json, pyvips
print(json.dumps({"mode": pyvips.API_mode, **{name: bool(importlib.util.find_spec(name))
                  for name in ("cffi", "pycparser", "tests", "local_loop")}}))
""",
    )
    assert found.pop("mode") is True
    assert found == dict.fromkeys(found, False)


def test_the_services_that_are_called_are_described(engine: Engine, image: Built) -> None:
    found = engine.python(
        image.name,
        """
import boto3, json, os
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
names = ("cloudfront", "s3", "sqs", "sts")
print(json.dumps([boto3.client(name).meta.service_model.service_name for name in names]))
""",
    )
    assert found == ["cloudfront", "s3", "sqs", "sts"]


def test_its_labels_say_what_it_is(engine: Engine, image: Built) -> None:
    labels = engine.inspect(image.name)["Config"]["Labels"]
    stated = {name: value for name, value in labels.items() if name.startswith("org.opencontainers.image.")}
    assert stated.pop("org.opencontainers.image.title") == "resizer"
    assert stated.pop("org.opencontainers.image.description")
    assert stated == {
        "org.opencontainers.image.base.name": image.base,
        "org.opencontainers.image.licenses": "MIT",
        "org.opencontainers.image.revision": REVISION,
        "org.opencontainers.image.source": SOURCE,
        "org.opencontainers.image.version": resizer_core.__version__,
    }


def test_it_sets_what_keeps_memory_small_and_nothing_of_who_built_it(engine: Engine, image: Built) -> None:
    own = engine.inspect(image.name)["Config"]["Env"]
    inherited = engine.inspect(image.base)["Config"]["Env"]
    assert sorted(set(own) - set(inherited)) == [
        "MALLOC_ARENA_MAX=2",
        "MALLOC_MMAP_THRESHOLD_=131072",
        "MALLOC_TRIM_THRESHOLD_=131072",
        "PYTHONDONTWRITEBYTECODE=1",
        "PYTHONPATH=/var/task",
        "PYTHONUNBUFFERED=1",
        "VIPS_CONCURRENCY=1",
    ]


def test_it_is_not_meant_for_root(engine: Engine, image: Built) -> None:
    assert engine.inspect(image.name)["Config"]["User"] == "65534:65534"


def test_no_secret_of_the_build_is_left(
    archive: Archive, own_layers: tuple[Layer, ...], image: Built
) -> None:
    told = json.dumps(archive.configuration)
    for secret in image.secrets:
        assert secret not in told
        assert not any(secret.encode() in layer.data for layer in own_layers)


def test_without_an_emulator_it_says_what_to_do(engine: Engine, image: Built) -> None:
    with pytest.raises(EngineError, match=r"no emulator at /usr/local/bin/aws-lambda-rie[^$]*tools/lambda"):
        engine.run("run", "--rm", "--network", "none", image.name)


def test_the_same_files_give_the_same_digest(
    engine: Engine, build: Callable[..., str], tmp_path: Path
) -> None:
    """However they were checked out, and whatever lies beside them."""
    first = build("first")
    checkout = tmp_path / "checkout"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            copy = checkout / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy)
            copy.chmod(0o700 if name.startswith("tools/") else 0o600)
    (checkout / "resizer_core" / "__pycache__").mkdir()
    (checkout / "resizer_core" / "__pycache__" / "stray.pyc").write_bytes(b"stray")
    (checkout / "password.txt").write_text("not for the image")
    again = build("again", "--no-cache", checkout=checkout)
    assert engine.inspect(again)["Id"] == engine.inspect(first)["Id"]


def test_it_is_built_for_arm64_wherever_that_is(
    engine: Engine, base: str, build: Callable[..., str], tmp_path: Path
) -> None:
    """No program of the other machine runs in between, so this needs no emulation of it."""
    machines = {"amd64": 62, "arm64": 183}  # e_machine of ELF: EM_X86_64, EM_AARCH64
    for architecture, number in machines.items():
        name = build(architecture, PLATFORM=f"linux/{architecture}", BASE="scratch", BUILD_BASE=base)
        assert engine.inspect(name)["Architecture"] == architecture
        folder = tmp_path / architecture
        folder.mkdir()
        libraries = [
            (member.name, int.from_bytes(data[18:20], "little"))
            for layer in save(engine, name, folder).layers
            for member, data in layer.members()
            if data.startswith(b"\x7fELF")
        ]
        assert len(libraries) >= 5
        assert {found for _, found in libraries} == {number}, libraries


def names(layer: Layer) -> set[str]:
    return {member.name.removeprefix("./") for member, _ in layer.members()}


def bytecode(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder}/__pycache__/{file.removesuffix('.py')}.cpython-313.pyc"
