"""Prepare a folder for the image: remove what no request needs, compile bytecode, and unify the modes.

This runs while the image is built. It needs only the Python of the base image: Amazon's base has no ``find``.
"""

from __future__ import annotations

import py_compile
import shutil
import sys
from itertools import chain
from pathlib import Path

#: The folder's path in the image. Tracebacks name files by it.
HOME = Path("/var/task")

#: Files of the packages that no request uses. pyvips needs only cffi's compiled part, because pyvips-binary
#: has its declarations compiled in. RECORD and the like describe an installation that is now changed.
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
#: botocore describes hundreds of services. freshness/aws.py calls these, and sts gives credentials.
SERVICES = frozenset({"cloudfront", "s3", "sqs", "sts"})


def assemble(folder: Path) -> None:
    """Prepare the folder. The same files give the same result, whatever their modes were."""
    for path in sorted(unused(folder)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # it may have gone with its folder
    for source in sorted(folder.rglob("*.py")):
        # Unchecked: the times of files differ in the image, and nobody edits files there.
        py_compile.compile(
            str(source),
            dfile=str(HOME / source.relative_to(folder)),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def unused(folder: Path) -> set[Path]:
    """List the paths to remove: services that nobody calls, old versions of services, and ``UNUSED``."""
    services = [path for path in folder.glob("botocore/data/*") if path.is_dir()]
    former = [sorted(path.glob("*"))[:-1] if path.name in SERVICES else [path] for path in services]
    return {*chain(*former), *chain(*map(folder.glob, UNUSED))}


if __name__ == "__main__":
    assemble(Path(sys.argv[1]))
