"""Make honest small files of every format and kind, to be damaged."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

import pyvips

from resizer_core.errors import UnsupportedFormat
from resizer_core.formats import BUILTIN, detect
from tests import apngs, gifs
from tests.fuzz.parts import WALKS
from tests.pictures import animation, disc, encoded, quarters, solid, tagged

_HEIC: Final = Path(__file__).parents[1] / "rendering" / "heic"
#: Files of the corpus up to so many bytes are seeds as well.
_MOST_BYTES: Final = 60_000


@cache
def seeds() -> dict[str, list[bytes]]:
    """Make the seeds, by format; small ones of the folder ``RESIZER_CORPUS`` too, where it is set."""
    found = {
        "jpg": [
            encoded(quarters(), "jpg"),
            encoded(tagged(quarters(), orientation=6), "jpg"),
            bytes(quarters().jpegsave_buffer(interlace=True)),
            bytes(quarters().colourspace("cmyk").jpegsave_buffer()),
            bytes(quarters().colourspace("b-w").jpegsave_buffer()),
        ],
        "png": [
            encoded(quarters(), "png"),
            encoded(disc(), "png"),
            bytes(quarters().pngsave_buffer(interlace=True)),
            bytes(quarters().pngsave_buffer(palette=True)),
            bytes((quarters().cast("ushort") * 257).copy(interpretation="rgb16").pngsave_buffer()),
            apngs.apng(
                apngs.Frame((220, 40, 40, 255)),
                apngs.Frame((40, 70, 210, 128), (5, 5, 20, 16), apngs.CLEARED, apngs.BLENDED),
                apngs.Frame((40, 180, 60, 255), (30, 20, 20, 16), apngs.PUT_BACK),
            ),
        ],
        "webp": [encoded(quarters(), "webp"), bytes(disc().webpsave_buffer(Q=60)), _moving("webp")],
        "avif": [
            bytes(quarters().heifsave_buffer(compression="av1", effort=0)),
            bytes(disc().heifsave_buffer(compression="av1", effort=0)),
        ],
        "gif": [
            encoded(quarters(), "gif"),
            encoded(disc(), "gif"),
            _moving("gif"),
            gifs.gif(
                gifs.frame(0, (4, 4, 40, 30), disposal=gifs.CLEARED),
                gifs.frame(1, (10, 10, 20, 16), disposal=gifs.PUT_BACK),
                gifs.frame(2, (30, 20, 20, 16)),
            ),
        ],
        "tif": [
            bytes(quarters().tiffsave_buffer()),
            bytes(
                quarters().tiffsave_buffer(compression="deflate", tile=True, tile_width=32, tile_height=32)
            ),
            bytes(quarters().colourspace("cmyk").tiffsave_buffer(compression="lzw")),
            bytes(quarters().tiffsave_buffer(bigtiff=True)),
            bytes(quarters().colourspace("scrgb").tiffsave_buffer()),
            bytes(quarters().colourspace("lab").tiffsave_buffer(compression="lzw")),
        ],
        "heic": [path.read_bytes() for path in sorted(_HEIC.glob("*.heic"))],
    }
    for data in _of_the_corpus():
        try:
            found[detect(data, BUILTIN).name].append(data)
        except (KeyError, UnsupportedFormat):
            continue
    assert found.keys() == WALKS.keys()
    return found


def _moving(format: str) -> bytes:
    return animation([solid((40 * number, 90, 10), 32, 24) for number in range(4)], format)


def _of_the_corpus() -> list[bytes]:
    folder = os.environ.get("RESIZER_CORPUS")
    files = sorted(Path(folder).iterdir()) if folder else []
    return [path.read_bytes() for path in files if path.is_file() and path.stat().st_size <= _MOST_BYTES]


def honest() -> bytes:
    """Make the picture that has to come out as ever after each batch."""
    image = pyvips.Image.black(24, 16, bands=3).copy(interpretation="srgb")
    return bytes(image.draw_rect([200, 30, 30], 0, 0, 12, 16, fill=True).pngsave_buffer())
