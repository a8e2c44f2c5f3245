"""Resize with Pillow, or with cykooz.resizer between Pillow's decoder and encoder.

The process answers each line of JSON on its standard input with its CPU time for one picture, ms.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

from cykooz_resizer import ResizeOptions, Resizer
from PIL import Image, ImageOps, ImageSequence

Size = tuple[int, int]
Resized = Callable[[Image.Image, Size, bool], Image.Image]
#: A height that limits nothing.
FREE = 100_000


def by_pillow(image: Image.Image, box: Size, cover: bool) -> Image.Image:
    """Resize with the calls that Pillow has for it. ``thumbnail`` shrinks in the decoder to twice the box."""
    if cover:
        image.draft(None, (2 * box[0], 2 * box[1]))
        return ImageOps.fit(image, box, Image.Resampling.LANCZOS)
    image.thumbnail(box, Image.Resampling.LANCZOS)
    return image


def by_cykooz(image: Image.Image, box: Size, cover: bool) -> Image.Image:
    """Resize with Rust (Lanczos, its default); the decoder shrinks down to the box."""
    size = box if cover else inside(image.size, box)
    image.draft(None, size)
    made = Image.new(image.mode, size)
    Resizer().resize_pil(image, made, ResizeOptions(fit_into_destination=cover))
    return made


def inside(size: Size, box: Size) -> Size:
    """Give the largest size of the same shape inside the box, px."""
    scale = min(box[0] / size[0], box[1] / size[1], 1)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


WAYS: dict[str, Resized] = {"pillow": by_pillow, "cykooz": by_cykooz}


def made(data: bytes, question: dict[str, Any]) -> bytes:
    """Make one picture with the encoder's defaults."""
    resized = WAYS[question["way"]]
    box = (question["width"], question["height"] or FREE)
    cover = question["fit"] == "cover"
    output = BytesIO()
    with Image.open(BytesIO(data)) as image:
        if question["animated"]:
            frames = [resized(one.convert("RGBA"), box, cover) for one in ImageSequence.Iterator(image)]
            frames[0].save(
                output,
                question["format"],
                save_all=True,
                append_images=frames[1:],
                duration=image.info["duration"],
                loop=image.info.get("loop", 1),
            )
        else:
            resized(image, box, cover).save(output, question["format"])
    return output.getvalue()


@cache
def original(path: str) -> bytes:
    """Read a file once."""
    return Path(path).read_bytes()


def main() -> None:
    """Answer until the standard input ends."""
    print(
        json.dumps({"versions": f"Pillow {version('pillow')}, cykooz.resizer {version('cykooz.resizer')}"}),
        flush=True,
    )
    for line in sys.stdin:
        question = json.loads(line)
        data, body = original(question["path"]), b""
        before = time.process_time()
        for _ in range(question["times"]):
            body = made(data, question)
        cpu = (time.process_time() - before) * 1000 / question["times"]
        if question["keep"]:
            Path(question["keep"]).write_bytes(body)
        print(json.dumps({"cpu": cpu, "bytes": len(body)}), flush=True)


if __name__ == "__main__":
    main()
