"""List the options of the grammar, each with its arguments and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from resizer_core.gravity import Gravity
from resizer_core.model import Fit
from resizer_core.option_values import DEFAULT_TRIM, MAX_SIDE, RANGES, Metadata, Profile
from resizer_core.tokens import Argument
from resizer_core.urls import readers
from resizer_core.value import Value

#: An option without an argument.
FLAG: Final = Argument(kind="flag")


class Option(Value, kw_only=True):
    """Describe one option: a row of the grammar's table.

    Attributes:
        key: its name in a canonical SPEC.
        long_name: another name that is accepted.
        field: the field of ``Spec`` that it sets.
        group: the group of options that it belongs to, for a form.
        about: one sentence for somebody who has never seen it.
        takes: what may follow its name.
        make: turns what ``takes`` reads into the field's value.
        special: turns the arguments into the field's value, if ``takes`` does not read them.
    """

    key: str
    long_name: str
    field: str
    group: str
    about: str
    takes: Argument = FLAG
    make: Callable[[Any], Any] | None = None
    special: Callable[[list[str]], Any] | None = None

    def read(self, arguments: list[str]) -> Any:
        """Turn the arguments into the field's value.

        Raises:
            ValueError: the arguments are wrong. The text says what was expected.
        """
        if self.special:
            return self.special(arguments)
        value = self.takes.read(arguments)
        return self.make(value) if self.make else value


def _whole(field: str, **more: Any) -> Argument:
    """Describe the whole number that a field takes; ``RANGES`` has its range."""
    lowest, highest = RANGES[field]
    return Argument(kind="integer", lowest=lowest, highest=highest, **more)


def _words(words: type[StrEnum], **more: Any) -> Argument:
    return Argument(kind="choice", choices=tuple(word.value for word in words), **more)


#: The grammar, in canonical order. The operations stand between ``up`` and ``bg``, plugins after ``v``.
OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        key="page",
        long_name="page",
        field="page",
        group="part",
        about="Take one frame of an animation, or one page of a TIFF.",
        takes=_whole("page", default="1", example="2"),
    ),
    Option(
        key="still",
        long_name="still",
        field="still",
        group="part",
        about="Take the first frame of an animation alone.",
    ),
    Option(
        key="crop",
        long_name="crop",
        field="crop",
        group="part",
        about="Use a part of the original: left, top, width and height, in px or in percent.",
        takes=Argument(kind="crop", lowest=0, highest=MAX_SIDE, unit="px", example="25p-25p-50p-50p"),
        special=readers.crop,
    ),
    Option(
        key="trim",
        long_name="trim",
        field="trim",
        group="part",
        about="Cut off a border in the colour of the top left corner; the number is how far it may differ.",
        takes=_whole("trim", unit="levels", bare=str(DEFAULT_TRIM), example=str(DEFAULT_TRIM)),
    ),
    Option(
        key="rot",
        long_name="rotate",
        field="turn",
        group="turn",
        about="Turn clockwise by so many degrees.",
        takes=Argument(kind="choice", choices=("90", "180", "270"), example="90"),
        make=readers.rotation,
    ),
    Option(
        key="flip",
        long_name="flip",
        field="turn",
        group="turn",
        about="Mirror left to right (h), top to bottom (v), or both.",
        takes=Argument(kind="choice", choices=tuple(readers.FLIPS), example="h"),
        make=readers.FLIPS.__getitem__,
    ),
    Option(
        key="ar",
        long_name="ratio",
        field="ratio",
        group="size",
        about="Crop to a ratio of width to height.",
        takes=Argument(kind="ratio", lowest=1, highest=999, example="16-9"),
        special=readers.ratio,
    ),
    Option(
        key="fit",
        long_name="fit",
        field="fit",
        group="size",
        about="Say how the picture fills a box of both sides.",
        takes=_words(Fit, default=Fit.INSIDE.value, example=Fit.COVER.value),
        make=Fit,
    ),
    Option(
        key="g",
        long_name="gravity",
        field="gravity",
        group="size",
        about="Say what stays when something is cut off: a direction, a point, or what the pixels say.",
        takes=Argument(
            kind="gravity",
            lowest=0,
            highest=100,
            unit="percent",
            choices=tuple(gravity.value for gravity in Gravity),
            default=Gravity.CENTRE.value,
            example=Gravity.NORTH.value,
        ),
        special=readers.gravity,
    ),
    Option(
        key="up",
        long_name="enlarge",
        field="enlarge",
        group="size",
        about="Let the result become larger than the original.",
    ),
    Option(
        key="bg",
        long_name="background",
        field="background",
        group="colour",
        about="Put a colour behind what is transparent, and into what is added.",
        takes=Argument(kind="colour", example="d2b48c"),
        special=readers.colour,
    ),
    Option(
        key="bars",
        long_name="bars",
        field="bars",
        group="colour",
        about="Give what fit-contain and pad add a colour of its own.",
        takes=Argument(kind="colour", example="d2b48c"),
        special=readers.colour,
    ),
    Option(
        key="f",
        long_name="format",
        field="format",
        group="output",
        about="Choose the format of the file; auto is the best that the browser takes.",
        takes=Argument(kind="format", example="webp"),
        special=readers.format,
    ),
    Option(
        key="q",
        long_name="quality",
        field="quality",
        group="output",
        about="Choose the quality of jpg, webp and avif.",
        takes=_whole("quality", example="80"),
    ),
    Option(
        key="kb",
        long_name="maxkb",
        field="max_kb",
        group="output",
        about="Take the highest quality whose file has at most so many KiB.",
        takes=_whole("max_kb", unit="KiB", example="50"),
    ),
    Option(
        key="ll",
        long_name="lossless",
        field="lossless",
        group="output",
        about="Code webp and avif without loss.",
    ),
    Option(
        key="meta",
        long_name="metadata",
        field="metadata",
        group="output",
        about="Say what is kept of the metadata.",
        takes=_words(Metadata, default=Metadata.NONE.value, example=Metadata.COPYRIGHT.value),
        make=Metadata,
    ),
    Option(
        key="icc",
        long_name="profile",
        field="profile",
        group="output",
        about="Say what the colours are converted to.",
        takes=_words(Profile, default=Profile.SRGB.value, example=Profile.P3.value),
        make=Profile,
    ),
    Option(
        key="hdr",
        long_name="hdr",
        field="hdr",
        group="output",
        about="Keep more than 8 bits, and the gain map of an Ultra HDR JPEG.",
    ),
    Option(
        key="dl",
        long_name="download",
        field="download",
        group="output",
        about="Let browsers save the picture instead of showing it.",
    ),
    Option(
        key="v",
        long_name="version",
        field="version",
        group="address",
        about="Give the same picture another address, which caches keep for good.",
        takes=Argument(kind="text", example="2"),
        special=readers.version,
    ),
    Option(
        key="dpr",
        long_name="dpr",
        field="pixel_ratio",
        group="size",
        about="Multiply all lengths for a screen of so many device pixels per CSS pixel.",
        takes=Argument(
            kind="number",
            lowest=RANGES["pixel_ratio"][0],
            highest=RANGES["pixel_ratio"][1],
            unit="device pixels per CSS pixel",
            default="1",
            example="2",
        ),
    ),
    Option(
        key="s",
        long_name="signature",
        field="signature",
        group="address",
        about="Prove that the site has signed this SPEC.",
        takes=Argument(kind="text", example="abcdefghijklmnop"),
        special=readers.signature,
    ),
)

#: The same options by key and by long name.
BY_NAME: Final = {name: option for option in OPTIONS for name in (option.key, option.long_name)}
