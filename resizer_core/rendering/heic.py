"""Read HEIC, the format of phones, with the optional package pi-heif, in a process for each call.

The libvips that we install cannot decode it. The package has only the decoder (BSD; libheif and libde265 in
its wheels are LGPL). It leaves out the encoder, which is GPL. A damaged file can crash the decoder in native
code, keep it busy for ever, or fill the memory. So it runs in ``heic_child.py``, with limits of time and
memory, and only that process ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from importlib.util import find_spec
from typing import BinaryIO, Final

from resizer_core.errors import CorruptImage, RenderError, UnsupportedFormat
from resizer_core.model import Buffer, ImageHeader, Size
from resizer_core.rendering import heic_child
from resizer_core.value import Value

#: How long one call may take, s, by the clock and of CPU time. Both calls together take less than the 29 s of
#: the function. 45 MP, the largest picture of the default limits, take some 2 s of CPU time.
_SECONDS: Final = {"header": 8, "pixels": 20}
#: The environment variables that the process gets. An interpreter may need them to start. No secrets.
_INHERITED: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


class Decoded(Value, kw_only=True):
    """Hold the upright pixels of a picture, and its metadata.

    Attributes:
        size: px.
        bands: how many channels it has, alpha included.
        bits: per channel as stored: 8, 10 or 12. More than 8 are the upper bits of 16.
        profile: the colour profile; empty if none is embedded.
        xmp: unchanged; empty if there is none.
        exif: in the form of a JPEG, with its name in front; empty if there is none. The pixels are turned by
            its orientation already.
        pixels: line by line, without a gap; 1 or 2 bytes a channel, in the byte order of this machine.
    """

    size: Size
    bands: int
    bits: int
    profile: bytes
    xmp: bytes
    exif: bytes
    pixels: bytes


def probe(data: Buffer) -> ImageHeader:
    """Read the header of a HEIC. No pixel is decoded.

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
        CorruptImage: the file is cut short or damaged, or pi-heif cannot decode it, or it takes more time or
            memory than its size explains.
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
    """Open a file in memory if the system can. The function's file system cannot be written to."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("heic"), "w+b")
    return tempfile.TemporaryFile()


def _run(task: str, original: BinaryIO, answer: BinaryIO, complaint: BinaryIO) -> int:
    """Run the process to its end, within its time. Return its exit code, which is negative for a signal."""
    seconds = _SECONDS[task]
    # With -I, -S and -B, Python ignores the environment and the folder, and writes no bytecode.
    command = [sys.executable or "", "-I", "-S", "-B", heic_child.__file__, task, str(seconds), *sys.path]
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - this interpreter, with a file of this package
        command,
        stdin=original,
        stdout=answer,
        stderr=complaint,
        # An arena for each thread would use up the limited address space.
        env=environment | {"MALLOC_ARENA_MAX": "1"},
    )
    # Popen.wait with a time-out looks only every 50 ms. Without one it returns at once.
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
    """Read the answer behind ``STARTED``. Return None if it is not what ``task`` asked for."""
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
