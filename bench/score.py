"""Score a picture against its original by SSIMULACRA2."""

from __future__ import annotations

from io import BytesIO

import pyvips
from ssimulacra2 import compute_ssimulacra2


def score(original: pyvips.Image, distorted: pyvips.Image) -> float:
    """Score a picture: 100 is the same, 90 looks the same as the original, 70 is good."""
    return float(compute_ssimulacra2(_as_png(original), _as_png(distorted)))


def _as_png(image: pyvips.Image) -> BytesIO:
    """Write the PNG that the metric reads. Leave alpha out, since no picture here is transparent."""
    return BytesIO(image.extract_band(0, n=3).write_to_buffer(".png", compression=0, keep="none"))
