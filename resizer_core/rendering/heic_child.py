"""Decode one HEIC in a process of its own: what ends in native code ends this process alone.

``heic.py`` runs this file, once for the header and once for the pixels. It imports nothing of the package,
which would take as long as the decoder. The original comes in at stdin, a file; the answer goes to stdout:
``STARTED``, ``HEADER``, and then the parts whose lengths it tells. Any other end than exit code 0 means that
there is none.
"""

from __future__ import annotations

import os
import struct
import sys
from io import BytesIO
from typing import Final

#: The first bytes of the answer. What fails later is the original's fault; what fails before is not.
STARTED: Final = b"heic"
#: Width and height in px; channels, alpha included; bits per channel; bytes of profile, XMP, EXIF and pixels.
HEADER: Final = struct.Struct("=IIBBQQQQ")

#: Memory that this process may have, as address space: for itself, for each byte of the original, which it
#: may hold more than once, and for each pixel. 12 MP take 5 bytes a pixel (8 bits, 4:2:0) to 25 (12 bits with
#: alpha, 4:4:4): VmPeak with pi-heif 1.4.0, of which the 30 MiB of the process itself are taken off.
_BASE_BYTES: Final = 256 * 2**20
_BYTES_PER_BYTE: Final = 4
_BYTES_PER_PIXEL: Final = 24

#: Channels, alpha included, by the decoder's name for what it gives.
_BANDS: Final = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


def main(task: str, seconds: str, *path: str) -> None:
    """Answer one ``task``, ``header`` or ``pixels``, within so many seconds, with the modules of ``path``."""
    memory = _BASE_BYTES + _BYTES_PER_BYTE * os.fstat(0).st_size
    limit_time(int(seconds))
    limit_memory(memory)
    sys.path[:] = path
    import pi_heif

    pi_heif.libheif_version()  # raises where the compiled part is missing
    data, answer = sys.stdin.buffer.read(), sys.stdout.buffer
    answer.write(STARTED)
    answer.flush()
    file = pi_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=False)
    size, bits = file.size, int(file.info["bit_depth"])
    bands = _BANDS[file.mode.partition(";")[0]]
    parts = [file.info.get(name) or b"" for name in ("icc_profile", "xmp", "exif")]
    lines: list[memoryview] = []
    if task == "pixels":
        limit_memory(memory + _BYTES_PER_PIXEL * size[0] * size[1])
        row = size[0] * bands * (1 if bits == 8 else 2)
        pixels, stride = memoryview(file.data), file.stride
        if file.size != size:
            raise ValueError(f"the header says {size} px, the pixels are {file.size}")
        whole = stride == row
        lines = [pixels] if whole else [pixels[at : at + row] for at in range(0, stride * size[1], stride)]
    answer.write(HEADER.pack(*size, bands, bits, *map(len, parts), sum(line.nbytes for line in lines)))
    answer.writelines([*parts, *lines])
    answer.flush()


def limit_time(seconds: int) -> None:
    """End this process after so many seconds, by the clock or of a processor, even if who asked is gone."""
    if sys.platform == "win32":
        return
    import resource
    import signal

    signal.alarm(seconds)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_CORE, 0)


def limit_memory(most: int) -> None:
    """Keep the address space, and what is written, below so many bytes; a later call may raise it."""
    if sys.platform in ("darwin", "win32"):  # macOS has the limit and does not keep it
        return
    import resource

    _limit(resource.RLIMIT_AS, most)
    _limit(resource.RLIMIT_FSIZE, most)


def _limit(kind: int, most: int) -> None:
    """Set one limit, within the one that this process was started with."""
    import resource

    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
