"""Measure how far derivatives are from an independent reference, in position, size and levels."""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from importlib.metadata import version
from io import BytesIO
from math import inf, log10
from pathlib import Path
from typing import Any

os.environ |= {"VIPS_CONCURRENCY": "1", "VIPS_WARNING": "0"}

import numpy as np
import pyvips
from PIL import Image

from bench.asked import Case, cases
from bench.reference import Original, Pixels, opened, shown
from bench.report import heading, table
from bench.shift import MOST_MOVED, THIRDS, Shift, known, shifts, thirds
from resizer_core import InvalidSpec, LimitExceeded, SourceError, resize

METHOD = (
    "This compares derivatives of every picture of the folder RESIZER_CORPUS with the same made by Pillow, "
    "littlecms and numpy. Those are decoded in full, cropped as the SPEC says, resized in floating point "
    "(Lanczos with a = 3 to shrink, the bicubic of Catmull and Rom to enlarge, each axis by itself, "
    "weighted by alpha), and then converted to sRGB through the embedded profile. Both convert the colours "
    "last; otherwise we would measure the order. Difference is the mean, in levels of 255. A partly "
    "transparent picture is put on white and on black, and the worse one counts. Shift is by phase "
    "correlation, in px of the result, of the whole picture and of its outer thirds, which an error of "
    "scale moves apart. ± is the standard error. There is no answer if the picture is flat, small, or "
    "noise, or does not change along an axis."
)
#: Above this difference two pictures look different, levels of 255.
MOST_DIFFERENT = 1.5
#: How far the estimate may be from a known shift, px.
MOST_WRONG = 0.01


@dataclass(frozen=True, slots=True)
class Reason:
    """Say why some pictures are over a bound.

    Attributes:
        pictures: a pattern of their names.
        faults: the bounds that it explains: ``size``, ``difference``, ``shift``.
        why: the reason in words.
    """

    pictures: str
    faults: frozenset[str]
    why: str


