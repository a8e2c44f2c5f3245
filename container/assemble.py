"""Make a folder fit for the image: what no request needs goes, bytecode comes, modes become the same.

Runs while the image is built, with nothing but its base's Python: Amazon's base has no ``find``.
"""

from __future__ import annotations

import py_compile
import shutil
import sys
from itertools import chain
from pathlib import Path

#: Where the folder will be in the image; tracebacks name files by it.
HOME = Path("/var/task")

#: What the packages bring and no request uses. pyvips needs cffi's compiled part alone, because pyvips-binary
#: has its declarations compiled in. RECORD and its like describe an installation that this no longer is.
UNUSED = (
    "bin",
    "cffi",
    "cffi-*",
    "pycparser",
    "pycparser-*",
    "*/tests",
    "boto3/data",
    "boto3/examples",
    "botocore/data/*/*/examples-1.json*",
    "dateutil/zoneinfo/*.tar.gz",
    "**/*.pyi",
    "*.dist-info/INSTALLER",
    "*.dist-info/RECORD",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
)
#: What freshness/aws.py calls, of the hundreds of services that botocore describes; sts gives credentials.
SERVICES = frozenset({"cloudfront", "s3", "sqs", "sts"})


def assemble(folder: Path) -> None:
    """Do all of it. The same files give the same result, whatever their modes were."""
    for path in sorted(unused(folder)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # it may have gone with its folder
    for source in sorted(folder.rglob("*.py")):
        # Unchecked: a file system in the image has times of its own, and nobody edits a file there.
        py_compile.compile(
            str(source),
            dfile=str(HOME / source.relative_to(folder)),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def unused(folder: Path) -> set[Path]:
    """List what goes: services that are not called, versions that are not the newest, and ``UNUSED``."""
    services = [path for path in folder.glob("botocore/data/*") if path.is_dir()]
    former = [sorted(path.glob("*"))[:-1] if path.name in SERVICES else [path] for path in services]
    return {*chain(*former), *chain(*map(folder.glob, UNUSED))}


if __name__ == "__main__":
    assemble(Path(sys.argv[1]))
