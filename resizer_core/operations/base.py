"""Define what an operation is.

An operation is one option of the grammar that changes the pixels after the resize: a frozen value that
can be read from the text of the option, printed back, and carried out. Cropping, turning and the resize
itself are not operations but geometry: the planner folds them into one step, so that a large original is
decoded as small as it can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, Self, runtime_checkable

from resizer_core.model import Colour, ImageHeader

if TYPE_CHECKING:
    from pyvips import Image


@runtime_checkable
class Operation(Protocol):
    """State what the grammar needs to know of an operation.

    Attributes:
        name: the key of the option; a plugin's is ``vendor.name``.
        long_name: the long name of the option, accepted wherever the key is.
        order: where it stands among the operations, in the canonical SPEC and in the pipeline.
    """

    name: ClassVar[str]
    long_name: ClassVar[str]
    order: ClassVar[int]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what follows ``name-``; empty when nothing does.

        Raises:
            ValueError: with what was expected, in the words of whoever writes the URL.
        """
        ...

    def __str__(self) -> str:
        """Write the canonical spelling, name included; empty if it changes nothing. ``parse`` reads it."""
        ...


@runtime_checkable
class PixelOperation(Operation, Protocol):
    """State what an operation is that can be carried out."""

    def measure(self, header: ImageHeader) -> ImageHeader:
        """Work out, without a pixel, what ``apply`` makes of a picture with this header."""
        ...

    def apply(self, image: Image) -> Image:
        """Carry it out on one page: gray or colour in the profile asked for, upright, in memory.

        It has 8 bits, or 16 where ``hdr`` keeps them, and has as many afterwards.
        """
        ...


@runtime_checkable
class Scalable(Protocol):
    """State what an operation has whose lengths in pixels ``dpr`` multiplies."""

    def scaled(self, factor: float) -> Self:
        """Scale its lengths for a screen of ``factor`` device pixels per CSS pixel.

        Raises:
            ValueError: the result is out of the operation's range.
        """
        ...


@runtime_checkable
class ShowsBackground(Protocol):
    """State what an operation has that shows what is behind the picture."""

    def with_background(self, background: Colour) -> Self:
        """Tell it what is behind: the colour asked for, or nothing where it may shine through."""
        ...


def arguments(text: str) -> list[str]:
    """Split what follows the name into its arguments.

    >>> arguments("1-2"), arguments("")
    (['1', '2'], [])
    """
    return text.split("-") if text else []