REASONS = (
    Reason("avif-clap-*", frozenset({"size", "difference", "shift"}), "Pillow does not cut by the clap box"),
    Reason(
        "avif-1?bit-*",
        frozenset({"difference"}),
        "Pillow's decoder cuts 10 and 12 bits to 8, and a coefficient to 7 bits: blue is too weak in it",
    ),
    Reason(
        "png-exif-orientation-zTXt.png",
        frozenset({"difference", "shift"}),
        "libvips does not read an orientation in a text chunk",
    ),
    Reason(
        "bomb-gif-*",
        frozenset({"difference"}),
        "Pillow makes opaque what no frame of a GIF covers, browsers leave it empty",
    ),
    *(
        Reason(pictures, frozenset({"difference"}), "the derivative has a palette, as the original has")
        for pictures in ("png-palette-photo.png", "png-suite-tbbn3p08.png")
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Hold the measurements of one derivative.

    Attributes:
        picture: the name of the original.
        asked: the name of the case.
        size: the size of the derivative, ``WxH``, or ``refused``.
        wanted: the size that it should have. If it has another, nothing else is measured.
        mean: the mean difference, levels.
        psnr: dB.
        parts: the shifts across and down, of the whole picture ("all") and of each third.
    """

    picture: str
    asked: str
    size: str
    wanted: str
    mean: float = 0
    psnr: float = inf
    parts: Mapping[str, tuple[Shift, Shift]] = field(default_factory=dict)

    @property
    def faults(self) -> set[str]:
        """List the bounds that the derivative exceeds."""
        over = {
            "size": self.size != self.wanted,
            "difference": self.mean > MOST_DIFFERENT,
            "shift": any(shift.is_over for pair in self.parts.values() for shift in pair),
        }
        return {fault for fault, is_over in over.items() if is_over}

    @property
    def has_answer(self) -> bool:
        """Say whether the shift of the whole picture is known on both axes."""
        return all(shift.is_known for shift in self.parts.get("all", ()))

    @property
    def reason(self) -> str | None:
        """Find the reason why it exceeds its bounds. Return None if no reason explains all of them."""
        fitting = (
            reason.why
            for reason in REASONS
            if fnmatch(self.picture, reason.pictures) and self.faults <= reason.faults
        )
        return next(fitting, None)

    def farthest(self, *, thirds: bool) -> tuple[float, str]:
        """Find the largest shift of the thirds or of the whole. Return it in px, and as it is printed."""
        found = (
            (
                abs(shift.px),
                f"{'' if part == 'all' else part + ' '}{axis} {shift.px:+.2f} ± {shift.error:.2f}",
            )
            for part, pair in self.parts.items()
            for axis, shift in zip("xy", pair, strict=True)
            if (part != "all") == thirds and shift.is_known
        )
        return max(found, default=(0, "–"))


def main() -> None:
    """Print the estimator's check, the worst of each SPEC, and every derivative that exceeds a bound.

    Raises:
        SystemExit: always. The status is 1 if a derivative exceeds a bound without a reason, or the estimator
            is wrong.
    """
    folder = os.environ.get("RESIZER_CORPUS") or sys.exit("RESIZER_CORPUS names no folder of pictures")
    heading("Fidelity", METHOD)
    print(f"Pillow {version('pillow')}, numpy {version('numpy')}.\n")
    is_right = checked()
    lines, left_out = measured(sorted(Path(folder).iterdir()))
    report(lines, left_out)
    over = [line for line in lines if line.faults]
    reasons = {line.reason for line in over}
    for idle in (reason for reason in REASONS if reason.why not in reasons):
        print(f"No line needs a reason for {idle.pictures}: {idle.why}.\n")
    without = sum(line.reason is None for line in over)
    print(f"{len(over)} of {len(lines)} lines are over a bound, {without} of them without a reason.")
    sys.exit(bool(without) or not is_right)


def checked() -> bool:
    """Print the estimates of known shifts. Return whether they are right."""
    rows, worst = [], 0.0
    for across, down, stretched in (
        (0, 0, 0), (0.02, 0, 0), (0, 0.02, 0), (0.05, -0.05, 0), (-0.1, 0.1, 0), (0.25, 0.25, 0), (0, 0, 0.3)
    ):  # fmt: skip
        wanted, seen = known(across, down, stretched)
        x, y = shifts(seen, wanted)
        # The window weights the middle of an outer third most. There a stretch moves the picture by a third.
        parts = {part: shifts(thirds(seen)[part], cut)[0].px for part, cut in thirds(wanted).items()}
        left, right = parts["left"], parts["right"]
        off = (x.px - across, y.px - down, left - across + stretched / 3, right - across - stretched / 3)
        worst = max(worst, *map(abs, off))
        rows.append([f"{number:+.2f}" for number in (across, down, stretched)])
        rows[-1] += [f"{number:+.3f}" for number in (x.px, y.px, left, right)]
    table(("known: x", "y", "wider by", "found: x", "y", "left third, x", "right third, x"), rows)
    print(f"The estimator is off by {worst:.3f} px at most; {MOST_WRONG} is allowed.\n")
    return worst <= MOST_WRONG


def measured(paths: Sequence[Path]) -> tuple[list[Line], Counter[str]]:
    """Measure every picture that both can decode. Count the others by the reason to leave them out."""
    stands_in: Any = pyvips.Image.profile_load("cmyk")
    profile = bytes(stands_in)
    lines, left_out = [], Counter[str]()
    for path in paths:
        data = path.read_bytes()
        try:
            resize(data, "8x_f-png")
        except (SourceError, LimitExceeded) as error:
            left_out[f"refused by resize(), {type(error).__name__}"] += 1
            continue
        try:
            original = opened(data)
        except (OSError, ValueError):
            left_out[f"not read by Pillow, {path.name}"] += 1
            continue
        lines += [compared(path.name, case, data, original, profile) for case in cases(*original.size)]
    return lines, left_out


def compared(picture: str, case: Case, data: bytes, original: Original, cmyk_profile: bytes) -> Line:
    """Make one derivative and measure it."""
    width, height = case.geometry.kept[2:]
    line = Line(picture=picture, asked=case.name, size="refused", wanted=f"{width}x{height}")
    try:
        body = resize(data, case.spec).body
    except (InvalidSpec, LimitExceeded):
        return line
    seen = np.asarray(Image.open(BytesIO(body)).convert("RGBA"), np.float32)
    line = replace(line, size=f"{seen.shape[1]}x{seen.shape[0]}")
    if line.size != line.wanted:
        return line
    backgrounds = (255,) if original.alpha is None else (0, 255)
    wanted = shown(original, case.geometry, cmyk_profile)
    ours, theirs = (
        np.concatenate([over(pixels, level) for level in backgrounds]) for pixels in (seen, wanted)
    )
    apart = np.abs(ours - theirs).reshape(len(backgrounds), -1)
    error = float((apart**2).mean(1).max())
    ours_by_part, theirs_by_part = ({"all": planes} | thirds(planes) for planes in (ours, theirs))
    return replace(
        line,
        mean=float(apart.mean(1).max()),
        psnr=10 * log10(255**2 / error) if error else inf,
        parts={part: shifts(ours_by_part[part], cut) for part, cut in theirs_by_part.items()},
    )


def over(pixels: Pixels, level: int) -> Any:
    """Put a picture on a gray of ``level``. Return its three colours, each as a plane."""
    share = pixels[..., 3:] / 255
    return np.moveaxis(pixels[..., :3] * share + level * (1 - share), -1, 0)


def report(lines: Sequence[Line], left_out: Counter[str]) -> None:
    """Print the worst of each SPEC, every line that exceeds a bound, and the lines without an answer."""
    groups = defaultdict(list)
    for line in lines:
        groups[line.asked].append(line)
    print(f"{len({line.picture for line in lines})} pictures. The worst of each SPEC:\n")
    table(
        ("SPEC", "lines", "over", "other size", "difference", "PSNR, dB", "shift", "of a third", "no answer"),
        [
            (
                f"`{asked}`",
                str(len(group)),
                str(sum(bool(line.faults) for line in group)),
                str(sum("size" in line.faults for line in group)),
                f"{max(line.mean for line in group):.2f}",
                f"{min(line.psnr for line in group):.1f}",
                max(line.farthest(thirds=False) for line in group)[1],
                max(line.farthest(thirds=True) for line in group)[1],
                str(sum(not line.has_answer for line in group)),
            )
            for asked, group in groups.items()
        ],
    )
    print(f"Over {MOST_MOVED} px, over {MOST_DIFFERENT} levels, or of another size:\n")
    table(
        ("picture", "SPEC", "size", "difference", "PSNR, dB", "shift", "of a third", "reason"),
        [
            (
                line.picture,
                f"`{line.asked}`",
                line.size if line.size == line.wanted else f"{line.size}, not {line.wanted}",
                *(("–", "–") if "size" in line.faults else (f"{line.mean:.2f}", f"{line.psnr:.1f}")),
                line.farthest(thirds=False)[1],
                line.farthest(thirds=True)[1],
                line.reason or "**none**",
            )
            for line in lines
            if line.faults
        ],
    )
    silent = Counter(line.picture for line in lines if not line.has_answer)
    parts = [
        all(shift.is_known for shift in line.parts[part]) for line in lines for part in THIRDS if line.parts
    ]
    print(
        f"No answer for the shift on one axis at least, in {silent.total()} lines: {counted(silent)}; and in "
        f"{parts.count(False)} of {len(parts)} thirds.\n"
    )
    print(f"Left out: {counted(left_out)}.\n")


def counted(numbers: Counter[str]) -> str:
    """Write each name with its number."""
    return ", ".join(f"{name} ({number})" for name, number in numbers.items()) or "none"


if __name__ == "__main__":
    main()
