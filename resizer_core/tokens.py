"""Read the numbers and words of the grammar, and write them back.

Every reader raises ``ValueError`` with what was expected and what came; ``grammar`` adds where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_INTEGER = re.compile(r"0|[1-9][0-9]*")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[1-9])?")
_WORD = re.compile(r"[a-z0-9.]{1,64}")


class Argument(NamedTuple):  # made faster than a dataclass: every start of the function makes it
    """Say what may stand behind the name of an option.

    Attributes:
        kind: ``flag`` (nothing), ``integer``, ``number`` (of at most one decimal) or ``choice``, which
            ``read`` reads; or a word for what something else reads, such as ``colour`` or ``text``.
        lowest, highest: of every number in it; None where there is none.
        unit: of the numbers, such as ``px``.
        choices: the words that it may be.
        default: what holds where the option is left out; empty if nothing is done then.
        bare: what the name alone means; empty if an argument has to follow.
        example: one that makes a difference to most pictures, as it follows the name.
        parts: what it is made of, by names, where several arguments mean different things.
    """

    kind: str
    lowest: float | None = None
    highest: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    bare: str = ""
    example: str = ""
    parts: tuple[tuple[str, Argument], ...] = ()

    def read(self, arguments: list[str]) -> bool | int | float | str:
        """Read a flag, an integer, a number or a choice.

        >>> Argument(kind="integer", lowest=1, highest=100).read(["80"])
        80

        Raises:
            ValueError: with what was expected.
        """
        if self.kind == "flag":
            return flag(arguments)
        text = self.bare if self.bare and not arguments else single_argument(arguments, self.expected)
        if self.kind == "choice":
            return choice(text, self.choices)
        lowest, highest = self.lowest or 0, self.highest or 0
        if self.kind == "integer":
            return integer(text, int(lowest), int(highest), self.unit)
        return decimal(text, lowest, highest, self.unit)

    def holds(self, value: float) -> bool:
        """Say whether a number lies in the range."""
        return (self.lowest or 0) <= value <= (self.highest or 0)

    @property
    def expected(self) -> str:
        """The range or the words, for an error."""
        if self.choices:
            return " or ".join(filter(None, (", ".join(self.choices[:-1]), self.choices[-1])))
        return _range(self.lowest or 0, self.highest or 0, self.unit)


def integer(text: str, lowest: int, highest: int, what: str) -> int:
    """Read a whole number without a leading zero; ``m`` stands for minus.

    >>> integer("m5", -100, 100, "percent")
    -5
    """
    digits = text.removeprefix("m") if lowest < 0 else text
    # The length is checked first: int() of a very long text is slow.
    if len(digits) <= 6 and _INTEGER.fullmatch(digits) and text != "m0":
        value = -int(digits) if text.startswith("m") else int(digits)
        if lowest <= value <= highest:
            return value
    raise ValueError(f"expected {_range(lowest, highest, what)}, got {shown(text)}")


def decimal(text: str, lowest: float, highest: float, what: str) -> float:
    """Read a number of at most one decimal, which is not 0.

    >>> decimal("2.5", 0.3, 100, "px")
    2.5
    """
    if len(text) <= 6 and _DECIMAL.fullmatch(text) and lowest <= float(text) <= highest:
        return float(text)
    raise ValueError(f"expected {_range(lowest, highest, what)}, got {shown(text)}")


def word(text: str, what: str) -> str:
    """Read a word of 1 to 64 lower-case letters, digits and dots."""
    if _WORD.fullmatch(text):
        return text
    raise ValueError(f"expected {what}, got {shown(text)}")


def choice(text: str, words: tuple[str, ...]) -> str:
    """Read one of ``words``."""
    if text in words:
        return text
    meant = did_you_mean(text, words).strip()
    raise ValueError(f"expected one of {', '.join(words)}, got {shown(text)}{meant and f'; {meant}'}")


def flag(arguments: list[str]) -> bool:
    """Read an option that takes no argument."""
    if arguments:
        raise ValueError(f"expected no argument, got {shown('-'.join(arguments))}")
    return True


def single_argument(arguments: list[str], what: str) -> str:
    """Take the one argument of an option."""
    if len(arguments) == 1:
        return arguments[0]
    raise ValueError(f"expected {what}, got {shown('-'.join(arguments))}")


def format_number(number: float) -> str:
    """Write a number as the readers above take it.

    >>> format_number(-5), format_number(2.5), format_number(3.0)
    ('m5', '2.5', '3')
    """
    return f"{number:.6g}".replace("-", "m")


def times(value: float, factor: float, *, decimals: int = 0) -> float:
    """Multiply two numbers of at most one decimal, rounded half up to ``decimals`` (0 or 1).

    Worked out in whole tenths, since 0.5 px more or less must not depend on binary fractions.

    >>> times(25, 1.5), times(0.3, 1.5, decimals=1)
    (38, 0.5)
    """
    hundredths = round(value * 10) * round(factor * 10)
    return (hundredths + 50) // 100 if decimals == 0 else ((hundredths + 5) // 10) / 10


def shown(text: str) -> str:
    """Quote what was given, for an error."""
    return repr(text) if text else "nothing"


def unknown(what: str, given: str, known: Iterable[str], *, spellings: Iterable[str] = ()) -> ValueError:
    """Make the error of a word that nobody knows.

    >>> print(unknown("option", "blr", ["blur", "fit"]))
    unknown option 'blr'; did you mean blur? known: blur, fit

    Args:
        what: the kind of word.
        given: the word.
        known: what is shown as known; "none is configured" where there is nothing.
        spellings: other words that would have been right.
    """
    words = list(known)
    meant = did_you_mean(given, [*words, *spellings])
    return ValueError(f"unknown {what} {given!r}; {meant}known: {', '.join(words) or 'none is configured'}")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Ask for the known word that is nearest, for the middle of an error; empty where none is near.

    >>> did_you_mean("blr", ["blur", "fit"])
    'did you mean blur? '
    """
    from difflib import get_close_matches  # only an error needs it

    # At 0.7 one letter in four may be wrong, and of "vh" nobody can say whether it is "v" or "h".
    nearest = get_close_matches(given, list(known), n=1, cutoff=0.7)
    return "".join(f"did you mean {near}? " for near in nearest)


def _range(lowest: float, highest: float, what: str) -> str:
    return f"{format_number(lowest)} to {format_number(highest)} {what}".rstrip()
