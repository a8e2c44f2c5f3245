"""libvips reads originals where they are. They stay there, unchanged, as long as a picture may need them."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import pyvips

from resizer_core import FORMATS as KNOWN
from resizer_core import Site, detect, resize
from resizer_core.rendering.libvips import LOADERS, loaded
from resizer_core.rendering.reading import open_image
from tests.pictures import apart, encoded
from tests.rendering.jpegs import jpeg, scene

ROOT = Path(__file__).parents[2]
FORMATS = ("jpg", "png", "webp", "avif", "gif", "tif")
#: Opens the file several times, keeps pictures that were made from it and nothing else, and decodes them.
#: glibc is told to give freed bytes back to the system at once, so that reading them ends the process.
PROGRAM = """
import gc, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zlib import crc32
from resizer_core import detect
from resizer_core.errors import CorruptImage
from resizer_core.rendering.libvips import pyvips
from resizer_core.rendering.reading import open_image

path = Path(sys.argv[1])

def opened(part=None):
    data = path.read_bytes()[:part]
    image = open_image(data, detect(data))
    {after}
    return image

def derived():
    image = opened()
    return image.crop(8, 8, 100, 100).bandjoin(opened().crop(0, 0, 100, 100) * 0.5).resize(0.5)

def digest(image):
    gc.collect()
    return crc32(image.write_to_memory())

def cut():
    # What is cut is refused at once, or when it is decoded.
    try:
        digest(opened(path.stat().st_size * 2 // 3))
    except (CorruptImage, pyvips.Error):
        return True
    return False

assert cut()
held = path.read_bytes()
expected = digest(open_image(held, detect(held))), digest(derived())
with ThreadPoolExecutor(4) as pool:
    found = [pool.submit(lambda: (digest(opened()), digest(derived()), cut())) for _ in range(4)]
    assert {{each.result() for each in found}} == {{(*expected, True)}}
print("the same")
"""
FREED_AT_ONCE = {"MALLOC_MMAP_THRESHOLD_": "16384", "MALLOC_TRIM_THRESHOLD_": "0"}


def run(path: Path, after: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM.format(after=after), str(path)]
    environment = {**os.environ, **FREED_AT_ONCE, "VIPS_CONCURRENCY": "2"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"picture.{request.param}"
    path.write_bytes(encoded(scene(400, 300), request.param))
    return path


@pytest.mark.parametrize("path", FORMATS, indirect=True)
def test_the_bytes_stay_as_long_as_a_picture_that_was_made_of_them(path: Path) -> None:
    """In many threads, after errors, and where nothing else refers to the bytes."""
    done = run(path, "pass")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "the same", "")


@pytest.mark.parametrize("path", FORMATS, indirect=True)
def test_it_is_our_reference_that_keeps_them(path: Path) -> None:
    """Without it the process ends by a signal, or shows another picture."""
    assert run(path, "image._references.clear()").returncode != 0


@pytest.mark.parametrize("format", FORMATS)
def test_libvips_gets_the_bytes_themselves(format: str) -> None:
    data = encoded(scene(), format)
    for given in (data, memoryview(data)):
        image = loaded(given, LOADERS[format][1])
        assert [source._references[0].obj is data for source in image._references] == [True]


def test_bytes_that_change_afterwards_change_no_picture() -> None:
    data = encoded(scene(), "png")
    whole = open_image(data, detect(data)).copy_memory()
    mutable = bytearray(data)
    image = open_image(mutable, detect(data))
    mutable[:] = bytes(len(data))
    assert apart(image.copy_memory(), whole) == (0, 0)


def test_a_view_may_be_released_once_the_picture_is_open() -> None:
    data = encoded(scene(), "png")
    with memoryview(data) as view:
        image = open_image(view, detect(data))
    assert apart(image.copy_memory(), open_image(data, detect(data)).copy_memory()) == (0, 0)


def pages() -> bytes:
    strip = scene(400, 600).copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", 300)
    return encoded(strip, "tif")


def drawing() -> bytes:
    """Its head is read as text, which takes a MiB or two."""
    remark = f"<!-- {'x' * 1_000_000} -->" * 8
    return f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{remark}</svg>".encode()


#: A file of each kind, and how often its bytes are copied. The module that copies them says why.
COPIES: dict[str, tuple[Callable[[], bytes], int]] = {
    "jpeg": (lambda: jpeg("4:2:0", scene(400, 300)), 1),
    "jpeg, optimized": (lambda: jpeg("own tables", scene(400, 300)), 1),
    "jpeg, progressive": (lambda: jpeg("progressive", scene(1600, 1200)), 0),
    **{format: (partial(encoded, scene(400, 300), format), 0) for format in FORMATS[1:]},
    "tiff of several pages": (pages, 1),
    "svg": (drawing, 0),
}


@pytest.mark.parametrize("kind", [bytes, memoryview])
@pytest.mark.parametrize(("file", "copies"), COPIES.values(), ids=COPIES)
def test_a_file_is_copied_so_often(
    file: Callable[[], bytes], copies: int, kind: type[bytes] | type[memoryview]
) -> None:
    data = kind(file())
    site = Site(formats=KNOWN)
    resize(data, "10x_f-jpg", site=site)  # imports what it needs
    tracemalloc.start()
    try:
        resize(data, "10x_f-jpg", site=site)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(data) * copies <= most < len(data) * (copies + 0.5)
