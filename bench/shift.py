"""Measure how far one picture is shifted against another, to fractions of a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

#: The highest frequency that counts, periods per px. Above it, filters differ from each other.
HIGHEST = 0.25
#: Below these there is no answer: a side in px, a standard deviation in levels.
SMALLEST_SIDE, SMALLEST_CONTRAST = 16, 1.0
#: The bound for a shift, and the largest standard error with which a smaller shift counts; px.
MOST_MOVED, MOST_UNSURE = 0.05, 0.02
#: The Hann window spreads each frequency over its neighbours, in both directions.
_SHARED = 1.5**2

THIRDS = ("left", "right", "top", "bottom")

#: Planes, rows, columns; levels of 255.
Planes = Any


@dataclass(frozen=True, slots=True)
class Shift:
    """Hold a shift along one axis and its standard error; px, positive to the right and down."""

    px: float
    error: float

    @property
    def is_over(self) -> bool:
        """Say whether the shift exceeds the bound by more than chance."""
        return abs(self.px) > MOST_MOVED + 2 * self.error

    @property
    def is_known(self) -> bool:
        """Say whether the shift is known. Flat areas, noise, and stripes along an axis give no answer."""
        return self.is_over or self.error <= MOST_UNSURE


UNKNOWN = Shift(0, float("inf"))


def shifts(seen: Planes, wanted: Planes) -> tuple[Shift, Shift]:
    """Measure the shift of ``seen`` against ``wanted``, across and down, by phase correlation.

    The peak of the correlation gives whole pixels. A line through the phases of the low frequencies gives the
    rest. Each frequency is weighted by its strength.

    Source: Stone, Orchard, Chang and Martucci 2001, "A fast direct Fourier-based algorithm for subpixel
    registration of images".
    """
    height, width = wanted.shape[1:]
    if min(height, width) < SMALLEST_SIDE:
        return UNKNOWN, UNKNOWN
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    before, after = (_centred(planes, window) for planes in (wanted, seen))
    contrast = np.sqrt((before**2).sum((1, 2)).max() / (window**2).sum())
    if contrast < SMALLEST_CONTRAST:
        return UNKNOWN, UNKNOWN
    cross = (np.fft.rfft2(after) * np.conj(np.fft.rfft2(before))).sum(0)
    correlation = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-9), s=(height, width))
    down, across = np.unravel_index(correlation.argmax(), correlation.shape)
    start = [(across + width // 2) % width - width // 2, (down + height // 2) % height - height // 2]
    return _fitted(cross, width, height, np.array(start, float))


def _centred(planes: Planes, window: Any) -> Planes:
    means = (planes * window).sum((1, 2), keepdims=True) / window.sum()
    return (planes - means) * window


def _fitted(cross: Any, width: int, height: int, found: Any) -> tuple[Shift, Shift]:
    """Fit the shift to the phases. Begin at ``found``."""
    across, down = np.meshgrid(np.fft.rfftfreq(width), np.fft.fftfreq(height))
    low = (across <= HIGHEST) & (np.abs(down) <= HIGHEST)
    waves = 2 * np.pi * np.stack([across[low], down[low]])
    cross = cross[low]
    weights = np.abs(cross)
    moments = (waves * weights) @ waves.T
    if np.linalg.cond(moments) > 1e6:
        return UNKNOWN, UNKNOWN
    inverse = np.linalg.inv(moments)
    left: Any = 0
    for _ in range(4):
        left = np.angle(cross * np.exp(1j * (found @ waves)))
        found = found - inverse @ ((waves * weights) @ left)
    spread = inverse @ ((waves * (weights * left) ** 2) @ waves.T) @ inverse * _SHARED
    errors = np.sqrt(np.diag(spread))
    return Shift(float(found[0]), float(errors[0])), Shift(float(found[1]), float(errors[1]))


def thirds(planes: Planes) -> dict[str, Planes]:
    """Cut out the outer thirds. An error of scale moves them apart."""
    high, wide = (-(-side // 3) for side in planes.shape[1:])
    cut = (planes[:, :, :wide], planes[:, :, -wide:], planes[:, :high], planes[:, -high:])
    return dict(zip(THIRDS, cut, strict=True))


def known(across: float, down: float, stretched: float = 0) -> tuple[Planes, Planes]:
    """Draw a picture twice, the second time shifted by so many px to the right and down.

    ``stretched`` is how much wider the second one is, half of it at each side; px.
    """
    noise = np.random.default_rng(11)
    side, factor, picture = 1200, 4, np.zeros((1200, 1200), np.float32)
    for cells in (5, 10, 20, 40, 80, 160, 320, 640):  # all octaves are equally strong, as in photographs
        octave = Image.fromarray(noise.normal(0, 16, (cells, cells)).astype(np.float32))
        picture += np.asarray(octave.resize((side, side), Image.Resampling.BICUBIC))
    whole = Image.fromarray(picture + 128)
    wide, high, margin = 240, 160, 40
    drawn = []
    for right, lower, grown in ((0.0, 0.0, 0.0), (across, down, stretched)):
        # These are the edges of the small picture in the large one.
        left, top = margin - (right - grown / 2) * factor, margin - lower * factor
        box = (left, top, left + (wide - grown) * factor, top + high * factor)
        small = whole.resize((wide, high), Image.Resampling.LANCZOS, box=box)
        drawn.append(np.rint(np.asarray(small))[None])
    return drawn[0], drawn[1]
