"""What the import contracts cannot see: the code outside the package, and what an import really loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OUTSIDE = [
    ROOT / "handler.py",
    *(
        path
        for folder in ("batch", "doctor", "freshness", "function", "local_loop", "warm")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ),
]
OURS = {"batch", "doctor", "freshness", "function", "handler", "local_loop", "resizer_core", "warm"}
#: What outside of the package may know a library: a folder, and a file.
READING, AWS, BOTO3 = ROOT / "doctor" / "reading", ROOT / "freshness" / "aws.py", {"boto3", "botocore"}
#: The one file that may know the runtime interface client.
ENTRY = ROOT / "function" / "entry.py"


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_code_outside_the_package_uses_the_public_door_and_the_standard_library(path: Path) -> None:
    imported = set(imports(path))
    inner = {name for name in imported if name.startswith("resizer_core.")}
    foreign = {name.partition(".")[0] for name in imported} - OURS - sys.stdlib_module_names
    if path.is_relative_to(READING) or path == AWS:
        # The stubs tell the types alone.
        foreign = {name for name in foreign if not name.startswith("mypy_boto3_")} - BOTO3
    if path == ENTRY:
        foreign -= {"awslambdaric"}
    assert (inner, foreign) == (set(), set())


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_depends_on_what_reads_a_deployed_stack(path: Path) -> None:
    if path.is_relative_to(ROOT / "doctor"):
        return
    assert [name for name in imports(path) if name.partition(".")[0] == "doctor"] == []


def test_importing_the_package_loads_no_heavy_library() -> None:
    heavy = {"pyvips", "_libvips", "obstore", "boto3", "botocore", "importlib.metadata"}
    program = "import sys; before = {*sys.modules}; import resizer_core; print(*{*sys.modules} - before)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "resizer_core" in loaded
    assert loaded & heavy == set()


def imports(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path}: a relative import hides which door it uses"
            yield node.module
