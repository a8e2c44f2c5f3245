"""Define what an operation is.

An operation is one option of the grammar that changes the pixels after the resize. It is a frozen value. It
can be read from the text of the option, printed back, and applied. Crops, turns and the resize itself are
geometry, not operations. The planner combines them into one step, so that a large original is decoded as
small as possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, Self, TypeGuard, runtime_checkable

from resizer_core.model import Colour, ImageHeader

if TYPE_CHECKING:
    from pyvips import Image


@runtime_checkable
class Operation(Protocol):
    """State what the grammar needs to know about an operation.

    Attributes:
        name: the key of the option. A plugin's key is ``vendor.name``.
        long_name: the long name of the option. It is accepted wherever the key is.
        order: its place among the operations in the pipeline. Lower numbers run first.
    """

    name: ClassVar[str]
    long_name: ClassVar[str]
    order: ClassVar[int]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text after ``name-``. It is empty if there is none.

        Raises:
            ValueError: the text cannot be read. The message says what was expected, for a person who writes
                URLs.
        """
        ...

    def __str__(self) -> str:
        """Write the canonical spelling, with the name. It is empty if the operation changes nothing.

        ``parse`` reads what follows the name.
        """
        ...


@runtime_checkable
class PixelOperation(Operation, Protocol):
    """State what an operation needs so that it can be applied."""

    def measure(self, header: ImageHeader) -> ImageHeader:
        """Work out, from the header alone, the header of the picture that ``apply`` makes."""
        ...

    def apply(self, image: Image) -> Image:
        """Apply the operation to one page.

        The page is upright and in memory. It is gray or colour, in the profile that was asked for. It has 8
        bits, or 16 if ``hdr`` keeps them. The result has as many bits.
        """
        ...


@runtime_checkable
class Scalable(Protocol):
    """State what an operation needs so that ``dpr`` can multiply its lengths in pixels."""

    def scaled(self, factor: float) -> Self:
        """Scale the lengths for a screen of ``factor`` device pixels per CSS pixel.

        Raises:
            ValueError: the result is outside the operation's range.
        """
        ...


@runtime_checkable
class ShowsBackground(Protocol):
    """State what an operation needs so that it can show what is behind the picture."""

    def with_background(self, background: Colour) -> Self:
        """Set what is behind the picture: the colour that was asked for, or transparency."""
        ...


# A picture asks these of each operation, several times. With a protocol, isinstance() looks at every part of
# it by a slow path: an operation would cost more than the geometry of a whole picture.


def is_applicable(operation: object) -> TypeGuard[PixelOperation]:
    """Say whether an operation is a ``PixelOperation``."""
    return hasattr(operation, "measure") and hasattr(operation, "apply")


def is_scalable(operation: object) -> TypeGuard[Scalable]:
    """Say whether an operation is ``Scalable``."""
    return hasattr(operation, "scaled")


def shows_background(operation: object) -> TypeGuard[ShowsBackground]:
    """Say whether an operation is one that ``ShowsBackground``."""
    return hasattr(operation, "with_background")


def arguments(text: str) -> list[str]:
    """Split the text after the name into its arguments.

    >>> arguments("1-2"), arguments("")
    (['1', '2'], [])
    """
    return text.split("-") if text else []
