"""Make the right derivative with Pillow, littlecms and numpy, without the project's code.

Three choices are those of the project, or the comparison would show nothing else. The resize works in the
colours of the original, and the colours are converted after it. The pixels at an edge continue beyond it. The
caller gives the profile for CMYK without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageOps

from bench.asked import Geometry

#: An array of rows, columns, and then red, green, blue and alpha; 0 to 255, in floating point.
Pixels = Any

_LANCZOS, _BICUBIC = Image.Resampling.LANCZOS, Image.Resampling.BICUBIC
_CMS_MODES = {1: "L", 3: "RGB", 4: "CMYK"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Hold an upright picture, in the colours of its file.

    Attributes:
        colour: rows, columns, 1, 3 or 4 channels; 0 to 255, weighted by alpha if there is any.
        alpha: rows and columns, 0 to 255.
        profile: the embedded profile, if there is one.
        gamma: the gamma of a PNG without a profile, unless it is that of sRGB.
    """

    colour: Pixels
    alpha: Pixels | None
    profile: bytes | None
    gamma: float | None

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height, px."""
        return self.colour.shape[1], self.colour.shape[0]


def opened(data: bytes) -> Original:
    """Decode the first picture of a file in full and turn it upright.

    Raises:
        OSError, ValueError: Pillow cannot read the file, or refuses it.
    """
    with Image.open(BytesIO(data)) as file:
        profile, gamma = file.info.get("icc_profile"), file.info.get("gamma")
        if profile or "srgb" in file.info or (gamma and abs(gamma - 1 / 2.2) < 0.001):
            gamma = None
        see_through = "A" in file.getbands() or "transparency" in file.info
        image = ImageOps.exif_transpose(file)
    if image.mode.startswith("I"):  # gray of 16 bits, cut to 8 as Pillow itself cuts colour
        image = Image.fromarray((np.asarray(image) // 256).astype(np.uint8))
    gray = image.mode in ("1", "L", "LA")
    mode = "CMYK" if image.mode == "CMYK" else "LA" if gray else "RGBA"
    channels = np.asarray(image.convert(mode), np.float32)
    if mode == "CMYK":
        return Original(colour=channels, alpha=None, profile=profile, gamma=None)
    colour, alpha = channels[..., :-1], channels[..., -1]
    if not see_through:
        return Original(colour=colour, alpha=None, profile=profile, gamma=gamma)
    return Original(colour=colour * (alpha[..., None] / 255), alpha=alpha, profile=profile, gamma=gamma)


def shown(original: Original, geometry: Geometry, cmyk_profile: bytes) -> Pixels:
    """Make the pixels that a derivative should have.

    Args:
        original: the picture.
        geometry: the part of it, and the size.
        cmyk_profile: the profile for CMYK that has none of its own, or one of other channels.
    """
    colour = _resized(original.colour, geometry)
    if original.alpha is None:
        return _with_alpha(_in_srgb(colour, original, cmyk_profile), 255)
    alpha = np.clip(_resized(original.alpha[..., None], geometry), 0, 255)
    straight = np.where(alpha > 0, colour * 255 / np.maximum(alpha, 1e-3), 0)
    return _with_alpha(_in_srgb(straight, original, cmyk_profile), alpha)


def _resized(channels: Pixels, geometry: Geometry) -> Pixels:
    left, top, width, height = geometry.region
    channels = np.rot90(channels[top : top + height, left : left + width], -geometry.quarter_turns)
    left, top, width, height = geometry.kept
    planes = [_resampled(plane, *geometry.scaled) for plane in np.moveaxis(channels, -1, 0)]
    return np.stack(planes, -1)[top : top + height, left : left + width]


def _resampled(plane: Pixels, width: int, height: int) -> Pixels:
    """Shrink by Lanczos with a = 3, enlarge by the bicubic of Catmull and Rom. Do each axis on its own."""
    return _rows_resampled(_rows_resampled(plane, width).T, height).T


def _rows_resampled(plane: Pixels, width: int) -> Pixels:
    rows, before = plane.shape
    if width == before:
        return plane
    filter, reach = (_LANCZOS, 3 * before / width) if width < before else (_BICUBIC, 2)
    # Pillow takes nothing from beyond an edge, so repeat the pixels of the edge there.
    margin = ceil(reach) + 1
    image = Image.fromarray(np.pad(plane, ((0, 0), (margin, margin)), "edge"))
    return np.asarray(image.resize((width, rows), filter, box=(margin, 0, margin + before, rows)))


def _in_srgb(colour: Pixels, original: Original, cmyk_profile: bytes) -> Pixels:
    """Convert to sRGB as ICC says: relative colorimetric, with black point compensation."""
    colour = np.clip(colour, 0, 255)
    if original.profile or original.gamma:
        colour = np.rint(colour)  # littlecms gets 8 bits here, as it gets them from libvips
    mode = _CMS_MODES[colour.shape[-1]]
    profile = _usable(original.profile, mode) or (cmyk_profile if mode == "CMYK" else None)
    if profile:
        whole = np.rint(colour).astype(np.uint8)
        image = Image.frombytes(mode, whole.shape[1::-1], whole.tobytes())
        return np.asarray(_converted(image, profile), np.float32)
    if original.gamma:
        linear = (colour / 255) ** (1 / original.gamma)
        curved = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
        colour = 255 * np.where(linear <= 0.0031308, 12.92 * linear, curved)
    return np.repeat(colour, 3, -1) if mode == "L" else colour


def _usable(profile: bytes | None, mode: str) -> bytes | None:
    """Return the profile if it has these channels, else None."""
    if not profile:
        return None
    try:
        space = ImageCms.ImageCmsProfile(BytesIO(profile)).profile.xcolor_space.strip()
    except (OSError, ImageCms.PyCMSError):
        return None
    return profile if space == {"L": "GRAY"}.get(mode, mode) else None


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        image.mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return transform.apply(image)


def _with_alpha(colour: Pixels, alpha: Pixels | int) -> Pixels:
    return np.concatenate([colour, np.broadcast_to(alpha, (*colour.shape[:2], 1))], -1)
