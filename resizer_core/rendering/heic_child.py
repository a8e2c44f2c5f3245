"""Decode one HEIC in a process of its own. A crash in native code then ends this process alone.

``heic.py`` runs this file, once for the header and once for the pixels. The file imports nothing of the
package, since that would take as long as the decoder. It reads the original from stdin, which is a file. It
writes the answer to stdout: ``STARTED``, ``HEADER``, and then the parts whose lengths the header gives. Only
exit code 0 means that there is an answer.
"""

from __future__ import annotations

import os
import struct
import sys
from io import BytesIO
from typing import Final

#: The first bytes of the answer. The original causes each failure after them, and none before them.
STARTED: Final = b"heic"
#: Width and height in px; channels, alpha included; bits per channel; bytes of profile, XMP, EXIF and pixels.
HEADER: Final = struct.Struct("=IIBBQQQQ")

#: The address space that this process may have: a base for itself, some for each byte of the original, which
#: it may hold more than once, and some for each pixel. We measured VmPeak with pi-heif 1.4.0 at 12 MP, less
#: the 30 MiB of the process itself: 5 bytes a pixel (8 bits, 4:2:0) to 25 (12 bits with alpha, 4:4:4).
_BASE_BYTES: Final = 256 * 2**20
_BYTES_PER_BYTE: Final = 4
_BYTES_PER_PIXEL: Final = 24

#: The number of channels, alpha included, by the decoder's name for the mode.
_BANDS: Final = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


def main(task: str, seconds: str, *path: str) -> None:
    """Answer one ``task``, ``header`` or ``pixels``, within ``seconds``. Import modules from ``path``."""
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
    """End this process after so many seconds, by the clock or of CPU time, even if its parent is gone."""
    if sys.platform == "win32":
        return
    import resource
    import signal

    signal.alarm(seconds)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_CORE, 0)


def limit_memory(most: int) -> None:
    """Limit the address space and the written files to ``most`` bytes. A later call may raise the limit."""
    if sys.platform in ("darwin", "win32"):  # macOS has the limit and does not keep it
        return
    import resource

    _limit(resource.RLIMIT_AS, most)
    _limit(resource.RLIMIT_FSIZE, most)


def _limit(kind: int, most: int) -> None:
    """Set one limit. It stays within the hard limit that this process started with."""
    import resource

    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
