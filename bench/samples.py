"""Make the pictures for the benchmarks of encoders: photographs, a drawing, a sheet."""

from __future__ import annotations

import pyvips

from bench.report import ORIGINALS


def reduced(name: str) -> pyvips.Image:
    """Reduce a photograph to three quarters, at most 640 px wide, upright and decoded."""
    image = pyvips.Image.jpegload(str(ORIGINALS / name), autorotate=True)
    return image.resize(min(0.75, 640 / image.width)).copy(interpretation="srgb").copy_memory()


def drawn() -> pyvips.Image:
    """Draw a diagram of 800x600 px: bars, rings and lines, with smooth edges."""
    scale = 4
    canvas = (pyvips.Image.black(800 * scale, 600 * scale, bands=3) + 255).cast("uchar")
    for line in range(10):
        canvas = canvas.draw_rect(
            [200.0] * 3, 30 * scale, (20 + 60 * line) * scale, 740 * scale, 4, fill=True
        )
    colours = [[31.0, 119, 180], [255.0, 127, 14], [44.0, 160, 44], [214.0, 39, 40], [148.0, 103, 189]]
    for number in range(20):
        colour, left = colours[number % 5], (40 + 36 * number) * scale
        height = (60 + number * number % 17 * 12) * scale
        canvas = canvas.draw_rect(colour, left, 560 * scale - height, 28 * scale, height, fill=True)
        canvas = canvas.draw_circle(colour, left, (280 - 9 * number) * scale, (4 + number) * scale)
    return canvas.shrink(scale, scale).cast("uchar").copy(interpretation="srgb").copy_memory()


def sheet(roll: pyvips.Image) -> pyvips.Image:
    """Lay the frames of an animation in rows of four, so that the picture is large enough for a score."""
    height = roll.get_page_height()
    frames = [roll.crop(0, top, roll.width, height) for top in range(0, roll.height, height)]
    return pyvips.Image.arrayjoin(frames, across=4)
