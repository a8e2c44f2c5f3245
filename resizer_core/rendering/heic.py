"""HEIC, the format of phones: read by the optional package pi-heif, in a process for each call.

libvips as it is installed cannot decode it. The package has the decoder alone (BSD; libheif and libde265 in
its wheels are LGPL), and no encoder, which is GPL. A damaged file can crash that decoder in native code, keep
it busy for ever, or fill the memory: ``heic_child.py`` is what then ends, at limits of time and memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from typing import BinaryIO, Final

from resizer_core.errors import CorruptImage, RenderError, UnsupportedFormat
from resizer_core.model import Buffer, ImageHeader, Size
from resizer_core.rendering import heic_child

#: How long one call may take, s: by the clock, and of processors. Both together are less than the 29 s of the
#: function; 45 MP, the largest picture of the default limits, take some 2 s of a processor.
_SECONDS: Final = {"header": 8, "pixels": 20}
#: What the process gets of the environment: what an interpreter may need to start, and nobody's secrets.
_INHERITED: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The pixels of a picture, upright, and what came with them.

    Attributes:
        size: px.
        bands: channels, alpha included.
        bits: per channel as stored: 8, 10 or 12. More than 8 stand at the upper end of 16.
        profile: the colour profile; empty when none is embedded.
        xmp: as it is; empty when there is none.
        exif: as in a JPEG, its name in front; empty when there is none. Its orientation is carried out.
        pixels: line by line, without a gap; 1 or 2 bytes a channel, in the order of this machine.
    """

    size: Size
    bands: int
    bits: int
    profile: bytes
    xmp: bytes
    exif: bytes
    pixels: bytes


def probe(data: Buffer) -> ImageHeader:
    """Read the header of a HEIC; no pixel is decoded.

    Raises:
        UnsupportedFormat: pi-heif is not installed.
        CorruptImage: the header cannot be read, or the file ends too early.
        RenderError: the process does not start.
    """
    read = _read(data, "header")
    has_alpha = read.bands in (2, 4)
    return ImageHeader(
        size=read.size,
        has_alpha=has_alpha,
        bits=read.bits,
        bands=read.bands - has_alpha,
        profile=bool(read.profile),
    )


def decode(data: Buffer) -> Decoded:
    """Decode the first picture of a HEIC.

    Raises:
        UnsupportedFormat: pi-heif is not installed.
        CorruptImage: it is cut short, damaged, or coded in a way that cannot be decoded, or takes more time
            or memory than its size explains.
        RenderError: the process does not start.
    """
    return _read(data, "pixels")


def _read(data: Buffer, task: str) -> Decoded:
    if find_spec("pi_heif") is None:
        raise UnsupportedFormat(
            "the original is HEIC; install the extra heic to read it: pip install 'resizer-core[heic]'"
        )
    try:
        with _nameless_file() as original, _nameless_file() as answer, _nameless_file() as complaint:
            original.write(data)
            original.seek(0)
            code = _run(task, original, answer, complaint)
            answer.seek(0)
            complaint.seek(0)
            started = answer.read(len(heic_child.STARTED)) == heic_child.STARTED
            decoded = _answer(answer, task) if started and code == 0 else None
            cause = ChildProcessError(code, complaint.read(10_000).decode(errors="replace"))
    except OSError as error:
        raise RenderError("the process that decodes HEIC cannot be started") from error
    if not started:
        raise RenderError("the process that decodes HEIC does not start") from cause
    if decoded is None:
        raise CorruptImage("the original is damaged, or it is HEIC that cannot be decoded") from cause
    return decoded


def _nameless_file() -> BinaryIO:
    """A file in memory, where the system has such: the function's root cannot be written to."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("heic"), "w+b")
    return tempfile.TemporaryFile()


def _run(task: str, original: BinaryIO, answer: BinaryIO, complaint: BinaryIO) -> int:
    """Run the process to its end, which comes in time, and return its exit code; a signal's is negative."""
    seconds = _SECONDS[task]
    # -I, -S and -B: nothing of the environment and of the folder takes part, and nothing is written.
    command = [sys.executable or "", "-I", "-S", "-B", heic_child.__file__, task, str(seconds), *sys.path]
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - this interpreter, with a file of this package
        command,
        stdin=original,
        stdout=answer,
        stderr=complaint,
        # An arena for each thread would take address space, which is limited, and no memory.
        env=environment | {"MALLOC_ARENA_MAX": "1"},
    )
    # Popen.wait with a time-out looks every 50 ms in the end; without one it returns at once.
    watch = threading.Timer(seconds, process.kill)
    watch.daemon = True
    try:
        watch.start()
        return process.wait()
    finally:
        watch.cancel()
        process.kill()
        process.wait()


def _answer(file: BinaryIO, task: str) -> Decoded | None:
    """Read what stands behind ``STARTED``; None when it is not what was asked for."""
    fields = file.read(heic_child.HEADER.size)
    if len(fields) < heic_child.HEADER.size:
        return None
    width, height, bands, bits, *lengths = heic_child.HEADER.unpack(fields)
    expected = width * height * bands * (1 if bits == 8 else 2) if task == "pixels" else 0
    if not (width and height and 1 <= bands <= 4 and 8 <= bits <= 16 and lengths[-1] == expected):
        return None
    if sum(lengths) != os.fstat(file.fileno()).st_size - file.tell():
        return None
    profile, xmp, exif, pixels = map(file.read, lengths)
    return Decoded(
        size=Size(width, height),
        bands=bands,
        bits=bits,
        profile=profile,
        xmp=xmp,
        exif=exif,
        pixels=pixels,
    )
